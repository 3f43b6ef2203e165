"""The console acts as other people, so it listens to this machine, this page and demo data only."""

from __future__ import annotations

import re

import pytest

from bot.console.api import PREFIX, Console
from bot.console.guard import ConsoleForbidden
from tests.support.console import (
    SELLER,
    Desk,
    FakeRecords,
    MemoryAttachments,
    MemoryStore,
    RememberingDoor,
    directory,
)

MESSAGE = {"as": SELLER, "room": "1", "text": "要10盒"}


@pytest.mark.parametrize(("demo", "host"), [(False, "127.0.0.1"), (True, "0.0.0.0"), (True, "192.168.1.5"), (True, "")])
def test_no_console_on_real_data_or_an_open_address(demo: bool, host: str) -> None:
    with pytest.raises(ConsoleForbidden):
        Console(
            door=RememberingDoor(),
            store=MemoryStore(),
            attachments=MemoryAttachments(),
            directory=directory,
            records=FakeRecords(),
            demo=demo,
            host=host,
        )


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.x:{port}"]
)
@pytest.mark.parametrize("path", ["/", "/api/firm", "/api/feed", "/static/app.js"])
async def test_a_rebound_name_is_refused_everywhere(desk: Desk, host: str, path: str) -> None:
    headers = {"Host": host.format(port=desk.client.port)}
    async with desk.client.get(PREFIX + path, headers=headers) as response:
        assert response.status == 403


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
async def test_loopback_names_are_welcome(desk: Desk, name: str) -> None:
    assert (await desk.get("firm", Host=f"{name}:{desk.client.port}"))[0] == 200


FOREIGN = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_another_page_can_neither_write_nor_listen(desk: Desk, headers: dict[str, str]) -> None:
    for path in ("messages", "clicks", "recall", "files", "problems/retry"):
        status, answer = await desk.post(path, MESSAGE, **headers)
        assert status == 403
        assert "别的网页" in answer["error"]
    for path in ("feed", "firm", "problems", "history?room=1"):
        assert (await desk.get(path, **headers))[0] == 403
    assert not desk.door.accepted


async def test_this_page_may(desk: Desk) -> None:
    own = {"Origin": f"http://127.0.0.1:{desk.client.port}", "Sec-Fetch-Site": "same-origin"}
    assert (await desk.post("messages", MESSAGE, **own))[0] == 200


async def test_a_form_is_no_json(desk: Desk) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        async with desk.client.post(
            f"{PREFIX}/api/messages", data=b'{"as":1,"room":"1","text":"x"}', headers={"Content-Type": kind}
        ) as response:
            assert response.status == 415


async def test_a_body_over_the_cap_is_refused(desk: Desk) -> None:
    status, answer = await desk.post("messages", MESSAGE | {"text": "x" * 600_000})
    assert (status, answer["error"]) == (413, "内容太大，请分几次发")

    async def endless() -> object:
        for _ in range(100):
            yield b" " * 16_384

    async with desk.client.post(
        f"{PREFIX}/api/messages", data=endless(), headers={"Content-Type": "application/json"}
    ) as response:
        assert response.status == 413


async def test_the_page_loads_nothing_from_elsewhere(desk: Desk) -> None:
    async with desk.client.get(f"{PREFIX}/") as response:
        assert response.status == 200
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        page = await response.text()
    assert not re.search(r"https?://|<script>|style=", page)


async def test_static_files_are_named_not_walked_to(desk: Desk) -> None:
    for path in ("..%2fapi.py", "%2e%2e/api.py", "nothing.js", "index.html%00"):
        async with desk.client.get(f"{PREFIX}/static/{path}") as response:
            assert response.status in (403, 404)


async def test_a_full_disk_is_a_sentence(desk: Desk) -> None:
    import sqlite3

    desk.store.broken = sqlite3.OperationalError("database or disk is full")
    status, answer = await desk.post("messages", MESSAGE)
    assert status == 503
    assert "磁盘" in answer["error"]
