"""Group webhooks against the simulated platform."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.channel import CardGone, NotYet, Outgoing, SendFailed
from notifications import card_json
from notifications.card import Button, Card, Field
from tests.support.wecom_shop import HOOK, Shop

GROUP = "仓库群"


@pytest_asyncio.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with Shop(tmp_path) as made:
        yield made


async def sent(shop: Shop, item: Outgoing) -> str:
    return await shop.group.send(replace(item, wire=await shop.group.prepare(item)))


async def test_texts_and_cards_and_files(shop: Shop) -> None:
    body = card_json.dumps(
        Card(
            "库存不足", fields=(Field("螺丝", "3盒"),), buttons=(Button("确认", "t"),), link="https://danju.example/d/1"
        )
    )
    first = await sent(shop, shop.item("text", "开单了", GROUP))
    second = await sent(shop, shop.item("card", body, GROUP))
    file = json.dumps({"name": "单.pdf", "sha256": shop.put(b"%PDF-1.7 xxxx")})
    await sent(shop, shop.item("file", file, GROUP))
    picture = json.dumps({"name": "单.png", "sha256": shop.put(b"\x89PNG\r\n\x1a\nxxxx")})
    await sent(shop, shop.item("file", picture, GROUP))
    kinds = [message.kind for message in shop.sim.shown.of_chat(GROUP)]
    assert kinds == ["text", "card", "file", "image"]
    assert shop.seen(GROUP)[1]["card_type"] == "text_notice"
    assert first != second


async def test_a_card_without_an_address_is_words(shop: Shop) -> None:
    body = card_json.dumps(Card("库存不足", fields=(Field("螺丝", "3盒"),)))
    await sent(shop, shop.item("card", body, GROUP))
    assert "库存不足" in shop.seen(GROUP)[0]
    assert "3盒" in shop.seen(GROUP)[0]


async def test_a_card_cannot_be_changed(shop: Shop) -> None:
    with pytest.raises(CardGone):
        await shop.group.prepare(shop.item("card_update", "{}", GROUP, target_ref="x"))


async def test_our_limit_is_below_the_webhooks(shop: Shop) -> None:
    for number in range(18):
        await sent(shop, shop.item("text", f"{number}", GROUP))
    with pytest.raises(NotYet):
        await sent(shop, shop.item("text", "多了", GROUP))
    shop.later(seconds=60)
    await sent(shop, shop.item("text", "多了", GROUP))


async def test_the_key_is_never_told(shop: Shop, capfd: pytest.CaptureFixture[str]) -> None:
    for chat in ("没有的群", "没听说过的群"):
        with pytest.raises(SendFailed, match=r"DANJU_WECOM_GROUP_WEBHOOKS") as refused:
            await sent(shop, shop.item("text", "x", chat))
        assert refused.value.permanent
    shop.sim.groups.keys.clear()
    with pytest.raises(SendFailed) as wrong:
        await sent(shop, shop.item("text", "x", GROUP))
    await shop.platform.close()
    with pytest.raises(SendFailed) as broken:
        await sent(shop, shop.item("text", "x", GROUP))
    told = f"{wrong.value!r} {broken.value!r} {broken.value.__suppress_context__} {await shop.notes('wecomgroup')}"
    assert HOOK not in told + "".join(capfd.readouterr())
    assert "True" in told


async def test_nothing_comes_in(shop: Shop) -> None:
    with pytest.raises(SendFailed) as refused:
        await shop.group.fetch("x")
    assert refused.value.permanent
