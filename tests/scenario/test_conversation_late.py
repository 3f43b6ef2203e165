"""A few words that come after something later was done: whatever would change a paper is asked about first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.chat import Firm, fresh_firm

ORDER = "东风 M8*30外六角螺栓 5盒"


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


@pytest.mark.parametrize(
    ("before", "who", "words"),
    [
        ((ORDER,), "小周", "确认东风的"),
        ((ORDER, "确认"), "仓管", "发货"),
        (("M8*30外六角螺栓 5盒",), "小周", "东风机电"),
        ((), "小周", "东风机电下单"),
    ],
)
def test_what_would_do_something_is_asked_about(shop: Firm, before: tuple[str, ...], who: str, words: str) -> None:
    for text in before:
        shop.say("小周", text)
    assert shop.say(who, words, late=True).note == "这句到晚了，要算进去吗？"
    done = shop.say(who, "加进去")
    assert done.kind in ("confirmed", "shipped", "answered", "drafted")


def test_what_only_shows_is_shown(shop: Firm) -> None:
    shop.say("小周", ORDER)
    assert shop.say("小周", "就这些", late=True).kind == "answered"
    assert shop.say("小周", "怎么看出来的", late=True).kind == "answered"
