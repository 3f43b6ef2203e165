"""Connecting a platform: the checks that ``danju setup`` and ``danju doctor`` share, and where settings are kept. What
a platform's requests look like is known in its own folder."""
