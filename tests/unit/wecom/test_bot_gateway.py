"""The long connection by itself, against a gateway on loopback that can be made to misbehave."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.wecom.endings import Evicted, Pace, Pauses, State
from bot.wecom.exchange import Declined, Frame, NoAnswer, NotConnected, Requests, req_id_of, verdict
from bot.wecom.gateway import Gateway, event_type, lane_of
from bot.wecom.lanes import Lanes
from tests.support.aibot_gateway import AibotGateway

FAST = Pace(
    ping=0.1,
    connect=1.0,
    subscribe=0.5,
    answer=0.5,
    first_pause=0.02,
    longest_pause=0.1,
    bad_secret=0.1,
    evicted=0.2,
    evicted_again=3600.0,
    patience=0.3,
    not_subscribed=0.02,
    close=0.2,
    finish=2.0,
)


@dataclass
class Desk:
    """A gateway and what it handed over."""

    gateway: Gateway
    platform: AibotGateway
    messages: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    async def until(self, holds: Callable[[], bool]) -> None:
        await self.platform.until(holds)

    def errors(self) -> list[str]:
        return [value for key, value in self.notes if key == "error" and value]


Make = Callable[..., Awaitable[Desk]]


@pytest.fixture
async def platform() -> AsyncIterator[AibotGateway]:
    gateway = AibotGateway()
    await gateway.start()
    yield gateway
    await gateway.stop()


@pytest.fixture
async def make(platform: AibotGateway) -> AsyncIterator[Make]:
    http = aiohttp.ClientSession()
    made: list[Desk] = []

    async def build(
        pace: Pace = FAST,
        secret: str = "s3cret",
        url: str = "",
        slow: dict[str, float] | None = None,
        handle: Callable[[Frame], Awaitable[None]] | None = None,
    ) -> Desk:
        desk: Desk

        async def on_message(frame: Frame) -> None:
            text = frame["body"]["text"]["content"]
            await asyncio.sleep((slow or {}).get(text, 0.0))
            desk.messages.append(text)

        async def on_event(frame: Frame) -> None:
            desk.events.append(event_type(frame))

        async def note(key: str, value: str) -> None:
            desk.notes.append((key, value))

        gateway = Gateway(
            url or platform.url, "bot-1", secret, lambda: http, handle or on_message, on_event, note, pace=pace
        )
        desk = Desk(gateway, platform)
        made.append(desk)
        await gateway.start()
        return desk

    yield build
    for desk in made:
        await desk.gateway.stop()
    await http.close()


async def test_subscribes_with_its_credentials(make: Make, platform: AibotGateway) -> None:
    desk = await make()
    await platform.subscribed(1)
    assert platform.of("aibot_subscribe")[0]["body"] == {"bot_id": "bot-1", "secret": "s3cret"}
    await desk.gateway.wait_live(5)
    assert desk.gateway.state is State.LIVE


async def test_pings_for_as_long_as_it_lives(make: Make, platform: AibotGateway) -> None:
    await make()
    await platform.until(lambda: len(platform.of("ping")) >= 3)
    assert platform.subscriptions == 1
    assert all("body" not in frame for frame in platform.of("ping"))


async def test_one_lost_pong_is_forgiven(make: Make, platform: AibotGateway) -> None:
    await make(replace(FAST, ping=0.3))
    await platform.subscribed(1)
    platform.pongs = False
    before = len(platform.of("ping"))
    await platform.until(lambda: len(platform.of("ping")) == before + 1)
    platform.pongs = True
    await platform.until(lambda: len(platform.of("ping")) >= before + 4)
    assert platform.subscriptions == 1


async def test_a_connection_that_heard_nothing_for_long_is_made_anew(make: Make, platform: AibotGateway) -> None:
    """It may be deaf; nobody would notice."""
    desk = await make(replace(FAST, ping=0.05, idle=0.2))
    await platform.subscribed(3)
    assert desk.errors() == []
    assert desk.gateway.state is not State.EVICTED


async def test_a_subscription_without_an_answer_is_tried_anew(make: Make, platform: AibotGateway) -> None:
    platform.answers_subscriptions = False
    desk = await make(replace(FAST, subscribe=0.1))
    await platform.until(lambda: platform.tries >= 2)
    assert desk.gateway.state is not State.LIVE
    platform.answers_subscriptions = True
    await platform.subscribed(1)


async def test_an_unknown_refusal_is_told_and_tried_again(make: Make, platform: AibotGateway) -> None:
    platform.declines["aibot_subscribe"] = [50001]
    desk = await make()
    await platform.subscribed(1)
    assert any("50001" in error for error in desk.errors())


def test_pauses_grow_while_connections_do_not_hold() -> None:
    after = Pauses(replace(FAST, first_pause=1.0, longest_pause=60.0), random.Random(7))
    ends = [after.after(OSError("x"), code=None, held=number % 2 or None).pause for number in range(20)]
    assert 0.5 <= ends[0] <= 1.0
    assert 1.0 <= ends[1] <= 2.0
    assert all(30.0 <= pause <= 60.0 for pause in ends[6:])
    assert after.after(None, code=1000, held=31.0).pause <= 1.0


def test_two_programs_do_not_throw_each_other_out_for_ever() -> None:
    """The one that was there first comes back once; thrown out again, it stays away for half a day."""
    real = Pace()
    first, second = Pauses(real, random.Random(1)), Pauses(real, random.Random(2))
    assert first.after(Evicted(), code=None, held=7200.0).pause == real.evicted
    assert second.after(Evicted(), code=None, held=real.evicted).pause == real.evicted
    assert first.after(Evicted(), code=None, held=real.evicted).pause == real.evicted_again
    assert second.after(Evicted(), code=None, held=real.evicted_again).pause == real.evicted


async def test_messages_of_a_chat_in_order_and_chats_beside_each_other(make: Make, platform: AibotGateway) -> None:
    desk = await make(slow={"a1": 0.3})
    await platform.subscribed(1)
    for userid, text in (("a", "a1"), ("a", "a2"), ("b", "b1"), ("a", "a3"), ("b", "b2")):
        await platform.say(userid, text)
    await desk.until(lambda: len(desk.messages) == 5)
    assert desk.messages == ["b1", "b2", "a1", "a2", "a3"]


async def test_what_came_in_before_a_stop_is_handled(make: Make, platform: AibotGateway) -> None:
    desk = await make(slow={"one": 0.3})
    await platform.subscribed(1)
    await platform.say("a", "one")
    await platform.say("a", "two")
    await platform.until(lambda: len(desk.gateway._lanes) == 2)
    await desk.gateway.stop()
    assert desk.messages == ["one", "two"]
    assert desk.gateway.state is State.STOPPED
    with pytest.raises(NotConnected):
        await desk.gateway.ask("aibot_send_msg", {})


async def test_a_ping_of_the_transport_is_answered_after_what_came_before_it(
    make: Make, platform: AibotGateway
) -> None:
    """Whoever takes the pong for an acknowledgement is told the truth."""
    desk = await make(slow={"slow": 0.2})
    await platform.subscribed(1)
    await platform.say("a", "slow")
    await platform.ping(b"one")
    await platform.until(lambda: platform.transport_pongs == [b"one"])
    assert desk.messages == ["slow"]
    await platform.ping(b"two")
    await platform.until(lambda: platform.transport_pongs == [b"one", b"two"])


async def test_a_handler_that_fails_harms_no_other(make: Make, platform: AibotGateway) -> None:
    handled: list[str] = []

    async def handle(frame: Frame) -> None:
        text = frame["body"]["text"]["content"]
        if text == "bad":
            raise RuntimeError(text)
        handled.append(text)

    await make(handle=handle)
    await platform.subscribed(1)
    for text in ("bad", "good"):
        await platform.say("a", text)
    await platform.until(lambda: handled == ["good"])
    assert platform.subscriptions == 1


# -- requests ----------------------------------------------------------------------------------------------------------

SEND = {"chatid": "a", "chat_type": 1, "msgtype": "markdown", "markdown": {"content": "x"}}


async def test_answers_find_their_requests(make: Make, platform: AibotGateway) -> None:
    desk = await make()
    platform.declines["aibot_send_msg"] = [45009]
    asked = [desk.gateway.ask("aibot_send_msg", SEND | {"chatid": str(number)}) for number in range(20)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in answers].count(Declined) == 1
    assert len(platform.shown) == 19
    assert len(desk.gateway._requests) <= 1  # but for a ping


async def test_no_answer_is_unknown(make: Make, platform: AibotGateway) -> None:
    desk = await make(replace(FAST, answer=0.1))
    platform.silent["aibot_send_msg"] = 1
    with pytest.raises(NoAnswer):
        await desk.gateway.ask("aibot_send_msg", SEND)
    assert len(platform.shown) == 1


async def test_a_connection_lost_under_a_request_is_unknown(make: Make, platform: AibotGateway) -> None:
    desk = await make(replace(FAST, answer=30.0))
    platform.silent["aibot_send_msg"] = 1
    asking = asyncio.create_task(desk.gateway.ask("aibot_send_msg", SEND))
    await platform.until(lambda: len(platform.shown) == 1)
    platform.abort()
    with pytest.raises(NoAnswer):
        await asking


async def test_not_connected_is_no_effect(make: Make, platform: AibotGateway) -> None:
    platform.accepts_connections = False
    desk = await make(replace(FAST, patience=0.05))
    with pytest.raises(NotConnected):
        await desk.gateway.ask("aibot_send_msg", SEND)
    assert platform.shown == []


async def test_a_moment_of_not_being_subscribed_is_waited_out(make: Make, platform: AibotGateway) -> None:
    desk = await make()
    platform.declines["aibot_send_msg"] = [846609, 846609]
    await desk.gateway.ask("aibot_send_msg", SEND)
    assert len(platform.shown) == 1
    assert platform.subscriptions == 1


async def test_not_being_subscribed_for_good_means_a_new_connection(make: Make, platform: AibotGateway) -> None:
    desk = await make()
    platform.declines["aibot_send_msg"] = [846609] * 3
    with pytest.raises(NotConnected):
        await desk.gateway.ask("aibot_send_msg", SEND)
    await platform.subscribed(2)
    await desk.gateway.ask("aibot_send_msg", SEND)


# -- anything at all from the wire -------------------------------------------------------------------------------------

ODD = [
    "",
    "x",
    "[]",
    "null",
    "1e999",
    "[" * 5000,
    '{"cmd": 5}',
    '{"cmd": ["aibot_msg_callback"], "headers": 3}',
    '{"headers": {"req_id": 7}, "errcode": 0}',
    '{"headers": {"req_id": "nobody"}, "errcode": "0"}',
    '{"cmd": "aibot_msg_callback"}',
    '{"cmd": "aibot_msg_callback", "body": []}',
    '{"cmd": "aibot_event_callback", "body": {"event": "disconnected_event"}}',
    '{"cmd": "aibot_new_thing", "body": {}}',
    '{"cmd": "aibot_msg_callback", "body": {"from": {"userid": {}}, "chatid": 4}}',
    '{"\\ud800": "\\ud800"}',
]


async def test_odd_frames_end_nothing(make: Make, platform: AibotGateway) -> None:
    desk = await make()
    await platform.subscribed(1)
    for text in ODD:
        await platform.raw(text)
    await platform.raw_bytes(b"\x00\xff" * 100)
    await platform.say("a", "still here")
    await desk.until(lambda: desk.messages == ["still here"])
    assert platform.subscriptions == 1


async def test_a_frame_too_large_costs_one_connection(make: Make, platform: AibotGateway) -> None:
    desk = await make()
    await platform.subscribed(1)
    with contextlib.suppress(ConnectionError):  # we hang up in the middle of it
        await platform.raw(json.dumps({"cmd": "x", "body": "y" * (5 * 1024 * 1024)}))
    await platform.subscribed(2)
    await platform.say("a", "still here")
    await desk.until(lambda: desk.messages == ["still here"])


@pytest.mark.parametrize("url", ["ws://127.0.0.1:1/ws", "not an address", "ftp://127.0.0.1/x", "wss://[/"])
async def test_an_address_that_leads_nowhere_raises_nothing(url: str, make: Make) -> None:
    desk = await make(url=url)
    await desk.until(lambda: len(desk.errors()) >= 2)
    assert "连不上" in desk.errors()[0]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
FRAMES = st.fixed_dictionaries(
    {},
    optional={
        "cmd": st.sampled_from(["aibot_msg_callback", "aibot_event_callback", "", "ping"]) | JSON,
        "headers": st.fixed_dictionaries({"req_id": st.just("r1") | JSON}) | JSON,
        "body": st.fixed_dictionaries({}, optional={"from": JSON, "chatid": JSON, "event": JSON}) | JSON,
        "errcode": JSON,
        "errmsg": JSON,
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FRAMES, max_size=5))
def test_any_frame_is_taken(frames: list[Any]) -> None:
    async def take() -> None:
        async def nothing(*_: object) -> None:
            return None

        def no_session() -> aiohttp.ClientSession:
            raise AssertionError("no connection is made here")

        gateway = Gateway("ws://x", "b", "s", no_session, nothing, nothing, nothing)
        waiting = gateway._requests.begin("r1")
        for frame in frames:
            await gateway._take(frame)
            lane_of(frame)
        await gateway._lanes.finish(1)
        if waiting.done():
            with contextlib.suppress(Declined):
                assert isinstance(verdict(waiting.result()), dict)

    asyncio.run(take())


async def test_lanes_make_room_again() -> None:
    lanes = Lanes()
    release = asyncio.Event()

    async def hold(_frame: Frame) -> None:
        await release.wait()

    for number in range(1000):
        lanes.put(f"chat{number % 7}", {}, hold)
    waiting = asyncio.create_task(lanes.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    release.set()
    await waiting
    await lanes.finish(5)
    assert len(lanes) == 0


async def test_a_request_asked_twice_under_one_id_gives_the_first_up() -> None:
    requests = Requests()
    first, second = requests.begin("r"), requests.begin("r")
    with pytest.raises(NoAnswer):
        await first
    assert requests.answered("r", {"errcode": 0})
    assert await second == {"errcode": 0}
    assert not requests.answered("r", {})
    assert req_id_of({"headers": {"req_id": 4}}) == ""
