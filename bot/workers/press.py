"""The press: prints paper and reads spreadsheets, in a process that may fail without anybody noticing."""

from __future__ import annotations

import base64
from typing import Any


def draw(job: dict[str, Any]) -> dict[str, Any]:
    """A document as PDF."""
    from notifications.paper import job as paper

    return paper.draw(job)


def read_workbook(job: dict[str, Any]) -> dict[str, Any]:
    """A spreadsheet as typed rows, or everything that is wrong with it."""
    from bot.importing import wire

    return wire.read(base64.b64decode(job["data"]), str(job["name"]))


def write_workbooks(job: dict[str, Any]) -> dict[str, Any]:
    """Rows by file and sheet as a zip of workbooks."""
    from bot.importing import export

    return {"data": base64.b64encode(export.build(job["content"])).decode("ascii")}


HANDLERS = {"draw": draw, "read_workbook": read_workbook, "write_workbooks": write_workbooks}
