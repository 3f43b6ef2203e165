"""是A不是B, 要A的,不是B: what it is and what it is not, put into the one order in which a change is read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_AMOUNTS = (T.QTY, T.NUM, T.MEASURE)
_GOODS = (T.ITEM, T.SPEC, T.MEASURE)
_LINKS = ("是", "要", "应该", "应该是", "要的是", "换成", "换", "改成", "得是", "就是", "用")
_REFUSED = ("不要", "别要", "不拿", "不用")
_BREAKS = (T.COMMA, T.STOP)
_LIGHT = frozenset(
    [
        "的",
        "哦",
        "啊",
        "呀",
        "哈",
        "才对",
        "才是",
        "了",
        "这",
        "那",
        "个",
        "那种",
        "那个",
        "款",
        "就",
        "都",
        "全部",
        "全",
    ]
)


def rearranged(tokens: list[Token], units: Collection[str] = ()) -> list[Token]:
    """The tokens of a message with every 是A不是B told as B 换成 A (goods), 不是 B A (amounts)."""
    result = list(tokens)
    for token in tokens:
        if token.text == "不要" and (exchanged := _not_but(result, result.index(token))) is not None:
            result = exchanged
            continue
        if token.text in _REFUSED:
            result = _instead(result, result.index(token)) or result
            continue
        if token.text != "不是":
            continue
        place = result.index(token)
        result = _one_breath(result, place)
        result = _goods(result, place) or _amounts(result, place) or _unit(result, place, units) or result
    return result


def _instead(tokens: list[Token], place: int) -> list[Token] | None:
    """胸背不要S要M, 相纸要A4的不要6寸: the goods of the one kind in the place of those of the other."""
    first = _next(tokens, place + 1, 1, cross=False)
    if first is None or tokens[first].kind not in _GOODS:
        return None
    last = _run(tokens, first, 1)
    wrong = tokens[first : last + 1]
    head = _next(tokens, place - 1, -1, cross=False)
    if head is None or tokens[head].kind not in _GOODS:
        return None
    start = _run(tokens, head, -1)
    link = _next(tokens, last + 1, 1, cross=False)
    if link is not None and tokens[link].text in ("要", "换", "换成", "就要", "我要"):
        begin = _next(tokens, link + 1, 1, cross=False)
        if begin is None or tokens[begin].kind not in _GOODS:
            return None
        end = _run(tokens, begin, 1)
        if _counted(tokens, end):
            return None
        return [*tokens[: head + 1], *wrong, _change(tokens[place]), *tokens[begin : end + 1], *tokens[end + 1 :]]
    link = _next(tokens, start - 1, -1, cross=False)
    if link is None or tokens[link].text != "要" or _counted(tokens, last):
        return None
    own = _next(tokens, link - 1, -1, cross=False)
    if own is None or tokens[own].kind not in _GOODS:
        return None
    return [*tokens[: own + 1], *wrong, _change(tokens[place]), *tokens[start : head + 1], *tokens[last + 1 :]]


def _counted(tokens: list[Token], at: int) -> bool:
    after = _next(tokens, at + 1, 1, cross=False)
    return after is not None and tokens[after].kind in _AMOUNTS


def _one_breath(tokens: list[Token], place: int) -> list[Token]:
    """不是100盒,是4箱: without the comma between the amount that is wrong and the one that holds."""
    wrong = _next(tokens, place + 1, 1, cross=False)
    if wrong is None or tokens[wrong].kind not in (*_AMOUNTS, T.PRICE):
        return tokens
    comma = next((n for n in range(wrong + 1, len(tokens)) if tokens[n].kind is not T.GAP), None)
    if comma is None or tokens[comma].kind is not T.COMMA:
        return tokens
    link = _next(tokens, comma + 1, 1, cross=False)
    if link is None or tokens[link].text not in _LINKS:
        return tokens
    right = _next(tokens, link + 1, 1, cross=False)
    if right is None or tokens[right].kind not in (*_AMOUNTS, T.PRICE):
        return tokens
    return [*tokens[:comma], *tokens[comma + 1 :]]


def _next(tokens: list[Token], at: int, step: int, *, cross: bool = True) -> int | None:
    """The next token that says something, over light words and, when allowed, one comma."""
    crossed = not cross
    while 0 <= at < len(tokens):
        token = tokens[at]
        if token.kind is T.COMMA and not crossed:
            crossed = True
        elif token.kind in _BREAKS or not (token.kind in (T.GAP, T.COLON) or token.text in _LIGHT):
            return None if token.kind in _BREAKS else at
        at += step
    return None


def _amounts(tokens: list[Token], place: int) -> list[Token] | None:
    """是3箱不是4箱: the amount that holds goes behind the one that does not."""
    wrong = _next(tokens, place + 1, 1, cross=False)
    right = _next(tokens, place - 1, -1)
    if wrong is None or right is None:
        return None
    if tokens[wrong].kind is T.PRICE and tokens[right].kind is T.PRICE:
        pass
    elif tokens[wrong].kind not in _AMOUNTS or tokens[right].kind not in _AMOUNTS:
        return None
    if _is_followed(tokens, wrong):
        return None  # 3箱不是4箱是5箱: nobody can tell
    moved = tokens[right]
    between = [t for t in tokens[right + 1 : place] if t.kind is not T.COMMA]
    return [*tokens[:right], *between, *tokens[place : wrong + 1], moved, *tokens[wrong + 1 :]]


def _unit(tokens: list[Token], place: int, units: Collection[str]) -> list[Token] | None:
    """是3箱,不是盒: the amount that holds is a change of what there is; which unit is wrong need not be said."""
    wrong = _next(tokens, place + 1, 1, cross=False)
    right = _next(tokens, place - 1, -1)
    if wrong is None or right is None or tokens[right].kind is not T.QTY or _is_followed(tokens, wrong):
        return None
    said = tokens[wrong]
    if said.kind not in (T.UNKNOWN, T.CUE) or said.text not in units or said.text == tokens[right].unit:
        return None
    return [*tokens[:right], _change(tokens[place]), tokens[right], *tokens[wrong + 1 :]]


def _is_followed(tokens: list[Token], wrong: int) -> bool:
    """Whether 是 and another amount stand behind."""
    link = _next(tokens, wrong + 1, 1)
    if link is None or tokens[link].text not in _LINKS:
        return False
    right = _next(tokens, link + 1, 1, cross=False)
    return right is not None and tokens[right].kind in (*_AMOUNTS, T.PRICE)


def _run(tokens: list[Token], at: int, step: int) -> int:
    """The last place of a run of words of goods that begins at ``at``."""
    while 0 <= at + step < len(tokens) and tokens[at + step].kind in _GOODS:
        at += step
    return at


def _goods(tokens: list[Token], place: int) -> list[Token] | None:
    """漆要丝光的,不是哑光的; 漆不是哑光是丝光: goods of the one kind in the place of those of the other."""
    first = _next(tokens, place + 1, 1, cross=False)
    if first is None or tokens[first].kind not in _GOODS or (tokens[first].kind is T.MEASURE and tokens[first].unit):
        return None
    last = _run(tokens, first, 1)
    wrong = tokens[first : last + 1]
    link = _next(tokens, last + 1, 1)
    if link is not None and tokens[link].text in _LINKS:
        begin = _next(tokens, link + 1, 1, cross=False)
        if begin is not None and tokens[begin].kind in _GOODS:
            end = _run(tokens, begin, 1)
            return [*tokens[:place], *wrong, _change(tokens[place]), *tokens[begin : end + 1], *tokens[end + 1 :]]
    end_before = _next(tokens, place - 1, -1)
    if end_before is None or tokens[end_before].kind not in _GOODS:
        return None
    begin = _run(tokens, end_before, -1)
    right = tokens[begin : end_before + 1]
    link = begin - 1
    while link >= 0 and (tokens[link].kind is T.GAP or tokens[link].text in ("的", "那个", "这个")):
        link -= 1
    linked = link >= 0 and tokens[link].text in _LINKS
    head = tokens[: link if linked else begin]
    return [*head, *wrong, _change(tokens[place]), *right, *tokens[last + 1 :]]


def _not_but(tokens: list[Token], place: int) -> list[Token] | None:
    """胸背粉色的不要S要M: in one breath, the one in the place of the other."""
    first, before = _next(tokens, place + 1, 1, cross=False), _next(tokens, place - 1, -1, cross=False)
    if first is None or before is None or tokens[before].kind not in _GOODS:
        return None
    if tokens[first].kind not in _GOODS:
        return _numbers(tokens, first) if tokens[first].kind is T.NUM else None
    last = _run(tokens, first, 1)
    link = _next(tokens, last + 1, 1, cross=False)
    if link is None or tokens[link].text not in ("要", "换", "换成", "改", "改成", "来", "拿"):
        return None
    begin = _next(tokens, link + 1, 1, cross=False)
    if begin is None or tokens[begin].kind not in _GOODS:
        return None
    end = _run(tokens, begin, 1)
    if any(t.unit is not None for t in tokens[begin : end + 1]):
        return None
    return [*tokens[:place], *tokens[first : last + 1], _change(tokens[place]), *tokens[begin:]]


def _numbers(tokens: list[Token], first: int) -> list[Token] | None:
    """鞋不要40要41: two breaths, though nothing parts them."""
    if first + 2 >= len(tokens) or tokens[first + 1].text != "要" or tokens[first + 2].kind is not T.NUM:
        return None
    link = tokens[first + 1]
    comma = replace(link, kind=T.COMMA, text=",", cues=(), end=link.start)
    return [*tokens[: first + 1], comma, *tokens[first + 1 :]]


def _change(token: Token) -> Token:
    return replace(token, text="换成", cues=(c.CHANGE,))
