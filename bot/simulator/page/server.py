"""The page's routes on a loopback port of their own, behind the console's guard and with its security headers."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.console import files, guard, wire
from bot.console.wire import Wrong
from bot.simulator.cast import PLATFORMS, STRANGER
from bot.simulator.page.feed import Feed
from bot.simulator.session import Session, SimulateRefused
from inventory_core.errors import DanjuError

_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FILE_LIMIT = 20 * 1024 * 1024
_LOOPBACK = "127.0.0.1"
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Page:
    """``await start(port)`` gives the address."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._feed = Feed(session)
        self._assets = {**_assets("bot.console", "console/"), **_assets("bot.simulator.page", "")}
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> str:
        """Listen; 0: any free port.

        Raises:
            SimulateRefused: the port is taken.
        """
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=2.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, _LOOPBACK, port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise SimulateRefused(
                f"端口 {port} 用不了（{error.strerror}），换一个：danju simulate --port 8777"
            ) from None
        return f"http://{_LOOPBACK}:{self._runner.addresses[0][1]}/"

    async def stop(self) -> None:
        self._session.board.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def application(self) -> web.Application:
        app = web.Application(middlewares=[_errors, _guarded], client_max_size=_FILE_LIMIT + 65_536)
        app.add_routes(
            [
                web.get("/", self._index),
                web.get("/static/{path:.+}", self._static),
                web.get("/api/state", self._state, allow_head=False),
                web.get("/api/feed", self._feed.handle, allow_head=False),
                web.get("/api/file", self._file, allow_head=False),
                web.get("/api/image/{key}", self._image, allow_head=False),
                web.post("/api/say", self._say),
                web.post("/api/click", self._click),
                web.post("/api/recall", self._recall),
                web.post("/api/send-file", self._send_file),
                web.post("/api/group", self._group),
            ]
        )
        app.on_response_prepare.append(_secure)
        return app

    # ---------------------------------------------------------------- the page itself

    async def _index(self, request: web.Request) -> web.StreamResponse:
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

    # ---------------------------------------------------------------- looking

    async def _state(self, _request: web.Request) -> web.Response:
        session = self._session
        people = [
            {
                "name": member.name,
                "words": list(member.words) or ["没登记"],
                "known": member.name != STRANGER,
                "chats": {platform: session.chat(member.name, platform) for platform in PLATFORMS},
            }
            for member in session.members.values()
        ]
        groups = [
            {"name": group.name, "members": list(group.members), "chats": group.chats}
            for group in session.groups.values()
        ]
        return _json(
            {
                "run": session.run,
                "bot": session.feishu.config.app_name,
                "platforms": [{"id": key, "name": name} for key, name in PLATFORMS.items()],
                "people": people,
                "groups": groups,
                "console": f"{session.service.url}/",
            }
        )

    async def _file(self, request: web.Request) -> web.Response:
        found = self._session.file(request.query.get("platform", ""), request.query.get("ref", ""))
        if found is None:
            raise Wrong("没有这个文件", 404)
        return _bytes(*found)

    async def _image(self, request: web.Request) -> web.Response:
        resource = self._session.feishu.world.resources.get(request.match_info["key"])
        if resource is None:
            raise Wrong("没有这张图片", 404)
        return _bytes(resource.name, resource.data)

    # ---------------------------------------------------------------- doing

    async def _say(self, request: web.Request) -> web.Response:
        data = await wire.read_json(request)
        text = wire.clean_text(wire.string(data, "text", wire.TEXT_LIMIT)).strip()
        if not text:
            raise Wrong("写点什么再发")
        who, platform, room = _place(data)
        quoted = wire.optional_string(data, "quote")
        if quoted and quoted not in self._session.platforms[platform].shown.messages:
            raise Wrong("引用的消息不在了")
        return _json({"ref": await self._session.say(who, platform, text, room, quoted or None)})

    async def _click(self, request: web.Request) -> web.Response:
        data = await wire.read_json(request)
        who, platform, room = _place(data)
        ref, token = wire.string(data, "ref"), wire.string(data, "token", 1100)
        # A browser that goes away takes no click back.
        work = self._session.click(who, platform, ref, token, wire.string_map(data, "values"), room)
        answer = await asyncio.shield(work)
        return _json({"toast": answer.toast, "tone": answer.tone, "error": answer.error, "seconds": answer.seconds})

    async def _recall(self, request: web.Request) -> web.Response:
        data = await wire.read_json(request)
        who, platform, room = _place(data)
        await self._session.recall(who, platform, wire.string(data, "ref"), room)
        return _json({})

    async def _send_file(self, request: web.Request) -> web.Response:
        """The file is the body; everything else stands in the address."""
        query: dict[str, Any] = dict(request.query)
        who, platform, room = _place(query)
        name = files.clean_name(wire.clean_text(wire.string(query, "name", 1000)))
        if request.content_length is None or request.content_length > _FILE_LIMIT:
            raise Wrong("文件超过 20 MB，平台不收", 413)
        content = await request.read()
        if not content:
            raise Wrong("这个文件是空的")
        return _json({"ref": await self._session.send_file(who, platform, name, content, room)})

    async def _group(self, request: web.Request) -> web.Response:
        data = await wire.read_json(request)
        name, members = wire.string(data, "name", 30).strip(), data.get("members")
        if not name or name in self._session.groups:
            raise Wrong("群名空着，或已经有这个群")
        if not isinstance(members, list) or not all(one in self._session.members for one in members):
            raise Wrong("成员不对")
        self._session.add_group(name, [str(one) for one in members])
        return _json({})


def _place(data: dict[str, Any]) -> tuple[str, str, str]:
    platform = wire.string(data, "platform", 20)
    if platform not in PLATFORMS:
        raise Wrong("没有这个平台")
    return wire.string(data, "who", 100), platform, wire.optional_string(data, "room", 100)


def _json(data: object) -> web.Response:
    response = web.json_response(data)
    response.headers["Cache-Control"] = "no-store"
    return response


def _bytes(name: str, content: bytes) -> web.Response:
    kind = files.media_type(content)
    place = "attachment" if kind is None else "inline"
    headers = {"Content-Disposition": f"{place}; filename*=UTF-8''{quote(name, safe='')}", "Cache-Control": "private"}
    if kind == "application/pdf":
        headers["Content-Security-Policy"] = "frame-ancestors 'none'"  # the browser's viewer needs its own styles
    return web.Response(body=content, content_type=kind or "application/octet-stream", headers=headers)


@web.middleware
async def _guarded(request: web.Request, handler: _Handler) -> web.StreamResponse:
    sentence = guard.refusal(request)
    if sentence is not None:
        raise Wrong(sentence, 403)
    return await handler(request)


@web.middleware
async def _errors(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Every refusal becomes {error: a sentence}."""
    try:
        return await handler(request)
    except Wrong as error:
        return web.json_response({"error": error.sentence}, status=error.status)
    except DanjuError as error:
        return web.json_response({"error": str(error)}, status=409)
    except (ValueError, KeyError, PermissionError):
        if "/api/" not in request.path:
            raise
        return web.json_response({"error": "平台不接受这个操作"}, status=409)
    except web.HTTPException as error:
        if error.status < 400 or "/api/" not in request.path:
            raise
        return web.json_response({"error": "没有这个地址，或不支持这种请求"}, status=error.status)


async def _secure(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in guard.SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)


def _assets(package: str, prefix: str) -> dict[str, tuple[bytes, str, str]]:
    """Path → (bytes, type, entity tag). The console's style and small helpers are used as they are."""
    found: dict[str, tuple[bytes, str, str]] = {}
    folders: list[tuple[str, Traversable]] = [(prefix, resources.files(package) / "static")]
    while folders:
        start, folder = folders.pop()
        for entry in folder.iterdir():
            if entry.is_dir():
                folders.append((f"{start}{entry.name}/", entry))
                continue
            kind = _TYPES.get("." + entry.name.rpartition(".")[2])
            if kind is not None:
                body = entry.read_bytes()
                found[start + entry.name] = (body, kind, f'"{hashlib.sha256(body).hexdigest()[:20]}"')
    return found
