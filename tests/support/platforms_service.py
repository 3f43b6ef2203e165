"""``python -m tests.support.platforms_service --data DIR --people N --settings JSON``: the real service with its real
channels, connected to simulated platforms whose addresses and credentials the JSON names. Every account ``p0`` … of
each platform is a salesperson of its own."""

from __future__ import annotations

import argparse
import asyncio
import json
from decimal import Decimal
from functools import partial
from pathlib import Path

from sqlmodel import Session

from bot import logs
from bot.service import Service
from bot.serving import serve
from bot.settings import Settings
from inventory_core import people, products, stock
from inventory_core.sql import value
from inventory_core.stock import OpeningItem
from inventory_core.views import Role
from tests.support.processes import announce
from tests.support.wire_service import HoldingService

GOODS = ("LS0830D", "LS0620D", "LS0840D", "LS0630D")
PLATFORMS = ("feishu", "wecom", "wecombot")


def account(platform: str, number: int) -> str:
    """The account of a platform's person; Feishu's look like open ids."""
    return f"ou_{number:032x}" if platform == "feishu" else f"p{number}"


def bring_goods(session: Session, service: Service) -> None:
    """More of what is ordered than ten minutes can use up."""
    already = value(session, "SELECT 1 FROM person WHERE name = 'wecombot业务0'")
    if already is None:
        found = [products.product_by_sku(session, sku) for sku in GOODS]
        items = [OpeningItem(product.id, Decimal(5_000_000)) for product in found if product is not None]
        boss = people.with_role(session, Role.BOSS)[0]
        stock.post_opening(session, items, boss.id, service.clock())


def bind_people(session: Session, count: int, service: Service) -> None:
    now = service.clock()
    for platform in PLATFORMS:
        for number in range(count):
            who = account(platform, number)
            if people.person_of(session, platform, who) is None:
                person = people.add_person(session, f"{platform}业务{number}", frozenset({Role.SALES}), now)
                people.bind(session, person.id, platform, who, now)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--settings", required=True)
    parser.add_argument("--people", type=int, default=1)
    parser.add_argument("--hold", action="store_true")  # events are taken in, nothing is done about them
    options = parser.parse_args()
    settings = Settings(data_dir=options.data, port=0, log_level="WARNING", **json.loads(options.settings))
    logs.configure("WARNING", settings.logs_dir, terminal=False)
    service = (HoldingService if options.hold else Service)(settings, demo=True)

    async def prepare(started: Service) -> None:
        await started.store.write(partial(bring_goods, service=started))
        await started.store.write(partial(bind_people, count=options.people, service=started))
        await started.wait_ready()
        announce(started.port)

    tasks: list[asyncio.Task[None]] = []
    asyncio.run(serve(service, lambda started: tasks.append(asyncio.create_task(prepare(started)))))


if __name__ == "__main__":
    main()
