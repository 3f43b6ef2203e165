"""Days said for parties by themselves: 赵记跟高岭周二送,郑家自提, below a list that serves all of them."""

from __future__ import annotations

from nlp.grammar.entries import Reading
from nlp.scanning.tokens import T, Token


def by_party(reading: Reading) -> dict[str, Token]:
    """The day of each party named in a clause that has a day and no goods; by party id."""
    found: dict[str, Token] = {}
    clause: list[Token] = []
    for token in [*reading.tokens, Token(T.STOP, 0, 0, "")]:
        if token.kind not in (T.STOP, T.COMMA):
            clause.append(token)
            continue
        days = [t for t in clause if t.kind is T.DATE and t.day is not None and not t.past]
        goods = any(t.kind in (T.ITEM, T.QTY, T.NUM, T.PRICE, T.MEASURE) for t in clause)
        if len(days) == 1 and not goods:
            for party in (p for t in clause if t.kind is T.PARTY for p in t.parties):
                found.setdefault(party.id, days[0])
        clause = []
    return found
