"""The server API of WeCom over the service's one pooled session: tokens, messages, media, people.

No secret leaves this module: the token, the secret and the webhooks' keys stand in addresses, so no error of aiohttp
is shown or chained; redirects are not followed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
import structlog
from yarl import URL

from bot.channel import NotYet, SendFailed
from bot.failures import describe
from bot.inbound import storable
from bot.lines import trouble
from bot.tokens import TokenCache
from bot.wecom import errors
from bot.wecom.errors import Refusal, Unknown, Unreachable

log = structlog.get_logger(__name__)

CALL_SECONDS = 12.0
UPLOAD_SECONDS = 60.0
ANSWER_LIMIT = 1024 * 1024  # bytes of a JSON answer
LIMITS_IN_A_ROW = 3
REFUSED_SECONDS = 60.0  # gettoken with wrong credentials is locked for an hour when asked too often

T = TypeVar("T")
Http = Callable[[], aiohttp.ClientSession]
Note = Callable[[str, str], Awaitable[None]]


def dumps(value: Any) -> str:
    """JSON as WeCom wants it: UTF-8, no ``\\u`` escapes (40033)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON answer with errcode 0."""

    data: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A field as text; empty when it is missing or of another type."""
        value = self.data.get(name)
        return storable(value) if isinstance(value, str) else ""


class Wire:
    """Requests without a token: what the app and the group webhooks share."""

    def __init__(self, http: Http, base: str) -> None:
        self._http = http
        self._base = URL(base)
        self._limits = 0  # frequency refusals since the last answer of another kind
        self._quiet_until = 0.0

    def url(self, path: str, params: Mapping[str, str]) -> URL:
        """``/cgi-bin/…`` below the base."""
        return (self._base / "cgi-bin" / path).with_query(dict(params))

    async def ask(
        self,
        path: str,
        params: Mapping[str, str],
        body: bytes | None = None,
        *,
        content_type: str = "application/json; charset=utf-8",
        seconds: float = CALL_SECONDS,
    ) -> Answer:
        """GET without a body, POST with one.

        Raises:
            NotYet: nothing was done, WeCom wants patience.
            Refusal: WeCom said no.
            Unreachable: no connection.
            Unknown: it may have been done or not.
        """
        quiet = self._quiet_until - time.monotonic()
        if quiet > 0:
            raise NotYet(quiet, "企业微信说发得太快，正在等")
        try:
            status, retry_after, raw = await self._exchange(path, params, body, content_type, seconds)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreachable(f"连不上企业微信（{trouble(error)}），检查网络后会自动接着发") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unknown(f"企业微信没有回话（{trouble(error)}），会再试") from None
        if status == 429:
            raise self._limited(retry_after)
        return self._read(status, raw)

    async def _exchange(
        self, path: str, params: Mapping[str, str], body: bytes | None, content_type: str, seconds: float
    ) -> tuple[int, float, bytes]:
        headers = {} if body is None else {"Content-Type": content_type}
        async with self._http().request(
            "GET" if body is None else "POST",
            self.url(path, params),
            data=body,
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=seconds, connect=10.0),
        ) as response:
            raw = await read_capped(response, ANSWER_LIMIT)
            return response.status, _seconds(response.headers.get("Retry-After")), raw

    def _read(self, status: int, raw: bytes) -> Answer:
        try:
            data = json.loads(raw)
        except (ValueError, RecursionError):
            data = None
        if status != 200 or not isinstance(data, dict):
            raise Unknown(f"企业微信回了看不懂的话（HTTP {status}），会再试")
        code = data.get("errcode", 0)
        if not isinstance(code, int) or isinstance(code, bool):
            raise Unknown("企业微信回了看不懂的错误码，会再试")
        if code != 0:
            raise self.refusal(code, data.get("errmsg"))
        self._limits = 0
        return Answer(data)

    def refusal(self, code: int, errmsg: Any) -> SendFailed:
        """The error for a code."""
        found = errors.failure(code, errmsg if isinstance(errmsg, str) else "")
        return self._limited(found.retry_after) if isinstance(found, NotYet) else found

    def _limited(self, seconds: float | None) -> NotYet:
        """One refused call waits by itself; when all of them are refused, nothing more is asked for a while."""
        pause = seconds or errors.QUIET_SECONDS
        self._limits += 1
        if self._limits >= LIMITS_IN_A_ROW:
            self._limits = 0
            self._quiet_until = time.monotonic() + pause
        return NotYet(pause, "企业微信说发得太快，过一会儿再发")


class WecomApi:
    """The self-built app's calls. One token, asked for once however many wait, renewed once when refused."""

    def __init__(
        self,
        http: Http,
        base: str,
        *,
        corp_id: str,
        secret: str,
        note: Note,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.wire = Wire(http, base)
        self.http = http
        self._corp_id = corp_id
        self._secret = secret
        self._note = note
        self._clock = clock
        self._refused: tuple[float, SendFailed] | None = None
        self._troubled = True
        self.tokens = TokenCache(self._fetch_token)

    async def post(self, path: str, body: str | bytes, **options: Any) -> Answer:
        """POST with the token; see :meth:`Wire.ask` for what it raises."""
        data = body.encode() if isinstance(body, str) else body
        params: dict[str, str] = options.pop("params", {})
        return await self.with_token(
            lambda token: self.wire.ask(path, {"access_token": token, **params}, data, **options)
        )

    async def get(self, path: str, params: Mapping[str, str]) -> Answer:
        """GET with the token; see :meth:`Wire.ask`."""
        return await self.with_token(lambda token: self.wire.ask(path, {"access_token": token, **params}))

    async def with_token(self, call: Callable[[str], Awaitable[T]]) -> T:
        """Call with a token, and once more with a new one where WeCom refuses it: never a loop.

        Here the secret has worked, so 40001 is a dead token; a secret changed since says so when the new token is asked
        for.
        """
        token = await self.tokens.get()
        try:
            answer = await call(token)
        except Refusal as refusal:
            if refusal.code not in errors.TOKEN_CODES and refusal.code != errors.MAYBE_TOKEN:
                await self._tell(refusal)
                raise
        else:
            await self._mended()
            return answer
        self.tokens.drop(token)
        try:
            answer = await call(await self.tokens.get())
        except Refusal as refusal:
            await self._tell(refusal)
            raise
        await self._mended()
        return answer

    async def send_message(self, body: str) -> Answer:
        """message/send, the body byte for byte. A person who cannot get it is an error even where errcode is 0.

        Raises:
            see :meth:`Wire.ask`
        """
        answer = await self.post("message/send", body)
        left_out = answer.text("invaliduser") or answer.text("unlicenseduser")
        if left_out:
            raise Refusal(81013, errors.FINAL[81013], permanent=True)
        return answer

    async def update_card(self, body: str) -> Answer:
        """message/update_template_card."""
        return await self.post("message/update_template_card", body)

    async def user_name(self, account: str) -> str:
        """A member's name; only members in the app's visible range are known."""
        answer = await self.get("user/get", {"userid": account})
        return answer.text("name")

    async def upload(self, kind: str, name: str, data: bytes) -> str:
        """media/upload; the media id, good for three days. ``kind`` is image or file."""
        content_type, body = multipart(name, data)
        answer = await self.post(
            "media/upload", body, params={"type": kind}, content_type=content_type, seconds=UPLOAD_SECONDS
        )
        media_id = answer.text("media_id")
        if not media_id:
            raise Unknown("企业微信收了文件却没有给编号，会再试")
        return media_id

    async def _fetch_token(self) -> tuple[str, float]:
        if self._refused is not None and self._clock() < self._refused[0]:
            raise self._refused[1]
        try:
            answer = await self.wire.ask("gettoken", {"corpid": self._corp_id, "corpsecret": self._secret})
        except Refusal as refusal:
            self._refused = (self._clock() + REFUSED_SECONDS, refusal)
            await self._tell(refusal)
            raise
        except Unknown as unknown:
            unknown.no_effect = True  # nothing was asked for but a token
            raise
        token, seconds = answer.text("access_token"), answer.data.get("expires_in")
        if not token or not isinstance(seconds, int) or isinstance(seconds, bool) or seconds <= 0:
            raise SendFailed("企业微信没有给访问令牌，会再试", no_effect=True)
        self._refused = None
        await self._record("token", "ok")
        return token, float(seconds)

    async def _record(self, key: str, value: str) -> None:
        try:
            await self._note(key, value)
        except Exception as error:  # noqa: BLE001  boundary: a sick disk must not make a call that went well a failure
            log.warning("note_not_written", error=describe(error))

    async def _mended(self) -> None:
        """A call went well: what is on record from before, also from before the start, is over."""
        if self._troubled:
            self._troubled = False
            await self._record("error", "")

    async def _tell(self, refusal: Refusal) -> None:
        """What only an administrator can mend goes on record for ``danju doctor``."""
        if refusal.code == 60020 or refusal.code in errors.SETTINGS:
            log.warning("wecom_refused", code=refusal.code)
            self._troubled = True
            await self._record("error", str(refusal))


async def read_capped(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """At most ``limit`` bytes of a body.

    Raises:
        aiohttp.ClientPayloadError: there are more.
    """
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_chunked(64 * 1024):
        size += len(part)
        if size > limit:
            raise aiohttp.ClientPayloadError("too large")
        parts.append(part)
    return b"".join(parts)


def multipart(name: str, data: bytes) -> tuple[str, bytes]:
    """Content type and body of an upload. aiohttp would percent-encode a Chinese file name, which WeCom then shows."""
    boundary = "danju-7f3c1e0d9a5b4826"
    while boundary.encode() in data:
        boundary += "x"
    safe = "".join("_" if letter in '"\\/' or ord(letter) < 32 else letter for letter in name) or "file"
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="media"; filename="{safe}"; filelength={len(data)}\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head.encode("utf-8", "replace") + data + f"\r\n--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", body


def _seconds(header: str | None) -> float:
    return min(float(header), 3600.0) if header and header.isascii() and header.isdigit() else errors.QUIET_SECONDS
