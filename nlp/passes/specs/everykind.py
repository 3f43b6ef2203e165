"""Every kind of what was named, without naming them: 蓝底每个码一件, 垃圾袋大小各2提."""

from __future__ import annotations

import re

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import kin
from nlp.catalogue.resolve import meaning, names_goods, narrow
from nlp.scanning import cues as c
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)
_OF_EACH = c.words("""
    每码 每个码 每号 每个号 每个尺码 每个尺寸 每个规格 每个型号 每色 每个色 每个颜色 每个口味 每个味 每个款 每款
    每种颜色 各码 各色 各尺码 各规格 每种规格 每种型号 每种口味 每种尺寸 每种花色 每个花色 每个款式 每种款式
    所有颜色各 所有的颜色各 所有规格各 所有尺码各 所有型号各 所有口味各 全部颜色各 全色各 全码各
    几个颜色各 几种颜色各 几个色各 几个规格各 几个尺码各 几个码各 几个型号各 几个口味各 几种口味各 几个尺寸各 几个花色各
""")
_POINTING = ("那单", "这单", "那批", "这批", "的", "那个", "这个")
_MOST = 24
_ALL_ALIKE = re.compile(
    r"(?:[两三四五六七八九十]|\d{1,2})(?:个|种|款|样)?[\u4e00-\u9fff]{0,3}?(?:都|全|均)?(?:是|按)?"
    r"(?:一个价格?|同个?价|价格?(?:都|也)?一样|一样的?价格?|一样|这个价格?)"
)


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such words are the kinds themselves."""
    tokens = _counted_kinds(tokens)
    if not any(t.text in _OF_EACH or t.has(c.EACH) for t in tokens):
        return tokens
    result: list[Token] = []
    run: list[Token] = []
    heads: frozenset[int] = frozenset()
    listed = False  # sizes without a number of their own stand before
    at = 0
    while at < len(tokens):
        token = tokens[at]
        kinds: list[int] = []
        end = at
        if token.text in _OF_EACH and run and not listed:
            kinds, end = _every(_goods(run, heads, lexicon), lexicon), at
        elif token.text == "大" and heads:
            kinds, end = _sizes(tokens, at, _goods(run, heads, lexicon), lexicon)
        while kinds and result and result[-1].text in _POINTING:
            result.pop()  # 汤锅那单每个规格
        for place, number in enumerate(kinds):
            if place:
                result.append(Token(T.COMMA, token.start, token.start, "、"))
            result.append(Token(T.SPEC, token.start, token.end, token.text, found=frozenset((number,))))
        if end > at:
            run, at = [], end
            continue
        result.append(Token(T.CUE, token.end, token.end, "各", cues=(c.EACH,)) if kinds else token)
        if token.kind in _ITEMS:
            run = [*run[-11:], token]
            if names_goods(token, lexicon):
                found = meaning(token, lexicon)
                heads = kin(found, lexicon) if len(found) == 1 else found
        elif token.kind in (T.QTY, T.STOP):
            run, listed = [], False
        elif token.kind is T.COMMA:
            listed, run = bool(run) and token.text == "、", []
        at += 1
    return result


def _counted_kinds(tokens: list[Token]) -> list[Token]:
    """三个色温一个价, 两种颜色都一样: how many kinds the price before is for."""
    result = list(tokens)
    for at, token in enumerate(tokens):
        counts = token.kind in (T.QTY, T.NUM) and token.value is not None and 1 < token.value <= 12
        if not counts or not (at and tokens[at - 1].kind in (T.COMMA, T.STOP, T.GAP)):
            continue
        end = next((n for n in range(at, len(tokens)) if tokens[n].kind in (T.COMMA, T.STOP)), len(tokens))
        if _ALL_ALIKE.fullmatch("".join(t.text for t in tokens[at:end])):
            said = "".join(t.text for t in tokens[at:end])
            result[at:end] = [Token(T.CUE, token.start, tokens[end - 1].end, said, cues=(c.FILLER,))] + [
                Token(T.GAP, t.end, t.end, "") for t in tokens[at + 1 : end]
            ]
    return result


def _goods(run: list[Token], heads: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    known = [word for word in run if meaning(word, lexicon)]
    if not known:
        return heads
    found = narrow(known, lexicon)
    return found if any(names_goods(word, lexicon) for word in known) else found & heads


def _every(base: frozenset[int], lexicon: Lexicon) -> list[int]:
    """All of them, when they differ in one part of the spec only."""
    if not 1 < len(base) <= _MOST or len({lexicon.product(n).name for n in base}) != 1:
        return []
    specs = [fold_key(lexicon.product(n).spec).split() for n in base]
    if len({len(spec) for spec in specs}) != 1:
        return []
    differing = [place for place in range(len(specs[0])) if len({spec[place] for spec in specs}) > 1]
    return sorted(base) if len(differing) == 1 else []


def _sizes(tokens: list[Token], at: int, base: frozenset[int], lexicon: Lexicon) -> tuple[list[int], int]:
    """大小各, 大中小号各: as many goods of one name as words of size."""
    end, words = at, 0
    while end < len(tokens) and tokens[end].text in ("大", "中", "小", "号", "、", "和", "的"):
        words += tokens[end].text in ("大", "中", "小")
        end += 1
    each = end < len(tokens) and tokens[end].has(c.EACH)
    if not each or words < 2 or len(base) != words or len({lexicon.product(n).name for n in base}) != 1:
        return [], at
    return sorted(base), end
