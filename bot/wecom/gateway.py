"""The intelligent bot's long connection: one WebSocket that is opened again after every end, whatever ended it.

Facts: shared/facts/wecom.md §3.2. The protocol has no acknowledgement for callbacks, so whoever takes one commits it at
once. One live connection per bot: a newer subscription evicts the older one, which is told by ``disconnected_event``;
two programs that both came back at once would evict each other for ever, so an evicted one waits long, tries once, and
when it is evicted again stays away for half a day.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

import aiohttp
import structlog

from bot.wecom.exchange import Declined, Frame, NoAnswer, NotConnected, Requests, new_id, req_id_of, verdict
from bot.wecom.lanes import Handle, Lanes

log = structlog.get_logger(__name__)

BAD_SECRET = 853000
NOT_SUBSCRIBED = 846609
MAX_FRAME_BYTES = 4 * 1024 * 1024

Note = Callable[[str, str], Awaitable[None]]

WRONG_SECRET = (
    "企业微信智能机器人的 BotID 或 Secret 不对（853000）。到企业微信管理后台 → 智能机器人 → API 模式 → 长连接，"
    "重新复制两项，再运行 danju setup wecom"
)
EVICTED = (
    "这个智能机器人在别处登录，这边被顶下线了（同一个机器人只能有一处连着）。请停掉另一处；{minutes} 分钟后这边再试一次"
)
EVICTED_AGAIN = (
    "这个智能机器人一直在别处连着，这边收不到消息。请停掉另一处，再重启单据；不处理的话 {hours} 小时后这边再试一次"
)
NO_PONG = "企业微信长连接没有回应心跳，已断开重连"
NOT_REACHED = "连不上企业微信长连接（{reason}），会一直重试。请检查这台电脑能不能上网"
DECLINED = "企业微信没有接受长连接订阅（{reason}），会一直重试"
LOST = "企业微信长连接断了（{reason}），正在重连"


class State(StrEnum):
    STOPPED = "stopped"
    CONNECTING = "connecting"
    LIVE = "live"
    WAITING = "waiting"  # between two tries
    BAD_SECRET = "bad_secret"
    EVICTED = "evicted"


@dataclass(frozen=True, slots=True)
class Pace:
    """All in seconds. Tests shorten them."""

    ping: float = 30.0
    connect: float = 15.0
    subscribe: float = 10.0
    answer: float = 6.0
    first_pause: float = 1.0  # doubled after each try that failed
    longest_pause: float = 60.0
    steady: float = 30.0  # a connection that held this long makes the pauses short again
    bad_secret: float = 300.0
    evicted: float = 600.0
    evicted_again: float = 12 * 3600.0
    calm: float = 3600.0  # a connection that held this long was not part of a quarrel between two programs
    patience: float = 2.0  # how long a request waits for a connection that is just being made
    not_subscribed: float = 0.5  # before asking again after 846609
    close: float = 1.0
    finish: float = 5.0  # for what came in before a stop


REAL = Pace()


class _Evicted(Exception):
    """disconnected_event came."""


class _Silent(Exception):
    """Two pings were not answered."""


@dataclass(frozen=True, slots=True)
class _End:
    """How a connection ended: what to tell, and how long to wait (0.0: as the back-off says)."""

    trouble: str
    state: State = State.WAITING
    pause: float = 0.0


#: TimeoutError is an OSError, a malformed address a ValueError.
_FORESEEN = (_Evicted, _Silent, Declined, NoAnswer, aiohttp.ClientError, OSError, ValueError)


class Gateway:
    """Built once, started once, stopped once.

    ``on_message`` and ``on_event`` take whole frames; messages of one chat one after the other, in order of arrival,
    events beside everything else. ``note(key, value)`` is told ``connected``, ``inbound`` and ``error`` (a sentence in
    Chinese; empty when all is well again).
    """

    def __init__(
        self,
        url: str,
        bot_id: str,
        secret: str,
        http: Callable[[], aiohttp.ClientSession],
        on_message: Handle,
        on_event: Handle,
        note: Note,
        *,
        pace: Pace = REAL,
        chance: random.Random | None = None,
    ) -> None:
        self.state = State.STOPPED
        self.trouble = ""  # the last error told, in Chinese; empty while live
        self.connections = 0  # subscriptions that succeeded
        self._url = url
        self._bot_id = bot_id
        self._secret = secret
        self._http = http
        self._on_message = on_message
        self._on_event = on_event
        self._note = note
        self._pace = pace
        self._chance = chance or random.Random()
        self._lanes = Lanes()
        self._requests = Requests()
        self._live = asyncio.Event()
        self._ws: aiohttp.ClientWebSocketResponse | None = None
        self._loop: asyncio.Task[None] | None = None
        self._evictions = 0
        self._inbound_noted = float("-inf")

    # -- life ----------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to connect; returns at once and never raises, however unreachable the platform is."""
        if self._loop is None:
            self.state = State.CONNECTING
            self._loop = asyncio.create_task(self._run(), name="wecom-bot")

    async def stop(self) -> None:
        """Close, and let what came in before be handled."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
            self._loop = None
        await self._lanes.finish(self._pace.finish)
        self.state = State.STOPPED

    async def wait_live(self, seconds: float | None = None) -> None:
        """Wait until the bot is subscribed.

        Raises:
            NotConnected: it is not, after ``seconds``.
        """
        try:
            async with asyncio.timeout(seconds):
                await self._live.wait()
        except TimeoutError:
            raise NotConnected(self.trouble or "no connection") from None

    async def ask(self, cmd: str, body: Frame, *, req_id: str | None = None, seconds: float | None = None) -> Frame:
        """Send a request and return the body of its answer. ``req_id`` is given where a callback is replied to.

        Raises:
            NotConnected: nothing was sent.
            NoAnswer: it was sent; whether it took effect is unknown.
            Declined: the platform refused.
        """
        for attempt in range(3):
            if self.state in (State.BAD_SECRET, State.EVICTED, State.STOPPED):
                raise NotConnected(self.trouble or "stopped")
            await self.wait_live(self._pace.patience)
            ws = self._ws
            if ws is None or ws.closed:
                raise NotConnected(self.trouble or "no connection")
            frame = await self._exchange(ws, cmd, body, req_id or new_id(cmd), seconds or self._pace.answer)
            try:
                return verdict(frame)
            except Declined as declined:
                if declined.code != NOT_SUBSCRIBED:
                    raise
            # Seen for a moment after a reconnect: the subscription has not reached all of their machines yet.
            await asyncio.sleep(self._pace.not_subscribed * (attempt + 1))
        if (ws := self._ws) is not None:
            await self._drop(ws)  # it really is not subscribed: begin anew
        raise NotConnected(f"{NOT_SUBSCRIBED} not subscribed")

    # -- one connection after the other --------------------------------------------------------------------------------

    async def _run(self) -> None:
        failures = 0
        while True:
            self.state = State.CONNECTING
            began, before = time.monotonic(), self.connections
            try:
                code = await self._connection()
                end = _End(LOST.format(reason=f"对方关闭，代码 {code}"))
            except Exception as error:  # boundary of one connection: whatever broke it, the next one is made
                if not isinstance(error, _FORESEEN):
                    log.exception("wecom_bot_connection_failed")
                end = self._end_by(error, was_live=self.connections > before)
            held = time.monotonic() - began if self.connections > before else 0.0
            if held >= self._pace.calm:
                self._evictions = 0
            if held >= self._pace.steady:
                failures = 0
            failures += 1
            if end.state is State.EVICTED:
                end = self._evicted()
            await self._tell(end)
            await asyncio.sleep(end.pause or self._pause(failures))

    def _end_by(self, error: Exception, *, was_live: bool) -> _End:
        if isinstance(error, _Evicted):
            return _End("", State.EVICTED)
        if isinstance(error, _Silent):
            return _End(NO_PONG)
        if isinstance(error, Declined):
            if error.code == BAD_SECRET:
                return _End(WRONG_SECRET, State.BAD_SECRET, self._pace.bad_secret)
            return _End(DECLINED.format(reason=error))
        text = LOST if was_live else NOT_REACHED
        return _End(text.format(reason=str(error)[:200] or type(error).__name__))

    def _evicted(self) -> _End:
        self._evictions += 1
        if self._evictions == 1:
            pause = self._pace.evicted
            return _End(EVICTED.format(minutes=max(1, round(pause / 60))), State.EVICTED, pause)
        pause = self._pace.evicted_again
        return _End(EVICTED_AGAIN.format(hours=max(1, round(pause / 3600))), State.EVICTED, pause)

    def _pause(self, failures: int) -> float:
        """Doubling, with half of it left to chance so that many bots do not come back in step."""
        full = min(self._pace.first_pause * 2.0 ** min(failures - 1, 30), self._pace.longest_pause)
        return full * (0.5 + self._chance.random() / 2)

    async def _connection(self) -> int | None:
        """Connect, subscribe and read until the other side closes (returns its code); raises what ended it
        otherwise."""
        async with asyncio.timeout(self._pace.connect):
            ws = await self._http().ws_connect(
                self._url,
                max_msg_size=MAX_FRAME_BYTES,
                timeout=aiohttp.ClientWSTimeout(ws_close=self._pace.close),
            )
        self._ws = ws
        reading = asyncio.create_task(self._read(ws))
        watching = asyncio.create_task(self._watch(ws))
        try:
            await asyncio.wait({reading, watching}, return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                reading.result()
            if watching.done():
                watching.result()
            return ws.close_code
        finally:
            self._live.clear()
            self._ws = None
            for task in (reading, watching):
                task.cancel()
            self._requests.lost()
            await asyncio.gather(reading, watching, return_exceptions=True)
            await self._drop(ws)

    async def _watch(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        """Subscribe, then ping for as long as pings are answered."""
        body = {"bot_id": self._bot_id, "secret": self._secret}
        verdict(await self._exchange(ws, "aibot_subscribe", body, new_id("aibot_subscribe"), self._pace.subscribe))
        self.connections += 1
        self.state, self.trouble = State.LIVE, ""
        self._live.set()
        log.info("wecom_bot_connected", connections=self.connections)
        await self._quietly("connected", str(self.connections))
        await self._quietly("error", "")
        missed = 0
        while True:
            pinged = time.monotonic()
            try:
                await self._exchange(ws, "ping", None, new_id("ping"), self._pace.ping)
                missed = 0
            except NoAnswer:
                missed += 1
                if missed >= 2:
                    raise _Silent from None
            await asyncio.sleep(max(0.0, pinged + self._pace.ping - time.monotonic()))

    async def _exchange(
        self, ws: aiohttp.ClientWebSocketResponse, cmd: str, body: Frame | None, req_id: str, seconds: float
    ) -> Frame:
        frame: Frame = {"cmd": cmd, "headers": {"req_id": req_id}}
        if body is not None:
            frame["body"] = body
        future = self._requests.begin(req_id)
        try:
            async with asyncio.timeout(seconds):
                await ws.send_str(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))
                return await future
        except TimeoutError:
            raise NoAnswer(f"no answer to {cmd} in {seconds:g} s") from None
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            raise NoAnswer(f"{cmd}: {error}") from error  # part of it may have gone out
        finally:
            self._requests.forget(req_id, future)

    async def _drop(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        with contextlib.suppress(aiohttp.ClientError, OSError, RuntimeError):
            await ws.close()

    # -- coming in -----------------------------------------------------------------------------------------------------

    async def _read(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        async for message in ws:  # ends without an exception at every close, also at 1000 and 1001
            if message.type is not aiohttp.WSMsgType.TEXT:
                log.warning("wecom_bot_odd_frame", type=message.type.name)
                continue
            try:
                frame = json.loads(message.data)
            except (ValueError, RecursionError):
                frame = None
            if isinstance(frame, dict):
                await self._take(frame)
            else:
                log.warning("wecom_bot_odd_frame", size=len(message.data))
        log.info("wecom_bot_closed", code=ws.close_code)
        error = ws.exception()
        if isinstance(error, Exception):
            raise error if isinstance(error, aiohttp.ClientError | OSError) else OSError(str(error))

    async def _take(self, frame: Frame) -> None:
        cmd = frame.get("cmd")
        if not cmd:
            self._requests.answered(req_id_of(frame), frame)
        elif cmd == "aibot_msg_callback":
            await self._lanes.room()
            self._lanes.put(lane_of(frame), frame, self._on_message)
            await self._heard()
        elif cmd == "aibot_event_callback":
            if event_type(frame) == "disconnected_event":
                raise _Evicted
            await self._lanes.room()
            self._lanes.put("", frame, self._on_event)
            await self._heard()
        elif cmd != "pong":
            log.info("wecom_bot_unknown_cmd", cmd=str(cmd)[:60])

    async def _heard(self) -> None:
        now = time.monotonic()
        if now - self._inbound_noted >= 60.0:
            self._inbound_noted = now
            self._lanes.put("", {}, lambda _frame: self._quietly("inbound", ""))

    # -- telling -------------------------------------------------------------------------------------------------------

    async def _tell(self, end: _End) -> None:
        self.state, self.trouble = end.state, end.trouble
        level = log.warning if end.state is State.WAITING else log.error
        level("wecom_bot_offline", state=end.state.value, trouble=end.trouble)
        await self._quietly("error", end.trouble)

    async def _quietly(self, key: str, value: str) -> None:
        try:
            await self._note(key, value)
        except Exception:  # boundary: a note that cannot be written must not end the connection
            log.exception("note_failed", key=key)


def lane_of(frame: Frame) -> str:
    """The chat a message belongs to: the group, else its sender. Empty when it names neither."""
    body = frame.get("body")
    if not isinstance(body, dict):
        return ""
    sender = body.get("from")
    for found in (body.get("chatid"), sender.get("userid") if isinstance(sender, dict) else None):
        if isinstance(found, str) and found:
            return found
    return ""


def event_type(frame: Frame) -> str:
    body = frame.get("body")
    event = body.get("event") if isinstance(body, dict) else None
    found = event.get("eventtype") if isinstance(event, dict) else None
    return found if isinstance(found, str) else ""
