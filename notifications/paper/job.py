"""Drawing as a job for a worker process: JSON values in, JSON values out."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

from inventory_core.views import DocumentView
from notifications.paper import wire
from notifications.paper.draw import Printed, render
from notifications.paper.options import Paper


def request(view: DocumentView, paper: Paper) -> dict[str, Any]:
    """What to send to the worker."""
    return {"view": wire.view_to_wire(view), "paper": wire.paper_to_wire(paper)}


def draw(job: dict[str, Any]) -> dict[str, Any]:
    """In the worker: draw. WireError when the job is not a ``request``."""
    printed = render(wire.view_from_wire(job.get("view")), wire.paper_from_wire(job.get("paper")))
    return {
        "pdf": b64encode(printed.pdf).decode("ascii"),
        "pages": printed.pages,
        "missing": list(printed.missing),
    }


def answer(result: dict[str, Any]) -> Printed:
    """Back in the service: the finished print."""
    return Printed(b64decode(result["pdf"]), int(result["pages"]), tuple(result["missing"]))
