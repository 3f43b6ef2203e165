"""From which measure to which: 6孔到24孔板一律4块6, 50ml到500ml各两箱. The goods between are those of the one name that
the catalogue has."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import product

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import kin
from nlp.catalogue.resolve import meaning, narrow
from nlp.catalogue.terms import MEASURE, measure_key
from nlp.scanning import cues as c
from nlp.scanning.numbers import plain
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_TO = ("到", "至", "~", "-")
_DAY = re.compile(r"(\d{1,2})号")
_SLASHED = re.compile(r"\d{1,5}(?:\.\d{1,3})?(?:/\d{1,5}(?:\.\d{1,3})?){1,11}")
_ANY_NUMBER = re.compile(r"(?<![\d.])[-+]?\d+(?:\.\d+)?")
_NEAR = (Decimal("0.4"), Decimal("1.7"))  # of the list price
_FEW = 12
# 五个规格每盒 between a range and its prices.
_LEAD = re.compile(
    r"(?:这)?[两三四五六七八九十\d]{1,2}[个种款样](?:规格|型号|尺寸|尺码|码|号|颜色|口味|品种)?(?:的)?(?:每[\u4e00-\u9fff])?"
    r"(?:价格?|单价|报价)?(?:分别|依次)?(?:是|为)?"
)
_MOST = 40


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such a range is every measure of it; 12到18号 of sizes ends in no day."""
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if at + 2 < len(tokens) and tokens[at + 1].text in _TO and (_of_all(tokens, at + 3) or _row(tokens, at + 3)):
            if (among := _listed(tokens, at, _named(result, lexicon), lexicon)) is not None:
                result += _written(among, token, tokens[at + 2].end)
                at += 3
                continue
            if token.kind in (T.NUM, T.SPEC) and (size := _no_day(tokens[at + 2])) is not None:
                result += [token, tokens[at + 1], size]
                at += 3
                continue
            base = _named(result, lexicon)
            if found := _between(token, tokens[at + 2], lexicon) or (_from_to(token, tokens[at + 2], base, lexicon)):
                result += _written(found, token, tokens[at + 2].end)
                at += 3
                continue
        elif at + 2 < len(tokens) and tokens[at + 1].text in _TO and (base := _named(result, lexicon)):
            found = _from_to(token, tokens[at + 2], base, lexicon)
            if found and _one_price(tokens, at + 3, found, lexicon):
                result += _written(found, token, tokens[at + 2].end)
                at += 3
                continue
        result.append(token)
        at += 1
    return result


def _written(found: list[frozenset[int]], token: Token, end: int) -> list[Token]:
    """The goods of each measure side by side."""
    result: list[Token] = []
    for place, goods in enumerate(found):
        result += [Token(T.COMMA, end, end, "、")] * bool(place)
        result.append(Token(T.SPEC, token.start, end, token.text, found=goods))
    return result


def _of_all(tokens: list[Token], at: int) -> bool:
    """Whether a price or so much of each follows, and nothing that is brought."""
    for token in tokens[at : at + 4]:
        if token.has(c.EACH, c.ALL) or token.kind is T.PRICE:
            return True
        if token.kind not in (T.GAP, T.ITEM) and token.text not in ("的", "都"):
            return False
    return False


def _row(tokens: list[Token], at: int) -> int:
    """How many numbers side by side follow: 9.2/9.8/10.5, or 依次9.2 9.8 10.5."""
    said, first = "", at
    for end in range(first, min(len(tokens), first + 8)):
        said += tokens[end].text.strip()
        at = end + 1 if _LEAD.fullmatch(said) else at
    while at < len(tokens) and (tokens[at].kind in (T.GAP, T.ITEM, T.COLON) or tokens[at].has(c.PARALLEL, c.PRICE)):
        at += 1
    if at < len(tokens) and tokens[at].kind is T.SPEC and _SLASHED.fullmatch(tokens[at].text):
        return tokens[at].text.count("/") + 1
    count = 0
    while at < len(tokens) and (tokens[at].kind in (T.NUM, T.PRICE) or (count and _SLASHED.fullmatch(tokens[at].text))):
        count += tokens[at].text.count("/") + 1 if tokens[at].kind is T.SPEC else 1
        if at + 1 < len(tokens) and tokens[at + 1].text in ("/", "、", " ", "和"):
            at += 1
        at += 1
    return count if count > 1 else 0


def _listed(tokens: list[Token], at: int, base: frozenset[int], lexicon: Lexicon) -> list[frozenset[int]] | None:
    """The goods of each measure of 20到26寸 when as many numbers follow as there are."""
    count, first, last = _row(tokens, at + 3), tokens[at], tokens[at + 2]
    if not count or first.kind not in (T.NUM, T.SPEC, T.MEASURE, T.ITEM) or last.kind not in (T.MEASURE, T.ITEM):
        return None
    if among := _from_to(first, last, base, lexicon):
        return among if len(among) == count else None
    if first.kind is not T.MEASURE:
        unit = MEASURE.match(last.term or last.text)
        if unit is None or first.value is None:
            return None
        term = measure_key(plain(first.value), unit[2])
        first = replace(first, kind=T.MEASURE, text=term, term=term, found=None)
    found = _between(first, last, lexicon)
    return found if len(found) == count else None


def _from_to(first: Token, last: Token, base: frozenset[int], lexicon: Lexicon) -> list[frozenset[int]]:
    """厄虾20/30到60/70, -1.00到-3.00, 100到300度: the goods from the one to the other, by the number in which alone
    their specs differ."""
    if first.kind in (T.NUM, T.SPEC) and (unit := MEASURE.match(last.term or last.text)) and first.value is not None:
        term = measure_key(plain(first.value), unit[2])
        first = replace(first, kind=T.MEASURE, text=term, term=term, found=None)
    if first.kind not in (T.ITEM, T.MEASURE) or last.kind not in (T.ITEM, T.MEASURE):
        return []
    low, high = ((meaning(t, lexicon) & base if base else meaning(t, lexicon)) for t in (first, last))
    if not 0 < len(low) <= _FEW or not 0 < len(high) <= _FEW:
        return []
    sizes: dict[Decimal, set[int]] = {}
    up = True
    for one, other in product(low, high):
        (name, form, numbers), (name_, form_, numbers_) = _shape(one, lexicon), _shape(other, lexicon)
        differing = [p for p, (a, b) in enumerate(zip(numbers, numbers_, strict=False)) if a != b]
        if (name, form, len(numbers)) != (name_, form_, len(numbers_)) or not differing or len(differing) > 2:
            continue
        place = differing[0]
        up = numbers[place] < numbers_[place]
        ends = sorted((numbers[place], numbers_[place]))
        for n in kin(frozenset((one,)), lexicon):
            shape = _shape(n, lexicon)
            same = shape[:2] == (name, form) and all(
                shape[2][p] == numbers[p] for p in range(len(numbers)) if p not in differing
            )
            if same and ends[0] <= shape[2][place] <= ends[1]:
                sizes.setdefault(shape[2][place], set()).add(n)
    if len(sizes) < 2:
        return []
    return [frozenset(sizes[size]) for size in sorted(sizes, reverse=not up)]


def _shape(number: int, lexicon: Lexicon) -> tuple[str, str, list[Decimal]]:
    """The name of goods, their spec without its numbers, and these."""
    goods = lexicon.product(number)
    spec = fold_key(goods.spec)
    return goods.name, _ANY_NUMBER.sub("#", spec), [Decimal(said) for said in _ANY_NUMBER.findall(spec)]


def _named(before: list[Token], lexicon: Lexicon) -> frozenset[int]:
    """The goods named right before a range."""
    run: list[Token] = []
    for token in reversed(before[-12:]):
        if token.kind in (T.ITEM, T.SPEC, T.MEASURE) and meaning(token, lexicon):
            run.append(token)
        elif token.kind is not T.GAP and token.text != "的":
            break
    return narrow(run, lexicon) if run else frozenset()


def _one_price(tokens: list[Token], at: int, found: list[frozenset[int]], lexicon: Lexicon) -> bool:
    """老花镜100到300度5.5: a number that ends the clause and is about what all of them cost."""
    while at < len(tokens) and tokens[at].kind is T.GAP:
        at += 1
    number = tokens[at] if at < len(tokens) else None
    if number is None or number.kind is not T.NUM or not number.value:
        return False
    after = next((t for t in tokens[at + 1 : at + 3] if t.kind is not T.GAP), None)
    if after is not None and after.kind not in (T.COMMA, T.STOP) and not after.has(c.TAX_IN, c.TAX_EX):
        return False
    listed = [lexicon.product(n).list_price for goods in found for n in goods]
    return all(price and _NEAR[0] <= number.value / price <= _NEAR[1] for price in listed)


def _no_day(token: Token) -> Token | None:
    match = _DAY.fullmatch(token.text) if token.kind is T.DATE else None
    if match is None:
        return None
    return replace(token, kind=T.MEASURE, day=None, value=Decimal(match[1]), term=token.text)


def _between(first: Token, last: Token, lexicon: Lexicon) -> list[frozenset[int]]:
    """The goods of each measure from one to the other; empty when the two are no measures of one kind."""
    low, high = (MEASURE.match(token.term or token.text) for token in (first, last))
    if low is None or high is None or low[2] != high[2] or "/" in low[1] + high[1]:
        return []
    goods = meaning(first, lexicon) | meaning(last, lexicon)
    names = [{lexicon.product(n).name for n in list(meaning(token, lexicon))[:_MOST]} for token in (first, last)]
    common = names[0] & names[1]
    if len(common) != 1 or Decimal(low[1]) >= Decimal(high[1]):
        return []
    goods = kin(frozenset(n for n in goods if lexicon.product(n).name in common), lexicon)
    sizes: dict[Decimal, set[int]] = {}
    for n in goods:
        for number, unit in MEASURE.findall(fold_key(lexicon.product(n).spec)):
            if unit == low[2] and "/" not in number and Decimal(low[1]) <= Decimal(number) <= Decimal(high[1]):
                sizes.setdefault(Decimal(number), set()).add(n)
    whole = lexicon.has_term(measure_key(low[1], low[2])) and lexicon.has_term(measure_key(high[1], high[2]))
    alias = meaning(last, lexicon) if last.exact and len(meaning(last, lexicon)) == 1 else frozenset()
    if not whole or len(sizes) < 2 or (alias and not alias & frozenset(sizes.get(Decimal(high[1]), ()))):
        return []
    return [frozenset(sizes[size]) for size in sorted(sizes)]
