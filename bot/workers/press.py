"""The press: prints paper and reads spreadsheets, in a process that may fail without anybody noticing."""

from __future__ import annotations

import base64
from typing import Any


def pdf(job: dict[str, Any]) -> dict[str, Any]:
    """A document as PDF."""
    from notifications.paper import Paper, Size, pdf, wire  # noqa: PLC0415  reportlab is loaded with the first print

    paper = Paper(**{**job["paper"], "size": Size(job["paper"]["size"]), "copies": tuple(job["paper"]["copies"])})
    data = pdf(wire.view_from_dict(job["view"]), paper)
    return {"data": base64.b64encode(data).decode("ascii")}


def read_workbook(job: dict[str, Any]) -> dict[str, Any]:
    """A spreadsheet as typed rows, or everything that is wrong with it."""
    from bot.importing import wire  # noqa: PLC0415  the spreadsheet libraries are loaded with the first file

    return wire.read(base64.b64decode(job["data"]), str(job["name"]))


HANDLERS = {"pdf": pdf, "read_workbook": read_workbook}
