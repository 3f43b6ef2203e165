"""The tenant behind one app: people, chats, messages, uploaded resources, tokens."""

from __future__ import annotations

import hashlib
import itertools
import secrets
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.feishu.answers import Refused
from bot.simulator.feishu.config import TOKEN_RENEW_SECONDS, TOKEN_SECONDS, UUID_SECONDS, FeishuConfig
from bot.simulator.parts import Message, Shown


@dataclass(slots=True)
class Resource:
    """An image or file. ``owner`` is "bot" for uploads of the app, else the account that sent it."""

    key: str
    kind: str  # image|file
    name: str
    data: bytes
    owner: str
    confidential: bool = False


@dataclass(slots=True)
class Chat:
    id: str
    kind: str  # p2p|group
    members: list[str]
    name: str = ""
    has_bot: bool = True


@dataclass(slots=True)
class Sent:
    """One message as the platform stores it. ``content`` is the JSON string of the wire."""

    id: str
    chat: Chat
    sender: str  # "bot" or an account
    kind: str  # the wire's message type
    content: str
    at: float
    parent: str = ""
    root: str = ""
    upper: str = ""  # inside a merge_forward: the forwarding message
    children: list[str] = field(default_factory=list)
    resources: set[str] = field(default_factory=set)
    updated: float = 0.0
    deleted: bool = False
    mentions: list[dict[str, Any]] = field(default_factory=list)
    reactions: dict[str, str] = field(default_factory=dict)  # reaction id → emoji type
    busy: int = 0  # clicks in flight on this card
    locked_until: float = 0.0


class World:
    """State and its rules; no HTTP."""

    def __init__(self, config: FeishuConfig, shown: Shown, users: dict[str, str]) -> None:
        self.config = config
        self.shown = shown
        self.users = users
        self.left: set[str] = set()  # left the firm, or out of the app's range
        self.mobiles: dict[str, str] = {}  # account → mobile number
        self.emails: dict[str, str] = {}
        self.chats: dict[str, Chat] = {}
        self.messages: dict[str, Sent] = {}
        self.resources: dict[str, Resource] = {}
        self._direct: dict[str, str] = {}
        self._tokens: dict[str, float] = {}  # token → issued at
        self._uuids: dict[str, tuple[float, str]] = {}
        self._last_at = 0.0
        self._counter = itertools.count(1)

    def now(self) -> float:
        return self.config.clock()

    def send_time(self) -> float:
        """Now, but always at least one millisecond after the message before."""
        self._last_at = max(self.now(), self._last_at + 0.001)
        return self._last_at

    # ---------------------------------------------------------------- people and chats

    def ids(self, account: str) -> dict[str, str]:
        """The three ids of a person; ``user_id`` and ``union_id`` follow from the account."""
        digest = hashlib.sha256(f"{self.config.tenant_key}|{account}".encode()).hexdigest()
        return {"open_id": account, "union_id": f"on_{digest[:32]}", "user_id": digest[32:40]}

    def account_of(self, some_id: str, id_type: str) -> str | None:
        """The account with this id; None when there is none."""
        if id_type == "open_id":
            return some_id if some_id in self.users else None
        if id_type == "email":
            return next((account for account, mail in self.emails.items() if mail == some_id), None)
        return next((account for account in self.users if self.ids(account).get(id_type) == some_id), None)

    def meet(self, account: str) -> None:
        """Whoever acts is a user of the tenant."""
        self.users.setdefault(account, f"用户{account[-4:]}")

    def direct(self, account: str) -> Chat:
        """The person's chat with the bot, made when needed. Its id stays the same over restarts of the simulator."""
        chat_id = self._direct.get(account)
        if chat_id is None:
            digest = hashlib.sha256(f"{self.config.app_id}|{account}".encode()).hexdigest()
            chat_id = self._direct[account] = f"oc_{digest[:32]}"
            self.chats[chat_id] = Chat(chat_id, "p2p", [account])
        return self.chats[chat_id]

    # ---------------------------------------------------------------- messages

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{secrets.token_hex(16)}"

    def add(self, sent: Sent, body: Any, show: str) -> Sent:
        """Store a message and show it to the chat as ``body`` of kind ``show``."""
        self.messages[sent.id] = sent
        self.shown.add(Message(sent.id, sent.chat.id, sent.sender, show, body, sent.at, sent.parent or None))
        return sent

    def message(self, message_id: str) -> Sent:
        """A message that is still there.

        Raises:
            Refused: 99992354 unknown, 230110 deleted, 230002 of a chat without the bot.
        """
        sent = self.messages.get(message_id)
        if sent is None:
            raise Refused(99992354, f"The request you send is not a valid {{message_id}}: {message_id[:64]}")
        if sent.deleted:
            raise Refused(230110, "Action unavailable as the message has been deleted.")
        if not sent.chat.has_bot:
            raise Refused(230002, "Bot can NOT be out of the chat.")
        return sent

    def same_uuid(self, uuid: str) -> Sent | None:
        """The message that the last hour's send with this uuid made."""
        known = self._uuids.get(uuid)
        if known is None or self.now() - known[0] >= UUID_SECONDS:
            return None
        return self.messages[known[1]]

    def keep_uuid(self, uuid: str, message_id: str) -> None:
        self._uuids[uuid] = (self.now(), message_id)

    # ---------------------------------------------------------------- tokens

    def token(self, revoke_after: float) -> tuple[str, int]:
        """The current token and how many seconds it is said to live."""
        now = self.now()
        for token, issued in reversed(self._tokens.items()):
            left = issued + TOKEN_SECONDS - now
            if left >= TOKEN_RENEW_SECONDS and self.token_works(token, revoke_after):
                return token, int(left)
        token = f"t-g{next(self._counter):04d}{secrets.token_hex(18)}"
        self._tokens[token] = now
        for old in [name for name, issued in self._tokens.items() if issued + TOKEN_SECONDS <= now]:
            del self._tokens[old]
        return token, int(TOKEN_SECONDS)

    def token_works(self, token: str, revoke_after: float) -> bool:
        """Whether the token is one of ours, still alive, and not revoked (``revoke_after`` seconds; 0: never)."""
        issued = self._tokens.get(token)
        life = min(TOKEN_SECONDS, revoke_after) if revoke_after > 0 else TOKEN_SECONDS
        return issued is not None and self.now() - issued < life

    def revoke_tokens(self) -> None:
        """Every token given so far is worth nothing from now on."""
        self._tokens.clear()
