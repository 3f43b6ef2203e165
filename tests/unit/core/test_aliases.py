"""What confirmed documents teach about words: the rules of refusal, of counting, of sharing and of doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, create_engine

from inventory_core import aliases, catalog, documents, partners, people, products, schema, sql
from inventory_core.alias_rules import standing
from inventory_core.aliases import Lesson, SaidWords
from inventory_core.columns import micros
from inventory_core.errors import NotAllowed, Refused
from inventory_core.views import PartnerView, PersonView, ProductView
from tests.support.core_shop import NOW, Shop, furnish, want


def confirm(
    session: Session,
    shop: Shop,
    product: ProductView,
    *,
    words: str = "老蓝头",
    learns: str = "name",
    read: ProductView | None = None,
    among: Sequence[ProductView] = (),
    partner: PartnerView | None = None,
    person: PersonView | None = None,
) -> list[Lesson]:
    """A document whose one line was called so and ended as this product, confirmed."""
    who = person or shop.sales
    content = shop.receipt(want(product, "1", price="1"))
    content = replace(content, partner_id=(partner or shop.supplier).id)
    author = shop.boss if person is None else who
    draft = documents.create_draft(session, content, author.id, NOW, chat="room")
    ids = tuple(one.id for one in among)
    said = SaidWords(draft.lines[0].id, words, words.lower(), learns, read.id if read else None, ids)
    aliases.note(session, draft.id, [said])
    done = documents.confirm(session, draft.id, draft.version, author.id, NOW)
    return aliases.learn(session, done, author.id, NOW)


def active(session: Session) -> list[tuple[str, int | None, int]]:
    return sorted(
        ((view.words, view.partner_id, view.product_id) for view in aliases.listing(session)[0]),
        key=lambda row: (row[0], row[1] or 0),
    )


def test_one_confirmation_teaches_its_own_partner(session: Session, shop: Shop) -> None:
    lessons = confirm(session, shop, shop.tape)
    assert [(lesson.what, lesson.alias.words) for lesson in lessons] == [("learned", "老蓝头")]
    assert active(session) == [("老蓝头", shop.supplier.id, shop.tape.id)]
    assert catalog.snapshot(session)["partner_aliases"] == {shop.supplier.code: {"老蓝头": shop.tape.sku}}


@pytest.mark.parametrize("learns", ["", "name"])
def test_what_the_reader_had_right_or_says_all_teaches_nothing(session: Session, shop: Shop, learns: str) -> None:
    read = shop.tape if learns else shop.bolt
    assert confirm(session, shop, shop.tape, learns=learns, read=read) == []
    assert active(session) == []


def test_something_that_was_not_asked_about_is_a_change_of_mind(session: Session, shop: Shop) -> None:
    assert confirm(session, shop, shop.tape, among=(shop.bolt, shop.rod)) == []
    assert confirm(session, shop, shop.tape, among=(shop.bolt, shop.tape))


def test_a_document_teaches_once(session: Session, shop: Shop) -> None:
    confirm(session, shop, shop.tape)
    view = documents.find(session, "RK-0001")
    assert aliases.learn(session, view, shop.boss.id, NOW) == []
    assert aliases.listing(session)[0][0].confirmed == 1


def test_noted_words_stay_what_they_were(session: Session, shop: Shop) -> None:
    confirm(session, shop, shop.tape)
    line = documents.find(session, "RK-0001").lines[0]
    aliases.note(session, 1, [SaidWords(line.id, "别的", "别的", "name")])
    assert sql.value(session, "SELECT words FROM line_words WHERE line_id = :id", id=line.id) == "老蓝头"


def test_nothing_is_left_of_a_confirmation_that_failed(session: Session, shop: Shop) -> None:
    def dies() -> None:
        with sql.part(session):
            confirm(session, shop, shop.tape)
            raise RuntimeError("the process ends here")

    with pytest.raises(RuntimeError):
        dies()
    assert aliases.listing(session, every=True) == ([], 0)
    assert sql.run(session, "SELECT 1 FROM alias_event") == []
    assert catalog.snapshot(session)["partner_aliases"] == {}


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("老蓝头", "free"), ("蓝", "short"), ("老" * 21, "long"), ("老，蓝", "odd"), ("老=蓝", "odd"),
        ("老8头", "free"), ("老10头", "digits"), ("M10*30", "digits"), ("外六角螺栓", "shared"), ("六角", "shared"),
        ("M8*30外六角螺栓", "known"), ("生料", "taken"), ("生料带", "taken"), ("老款生料带", "taken"),
        ("老款外六角螺栓", "free"), ("SLD", "taken"), ("盒", "short"),
        ("东风", "party"), ("大箱子", "unit"), ("690123", "digits"),
    ],
)  # fmt: skip
def test_how_words_stand_to_the_catalogue(session: Session, words: str, verdict: str) -> None:
    added = [
        products.add_product(session, name=name, spec=spec, sku=sku, base_unit="个", now=NOW, conversions=units)
        for name, spec, sku, units in (
            ("外六角螺栓", "M8*30", "LS0830", {"大箱子": (9, 1)}),
            ("外六角螺栓", "M8*40", "LS0840", {}),
            ("生料带", "", "SLD", {}),
        )
    ]
    partners.add_partner(session, name="东风机电", kind="customer", now=NOW, aliases=("东风",))
    assert standing(session, words, words.lower(), added[0].id) == verdict


def test_no_refused_word_is_ever_learned(session: Session, shop: Shop) -> None:
    for words in (shop.bolt.name, shop.bolt.sku, "蓝", "老，蓝", "老99蓝"):
        assert confirm(session, shop, shop.tape, words=words) == []
    assert aliases.listing(session, every=True) == ([], 0)


def test_a_word_of_a_group_waits_for_the_third_in_a_row(session: Session, shop: Shop) -> None:
    found = [confirm(session, shop, one, learns="group") for one in (shop.tape, shop.bolt, shop.tape, shop.tape)]
    assert found == [[], [], [], []]
    assert active(session) == []
    [lesson] = confirm(session, shop, shop.tape, learns="group")
    assert lesson.what == "learned"
    for person in (shop.boss, shop.buyer, shop.boss):
        assert confirm(session, shop, shop.tape, learns="", read=shop.tape, person=person) == []
    assert all(partner is not None for _, partner, _ in active(session))


def test_two_doubts_in_a_row_retire_it(session: Session, shop: Shop) -> None:
    confirm(session, shop, shop.tape)
    assert confirm(session, shop, shop.bolt, read=shop.tape) == []
    confirm(session, shop, shop.tape, read=shop.tape)
    assert confirm(session, shop, shop.bolt, read=shop.tape) == []
    [lesson] = confirm(session, shop, shop.bolt, read=shop.tape)
    assert lesson.what == "retired"
    assert active(session) == []


def test_rights(session: Session, shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        aliases.add(session, "老蓝头", "老蓝头", shop.tape.id, None, shop.sales.id, NOW)
    with pytest.raises(NotAllowed):
        aliases.add(session, "老蓝头", "老蓝头", shop.tape.id, shop.customer.id, shop.keeper.id, NOW)
    view = aliases.add(session, "老蓝头", "老蓝头", shop.tape.id, None, shop.supervisor.id, NOW)
    with pytest.raises(NotAllowed):
        aliases.forget(session, view.id, shop.sales.id, NOW)
    assert aliases.forget(session, view.id, shop.boss.id, NOW).state == "forgotten"
    with pytest.raises(Refused):
        aliases.forget(session, view.id, shop.boss.id, NOW)


def test_the_firms_word_follows_its_product_in_the_changes(session: Session, shop: Shop) -> None:
    aliases.add(session, "老蓝头", "老蓝头", shop.tape.id, None, shop.boss.id, NOW)
    before = catalog.snapshot(session)
    assert [one["sku"] for one in before["products"] if "learned" in one] == [shop.tape.sku]
    aliases.add(session, "老蓝头", "老蓝头", shop.bolt.id, None, shop.boss.id, NOW)
    changes = catalog.changes(session, before["version"])
    assert {one["sku"]: one.get("learned") for one in changes["products"]} == {
        shop.tape.sku: None,
        shop.bolt.sku: ["老蓝头"],
    }


_STEPS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 1)), max_size=14)


@given(_STEPS)
@settings(max_examples=40, deadline=None)
def test_whatever_people_confirm_the_rules_hold(steps: list[tuple[int, int, int]]) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        schema.create_all(connection)
    with Session(engine) as session:
        shop = furnish(session)
        makers = [partners.add_partner(session, name=f"{name}厂", kind="supplier", now=NOW) for name in "甲乙丙"]
        goods, persons = (shop.tape, shop.bolt), (shop.boss, shop.buyer)
        for at, (maker, item, person) in enumerate(steps):
            before = {(view.partner_id): view for view in aliases.living(session, "老蓝头") if view.state == "active"}
            used = before.get(makers[maker].id) or before.get(None)
            read = next((one for one in goods if used is not None and one.id == used.product_id), None)
            confirm(session, shop, goods[item], read=read, partner=makers[maker], person=persons[person])
            _check(session, at + 1)
    engine.dispose()


def _check(session: Session, documents_made: int) -> None:
    events = sql.rows(
        session,
        "SELECT e.*, a.partner_id FROM alias_event e JOIN learned_alias a ON a.id = e.alias_id ORDER BY e.id",
    )
    counted = [(event["alias_id"], event["document_id"]) for event in events if event["document_id"] is not None]
    assert len(counted) == len(set(counted))
    rows = sql.rows(session, "SELECT * FROM learned_alias")
    assert all(row["doubted"] < aliases.RETIRED_AFTER for row in rows if row["state"] == "active")
    assert all(row["confirmed"] <= documents_made for row in rows)
    for shared in (event for event in events if event["kind"] == "shared"):
        earlier = [event for event in events if event["id"] < shared["id"]]
        ended = [at for at, event in enumerate(earlier) if event["kind"] in ("doubted", "retired", "forgotten")]
        said = [
            event
            for event in earlier[ended[-1] + 1 if ended else 0 :]
            if event["kind"] == "confirmed" and event["product_id"] == shared["product_id"]
        ]
        assert len({event["document_id"] for event in said}) >= aliases.SHARED_AFTER
        assert len({event["actor_id"] for event in said}) >= aliases.SHARED_PEOPLE
    snapshot = catalog.snapshot(session)
    own = sum(len(words) for words in snapshot["partner_aliases"].values())
    firm = sum(len(one.get("learned", ())) for one in snapshot["products"])
    assert (own, firm) == tuple(
        sum(1 for row in rows if row["state"] == "active" and (row["partner_id"] is None) is alone)
        for alone in (False, True)
    )


def test_sleep_is_counted_from_the_last_use(session: Session, shop: Shop) -> None:
    confirm(session, shop, shop.tape)
    later = NOW + aliases.SLEEPS_AFTER
    assert aliases.put_to_sleep(session, later) == 0
    sql.run(session, "UPDATE learned_alias SET used_at = :at", at=micros(NOW) - 1)
    assert aliases.put_to_sleep(session, later) == 1
    assert aliases.put_to_sleep(session, later) == 0
    assert aliases.listing(session, every=True)[0][0].state == "asleep"
    assert aliases.meant_before(session, "老蓝头", None) == [shop.tape.id]


def test_people_are_named_latest_first(session: Session, shop: Shop) -> None:
    confirm(session, shop, shop.tape, person=shop.boss)
    confirm(session, shop, shop.tape, read=shop.tape, person=shop.buyer)
    [view] = aliases.listing(session)[0]
    assert view.who == (people.person(session, shop.buyer.id).name, people.person(session, shop.boss.id).name)
