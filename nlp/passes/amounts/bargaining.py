"""Haggling in a record of a talk: 现在啥价 / 50一箱 / 48我拿40箱 / 行48. The price said last is the one agreed on, the
quantity said last the one wanted (成,那要30只), and who asked for the price and then says how many orders."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import having, kin
from nlp.catalogue.resolve import meaning, narrow
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_GOODS = (T.ITEM, T.MEASURE, T.SPEC)
_SMALL = (T.CUE, T.GAP, T.COMMA, T.UNKNOWN, T.PARTY, T.COLON, T.SIGN, T.STOP, T.DATE)
_WANTED = ("要", "拿", "来", "订", "改", "改成", "那要", "就要", "改要")
_MORE = (c.ADD, c.GIFT, c.LESS)


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which of several bids for the same goods only the last is left."""
    if sum(token.text == "\n" for token in tokens) < 2:
        return tokens
    lines = _lines(tokens)
    for line in lines:
        _priced_alike(line, lexicon)
    at = 0
    while at < len(lines):
        goods = [t for t in lines[at] if t.kind in _GOODS]
        if goods:
            end = next((n for n in range(at + 1, len(lines)) if any(t.kind in _GOODS for t in lines[n])), len(lines))
            _settle(lines, at, end, lexicon)
            at = end
        else:
            at += 1
    return [token for line in lines for token in line]


def _lines(tokens: list[Token]) -> list[list[Token]]:
    lines: list[list[Token]] = [[]]
    for token in tokens:
        lines[-1].append(token)
        if token.text == "\n":
            lines.append([])
    return [part for line in lines if line for part in _before_more(line)]


def _before_more(line: list[Token]) -> list[list[Token]]:
    """行 505 4桶 再来10袋腻子粉: what closes the talk, and what more is wanted."""
    goods = next((n for n, t in enumerate(line) if t.kind in _GOODS), None)
    if goods is None:
        return [line]
    cut = next((n for n in range(goods - 1, 0, -1) if line[n].has(c.ADD) or line[n].text == "再"), 0)
    if cut and any(t.kind in (T.NUM, T.PRICE) for t in line[:cut]) and not any(t.kind in _GOODS for t in line[:cut]):
        return [line[:cut], line[cut:]]
    return [line]


def _priced_alike(line: list[Token], lexicon: Lexicon) -> None:
    """A级48一扎 B级36: behind the price of one thing, in a line that counts nothing, a bare number is another's."""
    first = next((t for t in line if t.kind is T.PRICE and t.unit is not None and t.value is not None), None)
    if first is None or first.value is None or any(t.kind is T.QTY for t in line):
        return
    for before, token in pairwise([t for t in line if t.kind is not T.GAP]):
        bare = token.kind is T.NUM and token.unit is None and token.value is not None and token.start > first.start
        clings = before.kind in _GOODS and before.end == token.start
        if bare and clings and Decimal("0.2") <= (token.value or 0) / first.value <= 5:
            token.kind, token.unit = T.PRICE, first.unit


def _may_cost(goods: list[Token], value: Decimal, lexicon: Lexicon) -> bool:
    """Whether a bare number is about what the goods of a line cost by the list."""
    listed = narrow([t for t in goods if meaning(t, lexicon)], lexicon)
    if having(value, kin(listed, lexicon) if listed else listed, lexicon):
        return False  # 43 of shoes that come in 43
    for product in (lexicon.product(n) for n in list(listed)[:20]):
        if product.list_price is None or product.list_price <= 0:
            continue
        for factor in product.units.values():
            if Decimal("0.6") <= value / (product.list_price * factor) <= Decimal("1.6"):
                return True
    return False


def _settle(lines: list[list[Token]], first: int, end: int, lexicon: Lexicon) -> None:
    """Leave the last price and the last quantity of a talk about the goods of its first line."""
    bids: list[tuple[int, int]] = []
    unit: str | None = None
    said: Decimal | None = None
    for number in range(first, end):
        for at, token in enumerate(lines[number]):
            bid = token.kind is T.PRICE and token.value is not None
            if not bid and number > first and token.kind is T.NUM and token.value and _bare(lines[number]):
                near = said is not None and Decimal("0.6") <= token.value / said <= Decimal("1.6")
                goods = [t for t in lines[first] if t.kind in _GOODS]
                asked_first = _asked_only(lines[first]) or _may_cost(goods, token.value, lexicon)
                bid = near or (said is None and asked_first)
            if bid:
                bids.append((number, at))
                unit, said = unit or token.unit, token.value
    speakers = {number for number, _ in bids}
    asked = [(n, at) for n in range(first, end) for at, t in enumerate(lines[n]) if t.has(c.ASK_PRICE, c.BARGAIN)]
    if len(speakers) > 1 and _asked_only(lines[first]):
        asked += [(first, at) for at, t in enumerate(lines[first]) if t.has(c.MUCH)]
        for at, token in enumerate(lines[first]):
            if token.kind is T.QTY:
                lines[first][at] = _silent(token)  # 多少钱一罐
    haggled = len(speakers) > 1 and (bool(asked) or any(lines[n][at].kind is T.NUM for n, at in bids))
    haggled = haggled or _bid_on(lines, bids)
    if haggled:
        for number, at in bids[:-1]:
            lines[number][at] = _silent(lines[number][at])
        number, at = bids[-1]
        last = lines[number][at]
        lines[number][at] = replace(last, kind=T.PRICE, unit=last.unit or unit)
    counted = [
        (n, at) for n in range(first, end) for at, t in enumerate(lines[n])
        if t.kind is T.QTY and t.value != 1 and not t.approx and (n == first or _wants(lines[n], at))
    ]  # fmt: skip
    if (haggled or asked) and counted and counted[-1][0] > first:
        for number, at in counted[:-1]:
            if lines[number][at].unit == lines[counted[-1][0]][counted[-1][1]].unit:
                lines[number][at] = _silent(lines[number][at])
        for number, at in asked:
            lines[number][at] = _silent(lines[number][at])


def _bid_on(lines: list[list[Token]], bids: list[tuple[int, int]]) -> bool:
    """21 / 20块5,拿5箱 / 20块8: prices near one another in lines that say no goods but the first."""
    values = [lines[n][at].value or Decimal(0) for n, at in bids]
    spread = len({n for n, _ in bids}) == len(bids) > 2 and min(values) * Decimal("1.3") >= max(values) > 0
    return spread and all(
        t.kind in (*_SMALL, T.NUM, T.QTY, T.PRICE) for n, _ in bids[1:] for t in lines[n] if t.text.strip()
    )


def _bare(line: list[Token]) -> bool:
    """Whether the only bare number of a line is said without goods."""
    numbers = [t for t in line if t.kind is T.NUM]
    return len(numbers) == 1 and all(t.kind in (*_SMALL, T.NUM, T.QTY, T.PRICE) for t in line)


def _asked_only(line: list[Token]) -> bool:
    """18升哑光白多少: goods and what they cost, no amount."""
    return any(t.has(c.MUCH, c.ASK_PRICE) for t in line) and not any(
        t.kind in (T.NUM, T.PRICE) or (t.kind is T.QTY and t.value != 1) for t in line
    )


def _wants(line: list[Token], at: int) -> bool:
    """那要30只, 我拿40箱; but 再来10只 is more of it."""
    before = [t for t in line[:at] if t.kind is not T.GAP][-2:]
    if any(t.has(*_MORE) and not t.has(c.CHANGE) for t in before):
        return False
    return bool(before) and (before[-1].text in _WANTED or before[-1].kind in (T.PRICE, T.NUM))


def _silent(token: Token) -> Token:
    return replace(token, kind=T.CUE, cues=(c.FILLER,))
