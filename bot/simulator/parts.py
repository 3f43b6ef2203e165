"""What both simulated platforms share: what users see, and a log of what went over the wire."""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from aiohttp import web


@dataclass(slots=True)
class Message:
    """One message as a user of the platform sees it in a chat.

    ``body`` is the platform's own form (a card's JSON, a text). ``versions`` keeps every body it ever showed, oldest
    first. ``hidden_repeats`` counts sends that the platform recognised as repeated and did not show again.
    """

    ref: str  # the platform's message id; WeCom cards: their task_id
    chat: str
    sender: str  # "bot" or a user's account
    kind: str  # text|markdown|card|image|file|post|…
    body: Any
    at: float  # seconds since the epoch
    reply_to: str | None = None
    versions: list[Any] = field(default_factory=list)
    hidden_repeats: int = 0
    recalled: bool = False
    seq: int = 0


class Shown:
    """Everything users of one platform see, in order."""

    def __init__(self, platform: str, on_change: Callable[[Message], None] = lambda _message: None) -> None:
        self.platform = platform
        self.messages: dict[str, Message] = {}
        self._on_change = on_change
        self._numbers = itertools.count(1)

    def add(self, message: Message) -> Message:
        message.seq = next(self._numbers)
        message.versions.append(message.body)
        self.messages[message.ref] = message
        self._on_change(message)
        return message

    def change(self, ref: str, body: Any) -> Message:
        """Show another body in place (a card update)."""
        message = self.messages[ref]
        message.body = body
        message.versions.append(body)
        self._on_change(message)
        return message

    def of_chat(self, chat: str) -> list[Message]:
        return [message for message in self.messages.values() if message.chat == chat]

    def to_json(self) -> list[dict[str, Any]]:
        return [asdict(message) for message in self.messages.values()]


@dataclass(slots=True)
class Exchange:
    """One request and its answer, as the wire pane shows it. Secrets are left out by whoever writes it."""

    platform: str
    direction: str  # in (to Danju) | out (from Danju)
    what: str  # "POST /open-apis/im/v1/messages", "callback template_card_event", "ws aibot_msg_callback" …
    request: Any
    event: Any = None  # decrypted, for inbound
    answer: Any = None
    status: int = 0
    at: float = field(default_factory=time.time)


class WireLog:
    """The newest exchanges."""

    def __init__(self, keep: int = 500, on_change: Callable[[Exchange], None] = lambda _exchange: None) -> None:
        self.exchanges: deque[Exchange] = deque(maxlen=keep)
        self._on_change = on_change

    def add(self, exchange: Exchange) -> Exchange:
        self.exchanges.append(exchange)
        self._on_change(exchange)
        return exchange


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the platform's clocks run. ``schedule`` compresses redelivery; 1.0 is real time."""

    speed: float = 1.0
    limits: bool = True  # rate limits; off for benchmarks

    def seconds(self, real: float) -> float:
        return real / self.speed


@dataclass(frozen=True, slots=True)
class ClickAnswer:
    """What the clicking user sees. ``seconds`` from tap to answer; ``error`` is the client's error code text when the
    answer was late, missing or not acceptable."""

    toast: str = ""
    tone: str = ""
    card: Any = None
    seconds: float = 0.0
    error: str = ""


class Platform(Protocol):
    """What a test, the page or the load driver does with a simulated platform. ``chat`` None: the user's direct chat
    with the bot."""

    name: str  # the platform name of Danju's channel: feishu|wecom|wecombot
    shown: Shown
    users: dict[str, str]  # account → name

    def routes(self) -> list[web.RouteDef]: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def say(self, account: str, text: str, chat: str | None = None, quote: str | None = None) -> str:
        """A user sends a text. Returns its message id at once; delivery goes on by itself, with faults and
        redelivery."""
        ...

    async def send_file(self, account: str, name: str, data: bytes, chat: str | None = None) -> str:
        """A user sends a picture or file (by the name's ending)."""
        ...

    async def click(self, account: str, ref: str, token: str, values: dict[str, str] | None = None) -> ClickAnswer:
        """A user taps the button that carries ``token`` on the message ``ref``, with what was selected or typed."""
        ...

    def acknowledged(self) -> set[str]:
        """Event keys as Danju stores them (``Inbound.event_key``) of every event Danju has acknowledged."""
        ...

    def pending(self) -> int:
        """Events that are still to be delivered or delivered again."""
        ...
