"""Every document's card leads to a page and its paper, for the person whose card it is."""

from __future__ import annotations

import aiohttp
from sqlmodel import Session

from inventory_core import people
from tests.support.firm import Firm

ORDER = "永兴建材店 M8*30镀锌螺丝 5盒 单价14.5 明天送"


async def get(address: str) -> tuple[int, str, bytes]:
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status, answer.content_type, await answer.read()


async def test_a_card_leads_to_the_page_and_the_paper(firm: Firm) -> None:
    [card] = await firm.say("销售", ORDER)
    link = card.card.link
    assert link is not None
    status, kind, body = await get(link)
    page = body.decode()
    assert (status, kind) == (200, "text/html")
    assert "永兴建材店" in page
    assert "外六角螺栓" in page
    assert "72.50" in page
    for query in ("", "?size=241", "?size=241&prices=0"):
        status, kind, body = await get(f"{link}.pdf{query}")
        assert (status, kind, body[:5]) == (200, "application/pdf", b"%PDF-")


async def test_prices_can_be_left_out(firm: Firm) -> None:
    [card] = await firm.say("销售", ORDER)
    _status, _kind, body = await get(f"{card.card.link}?prices=0")
    assert "72.50" not in body.decode()


async def test_a_keepers_link_to_a_receipt_shows_no_cost(firm: Firm) -> None:
    await firm.say("采购", "永固到货 M8*30镀锌螺丝 20盒 单价12")
    await firm.click("采购", firm.card("采购"), "确认")
    shown = await firm.say("仓管", "RK-0020")
    link = shown[-1].card.link
    assert link is not None
    _status, _kind, body = await get(link)
    assert "永固标准件厂" in body.decode()
    assert "240" not in body.decode()


async def test_a_link_ends_with_its_persons_rights(firm: Firm) -> None:
    [card] = await firm.say("销售", ORDER)
    assert card.card.link is not None

    def leave(session: Session) -> None:
        seller = people.find_person(session, "小李")
        assert seller is not None
        people.deactivate(session, seller.id, None, firm.clock())

    await firm.service.store.write(leave)
    status, _kind, body = await get(card.card.link)
    assert status == 404
    assert "停用" in body.decode()


async def test_a_made_up_link_opens_nothing(firm: Firm) -> None:
    status, _kind, body = await get(f"{firm.service.url}/d/MS4xLjk5OTk5OTk5OTk.AAAAAAAAAAAAAAAAAAAAAAAA")
    assert status == 404
    assert "链接" in body.decode()
