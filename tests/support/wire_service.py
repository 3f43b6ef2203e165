"""``python -m tests.support.wire_service --data DIR --sink URL [--hold] [--products N] [--die POINT:COUNT]``: the real
service with the wire channel instead of a platform. ``--hold`` acknowledges and commits but leaves the handling to a
later start; ``--die`` ends the process at an instant of :mod:`tests.support.dying`."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from bot import logs
from bot.service import Service
from bot.serving import serve
from bot.settings import Settings
from tests.support import big_catalog
from tests.support.dying import Death
from tests.support.processes import announce
from tests.support.wire_channel import PLATFORM, WireChannel

ACCOUNTS = 400  # accounts "u0" … of the wire platform, all salespeople of the sample firm


class HoldingService(Service):
    """Takes events in and does nothing about them."""

    def _open(self) -> None:
        super()._open()
        vars(self.dispatcher._intake)["_take_up"] = lambda _item: None


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sink", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--hold", action="store_true")
    parser.add_argument("--products", type=int, default=0)
    parser.add_argument("--die", default="")
    options = parser.parse_args()
    death = Death(options.die)
    settings = Settings(data_dir=options.data, port=options.port, log_level="WARNING")
    logs.configure("WARNING", settings.logs_dir, terminal=False)
    kind = HoldingService if options.hold else Service
    service = kind(settings, demo=True, extra=[lambda self: WireChannel(self.dispatcher, options.sink, death)])

    async def prepare(started: Service) -> None:
        now = started.clock()
        await started.store.write(lambda session: big_catalog.bind_accounts(session, PLATFORM, ACCOUNTS, now))
        if options.products:
            await big_catalog.fill(started.store, options.products, started.clock())
        await started.wait_ready()
        death.watch(started.store)
        death.arm()
        announce(started.port)

    tasks: list[asyncio.Task[None]] = []
    asyncio.run(serve(service, lambda started: tasks.append(asyncio.create_task(prepare(started)))))


if __name__ == "__main__":
    main()
