"""What people write, by phenomenon: tables over the catalogues of the tuned trades and one more of our own.

``phenomena/*.txt`` were written before the rules they test; see ``phenomena_support`` for the notation.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.nlp.phenomena_support import problem, rows

TABLES = sorted(Path(__file__).with_name("phenomena").glob("*.txt"))
CASES = [
    pytest.param(row, id=f"{table.stem}-{number}")
    for table in TABLES
    for number, row in enumerate(rows(table.read_text(encoding="utf-8")), 1)
]


@pytest.mark.parametrize("row", CASES)
def test_read_as_a_clerk_would(row: str) -> None:
    found = problem(row)
    assert found is None, f"{row}\n{found}"
