"""A small firm whose people talk to the handlers, without the bot: messages are prepared, understood and acted upon
in one in-memory database, and everything that would go out is 'sent' at once so that cards have ids."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel

import handlers.tables
import notifications.tables
from handlers import prepare
from handlers.act import act
from handlers.clicks import click
from handlers.turn import Attachment, Basis, Click, ClickResult, Outcome, Said, Turn
from inventory_core import catalog, documents, firm, partners, people, products, schema, stock
from inventory_core.errors import Refused, Stale
from inventory_core.views import DocumentView, PersonView, ProductView, Role
from nlp import Lexicon, understand
from nlp.findings import Context, Understanding
from notifications import card_json, delivery, outbox
from notifications.card import Card

PLATFORM = "console"
START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # Tuesday, 10:00 in Shanghai

TABLES = [
    SQLModel.metadata.tables[model.__tablename__]
    for model in (
        notifications.tables.OutboxRow,
        notifications.tables.CardCopy,
        notifications.tables.CardAction,
        notifications.tables.KnownChat,
        handlers.tables.MessageLink,
        handlers.tables.Evidence,
        handlers.tables.Question,
        handlers.tables.StockAlert,
    )
]

Reader = Callable[[str, Context], Understanding]


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that went out."""

    id: int
    chat: str
    kind: str
    body: str
    ref: str
    target: str | None

    @property
    def card(self) -> Card:
        return card_json.loads(self.body)


@dataclass
class Firm:
    """The firm, its people by role word, and what has been said. ``now`` moves only when told to."""

    session: Session
    now: datetime = START
    reader: Reader | None = None
    sent: list[Sent] = field(default_factory=list)
    _inbox: int = 0
    _waiting: dict[int, tuple[Said, PersonView]] = field(default_factory=dict)

    # ------------------------------------------------------------ people and goods

    def person(self, word: str) -> PersonView:
        found = people.find_person(self.session, word)
        assert found is not None, word
        return found

    def product(self, sku: str) -> ProductView:
        found = products.product_by_sku(self.session, sku)
        assert found is not None, sku
        return found

    def document(self, text: str) -> DocumentView:
        return documents.find(self.session, text)

    def available(self, sku: str) -> Decimal:
        return stock.available(self.session, self.product(sku).id)

    # ------------------------------------------------------------ talking

    def say(
        self,
        who: str,
        text: str,
        *,
        chat: str | None = None,
        quote: str | None = None,
        late: bool = False,
        slow: bool = False,
        to_bot: bool = False,
        kind: str = "text",
        files: tuple[Attachment, ...] = (),
        reader: Reader | None = None,
        ref: str | None = None,
        ago: timedelta = timedelta(),
        platform: str = PLATFORM,
        quoted_text: str = "",
    ) -> Outcome:
        """One message and its effect. ``chat`` other than the person's own is a group; ``ago``: it was sent before. On
        another ``platform`` the person's own chat is called by platform and id."""
        person = self.person(who)
        self._inbox += 1
        said = Said(
            inbox_id=self._inbox,
            platform=platform,
            chat=chat or (str(person.id) if platform == PLATFORM else f"{platform}:{person.id}"),
            chat_kind="group" if chat else "direct",
            sender=str(person.id),
            kind=kind,
            text=prepare.words(text, quoted_text),
            sent_at=self.now - ago,
            received_at=self.now,
            message_ref=ref or f"m{self._inbox}",
            quoted_ref=quote,
            attachments=files,
            to_bot=to_bot,
            quoted_text=quoted_text,
        )
        self._waiting[said.inbox_id] = (said, person)
        outcome = self._handle(said, person, reader or self.reader, late=late, slow=slow)
        return self._again(outcome, reader)

    def recall(self, who: str, ref: str) -> Outcome:
        """The person takes a message back."""
        return self.say(who, "", kind="recall", ref=ref)

    def _again(self, outcome: Outcome, reader: Reader | None) -> Outcome:
        if outcome.again is None:
            return outcome
        said, person = self._waiting[outcome.again]
        return self._handle(said, person, reader or self.reader)

    def _handle(
        self, said: Said, person: PersonView, reader: Reader | None, *, late: bool = False, slow: bool = False
    ) -> Outcome:
        for _ in range(3):
            context, basis, understanding = Context(), Basis(), None
            if said.text.strip() and said.kind != "recall":
                context, basis = prepare.context(self.session, said, person, self.now)
                read = reader or self.parse
                understanding = read(said.text, context)
            turn = Turn(said, person, self.now, understanding, basis, late=late, slow=slow)
            try:
                with self.session.begin_nested():
                    outcome = act(self.session, turn)
            except Stale:
                continue
            except Refused as refusal:
                outbox.say(self.session, said.platform, said.chat, str(refusal), inbox_id=said.inbox_id, now=self.now)
                outcome = Outcome("refused", note=str(refusal))
            self.deliver()
            return outcome
        raise AssertionError("the ground keeps moving")

    def parse(self, text: str, context: Context) -> Understanding:
        """The real reader over the firm's catalogue of this moment."""
        return understand(text, context, Lexicon.build(catalog.snapshot(self.session)))

    def press(
        self,
        who: str,
        label: str,
        *,
        card: Sent | None = None,
        values: dict[str, str] | None = None,
        deliver: bool = True,
    ) -> ClickResult:
        """Click the button called so on a card: the given one, or the one the person sees now."""
        shown = card or self.card(who)
        button = next((one for one in shown.card.buttons if one.label == label), None)
        assert button is not None, f"no {label} among {[one.label for one in shown.card.buttons]}"
        return self._click(who, button.token, shown, values or {}, deliver=deliver)

    def choose(self, who: str, option: str, *, card: Sent | None = None) -> ClickResult:
        """Pick an answer to the card's question: an option of a choice, or a button."""
        shown = card or self.card(who)
        for choice in shown.card.choices:
            for one in choice.options:
                if option in one.label:
                    return self._click(who, choice.token, shown, {choice.name: one.value})
        for button in shown.card.buttons:
            if option in button.label:
                return self._click(who, button.token, shown, {})
        raise AssertionError(f"no {option} among {[o.label for c in shown.card.choices for o in c.options]}")

    def _click(self, who: str, token: str, shown: Sent, values: dict[str, str], *, deliver: bool = True) -> ClickResult:
        person = self.person(who)
        self._inbox += 1
        result = click(
            self.session,
            Click(self._inbox, PLATFORM, shown.chat, str(person.id), person, token, values, self.now, shown.ref),
        )
        self._again(result.outcome, None)
        if deliver:
            self.deliver()
        return result

    # ------------------------------------------------------------ what went out

    def deliver(self) -> None:
        """Send everything that is waiting."""
        while rows := delivery.due(self.session, self.now):
            for row in rows:
                assert delivery.claim(self.session, row.id, self.now)
                ref = row.target_ref or f"b{row.id}"
                delivery.sent(self.session, row.id, ref, self.now)
                self.sent.append(Sent(row.id, row.chat, row.kind, row.body, ref, row.target_ref))

    def chat_of(self, who: str) -> str:
        return who if ":" in who else str(self.person(who).id)

    def said_to(self, who: str) -> list[Sent]:
        """Everything that went to a person alone, or to a group by its id."""
        return [one for one in self.sent if one.chat == self.chat_of(who)]

    def texts(self, who: str) -> list[str]:
        return [one.body for one in self.said_to(who) if one.kind == "text"]

    def card(self, who: str) -> Sent:
        """The lowest card with buttons or a table in a chat, as it looks now."""
        cards: dict[str, Sent] = {}
        for one in self.said_to(who):
            if one.kind == "card":
                cards[one.ref] = one
            elif one.kind == "card_update" and one.ref in cards:
                cards[one.ref] = replace(one, kind="card")
        assert cards, f"no card for {who}: {self.texts(who)}"
        return list(cards.values())[-1]

    def files(self, who: str) -> list[dict[str, object]]:
        return [json.loads(one.body) for one in self.said_to(who) if one.kind == "file"]

    def count(self) -> int:
        return len(self.sent)

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)


def labels(card: Card) -> list[str]:
    return [button.label for button in card.buttons]


def lines(shop: Firm, name: str) -> list[tuple[str, int]]:
    """Code and quantity of every line of a document; ``?`` where the product is open."""
    return [(line.product.sku if line.product else "?", int(line.qty or 0)) for line in shop.document(name).lines]


def fresh_firm() -> Iterator[Firm]:
    """A wholesaler of screws with one person for each role."""
    engine = create_engine("sqlite+pysqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    with engine.begin() as connection:
        schema.create_all(connection)
        SQLModel.metadata.create_all(connection, tables=TABLES)
    with Session(engine) as session:
        _furnish(session)
        yield Firm(session)
        session.rollback()
    engine.dispose()


def _furnish(session: Session) -> None:
    firm.set_setting(session, "name", "启明五金", None, START)
    for name, role in (
        ("小周", Role.SALES),
        ("阿芳", Role.BUYER),
        ("老郑", Role.KEEPER),
        ("吴主管", Role.SUPERVISOR),
        ("贾老板", Role.BOSS),
    ):
        added = people.add_person(session, name, (role,), START)
        people.bind(session, added.id, PLATFORM, str(added.id), START)
    for name in ("东风机电", "海棠门窗", "大成装饰"):
        partners.add_partner(session, name=name, kind="customer", now=START, aliases=(name[:2],))
    partners.add_partner(session, name="永固紧固件", kind="supplier", now=START, aliases=("永固",))
    boxes = {"盒": (100, 1), "箱": (2000, 1)}
    items = []
    for sku, name, spec, price in (
        ("LS0830", "外六角螺栓", "M8*30", "0.5"),
        ("LS0840", "外六角螺栓", "M8*40", "0.6"),
        ("LS1030", "外六角螺栓", "M10*30", "0.8"),
        ("LM08", "六角螺母", "M8", "0.2"),
        ("PD08", "平垫片", "M8", "0.05"),
    ):
        made = products.add_product(
            session,
            name=name,
            spec=spec,
            sku=sku,
            base_unit="个",
            default_unit="盒",
            conversions=boxes,
            list_price=Decimal(price),
            floor_price=Decimal(price) * Decimal("0.8"),
            min_qty=Decimal(500),
            now=START,
        )
        items.append(stock.OpeningItem(made.id, Decimal(50), "盒", Decimal(10)))
    tape = products.add_product(session, name="生料带", sku="SLD", base_unit="卷", now=START, list_price=Decimal(2))
    items.append(stock.OpeningItem(tape.id, Decimal(100)))
    boss = people.find_person(session, "老板")
    assert boss is not None
    stock.post_opening(session, items, boss.id, START)
