"""A channel over plain loopback HTTP, for benchmarks and crash tests: events are posted to us, sends go to a sink.

The sink is another process that honours idempotency keys, so what it saw survives our kill.
"""

from __future__ import annotations

import json

import aiohttp
from aiohttp import web

from bot.channel import Outgoing, SendFailed
from bot.dispatcher import Dispatcher
from bot.inbound import Inbound
from tests.support.dying import Death

PLATFORM = "wire"


class WireChannel:
    """Implements ``bot.channel.Channel``; ``mount`` adds its routes. An event posted with ``?twice`` is
    also put in line again while it is being handled, as an administrator's retry would."""

    platform = PLATFORM

    def __init__(self, dispatcher: Dispatcher, sink: str, death: Death | None = None) -> None:
        self._dispatcher = dispatcher
        self._sink = sink
        self._death = death or Death()
        self._session: aiohttp.ClientSession | None = None

    def mount(self, app: web.Application) -> None:
        app.router.add_post("/wire/events", self._event)
        app.router.add_post("/wire/clicks", self._click)
        app.cleanup_ctx.append(self._client)

    async def start(self) -> None:
        """Nothing lives beside the routes."""

    async def stop(self) -> None:
        """Nothing lives beside the routes."""

    async def _client(self, _app: web.Application):  # type: ignore[no-untyped-def]
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64))
        yield
        await self._session.close()

    async def _event(self, request: web.Request) -> web.Response:
        inbox_id = await self._dispatcher.accept(Inbound.from_json(await request.text()))
        if "twice" in request.query:
            await self._dispatcher.retry(inbox_id)
        return web.Response()

    async def _click(self, request: web.Request) -> web.Response:
        result = await self._dispatcher.click(Inbound.from_json(await request.text()))
        return web.json_response({"toast": result.toast, "tone": result.tone})

    async def send(self, item: Outgoing) -> str:
        assert self._session is not None
        body = {
            "key": item.key,
            "chat": item.chat,
            "kind": item.kind,
            "body": item.body,
            "target": item.target_ref,
            "outbox": item.id,
        }
        self._death.at("before_send")
        try:
            async with self._session.post(self._sink, data=json.dumps(body, ensure_ascii=False)) as answer:
                if answer.status != 200:
                    raise SendFailed(f"sink said {answer.status}", retry_after=0.05)
                ref = (await answer.text()) or item.key
                self._death.at("after_send")
                return ref
        except aiohttp.ClientError as error:
            raise SendFailed(str(error), retry_after=0.1) from error

    async def fetch(self, ref: str) -> bytes:
        raise SendFailed(f"nothing to fetch at {ref}", permanent=True)
