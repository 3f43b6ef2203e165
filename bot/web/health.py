"""/healthz: the process answers. /readyz: it can take and handle messages. /metrics: Prometheus."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.metrics import Metrics

Ready = Callable[[], Awaitable[str | None]]


def routes(metrics: Metrics, ready: Ready) -> list[web.RouteDef]:
    """``ready`` says in a word what is missing, or None."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def readyz(_request: web.Request) -> web.Response:
        missing = await ready()
        return web.Response(text="ready" if missing is None else missing, status=200 if missing is None else 503)

    async def show_metrics(_request: web.Request) -> web.Response:
        return web.Response(body=metrics.render(), content_type="text/plain", charset="utf-8")

    return [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", show_metrics)]
