"""The console's routes, as an application to mount under ``/console``."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import datetime
from importlib import resources
from importlib.resources.abc import Traversable

import structlog
from aiohttp import web
from sqlalchemy.exc import OperationalError

from bot.console import guard
from bot.console.channel import ConsoleChannel, utc_now
from bot.console.feed import Feed
from bot.console.hub import Hub
from bot.console.look import Look
from bot.console.ports import AttachmentPort, Directory, Door, Records, StorePort
from bot.console.talk import Talk
from bot.console.wire import Wrong
from inventory_core.errors import DanjuError, NotAllowed, NotFound

PREFIX = "/console"
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = structlog.get_logger(__name__)


class Console:
    """The channel and the page over one store.

    ``channel`` goes to the outbox sender, ``application()`` is mounted with ``app.add_subapp(PREFIX, …)``.

    Raises:
        ConsoleForbidden: ``demo`` is false, or ``host`` (where the service listens) is not a loopback name.
    """

    def __init__(
        self,
        *,
        door: Door,
        store: StorePort,
        attachments: AttachmentPort,
        directory: Directory,
        records: Records,
        demo: bool,
        host: str,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        guard.check_place(demo=demo, host=host)
        self.hub = Hub()
        self.channel = ConsoleChannel(store, attachments, self.hub, clock)
        self._talk = Talk(door, store, attachments, directory, self.hub, clock)
        self._look = Look(door, store, attachments, directory, records, self.hub, clock)
        self._feed = Feed(store, self.hub)
        self._assets = _assets()

    def application(self) -> web.Application:
        """The routes, guarded. Its shutdown ends the open feeds."""
        app = web.Application(middlewares=[_answer_errors, _guard])
        app.add_routes(
            [
                web.get("", self._slash),
                web.get("/", self._page),
                web.get("/problems", self._page),
                web.get("/static/{path:.+}", self._static),
                web.get("/api/firm", self._look.firm, allow_head=False),
                web.get("/api/history", self._look.history, allow_head=False),
                web.get("/api/feed", self._feed.handle, allow_head=False),
                web.get("/api/file/{sha256:[0-9a-f]{64}}", self._look.file, allow_head=False),
                web.get(r"/api/trace/{message:\d{1,15}}", self._look.trace, allow_head=False),
                web.get("/api/problems", self._look.problems, allow_head=False),
                web.post("/api/problems/retry", self._look.retry),
                web.post("/api/messages", self._talk.say),
                web.post("/api/clicks", self._talk.click),
                web.post("/api/recall", self._talk.recall),
                web.post("/api/files", self._talk.upload),
            ]
        )
        app.on_response_prepare.append(_secure)
        app.on_shutdown.append(self._end)
        return app

    async def _end(self, _app: web.Application) -> None:
        self.hub.close()

    async def _slash(self, _request: web.Request) -> web.StreamResponse:
        raise web.HTTPPermanentRedirect(f"{PREFIX}/")

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return self._asset(request, "index.html")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return self._asset(request, request.match_info["path"])

    def _asset(self, request: web.Request, name: str) -> web.StreamResponse:
        found = self._assets.get(name)
        if found is None:
            raise web.HTTPNotFound(text="没有这个页面")
        body, kind, tag = found
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)


@web.middleware
async def _guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
    sentence = guard.refusal(request)
    if sentence is not None:
        log.warning("console_refused", path=request.path, reason=sentence)
        raise Wrong(sentence, 403)
    return await handler(request)


@web.middleware
async def _answer_errors(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Every refusal becomes {error: a sentence}; only what nobody foresaw stays a 500, with its trace in the log."""
    try:
        return await handler(request)
    except Wrong as error:
        return _error(error.sentence, error.status)
    except NotFound as error:
        return _error(str(error), 400)
    except NotAllowed as error:
        return _error(str(error), 403)
    except DanjuError as error:
        return _error(str(error), 409)
    except (OperationalError, sqlite3.OperationalError):
        log.exception("console_store_failed", path=request.path)
        return _error("数据库暂时写不进去（磁盘满了或被别的程序占用），请稍后再试", 503)
    except web.HTTPException as error:
        if error.status < 400 or "/api/" not in request.path:
            raise
        return _error({404: "没有这个地址", 405: "这个地址不支持这种请求"}.get(error.status, "请求不对"), error.status)


async def _secure(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in guard.SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)


def _error(sentence: str, status: int) -> web.Response:
    return web.json_response({"error": sentence}, status=status)


def _assets() -> dict[str, tuple[bytes, str, str]]:
    """Path → (bytes, type, entity tag) of every file of the page. Read once: no request reaches the file system."""
    found: dict[str, tuple[bytes, str, str]] = {}
    folders: list[tuple[str, Traversable]] = [("", resources.files("bot.console") / "static")]
    while folders:
        prefix, folder = folders.pop()
        for entry in folder.iterdir():
            if entry.is_dir():
                folders.append((f"{prefix}{entry.name}/", entry))
                continue
            kind = _TYPES.get("." + entry.name.rpartition(".")[2])
            if kind is not None:
                body = entry.read_bytes()
                found[prefix + entry.name] = (body, kind, f'"{hashlib.sha256(body).hexdigest()[:20]}"')
    return found
