"""Empty bottles and crates to be taken back, told beside an order: 清爽20箱,退空瓶15箱. Their number orders nothing."""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_EMPTY = re.compile(r"空的?(?:瓶|桶|框|筐|箱|罐|坛|篓|周转箱|托盘|气瓶)子?")
_TAKEN = re.compile(r"退|带回|带走|收|拉走|拉回|换|取走|还|拖走|运走|抵|回收")
_ENDS = (T.COMMA, T.STOP)
_KEPT = (T.DATE, T.PARTY, T.PHONE, *_ENDS)


def fold(tokens: list[Token], text: str, lexicon: Lexicon) -> tuple[list[Token], str]:
    """Tokens and folded text in which the clause about them says nothing, when goods are counted in another."""
    found = [match for match in _EMPTY.finditer(text) if not lexicon.has_term(match[0])]
    if not found:
        return tokens, text
    clauses: list[tuple[int, int]] = []
    start = 0
    for at, token in enumerate([*tokens, Token(T.STOP, len(text), len(text), "")]):
        if token.kind in _ENDS:
            clauses.append((start, at))
            start = at + 1
    spans = []
    for first, last in clauses:
        if first >= last:
            continue
        begin, end = tokens[first].start, tokens[last - 1].end
        match = next((m for m in found if begin <= m.start() < end), None)
        if match is None:
            continue
        counted = next((at for at in range(first, last) if tokens[at].end > match.start()), last)
        before = [t for t in tokens[first:counted] if t.kind in (T.QTY, T.NUM)]
        place = tokens.index(before[-1]) + 1 if before else first
        if _TAKEN.search(text[tokens[place].start : end]):
            spans.append((place, last))
    counts = [t for at, t in enumerate(tokens) if t.kind is T.QTY and not any(a <= at < b for a, b in spans)]
    if not spans or not counts:
        return tokens, text
    for first, last in spans:
        start, end = tokens[first].start, tokens[last - 1].end
        text = text[:start] + " " * (end - start) + text[end:]
    quiet = [
        replace(t, kind=T.CUE, cues=(c.FILLER,), term=None, value=None)
        if t.kind not in _KEPT and any(a <= at < b for a, b in spans) else t
        for at, t in enumerate(tokens)
    ]  # fmt: skip
    return quiet, text
