"""``python -m tests.support.sink``: the receiving end of the wire channel, in a process of its own.

It honours idempotency keys as a platform does: the same key again is answered with the same id and shown once. GET /log
gives what was shown, in order; POST /fail/N makes the next N sends fail after their effect (the nasty kind).
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.support.processes import announce


class Sink:
    def __init__(self) -> None:
        self.shown: list[dict[str, Any]] = []
        self.by_key: dict[str, str] = {}
        self.received = 0
        self.repeated = 0
        self.failing = 0
        self.lost_answers = 0

    async def take(self, request: web.Request) -> web.Response:
        item = json.loads(await request.text())
        self.received += 1
        key = item["key"]
        if key in self.by_key:
            self.repeated += 1
        else:
            self.by_key[key] = f"m{len(self.by_key) + 1}"
            item["ref"] = self.by_key[key]
            self.shown.append(item)
        if self.failing > 0:
            self.failing -= 1
            self.lost_answers += 1
            return web.Response(status=503)
        return web.Response(text=self.by_key[key])

    async def log(self, request: web.Request) -> web.Response:
        start = int(request.query.get("after", "0"))
        counts = {"received": self.received, "repeated": self.repeated, "lost_answers": self.lost_answers}
        return web.json_response({"shown": self.shown[start:], "total": len(self.shown), **counts})

    async def fail(self, request: web.Request) -> web.Response:
        self.failing += int(request.match_info["count"])
        return web.Response()


def application() -> web.Application:
    sink = Sink()
    app = web.Application(client_max_size=4 * 1024 * 1024)
    app.router.add_post("/take", sink.take)
    app.router.add_get("/log", sink.log)
    app.router.add_post("/fail/{count}", sink.fail)
    return app


async def main() -> None:
    import asyncio

    runner = web.AppRunner(application(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    announce(runner.addresses[0][1])
    await asyncio.Event().wait()


if __name__ == "__main__":
    import asyncio

    asyncio.run(main())
