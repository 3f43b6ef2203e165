"""The Feishu channel between the simulated platform and a stand-in for the service: clicks are answered with the card,
cards are left alone meanwhile, and what is asked of the platform comes back as words people understand."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr
from sqlmodel import Session

from bot import inbox
from bot.channel import NotYet, SendFailed
from bot.feishu import channel as module
from bot.feishu.channel import FeishuChannel
from bot.inbound import Inbound, InboundKind
from bot.kit import Kit, notes
from bot.metrics import Metrics
from bot.settings import Settings
from bot.simulator.faults import Profile
from bot.simulator.feishu import FeishuConfig, FeishuSim
from bot.simulator.parts import Pace
from bot.simulator.server import Simulator
from bot.store import Store
from bot.store.tables import METADATA
from handlers.turn import ClickResult, Outcome
from nlp.layout.recognise import recognise
from notifications import card_json, delivery, outbox
from notifications.card import Button, Card
from tests.support.feishu_out import PNG, HandClock, Shelf, item, session

LI, HAN = "ou_li", "ou_han"
CARD = Card("销售订单 草稿3 · 待确认", buttons=(Button("确认", "tok_1"),))
DONE = Card("销售订单 XS-0003 · 已审核", buttons=(Button("打印", "tok_9"),))


@dataclass
class Door:
    """Stands in for the dispatcher."""

    accepted: list[Inbound] = field(default_factory=list)
    clicked: list[Inbound] = field(default_factory=list)
    on_click: Callable[[Inbound], Any] = lambda _inbound: None
    result: ClickResult = field(default_factory=lambda: ClickResult("已确认 XS-0003", "good"))
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def accept(self, inbound: Inbound) -> int:
        self.accepted.append(inbound)
        return len(self.accepted)

    async def click(self, inbound: Inbound) -> ClickResult:
        await self.gate.wait()
        self.on_click(inbound)
        self.clicked.append(inbound)
        return self.result

    async def retry(self, inbox_id: int) -> None:
        raise AssertionError(inbox_id)


@dataclass
class Desk:
    """The channel, wired to a simulated Feishu by webhook."""

    sim: FeishuSim
    channel: FeishuChannel
    door: Door
    store: Store
    shelf: Shelf
    clock: HandClock

    async def show(self, card: Card) -> tuple[int, str]:
        """A card in the direct chat of LI, as outbox and sender bring it there: (outbox id, message id)."""
        chat = self.sim.direct_chat(LI)

        def put(db: Session) -> int:
            row = outbox.show_card(db, "feishu", chat, card, now=self.clock())
            assert delivery.claim(db, row, self.clock())
            return row

        row = await self.store.write(put)
        ref = await self.channel.send(item("card", card_json.dumps(card), chat=chat, key=f"row{row}"))
        await self.store.write(lambda db: delivery.sent(db, row, ref, self.clock()))
        return row, ref

    def close(self, row: int, card: Card) -> None:
        """What a click does to a card: its place gets another one."""
        self.store.write_sync(lambda db: outbox.close_card(db, row, card, self.clock()))

    def notes(self) -> dict[str, str]:
        return {key: value for key, (value, _at) in self.store.read_sync(lambda db: notes(db, "feishu")).items()}

    async def until(self, done: Callable[[], bool]) -> None:
        for _ in range(500):
            if done():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it never came")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    config = FeishuConfig(mode="webhook", silence_seconds=0.01, card_lock_seconds=0.0)
    sim = FeishuSim(config, users={LI: "李雷", HAN: "韩梅梅2"}, pace=Pace(speed=1000.0))
    simulator = Simulator(sim)
    url = await simulator.start()
    settings = Settings(
        data_dir=tmp_path,
        feishu_mode="webhook",
        feishu_app_id=config.app_id,
        feishu_app_secret=SecretStr(config.app_secret),
        feishu_encrypt_key=SecretStr(config.encrypt_key),
        feishu_verification_token=SecretStr(config.verification_token),
        feishu_base_url=url,
    )
    store, clock, shelf, door = Store(tmp_path / "a.db"), HandClock(), Shelf(), Door()
    door.gate.set()
    store.write_sync(_make_tables)
    async with session() as pooled:
        kit = Kit(settings, door, store, shelf, clock, Metrics(), lambda: pooled)  # type: ignore[arg-type]  # a stand-in
        channel = FeishuChannel(kit, clock.pace)
        runner = await _serve(channel)
        config.callback_url = f"http://127.0.0.1:{runner.addresses[0][1]}/feishu/events"
        await channel.start()
        yield Desk(sim, channel, door, store, shelf, clock)
        await channel.stop()
        await runner.cleanup()
    await simulator.stop()
    store.close()


def _make_tables(db: Session) -> None:
    METADATA.create_all(db.connection())


async def _serve(channel: FeishuChannel) -> web.AppRunner:
    app = web.Application()
    channel.mount(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner


# ---------------------------------------------------------------- coming in


async def test_a_message_is_taken_in(desk: Desk) -> None:
    ref = await desk.sim.say(LI, "宏达 M8螺栓 5盒")
    await desk.until(lambda: bool(desk.door.accepted))
    (inbound,) = desk.door.accepted
    assert (inbound.platform, inbound.sender, inbound.text, inbound.message_ref) == (
        "feishu",
        LI,
        "宏达 M8螺栓 5盒",
        ref,
    )
    assert inbound.event_key == f"feishu:{desk.sim.config.app_id}:{ref}"


async def test_it_knows_in_a_group_that_it_is_named(desk: Desk) -> None:
    await desk.until(lambda: desk.channel._bot_open_id == desk.sim.config.bot_open_id)
    group = desk.sim.add_group("采购", [LI, HAN])
    await desk.sim.say(LI, "@单据 M8螺栓还有吗", chat=group)
    await desk.until(lambda: bool(desk.door.accepted))
    assert (desk.door.accepted[0].to_bot, desk.door.accepted[0].chat_kind) == (True, "group")


async def test_a_recall_bears_the_name_of_its_author(desk: Desk) -> None:
    ref = await desk.sim.say(LI, "M8螺栓 5盒")
    await desk.until(lambda: bool(desk.door.accepted))
    said = desk.door.accepted[0]
    unit = partial(inbox.accept, arrivals=[inbox.Arrival(said, said.to_json(), desk.clock())])
    await desk.store.write_raw(unit, urgent=True)
    await desk.sim.recall(LI, ref)
    await desk.until(lambda: len(desk.door.accepted) == 2)
    recall = desk.door.accepted[1]
    assert (recall.kind, recall.sender, recall.message_ref) == (InboundKind.RECALL, LI, ref)


async def test_a_recall_of_what_nobody_knows_is_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RECALL_PAUSES", (0.0, 0.0))
    ref = await desk.sim.say(LI, "M8螺栓 5盒")
    await desk.sim.recall(LI, ref)
    await desk.until(lambda: not desk.sim.pending())
    assert [inbound.kind for inbound in desk.door.accepted] == [InboundKind.TEXT]


# ---------------------------------------------------------------- clicks


async def test_a_click_is_answered_with_a_toast_and_the_new_card(desk: Desk) -> None:
    row, ref = await desk.show(CARD)
    desk.door.on_click = lambda _inbound: desk.close(row, DONE)
    answer = await desk.sim.click(LI, ref, "tok_1")
    assert (answer.error, answer.toast, answer.tone) == ("", "已确认 XS-0003", "success")
    (clicked,) = desk.door.clicked
    assert (clicked.token, clicked.message_ref, clicked.sender) == ("tok_1", ref, LI)
    assert "XS-0003" in json.dumps(desk.sim.shown.messages[ref].body, ensure_ascii=False)


async def test_the_update_waits_until_the_click_is_over(desk: Desk) -> None:
    row, ref = await desk.show(CARD)
    desk.door.on_click = lambda _inbound: desk.close(row, DONE)
    desk.door.gate.clear()
    tap = asyncio.create_task(desk.sim.click(LI, ref, "tok_1"))
    update = item("card_update", card_json.dumps(DONE), key="u", chat=desk.sim.direct_chat(LI), target_ref=ref)
    await desk.until(lambda: ref in desk.channel._cards._tapped)
    with pytest.raises(NotYet):
        await desk.channel.send(update)
    desk.door.gate.set()
    await tap
    with pytest.raises(NotYet) as caught:
        await desk.channel.send(update)
    assert caught.value.retry_after == pytest.approx(0.5)
    desk.clock.go(0.5)
    assert await desk.channel.send(update) == ref


async def test_a_slow_click_gets_a_toast_in_time_and_is_finished_all_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CLICK_SECONDS", 0.05)
    _row, ref = await desk.show(CARD)
    desk.door.gate.clear()
    answer = await desk.sim.click(LI, ref, "tok_1")
    assert (answer.error, answer.toast, answer.card) == ("", "处理中，结果马上发到这里", None)
    desk.door.gate.set()
    await desk.until(lambda: bool(desk.door.clicked))


async def test_a_click_still_in_work_brings_no_card(desk: Desk) -> None:
    row, ref = await desk.show(CARD)
    desk.close(row, DONE)
    desk.door.result = ClickResult("处理中，结果马上发到这里", "info", Outcome("processing"))
    assert (await desk.sim.click(LI, ref, "tok_1")).card is None


async def test_a_card_with_a_picture_nobody_uploaded_yet_comes_by_the_outbox(desk: Desk) -> None:
    sha256 = desk.shelf.put(PNG)
    row, ref = await desk.show(CARD)
    desk.close(row, replace(DONE, picture=sha256))
    assert (await desk.sim.click(LI, ref, "tok_1")).card is None
    await desk.channel.prepare(item("card", card_json.dumps(replace(DONE, picture=sha256))))
    answer = await desk.sim.click(LI, ref, "tok_1")
    assert "img_v3_" in json.dumps(answer.card)


@pytest.mark.parametrize(
    ("tone", "shown"), [("info", "info"), ("good", "success"), ("warn", "warning"), ("bad", "error")]
)
async def test_tones(desk: Desk, tone: str, shown: str) -> None:
    desk.door.result = ClickResult("说明", tone)
    _row, ref = await desk.show(CARD)
    assert (await desk.sim.click(LI, ref, "tok_1")).tone == shown


async def test_a_sick_disk_is_told_to_who_clicks(desk: Desk) -> None:
    def full(_inbound: Inbound) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    desk.door.on_click = full
    _row, ref = await desk.show(CARD)
    answer = await desk.sim.click(LI, ref, "tok_1")
    assert (answer.error, answer.tone) == ("", "error")
    assert "再点一次" in answer.toast


async def test_a_done_click_stays_done_when_its_card_cannot_be_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sick(_fn: Any) -> Any:
        raise sqlite3.OperationalError("disk I/O error")

    _row, ref = await desk.show(CARD)
    monkeypatch.setattr(desk.store, "read", sick)
    answer = await desk.sim.click(LI, ref, "tok_1")
    assert (answer.error, answer.toast, answer.card) == ("", "已确认 XS-0003", None)


# ---------------------------------------------------------------- asking the platform


async def test_a_picture_and_a_file_are_fetched(desk: Desk) -> None:
    await desk.sim.send_file(LI, "单子.png", PNG)
    await desk.sim.send_file(LI, "报价.json", b'{"code": 7, "msg": "a file"}')
    await desk.until(lambda: len(desk.door.accepted) == 2)
    refs = [inbound.files[0].ref for inbound in sorted(desk.door.accepted, key=lambda one: one.sent_at)]
    assert await desk.channel.fetch(refs[0]) == PNG
    desk.sim.world.resources[refs[0].split("/")[1]].confidential = True
    with pytest.raises(SendFailed, match="保密") as caught:
        await desk.channel.fetch(refs[0])
    assert caught.value.permanent


@pytest.mark.parametrize("ref", ["", "a/b", "a/b/c/d", "//image", "om_x/img/image"])
async def test_a_ref_that_is_none(desk: Desk, ref: str) -> None:
    with pytest.raises(SendFailed) as caught:
        await desk.channel.fetch(ref)
    assert caught.value.permanent


async def test_a_forwarded_record_is_read_as_one(desk: Desk) -> None:
    first = await desk.sim.say(HAN, "宏达 M8螺栓 5盒")
    second = await desk.sim.send_file(HAN, "单子.png", PNG)
    third = await desk.sim.send_file(HAN, "报价[1].xlsx", b"PK")
    fourth = await desk.sim.say(LI, "好的 明天送")
    await desk.sim.forward(LI, [first, second, third, fourth])
    await desk.until(lambda: len(desk.door.accepted) == 5)
    (ref,) = [one.files[0].ref for one in desk.door.accepted if one.files and one.files[0].kind == "words"]
    words = (await desk.channel.fetch(ref)).decode()
    lines = words.splitlines()
    assert [lines[place].split(" ")[0] for place in (0, 2, 4, 6)] == ["韩梅梅", "韩梅梅", "韩梅梅", "李雷"]
    assert [lines[place] for place in (1, 3, 5, 7)] == [
        "宏达 M8螺栓 5盒",
        "[图片：转发记录里的图片取不到，请单独发]",
        "[文件：报价1.xlsx 取不到，请单独发]",
        "好的 明天送",
    ]
    left = recognise(words.replace("：", ":")).text.split()  # folded as the parser folds it
    assert left == ["宏达", "M8螺栓", "5盒", "好的", "明天送"]


async def test_a_limit_in_a_download_is_waited_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)
        desk.sim.faults.profile = Profile()

    await desk.sim.send_file(LI, "单子.png", PNG)
    await desk.until(lambda: bool(desk.door.accepted))
    desk.sim.faults.profile = Profile(too_many=1.0)
    monkeypatch.setattr("bot.feishu.resources.asyncio.sleep", wait)
    assert await desk.channel.fetch(desk.door.accepted[0].files[0].ref) == PNG
    assert waited == [1.0]


async def test_names_are_asked_for_once(desk: Desk) -> None:
    assert [await desk.channel.name_of(LI) for _ in range(3)] == ["李雷"] * 3
    assert [await desk.channel.name_of("ou_nobody") for _ in range(3)] == [""] * 3
    asked = [exchange.what for exchange in desk.sim.wire.exchanges if "/contact/" in exchange.what]
    assert len(asked) == 2


# ---------------------------------------------------------------- for doctor


async def test_doctor_learns_of_the_last_error_and_the_last_success(desk: Desk) -> None:
    await desk.until(lambda: "send_ok" in desk.notes())
    with pytest.raises(SendFailed):
        await desk.channel.send(item(chat="oc_nowhere"))
    assert "收件人" in desk.notes()["send_error"]
    await desk.channel.send(item(chat=desk.sim.direct_chat(LI)))
    assert desk.notes()["send_ok"] == "ok"


async def test_a_note_that_cannot_be_written_undoes_no_send(desk: Desk) -> None:
    await desk.until(lambda: "send_ok" in desk.notes())
    chat = desk.sim.direct_chat(LI)
    desk.clock.go(100.0)
    desk.store.close()
    assert await desk.channel.send(item(chat=chat))


async def test_a_wrong_secret_does_not_stop_the_service(desk: Desk, tmp_path: Path) -> None:
    settings = desk.channel._kit.settings.model_copy(update={"feishu_app_secret": SecretStr("wrong")})
    async with aiohttp.ClientSession() as pooled:
        kit = replace(desk.channel._kit, settings=settings, http=lambda: pooled)
        channel = FeishuChannel(kit, desk.clock.pace)
        await channel.start()
        await desk.until(lambda: "App Secret 不对" in desk.notes().get("send_error", ""))
        await channel.stop()
