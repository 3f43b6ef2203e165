"""Events over HTTP: signed, encrypted, compact JSON (facts/feishu.md §1)."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any

import aiohttp

from bot.simulator.feishu.config import FeishuConfig
from bot.simulator.feishu.crypto import encrypt, signed_headers
from bot.simulator.feishu.events import Event
from bot.simulator.feishu.transport import Fate, Outcome
from bot.simulator.feishu.wiring import event_without_token
from bot.simulator.parts import Exchange, WireLog

_MAX_ANSWER = 1 << 20


def compact(value: Any) -> bytes:
    """JSON as the platform writes it: no spaces (vendors' SDKs verify the signature over re-serialised JSON)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


class Webhook:
    """Pushes to ``config.callback_url``."""

    def __init__(self, config: FeishuConfig, wire: WireLog) -> None:
        self._config = config
        self._wire = wire
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), trust_env=False)

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def packed(self, envelope: dict[str, Any], *, signed: bool = True) -> tuple[bytes, dict[str, str]]:
        """Body and headers of one push, exactly as they go out."""
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Go-http-client/1.1"}
        body = compact(envelope)
        if self._config.encrypt_key:
            body = compact({"encrypt": encrypt(self._config.encrypt_key, body)})
            if signed:
                headers |= signed_headers(self._config.encrypt_key, body, int(self._config.clock()))
        headers["X-Request-Id"] = secrets.token_hex(16)
        return body, headers

    async def deliver(self, event: Event, *, click: bool = False) -> Outcome:
        url = (self._config.card_url if click else "") or self._config.callback_url
        body, headers = self.packed(event.envelope)
        outcome = await self.post(url, body, headers)
        told = event_without_token(event.envelope)
        readable = body.decode("ascii") if self._config.encrypt_key else told
        request = {"url": url, "headers": headers, "body": readable}
        self._wire.add(
            Exchange(
                platform="feishu",
                direction="in",
                what=f"callback {event.type}",
                request=request,
                event=told,
                answer=outcome.reply if outcome.reply is not None else outcome.fate.value,
                status=outcome.status,
            )
        )
        return outcome

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        """One raw push; tests send broken ones."""
        if not url or self._session is None:
            return Outcome(Fate.NOBODY)
        limit = aiohttp.ClientTimeout(total=self._config.deadline_seconds)
        try:
            async with self._session.post(
                url, data=body, headers=headers, timeout=limit, allow_redirects=False
            ) as response:
                raw = await response.content.read(_MAX_ANSWER)
                status = response.status
        except TimeoutError:
            return Outcome(Fate.LATE)
        except (aiohttp.ClientError, OSError):
            return Outcome(Fate.NOBODY)
        if status != 200:
            return Outcome(Fate.REFUSED, raw.decode("utf-8", "replace")[:500], status)
        if not raw.strip():
            return Outcome(Fate.EMPTY, None, status)
        try:
            return Outcome(Fate.ANSWERED, json.loads(raw), status)
        except ValueError:
            return Outcome(Fate.GARBAGE, raw.decode("utf-8", "replace")[:500], status)

    async def challenge(self, url: str = "") -> bool:
        """What the console does when a request URL is saved: an unsigned challenge, answered within 1 s."""
        word = secrets.token_hex(16)
        asked = {"challenge": word, "token": self._config.verification_token, "type": "url_verification"}
        body, headers = self.packed(asked, signed=False)
        try:
            outcome = await asyncio.wait_for(self.post(url or self._config.callback_url, body, headers), 1.0)
        except TimeoutError:
            return False
        return isinstance(outcome.reply, dict) and outcome.reply.get("challenge") == word

    async def cut(self) -> None:
        """Each push has a connection of its own choosing; losing it means that nothing arrived."""
