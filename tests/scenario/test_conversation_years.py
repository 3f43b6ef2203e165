"""What a message costs in a firm that has worked for years: nothing a person says may go through everything they ever
did. Counted in steps of the database, not in seconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import pytest

from inventory_core import sql
from inventory_core.columns import dumps
from tests.support.chat import Firm, fresh_firm

OLD = 3000  # documents, messages and questions that are long over
LEAST = 20  # of them, to compare with
STEPS = 100  # of SQLite's machine, counted as one


def _copies(shop: Firm, count: int, other: Mapping[str, str]) -> None:
    """So many copies of the salesperson's last order, with other values in some columns."""
    names = [row[1] for row in sql.run(shop.session, "PRAGMA table_info(document)")]
    changed = {
        "id": "100000 + n.value",
        "draft_no": "100000 + n.value",
        "number": "'XS-' || (100000 + n.value)",
        **other,
    }
    sql.run(
        shop.session,
        f"INSERT INTO document ({', '.join(names)})"
        f" SELECT {', '.join(changed.get(name, f'd.{name}') for name in names)}"
        " FROM document AS d, json_each(:numbers) AS n WHERE d.kind = 'sales_order' AND d.id ="
        " (SELECT max(id) FROM document WHERE kind = 'sales_order' AND author_id = :author)",
        author=shop.person("销售").id,
        numbers=dumps(list(range(count))),
    )


def _age(shop: Firm, count: int) -> None:
    """Copies of a shipped order, of what was said and of questions that were answered, all a year old."""
    who = shop.person("销售")
    ago = sql.value(shop.session, "SELECT max(updated_at) FROM document") - 365 * 86_400_000_000
    _copies(shop, count, {"state": "'posted'", "updated_at": str(ago)})
    for chat in (shop.chat_of("销售"), shop.chat_of("仓管")):
        sql.run(
            shop.session,
            "INSERT INTO outbox (key, platform, chat, kind, body, state, attempts, next_at, created_at)"
            " SELECT 'old' || :chat || '.' || value, 'console', :chat, 'text', '好', 'sent', 1, 0, :ago"
            " FROM json_each(:numbers)",
            chat=chat,
            ago=ago,
            numbers=dumps(list(range(count))),
        )
    sql.run(
        shop.session,
        "INSERT INTO question (inbox_id, kind, person_id, platform, chat, message_ref, options, outbox_id, state,"
        " created_at) SELECT 500000 + value, 'which', :person, 'console', :chat, 'old' || value, '[]', 1, 'answered',"
        " :ago FROM json_each(:numbers)",
        person=who.id,
        chat=shop.chat_of("销售"),
        ago=ago,
        numbers=dumps(list(range(count))),
    )


def _steps(shop: Firm, what: Callable[[], object]) -> int:
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    driver = shop.session.connection().connection.driver_connection
    assert driver is not None
    driver.set_progress_handler(step, STEPS)
    what()
    driver.set_progress_handler(None, STEPS)
    return count


SAID = {
    "an order": lambda shop: shop.say("销售", "海棠 平垫片 2盒"),
    "a change": lambda shop: shop.say("销售", "第1行改成5盒"),
    "the last one": lambda shop: shop.say("销售", "刚才那单再加螺母 2盒"),
    "a word": lambda shop: shop.say("销售", "确认"),
    "a drop": lambda shop: shop.say("销售", "取消"),
    "an undoing": lambda shop: shop.say("销售", "撤销"),
    "a paper": lambda shop: shop.say("销售", "打印"),
    "drafts": lambda shop: shop.say("销售", "草稿"),
    "where from": lambda shop: shop.say("销售", "怎么看出来的"),
    "the same again": lambda shop: shop.say("销售", "东风老样子"),
    "stock": lambda shop: shop.say("销售", "库存 平垫片"),
    "taken back": lambda shop: shop.recall("销售", "m1"),
    "what waits": lambda shop: shop.say("仓管", "待发货"),
    "to ship": lambda shop: shop.say("仓管", "发货"),
    "goods came": lambda shop: shop.say("仓管", "永固到货 平垫片 5盒 单价3"),
    "to decide": lambda shop: shop.say("主管", "待审批"),
}  # fmt: skip


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("open_drafts", [1, 2])
def test_years_make_no_message_slower(said: str, open_drafts: int) -> None:
    cost = []
    for old in (LEAST, OLD):
        for shop in fresh_firm():
            shop.say("销售", "东风 M8*30螺栓 5盒", ref="m1")
            shop.say("销售", "确认")
            shop.later(hours=1)
            for _ in range(open_drafts):
                shop.say("销售", "大成 六角螺母 3盒")
                shop.later(minutes=5)
            _age(shop, old)
            cost.append(_steps(shop, partial(SAID[said], shop)))
    assert cost[1] < cost[0] * 1.2 + 20, cost


@pytest.mark.parametrize("said", ["同意", "驳回", "待审批", "大成那单同意"])
def test_many_that_wait_are_not_all_read(said: str) -> None:
    cost = []
    for count in (LEAST, 300):
        for shop in fresh_firm():
            shop.say("销售", "东风 平垫片 2盒 单价3")
            assert shop.say("销售", "确认").kind == "confirmed"
            assert shop.document("XS-0001").state.value == "pending"
            _copies(shop, count, {})
            cost.append(_steps(shop, partial(shop.say, "主管", said)))
    assert cost[1] - cost[0] < 300 - LEAST, cost  # a look at whose it is, not the whole order
