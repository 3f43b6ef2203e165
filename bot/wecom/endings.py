"""How the bot's long connection may end, what is told about it, and how long to wait before the next one."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

import aiohttp

from bot.wecom.exchange import Declined, NoAnswer

BAD_SECRET = 853000

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
    idle: float = 6 * 3600.0  # without any callback; users report connections that live on and are deaf
    patience: float = 2.0  # how long a request waits for a connection that is just being made
    not_subscribed: float = 0.5  # before asking again after 846609
    close: float = 1.0
    settle: float = 20.0  # a ping of the transport waits this long for what came before it, then has no answer
    finish: float = 5.0  # for what came in before a stop


REAL = Pace()


class Evicted(Exception):
    """disconnected_event came."""


class Idle(Exception):
    """Nothing came in for so long that the connection is made anew, in case it is deaf."""


class Silent(Exception):
    """Two pings were not answered."""


@dataclass(frozen=True, slots=True)
class End:
    """How a connection ended: what to tell, and how many seconds to wait."""

    trouble: str
    state: State
    pause: float


#: TimeoutError is an OSError, a malformed address a ValueError.
FORESEEN = (Evicted, Idle, Silent, Declined, NoAnswer, aiohttp.ClientError, OSError, ValueError)


class Pauses:
    """Decides after each end. Keeps count of what happened before."""

    def __init__(self, pace: Pace, chance: random.Random) -> None:
        self._pace = pace
        self._chance = chance
        self._failures = 0
        self._evictions = 0

    def after(self, error: Exception | None, *, code: int | None, held: float | None) -> End:
        """``error`` ended the connection, or the other side closed it with ``code``. ``held``: for how many seconds it
        was subscribed; None when it never was."""
        if held is not None and held >= self._pace.calm:
            self._evictions = 0
        if held is not None and held >= self._pace.steady:
            self._failures = 0
        self._failures += 1
        if isinstance(error, Idle):
            return End("", State.WAITING, 0.0)
        if isinstance(error, Evicted):
            return self._evicted()
        if isinstance(error, Declined) and error.code == BAD_SECRET:
            return End(WRONG_SECRET, State.BAD_SECRET, self._pace.bad_secret)
        return End(self._words(error, code, held is not None), State.WAITING, self.pause(self._failures))

    def pause(self, failures: int) -> float:
        """Doubling, with half of it left to chance so that many bots do not come back in step."""
        full = min(self._pace.first_pause * 2.0 ** min(failures - 1, 30), self._pace.longest_pause)
        return full * (0.5 + self._chance.random() / 2)

    def _evicted(self) -> End:
        self._evictions += 1
        if self._evictions == 1:
            pause = self._pace.evicted
            return End(EVICTED.format(minutes=max(1, round(pause / 60))), State.EVICTED, pause)
        pause = self._pace.evicted_again
        return End(EVICTED_AGAIN.format(hours=max(1, round(pause / 3600))), State.EVICTED, pause)

    def _words(self, error: Exception | None, code: int | None, was_live: bool) -> str:
        if error is None:
            return LOST.format(reason="对方关闭" if code is None else f"对方关闭，代码 {int(code)}")
        if isinstance(error, Silent):
            return NO_PONG
        if isinstance(error, Declined):
            return DECLINED.format(reason=error)
        text = LOST if was_live else NOT_REACHED
        return text.format(reason=str(error)[:200] or type(error).__name__)
