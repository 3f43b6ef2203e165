"""Outbox, sender and channel together before a Feishu that loses answers, says "too many" and revokes tokens:
everything is shown once, in order, and every card ends at its newest version."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import Session

from bot.feishu.channel import FeishuChannel
from bot.kit import Kit
from bot.metrics import Metrics
from bot.sender import Sender
from bot.settings import Settings
from bot.simulator.faults import Faults, Profile
from bot.simulator.feishu import FeishuConfig, FeishuSim
from bot.simulator.server import Simulator
from bot.store import Store
from bot.store.tables import METADATA
from inventory_core.sql import run
from notifications import outbox
from notifications.card import Button, Card, Field
from tests.support.feishu_out import HandClock, Shelf, session

PEOPLE = [f"ou_{number:032x}" for number in range(6)]
TEXTS = 6
BAD_LINE = Profile(too_many=0.2, timeout_after_effect=0.25, revoke_token_seconds=5.0)


async def _no_printer(_body: dict[str, Any]) -> str:
    raise AssertionError("nothing to print")


def _states(session: Session) -> list[tuple[Any, ...]]:
    return run(session, "SELECT state, count(*), max(error) FROM outbox GROUP BY state")


def _card(version: int) -> Card:
    return Card(f"版本 {version}", fields=(Field("版本", str(version)),), buttons=(Button("确认", "tok"),))


async def _all_sent(store: Store, sender: Sender, clock: HandClock) -> None:
    """Let time pass until every row is out."""
    for _ in range(2000):
        found = await store.read(_states)
        if [row[0] for row in found] == ["sent"]:
            return
        assert all(row[0] in ("new", "sending", "sent") for row in found), found
        clock.now += timedelta(seconds=0.2)
        sender.wake()
        await asyncio.sleep(0.005)
    raise AssertionError(await store.read(_states))


@pytest.mark.parametrize("seed", [1, 2])
async def test_everything_is_shown_once_in_order_and_at_its_newest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("bot.sender.PAUSES", (1,))
    clock = HandClock()
    config = FeishuConfig(clock=clock.seconds, silence_seconds=0.0)
    sim = FeishuSim(config, users=dict.fromkeys(PEOPLE, "某人"), faults=Faults(seed, BAD_LINE))
    simulator = Simulator(sim)
    url = await simulator.start()
    settings = Settings(
        data_dir=tmp_path,
        feishu_app_id=config.app_id,
        feishu_app_secret=SecretStr(config.app_secret),
        feishu_base_url=url,
    )
    store = Store(tmp_path / "a.db")
    store.write_sync(lambda db: METADATA.create_all(db.connection()))
    chats = [sim.direct_chat(account) for account in PEOPLE]
    async with session() as pooled:
        kit = Kit(settings, None, store, Shelf(), clock, Metrics(), lambda: pooled)  # type: ignore[arg-type]  # stand-ins
        channel = FeishuChannel(kit, clock.pace)
        sender = Sender(store, {"feishu": channel}, _no_printer, Metrics(), clock)
        cards = store.write_sync(lambda db: [outbox.show_card(db, "feishu", c, _card(0), now=clock()) for c in chats])
        await sender.start()
        await _all_sent(store, sender, clock)

        def say(db: Session) -> None:
            for number in range(TEXTS):
                for chat, card in zip(chats, cards, strict=True):
                    outbox.say(db, "feishu", chat, f"第{number}句", now=clock())
                    if number == 4:
                        outbox.close_card(db, card, _card(number), clock())

        await store.write(say)
        await _all_sent(store, sender, clock)
        await sender.stop(1)
        await channel.stop()
    await simulator.stop()
    store.close()

    for chat in chats:
        shown = [message for message in sim.shown.of_chat(chat) if message.sender == "bot"]
        assert [message.kind for message in shown] == ["card"] + ["text"] * TEXTS
        assert [message.body for message in shown[1:]] == [f"第{number}句" for number in range(TEXTS)]
        assert "版本 4" in str(shown[0].body)
    repeats = sum(message.hidden_repeats for message in sim.shown.messages.values())
    lost = sum(exchange.status == 0 for exchange in sim.wire.exchanges)
    refused = sum(exchange.status == 429 for exchange in sim.wire.exchanges)
    assert repeats > 0
    assert lost > 0
    assert refused > 0
