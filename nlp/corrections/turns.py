"""Turns of phrase of a correction that are put into plain words before its clauses are found: 核了一遍, 厚度报错了
亚克力要5厘的, 毛巾由包改成条, 遮阳网换六米的, 是后面的."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import group
from nlp.catalogue.terms import MEASURES, full_key, measure_key
from nlp.corrections.draft import DraftLine, lines_of
from nlp.scanning import cues as c
from nlp.scanning.numbers import plain
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_DOINGS = ("遍", "趟", "回", "通", "番", "轮", "眼", "圈")  # 核了一遍: no amount of goods
_BREAKS = (T.COMMA, T.STOP)
_BECOMES = ("改成", "换成", "改为", "换为", "改", "换", "变成", "变为")
_FROM = ("由", "从")
_IS = ("是", "应该是", "要", "换", "换成", "改成", "改", "得是", "要的是", "就是")
_WANTS = ("我要", "我们要", "他要", "他们要", "客户要", "我想要", "想要", "我这边要", "人家要")
_SIDES = {
    "后面": "后",
    "后边": "后",
    "前面": "前",
    "前边": "前",
    "左边": "左",
    "左面": "左",
    "右边": "右",
    "右面": "右",
}
_WORDS = (T.ITEM, T.MEASURE, T.SPEC)
_VALUES = (T.QTY, T.NUM, T.PRICE, T.MEASURE)
_LIGHT = ("的", "那个", "那款", "那种", "这个", "款", "色", "吧", "哦", "啊", "哈", "呀", "个")
_MOST = 60


def plainly(tokens: Sequence[Token], lines: Sequence[DraftLine], lexicon: Lexicon) -> list[Token]:
    """The tokens of a message about a draft, such turns put into plain words."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        before, after = (tokens[at - 1] if at else None), (tokens[at + 1] if at + 1 < len(tokens) else None)
        if _counts_doings(token, after, lexicon):
            result.append(replace(token, kind=T.CUE, cues=(c.FILLER,), value=None))
        elif _parts_breath(tokens, at):
            result.append(replace(token, kind=T.COMMA, text=",", cues=()))
        elif _names_unit(tokens, at, lines, lexicon):
            result.append(replace(token, kind=T.UNKNOWN, cues=(), found=None, term=None))
        elif token.text in _FROM and after is not None and _unit_before_change(tokens, at + 1, lexicon):
            result.append(replace(token, kind=T.CUE, cues=(c.FILLER,)))
        elif before is not None and before.text in _FROM and _unit_before_change(tokens, at, lexicon):
            result.append(replace(token, kind=T.CUE, cues=(c.FILLER,), found=None))
        elif (row := _swapped_number(tokens, at, lines, lexicon)) is not None:
            result.append(row)
        elif (side := _side(tokens, at, lexicon)) is not None:
            result.append(side)
        elif _says_what(tokens, at, lines, lexicon):
            result.append(replace(token, text="要" if token.text in _WANTS else "应该是", cues=(c.CHANGE,)))
        elif (size := _size(token, after, lines, lexicon)) is not None:
            result.append(size)
        else:
            result.append(token)
    return result


def _counts_doings(token: Token, after: Token | None, lexicon: Lexicon) -> bool:
    """核了一遍, 看过两回."""
    if token.kind is not T.NUM or after is None or after.text not in _DOINGS or after.text in lexicon.unit_words:
        return False
    return after.kind in (T.UNKNOWN, T.CUE)


def _parts_breath(tokens: Sequence[Token], at: int) -> bool:
    """Whether a space parts 报错了 from what is right, or what is right from 写错了."""
    token = tokens[at]
    if token.kind is not T.GAP or not 0 < at < len(tokens) - 1:
        return False
    before, after = tokens[at - 1], tokens[at + 1]
    if before.has(c.FIX) and before.text.endswith(("错了", "错", "不对")):
        begin = next((n + 1 for n in range(at - 1, -1, -1) if tokens[n].kind in _BREAKS), 0)
        return not any(t.kind in _VALUES for t in tokens[begin:at])
    ends = at + 2 >= len(tokens) or tokens[at + 2].kind in _BREAKS
    return ends and after.has(c.FIX, c.SWAP) and after.text.endswith(("错了", "反了"))


def _names_unit(tokens: Sequence[Token], at: int, lines: Sequence[DraftLine], lexicon: Lexicon) -> bool:
    """毛巾改成条: a unit of the draft's goods, though some goods are called 条 as well."""
    token = tokens[at]
    if token.kind is not T.ITEM or at == 0 or token.text not in lexicon.unit_words:
        return False
    ends = at + 1 >= len(tokens) or tokens[at + 1].kind in (*_BREAKS, T.GAP) or tokens[at + 1].text in ("吧", "了")
    if not ends or tokens[at - 1].text not in (
        *_BECOMES,
        "按",
        "写成",
        "打成",
        "报成",
        "记成",
        "是",
        "成",
        "不是",
        "应该是",
    ):
        return False
    products = [product for line in lines if (product := lexicon.by_sku(line.sku)) is not None]
    return any(token.text in product.units for product in products)


def _unit_before_change(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """由包改成条: which unit it has been."""
    if at + 2 >= len(tokens) or tokens[at].text not in lexicon.unit_words or tokens[at].kind is T.QTY:
        return False
    if at < 2 or tokens[at - 2].kind not in (*_WORDS, T.ROW):
        return False  # 由盒改成箱, said of no goods
    return tokens[at + 1].text in _BECOMES and tokens[at + 2].text in lexicon.unit_words


def _swapped_number(tokens: Sequence[Token], at: int, lines: Sequence[DraftLine], lexicon: Lexicon) -> Token | None:
    """1.27和1.52写反了: lines by the numbers of their goods; 10和6写反了: by their amounts."""
    token = tokens[at]
    if token.kind is not T.NUM or token.value is None or not any(t.has(c.SWAP) for t in tokens[at + 1 : at + 8]):
        return None
    begin = next((n + 1 for n in range(at - 1, -1, -1) if tokens[n].kind in _BREAKS), 0)
    end = next((n for n in range(at, len(tokens)) if tokens[n].kind in _BREAKS), len(tokens))
    clause = tokens[begin:end]
    numbers = [t for t in clause if t.kind is T.NUM and t.value is not None]
    if len(numbers) != 2 or any(t.kind in (T.QTY, T.PRICE, T.MEASURE) for t in clause):
        return None
    if all(t.value is not None and t.value <= len(lines) for t in numbers) and "反" not in clause[-1].text:
        return None  # 一和四对调: lines by their place
    counted = [[line for line in lines if line.qty == t.value] for t in numbers]
    if all(len(hit) == 1 for hit in counted):
        line = counted[0][0] if token is numbers[0] else counted[1][0]
        return replace(token, kind=T.ROW, rows=(line.line_no or 0,), value=token.value)
    found = frozenset(
        n for line in lines if (n := lexicon.number(line.sku or "")) is not None and _has_number(line, token, lexicon)
    )
    return replace(token, kind=T.SPEC, found=found) if found else None


def _has_number(line: DraftLine, token: Token, lexicon: Lexicon) -> bool:
    product = lexicon.by_sku(line.sku)
    said = re.compile(rf"(?<![\d.]){re.escape(plain(token.value or Decimal(0)))}(?![\d.])")
    return product is not None and said.search(fold_key(f"{product.name} {product.spec}")) is not None


def _side(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> Token | None:
    """刹车片是后面的, of goods that come for front and rear: no word for the other lines."""
    token = tokens[at]
    said = _SIDES.get(token.text)
    if said is None or at == 0 or tokens[at - 1].text not in _IS or not lexicon.has_term(said):
        return None
    return replace(token, kind=T.ITEM, cues=(), term=said)


def _says_what(tokens: Sequence[Token], at: int, lines: Sequence[DraftLine], lexicon: Lexicon) -> bool:
    """刹车片是后面的, 6501我要1:1.5的: goods of one line, and behind 是 what they are and nothing else."""
    if tokens[at].text not in ("是", *_WANTS) or at + 1 >= len(tokens):
        return False
    begin = next((n + 1 for n in range(at - 1, -1, -1) if tokens[n].kind in (*_BREAKS, T.COLON)), 0)
    end = next((n for n in range(at, len(tokens)) if tokens[n].kind in (*_BREAKS, T.GAP)), len(tokens))
    named, what = tokens[begin:at], tokens[at + 1 : end]
    if not what or any(t.kind in _VALUES and t.unit for t in (*named, *what)):
        return False
    if not all(t.kind in (*_WORDS, T.GAP) or t.text in (*_LIGHT, *_SIDES) for t in (*named, *what)):
        return False
    if not any(t.kind in _WORDS or t.text in _SIDES for t in what) or not any(t.kind is T.ITEM for t in named):
        return False
    items = group([t for t in named if t.kind in _WORDS], lexicon)
    return len(items) == 1 and items[0].known and len(lines_of(items[0], list(lines), lexicon)) == 1


def _size(token: Token, after: Token | None, lines: Sequence[DraftLine], lexicon: Lexicon) -> Token | None:
    """换成六米的: goods of a line's name with that measure, when none of the lines is counted so."""
    if token.kind is not T.QTY or after is None or after.text != "的" or token.unit not in MEASURES:
        return None
    if token.value is None or token.approx:
        return None
    products = [product for line in lines if (product := lexicon.by_sku(line.sku)) is not None]
    if any(token.unit in product.units for product in products):
        return None
    said = re.compile(rf"(?<![\d.]){re.escape(measure_key(plain(token.value), token.unit))}(?![a-z\d])")
    found: set[int] = set()
    for name in {product.name for product in products}:
        kin = list(lexicon.exact(full_key(fold_key(name))))[:_MOST]
        found |= {n for n in kin if said.search(fold_key(lexicon.product(n).spec))}
    return replace(token, kind=T.SPEC, found=frozenset(found), unit=None) if found else None
