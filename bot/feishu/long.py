"""Feishu's long connection, seen from the service: supervises the child that holds it and answers what it passes on.

The child (:mod:`bot.feishu.child`) connects when told to and reports everything that comes in. Here is decided when to
try again, and when a silent child or connection is given up: bots have been deaf for days because nobody asked. A frame
is acknowledged only after ``receive`` returned, so what is lost with a connection comes again.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog

from bot.failures import describe
from bot.feishu import refusals
from bot.feishu.crypto import BadEvent, parse_object
from bot.feishu.inbound import CLICK, event_type
from bot.settings import LOOPBACK, Settings
from bot.workers import frames

log = structlog.get_logger(__name__)

Json = dict[str, Any]
Receive = Callable[[Json], Awaitable[Json]]
Note = Callable[[str, str], Awaitable[None]]

CLICK_SECONDS = 2.5  # of the three Feishu waits
EVENT_SECONDS = 2.7  # the child refuses at 2.8

CONNECTED, CONNECTING, WAITING, REFUSED, STOPPED = "connected", "connecting", "waiting", "refused", "stopped"


@dataclass(frozen=True, slots=True)
class State:
    """How it stands: ``connected``, ``connecting``, ``waiting`` (for the next try), ``refused`` (the platform does not
    want us; tried again rarely) or ``stopped``. ``problem`` is a sentence for whoever can mend it, or empty."""

    name: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds, but for ``quiet``. Real by default; tests run faster."""

    first: float = 1.0  # before the second try; doubled with each further one
    longest: float = 60.0
    refused: float = 300.0  # after a refusal that only a person can mend
    settled: float = 30.0  # a connection that held so long begins the count anew
    load: float = 90.0  # for the child to import the SDK
    connect: float = 75.0  # for discovery and handshake together
    quiet: float = 2.5  # ping intervals without a word until the child is replaced
    stop: float = 5.0


class LongConnection:
    """One connection of one app.

    Args:
        receive: takes one event and returns the answer for the platform; it is stored when this returns.
        note: (key, value) to write down for ``danju doctor``: ``connection`` is the state's name, ``problem`` the
            sentence, empty when there is none.
    """

    def __init__(self, settings: Settings, receive: Receive, note: Note, pace: Pace | None = None) -> None:
        self._settings = settings
        self._receive = receive
        self._note = note
        self._pace = pace or Pace()
        self._state = State(STOPPED)
        self._process: asyncio.subprocess.Process | None = None
        self._supervising: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._watch: asyncio.Timeout | None = None
        self._retry: asyncio.TimerHandle | None = None
        self._loaded = False
        self._failures = 0
        self._ping = 120.0
        self._connected_at: float | None = None
        self._answers: set[asyncio.Task[None]] = set()
        self._noting: asyncio.Task[None] | None = None

    @property
    def state(self) -> State:
        return self._state

    @property
    def pid(self) -> int | None:
        """The child's process id while there is one."""
        return self._process.pid if self._process is not None else None

    async def start(self) -> None:
        """Begin to connect; returns at once."""
        self._stopping.clear()
        self._supervising = asyncio.create_task(self._supervise(), name="feishu-long-connection")

    async def stop(self) -> None:
        """Answer what is in work, close the connection, end the child."""
        self._stopping.set()
        if self._retry is not None:
            self._retry.cancel()
        if self._loaded:
            self._order("stop")
        elif self._process is not None:
            self._process.kill()  # it would read the order only after seconds of importing
        if self._supervising is not None:
            _done, late = await asyncio.wait({self._supervising}, timeout=self._pace.stop)
            for task in late:
                task.cancel()
            await asyncio.gather(self._supervising, return_exceptions=True)
            self._supervising = None
        for answer in self._answers:
            answer.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)
        self._set(STOPPED)
        if self._noting is not None:
            await self._noting

    # -- supervision ---------------------------------------------------------------------------------------------------

    async def _supervise(self) -> None:
        while not self._stopping.is_set():
            self._set(CONNECTING, self._state.problem)
            try:
                reason = await self._see_child_through()
            except Exception as error:  # boundary: no child, for whatever reason; the next may do better
                log.exception("feishu_child_failed")
                reason = describe(error)
            if self._stopping.is_set():
                return
            log.warning("feishu_child_replaced", reason=reason)
            pause = self._next_pause()
            self._set(WAITING, refusals.CHILD_GONE)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def _see_child_through(self) -> str:
        """Start a child and serve it until it is gone; why it is."""
        process = self._process = await self._spawn()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            secret = self._settings.feishu_app_secret.get_secret_value()
            base_url = self._settings.feishu_base_url
            self._order("hello", app_id=self._settings.feishu_app_id, app_secret=secret, base_url=base_url)
            if self._stopping.is_set():
                return "stopping"
            async with asyncio.timeout(self._pace.load) as self._watch:
                while True:
                    self._take(await frames.read(process.stdout))
        except TimeoutError:
            return "nothing heard from it"
        except (asyncio.IncompleteReadError, ConnectionError):
            return "it ended"
        except ValueError:
            return "its pipe is out of step"
        finally:
            self._watch = None
            self._loaded = False
            self._settle()
            if self._retry is not None:
                self._retry.cancel()
            process.stdin.close()
            if process.returncode is None:
                if not self._stopping.is_set():
                    process.kill()
                await self._ended(process)
            self._process = None

    async def _ended(self, process: asyncio.subprocess.Process) -> None:
        try:
            await asyncio.wait_for(process.wait(), 1.0)
        except (TimeoutError, asyncio.CancelledError):
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _spawn(self) -> asyncio.subprocess.Process:
        # Our settings stay out of its environment; the secret comes over the pipe.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DANJU_")}
        environment["PYTHONIOENCODING"] = "utf-8"
        for name in ("NO_PROXY", "no_proxy"):  # the SDK asks through a proxy if one is set, also for this machine
            environment[name] = ",".join(filter(None, (environment.get(name), *sorted(LOOPBACK))))
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.feishu.child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=environment,
            limit=2**20,
        )

    # -- what the child reports ----------------------------------------------------------------------------------------

    def _take(self, report: Json) -> None:
        match report["op"]:
            case "ready":
                self._loaded = True
                self._connect()
            case "connected":
                self._ping = float(report["ping"])
                self._connected_at = self._now()
                self._expect(self._pace.quiet * self._ping)
                self._set(CONNECTED)
            case "seen":
                self._ping = float(report["ping"])
                if self._connected_at is not None:
                    self._expect(self._pace.quiet * self._ping)
            case "frame":
                task = asyncio.create_task(self._answer(report))
                self._answers.add(task)
                task.add_done_callback(self._answers.discard)
            case "lost":
                log.warning("feishu_connection_lost", code=report["code"], said=report["say"])
                self._settle()
                self._try_later(WAITING, refusals.LOST.format(code=report["code"] or "无"), self._next_pause())
            case "refused":
                self._refused(str(report["kind"]), int(report["code"]), str(report["say"]))

    def _refused(self, kind: str, code: int, say: str) -> None:
        log.warning("feishu_connection_refused", kind=kind, code=code, said=say)
        refusal = refusals.of(kind, code, say)
        pause = self._next_pause()
        if refusal.lasting:
            pause = self._pace.refused * random.uniform(0.9, 1.1)
        self._try_later(REFUSED if refusal.lasting else WAITING, refusal.text, pause)

    def _try_later(self, name: str, problem: str, pause: float) -> None:
        self._set(name, problem)
        self._expect(None)
        if not self._stopping.is_set():
            self._retry = asyncio.get_running_loop().call_later(pause, self._connect)

    def _connect(self) -> None:
        self._set(CONNECTING, self._state.problem)
        self._expect(self._pace.connect)
        self._order("connect")

    def _settle(self) -> None:
        """The connection is gone: had it held for long, the next one begins the count anew."""
        if self._connected_at is not None and self._now() - self._connected_at >= self._pace.settled:
            self._failures = 0
        self._connected_at = None

    def _next_pause(self) -> float:
        """Doubled each time, with jitter, so that a thousand bots do not come back in the same moment."""
        pause = min(self._pace.first * 2.0 ** min(self._failures, 16), self._pace.longest)
        self._failures += 1
        return pause * random.uniform(0.5, 1.0)

    def _expect(self, seconds: float | None) -> None:
        """Something must be heard within so many seconds, or the child is replaced."""
        if self._watch is not None and not self._watch.expired():
            self._watch.reschedule(None if seconds is None else self._now() + seconds)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _order(self, op: str, **fields: Any) -> None:
        process = self._process
        if process is None or process.stdin is None or process.stdin.is_closing():
            return
        process.stdin.write(frames.encode({"op": op, **fields}))

    # -- frames --------------------------------------------------------------------------------------------------------

    async def _answer(self, report: Json) -> None:
        """Put one frame through and tell the child what to acknowledge it with."""
        number = report["n"]
        try:
            envelope = parse_object(str(report["payload"]))
            click = event_type(envelope) == CLICK or report["type"] == "card"
            async with asyncio.timeout(CLICK_SECONDS if click else EVENT_SECONDS):
                answer = await self._receive(envelope)
        except BadEvent as error:
            log.warning("feishu_frame_refused", reason=str(error))
            self._order("answer", n=number, code=500)
        except TimeoutError:
            log.warning("feishu_frame_late")
            self._order("answer", n=number, code=500)
        except Exception:  # boundary: not stored, for whatever reason; refused, it comes again
            log.exception("feishu_frame_not_taken")
            self._order("answer", n=number, code=500)
        else:
            # A click needs an answer's body, be it empty (108002); an event must not have one.
            with_data = {"data": answer} if click or answer else {}
            self._order("answer", n=number, code=200, **with_data)

    # -- telling -------------------------------------------------------------------------------------------------------

    def _set(self, name: str, problem: str = "") -> None:
        state = State(name, problem)
        if state == self._state:
            return
        self._state = state
        log.info("feishu_connection", state=name, problem=problem)
        if self._noting is None or self._noting.done():
            self._noting = asyncio.create_task(self._write_down())

    async def _write_down(self) -> None:
        written: State | None = None
        while written != self._state:  # it may change while it is being written
            written = self._state
            try:
                await self._note("connection", written.name)
                await self._note("problem", written.problem)
            except Exception as error:  # noqa: BLE001  boundary: a note that cannot be written must not cost the connection
                log.warning("feishu_state_not_noted", reason=describe(error))


__all__ = ["CONNECTED", "CONNECTING", "REFUSED", "STOPPED", "WAITING", "LongConnection", "Pace", "State"]
