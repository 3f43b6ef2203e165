"""What several lines of a draft cost, told in one breath: 单价补一下 1段205 2段198 3段180, 都是一罐的价.

Without a word for a price nobody can tell such numbers from amounts; with one each stands for its own line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import group
from nlp.corrections.draft import DraftLine, lines_of
from nlp.documents.lines import price_per
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_WORDS = (T.ITEM, T.MEASURE, T.SPEC)
_BETWEEN = ("的", "是", "=", "就", "那个", "按", "算", "给", "都", "就按")
_ACTS = (c.ADD, c.LESS, c.DROP, c.SWAP, c.TIMES, c.GIFT, c.KEEP, c.REST)
_FILLS_IN = ("补", "补一下", "加", "加上", "补上", "添", "添上")
_MOST = 200


def spread(tokens: Sequence[Token], lines: Sequence[DraftLine], lexicon: Lexicon) -> list[Token]:
    """Tokens with such numbers as prices, each in a clause of its own; as they were when it is no such list."""
    if len(tokens) > _MOST or not any((t.has(c.PRICE) or t.kind is T.PRICE) and "价" in t.text for t in tokens):
        return list(tokens)
    found = _pairs(tokens)
    if len(found) < 2 or any(t.kind is T.QTY and t.value != 1 for t in tokens):
        return list(tokens)
    if any(t.has(*_ACTS) and t.text not in _FILLS_IN for t in tokens):
        return list(tokens)
    if not all(_costs(tokens, pair, lines, lexicon) for pair in found):
        return list(tokens)
    per, said = _per(tokens, found[-1][2])
    result: list[Token] = []
    heads = {first: price for first, _, price in found}
    prices = {price for _, _, price in found}
    for at, token in enumerate(tokens):
        if at in heads and result:
            result.append(Token(T.COMMA, token.start, token.start, ","))
        if at in prices:
            result.append(replace(token, kind=T.PRICE, unit=token.unit or per))
        elif at in said or (token.text in _FILLS_IN and token.has(c.ADD)):
            result.append(replace(token, kind=T.CUE, cues=(c.FILLER,), value=None, unit=None))
        else:
            result.append(token)
    return result


def _pairs(tokens: Sequence[Token]) -> list[tuple[int, int, int]]:
    """Where goods begin and end, and where the number that follows them stands."""
    found: list[tuple[int, int, int]] = []
    at = 0
    while at < len(tokens):
        if tokens[at].kind not in _WORDS:
            at += 1
            continue
        first = at
        while at < len(tokens) and (tokens[at].kind in _WORDS or (tokens[at].kind is T.GAP and at > first)):
            at += 1
        end = at
        while at < len(tokens) and (
            tokens[at].kind in (T.GAP, T.COLON) or tokens[at].text in _BETWEEN or tokens[at].has(c.PRICE)
        ):
            at += 1
        if at < len(tokens) and tokens[at].kind in (T.NUM, T.PRICE) and tokens[at].value is not None:
            found.append((first, end, at))
            at += 1
        elif at < len(tokens) and tokens[at].kind in _WORDS:
            continue
        else:
            at += 1
    return found


def _costs(tokens: Sequence[Token], pair: tuple[int, int, int], lines: Sequence[DraftLine], lexicon: Lexicon) -> bool:
    """Whether the goods are one line of the draft and the number is what they may cost."""
    first, end, price = pair
    items = group([t for t in tokens[first:end] if t.kind in _WORDS], lexicon)
    hit = lines_of(items[0], list(lines), lexicon) if len(items) == 1 else []
    alike = len({(p.name, line.price) for line in hit if (p := lexicon.by_sku(line.sku)) is not None}) == 1
    product = lexicon.by_sku(hit[0].sku) if len(hit) == 1 or alike else None
    if product is None or items[0].strange or items[0].clash:
        return False
    value = tokens[price].value
    return value is not None and not price_per(product, value, tokens[price].unit, hit[0].unit)[1]


def _per(tokens: Sequence[Token], last: int) -> tuple[str | None, set[int]]:
    """都是一罐的价 behind the list: the unit, and which tokens say it."""
    for at in range(last + 1, len(tokens)):
        token = tokens[at]
        if token.kind is T.QTY and token.value == 1:
            return token.unit, {at}
    return None, set()
