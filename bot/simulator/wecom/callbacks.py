"""Delivery of events to Danju: encrypted XML over HTTP, five seconds, three times, then never again."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.simulator.faults import Faults
from bot.simulator.parts import Exchange, Pace, WireLog
from bot.simulator.wecom import xml
from bot.simulator.wecom.config import WecomConfig
from bot.simulator.wecom.crypto import BadCipher, CallbackCrypto

_NETWORK = (aiohttp.ClientError, TimeoutError, OSError)


@dataclass(slots=True)
class Outcome:
    """What became of one event. ``reply``: the passive reply, decrypted, if there was an acceptable one."""

    acknowledged: bool = False
    reply: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    seconds: float = 0.0
    deliveries: int = 0


@dataclass(frozen=True, slots=True)
class _Parcel:
    """One signed request; a redelivery sends the same bytes again."""

    query: dict[str, str]
    body: bytes


class Callbacks:
    """Sends to ``config.callback_url``."""

    def __init__(self, config: WecomConfig, pace: Pace, faults: Faults, wire: WireLog) -> None:
        self.config, self.pace, self.faults, self.wire = config, pace, faults, wire
        self.crypto = CallbackCrypto(config.token, config.aes_key, config.corp_id)
        self.acknowledged: set[str] = set()
        self._given_up: list[str] = []
        self.bad_replies: list[str] = []
        self._lines: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._running: set[asyncio.Task[Any]] = set()
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=None))

    async def stop(self) -> None:
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def pending(self) -> int:
        return len(self._running)

    @property
    def lost(self) -> list[str]:
        """Keys of events that no delivery brought home, in the order in which they were given up."""
        return [key for key in self._given_up if key not in self.acknowledged]

    async def settled(self) -> None:
        """Until every event has come home or is lost."""
        while self._running:
            await asyncio.wait(self._running)

    # ---------------------------------------------------------------- events

    def post(self, tree: dict[str, Any], key: str) -> asyncio.Task[Outcome]:
        """Deliver one event with faults and redelivery. The outcome is that of its first copy."""
        fate = self.faults.push()
        tasks = [
            asyncio.create_task(self._deliver(tree, key, fate.delay, fate.cut and number == 0, counts=number == 0))
            for number in range(fate.copies)
        ]
        for task in tasks:
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return tasks[0]

    async def _deliver(self, tree: dict[str, Any], key: str, delay: float, cut: bool, *, counts: bool) -> Outcome:
        if delay:
            await asyncio.sleep(delay)
        parcel = self.parcel(xml.write(tree))
        outcome = Outcome()
        began = time.monotonic()
        line = self._lines[str(tree.get("FromUserName"))]
        for number in range(self.config.deliveries):
            slot = time.monotonic()
            outcome.deliveries += 1
            if number == 0 and not delay:
                async with line:  # what one person sends leaves in the order they sent it
                    good = await self._attempt(parcel, tree, outcome, cut=cut)
            else:
                good = await self._attempt(parcel, tree, outcome, cut=False)
            if good:
                self.acknowledged.add(key)
                break
            if number + 1 < self.config.deliveries:
                await asyncio.sleep(
                    max(0.0, slot + self.pace.seconds(self.config.redelivery_seconds) - time.monotonic())
                )
        else:
            if counts:
                self._given_up.append(key)
        outcome.seconds = time.monotonic() - began
        return outcome

    async def _attempt(self, parcel: _Parcel, tree: dict[str, Any], outcome: Outcome, *, cut: bool) -> bool:
        what = f"callback {tree.get('Event') or tree.get('MsgType')}"
        shown = {"query": parcel.query, "body": parcel.body.decode()}
        exchange = Exchange("wecom", "in", what, shown, event=tree)
        if cut or self._session is None or not self.config.callback_url:
            outcome.error = "connection cut"
            exchange.answer = outcome.error
            self.wire.add(exchange)
            return False
        timeout = aiohttp.ClientTimeout(total=self.config.deadline_seconds)
        headers = {"Content-Type": "text/xml"}
        try:
            async with self._session.post(
                self.config.callback_url, params=parcel.query, data=parcel.body, headers=headers, timeout=timeout
            ) as response:
                body = await response.read()
                exchange.status = response.status
        except _NETWORK as error:
            outcome.error = f"no answer: {type(error).__name__}"
            exchange.answer = outcome.error
            self.wire.add(exchange)
            return False
        exchange.answer = body.decode(errors="replace")[:4000]
        outcome.acknowledged = exchange.status == 200
        outcome.error = "" if outcome.acknowledged else f"HTTP {exchange.status}"
        if outcome.acknowledged:
            self._read_reply(body, outcome)
            if outcome.reply:
                exchange.answer = outcome.reply
        self.wire.add(exchange)
        return outcome.acknowledged

    def _read_reply(self, body: bytes, outcome: Outcome) -> None:
        if body.strip() in (b"", b"success"):
            return
        try:
            outcome.reply = self.open_reply(body)
        except ValueError as error:
            outcome.error = f"passive reply: {error}"
            self.bad_replies.append(outcome.error)

    def open_reply(self, body: bytes) -> dict[str, Any]:
        """The tree of a passive reply.

        Raises:
            ValueError: envelope, signature, cipher or inner XML are not as documented.
        """
        outer = xml.read(body)
        parts = [outer.get(name) for name in ("TimeStamp", "Nonce", "Encrypt", "MsgSignature")]
        if not all(isinstance(part, str) and part for part in parts):
            raise ValueError("Encrypt, MsgSignature, TimeStamp and Nonce are needed once each")
        timestamp, nonce, sealed, signature = map(str, parts)
        if self.crypto.signature(timestamp, nonce, sealed) != signature:
            raise BadCipher("signature")
        return xml.read(self.crypto.decrypt(sealed))

    def parcel(self, text: str) -> _Parcel:
        """Encrypted and signed, ready to be posted."""
        sealed = self.crypto.encrypt(text)
        outer = {"ToUserName": self.crypto.receive_id, "AgentID": self.config.agent_id, "Encrypt": sealed}
        return _Parcel(self._query(sealed), xml.write(outer).encode())

    def _query(self, sealed: str) -> dict[str, str]:
        timestamp, nonce = str(int(time.time())), str(secrets.randbelow(2**31))
        return {
            "msg_signature": self.crypto.signature(timestamp, nonce, sealed),
            "timestamp": timestamp,
            "nonce": nonce,
        }

    # ---------------------------------------------------------------- the check when the address is saved

    async def verify(self) -> str:
        """What the administration page does when the callback address is saved: empty when it passes, else why
        not. The answer has one second and must be the bare plain text."""
        plain = str(secrets.randbelow(10**19))
        sealed = self.crypto.encrypt(plain)
        query = {**self._query(sealed), "echostr": sealed}
        exchange = Exchange("wecom", "in", "GET echostr", {"query": query}, event=plain)
        try:
            if self._session is None:
                return "not started"
            timeout = aiohttp.ClientTimeout(total=1.0)
            async with self._session.get(self.config.callback_url, params=query, timeout=timeout) as response:
                body, exchange.status = await response.read(), response.status
        except _NETWORK as error:
            exchange.answer = problem = f"no answer: {type(error).__name__}"
        else:
            exchange.answer = body.decode(errors="replace")[:400]
            problem = "" if exchange.status == 200 and body == plain.encode() else "openapi回调地址请求不通过"
        self.wire.add(exchange)
        return problem
