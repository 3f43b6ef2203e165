"""The intelligent bot as a channel: what goes out, what a click opens, and what failures mean to the sender."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from sqlmodel import Session

from bot.attachments import Attachments
from bot.channel import CardGone, NotYet, Outgoing, SendFailed
from bot.inbound import Inbound, InboundKind
from bot.kit import Kit
from bot.metrics import Metrics
from bot.settings import Settings
from bot.store import Store
from bot.store.migrate import migrate
from bot.wecom.bot import RULES, WecomBotChannel
from bot.wecom.endings import Pace
from handlers.turn import ClickResult, Outcome
from inventory_core.sql import run
from notifications import card_json
from notifications.card import Button, Card, Field, Table
from tests.support.aibot_gateway import AibotGateway

T0 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PACE = Pace(answer=0.3, first_pause=0.02, longest_pause=0.1, patience=0.2, not_subscribed=0.02, close=0.2)
CARD = Card(
    title="订单 XS-0012",
    fields=(Field("客户", "永兴五金"),),
    buttons=(Button("确认", "tok-confirm"), Button("作废", "tok-void")),
)
LONG = replace(CARD, table=Table(("货", "数量"), tuple((f"M{n}*40镀锌螺丝", f"{n}箱") for n in range(3, 60))))


class Moment:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = T0

    def __call__(self) -> datetime:
        return self.now


@dataclass
class FrontDoor:
    """Takes everything in; ``results`` are the answers to the next clicks."""

    taken: list[Inbound] = field(default_factory=list)
    results: list[ClickResult] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)

    async def accept(self, inbound: Inbound) -> int:
        if self.troubles:
            raise self.troubles.pop(0)
        if inbound.event_key not in self.ids:
            self.taken.append(inbound)
        return self.ids.setdefault(inbound.event_key, len(self.ids) + 1)

    async def click(self, inbound: Inbound) -> ClickResult:
        await self.accept(inbound)
        return self.results.pop(0) if self.results else ClickResult("好", "good", Outcome("confirmed"))

    async def retry(self, inbox_id: int) -> None:
        raise AssertionError("not asked for")


@dataclass
class Place:
    channel: WecomBotChannel
    platform: AibotGateway
    door: FrontDoor
    store: Store
    attachments: Attachments
    clock: Moment

    async def send(self, item: Outgoing) -> str:
        """As the sender does it: prepared, then sent."""
        return await self.channel.send(replace(item, wire=await self.channel.prepare(item)))

    async def clicked(self, task_id: str, key: str = "tok-confirm") -> str:
        before = len(self.door.ids)
        req_id = await self.platform.click("zhangwei", task_id, key)
        await self.platform.until(lambda: len(self.door.ids) > before)
        return req_id

    async def said(self) -> list[tuple[str, str]]:
        def read(session: Session) -> list[tuple[str, str]]:
            return [(row[0], row[1]) for row in run(session, "SELECT chat, body FROM outbox ORDER BY id")]

        return await self.store.read(read)

    async def told(self) -> list[tuple[str, str]]:
        """The same, as soon as there is something."""
        async with asyncio.timeout(10):
            while not (found := await self.said()):  # noqa: ASYNC110  the books call nobody
                await asyncio.sleep(0.01)
        return found


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the newest schema, made once."""
    path = tmp_path_factory.mktemp("empty") / "danju.db"
    migrate(path, before=lambda: None)
    return path


@pytest.fixture
async def place(tmp_path: Path, empty: Path) -> AsyncIterator[Place]:
    platform, door, clock = AibotGateway(), FrontDoor(), Moment()
    await platform.start()
    shutil.copyfile(empty, tmp_path / "danju.db")
    store = Store(tmp_path / "danju.db")
    http = aiohttp.ClientSession()
    attachments = Attachments(tmp_path / "attachments")
    settings = Settings(
        data_dir=tmp_path,
        wecom_bot_id="bot-1",
        wecom_bot_secret=SecretStr("s3cret"),
        wecom_bot_url=platform.url,
    )
    kit = Kit(settings, door, store, attachments, clock, Metrics(), lambda: http)
    channel = WecomBotChannel(kit, pace=PACE)
    await channel.start()
    await platform.subscribed(1)
    await channel.gateway.wait_live(5)
    yield Place(channel, platform, door, store, attachments, clock)
    await channel.stop()
    await http.close()
    await platform.stop()
    await asyncio.to_thread(store.close)


def item(kind: str, body: str, **more: Any) -> Outgoing:
    return Outgoing(1, "row1", "zhangwei", kind, body, created_at=T0, **more)


def card(found: Card = CARD, **more: Any) -> Outgoing:
    return item("card", card_json.dumps(found), **more)


# -- going out ---------------------------------------------------------------------------------------------------------


async def test_a_text_goes_as_markdown_that_says_the_same(place: Place) -> None:
    await place.send(item("text", "M8*40 十箱\n# 不是标题"))
    (body,) = place.platform.shown
    assert (body["chatid"], body["chat_type"], body["msgtype"]) == ("zhangwei", 1, "markdown")
    assert body["markdown"]["content"].startswith("M8×40 十箱\n")
    assert "\n# " not in body["markdown"]["content"]


async def test_a_group_is_named_as_one(place: Place) -> None:
    await place.send(replace(item("text", "好"), chat="wr1", chat_kind="group"))
    assert (place.platform.shown[0]["chatid"], place.platform.shown[0]["chat_type"]) == ("wr1", 2)


async def test_a_card_comes_back_by_its_task_id(place: Place) -> None:
    ref = await place.send(card())
    (body,) = place.platform.shown
    assert body["msgtype"] == "template_card"
    assert body["template_card"]["task_id"] == ref
    assert {button["key"] for button in body["template_card"]["button_list"]} == {"tok-confirm", "tok-void"}


async def test_the_same_row_has_the_same_task_id_and_another_row_another(place: Place) -> None:
    wires = [await place.channel.prepare(one) for one in (card(), card(), replace(card(), key="row2"))]
    assert wires[0] == wires[1] != wires[2]
    later = replace(card(), created_at=T0 + timedelta(days=1))  # the same key, after a restore of an older database
    assert json.loads(await place.channel.prepare(later))["ref"] != json.loads(wires[0])["ref"]


async def test_a_long_order_is_listed_before_its_card(place: Place) -> None:
    await place.send(card(LONG))
    kinds = [body["msgtype"] for body in place.platform.shown]
    assert kinds == ["markdown", "template_card"]
    assert "M59" in place.platform.shown[0]["markdown"]["content"]


async def test_only_what_is_missing_is_sent_again(place: Place) -> None:
    """The list was confirmed, the card was refused: the second try sends the card alone."""
    wire = await place.channel.prepare(card(LONG))
    ready = replace(card(LONG), wire=wire)
    sending = place.channel._push
    calls = 0

    async def push(row: Outgoing, cmd: str, body: dict[str, Any]) -> dict[str, Any]:
        nonlocal calls
        calls += 1
        if calls == 2:
            place.platform.declines["aibot_send_msg"] = [45009]
        return await sending(row, cmd, body)

    vars(place.channel)["_push"] = push
    with pytest.raises(NotYet):
        await place.channel.send(ready)
    await place.channel.send(ready)
    assert [body["msgtype"] for body in place.platform.shown] == ["markdown", "template_card"]


async def test_a_file_is_uploaded_when_prepared(place: Place) -> None:
    data = b"%PDF-1.7 " + bytes(600_000)
    sha256 = await asyncio.to_thread(place.attachments.put, data)
    body = json.dumps({"name": "送货单.pdf", "sha256": sha256})
    await place.send(item("file", body))
    (shown,) = place.platform.shown
    assert shown["msgtype"] == "file"
    assert place.platform.files[shown["file"]["media_id"]] == data


async def test_a_cards_picture_goes_before_it(place: Place) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(200)
    sha256 = await asyncio.to_thread(place.attachments.put, png)
    await place.send(card(replace(CARD, picture=sha256)))
    assert [body["msgtype"] for body in place.platform.shown] == ["image", "template_card"]
    assert place.platform.files[place.platform.shown[0]["image"]["media_id"]] == png


async def test_a_file_that_is_not_there(place: Place) -> None:
    with pytest.raises(SendFailed) as failure:
        await place.channel.prepare(item("file", json.dumps({"name": "x", "sha256": "0" * 64})))
    assert failure.value.permanent


# -- what failures mean ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "permanent"), [(45009, False), (-1, False), (40008, True), (93006, True)])
async def test_a_refusal_had_no_effect(code: int, permanent: bool, place: Place) -> None:
    place.platform.declines["aibot_send_msg"] = [code]
    with pytest.raises(SendFailed) as failure:
        await place.send(item("text", "好"))
    assert failure.value.permanent is permanent
    assert failure.value.no_effect
    assert isinstance(failure.value, NotYet) is (code == 45009)


async def test_no_answer_leaves_it_unknown(place: Place) -> None:
    place.platform.silent["aibot_send_msg"] = 1
    with pytest.raises(SendFailed) as failure:
        await place.send(item("text", "好"))
    assert not failure.value.permanent
    assert not failure.value.no_effect


async def test_no_connection_is_not_a_try(place: Place) -> None:
    place.platform.accepts_connections = False
    place.platform.abort()
    await place.platform.until(lambda: place.channel.gateway.state.value != "live")
    with pytest.raises(NotYet):
        await place.send(item("text", "好"))


async def test_its_own_limit_stays_below_the_platforms(place: Place) -> None:
    count = RULES[0].count
    assert count < 30
    for number in range(count):
        await place.send(replace(item("text", str(number)), key=f"row{number}"))
    with pytest.raises(NotYet) as limit:
        await place.send(item("text", "one more"))
    assert 0 < (limit.value.retry_after or 0) <= 60
    await place.send(replace(item("text", "elsewhere"), chat="lisi"))
    place.clock.now += timedelta(seconds=61)
    await place.send(item("text", "one more"))


async def test_what_went_out_before_a_restart_counts(place: Place) -> None:
    place.channel.remember([("zhangwei", T0 - timedelta(seconds=5))] * RULES[0].count)
    with pytest.raises(NotYet):
        await place.send(item("text", "好"))


# -- coming in ---------------------------------------------------------------------------------------------------------


async def test_a_message_is_put_through_the_door_despite_a_sick_disk(place: Place) -> None:
    place.door.troubles = [OSError(28, "no space left")]
    await place.platform.say("zhangwei", "来10箱")
    await place.platform.until(lambda: len(place.door.taken) == 1)
    assert place.door.taken[0].kind is InboundKind.TEXT


async def test_a_frame_delivered_again_has_the_same_key(place: Place) -> None:
    for _ in range(2):
        await place.platform.say("zhangwei", "来10箱", msgid="m7")
    await place.platform.say("zhangwei", "来11箱", msgid="m8")
    await place.platform.until(lambda: len(place.door.ids) == 2)
    assert list(place.door.ids) == ["wecombot:bot-1:m7", "wecombot:bot-1:m8"]


async def test_who_opens_the_chat_is_welcomed(place: Place) -> None:
    """They may never have spoken here, so that no other message would reach them."""
    event = {"msgid": "e1", "from": {"userid": "zhangwei"}, "event": {"eventtype": "enter_chat"}}
    req_id = await place.platform.push("aibot_event_callback", event)
    await place.platform.until(lambda: len(place.door.taken) == 1)
    await place.send(item("text", "您好，直接发订单就行。1. 打字"))
    await place.send(item("text", "第二句"))
    (welcome,) = place.platform.of("aibot_respond_welcome_msg")
    assert welcome["headers"]["req_id"] == req_id
    assert welcome["body"] == {"msgtype": "text", "text": {"content": "您好，直接发订单就行。1. 打字"}}
    assert len(place.platform.shown) == 1


async def test_a_welcome_that_came_too_late_goes_as_a_message(place: Place) -> None:
    event = {"msgid": "e1", "from": {"userid": "zhangwei"}, "event": {"eventtype": "enter_chat"}}
    await place.platform.push("aibot_event_callback", event)
    await place.platform.until(lambda: len(place.door.taken) == 1)
    place.platform.declines["aibot_respond_welcome_msg"] = [846605]
    await place.send(item("text", "您好"))
    assert place.platform.shown[0]["markdown"]["content"] == "您好"


# -- clicks ------------------------------------------------------------------------------------------------------------


def update(task_id: str, found: Card = CARD) -> Outgoing:
    return item("card_update", card_json.dumps(found), target_ref=task_id)


async def test_a_click_lets_its_card_be_changed_once(place: Place) -> None:
    ref = await place.send(card())
    req_id = await place.clicked(ref)
    assert await place.send(update(ref, replace(CARD, title="已确认"))) == ref
    (frame,) = place.platform.updates
    assert frame["headers"]["req_id"] == req_id
    assert frame["body"]["template_card"]["task_id"] == ref
    assert "userids" not in frame["body"]
    with pytest.raises(CardGone):
        await place.send(update(ref))


async def test_a_list_is_not_said_again_with_every_change_of_its_card(place: Place) -> None:
    ref = await place.send(card(LONG))
    await place.clicked(ref)
    await place.send(update(ref, replace(LONG, title="已确认")))
    assert [body["msgtype"] for body in place.platform.shown] == ["markdown", "template_card"]
    await place.clicked(ref, "tok-void")
    shorter = replace(LONG, table=Table(("货", "数量"), tuple((f"M{n}*50镀锌螺丝", "3箱") for n in range(3, 40))))
    await place.send(replace(update(ref, shorter), key="row2"))
    assert [body["msgtype"] for body in place.platform.shown] == ["markdown", "template_card", "markdown"]
    assert len(place.platform.updates) == 2


async def test_without_a_click_a_card_is_gone(place: Place) -> None:
    with pytest.raises(CardGone):
        await place.send(update("dj-never-clicked"))
    assert place.platform.updates == []


async def test_five_seconds_are_over(place: Place) -> None:
    ref = await place.send(card())
    await place.clicked(ref)
    place.channel._clicks._pace = lambda: float("inf")
    with pytest.raises(CardGone):
        await place.send(update(ref))


@pytest.mark.parametrize("code", [846605, 846608, 40008])
async def test_an_update_that_is_refused_becomes_a_new_card(code: int, place: Place) -> None:
    ref = await place.send(card())
    await place.clicked(ref)
    place.platform.declines["aibot_respond_update_msg"] = [code]
    with pytest.raises(CardGone):
        await place.send(update(ref))
