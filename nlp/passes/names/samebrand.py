"""Goods of the make of those named before: 绵贝儿纸尿裤L4箱,同牌子拉拉裤XL也来2箱. The names tell which make:
those that begin alike."""

from __future__ import annotations

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import is_head, meaning, narrow
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_SAME = ("同", "同样", "同一", "同一个", "一样的", "一样", "这个", "那个", "一个", "同款", "同样的")
_MAKES = ("牌子", "品牌", "牌", "厂家", "系列")
_OF = ("的", "家的")
_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)
_MOST = 400
_SHORTEST = 2
_LONGEST = 12  # words of one name


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such words, in front of goods, are a word of theirs."""
    text = "".join(t.text for t in tokens)
    if not any(make in text for make in _MAKES):
        return tokens
    result: list[Token] = []
    goods: list[Token] = []  # the words of the goods named last
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = _same(tokens, at) if goods else 0
        if end and (found := _made_alike(narrow(goods, lexicon), lexicon)):
            text = "".join(t.text for t in tokens[at:end])
            result.append(Token(T.SPEC, token.start, tokens[end - 1].end, text, found=found))
            at = end
            continue
        if token.kind in _ITEMS and meaning(token, lexicon):
            fresh = not result or result[-1].kind not in (*_ITEMS, T.GAP)
            if is_head(token, lexicon) and (fresh or not goods):
                goods = [token]
            elif 0 < len(goods) < _LONGEST and narrow([*goods, token], lexicon):
                goods.append(token)
        result.append(token)
        at += 1
    return result


def _same(tokens: list[Token], at: int) -> int:
    """Where 同牌子的 ends in front of goods; 0 when none stands here."""
    said, end = "", at
    while end < len(tokens) and end < at + 4 and tokens[end].kind in (T.CUE, T.UNKNOWN):
        said += tokens[end].text
        end += 1
        if any(said == one + make for one in _SAME for make in _MAKES):
            if end < len(tokens) and tokens[end].text in _OF:
                end += 1
            return end if end < len(tokens) and tokens[end].kind in _ITEMS else 0
    return 0


def _made_alike(found: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """Products whose names begin as those of ``found`` do, with a word that stands nowhere else in a name."""
    fronts = {fold_key(lexicon.product(n).name)[:_SHORTEST] for n in list(found)[:_MOST]}
    if len(fronts) != 1:
        return frozenset()
    front = next(iter(fronts))
    kin = lexicon.postings(front)
    if len(front) < _SHORTEST or len(kin) > _MOST or not lexicon.only_names(front):
        return frozenset()
    return kin if all(fold_key(lexicon.product(n).name).startswith(front) for n in kin) else frozenset()
