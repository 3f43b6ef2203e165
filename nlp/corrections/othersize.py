"""A line of the draft in another size, told only by comparing: 底漆换小桶的, 气泡膜要厚的, 胶带换长的.

What it is to be compared with is the line itself, so that the goods that are smaller or larger than it, and otherwise
like it, are meant; of several nobody can tell.
"""

from __future__ import annotations

from collections.abc import Sequence

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import group
from nlp.catalogue.terms import full_key
from nlp.corrections.draft import DraftLine, lines_of, retained
from nlp.passes.specs.comparatives import ordered_by_measure
from nlp.scanning import cues as c
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_LESS, _MORE = frozenset("短小薄窄细矮"), frozenset("长大厚宽粗高")
_VESSELS = frozenset("瓶包袋桶盒卷罐支箱听号装款个筒")
_WORDS = (T.ITEM, T.MEASURE, T.SPEC)
_MOST = 40


def compared(tokens: list[Token], lines: Sequence[DraftLine], lexicon: Lexicon) -> tuple[list[Token], bool]:
    """The tokens of a clause with such a word as the goods it means, and whether it means several or none."""
    for at, token in enumerate(tokens):
        word = token.text[:1]
        whole = token.kind is T.SPEC and len(token.text) <= 2  # 窄的, read already as all but the widest
        if not at or (word not in _LESS and word not in _MORE) or not (whole or len(token.text) == 1):
            continue
        if not tokens[at - 1].has(c.CHANGE):
            continue
        end = at + 1 if whole else _end(tokens, at)
        line = _line(tokens[: at - 1], lines, lexicon) if end else None
        if line is None:
            continue
        if token.kind is T.ITEM and _so_called(token, line, lexicon):
            continue
        found = _beside(line, lexicon, less=word in _LESS)
        if len(found) != 1:
            return tokens, True
        text = "".join(t.text for t in tokens[at:end])
        size = Token(T.SPEC, token.start, tokens[end - 1].end, text, found=found)
        return [*tokens[:at], size, *tokens[end:]], False
    return tokens, False


def _end(tokens: list[Token], at: int) -> int:
    """Where 小桶, 小的 ends that begins here; 0 when the word describes nothing by itself."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following is None or following.text in ("的", "吧", "款", "那种"):
        return at + 1
    if len(following.text) == 1 and following.text in _VESSELS and following.start == tokens[at].end:
        return at + 2
    return 0


def _line(before: list[Token], lines: Sequence[DraftLine], lexicon: Lexicon) -> DraftLine | None:
    """The one line spoken of."""
    items = group([t for t in before if t.kind in _WORDS][:_MOST], lexicon)
    rows = [row for t in before if t.kind is T.ROW for row in t.rows]
    if rows:
        hits = [line for line in lines if line.line_no in rows]
    elif len(items) == 1 and not items[0].strange:
        hits = lines_of(items[0], list(lines), lexicon)
    else:
        hits = [] if items else list(lines)
    return hits[0] if len(hits) == 1 else None


def _so_called(token: Token, line: DraftLine, lexicon: Lexicon) -> bool:
    """Whether goods of the line's name say such a word themselves: 大号, 小号."""
    product = lexicon.by_sku(line.sku)
    kin = lexicon.exact(full_key(fold_key(product.name))) if product is not None else frozenset()
    return any(token.text in fold_key(lexicon.product(n).spec) for n in list(kin)[:_MOST])


def _beside(line: DraftLine, lexicon: Lexicon, *, less: bool) -> frozenset[int]:
    """Goods of the line's name that are smaller (or larger) than it, those most like it."""
    old, number = lexicon.by_sku(line.sku), lexicon.number(line.sku or "")
    if old is None or number is None:
        return frozenset()
    found: set[int] = set()
    for n in list(lexicon.exact(full_key(fold_key(old.name))))[:_MOST]:
        pair = ordered_by_measure(frozenset((n, number)), lexicon) if n != number else []
        if pair and (pair[0] == n) is less:
            found.add(n)
    return retained(old, frozenset(found), lexicon) if found else frozenset()
