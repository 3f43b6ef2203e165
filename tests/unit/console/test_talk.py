"""What a person does on the page reaches the door as a neutral event, and stands in the room."""

from __future__ import annotations

import asyncio

from aiohttp import FormData

from bot.channel import Outgoing
from bot.console.api import PREFIX
from bot.inbound import InboundFile, InboundKind
from handlers.turn import ClickResult
from tests.support.console import BOSS, BUYER, KEEPER, PNG, SELLER, Desk


async def test_a_message_is_shown_and_accepted(desk: Desk) -> None:
    status, answer = await desk.post("messages", {"as": SELLER, "room": "1", "text": " 要10盒\r\nM8*30\x00 "})
    assert (status, answer) == (200, {"message": 1, "inbox": 1})
    inbound = desk.door.last
    assert (inbound.platform, inbound.kind, inbound.chat, inbound.sender) == ("console", InboundKind.TEXT, "1", "1")
    assert inbound.text == "要10盒\nM8*30"
    assert inbound.event_key.startswith("console:")
    assert (inbound.chat_kind, inbound.to_bot, inbound.message_ref) == ("direct", True, "1")
    _, past = await desk.get("history?room=1")
    assert [(m["from"], m["text"]) for m in past["messages"]] == [(SELLER, "要10盒\nM8*30")]


async def test_the_same_key_five_times_at_once_is_one_message(desk: Desk) -> None:
    seqs = await asyncio.gather(*(desk.say("要10盒", key="abcdefgh") for _ in range(5)))
    assert set(seqs) == {1}
    assert len(desk.door.accepted) == 1
    assert await desk.say("要10盒", BUYER, key="abcdefgh") == 2  # a key is its sender's own


async def test_a_group_hears_everything_and_the_bot_knows_when_it_is_meant(desk: Desk) -> None:
    await desk.say("大家注意", room="group:sales")
    assert (desk.door.last.chat_kind, desk.door.last.to_bot) == ("group", False)
    await desk.say("@单据 库存 M8*30", room="group:sales")
    assert (desk.door.last.text, desk.door.last.to_bot) == ("库存 M8*30", True)
    ref = await desk.console.channel.send(Outgoing(1, "k", "group:sales", "card", '{"title":"草稿1"}'))
    await desk.say("第2行改成5箱", room="group:sales", quote=int(ref))
    assert (desk.door.last.quoted_ref, desk.door.last.to_bot) == (ref, True)


async def test_a_quote_must_stand_in_the_same_room(desk: Desk) -> None:
    seq = await desk.say("别人的话", BOSS)
    status, answer = await desk.post("messages", {"as": SELLER, "room": "1", "text": "?", "quote": seq})
    assert status == 400
    assert "引用" in answer["error"]


async def test_nobody_speaks_in_a_room_they_are_not_in(desk: Desk) -> None:
    for who, where in ((KEEPER, "group:sales"), (SELLER, "2"), (6, "6"), (99, "1"), (SELLER, "nowhere")):
        status, answer = await desk.post("messages", {"as": who, "room": where, "text": "喂"})
        assert status == 400
        assert answer["error"]
    assert not desk.door.accepted


async def test_pictures_and_files(desk: Desk) -> None:
    form = FormData(quote_fields=False)
    form.add_field("file", PNG, filename="发票.png")
    form.add_field("file", b"a,b\n1,2", filename="../价格表.csv")
    async with desk.client.post(f"{PREFIX}/api/files", data=form) as response:
        assert response.status == 200
        sent = (await response.json())["files"]
    assert [(file["kind"], file["name"]) for file in sent] == [("picture", "发票.png"), ("file", "价格表.csv")]
    await desk.say("", files=sent[:1])
    assert desk.door.last.kind == InboundKind.PICTURE.value
    assert desk.door.last.files == (InboundFile(sent[0]["sha256"], "发票.png", "picture", sent[0]["sha256"]),)
    await desk.say("价格表", files=sent)
    assert desk.door.last.kind == InboundKind.MIXED.value
    async with desk.client.get(f"{PREFIX}/api/file/{sent[0]['sha256']}") as response:
        assert response.content_type == "image/png"
        assert await response.read() == PNG
    async with desk.client.get(f"{PREFIX}/api/file/{sent[1]['sha256']}?name=a%0d%0ab.csv") as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment")


async def test_a_file_nobody_uploaded_cannot_be_sent(desk: Desk) -> None:
    missing = {"sha256": "0" * 64, "name": "a.png"}
    status, answer = await desk.post("messages", {"as": SELLER, "room": "1", "files": [missing]})
    assert (status, answer["error"]) == (400, "这个附件不在了，请重新发一次")


async def test_an_oversized_file_is_refused(desk: Desk) -> None:
    form = FormData(quote_fields=False)
    form.add_field("file", b"x" * (20 * 1024 * 1024 + 1), filename="big.bin")
    async with desk.client.post(f"{PREFIX}/api/files", data=form) as response:
        assert response.status == 413
        assert "20 MB" in (await response.json())["error"]
    assert not desk.attachments.stored


async def test_a_click_reaches_the_door_with_its_values(desk: Desk) -> None:
    ref = int(await desk.console.channel.send(Outgoing(1, "k", "1", "card", '{"title":"草稿1"}')))
    desk.door.answer = ClickResult("已确认 XS-0001", "good")
    click = {"as": SELLER, "room": "1", "message": ref, "token": "t-1", "values": {"qty": "5"}}
    assert await desk.post("clicks", click) == (200, {"toast": "已确认 XS-0001", "tone": "good"})
    inbound = desk.door.clicked[0]
    assert (inbound.kind, inbound.token, inbound.values) == (InboundKind.CLICK, "t-1", {"qty": "5"})
    assert inbound.message_ref == str(ref)
    await desk.post("clicks", click)
    assert desk.door.clicked[0].event_key != desk.door.clicked[1].event_key


async def test_a_click_on_what_is_no_card_here_is_answered(desk: Desk) -> None:
    other = int(await desk.console.channel.send(Outgoing(1, "k", "4", "card", '{"title":"草稿1"}')))
    mine = await desk.say("要10盒")
    for message in (other, mine, 999):
        status, answer = await desk.post("clicks", {"as": SELLER, "room": "1", "message": message, "token": "t"})
        assert status == 400
        assert "卡片" in answer["error"]
    assert not desk.door.clicked


async def test_one_takes_back_only_ones_own_words(desk: Desk) -> None:
    seq = await desk.say("说错了")
    assert (await desk.post("recall", {"as": BOSS, "message": seq}))[0] == 403
    for _ in range(2):
        assert await desk.post("recall", {"as": SELLER, "message": seq}) == (200, {"message": seq})
    assert (desk.door.last.kind, desk.door.last.message_ref) == (InboundKind.RECALL, str(seq))
    assert len(desk.door.accepted) == 2
    _, past = await desk.get("history?room=1")
    assert past["messages"][0]["recalled"] is True
    assert "text" not in past["messages"][0]
