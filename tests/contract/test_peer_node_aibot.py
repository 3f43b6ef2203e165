"""@wecom/aibot-node-sdk, which nobody here wrote, as an intelligent bot on our simulated gateway: replies, cards and
their update, files both ways, and every way a connection ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest

from bot.simulator.feishu import FeishuSim
from bot.simulator.parts import Pace
from bot.simulator.server import Simulator
from bot.simulator.wecom import BotConfig, BotSim
from bot.simulator.wecom.gateway import BAD_PAIR, PATH
from tests.support.line_peer import LinePeer, node

pytestmark = pytest.mark.node

LI, HAN = "LiNa", "HanMei"
ODD_TEXT = "要 M6*30 五盒 & <b>急</b> ]]> 谢谢🙏"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 61
GOOD = {"errcode": 0, "errmsg": "ok"}


def card(task_id: str, title: str = "销售单") -> dict[str, Any]:
    return {
        "card_type": "button_interaction",
        "task_id": task_id,
        "main_title": {"title": title},
        "button_list": [{"text": "确认", "key": "ok"}],
    }


class Stage(NamedTuple):
    sim: BotSim
    url: str
    peer: LinePeer

    async def connect(self, **more: Any) -> None:
        config = self.sim.config
        about = {"bot_id": config.bot_id, "secret": config.secret, "url": self.url}
        await self.peer.ask("connect", **about | more)

    def texts(self, chat: str = LI) -> list[Any]:
        return [message.body for message in self.sim.shown.of_chat(chat) if message.sender == "bot"]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    sim = BotSim(BotConfig(click_seconds=20.0), users={LI: "李娜", HAN: "韩梅"}, pace=Pace(limits=False))
    simulator = Simulator(FeishuSim(), bot=sim)
    url = (await simulator.start()).replace("http", "ws", 1) + PATH
    try:
        async with node("aibot_client.cjs") as peer:
            yield Stage(sim, url, peer)
    finally:
        await simulator.stop()


async def test_it_hears_and_answers(stage: Stage) -> None:
    sim, peer = stage.sim, stage.peer
    await stage.connect()
    await peer.next("authenticated")
    ref = await sim.say(LI, ODD_TEXT)
    heard = await peer.next("message", kind="text")
    assert (heard["msgid"], heard["body"]["text"]["content"]) == (ref, ODD_TEXT)
    assert heard["body"]["from"]["userid"] == LI
    req_id = heard["req_id"]
    assert await peer.ask("markdown", req_id=req_id, text="**收到** ]]>") == GOOD
    for text, finish in (("正在", False), ("正在读", False), ("读好了", True)):
        assert await peer.ask("stream", req_id=req_id, stream="s1", text=text, finish=finish) == GOOD
    assert stage.texts() == ["**收到** ]]>", "读好了"]  # snapshots of one message, not additions
    late = await peer.ask("stream", req_id=req_id, stream="s1", text="还有", finish=True)
    assert late["error"]["code"] == 846608
    assert await peer.ask("stream_card", req_id=req_id, stream="s2", text="看卡片", card=card("t0")) == GOOD
    assert (await peer.ask("markdown", req_id="guessed", text="a"))["error"]["code"] == 846605

    group = sim.add_group("销售群", [LI, HAN])
    await sim.say(HAN, f"@{sim.config.bot_name} 库存", group)
    there = await peer.next("message", kind="text")
    assert (there["body"]["chatid"], there["body"]["chattype"]) == (group, "group")
    assert await peer.ask("send", chat=group, body={"msgtype": "markdown", "markdown": {"content": "早"}}) == GOOD
    assert stage.texts(group) == ["早"]
    stranger = await peer.ask("send", chat="nobody", body={"msgtype": "markdown", "markdown": {"content": "早"}})
    assert stranger["error"]["code"] == 93006

    await sim.enter(LI)
    entered = await peer.next("event", kind="enter_chat")
    assert await peer.ask("welcome", req_id=entered["req_id"], text="您好") == GOOD
    assert stage.texts()[-1] == "您好"
    assert sim.lost == []


async def test_its_card_is_clicked_and_updated_within_the_window_only(stage: Stage) -> None:
    sim, peer = stage.sim, stage.peer
    await stage.connect()
    await sim.say(LI, "下单")
    asked = await peer.next("message")
    assert await peer.ask("card", req_id=asked["req_id"], card=card("t1")) == GOOD
    click = asyncio.create_task(sim.click(LI, "t1", "ok"))
    tapped = await peer.next("event", kind="template_card_event")
    tap = tapped["body"]["event"]["template_card_event"]
    assert (tap["event_key"], tap["task_id"], tapped["body"]["from"]["userid"]) == ("ok", "t1", LI)
    foreign = await peer.ask("update", req_id=tapped["req_id"], card=card("t2"))
    assert foreign["error"]["code"] == 42014
    assert await peer.ask("update", req_id=tapped["req_id"], card=card("t1", "已确认")) == GOOD
    answer = await click
    assert (answer.error, answer.card["main_title"]) == ("", {"title": "已确认"})
    again = await peer.ask("update", req_id=tapped["req_id"], card=card("t1", "再来"))
    assert again["error"]["code"] == 846605

    sim.config.click_seconds = 0.3
    assert (await sim.click(LI, "t1", "ok")).error  # nobody answers
    late = await peer.next("event", kind="template_card_event")
    assert (await peer.ask("update", req_id=late["req_id"], card=card("t1", "晚了")))["error"]["code"] == 846605
    assert stage.texts()[-1]["main_title"] == {"title": "已确认"}


async def test_files_go_both_ways(stage: Stage) -> None:
    sim, peer = stage.sim, stage.peer
    await stage.connect()
    part: dict[str, str] = {}
    data = bytes(range(256)) * 37  # whole blocks: the padding is one more
    for name, kind, content in (("发票 1.png", "image", PNG), ("单据.pdf", "file", data), ("空.pdf", "file", b"")):
        await sim.send_file(LI, name, content)
        part = (await peer.next("message", kind=kind))["body"][kind]
        got = await peer.ask("download", url=part["url"], aeskey=part["aeskey"])
        assert (bytes.fromhex(got["data"]), got["filename"]) == (content, name)
    other = await peer.ask("download", url=part["url"], aeskey="A" * 43 + "=")
    assert "error" in other
    sim.addresses.expire()
    gone = await peer.ask("download", url=part["url"], aeskey=part["aeskey"])
    assert gone["error"]["status"] == 403

    size = 2 * 512 * 1024 + 11  # three chunks, counted from 0 as this client does
    media = await peer.ask("upload", size=size, fill=7, type="file", name="清单.xlsx")
    stored = sim.media.get(media["media_id"])
    assert stored is not None
    assert (stored.name, stored.data) == ("清单.xlsx", b"\x07" * size)
    assert await peer.ask("media", chat=LI, type="file", media_id=media["media_id"]) == GOOD
    assert stage.texts()[-1]["bytes"] == size
    wrong = await peer.ask("media", chat=LI, type="image", media_id=media["media_id"])
    assert wrong["error"]["code"] == 40007


async def test_it_comes_back_after_a_close_and_an_abort(stage: Stage) -> None:
    sim, peer = stage.sim, stage.peer
    await stage.connect()
    await peer.next("authenticated")
    for do, code in (("close", 1000), ("close", 1001), ("abort", 0)):
        assert await sim.connections(do, code) == 1
        said = await sim.say(LI, f"{do} {code}")
        await peer.next("authenticated")
        await peer.next("message", msgid=said)
    assert sim.lost == []
    assert sim.courier.subscriptions == 4


async def test_it_comes_back_when_nobody_answers_its_pings(stage: Stage) -> None:
    sim, peer = stage.sim, stage.peer
    await stage.connect(heartbeat=300)
    await peer.next("authenticated")
    await sim.connections("silent")
    said = await sim.say(LI, "听得见吗")
    await peer.next("disconnected")
    await peer.next("authenticated")
    await peer.next("message", msgid=said)
    assert sim.lost == []


async def test_evicted_it_hears_of_it_and_stays_away(stage: Stage) -> None:
    sim, peer = stage.sim, stage.peer
    await stage.connect()
    await peer.next("authenticated")
    assert await sim.connections("evict") == 1
    await peer.next("event", kind="disconnected_event")
    await peer.next("disconnected")
    assert await peer.ask("status") == {"connected": False}
    assert sim.courier.subscriptions == 1


async def test_a_wrong_secret_is_told_and_tried_no_further(stage: Stage) -> None:
    sim, peer = stage.sim, stage.peer
    await stage.connect(secret="guessed")
    first = await peer.next("error")
    assert str(BAD_PAIR) in first["message"]
    await peer.next("error", code="WS_AUTH_FAILURE_EXHAUSTED")
    assert peer.count("authenticated") == sim.courier.subscriptions == 0
    await peer.ask("disconnect")


async def test_refused_at_the_door_it_comes_when_it_may(stage: Stage) -> None:
    sim, peer = stage.sim, stage.peer
    await sim.connections("refuse", 503)
    await stage.connect()
    await peer.next("error")
    await peer.next("reconnecting")
    await sim.connections("refuse", 0)
    await peer.next("authenticated")
    said = await sim.say(LI, "在吗")
    await peer.next("message", msgid=said)
