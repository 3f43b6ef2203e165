"""The console: the firm's people side by side on one page of the service, with real cards and no account anywhere.

It acts as other people, so it exists on demo data and on loopback only (see ``guard``).
"""
