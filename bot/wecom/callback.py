"""GET and POST /wecom/callback: the check of the URL, and everything that comes in for the self-built app.

What is acknowledged is on disk. 200 with an empty body is the only acknowledgement; 403 for whatever is not WeCom's,
413 for too much, 503 when the store cannot take it, after which WeCom sends again for some seconds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import web

from bot.failures import describe
from bot.wecom.guards import OUTER_LIMIT, Guard, TooLarge, Untrusted, parameters

log = structlog.get_logger(__name__)

PATH = "/wecom/callback"
READ_SECONDS = 5.0  # WeCom itself gives up then
NOTE_SECONDS = 60.0  # strangers must not fill the disk with notes

Take = Callable[[dict[str, Any]], Awaitable[None]]
Note = Callable[[str, str], Awaitable[None]]


class Callback:
    """The routes of one app. ``take`` commits what came; ``guard`` is None while the settings are unusable."""

    def __init__(
        self, guard: Guard | None, take: Take, note: Note, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._guard = guard
        self._take = take
        self._note = note
        self._clock = clock
        self._noted: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = True

    def mount(self, app: web.Application) -> None:
        """Add the routes. Other paths below /wecom are looked at only to tell ``doctor`` that the URL is mistyped."""
        app.router.add_get(PATH, self.check, allow_head=False)
        app.router.add_post(PATH, self.receive)
        app.router.add_get("/wecom/{rest:.*}", self.elsewhere, allow_head=False)

    async def close(self) -> None:
        """Take nothing more; let notes under way be written."""
        self._open = False
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2.0)

    async def check(self, request: web.Request) -> web.Response:
        """WeCom checks the URL when it is saved: the decrypted echostr, bare, within a second, without the database."""
        try:
            plain = self._ready().echo(request.query)
        except Untrusted as refusal:
            return self._refused(refusal)
        self._remember("verified", "ok")
        return web.Response(body=plain, content_type="text/plain", charset="utf-8")

    async def receive(self, request: web.Request) -> web.Response:
        """A message or an event."""
        try:
            guard = self._ready()
            parameters(request.query)  # before the body is read
            fields = guard.message(request.query, await _body(request))
        except TooLarge as refusal:
            return self._refused(refusal, 413)
        except Untrusted as refusal:
            return self._refused(refusal)
        if not self._open:
            return web.Response(status=503)
        try:
            await self._take(fields)
        except Untrusted as refusal:
            return self._refused(refusal)
        except Exception as error:  # noqa: BLE001  boundary: what is not on disk is not acknowledged; WeCom sends it again
            log.error("wecom_not_taken", error=describe(error))
            return web.Response(status=503)
        self._remember("inbound", "ok")
        return web.Response()

    async def elsewhere(self, request: web.Request) -> web.Response:
        """A wrong path. Where WeCom itself asks (its signature fits), the URL in its console is mistyped."""
        try:
            self._ready().echo(request.query)
        except Untrusted:
            return web.Response(status=404)
        path = request.path[:80]
        return self._refused(
            Untrusted("path", f"企业微信后台填的 URL 路径是 {path}，应当以 {PATH} 结尾；请改好再保存"), 404
        )

    def _ready(self) -> Guard:
        if self._guard is None:
            raise Untrusted(
                "key", "企业微信回调还没有设置好：Token 或 EncodingAESKey 缺了或不对；运行 danju setup wecom"
            )
        return self._guard

    def _refused(self, refusal: Untrusted, status: int = 403) -> web.Response:
        log.warning("wecom_refused_callback", blame=refusal.blame, reason=str(refusal))
        if refusal.blame != "query":  # whoever walks by; says nothing about the settings
            self._remember(f"callback_{refusal.blame}", str(refusal))
        return web.Response(status=status)

    def _remember(self, key: str, value: str) -> None:
        """Note something for ``doctor``, beside the answer and at most once a minute for each key."""
        now = self._clock()
        last = self._noted.get(key)
        if last is not None and now - last < NOTE_SECONDS:
            return
        self._noted[key] = now
        task = asyncio.create_task(self._write(key, value))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write(self, key: str, value: str) -> None:
        try:
            await self._note(key, value)
        except Exception as error:  # noqa: BLE001  boundary: a sick disk is told elsewhere; a note is not worth a failure
            log.warning("note_not_written", error=describe(error))


async def _body(request: web.Request) -> bytes:
    """The body, capped while it comes in.

    Raises:
        TooLarge: over the cap.
        Untrusted: packed, broken off, or too slow.
    """
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Untrusted("form", "有请求到了回调地址，但不是企业微信的：内容是压缩过的")
    if (request.content_length or 0) > OUTER_LIMIT:
        raise TooLarge
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for part in request.content.iter_any():
                size += len(part)
                if size > OUTER_LIMIT:
                    raise TooLarge
                parts.append(part)
    except Untrusted:
        raise
    except Exception as error:  # noqa: BLE001  boundary: a body that breaks off, comes too slowly, or is badly chunked
        raise Untrusted("form", f"企业微信回调没有收完整（{type(error).__name__}）") from None
    return b"".join(parts)
