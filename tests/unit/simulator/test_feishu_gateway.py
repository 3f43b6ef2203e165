"""The simulated Feishu's long connection: frames, acks, fragments, and everything that goes wrong with connections."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.feishu import FeishuConfig, FeishuSim, events
from bot.simulator.feishu.frames import CONTROL, DATA, BadFrame, Frame, decode, encode
from bot.simulator.feishu.transport import Fate
from bot.simulator.parts import Pace
from bot.simulator.server import Simulator

LI = "ou_li"


class Listener:
    """A client that acknowledges what it gets."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, service: int) -> None:
        self.socket, self.service = socket, service
        self.got: list[dict[str, Any]] = []
        self.kinds: list[str] = []
        self.pieces: list[int] = []
        self.code = 200
        self.reply: Any = None
        self.answers = True
        self.pongs: list[Any] = []
        self.arrived = asyncio.Event()
        self._parts: dict[str, dict[int, bytes]] = {}
        self.task = asyncio.create_task(self._listen())

    async def ping(self) -> None:
        await self.socket.send_bytes(encode(Frame(CONTROL, self.service, headers={"type": "ping"})))

    async def _listen(self) -> int:
        async for message in self.socket:
            frame = decode(message.data)
            if frame.method == CONTROL:
                self.pongs.append(json.loads(frame.payload))
                self.arrived.set()
                continue
            total, number = int(frame.headers["sum"]), int(frame.headers["seq"])
            parts = self._parts.setdefault(frame.headers["message_id"], {})
            parts[number] = frame.payload
            if len(parts) < total:
                continue
            self.pieces.append(total)
            self.kinds.append(frame.kind)
            self.got.append(json.loads(b"".join(parts[at] for at in range(total))))
            self.arrived.set()
            if self.answers:
                answer: dict[str, Any] = {"code": self.code}
                if self.reply is not None:
                    answer["data"] = base64.b64encode(json.dumps(self.reply).encode()).decode()
                frame.payload = json.dumps(answer).encode()
                await self.socket.send_bytes(encode(frame))
        return self.socket.close_code or 0

    async def until_closed(self) -> int:
        async with asyncio.timeout(20):
            return await self.task


class Stage:
    def __init__(self, sim: FeishuSim, url: str, session: aiohttp.ClientSession) -> None:
        self.sim, self.url, self.session = sim, url, session

    async def discover(self, **changes: str) -> dict[str, Any]:
        asked = {"AppID": self.sim.config.app_id, "AppSecret": self.sim.config.app_secret} | changes
        async with self.session.post(self.url + "/callback/ws/endpoint", json=asked) as response:
            found: dict[str, Any] = await response.json()
            return found

    async def connect(self) -> Listener:
        address = (await self.discover())["data"]["URL"]
        socket = await self.session.ws_connect(address)
        return Listener(socket, int(parse_qs(urlsplit(address).query)["service_id"][0]))

    async def quiet(self) -> None:
        async with asyncio.timeout(20):
            await self.sim.settled()

    def card(self) -> str:
        button = {
            "tag": "button",
            "text": {"tag": "plain_text", "content": "确认"},
            "behaviors": [{"type": "callback", "value": {"token": "tok"}}],
        }
        card = {"schema": "2.0", "config": {"update_multi": True}, "body": {"elements": [button]}}
        return self.sim.show_card(LI, card)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    sim = FeishuSim(FeishuConfig(deadline_seconds=0.3), users={LI: "李雷"}, pace=Pace(speed=1000.0))
    simulator = Simulator(sim)
    url = await simulator.start()
    async with aiohttp.ClientSession() as session:
        yield Stage(sim, url, session)
        await simulator.stop()


async def test_an_event_goes_to_one_connection_and_is_acknowledged_by_its_frame(stage: Stage) -> None:
    listeners = [await stage.connect() for _ in range(3)]
    for number in range(12):
        await stage.sim.say(LI, f"第{number}句")
    await stage.quiet()
    assert sum(len(one.got) for one in listeners) == 12
    assert sum(bool(one.got) for one in listeners) > 1
    assert len(stage.sim.acknowledged()) == 12


async def test_without_a_connection_events_wait_for_the_next_redelivery(stage: Stage) -> None:
    await stage.sim.say(LI, "有人吗")
    listener = await stage.connect()
    await stage.quiet()
    assert len(listener.got) == 1


async def test_ping_is_answered_with_the_client_configuration(stage: Stage) -> None:
    listener = await stage.connect()
    await listener.ping()
    async with asyncio.timeout(20):
        await listener.arrived.wait()
    assert listener.pongs[0].keys() == {"ReconnectCount", "ReconnectInterval", "ReconnectNonce", "PingInterval"}


async def test_long_payloads_come_in_pieces(stage: Stage) -> None:
    stage.sim.config.fragment_bytes = 100
    listener = await stage.connect()
    await stage.sim.say(LI, "苹果 3 箱，" * 50)
    await stage.quiet()
    assert listener.pieces[0] > 5
    assert stage.sim.acknowledged()


async def test_an_ack_with_500_or_none_is_followed_by_a_redelivery(stage: Stage) -> None:
    listener = await stage.connect()
    listener.code = 500
    await stage.sim.say(LI, "一")
    async with asyncio.timeout(20):
        await listener.arrived.wait()
    assert not stage.sim.acknowledged()
    listener.code = 200
    await stage.quiet()
    assert len(listener.got) > 1
    assert len(stage.sim.acknowledged()) == 1


@pytest.mark.parametrize("kind", ["event", "card"])
async def test_clicks_come_as_the_chosen_frame_and_their_answer_as_base64(stage: Stage, kind: str) -> None:
    stage.sim.config.card_frames = "card" if kind == "card" else "event"
    listener = await stage.connect()
    listener.reply = {"toast": {"type": "info", "content": "收到"}}
    ref = stage.card()
    assert (await stage.sim.click(LI, ref, "tok")).toast == "收到"
    assert listener.kinds == [kind]
    listener.reply = None
    assert (await stage.sim.click(LI, ref, "tok")).error == "108002"
    listener.answers = False
    assert (await stage.sim.click(LI, ref, "tok")).error == "200341"


async def test_wrong_secrets_and_too_many_connections_are_refused(stage: Stage) -> None:
    assert (await stage.discover(AppSecret="falsch"))["code"] == 514
    assert (await stage.discover(AppSecret=""))["code"] == 1000040344
    await stage.sim.connections("refuse", 1)
    assert (await stage.discover())["code"] == 1
    await stage.sim.connections("refuse", 0)
    listeners = [await stage.connect() for _ in range(50)]
    assert (await stage.discover())["code"] == 1000040350
    assert len(listeners) == 50


async def test_a_handshake_without_ticket_says_so_in_its_headers(stage: Stage) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await stage.session.ws_connect(stage.url + "/callback/ws/connect?device_id=1&service_id=1")
    assert caught.value.headers is not None
    assert caught.value.headers["handshake-status"] == "514"


@pytest.mark.parametrize("code", [1000, 1001])
async def test_connections_are_closed_with_the_code_asked_for(stage: Stage, code: int) -> None:
    listener = await stage.connect()
    await stage.sim.connections("close", code)
    assert await listener.until_closed() == code
    assert not stage.sim.gateway.connections


async def test_connections_are_reset_and_evicted(stage: Stage) -> None:
    first, second = await stage.connect(), await stage.connect()
    assert await stage.sim.connections("evict") == 1
    assert await first.until_closed() == 1008
    assert await stage.sim.connections("abort") == 1
    assert await second.until_closed() != 1000


async def test_a_silent_connection_stays_open_and_says_nothing(stage: Stage) -> None:
    listener = await stage.connect()
    await stage.sim.connections("silent")
    await listener.ping()
    event = events.entered(stage.sim.world, LI)
    assert (await stage.sim.gateway.deliver(event)).fate is Fate.LATE
    assert not listener.got
    assert not listener.pongs
    assert not listener.socket.closed
    await stage.sim.connections("speak")
    assert (await stage.sim.gateway.deliver(event)).accepted


async def test_garbage_from_a_client_is_counted_and_harmless(stage: Stage) -> None:
    listener = await stage.connect()
    await listener.socket.send_bytes(b"\xff\xff\xff")
    await listener.socket.send_bytes(encode(Frame(DATA, headers={"message_id": "nobody"}, payload=b"{}")))
    await listener.ping()
    async with asyncio.timeout(20):
        await listener.arrived.wait()
    assert stage.sim.gateway.bad_frames == 1


HEADERS = st.dictionaries(st.text(max_size=12), st.text(max_size=30), max_size=5)


@given(
    method=st.integers(-(2**31), 2**31 - 1),
    service=st.integers(-(2**31), 2**31 - 1),
    seq=st.integers(0, 2**64 - 1),
    headers=HEADERS,
    payload=st.binary(max_size=200),
)
def test_frames_come_back_as_they_were(
    method: int, service: int, seq: int, headers: dict[str, str], payload: bytes
) -> None:
    frame = Frame(method, service, seq, 5, headers, payload)
    assert decode(encode(frame)) == frame


@given(st.binary(max_size=60))
def test_any_bytes_are_a_frame_or_a_bad_one(data: bytes) -> None:
    try:
        decode(data)
    except BadFrame:
        pass
