"""lark-oapi on our simulated Feishu, where test_peer_lark_oapi.py leaves off: every end of a long connection, and
tokens that are revoked or refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest

from bot.simulator.feishu import FeishuConfig, FeishuSim
from bot.simulator.parts import Pace
from bot.simulator.server import Simulator
from tests.support.line_peer import LinePeer, python

LI = "ou_li"


class Stage(NamedTuple):
    sim: FeishuSim
    peer: LinePeer
    url: str

    def about(self, **more: Any) -> dict[str, Any]:
        config = self.sim.config
        return {"app_id": config.app_id, "app_secret": config.app_secret, "url": self.url} | more


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    config = FeishuConfig(reconnect_nonce=0, deadline_seconds=20.0)
    sim = FeishuSim(config, users={LI: "李雷"}, pace=Pace(speed=200.0, limits=False))
    simulator = Simulator(sim)
    url = await simulator.start()
    try:
        async with python("tests.support.lark_asked") as peer:
            yield Stage(sim, peer, url)
    finally:
        await simulator.stop()


async def test_it_comes_back_after_every_end_and_reads_what_we_say_about_tokens(stage: Stage) -> None:
    """One test, because the library takes seconds to import."""
    await ends(stage)
    await tokens(stage)


async def ends(stage: Stage) -> None:
    sim, peer = stage.sim, stage.peer
    await peer.ask("connect", **stage.about())
    first = await sim.say(LI, "在吗")
    await peer.next("message", id=first)
    await sim.settled()  # acknowledged; else the next try comes far down the ladder
    for do, code in (("close", 1000), ("close", 1001), ("abort", 0), ("evict", 0)):
        assert await sim.connections(do, code) == 1
        said = await sim.say(LI, f"{do} {code}")
        await peer.next("reconnected")
        await peer.next("message", id=said)
        await sim.settled()

    await sim.connections("refuse", 1000040343)  # an internal error, said for a while
    await sim.connections("close", 1000)
    said = await sim.say(LI, "拒绝以后")
    await peer.next("reconnecting")
    await sim.connections("refuse", 0)
    await peer.next("reconnected")
    await peer.next("message", id=said)
    await sim.settled()
    assert sim.lost == []
    assert sim.gateway.accepted == 6


async def tokens(stage: Stage) -> None:
    sim, peer = stage.sim, stage.peer
    await peer.ask("client", name="ours", **stage.about())
    sent = await peer.ask("create", name="ours", to=LI, text="一")
    assert sent["ok"]
    sim.world.revoke_tokens()
    dead = await peer.ask("create", name="ours", to=LI, text="二")
    assert (dead["ok"], dead["code"]) == (False, 99991663)
    await peer.ask("client", name="thief", **stage.about(app_id="cli_ffffffffffffffff"))
    assert not (await peer.ask("create", name="thief", to=LI, text="三"))["ok"]
    shown = [message.body for message in sim.shown.of_chat(sim.direct_chat(LI)) if message.sender == "bot"]
    assert shown == ["一"]
