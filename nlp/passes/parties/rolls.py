"""Lists in which every customer signs with a number only, the goods stand in the heading:

接龙 育苗基质 21一袋 / 1 草莓园 30 / 2 大棚王 50. The goods (and the price) of the heading are put before each number,
so that the line grammar reads every line as if it had been written out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import having
from nlp.catalogue.resolve import is_head, narrow
from nlp.scanning.cues import words
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_ENDS = (T.STOP, T.COMMA)
_GOODS = (T.ITEM, T.MEASURE, T.SPEC)
_TITLES = words("接龙 汇总 团购 报名 统计 预定 预订 拼团 开团 拼单 跟单 登记 报单 报数")
MAX_LINES = 80


@dataclass(slots=True)
class _Part:
    """The tokens between two breaks, and the break behind them."""

    tokens: list[Token]
    end: Token | None

    def spoken(self) -> list[Token]:
        return [t for t in self.tokens if t.kind is not T.GAP]


def arrange(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens with the goods of a heading in each line signed under it; the same list when there is no such heading."""
    if sum(t.kind is T.PARTY for t in tokens) < 2:
        return tokens
    parts = _parts(tokens)
    if len(parts) > MAX_LINES:
        return tokens
    result: list[Token] = []
    at = 0
    while at < len(parts):
        last_head = at
        while last_head + 1 < len(parts) and _runs_on(parts[last_head]) and not _signed(parts[last_head + 1]):
            last_head += 1
        following = last_head + 1
        while following < len(parts) and not parts[following].spoken():
            following += 1
        last = following
        while last < len(parts) and _signed(parts[last]):
            last += 1
        said = [t for part in parts[at : last_head + 1] for t in part.tokens]
        signed = [t for part in parts[following:last] for t in part.tokens if t.kind is T.PARTY]
        heading = _heading(_without_firm(_unbracketed(said), signed), lexicon) if last - following >= 2 else None
        if heading is None:
            result += _whole(parts[at])
            at += 1
            continue
        goods, price = heading
        taken = {id(t) for t in (*goods, *price)}
        for part in parts[at : last_head + 1]:
            result += [
                t
                for t in part.tokens
                if id(t) not in taken and t.kind not in (T.UNKNOWN, T.COLON, T.PARTY, T.QTY, T.NUM, *_GOODS)
            ]
            result += [replace(part.end, kind=T.STOP)] if part.end is not None else []
        for part in parts[following:last]:
            result += _written_out(part, goods, price)
        at = last
    return result


def _parts(tokens: list[Token]) -> list[_Part]:
    parts: list[_Part] = []
    held: list[Token] = []
    for place, token in enumerate(tokens):
        heads = token.kind is T.COLON and _party_next(tokens, place)
        if token.kind in _ENDS or heads:
            parts.append(_Part(held, token))
            held = []
        else:
            held.append(token)
    parts.append(_Part(held, None))
    return parts


def _party_next(tokens: list[Token], at: int) -> bool:
    after = next((t for t in tokens[at + 1 :] if t.kind is not T.GAP), None)
    return after is not None and after.kind is T.PARTY


def _runs_on(part: _Part) -> bool:
    """Whether the line goes on behind a part."""
    return part.end is not None and part.end.kind is T.COMMA


def _whole(part: _Part) -> list[Token]:
    return [*part.tokens, part.end] if part.end is not None else part.tokens


def _signed(part: _Part) -> bool:
    """A party and one number: 2 大棚王 50, 红姐内衣:6双(大堂用)."""
    spoken = _unbracketed(part.spoken())
    at = next((i for i, t in enumerate(spoken) if t.kind is T.PARTY), None)
    if at is None or at > 1 or (at == 1 and spoken[0].kind not in (T.NUM, T.CUE)):
        return False
    after = spoken[at + 1 :]
    if any(t.kind in (*_GOODS, T.PARTY, T.UNKNOWN) for t in after):
        return False
    return sum(t.kind in (T.QTY, T.NUM) for t in after) == 1


def _heading(said: list[Token], lexicon: Lexicon) -> tuple[list[Token], list[Token]] | None:
    """The goods and the price of a heading; None when it counts something, names a party or no goods."""
    spoken = [t for t in said if t.kind is not T.GAP]
    title = max((i for i, t in enumerate(spoken) if t.text in _TITLES), default=-1)
    if any(t.kind is T.ITEM and is_head(t, lexicon) for t in spoken[title + 1 :]):
        spoken = spoken[title + 1 :]
    run = [t for t in spoken if t.kind is T.ITEM]
    for number in spoken:
        if number.kind is T.NUM and number.value is not None and run:
            found = having(number.value, narrow(run, lexicon), lexicon)
            if found:
                number.kind, number.found = T.SPEC, found  # 水泥42.5 over a list
    spoken = _priced(spoken)
    if any(t.kind in (T.QTY, T.PARTY, T.NUM) for t in spoken):
        return None
    goods = [t for t in spoken if t.kind in (*_GOODS, T.UNKNOWN)]
    if not any(t.kind is T.ITEM and is_head(t, lexicon) for t in goods):
        return None
    return goods, [t for t in spoken if t.kind is T.PRICE]


def _priced(spoken: list[Token]) -> list[Token]:
    """加厚湿巾 一箱88: what one costs, over a list."""
    if len(spoken) < 3 or spoken[-2].kind is not T.QTY or spoken[-2].value != 1 or spoken[-1].value is None:
        return spoken
    if spoken[-1].kind not in (T.NUM, T.PRICE) or spoken[-1].unit is not None:
        return spoken
    return [*spoken[:-2], replace(spoken[-1], kind=T.PRICE, unit=spoken[-2].unit)]


def _unbracketed(said: list[Token]) -> list[Token]:
    """空气炸锅黑色(圣诞堆头): a heading without what stands in brackets and names no goods."""
    kept: list[Token] = []
    at = 0
    while at < len(said):
        end = at + 1
        if said[at].text == "(":
            while end < len(said) and said[end].text != ")":
                end += 1
        inner = said[at + 1 : end]
        if end < len(said) and inner and not any(t.kind in (*_GOODS, T.QTY, T.NUM, T.PRICE) for t in inner):
            at = end + 1
            continue
        kept.append(said[at])
        at += 1
    return kept


def _without_firm(said: list[Token], signed: list[Token]) -> list[Token]:
    """柳河农场今年定济麦44 over the names of its places: the firm itself is no goods."""
    names = [fold_key(party.name) for token in signed for party in token.parties]
    text, cut = "", 0
    for place, token in enumerate(said):
        text += token.text
        if len(text) >= 2 and any(text in name for name in names):
            cut = place + 1
    return said[cut:]


def _written_out(part: _Part, goods: list[Token], price: list[Token]) -> list[Token]:
    party = next(i for i, t in enumerate(part.tokens) if t.kind is T.PARTY)
    rest = [t for t in part.tokens[party + 1 :] if t.kind is not T.COLON]
    gap = Token(T.GAP, part.tokens[party].end, part.tokens[party].end, " ")
    copied = [replace(t) for t in goods]
    costs = [replace(t) for t in price]
    end = [replace(part.end, kind=T.STOP)] if part.end is not None else []
    return [part.tokens[party], gap, *copied, gap, *rest, *([gap, *costs] if costs else []), *end]
