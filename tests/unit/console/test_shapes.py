"""JSON of the wrong shape on every route is answered with a sentence, never with a 500."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channel import Outgoing
from bot.console.api import PREFIX
from tests.support.console import SELLER, desk

ROUTES = ("messages", "clicks", "recall", "problems/retry")
FIELDS = ("as", "room", "text", "quote", "key", "files", "message", "token", "values", "source", "id")

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
plausible = st.fixed_dictionaries(
    {"as": st.just(SELLER), "room": st.just("1")},
    optional=dict.fromkeys(FIELDS[2:], anything),
)
nearly = st.dictionaries(st.sampled_from(FIELDS), anything)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies=st.lists(anything | plausible | nearly, min_size=8, max_size=8))
async def test_any_json_on_any_route(bodies: list[Any]) -> None:
    async with desk() as running:
        await running.console.channel.send(Outgoing(1, "k", "1", "card", '{"title":"草稿1"}'))
        for body in bodies:
            for route in ROUTES:
                status, answer = await running.post(route, body)
                assert status in (200, 400, 403, 409), (route, body, answer)
                if status != 200:
                    assert any("\u4e00" <= letter <= "\u9fff" for letter in answer["error"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"as":1,"room":"1","text":"\\ud800"}',
        b'{"as":1,"room":"1","text":"x","key":"\\ud800aaaaaaaa"}',
        b'{"as":1e999,"room":"1","text":"x"}',
        b'{"as":' + b"9" * 5000 + b"}",
        b'{"as":1,"room":"1","message":1,"token":"t","values":{"\\ud800":"x"}}',
        b'{"as":1,"room":"1","files":[{"sha256":"x","name":"\\udfff"}]}',
        b"null",
        b'"text"',
    ],
)
async def test_broken_json(body: bytes) -> None:
    async with desk() as running:
        for route in ROUTES:
            async with running.client.post(
                f"{PREFIX}/api/{route}", data=body, headers={"Content-Type": "application/json"}
            ) as response:
                assert response.status == 400
                assert (await response.json())["error"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"no boundary here"),
        ("multipart/form-data; boundary=x", b"--x\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ncut off',
        ),
        ("multipart/form-data; boundary=x", b"--x\r\nbad header\r\n\r\nx\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--x--\r\n'),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nx\r\n--y--\r\n--x--\r\n",
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="f"; filename=""\r\n\r\n\r\n--x--\r\n',
        ),
        ("text/plain", b"x"),
    ],
)
async def test_broken_multipart(kind: str, body: bytes) -> None:
    async with desk() as running:
        headers = {"Content-Type": kind}
        async with running.client.post(f"{PREFIX}/api/files", data=body, headers=headers) as response:
            assert response.status in (400, 415)
            assert (await response.json())["error"]
        assert not running.attachments.stored


@pytest.mark.parametrize(
    "path",
    [
        "history",
        "history?room=1&before=x",
        "history?room=1&before=-1",
        "history?room=1&before=99999999999999999999",
        "feed?after=x",
        "feed?after=-1",
        "feed?after=%C2%B2",
        "trace/0",
        "trace/x",
        "trace/99999999999999999999999",
        "file/" + "0" * 64,
        "file/x",
        "nothing",
        "messages",
    ],
)
async def test_odd_addresses(path: str) -> None:
    async with desk() as running:
        status, answer = await running.get(path)
        assert 400 <= status < 500
        assert answer["error"]
