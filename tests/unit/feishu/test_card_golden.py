"""What typical documents look like as Feishu cards, to the byte. Write anew with DANJU_WRITE_GOLDEN=1, then look."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.feishu import card_lint, cards
from tests.support.typical_cards import golden, typical

FILES = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", sorted(typical()))
def test_typical_documents_look_as_reviewed(name: str) -> None:
    made = cards.render(typical()[name])
    assert card_lint.problems(made.card) == []
    stored, now = golden(FILES / f"{name}.json", {"card": made.card, "overflow": made.overflow})
    assert now == stored
