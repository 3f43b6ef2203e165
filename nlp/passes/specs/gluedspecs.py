"""Spec words that hold two things: 38*2 (a size and how many), BV2.5 (a name and a number), 6204-2RS (two specs), 43
1箱 (a size and one box). Each is cut where the goods it stands with say so."""

from __future__ import annotations

import re
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import all_having, having, having_text, kin
from nlp.catalogue.terms import CLOSED, MEASURES, measure_key
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_TIMES = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\*(\d{1,4})")
_GLUED = re.compile(r"([a-z]{2,4})(\d{1,3}(?:\.\d{1,2})?)")
_ONCE = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)[ \t]*([1一][^\d.]{1,3})")
_COSTS = {"一": (Decimal("0.45"), Decimal("2.2")), "1": (Decimal("0.6"), Decimal("1.5"))}  # of the list price
_OFTEN = re.compile(r"([a-z0-9.]*[a-z][a-z0-9.]*)\*(\d{1,5})")
_LONGEST = 20
_MEASURE_TIMES = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)([a-z]{1,3})\*(\d{1,4})")
_LONG_ONCE = re.compile(r"(\d{4,6})[ \t]*([1一][^\d.]{1,3})")
_MOST = 400
_PART = re.compile(r"[a-z]{1,3}\d{1,4}(?:\.\d{1,2})?")
_LED = re.compile(r"([a-z]{2,6})(\d[\d.]*(?:[*+]\d[\d.]*)+)")
_MEASURED = re.compile(r"(\d{1,4}[a-z]{1,2})(\d{1,4}(?:\.\d{1,2})?)a?")
_ROUND = re.compile(r"[φ#](\d{1,4}(?:\.\d{1,2})?)")


def times(token: Token, base: frozenset[int], lexicon: Lexicon, *, counted: bool = False) -> list[Token]:
    """38*2 behind shoes that come in 38: the size and how many. 10*10 behind pots of 10*10cm stays one spec.
    ``counted``: a quantity follows, so that 500ml*12 is how it is packed."""
    if (measured := _MEASURE_TIMES.fullmatch(token.text)) is not None and not lexicon.has_term(token.text):
        return [] if counted else _measure_times(token, measured, base, lexicon)
    match = _TIMES.fullmatch(token.text)
    if match is None or lexicon.has_term(token.text):
        return []
    whole = having_text(token.text, base, lexicon) or _pack(match[1], match[2], base, lexicon)
    whole = whole or _measures(match[1], match[2], base, lexicon)
    if whole:
        return [Token(T.SPEC, token.start, token.end, token.text, found=whole)]
    found = having(Decimal(match[1]), base, lexicon)
    if not found or len(base) < 2:
        return []
    middle = token.start + len(match[1])
    return [
        Token(T.SPEC, token.start, middle, match[1], value=Decimal(match[1]), found=found),
        Token(T.SIGN, middle, middle + 1, "*"),
        Token(T.NUM, middle + 1, token.end, match[2], value=Decimal(match[2])),
    ]


def _measure_times(token: Token, match: re.Match[str], base: frozenset[int], lexicon: Lexicon) -> list[Token]:
    """25kg*4 of goods that come in 25kg."""
    term = measure_key(match[1], match[2]) if match[2] in MEASURES else ""
    if not term or not lexicon.has_term(term) or (base and not kin(base, lexicon) & lexicon.postings(term)):
        return []
    middle = token.start + match.start(3) - 1
    return [
        Token(T.MEASURE, token.start, middle, match[1] + match[2], value=Decimal(match[1]), term=term, exact=True),
        Token(T.SIGN, middle, middle + 1, "*"),
        Token(T.NUM, middle + 1, token.end, match[3], value=Decimal(match[3])),
    ]


def _measures(one: str, other: str, base: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """4.5*100 of goods of 4.5cm*100码."""
    if not base or len(base) > _MOST:
        return frozenset()
    unit = r"[a-z\u4e00-\u9fff]{0,3}"
    pattern = re.compile(rf"(?<![\d.*]){re.escape(one)}{unit}\*{re.escape(other)}(?![\d.])")

    def has(n: int) -> bool:
        return bool(pattern.search(fold_key(lexicon.product(n).spec)))

    return frozenset(n for n in kin(base, lexicon) if has(n)) if any(has(n) for n in base) else frozenset()


def _pack(size: str, count: str, base: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """500*6 of bottles of 500ml*6."""
    if not base or len(base) > _MOST:
        return frozenset()
    pattern = re.compile(rf"(?<![\d.*]){re.escape(size)}[a-z\u4e00-\u9fff]{{1,3}}\*{count}(?![\d.*])")

    def packed(n: int) -> bool:
        product = lexicon.product(n)
        return Decimal(count) in product.units.values() and bool(pattern.search(fold_key(product.spec)))

    return frozenset(n for n in kin(base, lexicon) if packed(n)) if any(packed(n) for n in base) else frozenset()


def glued(token: Token, base: frozenset[int], lexicon: Lexicon) -> list[Token]:
    """BV2.5 of a wire BV 2.5平方, 6204-2RS of a bearing 6204 2RS, M6M8 of screws that come in both, φ12 of a bar of
    12mm, 500ml*12 of bottles of which a box holds twelve."""
    if lexicon.has_term(token.text) or len(token.text) > _LONGEST:
        return []
    if found := closed(token.text, lexicon):
        return [Token(T.SPEC, token.start, token.end, token.text, found=found)]
    return (
        _name_and_number(token, lexicon) or _two_specs(token, lexicon) or _row(token, base, lexicon)
        or _diameter(token, base, lexicon) or _packed(token, base, lexicon) or _name_and_spec(token, lexicon)
        or _measure_and_number(token, base, lexicon) or _so_often(token, base, lexicon)
    )  # fmt: skip


def _so_often(token: Token, base: frozenset[int], lexicon: Lexicon) -> list[Token]:
    """7W6000K*80: two specs, and how many."""
    match = _OFTEN.fullmatch(token.text)
    if match is None:
        return []
    middle = token.start + len(match[1])
    cut = glued(Token(T.SPEC, token.start, middle, match[1], term=match[1]), base, lexicon)
    count = Token(T.NUM, middle + 1, token.end, match[2], value=Decimal(match[2]))
    return [*cut, Token(T.SIGN, middle, middle + 1, "*"), count] if cut else []


def sized(digits: str, base: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """4560 beside pads of 45*60."""
    if not base or len(base) > _MOST:
        return frozenset()
    cuts = (f"{digits[:cut]}*{digits[cut:]}" for cut in range(2, len(digits) - 1))
    found = [having_text(cut, base, lexicon) for cut in cuts]
    return next((numbers for numbers in found if numbers), frozenset())


def closed(text: str, lexicon: Lexicon, base: frozenset[int] = frozenset()) -> frozenset[int]:
    """2055516, 205/55/16 and 20555R16 are all 205/55R16: products by the digits of a spec of several numbers."""
    digits = "".join(char for char in text if char.isdigit())
    if digits == text and 4 <= len(digits) <= 6:
        return sized(digits, base, lexicon)
    if not 6 <= len(digits) <= 9 or len(text) - len(digits) > 3 or not text.startswith(digits[:2]):
        return frozenset()
    return lexicon.postings(CLOSED + digits)


def _row(token: Token, base: frozenset[int], lexicon: Lexicon) -> list[Token]:
    parts = _PART.findall(token.text)
    if len(parts) < 2 or "".join(parts) != token.text:
        return []
    if not all(lexicon.has_term(part) and (not base or base & lexicon.postings(part)) for part in parts):
        return []
    pieces, start = [], token.start
    for part in parts:
        pieces.append(Token(T.ITEM, start, start + len(part), part, term=part))
        start += len(part)
    return pieces


def _diameter(token: Token, base: frozenset[int], lexicon: Lexicon) -> list[Token]:
    match = _ROUND.fullmatch(token.text)
    if match is None or not having(Decimal(match[1]), base, lexicon):
        return []
    value = Decimal(match[1])
    return [Token(T.SPEC, token.start, token.end, match[1], value=value, found=all_having(value, base, lexicon))]


def _packed(token: Token, base: frozenset[int], lexicon: Lexicon) -> list[Token]:
    size, _, count = token.text.rpartition("*")
    if not size or not count.isdigit() or size.isdigit() or not lexicon.has_term(size):
        return []
    goods = base & lexicon.postings(size) if base else lexicon.postings(size)
    fits = [n for n in list(goods)[:60] if Decimal(count) in lexicon.product(n).units.values()]
    return [Token(T.ITEM, token.start, token.start + len(size), size, term=size)] if fits and int(count) > 1 else []


def _name_and_number(token: Token, lexicon: Lexicon) -> list[Token]:
    match = _GLUED.fullmatch(token.text)
    if match is None or not lexicon.has_term(match[1]):
        return []
    value = Decimal(match[2])
    found = having(value, lexicon.postings(match[1]), lexicon)
    if not found:
        return []
    middle = token.start + len(match[1])
    return [
        Token(T.ITEM, token.start, middle, match[1], term=match[1]),
        Token(T.SPEC, middle, token.end, match[2], value=value, found=found),
    ]


def _two_specs(token: Token, lexicon: Lexicon) -> list[Token]:
    text = token.text
    for cut in range(len(text) - 2, 1, -1):
        left, right = text[:cut], text[cut:].lstrip("-/")
        apart = left[-1].isdigit() or text[cut] in "-/" or left[0].isdigit()  # 1pc16: 1p and c16
        if right.isdigit() or not right or left[-1] in "-/.*" or not apart:
            continue
        if lexicon.has_term(left) and lexicon.has_term(right) and lexicon.postings(left) & lexicon.postings(right):
            middle = token.end - len(right)
            return [
                Token(T.ITEM, token.start, token.start + cut, left, term=left),
                Token(T.ITEM, middle, token.end, right, term=right),
            ]
    return []


def _name_and_spec(token: Token, lexicon: Lexicon) -> list[Token]:
    """rvv3*2.5: the letters of a name and the spec of the same goods."""
    match = _LED.fullmatch(token.text)
    if match is None or not lexicon.has_term(match[1]) or not lexicon.has_term(match[2]):
        return []
    if not lexicon.postings(match[1]) & lexicon.postings(match[2]):
        return []
    middle = token.start + len(match[1])
    return [
        Token(T.ITEM, token.start, middle, match[1], term=match[1]),
        Token(T.ITEM, middle, token.end, match[2], term=match[2]),
    ]


def _measure_and_number(token: Token, base: frozenset[int], lexicon: Lexicon) -> list[Token]:
    """2p32 of goods 2P C32: a measure and the number of the next part of the spec."""
    match = _MEASURED.fullmatch(token.text)
    if match is None or not lexicon.has_term(match[1]):
        return []
    goods = base & lexicon.postings(match[1]) if base else lexicon.postings(match[1])
    value = Decimal(match[2])
    found = having(value, goods, lexicon)
    if not found:
        return []
    middle = token.start + len(match[1])
    return [
        Token(T.ITEM, token.start, middle, match[1], term=match[1]),
        Token(T.SPEC, middle, token.end, match[2], value=value, found=all_having(value, goods, lexicon)),
    ]


def counted_once(
    token: Token, base: frozenset[int], lexicon: Lexicon, *, counted: bool = False, sized: bool = False
) -> list[Token]:
    """解放鞋43 1箱: a size and one of them, where a price would be no price, or the message counts everything else
    (``counted``) and only the size tells which; ``sized``: sizes are what its other numbers were."""
    if (pieces := _sized_once(token, base, lexicon)) or token.unit is None:
        return pieces
    match = _ONCE.fullmatch(token.text)
    if match is None:
        return []
    value = Decimal(match[1])
    found = having(value, base, lexicon, alone=True)
    if not found or not (found < base or len(base) == 1):
        return []
    told = counted and len(found) == 1 and found < base and (match[2][0] == "1" or sized)
    if not told and _cost(found, value, token.unit, match[2][0], lexicon):
        return []
    first, second = token.start + len(match[1]), token.start + match.start(2)
    goods = all_having(value, base, lexicon)
    return [
        Token(T.SPEC, token.start, first, match[1], value=value, found=goods),
        Token(T.GAP, first, second, " "),
        Token(T.QTY, second, token.end, token.text[match.start(2) :], value=Decimal(1), unit=token.unit),
    ]


def _sized_once(token: Token, base: frozenset[int], lexicon: Lexicon) -> list[Token]:
    """尿垫4560一箱 of pads of 45*60."""
    match = _LONG_ONCE.fullmatch(token.text)
    found = sized(match[1], base, lexicon) if match is not None and token.unit is not None else frozenset()
    if match is None or token.unit is None or not found:
        return []
    if _cost(found, Decimal(match[1]), token.unit, match[2][0], lexicon):
        return []
    second = token.start + match.start(2)
    return [
        Token(T.SPEC, token.start, token.start + len(match[1]), match[1], found=found),
        Token(T.QTY, second, token.end, token.text[match.start(2) :], value=Decimal(1), unit=token.unit),
    ]


def _cost(found: frozenset[int], value: Decimal, unit: str, one: str, lexicon: Lexicon) -> bool:
    """Whether one unit of some of these goods may cost so much."""
    least, most = _COSTS[one]
    for n in found:
        product = lexicon.product(n)
        factor = product.factor(unit)
        if product.list_price and factor and least <= value / (product.list_price * factor) <= most:
            return True
    return False


def prices_one(token: Token, base: frozenset[int], lexicon: Lexicon) -> bool:
    """菜油222的: whether a number said as an attribute is what the one product it stands with costs."""
    product = lexicon.product(next(iter(base))) if len(base) == 1 else None
    if product is None or not product.list_price or token.value is None:
        return False
    least, most = Decimal("0.6"), Decimal("1.5")
    return any(least <= token.value / (product.list_price * size) <= most for size in product.units.values())


def size_times(token: Token, base: frozenset[int], lexicon: Lexicon) -> list[Token]:
    """冰红茶1l*5: a measure of the goods before it, and how many."""
    size, _, count = token.text.rpartition("*")
    if not size or not count.isdigit() or size.isdigit() or len(count) > 4:
        return []
    if not lexicon.has_term(size) or not base & lexicon.postings(size):
        return []
    end = token.start + len(size)
    return [
        Token(T.ITEM, token.start, end, size, term=size),
        Token(T.SIGN, end, end + 1, "*"),
        Token(T.NUM, end + 1, token.end, count, value=Decimal(count)),
    ]
