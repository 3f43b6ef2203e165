"""What the outbox sends stands in the room exactly once, and a card changes in its place."""

from __future__ import annotations

import json

import pytest

from bot.channel import Outgoing, SendFailed
from tests.support.console import PNG, Desk


def outgoing(
    kind: str, body: str, key: str = "k1", *, target_ref: str | None = None, reply_to: str | None = None
) -> Outgoing:
    return Outgoing(1, key, "1", kind, body, target_ref, reply_to)


async def room(desk: Desk) -> list[dict[str, object]]:
    _, answer = await desk.get("history?room=1")
    found: list[dict[str, object]] = answer["messages"]
    return found


async def test_the_same_key_is_sent_once(desk: Desk) -> None:
    first = await desk.console.channel.send(outgoing("text", "您好"))
    assert await desk.console.channel.send(outgoing("text", "您好")) == first
    (message,) = await room(desk)
    assert (message["text"], message["from"], str(message["seq"])) == ("您好", None, first)


async def test_a_card_update_changes_the_card_and_only_its_place_in_the_order_of_changes(desk: Desk) -> None:
    ref = await desk.console.channel.send(outgoing("card", '{"title":"草稿1"}'))
    await desk.console.channel.send(outgoing("text", "后来的", "k2"))
    update = outgoing("card_update", '{"title":"XS-0001"}', "k3", target_ref=ref)
    assert await desk.console.channel.send(update) == ref
    card, text = await room(desk)
    assert card["card"] == {"title": "XS-0001"}
    assert card["changed"] == 3
    assert text["changed"] == 2
    await desk.console.channel.send(update)
    assert (await room(desk))[0]["changed"] == 3  # the same state again wakes nobody


async def test_an_answer_shows_what_it_answers(desk: Desk) -> None:
    seq = await desk.say("要10盒")
    await desk.console.channel.send(outgoing("text", "哪一种？", reply_to=str(seq)))
    assert (await room(desk))[1]["quoted"] == seq


async def test_files_are_described_by_their_bytes(desk: Desk) -> None:
    picture = desk.attachments.put(PNG)
    await desk.console.channel.send(outgoing("file", json.dumps({"name": "图.pdf", "sha256": picture})))
    (message,) = await room(desk)
    assert message["kind"] == "picture"
    assert message["files"] == [{"sha256": picture, "name": "图.pdf", "kind": "picture", "size": len(PNG)}]


@pytest.mark.parametrize(
    ("kind", "body", "target"),
    [
        ("card", "not json", None),
        ("card", "[]", None),
        ("card_update", "{}", None),
        ("card_update", "{}", "77"),
        ("card_update", "{}", "x"),
        ("file", '{"name":"a"}', None),
        ("file", '{"name":"a","sha256":"' + "0" * 64 + '"}', None),
        ("smoke signal", "", None),
    ],
)
async def test_what_can_never_be_shown_fails_for_good(desk: Desk, kind: str, body: str, target: str | None) -> None:
    with pytest.raises(SendFailed) as caught:
        await desk.console.channel.send(Outgoing(1, "k", "1", kind, body, target))
    assert caught.value.permanent
    assert await room(desk) == []


async def test_attachments_are_fetched_from_the_store(desk: Desk) -> None:
    assert await desk.console.channel.fetch(desk.attachments.put(PNG)) == PNG
