"""How goods are packed, said to tell which are meant: 三格盒 200个一箱的那个 要6箱, 50片一盒的切割片3盒.

The numbers are the catalogue's own and order nothing.
"""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import kin
from nlp.catalogue.resolve import is_head, meaning, narrow
from nlp.scanning import cues as c
from nlp.scanning.numbers import plain
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)
_OF = ("的", "装的")
_THAT = ("那个", "那种", "那款", "这种", "这个", "那", "种", "款", "规格")
_VERBS = ("要", "来", "拿", "订", "发", "先来", "再来", "给我", "要个")
_SKIPPED = (T.GAP, T.COMMA, T.CUE, T.COLON)
_MOST = 60
_REACH = 12


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens with such a packing as one spec word."""
    if not any(t.kind is T.QTY for t in tokens):
        return tokens
    result: list[Token] = []
    heads: frozenset[int] = frozenset()
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if (end := _measured(tokens, at)) and token.exact:
            result.append(token)  # 地暖管要300米一盘的: the 盘 counts nothing
            result += [replace(t, kind=T.CUE, cues=(c.FILLER,), value=None) for t in tokens[at + 1 : end]]
            at = end
            continue
        if (end := _holding(tokens, at)) and _holds(tokens, at, _goods(result, tokens, end, lexicon) or heads, lexicon):
            result += [replace(t, kind=T.CUE, cues=(c.FILLER,), value=None, unit=None) for t in tokens[at:end]]
            at = end
            continue
        packed = _packing(tokens, at)
        if packed is not None:
            pack, inner, end = packed
            base = _goods(result, tokens, end, lexicon) or heads
            found = _packed(base, pack, inner, lexicon)
            kept = pack is token and not _counted(tokens, end, named=_names(result))
            if found:
                if kept:
                    result.append(pack)  # 圆盒来一箱300个的: one box, of those
                text = "".join(t.text for t in tokens[at:end])
                result.append(
                    Token(T.SPEC, inner.start if kept else token.start, tokens[end - 1].end, text, found=found)
                )
                at = end
                continue
        if (which := _which_pack(tokens, at, result, lexicon)) is not None:
            result += [token, which]
            at += 2
            continue
        if is_head(token, lexicon):
            found = meaning(token, lexicon)
            heads = kin(found, lexicon) if len(found) == 1 else found
        result.append(token)
        at += 1
    return result


def _which_pack(tokens: list[Token], at: int, before: list[Token], lexicon: Lexicon) -> Token | None:
    """老酒52度一箱6瓶: how many are in the pack that is ordered, where only some of the goods it may be come so."""
    if at + 1 >= len(tokens) or tokens[at].kind is not T.QTY or tokens[at].value != 1:
        return None
    pack, inner = tokens[at], tokens[at + 1]
    if inner.kind is not T.QTY or inner.start != pack.end or inner.approx or inner.unit in (None, pack.unit):
        return None
    after = tokens[at + 2] if at + 2 < len(tokens) else None
    if after is not None and after.kind not in (T.COMMA, T.STOP, T.GAP):
        return None
    base = _goods(before, tokens, len(tokens), lexicon)
    found = _packed(base, pack, inner, lexicon)
    return Token(T.SPEC, inner.start, inner.end, inner.text, found=found) if found and found < base else None


def _holding(tokens: list[Token], at: int) -> int:
    """Where 10公斤装的 ends in front of an amount, 0 when it is something else."""
    token = tokens[at]
    if token.kind not in (T.QTY, T.MEASURE) or token.value is None or token.approx:
        return 0
    end = at + 1
    if not token.text.endswith("装"):
        if end >= len(tokens) or tokens[end].text != "装" or tokens[end].start != token.end:
            return 0
        end += 1
    while end < len(tokens) and (tokens[end].text == "的" or tokens[end].kind is T.GAP):
        end += 1
    return end if end < len(tokens) and tokens[end].kind is T.QTY and tokens[end].unit is not None else 0


def _holds(tokens: list[Token], at: int, base: frozenset[int], lexicon: Lexicon) -> bool:
    """Whether so much is in one pack of all the goods it may be, as 10kg in a 箱."""
    token = tokens[at]
    pack = tokens[_holding(tokens, at)].unit or ""
    unit = token.unit or token.text.removesuffix("装").lstrip("0123456789.")
    if not 0 < len(base) <= _MOST or unit == pack or base & meaning(token, lexicon):
        return False
    for product in map(lexicon.product, base):
        one, whole = product.factor(unit), product.factor(pack)
        if one is None or whole is None or one * (token.value or 0) != whole:
            return False
    return True


def _packing(tokens: list[Token], at: int) -> tuple[Token, Token, int] | None:
    """200个一箱的 or 一箱200个的: the pack, what is in it, and where the words end."""
    first = tokens[at]
    if first.kind is not T.QTY or first.unit is None or first.approx:
        return None
    second = next((t for t in tokens[at + 1 : at + 3] if t.kind is not T.GAP), None)
    bare = second is not None and second.kind is T.NUM and first.value == 1 and second.start == first.end
    if second is None or not (second.kind is T.QTY or bare) or second.unit == first.unit or second.approx:
        return None
    if second.unit is None and not bare:
        return None
    end = tokens.index(second, at) + 1
    if end < len(tokens) and tokens[end].text == "装":
        end += 1
    if end >= len(tokens) or tokens[end].text not in (*_OF, *_THAT):
        pack = first if first.value == 1 else second
        if 1 not in (first.value, second.value) or not _wanted(tokens, end, pack.unit):
            return None
        return (first, second, end) if pack is first else (second, first, end)
    end += tokens[end].text in _OF
    if end < len(tokens) and tokens[end].text in _THAT:
        end += 1
    if second.value == 1 and first.value != 1:
        return second, first, end
    return (first, second, end) if first.value == 1 and second.value != 1 else None


def _wanted(tokens: list[Token], at: int, pack: str | None) -> bool:
    """一提七饼拿3提, 24瓶一箱,来3箱: so many of the packs follow."""
    verb = False
    for token in tokens[at : at + 5]:
        if token.kind is T.QTY:
            return token.unit == pack and (verb or tokens[at].kind is T.GAP)
        if token.text in _VERBS:
            verb = True
        elif token.kind not in (T.GAP, T.COMMA):
            return False
    return False


def _measured(tokens: list[Token], at: int) -> int:
    """Where 300米一盘的 ends, 0 when it is something else: a measure of the goods, of which one is a pack."""
    if tokens[at].kind is not T.MEASURE or at + 2 >= len(tokens):
        return 0
    one = tokens[at + 1]
    told = tokens[at + 2].text in (*_OF, *_THAT)
    return at + 3 if one.kind is T.QTY and one.value == 1 and one.start == tokens[at].end and told else 0


def _names(before: list[Token]) -> bool:
    """Whether the goods stand right in front."""
    last = next((t for t in reversed(before) if t.kind is not T.GAP and t.text not in _OF), None)
    return last is not None and last.kind in _ITEMS


def _goods(before: list[Token], tokens: list[Token], end: int, lexicon: Lexicon) -> frozenset[int]:
    """The goods the packing is said of: those right before it, else those right behind it."""
    run: list[Token] = []
    for token in reversed(before[-_REACH:]):
        if token.kind in _ITEMS:
            run.insert(0, token)
        elif token.kind is not T.GAP and token.text not in _OF:
            break
    if not run:
        for token in tokens[end : end + _REACH]:
            if token.kind in _ITEMS:
                run.append(token)
            elif token.kind is not T.GAP:
                break
    known = [word for word in run if meaning(word, lexicon)]
    return narrow(known, lexicon) if known else frozenset()


def _packed(base: frozenset[int], pack: Token, inner: Token, lexicon: Lexicon) -> frozenset[int]:
    found = []
    for n in list(base)[:_MOST]:
        product = lexicon.product(n)
        one, whole = product.factor(inner.unit or product.base_unit), product.factor(pack.unit or "")
        written = inner.value is not None and f"{plain(inner.value)}{inner.unit}/{pack.unit}" in fold_key(product.spec)
        if written or (one and whole and inner.value is not None and one * inner.value == whole):
            found.append(n)  # 80双一包的 of 80双/包
    return frozenset(found)


def _counted(tokens: list[Token], at: int, *, named: bool) -> bool:
    """Whether a quantity of their own follows; ``named``: the goods have been said already."""
    for token in tokens[at : at + _REACH]:
        if token.kind in (T.QTY, T.NUM):
            return True
        if token.kind in _SKIPPED or (token.kind in _ITEMS and not named):
            continue
        return False
    return False
