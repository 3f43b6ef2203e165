"""Pages learn of everything once, also after they were away."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import ClientResponse

from bot.channel import Outgoing
from bot.console.api import PREFIX
from tests.support.console import SELLER, Desk


async def event(response: ClientResponse) -> tuple[str, Any, str | None]:
    """The next event: its name, its data and its id."""
    fields: dict[str, str] = {}
    while True:
        line = (await asyncio.wait_for(response.content.readline(), 20)).decode().rstrip("\n")
        assert line or fields or not response.content.at_eof(), "the feed ended"
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "event" in fields:
            return fields["event"], json.loads(fields["data"]), fields.get("id")


async def test_a_page_hears_what_is_said_and_what_changes(desk: Desk) -> None:
    async with desk.client.get(f"{PREFIX}/api/feed") as feed:
        assert feed.content_type == "text/event-stream"
        assert await event(feed) == ("hello", {"seq": 0}, None)
        seq = await desk.say("要10盒")
        name, data, number = await event(feed)
        assert (name, data["text"], data["from"], number) == ("message", "要10盒", SELLER, "1")
        ref = await desk.console.channel.send(Outgoing(1, "k", "1", "card", '{"title":"草稿1"}'))
        assert (await event(feed))[1]["card"] == {"title": "草稿1"}
        await desk.console.channel.send(Outgoing(2, "k2", "1", "card_update", '{"title":"XS-0001"}', ref))
        name, data, number = await event(feed)
        assert (data["seq"], data["card"], number) == (int(ref), {"title": "XS-0001"}, "3")
        await desk.post("recall", {"as": SELLER, "message": seq})
        assert (await event(feed))[1]["recalled"] is True


async def test_a_page_that_was_away_gets_exactly_what_it_missed(desk: Desk) -> None:
    for number in range(250):
        await desk.say(f"第{number}条")
    async with desk.client.get(f"{PREFIX}/api/feed", headers={"Last-Event-ID": "3"}) as feed:
        await event(feed)
        assert [(await event(feed))[2] for _ in range(247)] == [str(number) for number in range(4, 251)]


async def test_a_page_from_before_the_demo_was_made_anew_starts_over(desk: Desk) -> None:
    await desk.say("新的")
    async with desk.client.get(f"{PREFIX}/api/feed?after=900") as feed:
        assert (await event(feed))[0] == "hello"
        assert (await event(feed))[:2] == ("reset", {"seq": 1})


async def test_shutdown_ends_the_feeds(desk: Desk) -> None:
    async with desk.client.get(f"{PREFIX}/api/feed") as feed:
        await event(feed)
        desk.console.hub.close()
        assert await asyncio.wait_for(feed.content.read(), 20) == b"\n" or feed.content.at_eof()
    assert (await desk.get("feed"))[0] == 503


async def test_the_past_is_read_page_by_page(desk: Desk) -> None:
    for number in range(45):
        await desk.say(str(number))
    _, newest = await desk.get("history?room=1")
    assert (newest["more"], [m["text"] for m in newest["messages"]][::39]) == (True, ["5", "44"])
    _, older = await desk.get(f"history?room=1&before={newest['messages'][0]['seq']}")
    assert (older["more"], [m["text"] for m in older["messages"]]) == (False, ["0", "1", "2", "3", "4"])


async def test_the_firm_its_people_and_rooms(desk: Desk) -> None:
    _, firm = await desk.get("firm")
    assert firm["firm"] == "测试五金"
    assert [person["name"] for person in firm["people"]] == ["小林", "小何", "老秦", "方主管", "谢总"]
    assert firm["people"][4]["words"] == ["老板", "管理员"]
    groups = {room["id"]: room["members"] for room in firm["rooms"] if room["kind"] == "group"}
    assert groups == {"group:all": [1, 2, 3, 4, 5], "group:sales": [1, 4, 5], "group:goods": [2, 3, 4]}


async def test_a_messages_way_and_what_was_set_aside(desk: Desk) -> None:
    seq = await desk.say("要10盒")
    _, trace = await desk.get(f"trace/{seq}")
    assert [step["name"] for step in trace["steps"]] == ["received", "understood", "drafted", "sent"]
    assert trace["outbox"][0]["ref"] == "2"
    desk.records.ready = False
    assert (await desk.get(f"trace/{seq}"))[0] == 404
    _, problems = await desk.get("problems")
    assert [row["source"] for row in problems["problems"]] == ["inbox", "outbox"]
    assert (await desk.post("problems/retry", {"source": "inbox", "id": 3}))[1]["tone"] == "good"
    assert (await desk.post("problems/retry", {"source": "inbox", "id": 8}))[0] == 409
    assert desk.records.retried == [("inbox", 3), ("inbox", 8)]
    assert desk.door.taken_up == [3]
