"""Tables of customers and goods: 商品 晨光 云栖湾 / 牛奶(箱) 5 3, or the customers down and the goods across. Every
number is what one customer gets of one kind of goods."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import having, plainly
from nlp.catalogue.resolve import meaning, narrow
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token, joined, lines_of

_GOODS = (T.ITEM, T.MEASURE, T.SPEC)
_OPEN = ("-", "/", "_", "—", "无")
_MOST = 400  # numbers of one table
_WIDEST = 16


@dataclass(slots=True)
class _Cell:
    """What stands in one cell: a customer, goods and the unit they are counted in, or words that say neither."""

    party: Token | None = None
    goods: list[Token] = field(default_factory=list)
    unit: str | None = None
    total: bool = False


def arrange(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens with such a table as the lines of one customer after the other; anything else stays as it is."""
    if not any(t.text in ("\t", "|") or t.text.startswith("  ") for t in tokens) and not _wide(tokens):
        return tokens
    lines = lines_of(tokens)
    for at in range(len(lines) - 1):
        heads = _heads(lines[at], lexicon)
        if heads is None:
            continue
        rows: list[tuple[_Cell, list[Token | None]]] = []
        for line in lines[at + 1 :]:
            row = _row(line, heads, lexicon)
            if row is None:
                break
            rows.append(row)
        if rows and len(rows) * len(heads) <= _MOST:
            return [*joined(lines[:at]), *_written(heads, rows), *joined(lines[at + 1 + len(rows) :])]
    return tokens


def _wide(tokens: list[Token]) -> bool:
    return any(a.kind is T.GAP and b.kind is T.GAP for a, b in pairwise(tokens))


def _cells(line: list[Token]) -> list[list[Token]]:
    """The cells of a line, parted by tabs, by upright strokes or by several blanks."""
    cells: list[list[Token]] = [[]]
    parted = False
    for at, token in enumerate(line):
        if token.kind is T.STOP and token.text == "\n":
            continue
        wide = token.kind is T.GAP and (
            token.text == "\t" or len(token.text) > 1 or (at + 1 < len(line) and line[at + 1].kind is T.GAP)
        )
        if token.text == "\t" or token.text == "|":
            if not (parted and not cells[-1]):
                cells.append([])
            parted = token.text != "\t"
        elif wide:
            if not parted:
                cells.append([])
            parted = True
        elif token.kind is not T.GAP:
            cells[-1].append(token)
            parted = False
    framed = bool(line) and next((t.text for t in line if t.kind is not T.GAP), "") == "|"
    return cells[1:-1] if framed and not cells[0] and not cells[-1] else cells


def _read(cell: list[Token], lexicon: Lexicon) -> _Cell | None:
    """What a cell says; None when it says something else."""
    if any(t.has(c.TOTAL) for t in cell):
        return _Cell(total=True)
    parties = [t for t in cell if t.kind is T.PARTY]
    if len(parties) == 1 and parties[0].parties and all(t is parties[0] or t.cues for t in cell):
        return _Cell(party=parties[0])
    unit = None
    if len(cell) > 3 and cell[-1].text == ")" and cell[-3].text == "(" and cell[-2].text in lexicon.unit_words:
        unit, cell = cell[-2].text, cell[:-3]
    cell = _sized(cell, lexicon)
    known = bool(cell) and all(t.kind in _GOODS for t in cell) and any(meaning(t, lexicon) for t in cell)
    return _Cell(goods=cell, unit=unit) if known else None


def _sized(cell: list[Token], lexicon: Lexicon) -> list[Token]:
    """PPR直接20: goods that come in such a number."""
    goods = narrow([t for t in cell if t.kind in _GOODS and meaning(t, lexicon)], lexicon)
    sized: list[Token] = []
    for token in cell:
        found = having(token.value, goods, lexicon) if token.kind is T.NUM and token.value is not None else frozenset()
        if found and token.value is not None:
            sized.append(replace(token, kind=T.SPEC, found=plainly(token.value, found, lexicon)))
        else:
            sized.append(token)
    return sized


def _heads(line: list[Token], lexicon: Lexicon) -> list[_Cell] | None:
    cells = _cells(line)
    if not 3 <= len(cells) <= _WIDEST or any(t.kind in (T.QTY, T.PRICE, T.PARTY, *_GOODS) for t in cells[0]):
        return None
    if len(cells[0]) > 6:
        return None
    heads = [_read(cell, lexicon) for cell in cells[1:]]
    if any(head is None for head in heads):
        return None
    told = [head for head in heads if head is not None]
    kinds = {head.party is not None for head in told if not head.total}
    return told if len(kinds) == 1 and sum(not head.total for head in told) > 1 else None


def _row(line: list[Token], heads: list[_Cell], lexicon: Lexicon) -> tuple[_Cell, list[Token | None]] | None:
    cells = _cells(line)
    while len(cells) > len(heads) + 1 and not cells[-1]:
        cells.pop()
    cells += [[] for _ in range(len(heads) + 1 - len(cells))]
    across = any(head.party is not None for head in heads)
    first = _read(cells[0], lexicon) if len(cells) == len(heads) + 1 else None
    if first is None or not (first.total or bool(first.goods) is across):
        return None
    numbers: list[Token | None] = []
    for cell in cells[1:]:
        said = [t for t in cell if t.text not in _OPEN]
        if len(said) > 1 or (said and (said[0].kind not in (T.NUM, T.QTY) or said[0].value is None)):
            return None
        numbers.append(said[0] if said and said[0].value else None)
    return first, numbers


def _written(heads: list[_Cell], rows: list[tuple[_Cell, list[Token | None]]]) -> list[Token]:
    across = any(head.party is not None for head in heads)
    pairs: list[tuple[_Cell, _Cell, Token]] = []
    if across:
        for place, head in enumerate(heads):
            pairs += [(head, first, n) for first, numbers in rows if (n := numbers[place]) is not None]
    else:
        for first, numbers in rows:
            pairs += [(first, head, n) for head, n in zip(heads, numbers, strict=True) if n is not None]
    written: list[Token] = []
    last: Token | None = None
    for who, what, number in pairs:
        if who.party is None or not what.goods:
            continue  # a total
        end = number.end
        if who.party is not last:
            written += [replace(who.party), Token(T.GAP, end, end, " ")]
            last = who.party
        counted = number.kind is T.NUM and what.unit is not None
        amount = replace(number, kind=T.QTY, unit=what.unit) if counted else number
        written += [replace(t) for t in what.goods]
        written += [Token(T.GAP, end, end, " "), amount, Token(T.STOP, end, end, "\n")]
    return written
