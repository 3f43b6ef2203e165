"""What typical documents look like on WeCom, to the byte. Write anew with DANJU_WRITE_GOLDEN=1, then look."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from bot.wecom import card_lint, cards
from tests.support.typical_cards import golden, typical

FILES = Path(__file__).parent / "golden"


@pytest.mark.parametrize("surface", get_args(cards.Surface))
@pytest.mark.parametrize("name", sorted(typical()))
def test_typical_documents_look_as_reviewed(name: str, surface: cards.Surface) -> None:
    made = cards.render(typical()[name], task_id="danju-1", surface=surface)
    assert not made.card or card_lint.problems(made.card, surface) == []
    stored, now = golden(FILES / f"{name}.{surface}.json", {"card": made.card, "overflow": made.overflow})
    assert now == stored
