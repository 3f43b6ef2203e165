"""Empty bottles and crates to be taken back, told beside an order: 清爽20箱,退空瓶15箱. Their number orders nothing."""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_EMPTY = re.compile(r"空的?(?:瓶|桶|框|筐|箱|罐|坛|篓|袋|周转箱|托盘|气瓶)子?")
# 桶要还的, 框子要退: what the goods come in, given back.
_RETURNED = re.compile(
    r"(?<![\d一二两三四五六七八九十个只])(?:空)?(?:瓶|桶|框|筐|罐|坛|篓|托盘|气瓶|周转箱|周转筐)子?(?:都|也)?"
    r"(?:要|得|用完|会|是)?(?:还的?|退的?|回收|收回|带回|收押金|押金|有押金)(?![\d一二两三四五六七八九十有没要差缺])"
)
_TAKEN = re.compile(r"退|带回|带走|收|拉走|拉回|换|取走|还|拖走|运走|抵|回收")
_BACK = re.compile(r"(?:带|拉|拖|运|收|拿)回(?:去|来)?|退(?:回|给)?(?:你|去|掉)")  # nobody buys what is taken back
_COUNTED = re.compile(r"[\d二两三四五六七八九十百]|一[个只](?!起)")
_ENDS = (T.COMMA, T.STOP)
_KEPT = (T.DATE, T.PARTY, T.PHONE, *_ENDS)


def _clause(text: str, match: re.Match[str]) -> str:
    start = max(text.rfind(mark, 0, match.start()) for mark in ",;。!\n") + 1
    ends = [end for mark in ",;。!\n" if (end := text.find(mark, match.end())) >= 0]
    return text[start : min(ends, default=len(text))]


def fold(tokens: list[Token], text: str, lexicon: Lexicon) -> tuple[list[Token], str]:
    """Tokens and folded text in which the clause about them says nothing, when goods are counted in another."""
    found = [match for match in _EMPTY.finditer(text) if not lexicon.has_term(match[0])]
    known = [match for match in _EMPTY.finditer(text) if lexicon.has_term(match[0])]
    found += [
        match for match in known if (not _COUNTED.search(_clause(text, match)) or _BACK.search(_clause(text, match)))
    ]  # 空桶一起换走, though some sell 空桶
    found += _RETURNED.finditer(text)
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
