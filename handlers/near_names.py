"""A customer or supplier nobody is registered under: the name as it was said, and whoever it may have been meant for,
so that the card can offer both. Nothing is decided by it: the party stays a question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlmodel import Session

from handlers.turn import Turn
from inventory_core import partners
from inventory_core.sql import value
from inventory_core.views import DraftContent, Kind
from nlp.catalogue import sounds, strangernames
from nlp.findings import Doc
from nlp.scanning.text import fold_key
from notifications import texts

NEAR = "party_near"  # the candidates are called otherwise than was said
_MOST = 4
_BUYING = (Kind.GOODS_RECEIPT, Kind.PURCHASE_ORDER, Kind.SUPPLIER_QUOTE)


def named(session: Session, turn: Turn, docs: Sequence[Doc], kind: Kind) -> list[Doc]:
    """The documents of a message; where the only one names nobody, with the stranger its words name."""
    if len(docs) != 1 or docs[0].party or docs[0].party_said or docs[0].party_candidates:
        return list(docs)
    name = stranger(session, turn, kind)
    if name is None or any(name in line.words for line in docs[0].lines):
        return list(docs)
    return [replace(docs[0], party_said=name)]


def stranger(session: Session, turn: Turn, kind: Kind) -> str | None:
    """The name at the head of a message that neither a party nor goods are called by."""
    name = strangernames.find(turn.said.text, buying=kind in _BUYING)
    return None if name is None or _names_goods(session, name) else name


def _names_goods(session: Session, name: str) -> bool:
    """Whether the words are goods, or have goods in them: 螺丝要5盒."""
    found = value(
        session,
        "SELECT 1 FROM product WHERE instr(name, :name) OR instr(:name, name) UNION SELECT 1 FROM product_alias"
        " WHERE instr(alias, :name) OR (length(alias) > 1 AND instr(:name, alias)) LIMIT 1",
        name=name,
    )
    return found is not None


def offered(session: Session, wanted: DraftContent) -> DraftContent:
    """The content, where a party nobody is called like has those as candidates who are called nearly so."""
    doubts = tuple(code for code in wanted.doubts if code != NEAR)
    several = bool(wanted.partner_candidates) and doubts == wanted.doubts  # one name of several parties
    if wanted.partner_id is not None or not wanted.partner_said or several:
        return replace(wanted, doubts=doubts)
    found = _near(session, wanted.partner_said, texts.partner_word(wanted.kind) == "供应商")
    return replace(wanted, partner_candidates=found, doubts=(*doubts, NEAR) if found else doubts)


def _near(session: Session, said: str, buying: bool) -> tuple[int, ...]:
    """The few whose name or alias begins what was said (永固五金 for 永固), is begun by it, or sounds like it."""
    key = fold_key(said)
    known = [(one, fold_key(name)) for one, name in partners.names(session, "supplier" if buying else "customer")]
    begun = _ids(one for one, name in known if len(name) > 1 and (key.startswith(name) or name.startswith(key)))
    heard = begun or _ids(one for one, name in known if len(name) > 1 and sounds.slip(key[: len(name)], name))
    heard = heard or _ids(one for one, name in known if len(key) > 1 and sounds.slip(key, name[: len(key)]))
    return heard if len(heard) <= _MOST else ()


def _ids(found: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(found))
