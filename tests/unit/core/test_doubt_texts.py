"""Whatever the reader may doubt, the card says what it is."""

from __future__ import annotations

import pytest

from inventory_core.documents.problems import _DOUBT_TEXTS, _SETTLED_BY_PARTY
from nlp.questions import _ORDER

ON_A_LINE = {"sku_ambiguous", "sku_unknown", "qty_missing", "unit_unknown"}
NEVER_IN_A_DRAFT = {"nothing_named", "unused"}  # answered before there is one; told word by word


@pytest.mark.parametrize("doubt", sorted(set(_ORDER) - _SETTLED_BY_PARTY - ON_A_LINE - NEVER_IN_A_DRAFT))
def test_a_doubt_has_its_own_sentence(doubt: str) -> None:
    assert doubt in _DOUBT_TEXTS
