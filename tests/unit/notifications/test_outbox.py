"""What goes out: once per key, in order, one card per place, the newest state only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from inventory_core import documents, partners
from inventory_core.views import DocumentView, DraftContent, DraftLine, Kind
from notifications import actions, card_json, delivery, outbox
from notifications.card import Card
from tests.support.chat import PLATFORM, Firm, fresh_firm

HERE = (PLATFORM, "1")
THERE = (PLATFORM, "group:all")


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


def draft(shop: Firm, note: str = "") -> DocumentView:
    customer = partners.partners(shop.session, "customer")[1]
    wanted = DraftContent(
        Kind.SALES_ORDER, customer.id, note=note or None, lines=(DraftLine(product_id=shop.product("SLD").id),)
    )
    return documents.create_draft(shop.session, wanted, shop.person("销售").id, shop.now, chat="1", platform=PLATFORM)


def waiting(shop: Firm) -> list[delivery.Waiting]:
    return delivery.due(shop.session, shop.now)


def test_the_same_key_is_said_once(shop: Firm) -> None:
    first = outbox.say(shop.session, *HERE, "你好", key="k", now=shop.now)
    assert outbox.say(shop.session, *HERE, "你好", key="k", now=shop.now) == first
    assert [row.body for row in waiting(shop)] == ["你好"]
    assert outbox.was_said(shop.session, "k")


def test_keys_of_one_message_are_stable_over_a_second_run(shop: Firm) -> None:
    def unit() -> list[str]:
        outbox.say(shop.session, *HERE, "一", inbox_id=9, now=shop.now)
        outbox.say(shop.session, *THERE, "二", inbox_id=9, now=shop.now)
        return [row.key for row in waiting(shop)]

    nested = shop.session.begin_nested()
    first = unit()
    nested.rollback()
    assert unit() == first


def test_one_chat_is_served_in_order_and_others_do_not_wait(shop: Firm) -> None:
    outbox.say(shop.session, *HERE, "一", key="1", now=shop.now)
    outbox.say(shop.session, *HERE, "二", key="2", now=shop.now)
    outbox.say(shop.session, *THERE, "三", key="3", now=shop.now)
    assert [row.body for row in waiting(shop)] == ["一", "三"]
    first = waiting(shop)[0]
    assert delivery.claim(shop.session, first.id, shop.now)
    assert not delivery.claim(shop.session, first.id, shop.now)
    assert [row.body for row in waiting(shop)] == ["三"]
    delivery.sent(shop.session, first.id, "b1", shop.now)
    assert [row.body for row in waiting(shop)] == ["二", "三"]


def test_a_failed_send_waits_and_a_hopeless_one_lets_others_pass(shop: Firm) -> None:
    outbox.say(shop.session, *HERE, "一", key="1", now=shop.now)
    outbox.say(shop.session, *HERE, "二", key="2", now=shop.now)
    (first,) = waiting(shop)
    delivery.claim(shop.session, first.id, shop.now)
    delivery.failed(shop.session, first.id, "busy", shop.now + timedelta(seconds=5))
    assert waiting(shop) == []
    shop.later(seconds=6)
    assert [row.attempts for row in waiting(shop)] == [1]
    delivery.claim(shop.session, first.id, shop.now)
    delivery.failed(shop.session, first.id, "gone", None)
    assert [row.body for row in waiting(shop)] == ["二"]


def test_after_a_kill_what_was_being_sent_goes_out_under_the_same_key(shop: Firm) -> None:
    outbox.say(shop.session, *HERE, "一", key="1", now=shop.now)
    delivery.claim(shop.session, waiting(shop)[0].id, shop.now)
    delivery.release_all(shop.session)
    assert [row.key for row in waiting(shop)] == ["1"]


def test_an_update_before_the_card_went_out_takes_its_place(shop: Firm) -> None:
    view = draft(shop)
    outbox.publish(shop.session, view, to=[HERE], now=shop.now)
    outbox.publish(shop.session, view, to=[HERE], now=shop.now)
    assert [row.kind for row in waiting(shop)] == ["card"]


def test_an_update_waits_for_the_card_that_is_on_its_way(shop: Firm) -> None:
    view = draft(shop)
    outbox.publish(shop.session, view, to=[HERE], now=shop.now)
    (card,) = waiting(shop)
    delivery.claim(shop.session, card.id, shop.now)
    outbox.publish(shop.session, view, to=[HERE], now=shop.now)
    assert waiting(shop) == []
    delivery.sent(shop.session, card.id, "b7", shop.now)
    (update,) = waiting(shop)
    assert (update.kind, update.target_ref) == ("card_update", "b7")


def test_a_card_that_was_tried_once_is_not_replaced_by_a_second_card(shop: Firm) -> None:
    view = draft(shop)
    outbox.publish(shop.session, view, to=[HERE], now=shop.now)
    (card,) = waiting(shop)
    delivery.claim(shop.session, card.id, shop.now)
    delivery.failed(shop.session, card.id, "timeout after the effect, perhaps", shop.now)
    outbox.publish(shop.session, view, to=[HERE], now=shop.now)
    assert [row.key for row in waiting(shop)] == [card.key]


def test_updates_nobody_has_sent_yet_give_way_to_the_newest(shop: Firm) -> None:
    view = draft(shop)
    outbox.publish(shop.session, view, to=[HERE, THERE], now=shop.now)
    shop.deliver()
    for note in ("一", "二", "三"):
        outbox.publish(shop.session, replace(view, note=note), to=[], now=shop.now)
    shop.deliver()
    assert [one.kind for one in shop.said_to("销售")] == ["card", "card_update"]
    assert [one.kind for one in shop.said_to("group:all")] == ["card", "card_update"]
    assert shop.said_to("销售")[-1].card.fields[-1].value == "三"


def test_a_copy_that_says_so_already_is_left_alone_unless_somebody_asked_there(shop: Firm) -> None:
    view = draft(shop)
    outbox.publish(shop.session, view, to=[HERE, THERE], now=shop.now)
    outbox.publish(shop.session, view, to=[], now=shop.now)
    shop.deliver()
    outbox.publish(shop.session, view, to=[HERE], now=shop.now)
    shop.deliver()
    assert [one.kind for one in shop.said_to("销售")] == ["card", "card_update"]
    assert [one.kind for one in shop.said_to("group:all")] == ["card"]


def test_a_copy_whose_last_update_never_came_gets_it_again(shop: Firm) -> None:
    view = draft(shop)
    outbox.publish(shop.session, view, to=[HERE], now=shop.now)
    shop.deliver()
    view = replace(view, note="明早要")
    for _ in range(2):
        outbox.publish(shop.session, view, to=[], now=shop.now)
        (update,) = waiting(shop)
        delivery.claim(shop.session, update.id, shop.now)
        delivery.failed(shop.session, update.id, "gone", None)


def test_a_fresh_card_closes_the_old_one_and_leaves_other_places_their_card(shop: Firm) -> None:
    view = draft(shop)
    outbox.publish(shop.session, view, to=[HERE, THERE], now=shop.now)
    shop.deliver()
    old = shop.card("销售")
    outbox.publish(shop.session, replace(view, note="明早要"), to=[HERE], fresh=True, now=shop.now)
    shop.deliver()
    closed, fresh = shop.said_to("销售")[-2:]
    assert (closed.kind, closed.ref, closed.card.buttons) == ("card_update", old.ref, ())
    assert fresh.kind == "card"
    assert outbox.document_of(shop.session, PLATFORM, old.ref) == view.id  # quoting it still works
    assert not outbox.stands(shop.session, *HERE, view.id, old.ref)
    assert [one.kind for one in shop.said_to("group:all")] == ["card", "card_update"]


def test_tokens_mean_what_they_were_given_for(shop: Firm) -> None:
    token = actions.token(shop.session, 7, 2, "confirm", now=shop.now)
    assert token == actions.token(shop.session, 7, 2, "confirm", now=shop.now)
    found = actions.lookup(shop.session, token)
    assert found is not None
    assert (found.document_id, found.version, found.action) == (7, 2, "confirm")
    assert token != actions.token(shop.session, 7, 3, "confirm", now=shop.now)
    assert actions.lookup(shop.session, "' OR 1=1 --") is None


def test_people_are_reached_where_they_last_wrote_alone(shop: Firm) -> None:
    person = shop.person("销售")
    assert outbox.place_of(shop.session, person.id) == (PLATFORM, str(person.id))
    outbox.see_chat(shop.session, PLATFORM, "oc_direct", "direct", person.id, shop.now)
    outbox.see_chat(shop.session, PLATFORM, "oc_group", "group", person.id, shop.now + timedelta(seconds=1))
    assert outbox.place_of(shop.session, person.id) == (PLATFORM, "oc_direct")


def test_a_closed_question_keeps_its_place(shop: Firm) -> None:
    row = outbox.show_card(shop.session, *HERE, Card("问"), key="q", now=shop.now)
    shop.deliver()
    outbox.close_card(shop.session, row, Card("答"), shop.now)
    outbox.close_card(shop.session, row, Card("答"), shop.now)
    shop.deliver()
    assert [one.card.title for one in shop.said_to("销售")] == ["问", "答"]
    assert shop.said_to("销售")[0].ref == shop.said_to("销售")[1].ref
    assert card_json.loads(shop.said_to("销售")[1].body).buttons == ()
