"""A document's page leads to its paper in both sizes, with prices and without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from sqlmodel import Session

from bot import links
from bot.store import Store
from bot.web import pages
from inventory_core.views import DocumentView
from notifications.paper.options import Paper
from tests.support.chat import Firm, fresh_firm

KEY = bytes(range(32))
Client = TestClient[web.Request, web.Application]


class Reads:
    """What a page needs of a store."""

    def __init__(self, session: Session) -> None:
        self.session = session

    async def read(self, fn: Callable[[Session], Any]) -> Any:
        return fn(self.session)


class Press:
    """Says what it was asked to print."""

    async def pdf(self, view: DocumentView, paper: Paper) -> bytes:
        return f"{view.label} {paper.size.value} {'with' if paper.prices else 'without'}".encode()


@pytest.fixture
def shop() -> Iterator[Firm]:
    for firm in fresh_firm():
        firm.say("销售", "东风机电 生料带 5卷")
        yield firm


def served(shop: Firm) -> web.Application:
    app = web.Application()
    app.add_routes(pages.routes(cast(Store, Reads(shop.session)), Press(), KEY, lambda: shop.now))
    return app


def path_of(shop: Firm, who: str, label: str) -> str:
    return f"/d/{links.make(KEY, shop.document(label).id, shop.person(who).id, shop.now)}"


def offered(html: str) -> dict[str, str]:
    """Label → address of what stands above the paper."""
    return {label: address.replace("&amp;", "&") for address, label in re.findall(r'<a href="([^"]+)">([^<]+)', html)}


async def test_the_page_offers_both_papers_and_to_leave_out_prices(shop: Firm, aiohttp_client: Any) -> None:
    shop.say("销售", "确认")
    client: Client = await aiohttp_client(served(shop))
    page = await (await client.get(path_of(shop, "销售", "XS-0001"))).text()
    assert list(offered(page)) == ["A4 PDF", "针式纸 PDF", "不带价格"]
    form = await (await client.get(offered(page)["针式纸 PDF"])).text()
    assert form == "XS-0001 241 with"
    bare = await (await client.get(offered(page)["不带价格"])).text()
    assert "10.00" in page
    assert "10.00" not in bare
    assert await (await client.get(offered(bare)["A4 PDF"])).text() == "XS-0001 A4 without"
    assert "10.00" in await (await client.get(offered(bare)["带价格"])).text()


async def test_a_draft_has_a_page_and_no_paper(shop: Firm, aiohttp_client: Any) -> None:
    client: Client = await aiohttp_client(served(shop))
    assert offered(await (await client.get(path_of(shop, "销售", "草稿1"))).text()) == {}


async def test_who_may_not_see_what_goods_cost_is_offered_no_prices(shop: Firm, aiohttp_client: Any) -> None:
    shop.say("采购", "永固到货 M8*30外六角螺栓 20盒 单价12")
    shop.say("采购", "确认")
    client: Client = await aiohttp_client(served(shop))
    page = await (await client.get(path_of(shop, "仓管", "RK-0001"))).text()
    assert "240.00" not in page
    assert await (await client.get(offered(page)["A4 PDF"])).text() == "RK-0001 A4 without"
    assert "240.00" in await (await client.get(path_of(shop, "采购", "RK-0001"))).text()
