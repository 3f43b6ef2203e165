"""``python -m tests.bench.bare``: the yardstick, an aiohttp handler that reads the same bodies and only answers."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.inbound import Inbound
from tests.support.processes import announce


async def event(request: web.Request) -> web.Response:
    Inbound.from_json(await request.text())
    return web.Response()


async def main() -> None:
    app = web.Application()
    app.router.add_post("/wire/events", event)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    announce(runner.addresses[0][1])
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
