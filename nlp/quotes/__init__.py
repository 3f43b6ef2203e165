"""Prices suppliers offer: tiers, validity, tax, and later changes to a quote."""
