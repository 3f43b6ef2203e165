"""The sample company: 淞岚五金, an invented hardware wholesaler with a month behind it.

Its master data lies in ``data/*.csv`` in the form ``danju import`` reads, and goes in the same way. The month
of orders, shipments, receipts and payments is made by the core's own functions from a fixed seed, relative to ``now``.
"""

from bot.sample.company import FIRM, company
from bot.sample.loading import load, load_sync

__all__ = ["FIRM", "company", "load", "load_sync"]
