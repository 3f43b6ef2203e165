"""The server API against a server that answers anything."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.channel import NotYet, SendFailed
from bot.wecom import media
from bot.wecom.api import WecomApi, dumps, multipart
from bot.wecom.errors import Refusal, Unknown, Unreachable, failure

SECRET = "s3cret-of-the-app"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 40
PDF = b"%PDF-1.7 " + b"x" * 40

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Platform:
    """Tokens as WeCom gives them; the rest as a test says."""

    def __init__(self) -> None:
        self.asked = 0
        self.valid = ""
        self.gettoken: dict[str, Any] | None = None
        self.dead_code = 42001
        self.answers: list[dict[str, Any]] = []
        self.seen: list[tuple[str, str, bytes]] = []
        self.handler: Handler | None = None
        self.notes: dict[str, str] = {}
        self.token_pause = 0.0

    async def token(self, _request: web.Request) -> web.Response:
        self.asked += 1
        if self.gettoken is not None:
            return web.json_response(self.gettoken)
        await asyncio.sleep(self.token_pause)
        self.valid = f"token-{self.asked}"
        return web.json_response({"errcode": 0, "access_token": self.valid, "expires_in": 7200})

    async def other(self, request: web.Request) -> web.StreamResponse:
        token = request.query.get("access_token", "")
        body = b"" if request.content_type.startswith("multipart/") else await request.read()
        self.seen.append((request.path, token, body))
        if self.handler is not None:
            return await self.handler(request)
        if token != self.valid:
            return web.json_response({"errcode": self.dead_code, "errmsg": "access_token expired"})
        return web.json_response(self.answers.pop(0) if self.answers else {"errcode": 0, "errmsg": "ok", "msgid": "m"})

    async def __aenter__(self) -> Platform:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/cgi-bin/gettoken", self.token)
        app.router.add_route("*", "/cgi-bin/{rest:.*}", self.other)
        self.server = TestServer(app)
        await self.server.start_server()
        self.http = aiohttp.ClientSession()
        self.api = self.make(str(self.server.make_url("")).rstrip("/"))
        return self

    def make(self, base: str) -> WecomApi:
        return WecomApi(lambda: self.http, base, corp_id="ww1", secret=SECRET, note=self._note)

    async def _note(self, key: str, value: str) -> None:
        self.notes[key] = value

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()
        await self.server.close()


@pytest_asyncio.fixture
async def wecom() -> AsyncIterator[Platform]:
    async with Platform() as made:
        yield made


async def test_a_message_goes_out_byte_for_byte(wecom: Platform) -> None:
    body = dumps({"text": {"content": "库存不足 😀"}})
    answer = await wecom.api.send_message(body)
    assert answer.text("msgid") == "m"
    assert wecom.seen == [("/cgi-bin/message/send", "token-1", body.encode())]
    assert b"\\u" not in body.encode()


async def test_many_at_once_ask_for_one_token(wecom: Platform) -> None:
    wecom.token_pause = 0.02
    await asyncio.gather(*(wecom.api.send_message("{}") for _ in range(20)))
    assert wecom.asked == 1


@pytest.mark.parametrize("code", [42001, 40014, 40001])
async def test_a_dead_token_is_renewed_once(wecom: Platform, code: int) -> None:
    wecom.dead_code = code
    await wecom.api.send_message("{}")
    wecom.valid = "revoked"
    await asyncio.gather(*(wecom.api.send_message("{}") for _ in range(10)))
    assert wecom.asked == 2


async def test_a_token_that_is_never_good_makes_no_loop(wecom: Platform) -> None:
    async def never(_request: web.Request) -> web.Response:
        return web.json_response({"errcode": 42001})

    wecom.handler = never
    with pytest.raises(Refusal) as refused:
        await wecom.api.send_message("{}")
    assert not refused.value.permanent
    assert len(wecom.seen) == 2
    assert wecom.asked == 2


async def test_a_wrong_secret_is_asked_about_once_a_minute(wecom: Platform) -> None:
    wecom.gettoken = {"errcode": 40001, "errmsg": f"invalid credential {SECRET}"}
    for _ in range(3):
        with pytest.raises(SendFailed, match="Secret") as refused:
            await wecom.api.send_message("{}")
        assert SECRET not in str(refused.value)
        assert not refused.value.permanent
    assert wecom.asked == 1
    assert "Secret" in wecom.notes["error"]


async def test_an_untrusted_address_is_named_with_where_to_enter_it(wecom: Platform) -> None:
    wecom.gettoken = {
        "errcode": 60020,
        "errmsg": "not allow to access from your ip, hint: [1], from ip: 203.0.113.9, more",
    }
    with pytest.raises(SendFailed) as refused:
        await wecom.api.user_name("x")
    assert "203.0.113.9" in str(refused.value)
    assert "企业可信IP" in str(refused.value)
    assert (refused.value.permanent, refused.value.retry_after) == (False, 300.0)
    assert "203.0.113.9" in wecom.notes["error"]


async def test_what_was_mended_is_off_the_record(wecom: Platform) -> None:
    wecom.answers = [{"errcode": 0}, {"errcode": 60020, "errmsg": "from ip: 203.0.113.9"}, {"errcode": 0}]
    await wecom.api.send_message("{}")
    assert wecom.notes["error"] == ""
    with pytest.raises(SendFailed):
        await wecom.api.send_message("{}")
    assert "203.0.113.9" in wecom.notes["error"]
    await wecom.api.send_message("{}")
    assert wecom.notes["error"] == ""


@pytest.mark.parametrize("code", [45009, 45033])
async def test_three_frequency_limits_in_a_row_silence_everything_for_a_minute(wecom: Platform, code: int) -> None:
    limit, fine = {"errcode": code}, {"errcode": 0}
    wecom.answers = [limit, limit, fine, limit, limit, limit]
    fates = [await asyncio.gather(wecom.api.send_message("{}"), return_exceptions=True) for _ in range(9)]
    pauses = [(fate.retry_after or 0) for [fate] in fates if isinstance(fate, NotYet)]
    assert len(pauses) == 8
    assert all(55 < pause <= 60 for pause in pauses)
    assert len(wecom.seen) == 6


async def test_429_is_patience_too(wecom: Platform) -> None:
    async def much(_request: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "7"})

    wecom.handler = much
    with pytest.raises(NotYet) as limited:
        await wecom.api.send_message("{}")
    assert limited.value.retry_after == 7


async def test_a_person_who_cannot_get_it_is_a_failure(wecom: Platform) -> None:
    wecom.answers = [{"errcode": 0, "msgid": "m", "invaliduser": "zhangwei"}]
    with pytest.raises(SendFailed, match="可见范围") as refused:
        await wecom.api.send_message("{}")
    assert refused.value.permanent


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"<html>"), (502, b""), (200, b"[]"), (200, b'{"errcode":"0"}'), (302, b"{}"), (200, b"[" * 100_000)],
)
async def test_an_answer_of_nobody_is_unknown(wecom: Platform, status: int, body: bytes) -> None:
    async def odd(_request: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers={"Location": "http://elsewhere/"})

    wecom.handler = odd
    with pytest.raises(Unknown) as refused:
        await wecom.api.send_message("{}")
    assert not refused.value.no_effect


async def test_no_error_shows_a_secret(wecom: Platform) -> None:
    api = wecom.make(f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(Unreachable) as refused:
        await api.send_message("{}")
    assert refused.value.no_effect

    async def cut(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    wecom.handler = cut
    with pytest.raises(Unknown) as broken:
        await wecom.api.send_message("{}")
    for error in (refused.value, broken.value):
        assert error.__suppress_context__
        assert SECRET not in str(error)
        assert "token-" not in str(error)


@pytest.mark.parametrize("code", [40003, 81013, 60011, 40007, 40058, 99999])
def test_a_refusal_that_no_other_try_helps(code: int) -> None:
    found = failure(code, "some English")
    assert found.permanent
    assert found.no_effect
    assert str(code) in str(found)


@pytest.mark.parametrize("code", [43012, 40056, 40013, 40001, -1, 60020])
def test_a_refusal_that_somebody_may_mend(code: int) -> None:
    found = failure(code, "")
    assert not found.permanent
    assert found.retry_after


# -- files -------------------------------------------------------------------------------------------------------------


async def test_an_upload_keeps_its_chinese_name(wecom: Platform) -> None:
    names: list[tuple[str, str, bytes]] = []

    async def take(request: web.Request) -> web.Response:
        field = (await request.post())["media"]
        assert isinstance(field, web.FileField)
        names.append((field.name, field.filename, field.file.read()))
        assert request.query["type"] == "file"
        return web.json_response({"errcode": 0, "media_id": "M1"})

    wecom.handler = take
    assert await wecom.api.upload("file", '9月"对账"单.pdf', PDF) == "M1"
    assert names == [("media", "9月_对账_单.pdf", PDF)]


def test_the_boundary_is_not_in_the_file() -> None:
    content_type, body = multipart("a.bin", b"--danju-7f3c1e0d9a5b4826 and --danju-7f3c1e0d9a5b4826x")
    boundary = content_type.partition("boundary=")[2].encode()
    assert body.count(boundary) == 2


def answering(data: bytes, content_type: str = "application/octet-stream") -> Handler:
    async def give(_request: web.Request) -> web.Response:
        return web.Response(body=data, content_type=content_type)

    return give


async def test_a_picture_is_fetched(wecom: Platform) -> None:
    wecom.handler = answering(PNG, "image/png")
    assert await media.fetch(wecom.api, media.ref("picture", "M")) == PNG


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/octet-stream"])
async def test_an_error_inside_a_200_is_an_error(wecom: Platform, content_type: str) -> None:
    wecom.handler = answering(json.dumps({"errcode": 40007, "errmsg": "invalid media_id"}).encode(), content_type)
    with pytest.raises(SendFailed, match="40007") as refused:
        await media.fetch(wecom.api, media.ref("picture", "M"))
    assert refused.value.permanent


@pytest.mark.parametrize(
    ("address", "data"),
    [
        (media.ref("picture", "M"), b"\x93\x01still encrypted"),
        (media.ref("file", "M", "a.pdf"), PNG),
        (media.ref("file", "M", "a.xlsx"), PDF),
        (media.ref("picture", "M"), b""),
        ("", b"x"),
        ("other/M/", b"x"),
        ("picture//", b"x"),
    ],
)
async def test_what_is_not_what_it_says_is_told(wecom: Platform, address: str, data: bytes) -> None:
    wecom.handler = answering(data)
    with pytest.raises(SendFailed) as refused:
        await media.fetch(wecom.api, address)
    assert refused.value.permanent
    assert "重新" in str(refused.value)


@pytest.mark.parametrize("name", ["a.xls", "notes.txt", "no ending", "a.csv"])
async def test_what_has_no_mark_is_taken_as_it_is(wecom: Platform, name: str) -> None:
    wecom.handler = answering("客户,数量".encode(), "text/plain")
    assert await media.fetch(wecom.api, media.ref("file", "M", name)) == "客户,数量".encode()


async def test_a_file_too_large_for_one_answer_comes_in_parts(wecom: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "PART", 1000)
    whole = PDF + b"y" * 2500
    spans: list[str] = []

    async def parts(request: web.Request) -> web.Response:
        span = request.headers.get("Range", "")
        if not span:
            return web.json_response({"errcode": 830002})
        spans.append(span)
        first, last = map(int, span.removeprefix("bytes=").split("-"))
        if first >= len(whole):
            return web.Response(status=416)
        return web.Response(status=206, body=whole[first : last + 1], content_type="application/pdf")

    wecom.handler = parts
    assert await media.fetch(wecom.api, media.ref("file", "M", "a.pdf")) == whole
    assert spans == ["bytes=0-999", "bytes=1000-1999", "bytes=2000-2999"]


async def test_too_large_is_not_read_to_the_end(wecom: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "LIMIT", 1000)
    wecom.handler = answering(PDF + b"x" * 2000)
    with pytest.raises(SendFailed, match="30 MB"):
        await media.fetch(wecom.api, media.ref("file", "M", "a.pdf"))

    async def without_length(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(PDF + b"x" * 5000)
        await response.write_eof()
        return response

    wecom.handler = without_length
    with pytest.raises(SendFailed):
        await media.fetch(wecom.api, media.ref("file", "M", "a.pdf"))
