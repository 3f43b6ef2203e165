"""Words people use for products, learned from what a human confirmed. The one writer of ``learned_alias``.

* A confirmed document teaches, in its own transaction, for its own customer or supplier (never for 散客): the words
  of a line the reader could not place, or placed wrongly, now mean the product the human left on it.
* **What is never learned**: one character, over 20, punctuation; digits that are not in the product's own name or spec
  (M8*35 is no name of an M8*30); a name, alias, code or barcode of another product, a part of one (老款 of
  老款螺丝刀), or words with another's whole name in them (老款生料带 for a washer); a name of a customer or supplier; a
  unit. Words of the language are refused before (``nlp.catalogue.itemwords``). The same words for two products in one
  document teach nothing.
* **Nouns of a group** (螺栓, 蓝笔: they fit several products, this one among them) count from the third confirmation in
  a row by the same customer's documents, and never for the whole firm.
* **Firm-wide** after three documents confirmed by two people, for any customers, when no customer means another product
  by the words. A customer's own word always goes before the firm's.
* **Doubt**: a document confirmed with another product than the alias says. The second without a confirmation in between
  retires it, and the words are asked about again. A firm-wide one is retired alone: customers keep their own.
* **Sleep**: 180 days unused; the next time it is asked about. Forgotten, retired and sleeping words are learned anew by
  one confirmation (nouns of a group: three), firm-wide by three new ones.

Every step is an ``alias_event``; what changes the reading of messages is in ``audit`` too and is a new version of the
catalogue, so that the very next message is understood with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from inventory_core import alias_rules, audit, partners, people, products, sql
from inventory_core.alias_views import AliasView, listing, living, meant_before, view_of
from inventory_core.columns import dumps, micros
from inventory_core.errors import NotAllowed, NotFound, Refused
from inventory_core.views import DocumentView, PersonView, Role

__all__ = [
    "AliasView", "Lesson", "SaidWords", "add", "forget", "learn", "listing", "living", "meant_before", "note",
    "put_to_sleep", "settled", "view_of",
]  # fmt: skip

TEACHERS = (Role.SALES, Role.BUYER, Role.SUPERVISOR, Role.BOSS, Role.ADMIN)
LEADERS = (Role.SUPERVISOR, Role.BOSS, Role.ADMIN)
SHARED_AFTER, SHARED_PEOPLE = 3, 2
GROUP_AFTER = 3
RETIRED_AFTER = 2
MOST_TAUGHT = 6  # new words of one document; more is no order in a hurry, and the catalogue is searched for each
SLEEPS_AFTER = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class SaidWords:
    """What a line's item was called and how it was read (``LineWords``)."""

    line_id: int
    words: str
    key: str
    learns: str
    read_id: int | None = None
    among: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a confirmation changed: ``learned`` (now read for this customer), ``shared`` (now for everybody) or
    ``retired`` (no longer read)."""

    what: str
    alias: AliasView


# ---------------------------------------------------------------- learning


def note(session: Session, document_id: int, lines: Iterable[SaidWords]) -> None:
    """Remember what new lines of a draft were called; what was noted of a line before stays."""
    sql.many(
        session,
        "INSERT INTO line_words (line_id, document_id, words, key, learns, read_id, among) VALUES"
        " (:line_id, :document_id, :words, :key, :learns, :read_id, :among) ON CONFLICT DO NOTHING",
        [
            {
                "line_id": line.line_id,
                "document_id": document_id,
                "words": line.words,
                "key": line.key,
                "learns": line.learns,
                "read_id": line.read_id,
                "among": dumps(list(line.among)),
            }
            for line in lines
            if line.words and line.key
        ],
    )


def learn(session: Session, view: DocumentView, actor_id: int, now: datetime) -> list[Lesson]:
    """What a document teaches that was just confirmed; call in the same transaction. Once per document."""
    if view.partner is None or view.partner.walk_in:
        return []
    noted = sql.rows(session, "SELECT * FROM line_words WHERE document_id = :id ORDER BY line_id", id=view.id)
    final = {line.id: line.product.id for line in view.lines if line.product is not None}
    meant: dict[str, set[int]] = {}
    for row in noted:
        if row["line_id"] in final:
            meant.setdefault(row["key"], set()).add(final[row["line_id"]])
    found: list[Lesson] = []
    left = MOST_TAUGHT
    for row in noted:
        if len(meant.pop(row["key"], ())) != 1:
            continue  # two goods by one name, or a word that was dealt with already
        product_id = final[row["line_id"]]
        teaching = _Teaching(session, row, view.id, view.partner.id, product_id, actor_id, now)
        if teaching.new:
            left -= 1
        if left >= 0 or not teaching.new:
            found += teaching.learn()
    return found


@dataclass(frozen=True, slots=True)
class _Teaching:
    """One line of one confirmed document."""

    session: Session
    row: sql.Row
    document_id: int
    partner_id: int
    product_id: int
    actor_id: int
    now: datetime

    @property
    def new(self) -> bool:
        """Whether the words would be taught, not merely used."""
        own = _row(self.session, self.row["key"], self.partner_id)
        return self._human() and (own is None or own["state"] != "active")

    def learn(self) -> list[Lesson]:
        own = _row(self.session, self.row["key"], self.partner_id)
        firm = _row(self.session, self.row["key"], None)
        used = next((one for one in (own, firm) if one is not None and one["state"] == "active"), None)
        if used is None:
            return self._teach(own) if self._human() else []
        if used["product_id"] != self.product_id:
            return self._doubt(used)
        self._confirm(used)
        if used is firm and (kept := self._own(own, "active")) is not None:
            self._confirm(kept)
        return self._share() if used is own else []

    def _human(self) -> bool:
        """Whether somebody decided what the reader had not known, within what it had asked."""
        among = json.loads(self.row["among"])
        return (
            self.row["learns"] != ""
            and self.row["read_id"] != self.product_id
            and (not among or self.product_id in among)
        )

    def _teach(self, own: sql.Row | None) -> list[Lesson]:
        verdict = alias_rules.standing(self.session, self.row["words"], self.row["key"], self.product_id)
        if verdict not in ("free", "shared"):
            return []
        group = verdict == "shared" or self.row["learns"] == "group"
        kept = self._own(own, "learning" if group else "active")
        if kept is None:
            return []
        self._confirm(kept)
        if kept["state"] == "learning":
            if kept["confirmed"] + 1 < GROUP_AFTER:
                return []
            _set_state(self.session, kept["id"], "active", self.now)
        _announce(self.session, kept["id"], "alias_learned", self.actor_id, self.now)
        found = [Lesson("learned", view_of(self.session, kept["id"]))]
        return found if group else [*found, *self._share(free=True)]

    def _own(self, own: sql.Row | None, state: str) -> sql.Row | None:
        """The customer's own row for this product, made or begun anew where it meant nothing or something else; None
        when this document has counted for it."""
        if own is not None and own["product_id"] == self.product_id and own["state"] in ("learning", "active"):
            return None if _counted(self.session, own["id"], self.document_id) else own
        if own is None:
            _insert(self.session, self.row["key"], self.row["words"], self.product_id, self.partner_id, state, self.now)
        else:
            if _counted(self.session, own["id"], self.document_id):
                return None
            _begin_anew(self.session, own["id"], self.row["words"], self.product_id, state, self.now)
        return _row(self.session, self.row["key"], self.partner_id)

    def _confirm(self, alias: sql.Row) -> None:
        if _event(self.session, alias["id"], "confirmed", self.product_id, self.actor_id, self.now, self.document_id):
            sql.run(
                self.session,
                "UPDATE learned_alias SET confirmed = confirmed + 1, doubted = 0, used_at = :now WHERE id = :id",
                id=alias["id"],
                now=micros(self.now),
            )

    def _doubt(self, alias: sql.Row) -> list[Lesson]:
        if not _event(self.session, alias["id"], "doubted", self.product_id, self.actor_id, self.now, self.document_id):
            return []
        sql.run(self.session, "UPDATE learned_alias SET doubted = doubted + 1 WHERE id = :id", id=alias["id"])
        if alias["doubted"] + 1 < RETIRED_AFTER:
            return []
        _end(self.session, alias["id"], "retired", self.actor_id, self.now)
        return [Lesson("retired", view_of(self.session, alias["id"]))]

    def _share(self, *, free: bool = False) -> list[Lesson]:
        """Make the words the firm's when enough people said so and nobody means another product by them. ``free``: how
        they stand to the catalogue was looked up already."""
        key, firm = self.row["key"], _row(self.session, self.row["key"], None)
        if firm is not None and firm["state"] == "active":
            return []
        against, documents, persons = sql.run(self.session, _SHARING, key=key, product_id=self.product_id)[0]
        if against or documents < SHARED_AFTER or persons < SHARED_PEOPLE:
            return []
        if not free and alias_rules.standing(self.session, self.row["words"], key, self.product_id) != "free":
            return []
        if firm is None:
            _insert(self.session, key, self.row["words"], self.product_id, None, "active", self.now)
        else:
            _begin_anew(self.session, firm["id"], self.row["words"], self.product_id, "active", self.now)
        firm = _row(self.session, key, None)
        assert firm is not None
        _event(self.session, firm["id"], "shared", self.product_id, None, self.now)
        _announce(self.session, firm["id"], "alias_shared", self.actor_id, self.now)
        return [Lesson("shared", view_of(self.session, firm["id"]))]


# What speaks against making words the firm's (a customer means another product by them, or they are a noun of a group);
# documents and people that confirmed this one since the words were last doubted, forgotten or put away.
_SHARING = """
WITH mine AS (SELECT id, product_id, state, partner_id FROM learned_alias WHERE key = :key),
     said AS (SELECT e.id, e.kind, e.document_id, e.actor_id, e.product_id FROM alias_event e
              JOIN mine ON mine.id = e.alias_id),
     since AS (SELECT coalesce(max(id), 0) AS id FROM said WHERE kind IN ('doubted', 'retired', 'asleep', 'forgotten')),
     yes AS (SELECT document_id, actor_id FROM said
             WHERE kind = 'confirmed' AND product_id = :product_id AND id > (SELECT id FROM since))
SELECT EXISTS (SELECT 1 FROM mine WHERE partner_id IS NOT NULL AND state IN ('learning', 'active')
               AND product_id <> :product_id)
       OR EXISTS (SELECT 1 FROM said JOIN line_words w ON w.document_id = said.document_id
                  WHERE w.key = :key AND w.learns = 'group'),
       (SELECT count(DISTINCT document_id) FROM yes), (SELECT count(DISTINCT actor_id) FROM yes)"""


def settled(session: Session, document_id: int, partner_id: int) -> dict[int, int]:
    """Products that open lines of a draft mean once its customer is known: line id -> product, where the words are that
    customer's own and the product is among those asked about."""
    rows = sql.run(
        session,
        """SELECT w.line_id, a.product_id FROM line_words w JOIN learned_alias a ON a.key = w.key
           JOIN product p ON p.id = a.product_id AND p.active = 1
           WHERE w.document_id = :document AND a.partner_id = :partner AND a.state = 'active' AND w.read_id IS NULL
             AND (w.among = '[]' OR a.product_id IN (SELECT value FROM json_each(w.among)))""",
        document=document_id,
        partner=partner_id,
    )
    return dict(rows)


# ---------------------------------------------------------------- said outright


def add(
    session: Session, words: str, key: str, product_id: int, partner_id: int | None, actor_id: int, now: datetime
) -> AliasView:
    """记住: words mean a product from now on, for one customer or (leaders) for everybody.

    Raises:
        NotAllowed: the role may not.
        Refused: the words cannot be a name of it; the sentence says why.
    """
    _may(people.person(session, actor_id), firm_wide=partner_id is None)
    view = products.product(session, product_id)
    if partner_id is not None and partners.partner(session, partner_id).walk_in:
        raise Refused("散客每次是不同的人，记不住叫法；请写明是哪个客户。")
    verdict = alias_rules.standing(session, words, key, product_id)
    reason = alias_rules.REASONS.get(verdict)
    if verdict == "shared" and partner_id is None:
        reason = "好几个商品都叫“{words}”，不能给所有客户记成一个；可以只给一个客户记：记住 客户 {words}={label}"
    if reason is not None:
        raise Refused(reason.format(words=words, label=view.label))
    row = _row(session, key, partner_id)
    if row is not None and row["state"] == "active" and row["product_id"] != product_id:
        _end(session, row["id"], "forgotten", actor_id, now)  # also for the product that loses it
    if row is None:
        _insert(session, key, words, product_id, partner_id, "active", now)
    elif row["product_id"] != product_id or row["state"] != "active":
        _begin_anew(session, row["id"], words, product_id, "active", now)
    row = _row(session, key, partner_id)
    assert row is not None
    _event(session, row["id"], "added", product_id, actor_id, now)
    _announce(session, row["id"], "alias_added", actor_id, now)
    return view_of(session, row["id"])


def forget(session: Session, alias_id: int, actor_id: int | None, now: datetime) -> AliasView:
    """忘记: the words are asked about again. ``actor_id`` None: whoever owns the data directory.

    Raises:
        NotAllowed: the role may not.
        NotFound: no such alias, or it is forgotten already.
    """
    found = view_of(session, alias_id)
    if found.state not in ("learning", "active"):
        raise NotFound(f"“{found.words}”已经不认了，不用再忘。")
    if actor_id is not None:
        _may(people.person(session, actor_id), firm_wide=found.partner_id is None)
    _end(session, alias_id, "forgotten", actor_id, now)
    return view_of(session, alias_id)


def _may(person: PersonView, *, firm_wide: bool) -> None:
    if firm_wide and not person.has(*LEADERS):
        raise NotAllowed("给所有客户的叫法要主管或老板来定；只给一个客户的，请写上客户名称。")
    if not person.has(*TEACHERS):
        raise NotAllowed("叫法由销售、采购或主管来定，请转给他们。")


def put_to_sleep(session: Session, now: datetime, limit: int = 100) -> int:
    """Put away what nobody has used for 180 days; how many. Bounded, so that the writer is never held long."""
    due = sql.run(
        session,
        "SELECT id FROM learned_alias WHERE state IN ('learning', 'active') AND used_at < :since"
        " ORDER BY id LIMIT :limit",
        since=micros(now - SLEEPS_AFTER),
        limit=limit,
    )
    for (alias_id,) in due:
        _end(session, alias_id, "asleep", None, now)
    return len(due)


# ---------------------------------------------------------------- rows


def _row(session: Session, key: str, partner_id: int | None) -> sql.Row | None:
    return sql.one(
        session,
        "SELECT * FROM learned_alias WHERE key = :key AND partner_id IS :partner",
        key=key,
        partner=partner_id,
    )


def _counted(session: Session, alias_id: int, document_id: int) -> bool:
    statement = "SELECT 1 FROM alias_event WHERE alias_id = :alias AND document_id = :document"
    return bool(sql.run(session, statement, alias=alias_id, document=document_id))


def _insert(
    session: Session, key: str, words: str, product_id: int, partner_id: int | None, state: str, now: datetime
) -> None:
    sql.insert(
        session,
        "learned_alias",
        {
            "key": key,
            "words": words.strip(),
            "product_id": product_id,
            "partner_id": partner_id,
            "state": state,
            "confirmed": 0,
            "doubted": 0,
            "created_at": micros(now),
            "used_at": micros(now),
        },
    )


def _begin_anew(session: Session, alias_id: int, words: str, product_id: int, state: str, now: datetime) -> None:
    sql.run(
        session,
        "UPDATE learned_alias SET words = :words, product_id = :product_id, state = :state, confirmed = 0, doubted = 0,"
        " used_at = :now WHERE id = :id",
        id=alias_id,
        words=words.strip(),
        product_id=product_id,
        state=state,
        now=micros(now),
    )


def _set_state(session: Session, alias_id: int, state: str, now: datetime) -> None:
    sql.run(session, "UPDATE learned_alias SET state = :state WHERE id = :id", id=alias_id, state=state)


def _end(session: Session, alias_id: int, state: str, actor_id: int | None, now: datetime) -> None:
    """Read no more: retired, asleep or forgotten."""
    row = sql.one(session, "SELECT product_id, state FROM learned_alias WHERE id = :id", id=alias_id)
    assert row is not None
    _set_state(session, alias_id, state, now)
    _event(session, alias_id, state, row["product_id"], actor_id, now)
    _announce(session, alias_id, f"alias_{state}", actor_id, now)


def _event(
    session: Session,
    alias_id: int,
    kind: str,
    product_id: int,
    actor_id: int | None,
    now: datetime,
    document_id: int | None = None,
) -> bool:
    """Record; False when this document has said something about the alias before."""
    return bool(
        sql.run(
            session,
            "INSERT INTO alias_event (alias_id, kind, product_id, actor_id, document_id, at) VALUES"
            " (:alias_id, :kind, :product_id, :actor_id, :document_id, :now) ON CONFLICT DO NOTHING RETURNING id",
            alias_id=alias_id,
            kind=kind,
            product_id=product_id,
            actor_id=actor_id,
            document_id=document_id,
            now=micros(now),
        )
    )


def _announce(session: Session, alias_id: int, action: str, actor_id: int | None, now: datetime) -> None:
    """Audit it and make it a new version of the catalogue, under the customer or (for everybody) the product."""
    view = view_of(session, alias_id)
    subject, subject_id = ("product", view.product_id) if view.partner_id is None else ("partner", view.partner_id)
    detail = {"alias": view.words, "sku": view.sku, "alias_id": alias_id}
    audit.log_catalog(session, subject, subject_id, action, detail, actor_id, now)
