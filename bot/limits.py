"""How often a channel may send: exact sliding windows, per chat and in all. Nothing here sleeps."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.clock import Clock, utc_now
from inventory_core.columns import micros

_SECOND = 1_000_000  # times are counted in whole microseconds, so that a wait, waited out, is over


@dataclass(frozen=True, slots=True)
class Rule:
    """At most ``count`` sends in any ``seconds``: in each chat, or in all chats together."""

    count: int
    seconds: float
    scope: Literal["chat", "all"] = "chat"

    def __post_init__(self) -> None:
        if self.count < 1 or self.seconds <= 0:
            raise ValueError("a rule allows at least one send in a time above zero")


class Limiter:
    """Ask ``wait``; when it says 0.0, ``spend`` and send, with no ``await`` between the two.

    It holds at most as many times per chat as its largest rule counts, and forgets chats whose windows have passed.
    A machine's clock that is put back moves the times on record along with it, so nobody waits an hour for a second.
    """

    def __init__(self, rules: Sequence[Rule], clock: Clock = utc_now) -> None:
        self._clock = clock
        self._chat_rules = [(rule.count, round(rule.seconds * _SECOND)) for rule in rules if rule.scope == "chat"]
        self._all_rules = [(rule.count, round(rule.seconds * _SECOND)) for rule in rules if rule.scope == "all"]
        self._longest = max((window for _, window in self._chat_rules), default=0)
        self._chat_depth = max((count for count, _ in self._chat_rules), default=0)
        self._all: deque[int] = deque(maxlen=max((count for count, _ in self._all_rules), default=0))
        self._chats: OrderedDict[str, deque[int]] = OrderedDict()  # the one last spent in at the end
        self._latest = micros(clock())
        self._put_back = 0

    def __len__(self) -> int:
        """How many chats are on record."""
        return len(self._chats)

    def wait(self, chat: str) -> float:
        """Seconds until a send to this chat is allowed; 0.0 is now."""
        now = self._now()
        left = max((_left(self._all, rule, now) for rule in self._all_rules), default=0)
        times = self._chats.get(chat)
        if times is not None:
            left = max(left, *(_left(times, rule, now) for rule in self._chat_rules))
        return max(left, 0) / _SECOND

    def spend(self, chat: str) -> None:
        """Put a send on record."""
        now = self._now()
        self._all.append(now)
        if self._chat_depth:
            self._chats.setdefault(chat, deque(maxlen=self._chat_depth)).append(now)
            self._chats.move_to_end(chat)
        self._forget(now)

    def remember(self, sends: Iterable[tuple[str, datetime]]) -> None:
        """Put on record what went out before this limiter was made. A time in the future counts as now."""
        now = self._now()
        past = sorted((min(micros(when) + self._put_back, now), chat) for chat, when in sends)
        self._all.extend(_merged(self._all, [when for when, _ in past]))
        if not self._chat_depth:
            return
        of_chat: dict[str, list[int]] = {}
        for when, chat in past:
            of_chat.setdefault(chat, []).append(when)
        for chat, times in of_chat.items():
            held = self._chats.setdefault(chat, deque(maxlen=self._chat_depth))
            held.extend(_merged(held, times))
        self._chats = OrderedDict(sorted(self._chats.items(), key=lambda entry: entry[1][-1]))
        self._forget(now)

    def _now(self) -> int:
        now = micros(self._clock()) + self._put_back
        if now < self._latest:
            self._put_back += self._latest - now
            now = self._latest
        self._latest = now
        return now

    def _forget(self, now: int) -> None:
        while self._chats:
            chat, times = next(iter(self._chats.items()))
            if times[-1] + self._longest > now:
                return
            del self._chats[chat]


def _left(times: deque[int], rule: tuple[int, int], now: int) -> int:
    count, window = rule
    return 0 if len(times) < count else times[-count] + window - now


def _merged(held: deque[int], more: list[int]) -> list[int]:
    """Everything in order; ``held`` is emptied, to be filled again."""
    every = sorted([*held, *more])
    held.clear()
    return every
