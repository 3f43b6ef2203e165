"""Clicks over the running service, in every odd way: each is answered in words, none does harm."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.support.firm import Clock, Firm, Shown, running

ORDER = "永兴 M8*30镀锌螺丝 10盒"
BIG_ORDER = "永兴 铁红防锈漆20L 20桶 白色乳胶漆20L 20桶 黄铜闸阀DN50 30个 DN20黄铜球阀 40个 4平方红线 15卷"


def body(firm: Firm, who: str, card: Shown, token: str, key: str, **values: str) -> dict[str, Any]:
    seat = firm.seat(who).id
    return {"as": seat, "room": card.room, "message": card.seq, "token": token, "values": values, "key": key}


async def press_at_once(firm: Firm, bodies: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Send clicks together; every one must be answered with words."""
    answers = await asyncio.gather(*(firm.post("/console/api/clicks", one) for one in bodies))
    assert [status for status, _ in answers] == [200] * len(bodies)
    found = [answer for _, answer in answers]
    assert all(one["toast"] for one in found)
    await firm.settle()
    return found


async def numbers(firm: Firm) -> list[str]:
    """Sales orders confirmed since the sample's month."""
    rows = await firm.rows("SELECT number FROM document WHERE kind = 'sales_order' AND number > 'XS-0064' ORDER BY id")
    return [row[0] for row in rows]


async def test_the_same_click_five_times_at_once_confirms_once(firm: Firm) -> None:
    before = await firm.available("LS0830D")
    [card] = await firm.say("销售", ORDER)
    token = card.button("确认").token
    answers = await press_at_once(firm, [body(firm, "销售", card, token, "same-click") for _ in range(5)])
    assert {one["toast"] for one in answers} == {"已确认：XS-0065"}
    assert await numbers(firm) == ["XS-0065"]
    assert await firm.available("LS0830D") == before - 1000
    assert (await firm.outcomes()).count("confirmed") == 1
    assert len(await firm.rows("SELECT id FROM inbox WHERE kind = 'click'")) == 1
    await firm.sound()


async def test_five_clicks_of_an_impatient_thumb_confirm_once(firm: Firm) -> None:
    before = await firm.available("LS0830D")
    [card] = await firm.say("销售", ORDER)
    token = card.button("确认").token
    answers = await press_at_once(firm, [body(firm, "销售", card, token, f"impatient{n}") for n in range(5)])
    assert sorted({one["toast"] for one in answers}) == ["XS-0065 已经是“已审核”了", "已确认：XS-0065"]
    assert await numbers(firm) == ["XS-0065"]
    assert await firm.available("LS0830D") == before - 1000
    assert sorted(await firm.outcomes()) == ["confirmed", "drafted", *["repeated"] * 4]
    assert len([one for one in firm.cards("仓管") if "XS-0065" in one.card.title]) == 1
    await firm.sound()


async def test_the_same_message_five_times_at_once_is_one_draft(firm: Firm) -> None:
    message = {"as": firm.seat("销售").id, "room": firm.room("销售").id, "text": ORDER, "key": "same-message"}
    answers = await asyncio.gather(*(firm.post("/console/api/messages", message) for _ in range(5)))
    assert [answer == answers[0] for answer in answers] == [True] * 5
    await firm.settle()
    assert await firm.outcomes() == ["drafted"]
    assert len(firm.cards("销售")) == 1


async def test_two_keepers_ship_at_once_and_one_truck_leaves(firm: Firm) -> None:
    await firm.say("销售", ORDER)
    await firm.say("销售", "确认")
    card = firm.card("仓管")
    token = card.button("发货").token
    await firm.say("老板", "XS-0065")
    other = firm.card("老板")
    await press_at_once(
        firm,
        [body(firm, "仓管", card, token, f"keeper-{n}") for n in range(3)]
        + [body(firm, "老板", other, other.button("发货").token, f"the-boss-{n}") for n in range(3)],
    )
    assert len((await firm.document("XS-0065")).shipments) == 1
    assert (await firm.outcomes()).count("shipped") == 1
    await firm.sound()


async def test_approve_reject_and_undo_at_once_end_in_one_of_them(firm: Firm) -> None:
    before = await firm.available("FXQH20")
    await firm.say("销售", BIG_ORDER)
    await firm.say("销售", "确认")
    mine, theirs, boss = firm.card("销售"), firm.card("主管"), firm.card("老板")
    await press_at_once(
        firm,
        [
            body(firm, "主管", theirs, theirs.button("同意").token, "approving"),
            body(firm, "老板", boss, boss.button("驳回").token, "rejecting", reason="不行"),
            body(firm, "销售", mine, mine.button("撤销").token, "undoing-it"),
        ],
    )
    view = await firm.document("XS-0065")
    # Whoever came first decided; an order that was agreed upon may still have been taken back by its author.
    free = view.state.value in ("rejected", "void")
    assert view.state.value in ("approved", "rejected", "void")
    assert await firm.available("FXQH20") == (before if free else before - 20)
    await firm.sound()


async def test_a_click_on_an_old_card_shows_the_new_one(firm: Firm) -> None:
    [old] = await firm.say("销售", ORDER)
    firm.clock.move(minutes=5)
    await firm.say("销售", "第1行改成5盒")
    toast = await firm.click("销售", old, "确认")
    assert (toast.text, toast.tone) == ("单子刚更新过，请看最新的卡片", "warn")
    assert await numbers(firm) == []
    await firm.click("销售", firm.card("销售"), "确认")
    assert int((await firm.document("XS-0065")).lines[0].qty or 0) == 5
    toast = await firm.click("销售", old, "取消")  # a day later, from far up in the room
    assert "已经是“已审核”" in toast.text
    assert (await firm.document("XS-0065")).state.value == "approved"


async def test_a_click_in_somebody_elses_room_is_refused(firm: Firm) -> None:
    [card] = await firm.say("小李", ORDER)
    token = card.button("确认").token
    status, answer = await firm.post("/console/api/clicks", body(firm, "小周", card, token, "stranger1"))
    assert status == 400
    assert "小周不在这个会话里" in answer["error"]
    await firm.settle()
    assert await numbers(firm) == []


async def test_a_click_on_another_s_draft_in_a_group_is_refused(firm: Firm) -> None:
    [card] = await firm.say("小李", f"@单据 {ORDER}", room="销售群")
    toast = await firm.click("小周", card, "确认")
    assert (toast.tone, "小李" in toast.text) == ("warn", True)
    assert await numbers(firm) == []
    assert (await firm.click("小李", card, "确认")).text == "已确认：XS-0065"


async def test_a_stolen_token_gives_nobody_a_right(firm: Firm) -> None:
    await firm.say("销售", BIG_ORDER)
    await firm.say("销售", "确认")
    await firm.say("销售", "诚工 M8*40镀锌螺丝 3盒")
    await firm.say("销售", "确认")
    mine = firm.card("销售")
    approve = firm.cards("主管")[0].button("同意").token
    ship = firm.card("仓管").button("发货").token
    for token in (approve, ship):
        toast = await firm.press("销售", mine, token)
        assert toast.tone == "warn", toast
    assert (await firm.document("XS-0065")).state.value == "pending"
    assert (await firm.document("XS-0066")).state.value == "approved"
    toast = await firm.press("采购", (await firm.say("采购", "XS-0066"))[0], ship)
    assert toast.tone == "warn"
    assert await firm.outcomes() == [
        *("drafted", "confirmed", "drafted", "confirmed", "refused", "refused", "answered", "refused")
    ]
    await firm.sound()


async def test_forged_tokens_and_answers_never_offered_change_nothing(firm: Firm) -> None:
    [card] = await firm.say("销售", "永兴 生料带 20卷")
    for token in ("deadbeef", "", "'; DROP TABLE document; --", "草稿84", "0" * 200):
        toast = await firm.press("销售", card, token)
        assert (toast.tone, toast.text) == ("warn", "这个按钮已经失效，回复“草稿”看最新的卡片")
    assert (await firm.document("草稿84")).lines[0].product is None
    assert (await firm.document("草稿84")).version == 1
    await firm.choose("销售", firm.card("销售"), "20米")
    assert (await firm.document("草稿84")).lines[0].product is not None
    [card] = await firm.say("销售", "顺发 麻花钻头 20支")
    [choice] = card.card.choices
    for value in ("", "abc", "999999", "-1", "9" * 30, "1 OR 1=1"):
        toast = await firm.press("销售", card, choice.token, {choice.name: value})
        assert toast.tone == "warn", (value, toast)
    assert (await firm.press("销售", card, choice.token, {"something": "else"})).tone == "warn"
    assert (await firm.document("草稿85")).lines[0].product is None


async def test_a_click_while_a_sentence_changes_the_same_draft(firm: Firm) -> None:
    """Either the click came first and the sentence changed the order, or it was too late and nothing was confirmed."""
    for attempt in range(3):
        before = await firm.available("LS0830D")
        await firm.say("销售", "诚工 M8*30镀锌螺丝 10盒")
        card = firm.card("销售")
        token = card.button("确认").token
        message = {"as": firm.seat("销售").id, "room": firm.room("销售").id, "text": "第1行改成5盒"}
        click = body(firm, "销售", card, token, f"racing-{attempt}")
        (said, _), (status, answer) = await asyncio.gather(
            firm.post("/console/api/messages", message), firm.post("/console/api/clicks", click)
        )
        assert (said, status) == (200, 200)
        await firm.settle()
        confirmed = "已确认" in answer["toast"]
        label = firm.card("销售").card.title.split()[1]
        view = await firm.document(label)
        assert int(view.lines[0].qty or 0) == 5, answer
        assert view.state.value == ("approved" if confirmed else "draft"), answer
        assert await firm.available("LS0830D") == (before - 500 if confirmed else before)
        await firm.say("销售", f"{'撤销' if confirmed else '取消'} {label}")
        firm.clock.move(minutes=5)
    await firm.sound()


async def test_cards_from_before_a_restart_still_work(data: Path) -> None:
    clock = Clock()
    async with running(data, clock) as firm:
        await firm.say("销售", ORDER)
        await firm.say("销售", "诚工 M8*40镀锌螺丝 3盒")
        clock.move(minutes=10)
        await firm.say("销售", "第1行改成7盒")
        confirm, question = firm.cards("销售")[0], firm.card("销售")
    async with running(data, clock) as firm:
        assert (await firm.click("销售", question, "草稿85")).tone != "bad"
        assert int((await firm.document("草稿85")).lines[0].qty or 0) == 7
        assert (await firm.click("销售", question, "草稿84")).text == "这个已经答过了"
        assert (await firm.click("销售", confirm, "确认")).text == "已确认：XS-0065"
        assert (await firm.click("销售", confirm, "确认")).text == "XS-0065 已经是“已审核”了"
        await firm.sound()


async def test_a_click_that_was_committed_and_not_yet_carried_out_is_carried_out_after_a_restart(data: Path) -> None:
    async with running(data) as firm:
        [card] = await firm.say("销售", ORDER)
        firm.service.dispatcher._begin_click = _never  # type: ignore[assignment,method-assign]
        click = body(firm, "销售", card, card.button("确认").token, "half-done")
        status, answer = await firm.post("/console/api/clicks", click)
        assert (status, answer["toast"]) == (200, "处理中，结果马上发到这里")
    async with running(data) as firm:
        await firm.settle()
        assert (await firm.document("XS-0065")).state.value == "approved"
        status, answer = await firm.post("/console/api/clicks", click)
        assert answer["toast"] == "已确认：XS-0065"
        await firm.sound()


def _never(_item: object) -> None:
    return None
