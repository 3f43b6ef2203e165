"""The simulator as a process of its own, and its control API."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.settings import Settings
from bot.simulator.feishu import FeishuConfig, FeishuSim
from bot.simulator.parts import Pace
from bot.simulator.server import Simulator

LI = "ou_li"
PATIENCE = 60
CHECKOUT = Path(__file__).resolve().parents[3]


class Remote:
    """The control API of one address."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session, self.url = session, url

    async def post(self, what: str, **body: Any) -> tuple[int, dict[str, Any]]:
        async with self.session.post(f"{self.url}/sim/{what}", json=body) as response:
            return response.status, await response.json()

    async def get(self, what: str, **query: str) -> dict[str, Any]:
        async with self.session.get(f"{self.url}/sim/{what}", params=query) as response:
            assert response.status == 200
            found: dict[str, Any] = await response.json()
            return found


@pytest.fixture
async def remote() -> AsyncIterator[Remote]:
    sim = FeishuSim(FeishuConfig(), users={LI: "李雷"}, pace=Pace(speed=10.0))
    simulator = Simulator(sim)
    async with aiohttp.ClientSession() as session:
        yield Remote(session, await simulator.start())
        await simulator.stop()


async def test_people_act_and_everything_can_be_looked_at(remote: Remote) -> None:
    _, said = await remote.post("say", account=LI, text="苹果 3 箱")
    data = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
    _, sent = await remote.post("file", account=LI, name="a.png", data=data)
    _, made = await remote.post("group", name="销售群", members=[LI])
    await remote.post("say", account=LI, text="大家好", chat=made["chat"])
    shown = (await remote.get("shown", platform="feishu"))["messages"]
    assert [message["ref"] for message in shown][:2] == [said["ref"], sent["ref"]]
    assert len((await remote.get("shown", chat=made["chat"]))["messages"]) == 1
    assert (await remote.get("pending"))["pending"] == 2
    assert (await remote.get("acknowledged"))["keys"] == []
    assert (await remote.get("users"))["users"] == {LI: "李雷"}
    assert (await remote.post("recall", account=LI, ref=said["ref"]))[0] == 200
    assert (await remote.get("shown"))["messages"][0]["recalled"]
    assert (await remote.get("wire"))["exchanges"]


async def test_faults_are_set_by_name_and_by_share(remote: Remote) -> None:
    _, profile = await remote.post("profile", name="everything")
    assert profile["duplicate"] == 0.2
    _, profile = await remote.post("profile", platform="feishu", too_many=0.5)
    assert (profile["duplicate"], profile["too_many"]) == (0.2, 0.5)
    assert (await remote.post("profile", wrong=1))[0] == 400


async def test_connections_are_counted_closed_and_refused(remote: Remote) -> None:
    for do in ("count", "close", "abort", "silent", "speak", "evict"):
        assert await remote.post("connections", do=do) == (200, {"connections": 0})
    assert (await remote.post("connections", do="dance"))[0] == 400


async def test_bad_requests_are_told_so(remote: Remote) -> None:
    assert (await remote.post("say", account=LI))[0] == 400
    assert (await remote.post("say", platform="fax", account=LI, text="a"))[0] == 400
    assert (await remote.post("say", account=LI, text="a", chat="oc_none"))[0] == 404
    assert (await remote.post("click", account=LI, ref="om_none", token="t"))[0] == 404
    assert (await remote.post("file", account=LI, name="a", data="%%"))[0] == 400
    assert (await remote.post("callback", url="https://example.com/x"))[0] == 400


@pytest.mark.parametrize("headers", [{"Host": "example.com"}, {"Origin": "https://example.com"}])
async def test_other_sites_cannot_act_here(remote: Remote, headers: dict[str, str]) -> None:
    async with remote.session.get(f"{remote.url}/sim/shown", headers=headers) as response:
        assert response.status == 403


# -------------------------------------------------------------------- the process


@asynccontextmanager
async def process(folder: Path, *arguments: str, **more: str) -> AsyncIterator[asyncio.subprocess.Process]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("DANJU_")}
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.simulator", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
        env=plain | {"PYTHONPATH": str(CHECKOUT)} | more,
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


async def test_it_goes_on_delivering_when_danju_comes_back_and_ends_with_its_input(tmp_path: Path) -> None:
    got: list[bytes] = []
    there = asyncio.Event()

    async def endpoint(request: web.Request) -> web.Response:
        got.append(await request.read())
        there.set()
        return web.json_response({})

    config = tmp_path / "simulator.json"
    config.write_text(json.dumps({"feishu": {"app_id": "cli_0123456789abcdef"}, "users": {LI: "李雷"}}))
    arguments = ("--config", str(config), "--speed", "20", "--callback-feishu", "http://127.0.0.1:9/feishu/events")
    async with process(tmp_path, *arguments) as started, aiohttp.ClientSession() as session:
        assert started.stdout is not None
        assert started.stdin is not None
        async with asyncio.timeout(PATIENCE):
            told = json.loads(await started.stdout.readline())
        assert told["feishu"]["app_id"] == "cli_0123456789abcdef"
        told_danju = Settings(
            data_dir=tmp_path, **{name.removeprefix("DANJU_").lower(): v for name, v in told["environment"].items()}
        )
        assert told_danju.has_feishu
        assert told_danju.has_wecom_app
        assert told_danju.has_wecom_bot
        assert not told_danju.has_real_credentials
        remote = Remote(session, told["url"])
        _, said = await remote.post("say", account=LI, text="有人吗")  # nobody listens: this delivery fails
        app = web.Application()
        app.router.add_post("/feishu/events", endpoint)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await remote.post("callback", url=f"http://127.0.0.1:{runner.addresses[0][1]}/feishu/events")
        async with asyncio.timeout(PATIENCE):
            await there.wait()
            while not (keys := (await remote.get("acknowledged"))["keys"]):
                pass
        assert keys == [f"feishu:cli_0123456789abcdef:{said['ref']}"]
        assert json.loads(got[0]).keys() == {"encrypt"}
        started.stdin.close()
        async with asyncio.timeout(PATIENCE):
            assert await started.wait() == 0
        await runner.cleanup()


async def test_it_does_not_start_beside_real_credentials(tmp_path: Path) -> None:
    real = {"DANJU_FEISHU_APP_ID": "cli_0123456789abcdef", "DANJU_FEISHU_APP_SECRET": "x"}
    async with process(tmp_path, **real) as started:
        async with asyncio.timeout(PATIENCE):
            out, said = await started.communicate()
        assert started.returncode == 2
        assert not out
        assert "真实" in said.decode()


async def test_a_signal_ends_it_cleanly_while_its_input_is_open(tmp_path: Path) -> None:
    async with process(tmp_path) as started:
        assert started.stdout is not None
        async with asyncio.timeout(PATIENCE):
            await started.stdout.readline()
            started.terminate()
            assert await started.wait() == 0
