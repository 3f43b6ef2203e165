"""Every customer calls goods differently; what a person confirmed once is understood the next time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from inventory_core import aliases, catalog, firm, people
from inventory_core.sql import run, value
from inventory_core.views import Role
from tests.support.chat import PLATFORM, Firm, fresh_firm, labels

ROOM = "group:all"


@pytest.fixture
def shop() -> Iterator[Firm]:
    for found in fresh_firm():
        added = people.add_person(found.session, "小钱", (Role.SALES,), found.now)
        people.bind(found.session, added.id, PLATFORM, str(added.id), found.now)
        yield found


def teach(shop: Firm, who: str = "小周", customer: str = "东风", words: str = "大头丝", sku: str = "M8*40") -> None:
    """An order by a nickname, the question answered, the document confirmed."""
    shop.say(who, f"{customer} {words}螺栓5盒")
    if shop.document("草稿1").lines and "还有" in shop.card(who).card.title:
        shop.say(who, sku)
    shop.say(who, "确认")
    shop.later(minutes=10)


def lines(shop: Firm) -> list[tuple[str | None, bool]]:
    """Products of the newest draft, and whether anything is asked."""
    number = value(shop.session, "SELECT max(draft_no) FROM document")
    view = shop.document(f"草稿{number}")
    return [(line.product.sku if line.product else None, bool(view.blocking)) for line in view.lines]


def drop(shop: Firm, who: str = "小周") -> None:
    shop.say(who, "取消")
    shop.later(minutes=10)


def test_the_next_message_of_that_customer_is_understood(shop: Firm) -> None:
    teach(shop)
    assert (
        shop.texts("小周")[-1] == "已记住：东风机电说的“大头丝螺栓”是 外六角螺栓 M8*40（不对就回复：忘记 大头丝螺栓）"
    )
    shop.say("小周", "东风 来3盒大头丝螺栓")
    assert lines(shop) == [("LS0840", False)]


def test_named_after_the_goods_the_customer_is_listened_to_as_well(shop: Firm) -> None:
    teach(shop)
    shop.say("小周", "来3盒大头丝螺栓")
    assert lines(shop) == [(None, True)]
    shop.say("小周", "东风机电")
    assert lines(shop) == [("LS0840", False)]


def test_named_after_the_goods_another_customer_is_not(shop: Firm) -> None:
    teach(shop)
    shop.say("小周", "来3盒大头丝螺栓")
    shop.say("小周", "海棠门窗")
    assert lines(shop) == [(None, True)]


def test_another_customer_is_asked_with_that_product_first(shop: Firm) -> None:
    teach(shop, sku="M10*30")
    shop.say("小周", "海棠 来3盒大头丝螺栓")
    assert lines(shop) == [(None, True)]
    assert labels(shop.card("小周").card)[0] == "M10*30"


def test_nothing_is_learned_before_the_document_is_confirmed(shop: Firm) -> None:
    shop.say("小周", "东风 大头丝螺栓5盒")
    shop.say("小周", "M8*40")
    drop(shop)
    assert aliases.listing(shop.session, every=True) == ([], 0)
    shop.say("小周", "东风 来3盒大头丝螺栓")
    assert lines(shop) == [(None, True)]


def test_a_button_teaches_as_words_do(shop: Firm) -> None:
    shop.say("小周", "东风 大头丝螺栓5盒")
    shop.press("小周", "M8*40")
    shop.press("小周", "确认")
    assert shop.texts("小周")[-1].startswith("已记住：东风机电说的“大头丝螺栓”是 外六角螺栓 M8*40")


def test_a_change_of_mind_teaches_nothing(shop: Firm) -> None:
    shop.say("小周", "东风 M8*30外六角螺栓 5盒")
    shop.say("小周", "第1行换成M8*40外六角螺栓")
    shop.say("小周", "确认")
    assert shop.document("XS-0001").lines[0].product == shop.product("LS0840")
    assert aliases.listing(shop.session, every=True)[1] == 0


def test_a_line_read_wrongly_and_put_right_teaches(shop: Firm) -> None:
    shop.say("小周", "东风 声料带 5卷")
    assert lines(shop) == [("SLD", False)]  # heard as 生料带
    shop.say("小周", "第1行换成平垫片M8 5盒")
    shop.say("小周", "确认")
    shop.later(minutes=10)
    shop.say("小周", "东风 声料带 5盒")
    assert lines(shop) == [("PD08", False)]


def test_goods_by_their_own_name_are_no_nickname_of_others(shop: Firm) -> None:
    shop.say("小周", "东风 透亮生料带 5卷")
    shop.say("小周", "第1行换成平垫片M8 5盒")
    shop.say("小周", "确认")
    assert aliases.listing(shop.session, every=True)[1] == 0


def test_what_the_reader_knew_teaches_nothing(shop: Firm) -> None:
    shop.say("小周", "东风 生料带 5卷")
    shop.say("小周", "确认")
    assert aliases.listing(shop.session, every=True)[1] == 0
    assert not any("已记住" in text for text in shop.texts("小周"))


def test_a_noun_of_a_group_counts_from_the_third_time(shop: Firm) -> None:
    for round_ in range(3):
        shop.say("小周", "东风 外六角螺栓5盒")
        assert lines(shop) == [(None, True)], round_
        shop.say("小周", "M8*40")
        shop.say("小周", "确认")
        shop.later(minutes=10)
    shop.say("小周", "东风 外六角螺栓5盒")
    assert lines(shop) == [("LS0840", False)]
    drop(shop)
    shop.say("小周", "东风 M8*30外六角螺栓5盒")
    assert lines(shop) == [("LS0830", False)]


def test_a_noun_of_a_group_that_meant_two_things_is_asked_for_ever(shop: Firm) -> None:
    for spec in ("M8*40", "M8*40", "M8*30", "M8*40", "M8*40", "M8*30"):
        shop.say("小周", "东风 外六角螺栓5盒")
        assert lines(shop) == [(None, True)]
        shop.say("小周", spec)
        shop.say("小周", "确认")
        shop.later(minutes=10)


def test_forgotten_words_are_asked_again(shop: Firm) -> None:
    teach(shop)
    shop.say("小周", "忘记 大头丝螺栓")
    assert "不再当成 外六角螺栓 M8*40" in shop.texts("小周")[-1]
    shop.say("小周", "东风 来3盒大头丝螺栓")
    assert lines(shop) == [(None, True)]
    assert shop.say("小周", "忘记 大头丝螺栓").kind == "asked"


def test_two_contradictions_retire_a_word_and_one_does_not(shop: Firm) -> None:
    teach(shop)
    for round_ in range(2):
        shop.say("小周", "东风 来3盒大头丝螺栓")
        assert lines(shop) == [("LS0840", False)], round_
        shop.say("小周", "第1行换成M10*30")
        shop.say("小周", "确认")
        shop.later(minutes=10)
    assert shop.texts("小周")[-1] == "“大头丝螺栓”最近两次都不是 外六角螺栓 M8*40，先不认了，下次说到会再问"
    shop.say("小周", "东风 来3盒大头丝螺栓")
    assert lines(shop) == [(None, True)]


def test_a_confirmation_in_between_clears_the_doubt(shop: Firm) -> None:
    teach(shop)
    for other in ("M10*30", None, "M10*30"):
        shop.say("小周", "东风 来3盒大头丝螺栓")
        if other is not None:
            shop.say("小周", f"第1行换成{other}")
        shop.say("小周", "确认")
        shop.later(minutes=10)
    shop.say("小周", "东风 来3盒大头丝螺栓")
    assert lines(shop) == [("LS0840", False)]


def test_three_documents_by_two_people_make_it_the_firms(shop: Firm) -> None:
    teach(shop)
    teach(shop, "小周", "海棠")
    shop.say("小周", "大成 大头丝螺栓5盒")
    assert lines(shop) == [(None, True)]
    drop(shop)
    teach(shop, "小钱", "东风")
    assert shop.texts("小钱")[-1].startswith("“大头丝螺栓”好几次都是 外六角螺栓 M8*40，以后谁说都认")
    shop.say("小周", "大成 大头丝螺栓5盒")
    assert lines(shop) == [("LS0840", False)]


def test_three_documents_by_one_person_do_not(shop: Firm) -> None:
    for customer in ("东风", "海棠", "东风"):
        teach(shop, "小周", customer)
    shop.say("小周", "大成 大头丝螺栓5盒")
    assert lines(shop) == [(None, True)]


def test_where_one_customer_means_something_else_it_never_is_the_firms(shop: Firm) -> None:
    teach(shop, "小周", "海棠", sku="M10*30")
    for who in ("小周", "小钱", "小周"):
        teach(shop, who, "东风")
    shop.say("小周", "大成 大头丝螺栓5盒")
    assert lines(shop) == [(None, True)]
    drop(shop)
    shop.say("小周", "海棠 大头丝螺栓5盒")
    assert lines(shop) == [("LS1030", False)]


def test_doubted_by_others_it_stays_with_those_who_said_so(shop: Firm) -> None:
    for who, customer in (("小周", "东风"), ("小周", "海棠"), ("小钱", "东风")):
        teach(shop, who, customer)
    for _ in range(2):
        shop.say("小周", "大成 大头丝螺栓5盒")
        shop.say("小周", "第1行换成M10*30")
        shop.say("小周", "确认")
        shop.later(minutes=10)
    shop.say("小周", "大成 大头丝螺栓5盒")
    assert lines(shop) == [(None, True)]
    drop(shop)
    shop.say("小周", "东风 大头丝螺栓5盒")
    assert lines(shop) == [("LS0840", False)]


def test_the_same_words_for_two_goods_teach_nothing(shop: Firm) -> None:
    shop.say("小周", "东风\n大头丝螺栓5盒\n大头丝螺栓2箱")
    shop.choose("小周", "M8*40")
    shop.say("小周", "第2行换成M10*30")
    shop.say("小周", "确认")
    view = shop.document("草稿1")
    assert view.number is not None
    assert len({line.product.id for line in view.lines if line.product is not None}) == 2
    assert aliases.listing(shop.session, every=True)[1] == 0


def test_the_walk_in_customer_teaches_nothing(shop: Firm) -> None:
    shop.say("小周", "大头丝螺栓5盒")
    shop.say("小周", "散客")
    shop.say("小周", "M8*40")
    shop.say("小周", "确认")
    assert shop.document("草稿1").number is not None
    assert aliases.listing(shop.session, every=True)[1] == 0


def test_the_list_says_whose_who_and_how_often(shop: Firm) -> None:
    assert shop.say("老郑", "别名").kind == "answered"
    assert shop.texts("老郑")[-1].startswith("还没记住什么叫法")
    teach(shop)
    shop.say("老郑", "别名")
    assert "· 东风机电：“大头丝螺栓”是 外六角螺栓 M8*40（小周，1次，11月24日）" in shop.texts("老郑")[-1]
    shop.say("老郑", "别名 海棠")
    assert shop.texts("老郑")[-1].startswith("海棠门窗还没有记住的叫法")
    shop.say("老郑", "别名 东风")
    assert "大头丝螺栓" in shop.texts("老郑")[-1]


def test_said_outright_by_those_who_may(shop: Firm) -> None:
    assert shop.say("小周", "记住 东风 大垫=PD08").kind == "learned"
    shop.say("小周", "东风 大垫3盒")
    assert lines(shop) == [("PD08", False)]
    drop(shop)
    assert shop.say("老郑", "记住 海棠 大垫=PD08").kind == "refused"
    assert shop.say("小周", "记住 大垫=PD08").kind == "refused"
    shop.say("小周", "海棠 大垫3盒")
    assert lines(shop) != [("PD08", False)]
    drop(shop)
    assert shop.say("贾老板", "记住 大垫是平垫片 M8").kind == "learned"
    shop.say("小周", "海棠 大垫3盒")
    assert lines(shop) == [("PD08", False)]


@pytest.mark.parametrize(
    "text",
    [
        "记住 东风 M8*30=LS0840", "记住 东风 30=LS0840", "记住 东风 垫=PD08", "记住 东风 平垫片=LS0840",
        "记住 东风 生料=LS0840", "记住 东风 SLD=LS0840", "记住 东风 海棠=PD08", "记住 东风 盒=PD08",
        "记住 东风 明天=PD08",
        "记住 东风 谢谢=PD08", "记住 东风 老M10=LS0840", "记住 散客 大垫=PD08", "记住 螺栓=LS0840",
    ],
)  # fmt: skip
def test_what_no_boss_can_make_a_name(shop: Firm, text: str) -> None:
    assert shop.say("贾老板", text).kind == "refused"
    assert aliases.listing(shop.session, every=True)[1] == 0


def test_goods_and_customers_nobody_knows_are_said_so(shop: Firm) -> None:
    assert shop.say("小周", "记住 东风 大垫=飞船").kind == "asked"
    assert shop.say("小周", "记住 东风 大垫=螺栓").kind == "asked"
    assert shop.say("小周", "别名 天上人间").kind == "asked"
    assert shop.say("小周", "记住").kind == "asked"


def test_which_one_to_forget_is_asked(shop: Firm) -> None:
    shop.say("小周", "记住 东风 大垫=PD08")
    shop.say("小周", "记住 海棠 大垫=LM08")
    assert shop.say("小周", "忘记 大垫").kind == "asked"
    assert shop.say("小周", "忘记 海棠 大垫").kind == "forgotten"
    assert shop.say("小周", "忘记 大垫").kind == "forgotten"


def test_the_firms_words_are_forgotten_by_leaders(shop: Firm) -> None:
    shop.say("贾老板", "记住 大垫=PD08")
    assert shop.say("小周", "忘记 大垫").kind == "refused"
    shop.say("小周", "记住 东风 大垫=PD08")
    assert shop.say("吴主管", "忘记 所有客户 大垫").kind == "forgotten"
    shop.say("小周", "海棠 大垫3盒")
    assert lines(shop) != [("PD08", False)]


def test_in_a_group_only_when_the_bot_is_meant(shop: Firm) -> None:
    before = shop.count()
    shop.say("小周", "别名", chat=ROOM)
    assert shop.count() == before
    shop.say("小周", "别名", chat=ROOM, to_bot=True)
    assert shop.texts(ROOM)[-1].startswith("还没记住什么叫法")


def test_every_step_is_in_the_books(shop: Firm) -> None:
    version = firm.catalog_version(shop.session)
    teach(shop)
    shop.say("小周", "忘记 大头丝螺栓")
    kinds = [row[0] for row in run(shop.session, "SELECT kind FROM alias_event ORDER BY id")]
    assert kinds == ["confirmed", "forgotten"]
    actions = run(shop.session, "SELECT action FROM audit WHERE action LIKE 'alias_%' ORDER BY id")
    assert [row[0] for row in actions] == ["alias_learned", "alias_forgotten"]
    assert firm.catalog_version(shop.session) == version + 2
    changes = catalog.changes(shop.session, version)
    assert not changes["whole"]


def test_half_a_year_unused_is_asked_again(shop: Firm) -> None:
    teach(shop)
    shop.later(days=179)
    assert aliases.put_to_sleep(shop.session, shop.now) == 0
    shop.later(days=2)
    assert aliases.put_to_sleep(shop.session, shop.now) == 1
    shop.say("小周", "东风 来3盒大头丝螺栓")
    assert lines(shop) == [(None, True)]
    assert labels(shop.card("小周").card)[0] == "M8*40"
    shop.say("小周", "M8*40")
    shop.say("小周", "确认")
    shop.later(minutes=10)
    shop.say("小周", "东风 来3盒大头丝螺栓")
    assert lines(shop) == [("LS0840", False)]


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("忘记说了，再加10盒M8*30", "第1行 5盒 → 15盒"),
        ("忘记写了 还要M8*40 3盒", "加 外六角螺栓 M8*40 3盒"),
        ("忘掉刚才那个，改成3盒", "第1行 5盒 → 3盒"),
        ("记住这单是含税的", "第1行 含税"),
    ],
)
def test_speech_that_begins_alike_is_no_command(shop: Firm, text: str, change: str) -> None:
    shop.say("小周", "东风 M8*30外六角螺栓5盒")
    assert shop.say("小周", text).note == change


def test_a_nickname_that_begins_like_speech_is_forgotten(shop: Firm) -> None:
    shop.say("小周", "记住 东风 发蓝丝=LS0840")
    assert shop.say("小周", "忘记 发蓝丝").kind == "forgotten"
    shop.say("小周", "记住 东风 发蓝丝=LS0840")
    assert shop.say("小周", "忘记东风说的发蓝丝").kind == "forgotten"
