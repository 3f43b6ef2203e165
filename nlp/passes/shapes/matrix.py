"""Tables with goods across and down: 规格 三层 五层 / 5号 0.92 1.28. Every number belongs to what heads its row and
its column; whether it is a price or an amount is for the message to say."""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import meaning
from nlp.scanning.tokens import T, Token, joined, lines_of

_GOODS = (T.ITEM, T.MEASURE, T.SPEC)
_OPEN = ("-", "/", "_", "")
_MOST = 400  # numbers of one table


def arrange(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens with such a table as one breath for each of its numbers; anything else stays as it is."""
    lines = lines_of(tokens)
    at = next((i for i in range(len(lines) - 2) if _heads(lines[i], lexicon)), None)
    if at is None:
        return tokens
    heads = _cells(lines[at])[1:]
    rows = []
    for line in lines[at + 1 :]:
        cells = _cells(line)
        if not _row(cells, len(heads), lexicon):
            break
        rows.append(cells)
    if len(rows) < 2 or len(rows) * len(heads) > _MOST:
        return tokens
    written: list[Token] = [*joined(lines[:at])]
    for cells in rows:
        for head, cell in zip(heads, cells[1:], strict=True):
            number = cell[0] if cell else None
            if number is None or number.value is None or number.value == 0:
                continue
            end = number.end
            written += [replace(t) for t in (*cells[0], Token(T.GAP, end, end, " "), *head)]
            written += [Token(T.GAP, end, end, " "), number, Token(T.STOP, end, end, "\n")]
    return [*written, *joined(lines[at + 1 + len(rows) :])]


def _cells(line: list[Token]) -> list[list[Token]]:
    """The cells of a line, parted by tabs or by several blanks."""
    cells: list[list[Token]] = [[]]
    for at, token in enumerate(line):
        if token.kind is T.STOP:
            continue
        if token.kind is not T.GAP:
            cells[-1].append(token)
            continue
        wide = token.text == "\t" or (at + 1 < len(line) and line[at + 1].kind is T.GAP)
        if wide and (cells[-1] or token.text == "\t"):
            cells.append([])
    return cells


def _heads(line: list[Token], lexicon: Lexicon) -> bool:
    """规格 三层 五层: one word for what stands below, then what the goods differ in."""
    cells = _cells(line)
    if not 3 <= len(cells) <= 12 or any(t.kind in (T.QTY, T.PRICE, T.NUM) for t in line):
        return False
    labelled = all(t.kind in (T.CUE, T.UNKNOWN) or meaning(t, lexicon) for t in cells[0])
    return labelled and all(cell and all(_says(t, lexicon) for t in cell) for cell in cells[1:])


def _row(cells: list[list[Token]], count: int, lexicon: Lexicon) -> bool:
    """5号 0.92 1.28: goods, then a number for each column."""
    if len(cells) != count + 1 or not cells[0] or not all(_says(t, lexicon) for t in cells[0]):
        return False
    numbers = [cell for cell in cells[1:] if cell and cell[0].text not in _OPEN]
    return bool(numbers) and all(len(cell) == 1 and cell[0].kind in (T.NUM, T.PRICE) for cell in numbers)


def _says(token: Token, lexicon: Lexicon) -> bool:
    return token.kind in _GOODS and bool(meaning(token, lexicon))
