"""Feishu envelopes sealed and signed by a second author with node's own crypto, posted to the service's real webhook:
what is good is in the inbox, what was tampered with is refused and leaves nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.simulator.feishu import events
from bot.simulator.feishu.world import Sent
from tests.support.line_peer import LinePeer, node
from tests.support.peer_service import Running, running

pytestmark = pytest.mark.node

LI = "ou_li"


class Stage(NamedTuple):
    danju: Running
    peer: LinePeer

    def message(self, text: str = "苹果 3 箱") -> tuple[str, dict[str, Any]]:
        """A message event of the right app, with the key it has in the inbox."""
        world = self.danju.feishu.world
        world.meet(LI)
        content = '{"text":"' + text + '"}'
        event = events.message(
            world, Sent(world.new_id("om_"), world.direct(LI), LI, "text", content, world.send_time())
        )
        return event.key, event.envelope

    async def push(self, envelope: dict[str, Any], **how: Any) -> int:
        key = self.danju.feishu.config.encrypt_key
        asked = {"url": self.danju.feishu_url, "key": key, "envelope": envelope} | how
        answer = await self.peer.ask("push", **asked)
        assert "error" not in answer, answer
        return int(answer["status"])


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with running(tmp_path) as danju, node("lark_signer.cjs") as peer:
        yield Stage(danju, peer)


async def test_what_another_hand_signs_is_taken_and_what_was_tampered_with_is_not(stage: Stage) -> None:
    danju, peer, token = stage.danju, stage.peer, stage.danju.feishu.config.verification_token
    good, envelope = stage.message("苹果 3 箱 & <b>急</b> 🙏")
    assert await stage.push(envelope) == 200
    assert await stage.push(envelope) == 200  # sent again: signed anew, stored once
    assert await danju.inbox("feishu") == [good]

    for way in (await peer.ask("ways"))["ways"]:
        status = await stage.push(stage.message()[1], how=way)
        assert 400 <= status < 500, way
    for wrong in (
        {"key": "another key"},
        {"signer": "another key"},
        {"signed": False},
        {"plain": True},
        {"plain": True, "signed": False},
    ):
        status = await stage.push(stage.message()[1], **wrong)
        assert 400 <= status < 500, wrong
    for field, value in (("token", "guessed"), ("app_id", "cli_0000000000000000"), ("token", None)):
        envelope = stage.message()[1]
        envelope["header"][field] = value
        assert 400 <= await stage.push(envelope) < 500, field
    assert await danju.inbox("feishu") == [good]

    after, envelope = stage.message("后一条")
    assert await stage.push(envelope) == 200
    assert await danju.inbox("feishu") == [good, after]
    await danju.rest()

    asked = {"type": "url_verification", "challenge": "a/b+c=", "token": token}
    found = await peer.ask(
        "push", url=danju.feishu_url, key=danju.feishu.config.encrypt_key, envelope=asked, signed=False
    )
    assert (found["status"], found["body"]) == (200, '{"challenge": "a/b+c="}')
    assert await stage.push(asked | {"token": "guessed"}, signed=False) == 401
    assert await stage.push(asked, signed=False, plain=True) == 200  # while the Encrypt Key is being set up
    assert await stage.push(asked | {"token": "guessed"}, signed=False, plain=True) == 401
