"""A thin client of Feishu's open API over the service's one pooled session. Every answer that is no success becomes one
of the errors of :mod:`bot.feishu.errors`; no token and no secret reaches a log or an error's text."""

from __future__ import annotations

import io
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from bot.channel import SendFailed
from bot.feishu.errors import OK, TOKEN_REFUSED, Answer, ResourceRefused, failure
from bot.inbound import storable
from bot.lines import trouble
from bot.tokens import TokenCache

CALL_SECONDS = 7.0  # a token and a send together stay within the sender's 15
READ_SECONDS = 20.0  # a forwarded record of a hundred messages
UPLOAD_SECONDS = 60.0
DOWNLOAD_SECONDS = 55.0  # large pictures over a slow line take 45 s; below the fetcher's 60
ANSWER_BYTES = 8 * 1024 * 1024  # of JSON; a forwarded record of a hundred long messages stays below 1 MB
TOKEN_BYTES = 4096  # the platform announced tokens up to this length
RESET_SECONDS = (0.2, 300.0)  # what is believed of a header that says how long to wait
_CHUNK = 64 * 1024

Json = dict[str, Any]
T = TypeVar("T")


class FeishuApi:
    """One app. ``http`` gives the pooled session; the token is fetched when first needed."""

    def __init__(self, base_url: str, app_id: str, secret: str, http: Callable[[], aiohttp.ClientSession]) -> None:
        self._base = base_url.rstrip("/")
        self._app_id = app_id
        self._secret = secret
        self._http = http
        self._tokens = TokenCache(self._new_token)

    async def close(self) -> None:
        """End a token request under way. The session is not ours to close."""
        await self._tokens.close()

    async def check(self) -> None:
        """Whether the app's id and secret are right.

        Raises:
            SendFailed: with a sentence for the operator.
        """
        await self._tokens.get()

    # -- messages ------------------------------------------------------------------------------------------------------

    async def send(self, to: str, msg_type: str, content: str, uuid: str) -> str:
        """Send one message; its id. ``to`` is an open_id (``ou_``) or a chat; ``content`` is JSON text. The same uuid
        sends at most once within an hour.

        Raises:
            SendFailed: see ``errors.failure``.
        """
        kind = "open_id" if to.startswith("ou_") else "chat_id"
        body = {"receive_id": to, "msg_type": msg_type, "content": content, "uuid": uuid}
        answer = await self._call("POST", "/open-apis/im/v1/messages", query={"receive_id_type": kind}, body=body)
        return _message_id(answer)

    async def reply(self, message_id: str, msg_type: str, content: str, uuid: str) -> str:
        """The same, as a reply.

        Raises:
            CardGone: there is no such message to reply to.
        """
        body = {"msg_type": msg_type, "content": content, "uuid": uuid}
        path = f"/open-apis/im/v1/messages/{_part(message_id)}/reply"
        return _message_id(await self._call("POST", path, body=body, names_message=True))

    async def change_card(self, message_id: str, content: str) -> None:
        """Put another card in the place of one we sent, within 14 days.

        Raises:
            CardGone: it can be changed no more.
            NotYet: somebody's click holds it, or it changed a moment ago.
        """
        path = f"/open-apis/im/v1/messages/{_part(message_id)}"
        await self._call("PATCH", path, body={"content": content}, names_message=True)

    async def messages(self, message_id: str) -> list[Json]:
        """The message, and for a forwarded chat record everything inside it (``upper_message_id`` says where)."""
        path = f"/open-apis/im/v1/messages/{_part(message_id)}"
        items = (await self._call("GET", path, seconds=READ_SECONDS)).data.get("items")
        return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []

    # -- pictures and files --------------------------------------------------------------------------------------------

    async def download(self, message_id: str, key: str, kind: str, limit: int) -> bytes:
        """The bytes of a picture (``kind`` image) or file of a message, at most ``limit``.

        Raises:
            ResourceRefused: it cannot be had; the text is for its sender.
        """
        path = f"/open-apis/im/v1/messages/{_part(message_id)}/resources/{_part(key)}"
        got = await self._with_token(lambda token: self._bytes(token, path, {"type": kind}, limit))
        if isinstance(got, Answer):
            raise failure(got)
        return got

    async def upload_image(self, data: bytes) -> str:
        """Upload a picture for messages and cards; its image_key. At most 10 MB; the platform checks the format."""

        def form() -> aiohttp.FormData:
            parts = aiohttp.FormData()
            parts.add_field("image_type", "message")
            parts.add_field("image", io.BytesIO(data), filename="image", content_type="application/octet-stream")
            return parts

        answer = await self._call("POST", "/open-apis/im/v1/images", form=form, seconds=UPLOAD_SECONDS)
        return _key(answer, "image_key")

    async def upload_file(self, name: str, file_type: str, data: bytes) -> str:
        """Upload a file; its file_key. At most 30 MB; ``file_type`` is opus|mp4|pdf|doc|xls|ppt|stream."""

        def form() -> aiohttp.FormData:
            parts = aiohttp.FormData()
            parts.add_field("file_type", file_type)
            parts.add_field("file_name", name)
            parts.add_field("file", io.BytesIO(data), filename="file", content_type="application/octet-stream")
            return parts

        answer = await self._call("POST", "/open-apis/im/v1/files", form=form, seconds=UPLOAD_SECONDS)
        return _key(answer, "file_key")

    # -- who is who ----------------------------------------------------------------------------------------------------

    async def bot_open_id(self) -> str:
        """The bot's own open_id; empty when the platform does not tell."""
        bot = (await self._call("GET", "/open-apis/bot/v3/info")).body.get("bot")
        found = bot.get("open_id") if isinstance(bot, dict) else None
        return storable(found) if isinstance(found, str) else ""

    async def user_name(self, open_id: str) -> str:
        """What a person is called; empty when the app may not know."""
        path = f"/open-apis/contact/v3/users/{_part(open_id)}"
        user = (await self._call("GET", path, query={"user_id_type": "open_id"})).data.get("user")
        name = user.get("name") if isinstance(user, dict) else None
        return storable(name) if isinstance(name, str) else ""

    # -- requests ------------------------------------------------------------------------------------------------------

    async def _call(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        body: Json | None = None,
        form: Callable[[], aiohttp.FormData] | None = None,
        names_message: bool = False,
        seconds: float = CALL_SECONDS,
    ) -> Answer:
        async def once(token: str) -> Answer:
            data = form() if form is not None else None  # a form can be sent only once
            return await self._json(method, path, query=query, body=body, form=data, token=token, seconds=seconds)

        answer = await self._with_token(once)
        if answer.code != OK or answer.status >= 400:
            raise failure(answer, names_message=names_message)
        return answer

    async def _with_token(self, once: Callable[[str], Awaitable[T]]) -> T:
        """Ask with the token; where it is refused, with a new one, and that is all."""
        token = await self._tokens.get()
        answer = await once(token)
        if isinstance(answer, Answer) and answer.code in TOKEN_REFUSED:
            self._tokens.drop(token)
            token = await self._tokens.get()
            answer = await once(token)
            if isinstance(answer, Answer) and answer.code in TOKEN_REFUSED:
                self._tokens.drop(token)
        return answer

    async def _json(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        body: Json | None = None,
        form: aiohttp.FormData | None = None,
        token: str = "",
        seconds: float = CALL_SECONDS,
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        data: bytes | aiohttp.FormData | None = form
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
            data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        timeout = aiohttp.ClientTimeout(total=seconds)
        url = self._url(path, query)
        try:
            async with self._http().request(
                method, url, data=data, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                return self._answer(response, await _read(response, ANSWER_BYTES))
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise self._no_line(error) from error

    async def _bytes(self, token: str, path: str, query: dict[str, str], limit: int) -> bytes | Answer:
        headers = {"Authorization": f"Bearer {token}"}
        timeout = aiohttp.ClientTimeout(total=DOWNLOAD_SECONDS)
        try:
            async with self._http().get(
                self._url(path, query), headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                told = response.status >= 300
                # A file of JSON is bytes like any other; an error never comes with a file's name.
                if told or (response.content_type == "application/json" and response.content_disposition is None):
                    data = await _read(response, ANSWER_BYTES)
                    answer = self._answer(response, data)
                    return answer if told or answer.code != OK else data
                if (response.content_length or 0) > limit:
                    raise ResourceRefused(_too_large(limit))
                return await _read(response, limit)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise self._no_line(error) from error

    def _url(self, path: str, query: dict[str, str] | None) -> URL:
        return URL(self._base + path + (f"?{urlencode(query)}" if query else ""), encoded=True)

    def _answer(self, response: aiohttp.ClientResponse, data: bytes) -> Answer:
        body = _object(data)
        code = body.get("code")
        known = isinstance(code, int) and not isinstance(code, bool)
        return Answer(
            status=response.status if known or response.status >= 400 else 502,  # 200 that is no answer: a proxy's page
            code=code if isinstance(code, int) and known else -1,
            msg=self._clean(str(body.get("msg", "")) or response.reason or ""),
            log_id=response.headers.get("X-Tt-Logid", "")[:80],
            reset=_seconds(response.headers.get("x-ogw-ratelimit-reset")),
            body=body,
        )

    def _clean(self, text: str) -> str:
        return storable(text.replace(self._secret, "***") if self._secret else text)

    def _no_line(self, error: Exception) -> SendFailed:
        if isinstance(error, TimeoutError):
            words = "飞书没有按时回答，会再试"
        elif isinstance(error, aiohttp.ClientConnectorError):
            words = "连不上飞书，请看看这台电脑的网络"
        else:
            words = "和飞书的连接断了，会再试"
        return SendFailed(f"{words}（{trouble(error)}）", no_effect=isinstance(error, aiohttp.ClientConnectorError))

    async def _new_token(self) -> tuple[str, float]:
        body = {"app_id": self._app_id, "app_secret": self._secret}
        try:
            answer = await self._json("POST", "/open-apis/auth/v3/tenant_access_token/internal", body=body)
            if answer.code != OK:
                raise failure(answer)
        except SendFailed as error:
            error.no_effect = True  # nothing was asked yet but a token
            raise
        token, seconds = answer.body.get("tenant_access_token"), answer.body.get("expire")
        if not (isinstance(token, str) and token.isascii() and token.isprintable() and 0 < len(token) <= TOKEN_BYTES):
            raise SendFailed(f"飞书给的令牌读不懂（{answer.source}）", no_effect=True)
        return token, float(seconds) if isinstance(seconds, int) and seconds > 0 else 0.0


# ---------------------------------------------------------------- reading


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    parts, size = [], 0
    async for chunk in response.content.iter_chunked(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise ResourceRefused(_too_large(limit))
        parts.append(chunk)
    return b"".join(parts)


def _too_large(limit: int) -> str:
    return f"文件超过 {limit // 1024 // 1024} MB，我收不下，请拆小了再发"


def _object(data: bytes) -> Json:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(header: str | None) -> float | None:
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    low, high = RESET_SECONDS
    return min(max(seconds, low), high) if seconds == seconds else None  # not for NaN


def _part(text: str) -> str:
    return quote(text, safe="")


def _message_id(answer: Answer) -> str:
    return _key(answer, "message_id")


def _key(answer: Answer, name: str) -> str:
    found = answer.data.get(name)
    if not isinstance(found, str) or not found:
        raise SendFailed(f"飞书的回答里没有 {name}（{answer.source}）")
    return storable(found)
