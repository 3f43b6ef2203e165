"""What the worker process does with spreadsheets: plain JSON in, plain JSON out."""

from __future__ import annotations

from typing import Any

from bot.importing.read import Reading
from bot.importing.read import read as read_file


def read(data: bytes, name: str) -> dict[str, Any]:
    """A file as typed rows, or everything that is wrong with it; ``reading`` turns the answer back."""
    return read_file(data, name).to_json()


def reading(answer: dict[str, Any]) -> Reading:
    """The answer of ``read``, on the service's side of the pipe."""
    return Reading.from_json(answer)
