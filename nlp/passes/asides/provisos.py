"""Words of a condition that say nothing of the goods (不够就算了, 车上还装得下的话), and the remark a line carries that
is wanted only if there are any. Whether such a line stands is decided in :mod:`nlp.intents.conditions`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlp.grammar.entries import Entry
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_ELSE_NOT = re.compile(
    r"(?:要是|如果)?[^,。;\n]{0,12}?(?:实在)?(?:不够|没有?货?|缺货|断货|不行|装不下|放不下|来不及)的?(?:话)?[就也]?"
    r"(?:算了|拉倒|免了|不要了?|不用了?|不用等|别送了?|不用送了?|不送了?|下次再?说?|下回)[吧哈啊哦]?"
)


def _clauses(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    ends = [n for n, t in enumerate(tokens) if t.kind in (T.COMMA, T.STOP)]
    return list(zip([0, *(n + 1 for n in ends)], [*ends, len(tokens)], strict=True))


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens without what only says that nothing else is wanted, and with conditions that name no goods cleared."""
    if not any(t.has(c.IF) or "够" in t.text for t in tokens):
        return tokens
    result = list(tokens)
    for start, end in _clauses(tokens):
        clause = tokens[start:end]
        said = "".join(t.text for t in clause if t.kind is not T.GAP)
        if _ELSE_NOT.fullmatch(said) and not any(t.kind is T.QTY for t in clause):
            listed = sum(t.kind is T.QTY for t in tokens) > 1
            result[start:end] = [t if t.has(c.IF) and not listed else _silent(t) for t in clause]
            continue
        marked = next((n for n in range(start, end) if tokens[n].text in ("的话", "有的话", "有货的话")), None)
        if marked is None:
            continue
        gap = next((n for n in range(marked - 1, start, -1) if tokens[n].kind is T.GAP), start)
        begin = gap if any(t.kind is T.DATE for t in tokens[start:gap]) else start  # 改到周一送 急的话…
        before = tokens[begin:marked]
        named = any(t.kind in (T.ITEM, T.MEASURE) and len(t.text) > 1 for t in before)
        counted = any(t.kind in (T.QTY, T.PARTY, T.PRICE, T.NUM) for t in before)
        for n in range(begin, marked):
            if tokens[n].text in ("够", "还够", "足够") or (not named and not counted and tokens[n].kind is not T.GAP):
                result[n] = tokens[n] if tokens[n].has(c.IF) else _silent(tokens[n])
    return result


def _silent(token: Token) -> Token:
    return replace(token, kind=T.CUE, cues=(c.FILLER,), term=None) if token.kind is not T.GAP else token


def settle(tokens: Sequence[Token], entries: Sequence[Entry]) -> None:
    """Put each condition to its line as a remark."""
    clauses = _clauses(tokens)
    for place, (start, end) in enumerate(clauses):
        if not any(t.has(c.IF) for t in tokens[start:end]):
            continue
        lines = _within(tokens, start, end, entries)
        if not lines and place + 1 < len(clauses):
            lines = _within(tokens, start, clauses[place + 1][1], entries)
        if len(lines) != 1:
            continue
        entry, span = lines[0], (tokens[start].start, tokens[end - 1].end)
        entry.spans.setdefault("note", span)
        for other in entries:  # 有味精的话再来2袋味精
            again = other.qty is None and other.item.found == entry.item.found and other is not entry
            other.dropped = other.dropped or (again and span[0] <= other.item.start < span[1])


def _within(tokens: Sequence[Token], start: int, end: int, entries: Sequence[Entry]) -> list[Entry]:
    first, last = tokens[start].start, tokens[end - 1].end
    return [e for e in entries if "qty" in e.spans and first <= e.spans["qty"][0] < last]
