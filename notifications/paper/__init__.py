"""Paper: every document as a PDF, as a page and as plain text.

``pdf`` draws with reportlab and belongs into a worker process (``job`` has its form for one); ``page`` and
``plain_text`` are light and run anywhere.
"""

from __future__ import annotations

from inventory_core.views import DocumentView
from notifications.paper.options import Paper, Size
from notifications.paper.text import plain_text
from notifications.paper.web import page

__all__ = ["Paper", "Size", "page", "pdf", "plain_text"]


def pdf(view: DocumentView, paper: Paper) -> bytes:
    """The document as PDF. Imports reportlab; FontMissing when the font's wheel is not installed."""
    from notifications.paper.draw import render

    return render(view, paper).pdf
