"""@larksuiteoapi/node-sdk, which nobody here wrote, on our simulated Feishu: REST, signed events over HTTP, the long
connection. Envelopes that another hand signs are in test_peer_node_signer.py."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest

from bot.simulator.feishu import FeishuConfig, FeishuSim
from bot.simulator.feishu.webhook import compact
from bot.simulator.parts import Pace
from bot.simulator.server import Simulator
from tests.support.line_peer import LinePeer, node

pytestmark = pytest.mark.node

LI = "ou_li"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 60
TOKEN_CALL = "POST /open-apis/auth/v3/tenant_access_token/internal"
SCRIPT = "lark_client.cjs"
SIGNED = ("X-Lark-Signature", "X-Lark-Request-Timestamp", "X-Lark-Request-Nonce")
PATIENCE = 30
EVENTS = ["message", "message", "message", "recalled", "menu", "entered"]
BUTTON = {
    "tag": "button",
    "text": {"tag": "plain_text", "content": "确认"},
    "behaviors": [{"type": "callback", "value": {"token": "tok"}}],
}


def card(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"schema": "2.0", "config": {"update_multi": True}, "body": {"elements": list(elements)}}


DONE = card({"tag": "markdown", "content": "已确认 🙏"})
ANSWER = {"toast": {"type": "success", "content": "收到"}, "card": {"type": "raw", "data": DONE}}


class Stage(NamedTuple):
    sim: FeishuSim
    url: str

    def about(self, **more: Any) -> dict[str, Any]:
        config = self.sim.config
        told = {"app_id": config.app_id, "app_secret": config.app_secret, "url": self.url, "answer": ANSWER}
        return told | {"encrypt_key": config.encrypt_key, "token": config.verification_token} | more

    def calls(self, what: str) -> int:
        return sum(1 for exchange in self.sim.wire.exchanges if exchange.what == what)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    config = FeishuConfig(reconnect_nonce=0, ping_interval=200, deadline_seconds=20.0)
    sim = FeishuSim(config, users={LI: "李雷"}, pace=Pace(speed=200.0, limits=False))
    simulator = Simulator(sim)
    yield Stage(sim, await simulator.start())
    await simulator.stop()


async def everything(sim: FeishuSim) -> tuple[str, str]:
    """One event of each kind; the ids of the first and the last message."""
    group = sim.add_group("销售群", [LI])
    first = await sim.say(LI, "苹果 3 箱 & <b>急</b> 🙏")
    await sim.send_file(LI, "a.png", PNG)
    last = await sim.say(LI, "@单据 @李雷 在吗", group)
    await sim.recall(LI, first)
    await sim.menu(LI, "stock")
    await sim.enter(LI)
    return first, last


async def check_everything(peer: LinePeer, first: str, last: str) -> None:
    await peer.ask("pause")  # what it said before has been read now
    assert sorted(facts["what"] for facts in peer.heard if facts["what"] in EVENTS) == sorted(EVENTS)
    said = {facts["id"]: facts for facts in peer.heard if facts["what"] == "message"}
    assert (said[first]["who"], said[first]["content"]) == (LI, {"text": "苹果 3 箱 & <b>急</b> 🙏"})
    assert said[last]["names"] == ["单据", "李雷"]
    assert {facts["kind"] for facts in said.values()} == {"text", "image"}


# -------------------------------------------------------------------- REST


async def test_its_client_sends_updates_uploads_and_reads(stage: Stage) -> None:
    sim = stage.sim
    sim.config.mode = "webhook"  # nobody listens; what people say need not arrive
    photo = await sim.send_file(LI, "a.png", PNG)
    record = await sim.forward(LI, [photo])
    key = json.loads(sim.world.messages[photo].content)["image_key"]
    async with node(SCRIPT) as peer:
        await peer.ask("client", name="main", **stage.about())
        text = {"to": LI, "kind": "text", "content": {"text": "你好 <at>"}, "uuid": "same"}
        first, again = await peer.ask("create", **text), await peer.ask("create", **text)
        assert first["code"] == 0
        assert first["data"]["message_id"] == again["data"]["message_id"]  # one uuid, one message
        ref = (await peer.ask("create", to=LI, kind="interactive", content=card(BUTTON)))["data"]["message_id"]
        assert (await peer.ask("patch", ref=ref, content=card({"tag": "hr"})))["code"] == 0
        reply = await peer.ask("reply", ref=ref, content={"text": "回"})
        assert reply["data"]["parent_id"] == ref
        children = (await peer.ask("read", ref=record))["data"]["items"]
        assert [item.get("upper_message_id") for item in children] == [None, record]
        assert (await peer.ask("resource", ref=photo, key=key, type="image"))["data"] == PNG.hex()
        image_key = (await peer.ask("image", data=PNG.hex()))["image_key"]
        assert sim.resource(image_key).data == PNG
        assert (await peer.ask("create", to=LI, kind="image", content={"image_key": image_key}))["code"] == 0
        file_key = (await peer.ask("file", name="单.pdf", type="pdf", data=b"%PDF-1.4".hex()))["file_key"]
        assert (await peer.ask("create", to=LI, kind="file", content={"file_key": file_key}))["code"] == 0
        assert (await peer.ask("user", who=LI))["data"]["user"]["name"] == "李雷"
        assert (await peer.ask("remove", ref=ref))["code"] == 0
    shown = sim.shown.messages[ref]
    assert [version["body"]["elements"][0]["tag"] for version in shown.versions] == ["button", "hr"]
    assert shown.recalled
    assert stage.calls(TOKEN_CALL) == 1  # its cache took our `expire`


async def test_its_client_reads_our_errors(stage: Stage) -> None:
    sim = stage.sim
    sim.config.mode = "webhook"
    photo = await sim.send_file(LI, "a.png", PNG)
    key = json.loads(sim.world.messages[photo].content)["image_key"]
    async with node(SCRIPT) as peer:
        await peer.ask("client", name="main", **stage.about())
        nobody = await peer.ask("create", to="ou_nobody", kind="text", content={"text": "a"})
        assert (nobody["error"]["status"], nobody["error"]["code"]) == (400, 99992361)
        refused = await peer.ask("create", to=LI, kind="interactive", content=card({"tag": "note"}))
        assert refused["error"]["code"] == 230099
        ref = (await peer.ask("create", to=LI, kind="text", content={"text": "好"}))["data"]["message_id"]
        foreign = await peer.ask("resource", ref=ref, key=key, type="image")
        assert foreign["error"]["status"] == 400
        await peer.ask("client", name="thief", **stage.about(app_secret="guessed"))
        stolen = await peer.ask("create", name="thief", to=LI, kind="text", content={"text": "a"})
        assert "error" in stolen  # no token, and so no message
    assert [message.body for message in sim.shown.of_chat(sim.direct_chat(LI)) if message.sender == "bot"] == ["好"]


# -------------------------------------------------------------------- events over HTTP


async def test_its_dispatcher_takes_our_signed_and_encrypted_events(stage: Stage) -> None:
    sim = stage.sim
    async with node(SCRIPT) as peer:
        port = (await peer.ask("listen", **stage.about()))["port"]
        sim.set_callback(f"http://127.0.0.1:{port}/feishu/events")
        assert await sim.webhook.challenge()
        first, last = await everything(sim)
        await sim.settled()
        await check_everything(peer, first, last)
        assert len(sim.acknowledged()) == len(EVENTS)
        ref = sim.show_card(LI, card(BUTTON))
        clicked = await sim.click(LI, ref, "tok")
        assert (clicked.toast, clicked.error) == ("收到", "")
        assert sim.shown.messages[ref].body == DONE
        assert await peer.next("click") == {"what": "click", "ref": ref, "value": {"token": "tok"}, "who": LI}


async def test_its_dispatcher_calls_nobody_for_a_bad_signature(stage: Stage) -> None:
    sim = stage.sim
    envelope = {"schema": "2.0", "header": {"event_type": "application.bot.menu_v6"}, "event": {"event_key": "k"}}
    async with node(SCRIPT) as peer:
        port = (await peer.ask("listen", **stage.about()))["port"]
        url = f"http://127.0.0.1:{port}/feishu/events"
        for number, spoilt in enumerate((*SIGNED, "body"), 1):
            body, headers = sim.webhook.packed(envelope)
            assert (await sim.webhook.post(url, body, headers)).accepted
            await peer.next("menu")
            if spoilt == "body":
                body = compact(json.loads(body) | {"more": 1})
            else:
                headers |= {spoilt: headers[spoilt][:-1] + ("1" if headers[spoilt][-1] == "0" else "0")}
            await sim.webhook.post(url, body, headers)
            await peer.ask("pause")
            assert peer.count("menu") == number, spoilt


# -------------------------------------------------------------------- long connection


async def test_its_long_connection_takes_our_frames_and_we_its_answers(stage: Stage) -> None:
    sim = stage.sim
    sim.config.fragment_bytes = 300
    async with node(SCRIPT) as peer:
        await peer.ask("connect", **stage.about())
        await peer.next("ready")
        first, last = await everything(sim)
        await sim.settled()
        await check_everything(peer, first, last)
        assert len(sim.acknowledged()) == len(EVENTS)
        ref = sim.show_card(LI, card(BUTTON))
        clicked = await sim.click(LI, ref, "tok")  # its ack carries the answer in base64
        assert (clicked.toast, clicked.tone, clicked.error) == ("收到", "success", "")
        assert sim.shown.messages[ref].body == DONE
        assert (await peer.next("click"))["ref"] == ref


async def test_its_long_connection_comes_back_after_every_end(stage: Stage) -> None:
    sim = stage.sim
    async with node(SCRIPT) as peer:
        await peer.ask("connect", **stage.about())
        await peer.next("ready")
        for do, code in (("close", 1000), ("close", 1001), ("abort", 0), ("evict", 0)):
            assert await sim.connections(do, code) == 1
            said = await sim.say(LI, f"{do} {code}")
            await peer.next("reconnected")
            await peer.next("message", id=said)
            await sim.settled()
            assert f"feishu:{sim.config.app_id}:{said}" in sim.acknowledged()
        assert sim.lost == []
        assert sim.gateway.accepted == 5


async def test_its_long_connection_comes_back_when_nobody_answers_its_pings(stage: Stage) -> None:
    sim = stage.sim
    async with node(SCRIPT) as peer:
        await peer.ask("connect", **stage.about(ping_timeout=1))
        await peer.next("ready")
        await sim.connections("silent")
        said = await sim.say(LI, "听得见吗")
        await peer.next("reconnected")
        await peer.next("message", id=said)
        assert sim.lost == []


async def test_its_long_connection_keeps_asking_while_we_refuse(stage: Stage) -> None:
    sim = stage.sim
    discovery = "POST /callback/ws/endpoint"
    async with node(SCRIPT) as peer:
        await peer.ask("connect", **stage.about())
        await peer.next("ready")
        await sim.connections("refuse", 1000040343)
        await sim.connections("close", 1000)
        asked = stage.calls(discovery)
        async with asyncio.timeout(PATIENCE):
            while stage.calls(discovery) == asked:  # noqa: ASYNC110  the wire log has no event
                await asyncio.sleep(0.02)
        assert sim.gateway.connections == {}
        await sim.connections("refuse", 0)
        await peer.next("reconnected")


async def test_its_long_connection_never_enters_with_a_wrong_secret(stage: Stage) -> None:
    async with node(SCRIPT) as peer:
        await peer.ask("connect", **stage.about(app_secret="guessed"))
        async with asyncio.timeout(PATIENCE):
            while not stage.calls("POST /callback/ws/endpoint"):  # noqa: ASYNC110  the wire log has no event
                await asyncio.sleep(0.02)
        await peer.ask("pause")
        assert stage.sim.gateway.accepted == peer.count("ready") == 0
