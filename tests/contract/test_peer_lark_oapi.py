"""lark-oapi, which nobody here wrote, works against our simulated Feishu: REST, signed events, long connection."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiohttp import web

from bot.simulator.feishu import FeishuConfig, FeishuSim
from bot.simulator.parts import Pace
from bot.simulator.server import Simulator
from tests.support.peers import environment

LI = "ou_li"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 60
PATIENCE = 60
SCRIPT = Path(__file__).resolve().parent.parent / "support" / "lark_peer.py"
ANSWER = {"toast": {"type": "success", "content": "收到"}}


class Peer:
    """The process, its lines out and in."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def tell(self, **facts: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(facts).encode() + b"\n")
        await self.process.stdin.drain()

    async def next(self, what: str = "") -> dict[str, Any]:
        """The next line that is JSON (the library also prints); of this kind when one is named."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while line := await self.process.stdout.readline():
                if line.startswith(b"{"):
                    found: dict[str, Any] = json.loads(line)
                    if not what or found["what"] == what:
                        return found
        raise AssertionError(f"lark-oapi ended without saying {what or 'anything'}")


@asynccontextmanager
async def lark(mode: str, sim: FeishuSim, url: str, **more: Any) -> AsyncIterator[Peer]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(SCRIPT), mode, stdin=-1, stdout=-1, env=environment(), limit=1 << 22
    )
    peer = Peer(process)
    config = sim.config
    about = {"app_id": config.app_id, "app_secret": config.app_secret, "url": url, "answer": ANSWER}
    about |= {"encrypt_key": config.encrypt_key, "token": config.verification_token}
    try:
        await peer.tell(**about, **more)
        yield peer
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def card(*elements: dict[str, Any], schema: str = "2.0") -> dict[str, Any]:
    return {"schema": schema, "config": {"update_multi": True}, "body": {"elements": list(elements)}}


BUTTON = {
    "tag": "button",
    "text": {"tag": "plain_text", "content": "确认"},
    "behaviors": [{"type": "callback", "value": {"token": "tok"}}],
}


class Stage(NamedTuple):
    sim: FeishuSim
    url: str


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    sim = FeishuSim(FeishuConfig(reconnect_nonce=0), users={LI: "李雷"}, pace=Pace(speed=200.0, limits=False))
    simulator = Simulator(sim)
    yield Stage(sim, await simulator.start())
    await simulator.stop()


async def everything(sim: FeishuSim, group: str) -> tuple[str, str]:
    """One event of each kind; the first and the last message's ids."""
    first = await sim.say(LI, "苹果 3 箱")
    last = await sim.say(LI, "@单据 @李雷 在吗", group)
    await sim.send_file(LI, "a.png", PNG)
    await sim.send_post(LI, "看这个", [("b.png", PNG)])
    await sim.recall(LI, first)
    await sim.menu(LI, "stock")
    await sim.enter(LI)
    return first, last


SEVEN = ["message"] * 4 + ["recalled", "menu", "entered"]


async def test_its_client_sends_updates_uploads_and_reads(stage: Stage) -> None:
    sim, url = stage
    group = sim.add_group("销售群", [LI, "ou_wang"])
    sim.config.mode = "webhook"  # nobody listens; what people say need not arrive
    photo = await sim.send_file(LI, "a.png", PNG)
    record = await sim.forward(LI, [photo])
    key = json.loads(sim.world.messages[photo].content)["image_key"]
    facts = {"user": LI, "group": group, "photo": photo, "photo_key": key, "record": record, "png": PNG.hex()}
    cards = {"card": card(BUTTON), "new_card": card({"tag": "hr"}), "bad_card": card({"tag": "note"})}
    found: dict[str, dict[str, Any]] = {}
    async with lark("rest", sim, url, **facts, **cards) as peer:
        while "recall" not in found:
            line = await peer.next()
            found[line["what"]] = line
    assert found["text"] == {"what": "text", "ok": True, "code": 0, "status": 200, "same": True}
    good = ("text", "card", "patch", "reply", "record", "image", "file", "recall")
    assert {name: found[name]["ok"] for name in good} == dict.fromkeys(good, True)
    assert (found["nobody"]["status"], found["nobody"]["code"]) == (400, 99992361)
    assert found["bad_card"]["code"] == 230099
    assert found["reply"]["parent"] == found["patch"]["ref"]
    assert found["record"]["upper"] == [None, record]
    assert found["image"]["sent"]["ok"]
    assert found["file"]["sent"]["ok"]
    assert found["download"]["data"] == PNG.hex()
    assert found["foreign"]["code"] == 234043
    assert found["user"]["name"] == "李雷"
    assert found["members"] == {"what": "members", "first": LI, "more": True}
    shown = sim.shown.messages[found["patch"]["ref"]]
    assert [one["body"]["elements"][0]["tag"] for one in shown.versions] == ["button", "hr"]
    assert shown.recalled


async def test_its_dispatcher_takes_our_signed_and_encrypted_events(stage: Stage) -> None:
    sim, url = stage
    async with lark("dispatch", sim, url) as peer:
        await peer.next("ready")
        heard: list[dict[str, Any]] = []
        spoil = ""
        one_at_a_time = asyncio.Lock()

        async def endpoint(request: web.Request) -> web.Response:
            headers = {name: value for name, value in request.headers.items() if name != spoil}
            async with one_at_a_time:
                await peer.tell(headers=headers, body=await request.text())
                while (line := await peer.next())["what"] != "answer":
                    heard.append(line)
            return web.Response(status=line["status"], text=line["body"], content_type="application/json")

        app = web.Application()
        app.router.add_post("/feishu/events", endpoint)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        sim.set_callback(f"http://127.0.0.1:{runner.addresses[0][1]}/feishu/events")
        assert await sim.webhook.challenge()
        first, last = await everything(sim, sim.add_group("销售群", [LI]))
        await sim.settled()
        assert sorted(line["what"] for line in heard) == sorted(SEVEN)
        by_id = {line.get("id"): line for line in heard if line["what"] == "message"}
        assert by_id[first]["who"] == LI
        assert by_id[last]["names"] == ["单据", "李雷"]
        assert len(sim.acknowledged()) == len(SEVEN)
        ref = sim.show_card(LI, card(BUTTON))
        clicked = await sim.click(LI, ref, "tok")
        assert (clicked.toast, clicked.error) == ("收到", "")
        assert heard[-1] == {"what": "click", "ref": ref, "value": {"token": "tok"}}
        spoil = "X-Lark-Signature"
        assert (await sim.click(LI, ref, "tok")).error == "200671"
        await runner.cleanup()


async def test_its_long_connection_takes_our_frames_and_we_its_answers(stage: Stage) -> None:
    sim, url = stage
    sim.config.fragment_bytes = 300
    async with lark("ws", sim, url) as peer:
        await peer.next("ready")
        group = sim.add_group("销售群", [LI])
        await everything(sim, group)
        heard: set[str] = set()
        while len(heard) < len(set(SEVEN)):
            heard.add((await peer.next())["what"])
        async with asyncio.timeout(PATIENCE):
            await sim.settled()
        assert len(sim.acknowledged()) == len(SEVEN)
        ref = sim.show_card(LI, card(BUTTON))
        clicked = await sim.click(LI, ref, "tok")
        assert (clicked.toast, clicked.error) == ("收到", "")
        assert (await peer.next("click"))["ref"] == ref

        await sim.connections("abort")
        said = await sim.say(LI, "断线以后")
        while (await peer.next("message"))["id"] != said:
            pass
        async with asyncio.timeout(PATIENCE):
            await sim.settled()
        assert sim.gateway.accepted >= 2
        assert f"feishu:{sim.config.app_id}:{said}" in sim.acknowledged()


async def test_it_refuses_to_connect_with_a_wrong_secret(stage: Stage) -> None:
    sim, url = stage
    right, sim.config.app_secret = sim.config.app_secret, "another"
    async with lark("ws", sim, url) as peer:
        sim.config.app_secret = right
        await peer.next("ready")
        async with asyncio.timeout(PATIENCE):
            assert await peer.process.wait() != 0
    assert sim.gateway.accepted == 0
