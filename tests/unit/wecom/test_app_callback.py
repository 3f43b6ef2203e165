"""The callback over real HTTP: what is answered, what is blamed, and that nothing unproven gets through."""

from __future__ import annotations

import asyncio
import gzip
import random
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.store import StoreClosed
from bot.wecom.app_inbound import translate
from bot.wecom.callback import PATH, Callback
from bot.wecom.guards import OUTER_LIMIT, Guard
from tests.support import wecom_crypto as wx


class Firm:
    """A callback with a memory instead of a service."""

    def __init__(self, *, guarded: bool = True) -> None:
        self.taken: list[dict[str, Any]] = []
        self.noted: dict[str, str] = {}
        self.trouble: Exception | None = None
        guard = Guard(token=wx.TOKEN, aes_key=wx.KEY, corp_id=wx.CORP, agent_id=wx.AGENT) if guarded else None
        self.callback = Callback(guard, self._take, self._note)

    async def _take(self, fields: dict[str, Any]) -> None:
        if self.trouble is not None:
            raise self.trouble
        translate(fields, agent_id=wx.AGENT)
        self.taken.append(fields)

    async def _note(self, key: str, value: str) -> None:
        self.noted[key] = value

    async def __aenter__(self) -> Firm:
        app = web.Application(client_max_size=1024 * 1024)
        self.callback.mount(app)
        self.server = TestServer(app)
        await self.server.start_server()
        self.http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.callback.close()
        await self.http.close()
        await self.server.close()

    def url(self, query: dict[str, str], path: str = PATH) -> URL:
        return self.server.make_url(path).with_query(query)

    async def post(self, posted: wx.Posted, **options: Any) -> tuple[int, bytes]:
        async with self.http.post(self.url(posted.query), data=posted.body, **options) as answer:
            return answer.status, await answer.read()


@pytest_asyncio.fixture
async def firm() -> AsyncIterator[Firm]:
    async with Firm() as made:
        yield made


def echo_query(text: str | None = None) -> dict[str, str]:
    sealed = wx.encrypt(b"5927782489442352469") if text is None else text
    return {"msg_signature": wx.sign(sealed, "1", "n"), "timestamp": "1", "nonce": "n", "echostr": sealed}


async def test_the_address_is_verified_with_the_bare_text(firm: Firm) -> None:
    async with firm.http.get(firm.url(echo_query())) as answer:
        assert (answer.status, await answer.read()) == (200, b"5927782489442352469")
    await firm.callback.close()
    assert firm.noted["verified"] == "ok"


async def test_a_message_is_committed_and_answered_with_nothing(firm: Firm) -> None:
    assert await firm.post(wx.posted(wx.message(Content="来5箱"))) == (200, b"")
    assert [fields["Content"] for fields in firm.taken] == ["来5箱"]


async def test_the_same_body_signed_again_is_the_same_message(firm: Firm) -> None:
    sealed = wx.encrypt(wx.message(Content="x").encode())
    for nonce in ("a", "b"):
        query = {"msg_signature": wx.sign(sealed, "5", nonce), "timestamp": "5", "nonce": nonce}
        assert (await firm.post(wx.Posted(query, wx.outer(sealed))))[0] == 200
    keys = {found.event_key for fields in firm.taken if (found := translate(fields, agent_id=wx.AGENT))}
    assert len(firm.taken) == 2
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("posted", "blamed"),
    [
        (wx.posted(wx.message(Content="x"), token="other"), "token"),
        (wx.posted(wx.message(Content="x"), key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"), "key"),
        (wx.posted(wx.message(Content="x"), corp="ww9"), "corp_id"),
        (wx.posted(wx.message(AgentID="9", Content="x")), "agent_id"),
        (wx.Posted({}, b"<xml/>"), "query"),
        (wx.signed(b"<xml>", "x"), "form"),
        (wx.posted(wx.message(MsgId="none", Content="x")), "form"),
    ],
)
async def test_what_is_not_ours_is_refused_and_doctor_learns_why(
    firm: Firm, posted: wx.Posted, blamed: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert await firm.post(posted) == (403, b"")
    await firm.callback.close()
    # Who merely walks by is in the log, not on record.
    assert list(firm.noted) == ([] if blamed == "query" else [f"callback_{blamed}"])
    said = str(firm.noted) + "".join(capfd.readouterr())
    assert wx.TOKEN not in said
    assert wx.KEY not in said
    assert not firm.taken


async def test_a_wrong_get_is_refused(firm: Firm) -> None:
    good = echo_query()
    for query in ({}, good | {"echostr": "x"}, {k: v for k, v in good.items() if k != "echostr"}):
        async with firm.http.get(firm.url(query)) as answer:
            assert answer.status == 403
    async with firm.http.get(URL(f"{firm.url(good)}&nonce=n")) as answer:
        assert answer.status == 403


async def test_too_much_is_refused_however_it_comes(firm: Firm) -> None:
    posted = wx.posted(wx.message(Content="x"))
    big = b"<xml>" + b" " * OUTER_LIMIT + b"</xml>"

    async def slowly() -> AsyncIterator[bytes]:
        for start in range(0, len(big), 4096):
            yield big[start : start + 4096]

    assert (await firm.post(wx.Posted(posted.query, big)))[0] == 413
    async with firm.http.post(firm.url(posted.query), data=slowly()) as answer:
        assert answer.status == 413


async def test_packed_bodies_are_refused(firm: Firm) -> None:
    posted = wx.posted(wx.message(Content="x"))
    packed = wx.Posted(posted.query, gzip.compress(b" " * 50_000_000))
    assert (await firm.post(packed, headers={"Content-Encoding": "gzip"}))[0] in (400, 403, 413)
    assert not firm.taken


async def test_when_the_store_cannot_take_it_wecom_shall_send_again(firm: Firm) -> None:
    posted = wx.posted(wx.message(Content="x"))
    for trouble in (StoreClosed("closing"), OSError(28, "no space"), KeyError("a bug")):
        firm.trouble = trouble
        assert (await firm.post(posted))[0] == 503
    firm.trouble = None
    assert (await firm.post(posted))[0] == 200


async def test_nothing_is_taken_after_the_end(firm: Firm) -> None:
    await firm.callback.close()
    assert (await firm.post(wx.posted(wx.message(Content="x"))))[0] == 503


async def test_a_mistyped_path_is_told_only_when_wecom_itself_asks(firm: Firm) -> None:
    async with firm.http.get(firm.url(echo_query(), "/wecom/callbak")) as answer:
        assert answer.status == 404
    async with firm.http.get(firm.url({}, "/wecom/admin")) as answer:
        assert answer.status == 404
    await firm.callback.close()
    assert list(firm.noted) == ["callback_path"]
    assert "/wecom/callbak" in firm.noted["callback_path"]


async def test_strangers_do_not_fill_the_notes(firm: Firm) -> None:
    written = 0

    async def count(_key: str, _value: str) -> None:
        nonlocal written
        written += 1

    vars(firm.callback)["_note"] = count
    for _ in range(20):
        assert (await firm.post(wx.signed(b"<xml>", "x")))[0] == 403
    await asyncio.sleep(0)
    assert written == 1


async def test_without_settings_everything_is_refused() -> None:
    async with Firm(guarded=False) as firm:
        assert (await firm.post(wx.posted(wx.message(Content="x"))))[0] == 403
        async with firm.http.get(firm.url(echo_query())) as answer:
            assert answer.status == 403


async def test_a_body_that_breaks_off_leaves_the_service_well(firm: Firm) -> None:
    posted = wx.posted(wx.message(Content="x"))
    url = firm.url(posted.query)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(f"POST {url.raw_path_qs} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n<xml>".encode())
    await writer.drain()
    writer.close()
    assert await reader.read(1) in (b"", b"H")
    assert (await firm.post(posted))[0] == 200


PIECES = [
    b"<xml>",
    b"</xml>",
    b"<Encrypt>",
    b"</Encrypt>",
    b"<!DOCTYPE x>",
    b"&lt;",
    b"&x;",
    b"\xff\xfe",
    b"\0",
    b"]]>",
    b"<![CDATA[",
]
QUERIES = ["msg_signature", "timestamp", "nonce", "echostr", "%FF%FE", "%00", "+", "x[]", "%ED%A0%80"]


async def test_whatever_comes_is_refused_and_never_an_error_of_ours(firm: Firm) -> None:
    chance = random.Random(20261123)
    good = wx.posted(wx.message(Content="x"))
    allowed = {400, 403, 404, 405, 413}
    seen: set[int] = set()
    for _ in range(400):
        query = dict(good.query) if chance.random() < 0.6 else {}
        query |= {
            chance.choice(QUERIES): chance.choice([*QUERIES, "1" * 40, "单", ""]) for _ in range(chance.randrange(3))
        }
        raw = "&".join(f"{key}={value}" for key, value in query.items())
        body = b"".join(chance.choices([*PIECES, good.body[: chance.randrange(200)]], k=chance.randrange(12)))
        if chance.random() < 0.3:
            cut = bytearray(good.body)
            cut[chance.randrange(len(cut))] = chance.randrange(256)
            body = bytes(cut)
        if body == good.body:
            continue
        path = chance.choice([PATH, PATH, PATH, "/wecom/", "/wecom/callback/"])
        url = URL(f"{firm.server.make_url(path)}?{raw}", encoded=True)
        method = chance.choice(["POST", "POST", "POST", "GET", "PUT"])
        async with firm.http.request(method, url, data=body) as answer:
            seen.add(answer.status)
            if answer.status == 200:  # a changed byte outside of what is signed
                continue
            assert answer.status in allowed, (method, url, body)
            assert wx.TOKEN not in await answer.text()
    assert {403, 404, 405} <= seen
