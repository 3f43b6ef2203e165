"""``POST /feishu/events``: events and card callbacks of Feishu over HTTP.

Nothing is trusted before the signature over the raw bytes holds. The one thing that comes unsigned is the challenge
with which the open platform tries the address; it must carry the verification token, or decrypt. Whatever else comes
unsigned gets one and the same refusal, so that nobody can use us to try cipher texts.

The age of a delivery is no reason to refuse it: Feishu sends again for seven hours, and the inbox knows what it has.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import structlog
from aiohttp import web

from bot.feishu import crypto
from bot.feishu.crypto import BadEvent
from bot.feishu.fields import Json, obj, text
from bot.settings import Settings
from inventory_core.errors import DanjuError

log = structlog.get_logger(__name__)

PATH = "/feishu/events"
#: Bytes. A text may have 150 KB; written as \uXXXX, escaped once more inside ``content``, encrypted and in base64 it
#: is about 700 KB.
BODY_LIMIT = 1024 * 1024
CHALLENGE_LIMIT = 8 * 1024  # bytes; what comes unsigned is not decrypted beyond this
BODY_SECONDS = 10.0  # a sender slower than this is none of the platform's
ANSWER_SECONDS = 2.8  # Feishu waits three

Receive = Callable[[Json], Awaitable[Json]]

_UNTRUSTED = "signature missing or wrong"


class NotConfigured(DanjuError):
    """A setting is missing; ``str(error)`` says which one and where to find it."""


class _Refused(Exception):
    """Answered with a status and one line."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def routes(settings: Settings, receive: Receive) -> list[web.RouteDef]:
    """The webhook's routes.

    Raises:
        NotConfigured: there is no Encrypt Key, so nothing that comes in could be told from a forgery.
    """
    if not settings.feishu_encrypt_key.get_secret_value():
        raise NotConfigured(
            "飞书用 webhook 方式接收消息时必须设置 Encrypt Key，否则分不清真假消息。"
            "请到飞书开放平台“事件与回调 → 加密策略”里复制 Encrypt Key，填到 DANJU_FEISHU_ENCRYPT_KEY，再重新启动"
        )
    return [web.post(PATH, _Webhook(settings, receive).handle)]


class _Webhook:
    def __init__(self, settings: Settings, receive: Receive) -> None:
        self._app_id = settings.feishu_app_id
        self._key = settings.feishu_encrypt_key.get_secret_value()
        self._token = settings.feishu_verification_token.get_secret_value()
        self._receive = receive

    async def handle(self, request: web.Request) -> web.Response:
        try:
            return web.json_response(await self._answer(request))
        except _Refused as refusal:
            log.warning("feishu_refused", status=refusal.status, reason=str(refusal))
            return web.json_response({"msg": str(refusal)}, status=refusal.status)

    async def _answer(self, request: web.Request) -> Json:
        body = await _body(request)
        if not self._is_signed(request, body):
            return self._challenge(body)
        envelope = self._envelope(body)
        if envelope.get("type") == "url_verification":
            return self._challenge(body)
        self._check(envelope)
        return await self._take(envelope)

    def _is_signed(self, request: web.Request, body: bytes) -> bool:
        header = request.headers
        given, timestamp = header.get("X-Lark-Signature"), header.get("X-Lark-Request-Timestamp")
        nonce = header.get("X-Lark-Request-Nonce")
        if given is None or timestamp is None or nonce is None:
            return False
        return crypto.signed(given, timestamp, nonce, self._key, body)

    def _challenge(self, body: bytes) -> Json:
        """Echo the challenge, without a look at the database: the platform waits one second."""
        try:
            if len(body) > CHALLENGE_LIMIT:
                raise BadEvent("too long for a challenge")
            asked = crypto.parse_object(body)
            if (
                "encrypt" in asked or not self._token
            ):  # plain while the Encrypt Key is being set up; then the token it is
                asked = self._opened(body)
            challenge = text(asked, "challenge")
            if asked.get("type") != "url_verification" or not self._is_token(asked):
                raise BadEvent("no challenge of ours")
        except BadEvent:
            raise _Refused(401, _UNTRUSTED) from None
        return {"challenge": challenge}

    def _envelope(self, body: bytes) -> Json:
        try:
            return self._opened(body)
        except BadEvent as error:
            raise _Refused(400, str(error)) from error

    def _opened(self, body: bytes) -> Json:
        return crypto.parse_object(crypto.decrypt(self._key, text(crypto.parse_object(body), "encrypt")))

    def _check(self, envelope: Json) -> None:
        if envelope.get("schema") != "2.0":
            # An event of version 1.0 or an old card: half understood is worse than refused.
            raise _Refused(400, "请在飞书开放平台把订阅的事件和回调换成 2.0 版")
        try:
            header = obj(envelope, "header")
            ours = text(header, "app_id")
        except BadEvent as error:
            raise _Refused(400, str(error)) from error
        if not self._is_token(header):
            raise _Refused(403, "verification token is wrong")
        if not crypto.same(ours, self._app_id):
            raise _Refused(403, "event of another app")

    def _is_token(self, holder: Json) -> bool:
        """Whether the verification token is right; without one in the settings the encryption alone must do."""
        given = holder.get("token")
        return not self._token or (isinstance(given, str) and crypto.same(given, self._token))

    async def _take(self, envelope: Json) -> Json:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._receive(envelope)
        except BadEvent as error:
            raise _Refused(400, str(error)) from error
        except TimeoutError:
            raise _Refused(503, "not stored in time") from None
        except Exception as error:  # boundary: not stored, for whatever reason; 503 makes Feishu send it again
            log.exception("feishu_event_not_taken")
            raise _Refused(503, "not stored") from error


async def _body(request: web.Request) -> bytes:
    """The raw body, as it comes, up to the limit (also of what was compressed)."""
    if (request.content_length or 0) > BODY_LIMIT:
        raise _Refused(413, "body too large")
    data = bytearray()
    try:
        if request.content.is_eof():  # it came with the headers, as most do: nobody to wait for
            data += request.content.read_nowait()
            if len(data) > BODY_LIMIT:
                raise _Refused(413, "body too large")
            return bytes(data)
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.content.iter_any():
                data += chunk
                if len(data) > BODY_LIMIT:
                    raise _Refused(413, "body too large")
    except TimeoutError:
        raise _Refused(408, "body too slow") from None
    except (web.RequestPayloadError, aiohttp.ClientPayloadError, aiohttp.http.HttpProcessingError, OSError) as error:
        raise _Refused(400, "body broken") from error
    return bytes(data)


__all__ = ["ANSWER_SECONDS", "BODY_LIMIT", "PATH", "NotConfigured", "Receive", "routes"]
