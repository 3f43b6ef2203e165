"""How one simulated firm's app and intelligent bot are set up. Times in seconds."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

HOUR = 3600.0
DAY = 86_400.0


def _hex(prefix: str, count: int) -> Callable[[], str]:
    return lambda: f"{prefix}{secrets.token_hex(count)}"


def _aes_key() -> str:
    """Letters and digits only, as the administration page makes them; decodes to 32 bytes."""
    while True:
        key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        if key.isalnum():
            return key


@dataclass(slots=True)
class WecomConfig:
    """One self-built app of one firm, and group webhooks (group name → key).

    ``callback_url`` may be set later, when Danju's port is known; without it the app cannot send cards with buttons
    (43012) and every event is lost. ``deadline_seconds`` is not compressed by :class:`bot.simulator.parts.Pace`: it is
    what Danju's work is measured against; the pause until the next delivery is.
    """

    corp_id: str = field(default_factory=_hex("ww", 8))
    agent_id: str = "1000002"
    secret: str = field(default_factory=_hex("", 21))
    token: str = field(default_factory=_hex("", 12))
    aes_key: str = field(default_factory=_aes_key)
    callback_url: str = ""
    webhooks: dict[str, str] = field(default_factory=dict)
    deadline_seconds: float = 5.0
    redelivery_seconds: float = 5.0
    deliveries: int = 3
    delivers_files: bool = True  # whether MsgType file reaches a self-built app is not documented (facts 1.4)
    passive_spends_code: bool = False  # whether a passive card update spends the ResponseCode is not known (facts 6)
    repeat_brings_code: bool = False  # nor whether the answer to a swallowed repeat has a response_code


@dataclass(slots=True)
class BotConfig:
    """One intelligent bot. ``click_seconds`` and ``welcome_seconds`` are not compressed by the pace.

    There is no acknowledgement in the protocol. An event counts as acknowledged when the socket answered a WebSocket
    ping that was sent ``confirm_seconds`` after it: 0 says that it was read, more says that the process outlived it.
    """

    bot_id: str = field(default_factory=_hex("aib", 12))
    secret: str = field(default_factory=_hex("", 21))
    bot_name: str = "单据"
    click_seconds: float = 5.0
    welcome_seconds: float = 5.0
    reply_seconds: float = DAY
    stream_seconds: float = 360.0
    keep_seconds: float = 10.0  # what is said while nobody is connected
    address_seconds: float = 300.0  # of files
    confirm_seconds: float = 0.0
    hesitant_seconds: float = 0.0  # after a subscription: commands are answered 846609 for so long, as has been seen
