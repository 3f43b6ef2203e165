"""The long connection with the real child process against a gateway on loopback: frames, and every way to fail."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from pydantic import SecretStr

from bot.feishu import long
from bot.feishu.crypto import BadEvent
from bot.feishu.long import LongConnection, Pace, State
from bot.settings import Settings
from tests.support.feishu_gateway import Gateway, reply

Json = dict[str, Any]

APP = "cli_0123456789abcdef"
SECRET = "the app's secret"
FAST = Pace(first=0.05, longest=0.2, refused=0.2, settled=30.0)
PATIENCE = 90.0  # the vendor child takes seconds of CPU to start; a hang must end the test


class Line:
    """A connection and what came over it."""

    def __init__(self, gateway: Gateway, secret: str = SECRET, pace: Pace = FAST) -> None:
        settings = Settings(feishu_app_id=APP, feishu_app_secret=SecretStr(secret), feishu_base_url=gateway.url)
        self.gateway = gateway
        self.taken: list[Json] = []
        self.notes: list[tuple[str, str]] = []
        self.answer: Callable[[Json], Any] = lambda _envelope: {}
        self.gate: asyncio.Event | None = None
        self.connection = LongConnection(settings, self._receive, self._note, pace)

    async def _receive(self, envelope: Json) -> Json:
        self.taken.append(envelope)
        if self.gate is not None and envelope.get("slow"):
            await self.gate.wait()
        answer: Json = self.answer(envelope)
        return answer

    async def _note(self, key: str, value: str) -> None:
        self.notes.append((key, value))

    async def until(self, reached: Callable[[State], bool]) -> State:
        async with asyncio.timeout(PATIENCE):
            while not reached(self.connection.state):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return self.connection.state

    async def up(self) -> None:
        await self.until(lambda state: state.name == long.CONNECTED)


@asynccontextmanager
async def line(gateway: Gateway, secret: str = SECRET, pace: Pace = FAST) -> AsyncIterator[Line]:
    opened = Line(gateway, secret, pace)
    await opened.connection.start()
    try:
        yield opened
    finally:
        await opened.connection.stop()
        assert opened.connection.state.name == long.STOPPED
        assert opened.connection.pid is None


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with asyncio.timeout(200), Gateway(APP, SECRET) as opened:
        yield opened


def event(name: str = "e1", kind: str = "im.message.receive_v1", **fields: Any) -> Json:
    return {"schema": "2.0", "header": {"event_id": name, "event_type": kind, "app_id": APP}, "event": {}} | fields


def click(name: str = "c1") -> Json:
    return event(name, "card.action.trigger")


async def test_frames_of_every_kind_are_answered(gateway: Gateway) -> None:
    async with line(gateway) as opened:
        await opened.up()

        frame, acknowledgement = await gateway.begin(event(word="永兴 5箱"))
        assert acknowledgement == {"code": 200}
        assert (frame.service, frame.seq_id, frame.log_id, frame.method) == (7, 3, 2**63, 1)
        assert {"type", "message_id", "sum", "seq", "trace_id", "biz_rt"} == set(frame.headers)

        opened.answer = lambda _envelope: {"toast": {"type": "success", "content": "已确认"}}
        for kind in ("event", "card"):
            acknowledgement = await gateway.send(click(), kind)
            assert acknowledgement["code"] == 200
            assert reply(acknowledgement) == {"toast": {"type": "success", "content": "已确认"}}
        opened.answer = lambda _envelope: {}
        assert reply(await gateway.send(click())) == {}

        whole = event("big", word="货" * 50_000)
        assert await gateway.send(whole, parts=7) == {"code": 200}
        assert opened.taken[-1] == whole
        assert opened.taken[0] == event(word="永兴 5箱")

        def refuse(_envelope: Json) -> Json:
            raise BadEvent("no event")

        def fail(_envelope: Json) -> Json:
            raise OSError(28, "no space")

        opened.answer = refuse
        assert await gateway.send(event("bad")) == {"code": 500}
        opened.answer = fail
        assert await gateway.send(event("sick")) == {"code": 500}
        taken = len(opened.taken)
        assert await gateway.send(b"no json") == {"code": 500}
        assert await gateway.send(b"\xff\xfe") == {"code": 500}
        assert len(opened.taken) == taken
        assert ("connection", long.CONNECTED) in opened.notes


async def test_a_slow_frame_keeps_nobody_waiting_and_is_refused_in_time(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long, "EVENT_SECONDS", 30.0)  # the child's own limit is to be seen
    async with line(gateway) as opened:
        await opened.up()
        opened.gate = asyncio.Event()
        slow = gateway.begin(event("slow", slow=True))
        assert [await gateway.send(event(f"fast{n}")) for n in range(20)] == [{"code": 200}] * 20
        assert not slow.done()
        assert (await slow)[1] == {"code": 500}
        opened.gate.set()
        assert await gateway.send(event("after")) == {"code": 200}


async def test_garbage_does_not_end_the_connection(gateway: Gateway) -> None:
    async with line(gateway) as opened:
        await opened.up()
        for data in (
            b"",
            b"\xff" * 50,
            b"\x08",
            gateway.frame(b"{}", "event", "x", 0, 0),
            gateway.frame(b"{}", "event", "x", -5, 0),
            gateway.frame(b"{}", "event", "x", 3, 9),
            gateway.frame(b"{}", "event", "x", 10**9, 1),
            gateway.frame(b"{}", "whatever", "x", 1, 0),
            gateway.frame(b"never complete", "event", "y", 2, 0),
        ):
            await gateway.socket.send_bytes(data)
        await gateway.socket.send_str("text")
        chance = random.Random(7)
        for _ in range(2000):
            broken = bytearray(gateway.frame(b'{"schema":"2.0"}', "event", "z", 2, 0))
            for _change in range(chance.randrange(1, 8)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            await gateway.socket.send_bytes(bytes(broken[: chance.randrange(1, len(broken))]))
        assert await gateway.send(event("after")) == {"code": 200}
        assert len(gateway.sockets) == 1
        assert opened.taken[-1] == event("after")


async def test_closed_or_cut_off_it_comes_back(gateway: Gateway) -> None:
    """Closed with 1000, with 1001, cut on TCP level, evicted while another holds the place: the same child returns."""
    async with line(gateway) as opened:
        await opened.up()
        pid = opened.connection.pid
        for count, end in enumerate((1000, 1001, "cut", "evicted"), 1):
            if end == "cut":
                gateway.abort()
            elif end == "evicted":
                gateway.answers = [{"code": 1000040350, "msg": "too many"}] * 2
                await gateway.socket.close(code=1000, message=b"replaced")
                await opened.until(lambda state: state.name == long.REFUSED)
            else:
                assert isinstance(end, int)
                await gateway.socket.close(code=end)
                await opened.until(lambda state: state.name != long.CONNECTED)
                assert f"飞书长连接断开（代码 {end}" in opened.connection.state.problem
            await gateway.reached(count + 1)
            await opened.up()
            assert await gateway.send(event(f"after {end}")) == {"code": 200}
        assert opened.connection.pid == pid
        assert [taken["header"]["event_id"] for taken in opened.taken] == [
            "after 1000",
            "after 1001",
            "after cut",
            "after evicted",
        ]


async def test_deaf_it_is_replaced(gateway: Gateway) -> None:
    gateway.ping = 1
    gateway.silent = True
    async with line(gateway) as opened:
        await opened.up()
        pid = opened.connection.pid
        await opened.until(lambda state: state.name == long.WAITING)
        gateway.silent = False
        await opened.up()
        assert opened.connection.pid != pid
        assert len(gateway.sockets) >= 2
        assert await gateway.send(event()) == {"code": 200}


async def test_pongs_keep_a_quiet_connection(gateway: Gateway) -> None:
    gateway.ping = 1
    async with line(gateway) as opened:
        await opened.up()
        pid = opened.connection.pid
        async with asyncio.timeout(PATIENCE):
            while gateway.pings < 5:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert (len(gateway.sockets), opened.connection.pid) == (1, pid)


async def test_a_wrong_secret_is_told_and_tried_again(gateway: Gateway) -> None:
    async with line(gateway, secret="wrong") as opened:
        state = await opened.until(lambda state: state.name == long.REFUSED)
        assert "App Secret" in state.problem
        assert "danju setup feishu" in state.problem
        gateway.secret = "wrong"  # now it is right
        await opened.up()
        assert opened.connection.state.problem == ""
    assert opened.notes[-2:] == [("connection", "stopped"), ("problem", "")]


async def test_the_other_code_for_a_wrong_secret_is_told_as_one(gateway: Gateway) -> None:
    """At the handshake the SDK raises the same code for too many connections."""
    gateway.answers = [{"code": 514, "msg": "app_id or app_secret is invalid"}]
    async with line(gateway) as opened:
        state = await opened.until(lambda state: state.name == long.REFUSED)
        assert "App Secret" in state.problem
        await opened.up()


async def test_too_many_connections_are_told(gateway: Gateway) -> None:
    gateway.answers = [{"code": 1000040350, "msg": "too many"}]
    async with line(gateway) as opened:
        state = await opened.until(lambda state: state.name == long.REFUSED)
        assert "长连接太多" in state.problem
        await opened.up()
    gateway.handshake = {
        "Handshake-Status": "514",
        "Handshake-Msg": "exceed",
        "Handshake-Autherrcode": "1000040350",
    }
    async with line(gateway) as opened:
        state = await opened.until(lambda state: state.name == long.REFUSED)
        assert "长连接太多" in state.problem
        gateway.handshake = None
        await opened.up()


async def test_refused_at_start_it_goes_on_trying(gateway: Gateway) -> None:
    gateway.answers = [{"code": 1, "msg": "busy"}, {"nonsense": True}, {"code": 0, "data": None}]
    async with line(gateway) as opened:
        state = await opened.until(lambda state: state.name == long.WAITING)
        assert "正在重试" in state.problem
        await opened.up()
        assert gateway.discoveries == 4


async def test_nobody_listens_at_start(unused_tcp_port: int) -> None:
    gateway = Gateway(APP, SECRET)
    gateway.url = f"http://127.0.0.1:{unused_tcp_port}"
    async with line(gateway) as opened:
        state = await opened.until(lambda state: state.name == long.WAITING)
        assert "连不上飞书" in state.problem


async def test_a_discovery_that_hangs_is_given_up(gateway: Gateway) -> None:
    gateway.hangs = True
    async with line(gateway, pace=Pace(first=0.05, longest=0.2, connect=1.0)) as opened:
        async with asyncio.timeout(PATIENCE):
            while gateway.discoveries == 0:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        pid = opened.connection.pid
        gateway.hangs = False
        await opened.up()
        assert opened.connection.pid != pid


async def test_a_killed_child_is_replaced(gateway: Gateway) -> None:
    async with line(gateway) as opened:
        await opened.up()
        assert opened.connection.pid is not None
        psutil.Process(opened.connection.pid).kill()
        await gateway.reached(2)
        await opened.up()
        assert await gateway.send(event()) == {"code": 200}


async def test_stopping_answers_what_is_in_work(gateway: Gateway) -> None:
    async with line(gateway) as opened:
        await opened.up()
        opened.gate = asyncio.Event()
        slow = gateway.begin(event("slow", slow=True))
        async with asyncio.timeout(PATIENCE):
            while not opened.taken:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        stopping = asyncio.create_task(opened.connection.stop())
        await asyncio.sleep(0)
        opened.gate.set()
        assert (await slow)[1] == {"code": 200}
        await stopping
        assert gateway.socket.close_code == 1000


async def test_the_child_alone(gateway: Gateway) -> None:
    """Small enough, without secrets in sight, without the database; and it ends with its service."""
    async with line(gateway) as opened:
        await opened.up()
        for n in range(50):
            await gateway.send(event(f"e{n}", word="货" * 10_000))
        assert opened.connection.pid is not None
        child = psutil.Process(opened.connection.pid)
        assert SECRET not in " ".join(child.cmdline())
        assert SECRET not in child.environ().values()
        assert child.memory_info().rss <= 220 * 1024 * 1024
        assert not [file.path for file in child.open_files() if Path(file.path).suffix == ".db"]
        process = opened.connection._process
        assert process is not None
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.to_thread(child.wait, PATIENCE)
