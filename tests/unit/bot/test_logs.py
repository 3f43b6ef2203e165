"""What must never stand in a log."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from aiohttp import web

from bot import logs


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    logs.configure("INFO", tmp_path, terminal=False)
    yield tmp_path
    logs.configure("WARNING", None, terminal=False)


def lines(folder: Path) -> list[dict[str, object]]:
    for handler in logging.getLogger().handlers:
        handler.flush()
    path = folder / "danju.log"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def test_secrets_are_blanked_and_the_message_id_stands_in_every_line(folder: Path) -> None:
    log = structlog.get_logger("test")
    with structlog.contextvars.bound_contextvars(message=7):
        log.info("token_refreshed", app_secret="s3cr3t", access_token="t0k3n", corp="ww1")
    [line] = lines(folder)
    assert (line["message"], line["corp"]) == (7, "ww1")
    assert "s3cr3t" not in json.dumps(line)
    assert "t0k3n" not in json.dumps(line)


def test_a_trace_shows_code_and_no_local_variables(folder: Path) -> None:
    password = "hunter2"
    try:
        raise ValueError("no good")
    except ValueError:
        structlog.get_logger("test").exception("failed")
    [line] = lines(folder)
    assert "ValueError: no good" in str(line["exception"])
    assert password not in json.dumps(line)


async def test_a_request_that_is_no_http_is_not_quoted(folder: Path) -> None:
    runner = web.AppRunner(web.Application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    reader, writer = await asyncio.open_connection("127.0.0.1", runner.addresses[0][1])
    writer.write(b"GET / HTTP/1.1\r\nbad header s3cr3t\r\n\r\n")
    await writer.drain()
    assert b"400" in await reader.read(100)
    writer.close()
    await runner.cleanup()
    assert "s3cr3t" not in json.dumps(lines(folder))
