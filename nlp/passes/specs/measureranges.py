"""From which measure to which: 6孔到24孔板一律4块6, 50ml到500ml各两箱. The goods between are those of the one name that
the catalogue has."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import kin
from nlp.catalogue.resolve import meaning
from nlp.catalogue.terms import MEASURE, measure_key
from nlp.scanning import cues as c
from nlp.scanning.numbers import plain
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_TO = ("到", "至", "~", "-")
_DAY = re.compile(r"(\d{1,2})号")
_SLASHED = re.compile(r"\d{1,5}(?:\.\d{1,3})?(?:/\d{1,5}(?:\.\d{1,3})?){1,11}")
_FIRST_NUMBER = re.compile(r"\d+(?:\.\d+)?")
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
            if (among := _listed(tokens, at, lexicon)) is not None:
                found, end = among, tokens[at + 2].end
                for place, goods in enumerate(found):
                    result += [Token(T.COMMA, end, end, "、")] * bool(place)
                    result.append(Token(T.SPEC, token.start, end, token.text, found=goods))
                at += 3
                continue
            if token.kind in (T.NUM, T.SPEC) and (size := _no_day(tokens[at + 2])) is not None:
                result += [token, tokens[at + 1], size]
                at += 3
                continue
            if found := _between(token, tokens[at + 2], lexicon):
                end = tokens[at + 2].end
                for place, goods in enumerate(found):
                    if place:
                        result.append(Token(T.COMMA, end, end, "、"))
                    result.append(Token(T.SPEC, token.start, end, token.text, found=goods))
                at += 3
                continue
        result.append(token)
        at += 1
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


def _listed(tokens: list[Token], at: int, lexicon: Lexicon) -> list[frozenset[int]] | None:
    """The goods of each measure of 20到26寸 when as many numbers follow as there are."""
    count, first, last = _row(tokens, at + 3), tokens[at], tokens[at + 2]
    if not count or first.kind not in (T.NUM, T.SPEC, T.MEASURE, T.ITEM) or last.kind not in (T.MEASURE, T.ITEM):
        return None
    if among := _from_to(first, last, lexicon):
        return among if len(among) == count else None
    if first.kind is not T.MEASURE:
        unit = MEASURE.match(last.term or last.text)
        if unit is None or first.value is None:
            return None
        term = measure_key(plain(first.value), unit[2])
        first = replace(first, kind=T.MEASURE, text=term, term=term, found=None)
    found = _between(first, last, lexicon)
    return found if len(found) == count else None


def _from_to(first: Token, last: Token, lexicon: Lexicon) -> list[frozenset[int]]:
    """厄虾20/30到60/70: the goods of one name from the one to the other, by the first number of their spec."""
    if first.kind is not T.ITEM or last.kind is not T.ITEM:
        return []
    low, high = meaning(first, lexicon), meaning(last, lexicon)
    names = {lexicon.product(n).name for n in list(low)[:_MOST]}
    high = frozenset(n for n in list(high)[:_MOST] if lexicon.product(n).name in names)
    low = frozenset(n for n in low if lexicon.product(n).name in {lexicon.product(m).name for m in high})
    if len(low) != 1 or len(high) != 1:
        return []
    sizes: dict[Decimal, set[int]] = {}
    for n in kin(low | high, lexicon):
        if match := _FIRST_NUMBER.search(fold_key(lexicon.product(n).spec)):
            sizes.setdefault(Decimal(match[0]), set()).add(n)
    order = sorted(sizes)
    ends = [at for at, size in enumerate(order) if sizes[size] & (low | high)]
    if len(ends) != 2 or not sizes[order[ends[0]]] & low or any(len(sizes[size]) > 1 for size in order):
        return []
    return [frozenset(sizes[size]) for size in order[ends[0] : ends[1] + 1]]


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
