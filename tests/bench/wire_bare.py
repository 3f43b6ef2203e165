"""``python -m tests.bench.wire_bare``: the yardstick, handlers that verify and decrypt with the same code, and store
nothing.

``python -m tests.bench.wire_bare load`` is the load generator: reads a JSON job from standard input, makes its signed
bodies, posts them, prints {posted, seconds, statuses}. ``… modules`` says what a service without a long connection has
imported.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot import logs
from bot.feishu import crypto
from bot.service import Service
from bot.settings import Settings
from bot.wecom.guards import Guard
from tests.bench import wire_bodies
from tests.bench.wire_bodies import ENCRYPT_KEY, FEISHU_PATH, MAKERS, WECOM_PATH
from tests.support.processes import announce
from tests.support.wecom_crypto import AGENT, CORP, KEY, TOKEN

#: What only the long connection's child, and the vendors' own clients, may bring along.
HEAVY = ("lark_oapi", "httpx", "requests", "websockets")


def bare() -> web.Application:
    guard = Guard(token=TOKEN, aes_key=KEY, corp_id=CORP, agent_id=AGENT)

    async def feishu(request: web.Request) -> web.Response:
        body, header = await request.read(), request.headers
        timestamp, nonce = header["X-Lark-Request-Timestamp"], header["X-Lark-Request-Nonce"]
        if not crypto.signed(header["X-Lark-Signature"], timestamp, nonce, ENCRYPT_KEY, body):
            return web.Response(status=401)
        crypto.parse_object(crypto.decrypt(ENCRYPT_KEY, str(crypto.parse_object(body)["encrypt"])))
        return web.json_response({})

    async def wecom(request: web.Request) -> web.Response:
        guard.message(request.query, await request.read())
        return web.Response()

    app = web.Application()
    app.router.add_post(FEISHU_PATH, feishu)
    app.router.add_post(WECOM_PATH, wecom)
    return app


async def serve() -> None:
    runner = web.AppRunner(bare(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    announce(runner.addresses[0][1])
    await asyncio.Event().wait()


async def load(job: dict[str, Any]) -> dict[str, Any]:
    """Post ``count`` bodies of ``platform``, ``at_once`` at a time."""
    make, texts = MAKERS[job["platform"]], job["texts"]
    bodies = iter([make(texts[number % len(texts)], number) for number in range(int(job["count"]))])
    statuses: Counter[int] = Counter()

    async def caller(session: aiohttp.ClientSession) -> None:
        for path, headers, body in bodies:
            async with session.post(job["url"] + path, headers=headers, data=body) as answer:
                await answer.read()
                statuses[answer.status] += 1

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=int(job["at_once"]))) as session:
        started = time.perf_counter()
        await asyncio.gather(*(caller(session) for _ in range(int(job["at_once"]))))
        seconds = time.perf_counter() - started
    return {"posted": statuses.total(), "seconds": seconds, "statuses": {str(k): n for k, n in statuses.items()}}


async def modules(platform: str) -> list[str]:
    """Which heavy modules a service of this process has imported after it took an event in: ``feishu`` by webhook, or
    ``wecom`` alone."""
    folder = Path(tempfile.mkdtemp(prefix="danju-bench-"))
    given = {name: value for name, value in wire_bodies.SETTINGS.items() if name.startswith(platform)}
    logs.configure("ERROR", None, terminal=False)
    service = Service(Settings(data_dir=folder / "data", port=0, log_level="ERROR", **given), demo=True)
    await service.start()
    try:
        job = {"platform": platform, "url": service.url, "count": 3, "at_once": 1, "texts": ["库存"]}
        taken = (await load(job))["statuses"]
        await service.dispatcher.idle()
    finally:
        await service.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if taken != {"200": 3}:
        raise RuntimeError(f"events were not taken: {taken}")
    return sorted({name.partition(".")[0] for name in sys.modules} & set(HEAVY))


def main() -> None:
    match sys.argv[1:]:
        case ["load"]:
            print(json.dumps(asyncio.run(load(json.load(sys.stdin)))))
        case ["modules", platform]:
            print(json.dumps(asyncio.run(modules(platform))))
        case _:
            asyncio.run(serve())


if __name__ == "__main__":
    main()
