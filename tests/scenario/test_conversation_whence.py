"""怎么看出来的: the words, the message and the person behind every field of a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from handlers import evidence
from handlers.turn import Said, Turn
from tests.support.chat import PLATFORM, Firm, fresh_firm


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


def whence(shop: Firm, words: str = "怎么看出来的") -> list[str]:
    assert shop.say("销售", words).kind == "answered"
    return shop.texts("销售")[-1].split("\n")


def test_every_field_of_one_message(shop: Firm) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓20盒 单价45 生料带5卷 这周四送")
    assert whence(shop) == [
        "草稿1 是这样看出来的：",
        "第1行 外六角螺栓 M8*30 20盒 ← “M8*30外六角螺栓20盒”（10:00 小周）",
        "第1行 单价 45元 ← “单价45”（10:00 小周）",
        "第2行 生料带 5卷 ← “生料带5卷”（10:00 小周）",
        "第2行 单价 2元 ← 价目",
        "客户 东风机电 ← “东风机电”（10:00 小周）",
        "交期 11月26日(周四) ← “这周四”（10:00 小周）",
    ]


def test_across_messages_of_a_burst_and_a_correction(shop: Firm) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓 20盒")
    shop.later(minutes=2)
    shop.say("销售", "生料带 5卷")
    shop.later(minutes=10)
    shop.say("销售", "第1行改成8盒，明天送")
    told = whence(shop)
    assert "第1行 外六角螺栓 M8*30 ← “M8*30外六角螺栓”（10:00 小周）" in told
    assert any(words.startswith("第1行 数量 8盒 ← “") and "8盒”（10:12 小周）" in words for words in told)
    assert "第2行 生料带 5卷 ← “生料带 5卷”（10:02 小周）" in told
    assert "交期 11月25日(周三) ← “明天”（10:12 小周）" in told


def test_what_was_tapped_and_what_was_typed_as_an_answer(shop: Firm) -> None:
    shop.say("销售", "螺栓 5盒")
    shop.later(minutes=5)
    shop.say("销售", "东风机电")
    shop.later(minutes=1)
    shop.press("销售", "M8*40")
    told = whence(shop)
    assert "客户 东风机电 ← “东风机电”（10:05 小周）" in told
    assert "第1行 外六角螺栓 M8*40 5盒 ← “螺栓 5盒”（10:00 小周），选了“外六角螺栓 M8*40”（按钮 10:06 小周）" in told


def test_one_row_or_one_field(shop: Firm) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓20盒 生料带5卷 明天送")
    assert all(words.startswith("第2行") for words in whence(shop, "第2行怎么看出来的")[1:])
    assert [words[:2] for words in whence(shop, "交期怎么看出来的？")[1:]] == ["交期"]


def test_by_number_from_another_day_and_by_quote(shop: Firm) -> None:
    shop.say("销售", "东风机电 生料带 5卷")
    shop.say("销售", "确认")
    card = shop.card("销售").ref
    shop.later(days=3)
    assert "（11月24日 10:00 小周）" in whence(shop, "XS-0001 怎么看出来的")[1]
    shop.say("老板", "怎么看出来的 XS-0001")
    assert "生料带" in shop.texts("老板")[-1]
    shop.say("销售", "怎么看出来的？", quote=card)
    assert "生料带 5卷" in shop.texts("销售")[-1]


def test_terms_said_once_for_all(shop: Firm) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓 20盒 打95折 含税13%")
    told = " ".join(whence(shop))
    assert "折扣 9.5折 ← “打95折”" in told
    assert "税率 13% ← “" in told


def test_a_basket_names_the_order_it_was_made_like(shop: Firm) -> None:
    shop.say("销售", "东风机电 生料带 5卷")
    shop.say("销售", "确认")
    shop.later(hours=1)
    shop.say("销售", "东风 老样子")
    assert "第1行 生料带 5卷 ← “东风 老样子”（11:00 小周）" in whence(shop)


def test_a_basket_with_a_change(shop: Firm) -> None:
    shop.say("销售", "东风机电 生料带 5卷 六角螺母M8 3盒")
    shop.say("销售", "确认")
    shop.later(hours=1)
    shop.say("销售", "东风照上次，螺母多10盒")
    told = whence(shop)
    assert "第1行 生料带 5卷 ← “东风照上次，螺母多10盒”（11:00 小周）" in told
    assert "第2行 数量 13盒 ← “多10盒”（11:00 小周）" in told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("螺母再加10盒", "第2行 数量 13盒 ← “再加10盒”（10:10 小周）"),
        ("数量都翻倍", "第2行 数量 6盒 ← “数量都翻倍”（10:10 小周）"),
        ("螺母单价改成18", "第2行 单价 18元 ← “18”（10:10 小周）"),
        ("第1行不要", "第1行 六角螺母 M8 3盒 ← “六角螺母M8 3盒”（10:00 小周）"),
    ],
)
def test_what_changed_a_number_stands_behind_it(shop: Firm, said: str, told: str) -> None:
    shop.say("销售", "东风机电 生料带 5卷 六角螺母M8 3盒")
    shop.later(minutes=10)
    shop.say("销售", said)
    assert told in whence(shop)


def test_nothing_to_ask_about(shop: Firm) -> None:
    assert shop.say("销售", "怎么看出来的").kind == "asked"
    assert shop.say("销售", "XS-0099 怎么看出来的").kind == "asked"
    assert "没有 XS-0099" in shop.texts("销售")[-1]


def test_several_open_drafts_are_asked_about(shop: Firm) -> None:
    shop.say("销售", "东风机电 生料带 5卷")
    shop.later(minutes=10)
    shop.say("销售", "海棠门窗 生料带 6卷")
    shop.later(minutes=10)
    assert shop.say("销售", "怎么看出来的").kind == "asked"
    shop.say("销售", "草稿1")
    assert "生料带 5卷" in shop.texts("销售")[-1]


def test_group_talk_is_left_alone(shop: Firm) -> None:
    assert shop.say("销售", "怎么看出来的", chat="group:all").kind == "kept"


def test_a_customer_named_before_the_goods(shop: Firm) -> None:
    shop.say("销售", "东风机电下单")
    shop.say("销售", "生料带 5卷")
    assert "客户 东风机电 ← “东风机电下单”（10:00 小周）" in whence(shop)


def test_the_last_of_very_many_words_is_told(shop: Firm) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓20盒")
    view = shop.document("草稿1")
    for number in range(210):
        evidence.answered(
            shop.session,
            Turn(
                Said(900 + number, PLATFORM, "1", "direct", "1", "text", f"{number}盒", shop.now, shop.now),
                shop.person("销售"),
                shop.now,
            ),
            replace(view, lines=tuple(replace(line, qty=None) for line in view.lines)),
        )
    assert "第1行 数量 20盒 ← “209盒”（10:00 小周）" in whence(shop)
