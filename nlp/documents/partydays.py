"""Days said for parties by themselves: 赵记跟高岭周二送,郑家自提, below a list that serves all of them."""

from __future__ import annotations

from nlp.documents.deliverydays import heads_list
from nlp.grammar.entries import Reading
from nlp.scanning import cues as c
from nlp.scanning.text import Folded
from nlp.scanning.tokens import T, Token, lines_of

_SIGNS = "①②③④⑤⑥⑦⑧⑨⑩"
OTHERS = "*"  # in place of a party's id: all who have no day of their own


def _no_hurry(behind: list[Token]) -> bool:
    """晨光的明天要 半夏不急: no day is said for whom there is no hurry."""
    return "".join(t.text for t in behind if t.kind is not T.GAP).startswith(("不急", "不着急", "不赶", "随时", "改天"))


def unhurried(reading: Reading) -> frozenset[str]:
    """Parties of whom it is said that there is no hurry, by id."""
    tokens = reading.tokens
    slow = [t for t in tokens if t.kind is T.PARTY and _no_hurry(tokens[t.at + 1 : t.at + 5])]
    return frozenset(party.id for token in slow for party in token.parties)


def waits(party: Token | None, slow: frozenset[str]) -> bool:
    """Whether what is said for the others is no day of this party's."""
    return party is not None and bool(slow.intersection(p.id for p in party.parties))


def by_party(reading: Reading, folded: Folded, original: str) -> dict[str, Token]:
    """The day of each party named in a clause that has a day and no goods; by party id."""
    found: dict[str, Token] = {}
    clause: list[Token] = []
    for token in [*reading.tokens, Token(T.STOP, 0, 0, "")]:
        if token.kind not in (T.STOP, T.COMMA):
            clause.append(token)
            continue
        days = [
            t for t in clause
            if t.kind is T.DATE and t.day is not None and not t.past and not heads_list(reading.tokens, t)
        ]  # fmt: skip
        goods = any(t.kind in (T.ITEM, T.QTY, T.NUM, T.PRICE, T.MEASURE) for t in clause)
        if len(days) == 1 and not goods:
            named = (t for at, t in enumerate(clause) if t.kind is T.PARTY and not _no_hurry(clause[at + 1 : at + 5]))
            for party in (p for t in named for p in t.parties):
                found.setdefault(party.id, days[0])
            for code in _numbered(clause, reading, folded, original):
                found.setdefault(code, days[0])
            if any(t.has(c.REST) for t in clause):
                found.setdefault(OTHERS, days[0])  # 华腾明天到,其他两家后天
        clause = []
    for code, day in _under_days(reading).items():
        found.setdefault(code, day)
    return found


def _under_days(reading: Reading) -> dict[str, Token]:
    """周二(12/9) and 周四(12/11), each in a line of its own over the parties of that day; by party id."""
    lines = lines_of(reading.tokens)
    heads = {
        n: day for n, line in enumerate(lines[:-1])
        if (day := _day_alone(line)) is not None and not heads_list(reading.tokens, day)
        and any(t.kind is T.PARTY for t in lines[n + 1])
    }  # fmt: skip
    if len(heads) < 2:
        return {}
    found: dict[str, Token] = {}
    last: Token | None = None
    for number, line in enumerate(lines):
        last = heads.get(number, last)
        for party in (p for t in line if t.kind is T.PARTY and last is not None for p in t.parties):
            if last is not None and found.setdefault(party.id, last).day != last.day:
                return {}  # some of it then and some of it later
    return found


def _day_alone(line: list[Token]) -> Token | None:
    """The day a line consists of; of several the one with a number."""
    days = [t for t in line if t.kind is T.DATE and t.day is not None and not t.past]
    others = [t for t in line if t not in days and t.kind not in (T.GAP, T.STOP, T.SIGN, T.COLON, T.COMMA)]
    if (
        not days
        or any(t.kind not in (T.CUE, T.UNKNOWN) or t.has(c.ALL) for t in others)
        or sum(len(t.text) for t in others) > 4
    ):
        return None
    return next((t for t in days if any(char.isdigit() for char in t.text)), days[-1])


def _numbered(clause: list[Token], reading: Reading, folded: Folded, original: str) -> list[str]:
    """①明天到: the party whose list this number headed, by id."""
    signs = "".join(original[slice(*folded.span(t.start, t.end))] for t in clause if t.kind is T.GAP)
    parties = [s.party for s in reading.sections if s.party is not None]
    places = [_SIGNS.index(sign) for sign in signs if sign in _SIGNS]
    return [party.id for place in places if place < len(parties) for party in parties[place].parties]
