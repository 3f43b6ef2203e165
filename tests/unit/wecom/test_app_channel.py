"""The self-built app against the simulated platform: texts, cards, their updates, files, limits."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.channel import CardGone, NotYet, Outgoing, SendFailed
from bot.inbound import InboundKind
from bot.simulator.faults import Profile
from bot.wecom import app_requests, codes
from inventory_core.sql import run
from notifications import card_json
from notifications.card import Button, Card, Field, Option, Style, Table
from notifications.card import Choice as CardChoice
from tests.support.wecom_shop import Shop

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


@pytest_asyncio.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with Shop(tmp_path) as made:
        yield made


def card(title: str = "销售单 草稿3", **more: Any) -> str:
    parts: dict[str, Any] = {
        "fields": (Field("客户", "远山五金"),),
        "buttons": (Button("确认", "tok-ok", Style.PRIMARY), Button("作废", "tok-no", Style.DANGER)),
    }
    return card_json.dumps(Card(title, **(parts | more)))


def table(rows: int) -> Table:
    return Table(("品名", "数量"), tuple((f"外六角螺栓 M8*{number}", f"{number}盒") for number in range(rows)))


async def sent(shop: Shop, item: Outgoing) -> str:
    return await shop.app.send(replace(item, wire=await shop.app.prepare(item)))


# -- texts -------------------------------------------------------------------------------------------------------------


async def test_a_text_is_shown_and_a_retry_is_not(shop: Shop) -> None:
    item = shop.item("text", "库存不足")
    item = replace(item, wire=await shop.app.prepare(item))
    first = await shop.app.send(item)
    assert await shop.app.send(item) == first
    assert shop.seen() == ["库存不足"]


async def test_the_wire_is_what_goes_out(shop: Shop) -> None:
    item = replace(shop.item("text", "新的"), wire=await shop.app.prepare(shop.item("text", "旧的")))
    await shop.app.send(item)
    assert shop.seen() == ["旧的"]


async def test_equal_texts_of_different_rows_all_arrive(shop: Shop) -> None:
    for repeats in range(3):
        await sent(shop, shop.item("text", "有货", repeats=repeats))
    assert shop.seen() == ["有货", "有货（10:30）", "有货（10:30 第3次）"]


async def test_a_long_text_comes_whole_in_parts(shop: Shop) -> None:
    lines = [f"{number}. 外六角螺栓 M8*{number} 5盒" for number in range(300)]
    await sent(shop, shop.item("text", "\n".join(lines)))
    shown = shop.seen()
    assert len(shown) > 3
    assert "\n".join(part.partition("\n")[2] for part in shown) == "\n".join(lines)
    assert all(len(part.encode()) <= 2048 for part in shown)


async def test_a_retry_after_a_part_sends_the_rest_only(shop: Shop) -> None:
    item = shop.item("text", "\n".join(["长" * 600] * 3))
    item = replace(item, wire=await shop.app.prepare(item))
    shop.sim.desk.tokens.issue()
    for _ in range(24):
        await sent(shop, shop.item("text", f"先{_}"))
    with pytest.raises(NotYet) as limited:
        await shop.app.send(item)
    assert not limited.value.no_effect
    assert 0 < (limited.value.retry_after or 0) <= 60
    shop.later(seconds=61)
    await shop.app.send(item)
    parts = [text for text in shop.seen() if text.startswith("（")]
    assert [part[:5] for part in parts] == ["（1/3）", "（2/3）", "（3/3）"]


async def test_nobody_can_be_made_everybody(shop: Shop) -> None:
    for chat in ("@all", "ZhangWei|LiNa", "", "a b", "x" * 65):
        with pytest.raises(SendFailed) as refused:
            await shop.app.prepare(shop.item("text", "x", chat))
        assert refused.value.permanent


async def test_who_is_outside_the_visible_range_is_told_of(shop: Shop) -> None:
    with pytest.raises(SendFailed, match="可见范围") as refused:
        await sent(shop, shop.item("text", "x", "WangWu"))
    assert refused.value.permanent


async def test_links_and_mentions_of_strangers_are_words(shop: Shop) -> None:
    await sent(shop, shop.item("text", '<a href="http://evil.example">点这里</a> <@LiNa>'))
    assert "<a" not in shop.seen()[0]
    assert "<@" not in shop.seen()[0]


async def test_our_limit_is_below_the_silent_drop(shop: Shop) -> None:
    for number in range(25):
        await sent(shop, shop.item("text", f"第{number}条"))
    with pytest.raises(NotYet):
        await sent(shop, shop.item("text", "多了"))
    await sent(shop, shop.item("text", "别人的", "LiNa"))
    assert not shop.sim.sending.dropped
    shop.later(seconds=60)
    await sent(shop, shop.item("text", "多了"))


async def test_what_went_out_before_the_start_counts(shop: Shop) -> None:
    shop.app.remember([("ZhangWei", shop.now)] * 25)
    with pytest.raises(NotYet):
        await sent(shop, shop.item("text", "x"))


# -- cards -------------------------------------------------------------------------------------------------------------


async def test_a_card_is_shown_once_and_its_ref_is_its_task(shop: Shop) -> None:
    item = shop.item("card", card())
    item = replace(item, wire=await shop.app.prepare(item))
    ref = await shop.app.send(item)
    assert await shop.app.send(item) == ref
    assert [shown["task_id"] for shown in shop.seen()] == [ref]
    assert ref.startswith("danju-")


async def test_a_card_is_updated_once_and_then_gone(shop: Shop) -> None:
    ref = await sent(shop, shop.item("card", card()))
    assert await sent(shop, shop.item("card_update", card("销售单 XS-1"), target_ref=ref)) == ref
    assert [shown["main_title"]["title"] for shown in shop.seen()] != []
    assert len(shop.seen()) == 1
    assert "XS-1" in json.dumps(shop.seen()[0], ensure_ascii=False)
    with pytest.raises(CardGone):
        await sent(shop, shop.item("card_update", card("销售单 XS-2"), target_ref=ref))


async def test_a_click_brings_the_next_code(shop: Shop) -> None:
    ref = await sent(shop, shop.item("card", card()))
    for number in range(3):
        await shop.sim.click("ZhangWei", ref, "tok-ok")
        await sent(shop, shop.item("card_update", card(f"销售单 {number}"), target_ref=ref))
    assert len(shop.seen()) == 1
    assert [inbound.kind for inbound in shop.door.taken.values()] == [InboundKind.CLICK] * 3
    assert {inbound.message_ref for inbound in shop.door.taken.values()} == {ref}


async def test_a_choice_comes_back_as_token_and_value(shop: Shop) -> None:
    options = (Option("M6*30", "7"), Option("M6*35", "8"))
    choice = CardChoice("line2", "哪一种", "tok-pick", options)
    ref = await sent(shop, shop.item("card", card(choices=(choice,))))
    await shop.sim.click("ZhangWei", ref, "tok-pick", {"line2": "8"})
    click = next(iter(shop.door.taken.values()))
    assert (click.token, click.values) == ("tok-pick", {"line2": "8"})


async def test_an_update_whose_answer_is_lost_is_never_tried_again(shop: Shop) -> None:
    ref = await sent(shop, shop.item("card", card()))
    item = shop.item("card_update", card("销售单 XS-1"), target_ref=ref)
    shop.sim.faults.profile = Profile(timeout_after_effect=1.0)
    with pytest.raises(CardGone):
        await shop.app.send(replace(item, wire=await shop.app.prepare(item)))
    shop.sim.faults.profile = Profile()
    with pytest.raises(CardGone):
        await sent(shop, shop.item("card_update", card("销售单 XS-2"), target_ref=ref))


async def test_an_update_that_wecom_did_not_look_at_keeps_its_code(shop: Shop) -> None:
    ref = await sent(shop, shop.item("card", card()))
    item = shop.item("card_update", card("销售单 XS-1"), target_ref=ref)
    shop.sim.faults.profile = Profile(too_many=1.0)
    with pytest.raises(NotYet):
        await sent(shop, item)
    shop.sim.faults.profile = Profile()
    shop.sim.desk.tokens.revoke()
    assert await sent(shop, item) == ref
    assert "XS-1" in json.dumps(shop.seen()[0], ensure_ascii=False)


async def test_a_code_that_wecom_does_not_know_makes_a_new_card(shop: Shop) -> None:
    ref = await sent(shop, shop.item("card", card()))
    await shop.store.write(lambda session: codes.card_sent(session, ref, "ZhangWei", "no such code", shop.now))
    with pytest.raises(CardGone):
        await sent(shop, shop.item("card_update", card("新的"), target_ref=ref))


async def test_a_code_lives_seventy_two_hours(shop: Shop) -> None:
    ref = await sent(shop, shop.item("card", card()))
    shop.later(hours=72)
    with pytest.raises(CardGone):
        await sent(shop, shop.item("card_update", card("新的"), target_ref=ref))


async def test_a_card_nobody_knows_is_gone(shop: Shop) -> None:
    with pytest.raises(CardGone):
        await sent(shop, shop.item("card_update", card(), target_ref="danju-0"))


async def test_a_new_card_says_what_it_replaces(shop: Shop) -> None:
    await sent(shop, shop.item("card", card(), replaces="danju-0"))
    assert "替代前面那张" in json.dumps(shop.seen()[0], ensure_ascii=False)


async def test_a_card_the_linter_refuses_goes_as_words(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = await sent(shop, shop.item("card", card()))
    monkeypatch.setattr(app_requests, "problems", lambda _card, _surface: ["too long"])
    with pytest.raises(CardGone):
        await shop.app.prepare(shop.item("card_update", card(), target_ref=ref))
    choice = CardChoice("line2", "哪一种", "tok", (Option("M6*30", "7"), Option("M6*35", "8")))
    await sent(shop, shop.item("card", card(table=table(2), choices=(choice,), hint="直接打字也行")))
    words = shop.seen()[1]
    for said in (
        "销售单 草稿3",
        "客户：远山五金",
        "外六角螺栓 M8*1 1盒",
        "哪一种：M6*30、M6*35",
        "确认、作废",
        "直接打字也行",
    ):
        assert said in words


async def test_what_does_not_fit_goes_before_the_card(shop: Shop) -> None:
    await sent(shop, shop.item("card", card(table=table(30))))
    text, shown = shop.seen()
    assert "M8×29" in text or "M8*29" in text
    assert shown["card_type"] == "button_interaction"


async def test_an_update_repeats_the_list_only_when_it_changed(shop: Shop) -> None:
    first = shop.item("card", card(table=table(30)))
    ref = await sent(shop, first)
    await record(shop, first, ref)
    await sent(shop, shop.item("card_update", card("销售单 XS-1", table=table(30)), target_ref=ref))
    assert len(shop.seen()) == 2
    await shop.sim.click("ZhangWei", ref, "tok-ok")
    await sent(shop, shop.item("card_update", card("销售单 XS-1", table=table(31)), target_ref=ref))
    assert len(shop.seen()) == 3
    with pytest.raises(CardGone):
        await sent(shop, shop.item("card_update", card("销售单 XS-1", table=table(32)), target_ref=ref))
    assert len(shop.seen()) == 3


async def record(shop: Shop, item: Outgoing, ref: str) -> None:
    """What the sender writes down about a row that went out."""
    await shop.store.write(
        lambda session: run(
            session,
            "INSERT INTO outbox (id, key, platform, chat, kind, body, state, attempts, next_at, created_at,"
            " platform_ref) VALUES (:id, :key, 'wecom', :chat, :kind, :body, 'sent', 1, 0, 0, :ref)",
            id=item.id,
            key=item.key,
            chat=item.chat,
            kind=item.kind,
            body=item.body,
            ref=ref,
        )
    )


async def test_a_redelivered_click_does_not_bring_a_spent_code_back(shop: Shop) -> None:
    def unit(session: Any) -> None:
        codes.card_sent(session, "t", "ZhangWei", "one", shop.now)
        run(
            session,
            "INSERT INTO inbox (event_key, platform, kind, conversation, chat, sender, message_ref, sent_at,"
            " received_at, body, state, attempts, again)"
            " VALUES ('k', 'wecom', 'click', '', '', '', 't', 0, 0, '', 'new', 0, 0)",
        )
        assert codes.spend(session, "t", shop.now) == codes.Spent("ZhangWei", "one")
        codes.card_clicked(session, "t", "ZhangWei", "one", "k", shop.now)
        assert not codes.usable(session, "t", shop.now)
        codes.card_clicked(session, "t", "zhangwei", "two", "k2", shop.now)
        assert codes.usable(session, "t", shop.now)
        codes.card_clicked(session, "t", "LiNa", "three", "k3", shop.now)
        assert codes.spend(session, "t", shop.now) == codes.Spent("ZhangWei", "two")
        codes.give_back(session, "t", codes.Spent("ZhangWei", "two"))
        codes.card_sent(session, "t", "ZhangWei", None, shop.now)
        assert codes.spend(session, "t", shop.now) == codes.Spent("ZhangWei", "two")
        assert codes.spend(session, "t", shop.now) is None

    await shop.store.write(unit)


# -- files -------------------------------------------------------------------------------------------------------------


def file_item(shop: Shop, name: str, data: bytes) -> Outgoing:
    return shop.item("file", json.dumps({"name": name, "sha256": shop.put(data)}, ensure_ascii=False))


async def test_pictures_and_files(shop: Shop) -> None:
    await sent(shop, file_item(shop, "图.png", PNG))
    await sent(shop, file_item(shop, "9月对账单.pdf", b"%PDF-1.7 xxxxxx"))
    kinds = [message.kind for message in shop.sim.shown.of_chat("ZhangWei")]
    assert kinds == ["image", "file"]
    assert shop.seen()[1]["name"] == "9月对账单.pdf"


@pytest.mark.parametrize("size", [3, 20 * 1024 * 1024 + 1])
async def test_what_wecom_does_not_take_is_said(shop: Shop, size: int) -> None:
    await sent(shop, file_item(shop, "大表.xlsx", b"x" * size))
    assert "《大表.xlsx》" in shop.seen()[0]


async def test_a_picture_comes_in_and_is_fetched(shop: Shop) -> None:
    await shop.sim.send_file("ZhangWei", "单.png", PNG)
    await shop.sim.settled()
    inbound = next(iter(shop.door.taken.values()))
    assert inbound.kind is InboundKind.PICTURE
    assert await shop.app.fetch(inbound.files[0].ref) == PNG


# -- in, and what is said of clicks ------------------------------------------------------------------------------------


async def test_the_address_is_verified(shop: Shop) -> None:
    assert await shop.sim.verify_callback() == ""


async def test_a_voice_message_gets_a_polite_word(shop: Shop) -> None:
    await shop.sim.send_file("ZhangWei", "话.amr", b"#!AMR\n123456")
    await shop.sim.settled()
    file = next(iter(shop.door.taken.values())).files[0]
    with pytest.raises(SendFailed, match="语音") as refused:
        await shop.app.fetch(file.ref)
    assert (refused.value.permanent, str(refused.value)) == (True, file.problem)


async def test_a_message_is_taken_once(shop: Shop) -> None:
    ref = await shop.sim.say("ZhangWei", "来5箱螺丝")
    await shop.sim.settled()
    assert [(one.text, one.message_ref) for one in shop.door.taken.values()] == [("来5箱螺丝", ref)]
    assert shop.sim.acknowledged() == set(shop.door.taken)


async def test_who_left_the_firm(shop: Shop) -> None:
    await shop.sim.change_contact("delete_user", "LiNa")
    assert [(one.kind, one.sender) for one in shop.door.taken.values()] == [(InboundKind.LEFT, "LiNa")]


async def said(shop: Shop) -> list[str]:
    await shop.app.stop()
    return [row[0] for row in await shop.store.read(lambda session: run(session, "SELECT body FROM outbox"))]


async def test_an_answer_that_a_card_shows_is_not_said_too(shop: Shop) -> None:
    ref = await sent(shop, shop.item("card", card()))
    await shop.store.write(
        lambda session: run(
            session,
            "INSERT INTO outbox (key, platform, chat, kind, body, state, attempts, next_at, created_at, inbox_id)"
            " VALUES ('u', 'wecom', 'ZhangWei', 'card_update', '新卡片', 'new', 0, 0, 0, 1)",
        )
    )
    await shop.sim.click("ZhangWei", ref, "tok-ok")
    assert await said(shop) == ["新卡片"]


# -- people and settings -----------------------------------------------------------------------------------------------


async def test_names(shop: Shop) -> None:
    assert await shop.app.name_of("ZhangWei") == "张伟"
    assert await shop.app.name_of("WangWu") == ""


async def test_a_malformed_key_is_told_and_stops_nothing(tmp_path: Path) -> None:
    async with Shop(tmp_path) as shop:
        broken = shop.settings.model_copy(update={"wecom_aes_key": type(shop.settings.wecom_aes_key)("short")})
        channel = type(shop.app)(replace(shop.kit, settings=broken))
        await channel.start()
        assert "43" in (await shop.notes())["callback_key"]
        await channel.stop()
