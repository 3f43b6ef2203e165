"""Cases of what platforms answer to us: garbage, wrong types, truncated, huge, broken off. Whatever it is, our clients
return what they promise or raise the one error they are known for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import aiohttp
from multidict import CIMultiDict
from pydantic import SecretStr
from yarl import URL

from bot.channel import Outgoing, SendFailed
from bot.clock import utc_now
from bot.feishu import resources
from bot.feishu.channel import FeishuChannel
from bot.wecom import bot_desk, media
from bot.wecom.app import WecomAppChannel
from bot.wecom.download import Downloads
from bot.wecom.exchange import verdict
from bot.wecom.group import WecomGroupChannel
from notifications import card_json
from tests.fuzz import mutate
from tests.fuzz.ground import Fault, Ground
from tests.support.typical_cards import typical

FRESH = 40  # cases a set of clients lives for
GROUP, GROUP_KEY = "仓库群", "FuzzKeyOfTheGroupWebhook7"

_FEISHU_BODIES: tuple[dict[str, Any], ...] = (
    {"code": 0, "msg": "ok", "data": {"message_id": "om_1"}},
    {"code": 0, "tenant_access_token": "t-1", "expire": 7200},
    {"code": 0, "data": {"image_key": "img_1", "file_key": "file_1"}},
    {"code": 0, "bot": {"open_id": "ou_bot"}},
    {"code": 0, "data": {"user": {"name": "张三"}}},
    {"code": 99991663, "msg": "token"},
    {"code": 230020, "msg": "limit"},
    {"code": 200740, "msg": "card"},
    {"code": 230099, "msg": "ErrCode: 11310"},
    {
        "code": 0,
        "data": {
            "items": [
                {
                    "message_id": "om_2",
                    "upper_message_id": "om_1",
                    "msg_type": "text",
                    "create_time": "1760000000123",
                    "sender": {"id": "ou_1", "id_type": "open_id"},
                    "body": {"content": '{"text":"永兴 5箱"}'},
                }
            ]
        },
    },
)
_WECOM_BODIES: tuple[dict[str, Any], ...] = (
    {"errcode": 0, "errmsg": "ok", "access_token": "at", "expires_in": 7200},
    {"errcode": 0, "errmsg": "ok", "msgid": "m1", "response_code": "rc"},
    {"errcode": 0, "errmsg": "ok", "media_id": "mm", "type": "file"},
    {"errcode": 0, "name": "张三"},
    *({"errcode": code, "errmsg": "from ip: 1.2.3.4, no"} for code in (40001, 42001, 40014, 45009, 60020, 81013, -1)),
    *({"errcode": code, "errmsg": ""} for code in (40058, 830003, 93000, 10**12)),
)


class _Content:
    def __init__(self, data: bytes, error: Exception | None) -> None:
        self._data, self._error = data, error

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        for at in range(0, len(self._data), size):
            yield self._data[at : at + size]
        if self._error is not None:
            raise self._error


class _Response:
    """As much of an answer as our clients look at."""

    def __init__(self, chance: Random, bodies: tuple[dict[str, Any], ...]) -> None:
        self.status = chance.choice((200,) * 12 + (206, 204, 302, 400, 401, 403, 404, 416, 429, 500, 502, 600))
        self.reason = chance.choice(("OK", "", None, "odd \ud800"))
        kind = chance.choice(
            ("application/json",) * 6 + ("text/html", "application/octet-stream", "text/json", "", "x")
        )
        self.headers = CIMultiDict({"Content-Type": kind})
        for name, values in _HEADERS.items():
            if chance.random() < 0.15:
                self.headers[name] = chance.choice(values)
        body = _body(chance, bodies)
        self.content_type = kind
        self.content_length = chance.choice((None, len(body), len(body), 10**12, 0))
        self.content_disposition = chance.choice((None, None, object()))
        errors = (aiohttp.ClientPayloadError("cut"), TimeoutError(), ConnectionResetError("x"), OSError("y"))
        self.content = _Content(body, chance.choice(errors) if chance.random() < 0.08 else None)

    def become(self, body: dict[str, Any]) -> None:
        """An answer as it should be."""
        self.status, self.content_type = 200, "application/json"
        self.content = _Content(json.dumps(body).encode(), None)

    async def __aenter__(self) -> _Response:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing to give back."""


_HEADERS = {
    "X-Tt-Logid": ("", "l" * 5000, "永", "a\tb"),
    "x-ogw-ratelimit-reset": ("", "0.001", "-1", "nan", "inf", "1e400", "x", "٣"),
    "Retry-After": ("", "1", "-1", "9" * 40, "Wed, 21 Oct 2015 07:28:00 GMT", "²"),
    "Content-Disposition": ("attachment", 'attachment; filename="a.xlsx"', "filename*=UTF-8''%ZZ%00", "永"),
}


def _body(chance: Random, bodies: tuple[dict[str, Any], ...]) -> bytes:
    kind = chance.randrange(12)
    found = chance.choice(bodies)
    if kind < 3:
        return json.dumps(found, ensure_ascii=False).encode()
    if kind < 9:
        return mutate.dumps(chance, mutate.tree(chance, found))
    if kind == 9:
        return chance.choice((b"", b"<html>502</html>", b"null", b"[]", b"0", b"\xff\xd8\xff\xe0abc", b"PK\x03\x04"))
    if kind == 10:
        return mutate.data(chance, json.dumps(found).encode())
    if chance.random() < 0.01:
        return b'{"errcode":0,"x":"' + b"y" * (9 * 1024 * 1024)
    return chance.randbytes(chance.randrange(300))


class _Never:
    """A connection that does not come about."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def __aenter__(self) -> Any:
        raise self._error

    async def __aexit__(self, *_: object) -> None:
        """Nothing was opened."""


CHANCE: ContextVar[Random] = ContextVar("chance")  # of the case that asks


class OddHttp:
    """In the place of the pooled session."""

    closed = False

    @property
    def chance(self) -> Random:
        return CHANCE.get()

    def request(self, _method: str, url: URL | str, **_options: Any) -> _Response | _Never:
        if self.chance.random() < 0.04:
            errors = (
                aiohttp.ServerDisconnectedError(),
                TimeoutError(),
                aiohttp.ClientOSError("x"),
                aiohttp.ConnectionTimeoutError(),
                aiohttp.InvalidURL("x") if "/f" in str(url) else aiohttp.ClientConnectionError(),
            )
            return _Never(self.chance.choice(errors))
        bodies = _FEISHU_BODIES if "open-apis" in str(url) else _WECOM_BODIES
        found = _Response(self.chance, bodies)
        if ("gettoken" in str(url) or "tenant_access_token" in str(url)) and self.chance.random() < 0.8:
            found.become(_FEISHU_BODIES[1] if bodies is _FEISHU_BODIES else _WECOM_BODIES[0])
        return found

    def get(self, url: URL | str, **options: Any) -> _Response | _Never:
        return self.request("GET", url, **options)

    def post(self, url: URL | str, **options: Any) -> _Response | _Never:
        return self.request("POST", url, **options)


@dataclass(slots=True)
class _Clients:
    """Clients of one life, with what they remember."""

    calls: list[Callable[[Random], Awaitable[Any]]]
    channels: tuple[FeishuChannel, WecomAppChannel]
    left: int = FRESH
    users: int = 0


class Answers:
    """Clients of both platforms, talked to by platforms gone mad."""

    def __init__(self, ground: Ground) -> None:
        resources.PATIENCE_SECONDS = 0.05  # waiting is not what is tried here
        self._ground = ground
        self._kit = ground.service.kit()
        self._settings = self._kit.settings.model_copy(
            update={"wecom_group_webhooks": SecretStr(f"{GROUP}={GROUP_KEY}")}
        )
        ground.watch.secrets += (GROUP_KEY,)
        self._cards = [card_json.dumps(card) for card in typical().values()]
        self._file = self._kit.attachments.put(b"%PDF-1.7 " + b"x" * 500)
        self._picture = self._kit.attachments.put(b"\x89PNG\r\n\x1a\n" + b"x" * 500)
        self._rows = 0
        self._set: _Clients | None = None

    async def case(self, chance: Random, _ground: Ground) -> str:
        """One call."""
        found = self._set
        if found is None or found.left <= 0:
            found = self._set = self._fresh()
        found.left -= 1
        found.users += 1
        CHANCE.set(chance)
        try:
            return await self._judged(chance.choice(found.calls), chance)
        finally:
            found.users -= 1
            if found.left <= 0 and not found.users:
                for channel in found.channels:
                    await channel.stop()

    async def _judged(self, call: Callable[[Random], Awaitable[Any]], chance: Random) -> str:
        try:
            found = await call(chance)
        except SendFailed as failure:
            self._check(failure)
            return type(failure).__name__
        if not isinstance(found, str | bytes | list | dict) and found is not None:
            raise Fault(f"a client returned {type(found).__name__}")
        if isinstance(found, str):
            found.encode()  # half a surrogate pair must not get into the books
        return "returned"

    def _check(self, failure: SendFailed) -> None:
        words = str(failure)
        words.encode("utf-8")
        if len(words) > 3000:
            raise Fault(f"an error of {len(words)} characters")
        for secret in self._ground.watch.secrets:
            if len(secret) > 6 and secret in words:
                raise Fault(f"a secret in an error: {words[:500]}")
        if failure.retry_after is not None and not 0 <= failure.retry_after <= 86_400:
            raise Fault(f"retry after {failure.retry_after}")

    def _fresh(self) -> _Clients:
        http: Any = OddHttp()
        kit = replace(self._kit, http=lambda: http, settings=self._settings)
        feishu, wecom, group = FeishuChannel(kit), WecomAppChannel(kit), WecomGroupChannel(kit)
        downloads = Downloads(lambda: http)
        calls: list[Callable[[Random], Awaitable[Any]]] = [
            *(lambda chance, one=one: one.send(self._item(chance)) for one in (feishu, feishu, wecom, wecom, group)),
            lambda chance: feishu.fetch(
                chance.choice(("om_1/img_1/image", "om_1/f/file", "words:om_1", "odd", "a//b"))
            ),
            lambda chance: feishu.name_of(f"ou_{chance.randrange(1000)}"),
            lambda _chance: feishu._api.bot_open_id(),
            lambda chance: wecom.fetch(media.ref(chance.choice(("picture", "file", "x")), "m/1", "a.pdf")),
            lambda chance: wecom.name_of(f"u{chance.randrange(1000)}"),
            lambda chance: downloads.fetch(_address(chance)),
            self._bot_answer,
        ]
        return _Clients(calls, (feishu, wecom))

    def _item(self, chance: Random) -> Outgoing:
        self._rows += 1
        kind = chance.choice(("text", "card", "card", "card_update", "file"))
        name = chance.choice((self._file, self._picture, "0" * 64))
        body = {
            "text": "库存 5 箱\n" * chance.choice((1, 1, 400)),
            "file": json.dumps({"name": mutate.text(chance, "a.pdf"), "sha256": name}),
        }.get(kind) or chance.choice(self._cards)
        chat = chance.choice((f"oc_{chance.randrange(10**6)}", f"ou_{self._rows}", f"user{self._rows}", GROUP))
        target = f"ref{chance.randrange(100)}" if kind == "card_update" else None
        return Outgoing(
            self._rows,
            f"row{self._rows}",
            chat,
            kind,
            body,
            target_ref=target,
            reply_to=chance.choice((None, None, "om_9")),
            created_at=utc_now(),
            repeats=chance.randrange(2),
        )

    async def _bot_answer(self, chance: Random) -> Any:
        """What the bot's connection answers."""
        good = {
            "headers": {"req_id": "r"},
            "errcode": chance.choice((0, 45009, 846607, 853000)),
            "body": {"upload_id": 1},
        }
        frame = mutate.tree(chance, good)

        async def answered() -> dict[str, Any]:
            return verdict(frame if isinstance(frame, dict) else {})

        return await bot_desk.asked(answered())


def _address(chance: Random) -> str:
    good = {"url": "http://127.0.0.1:9/f", "aeskey": "A" * 43, "kind": chance.choice(("picture", "file"))}
    made = mutate.tree(chance, good) if chance.random() < 0.4 else good
    return mutate.dumps(chance, made).decode("utf-8", "replace")
