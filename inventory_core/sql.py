"""Running SQL text inside the caller's transaction, and the hot statements.

Parameters are written ``:name``. Everything a raw statement stores or reads is text or an integer (see
``inventory_core.columns``). Lists travel as JSON text and are opened with ``json_each``; a PostgreSQL dialect changes
the helpers here and the few statements that use ``json_each`` or ``json_group_array``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlmodel import Session

Row = dict[str, Any]

#: Key in ``session.info`` under which a store may leave its driver's connection, already inside a transaction.
DRIVER = "driver connection"


def _cursor(session: Session) -> Any:
    # The driver's own cursor of the session's connection: a third of the cost of a statement through the engine, in the
    # same transaction all the same. A store that opens its transactions itself lends its connection under DRIVER; else
    # session.connection() begins one.
    driver = session.info.get(DRIVER)
    return session.connection().connection.cursor() if driver is None else driver.cursor()


def run(session: Session, statement: str, /, **params: Any) -> list[tuple[Any, ...]]:
    """Run one statement; its rows as tuples (empty for statements that return none)."""
    cursor = _cursor(session)
    cursor.execute(statement, params)
    rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description is not None else []
    cursor.close()
    return rows


def rows(session: Session, statement: str, /, **params: Any) -> list[Row]:
    """Run one query; its rows as dictionaries."""
    cursor = _cursor(session)
    cursor.execute(statement, params)
    names = [column[0] for column in cursor.description]
    found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    cursor.close()
    return found


def one(session: Session, statement: str, /, **params: Any) -> Row | None:
    """The first row of a query as a dictionary, or None."""
    found = rows(session, statement, **params)
    return found[0] if found else None


def value(session: Session, statement: str, /, **params: Any) -> Any:
    """The first column of the first row, or None."""
    found = run(session, statement, **params)
    return found[0][0] if found else None


def many(session: Session, statement: str, parameters: Iterable[Mapping[str, Any]]) -> None:
    """Run one statement for every parameter set."""
    cursor = _cursor(session)
    cursor.executemany(statement, list(parameters))
    cursor.close()


@contextmanager
def part(session: Session) -> Iterator[None]:
    """A part of the caller's transaction that is undone as a whole when it raises; the error goes on to the caller."""
    with session.begin_nested():
        # SQLAlchemy sets its savepoint when the session's connection is first asked for; the statements of this module
        # may go past it, straight to the driver.
        session.connection()
        yield


def insert(session: Session, table: str, values: Mapping[str, Any]) -> int:
    """Insert one row; returns its id. ``table`` and the keys are ours, never input."""
    found = run(session, _insert_text(table, tuple(values)), **values)
    return int(found[0][0])


@lru_cache(maxsize=128)
def _insert_text(table: str, names: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)}) RETURNING id"


def ids(values: Iterable[int]) -> str:
    """A list of ids as the JSON text ``json_each`` opens."""
    return f"[{','.join(str(int(value)) for value in values)}]"


# ---------------------------------------------------------------- people, products, partners

PERSON = """
SELECT p.id, p.name, p.active, coalesce(group_concat(r.role), '') AS roles
FROM person p LEFT JOIN person_role r ON r.person_id = p.id WHERE p.id = :id GROUP BY p.id"""

SETTINGS = "SELECT key, value FROM setting"

PRODUCT_COLUMNS = """
SELECT p.id, p.sku, p.name, p.spec, p.base_unit, p.default_unit, p.qty_scale, p.category, p.list_price, p.floor_price,
  p.min_qty, p.active,
  (SELECT json_group_array(json_array(u.unit, u.num, u.den)) FROM product_unit u WHERE u.product_id = p.id) AS units,
  (SELECT json_group_array(a.alias) FROM product_alias a WHERE a.product_id = p.id AND a.partner_id IS NULL) AS aliases
FROM product p"""

PRODUCTS_BY_ID = PRODUCT_COLUMNS + " WHERE p.id IN (SELECT value FROM json_each(:ids))"

PARTNER_COLUMNS = """
SELECT p.id, p.code, p.name, p.kind, p.phone, p.address, p.contact, p.credit_limit, p.walk_in, p.active,
  (SELECT json_group_array(a.alias) FROM partner_alias a WHERE a.partner_id = p.id) AS aliases
FROM partner p"""

LAST_DEALS = """
SELECT product_id, price, price_unit, price_cmp, tax_incl FROM deal
WHERE id IN (SELECT max(id) FROM deal WHERE partner_id = :partner_id AND side = :side
             AND product_id IN (SELECT value FROM json_each(:ids)) GROUP BY product_id)"""

# ---------------------------------------------------------------- documents

NEXT_NUMBER = """
INSERT INTO counter (name, value) VALUES (:name, 1)
ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"""

DOCUMENT = """
SELECT d.*, a.name AS author, s.number AS source_number, v.changes AS changes
FROM document d JOIN person a ON a.id = d.author_id
LEFT JOIN document s ON s.id = d.source_id
LEFT JOIN document_version v ON v.document_id = d.id AND v.version = d.version
WHERE d.id = :id"""

LINES = "SELECT * FROM document_line WHERE document_id = :id ORDER BY line_no"

TRANSITIONS = """
SELECT t.at, coalesce(p.name, '系统') AS actor, t.source, t.target, t.version, t.reason
FROM document_transition t LEFT JOIN person p ON p.id = t.actor_id WHERE t.document_id = :id ORDER BY t.id"""

APPROVAL = """
SELECT a.id, a.version, a.state, a.reasons, p.name AS approver, a.decided_at, a.comment
FROM approval a LEFT JOIN person p ON p.id = a.approver_id WHERE a.document_id = :id ORDER BY a.id DESC LIMIT 1"""

RELATED = "SELECT id, kind, number, state FROM document WHERE source_id = :id ORDER BY id"

INSERT_DOCUMENT = """
INSERT INTO document (kind, draft_no, number, version, state, author_id, platform, chat, partner_id, partner_said,
  partner_candidates, delivery_date, tax_rate, discount_rate, use_last_price, address, phone, contact, note, doubts,
  unused, total, hash, business_date, source_id, expires_at, created_at, updated_at, valid_from, valid_until)
VALUES (:kind, :draft_no, :number, 1, :state, :author_id, :platform, :chat, :partner_id, :partner_said,
  :partner_candidates, :delivery_date, :tax_rate, :discount_rate, :use_last_price, :address, :phone, :contact, :note,
  :doubts, :unused, :total, :hash, :business_date, :source_id, :expires_at, :at, :at, :valid_from, :valid_until)
RETURNING id"""

UPDATE_DOCUMENT = """
UPDATE document SET version = version + 1, partner_id = :partner_id, partner_said = :partner_said,
  partner_candidates = :partner_candidates, delivery_date = :delivery_date, tax_rate = :tax_rate,
  discount_rate = :discount_rate, use_last_price = :use_last_price, address = :address, phone = :phone,
  contact = :contact, note = :note, doubts = :doubts, unused = :unused, total = :total, hash = :hash,
  valid_from = :valid_from, valid_until = :valid_until, expires_at = :expires_at, updated_at = :at
WHERE id = :id AND version = :version AND state = :state RETURNING version"""

INSERT_LINE = """
INSERT INTO document_line (id, document_id, line_no, said, product_id, candidates, qty, unit, ratio_num, ratio_den,
  base_qty, price, price_unit, price_num, price_den, price_source, price_cmp, tax_incl, amount, gift, note, doubts,
  shipped, source_line_id, tiers)
VALUES (:id, :document_id, :line_no, :said, :product_id, :candidates, :qty, :unit, :ratio_num, :ratio_den,
  :base_qty, :price, :price_unit, :price_num, :price_den, :price_source, :price_cmp, :tax_incl, :amount, :gift, :note,
  :doubts, :shipped, :source_line_id, :tiers)"""

INSERT_VERSION = """
INSERT INTO document_version (document_id, version, content, hash, changes, actor_id, at)
VALUES (:id, :version, :content, :hash, :changes, :actor_id, :at)"""

INSERT_TRANSITION = """
INSERT INTO document_transition (document_id, source, target, version, actor_id, at, reason)
VALUES (:id, :source, :target, :version, :actor_id, :at, :reason)"""

SET_STATE = """
UPDATE document SET state = :target, updated_at = :at, expires_at = :expires_at
WHERE id = :id AND state = :source AND version = :version RETURNING id"""

# ---------------------------------------------------------------- stock

BALANCES = """
SELECT product_id, place, lot, on_hand, reserved, value FROM balance
WHERE product_id IN (SELECT value FROM json_each(:ids))"""

STOCK = """
SELECT product_id, sum(on_hand), sum(reserved) FROM balance
WHERE place = 'main' AND product_id IN (SELECT value FROM json_each(:ids)) GROUP BY product_id"""

RESERVATIONS = """
SELECT id, line_id, product_id, place, lot, qty, posted, freed, pending FROM reservation WHERE document_id = :id
ORDER BY product_id, place, lot, line_id"""

HOLD = """
UPDATE balance SET reserved = reserved + :delta
WHERE product_id = :product_id AND place = :place AND lot = :lot
  AND reserved + :delta >= 0 AND reserved + :delta <= on_hand
RETURNING reserved"""

RESERVE = """
INSERT INTO reservation (document_id, line_id, product_id, place, lot, qty, posted, freed, pending,
                         created_at, updated_at)
VALUES (:document_id, :line_id, :product_id, :place, :lot, :delta, 0, 0, :delta, :at, :at)
ON CONFLICT (document_id, line_id, product_id, place, lot) DO UPDATE
SET qty = qty + :delta, pending = pending + :delta, updated_at = :at"""

FREE = """
UPDATE reservation SET freed = freed + :delta, pending = pending - :delta, updated_at = :at
WHERE id = :id AND pending >= :delta RETURNING id"""

CONSUME = """
UPDATE reservation SET posted = posted + :delta, pending = pending - :delta, updated_at = :at
WHERE id = :id AND pending >= :delta RETURNING id"""

ENSURE_BALANCE = """
INSERT INTO balance (product_id, place, lot, tangible, on_hand, reserved, value)
SELECT :product_id, :place, :lot, tangible, 0, 0, 0 FROM place WHERE code = :place
ON CONFLICT DO NOTHING"""

MOVE = """
UPDATE balance SET on_hand = on_hand + :qty, value = value + :value, reserved = reserved - :held
WHERE product_id = :product_id AND place = :place AND lot = :lot
  AND (tangible = 0 OR (on_hand + :qty >= reserved - :held AND reserved >= :held AND value + :value >= 0))
RETURNING on_hand, value"""

POSTING = """
INSERT INTO posting (document_id, version, hash, actor_id, at)
VALUES (:document_id, :version, :hash, :actor_id, :at) ON CONFLICT DO NOTHING RETURNING id"""

INSERT_LEDGER = """
INSERT INTO ledger (posting_id, document_id, line_no, product_id, place, lot, qty, value, qty_after, value_after,
                    effective_date, at)
VALUES (:posting_id, :document_id, :line_no, :product_id, :place, :lot, :qty, :value, :qty_after, :value_after,
        :effective_date, :at)"""
