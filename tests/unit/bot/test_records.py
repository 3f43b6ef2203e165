"""A given-up card sent again comes as it is now."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.records import retry_dead
from inventory_core import documents, partners
from inventory_core.views import DraftContent, DraftLine, Kind
from notifications import delivery, outbox
from tests.support.chat import PLATFORM, Firm, fresh_firm


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


def test_a_card_given_up_on_and_sent_again_shows_the_document_as_it_is_now(shop: Firm) -> None:
    customer = partners.partners(shop.session, "customer")[1]
    line = DraftLine(product_id=shop.product("SLD").id)
    author = shop.person("销售").id
    wanted = DraftContent(Kind.SALES_ORDER, customer.id, lines=(line,))
    view = documents.create_draft(shop.session, wanted, author, shop.now, chat="1", platform=PLATFORM)
    outbox.publish(shop.session, view, to=[(PLATFORM, "1")], now=shop.now)
    [row] = delivery.due(shop.session, shop.now)
    assert delivery.claim(shop.session, row.id, shop.now)
    delivery.failed(shop.session, row.id, "refused", None)
    wanted = DraftContent(Kind.SALES_ORDER, customer.id, note="明早要", lines=(line,))
    view = documents.change(shop.session, view.id, view.version, wanted, author, shop.now)
    outbox.publish(shop.session, view, to=[], now=shop.now)
    assert retry_dead(shop.session, row.id, shop.now)
    [again] = delivery.due(shop.session, shop.now)
    assert again.id != row.id
    assert "明早要" in again.body
    assert not retry_dead(shop.session, row.id, shop.now)


def test_a_text_given_up_on_is_sent_again_as_it_was(shop: Firm) -> None:
    row_id = outbox.say(shop.session, PLATFORM, "1", "早上好", now=shop.now)
    assert delivery.claim(shop.session, row_id, shop.now)
    delivery.failed(shop.session, row_id, "refused", None)
    assert retry_dead(shop.session, row_id, shop.now)
    assert [row.id for row in delivery.due(shop.session, shop.now)] == [row_id]
