"""Stock beside a line is told in a unit people count in."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from notifications import texts
from tests.support.chat import Firm, fresh_firm


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


@pytest.mark.parametrize(
    ("base", "told"), [("4000", "2箱"), ("5000", "2.5箱"), ("17500", "175盒"), ("17550", "17550个")]
)
def test_the_line_s_unit_then_the_usual_one_then_the_smallest(shop: Firm, base: str, told: str) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓 2箱")
    assert texts.in_unit(Decimal(base), shop.document("草稿1").lines[0]) == told
