"""Seeded faults: what real networks and platforms do to messages, in any order that a seed replays."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Profile:
    """How often each fault happens, as a share of events or calls. All zero: a perfect platform."""

    duplicate: float = 0.0  # an event is delivered twice
    reorder: float = 0.0  # an event is held back until later ones have gone out
    timeout_after_effect: float = 0.0  # a call takes effect and its answer never comes
    too_many: float = 0.0  # a call is refused with the platform's "too many requests"
    drop_connection: float = 0.0  # a long connection is cut instead of delivering
    revoke_token_seconds: float = 0.0  # 0: tokens live their time
    hold_back_seconds: tuple[float, float] = (0.05, 0.6)


PERFECT = Profile()
EVERYTHING = Profile(duplicate=0.20, reorder=0.10, timeout_after_effect=0.05, too_many=0.05, revoke_token_seconds=30.0)


class CallFate(StrEnum):
    OK = "ok"
    TIMEOUT = "timeout"  # after the effect
    TOO_MANY = "too_many"  # before it


@dataclass(frozen=True, slots=True)
class PushFate:
    """How one event goes out: ``copies`` times, the first after ``delay`` seconds."""

    copies: int = 1
    delay: float = 0.0
    cut: bool = False


class Faults:
    """Decides, call by call. ``profile`` may be changed while running."""

    def __init__(self, seed: int = 0, profile: Profile = PERFECT) -> None:
        self._chance = random.Random(seed)
        self.profile = profile

    def call(self) -> CallFate:
        """What happens to an API call."""
        draw = self._chance.random()
        if draw < self.profile.too_many:
            return CallFate.TOO_MANY
        if draw < self.profile.too_many + self.profile.timeout_after_effect:
            return CallFate.TIMEOUT
        return CallFate.OK

    def push(self) -> PushFate:
        """What happens to an event on its way to us."""
        copies = 2 if self._chance.random() < self.profile.duplicate else 1
        held = self._chance.random() < self.profile.reorder
        delay = self._chance.uniform(*self.profile.hold_back_seconds) if held else 0.0
        return PushFate(copies, delay, self._chance.random() < self.profile.drop_connection)
