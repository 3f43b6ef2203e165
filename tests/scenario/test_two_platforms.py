"""One person writes from two platforms: one draft, one history; groups stay apart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.chat import Firm, fresh_firm

ROOM = "group:all"


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


def own_chat(shop: Firm, who: str, platform: str) -> str:
    return f"{platform}:{shop.person(who).id}"


def test_a_draft_begun_on_one_platform_goes_on_on_the_other(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 生料带 5卷", platform="feishu")
    old = shop.card(own_chat(shop, "销售", "feishu"))
    shop.later(minutes=20)
    assert shop.say("销售", "第1行改成8卷", platform="wecom").kind == "corrected"
    here = shop.card(own_chat(shop, "销售", "wecom"))
    assert here.card.table is not None
    assert "8卷" in str(here.card.table.rows)
    there = shop.card(own_chat(shop, "销售", "feishu"))
    assert there.ref == old.ref
    assert there.card.table is not None
    assert "8卷" in str(there.card.table.rows)
    assert shop.say("销售", "确认", platform="wecom").kind == "confirmed"
    assert "草稿" not in shop.card(own_chat(shop, "销售", "feishu")).card.title
    assert shop.document("草稿1").number is not None


def test_a_burst_may_cross_platforms(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 生料带 5卷", platform="feishu")
    shop.later(seconds=30)
    assert shop.say("销售", "六角螺母M8 2盒", platform="wecom").kind == "extended"
    assert len(shop.document("草稿1").lines) == 2


def test_drafts_are_listed_wherever_one_asks(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 生料带 5卷", platform="feishu")
    shop.later(minutes=20)
    shop.say("销售", "草稿", platform="wecombot")
    assert "草稿1" in shop.card(own_chat(shop, "销售", "wecombot")).card.title


def test_two_drafts_on_two_platforms_are_asked_about(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 生料带 5卷", platform="feishu")
    shop.later(minutes=20)
    shop.say("销售", "东风机电 生料带 6卷", platform="wecom")
    shop.later(minutes=20)
    assert shop.say("销售", "第1行改成8卷", platform="feishu").kind == "asked"


def test_an_order_confirmed_on_one_is_changed_on_the_other(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 生料带 5卷", platform="feishu")
    shop.later(seconds=10)
    shop.say("销售", "确认", platform="feishu")
    shop.later(minutes=20)
    shop.say("销售", "刚才那单第1行改成8卷", platform="wecom")
    assert str(shop.document("草稿1").lines[0].qty) == "8"
    shop.later(minutes=20)
    shop.say("销售", "第1行改成9卷", platform="wecom")
    assert str(shop.document("草稿1").lines[0].qty) == "9"


def test_an_older_word_from_the_other_platform_is_asked_about(shop: Firm) -> None:
    from datetime import timedelta

    shop.say("销售", "海棠门窗 生料带 5卷", platform="feishu")
    shop.later(minutes=10)
    shop.say("销售", "第1行改成8卷", platform="wecom")
    shop.later(minutes=1)
    assert shop.say("销售", "第1行改成6卷", platform="feishu", ago=timedelta(minutes=5)).kind == "asked"
    assert str(shop.document("草稿1").lines[0].qty) == "8"


def test_whole_seconds_of_one_platform_are_not_earlier_than_milliseconds_of_the_other(shop: Firm) -> None:
    shop.now = shop.now.replace(microsecond=700_000)
    shop.say("销售", "海棠门窗 生料带 5卷", platform="feishu")
    shop.now = shop.now.replace(microsecond=0)  # sent after it, and told as the whole second
    assert shop.say("销售", "第1行改成8卷", platform="wecom").kind == "corrected"


def test_groups_stay_apart(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 生料带 5卷", chat=ROOM, platform="feishu")
    shop.later(minutes=20)
    assert shop.say("销售", "确认", platform="wecom").kind != "confirmed"
    assert shop.say("销售", "第1行改成8卷", platform="feishu").kind != "corrected"
    assert shop.say("销售", "确认", chat=ROOM, platform="wecom", to_bot=True).kind != "confirmed"  # of another platform
    assert shop.say("销售", "确认", chat=ROOM, platform="feishu", to_bot=True).kind == "confirmed"


def test_other_peoples_drafts_stay_theirs(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 生料带 5卷", platform="feishu")
    shop.later(minutes=1)
    assert shop.say("老板", "确认", platform="wecom").kind == "asked"


def test_a_quote_known_only_by_its_words_names_the_document(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 生料带 5卷")
    shop.later(minutes=20)
    shop.say("销售", "东风机电 生料带 6卷")
    shop.later(minutes=20)
    quoted = "销售单 草稿1 · 待确认\n海棠门窗\n生料带 5卷"
    assert shop.say("销售", "第1行改成8卷", quoted_text=quoted).kind == "corrected"
    assert str(shop.document("草稿1").lines[0].qty) == "8"
    assert str(shop.document("草稿2").lines[0].qty) == "6"


def test_a_quoted_list_names_none_and_a_head_names_its_own(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 生料带 5卷")
    shop.later(minutes=20)
    shop.say("销售", "东风机电 生料带 6卷")
    shop.later(minutes=20)
    listed = "您有2张草稿：草稿1 海棠门窗 草稿2 东风机电"
    assert shop.say("销售", "第1行改成8卷", quoted_text=listed).kind == "asked"
    shop.later(minutes=1)
    head = "销售单 草稿2 · 待确认\n最新内容看草稿1"
    assert shop.say("销售", "第1行改成9卷", quoted_text=head).kind == "corrected"
    assert str(shop.document("草稿2").lines[0].qty) == "9"


def test_a_forged_quote_opens_nobody_elses_draft(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 生料带 5卷")
    shop.later(minutes=1)
    shop.say("采购", "第1行改成8卷", quoted_text="销售单 草稿1 · 待确认")
    assert str(shop.document("草稿1").lines[0].qty) == "5"
