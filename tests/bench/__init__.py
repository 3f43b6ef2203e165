"""Measurements: ``make bench`` and ``make bench-crash``. Never part of the tests; ratios are medians of alternating
runs."""
