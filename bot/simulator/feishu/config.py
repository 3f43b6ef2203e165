"""How one simulated Feishu app is set up."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

MINUTE = 60.0
HOUR = 3600.0
DAY = 86400.0

TOKEN_SECONDS = 2 * HOUR
TOKEN_RENEW_SECONDS = 30 * MINUTE  # with less than this left a new token is given, the old one stays valid
UUID_SECONDS = HOUR
CARD_DAYS = 14
EVENT_LADDER = (15.0, 5 * MINUTE, HOUR, 6 * HOUR)
MAX_CONNECTIONS = 50


def _hex(count: int) -> Callable[[], str]:
    return lambda: secrets.token_hex(count)


@dataclass(slots=True)
class FeishuConfig:
    """One self-built app of one tenant. Times in seconds.

    ``callback_url`` may be set later, when Danju's port is known. Without ``encrypt_key`` events are plain and
    unsigned.
    ``deadline_seconds`` is not compressed by :class:`bot.simulator.parts.Pace`: it is what Danju's work is measured
    against. The three intervals that clients of the long connection are told (seconds) are compressed.
    """

    app_id: str = field(default_factory=lambda: f"cli_{secrets.token_hex(8)}")
    app_secret: str = field(default_factory=_hex(16))
    encrypt_key: str = field(default_factory=_hex(16))
    verification_token: str = field(default_factory=_hex(16))
    tenant_key: str = field(default_factory=_hex(8))
    app_name: str = "单据"
    bot_open_id: str = field(default_factory=lambda: f"ou_{secrets.token_hex(16)}")
    mode: Literal["ws", "webhook"] = "ws"
    callback_url: str = ""
    card_url: str = ""  # where clicks go; empty: callback_url
    card_frames: Literal["event", "card"] = "event"  # the frame type of clicks on the long connection
    fragment_bytes: int = 0  # long connection: payloads above this are cut into pieces; 0: never
    deadline_seconds: float = 3.0
    silence_seconds: float = 0.5  # a call that "times out after its effect" loses its connection after this
    card_lock_seconds: float = 0.3  # after a click was answered its card refuses PATCH for this long
    reconnect_interval: int = 120
    reconnect_nonce: int = 30
    ping_interval: int = 120
    clock: Callable[[], float] = time.time  # seconds since the epoch; tests move it
