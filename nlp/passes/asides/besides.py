"""Words beside the goods that say nothing of their own: the label of a list (二标段:, 路灯杆用:), the name of an
attribute in front of its value (线圈380伏), what makes no difference (不分色温), a word that only holds a character of
the goods (开进场会)."""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.terms import SINGLE
from nlp.scanning import cues as c
from nlp.scanning.text import is_han
from nlp.scanning.tokens import T, Token

_NO_MATTER = ("不分", "不论", "不管", "无论", "不限")
_NO_MATTER_FIRST = ("不", "无")
# 红领巾那批辅料:, 样衣那单:, 这批大货: which lot the list is for.
_FOR_WHAT = re.compile(r"[这那](?:一)?(?:批|单|款|车|次|个单|张单|期)")
_FIRMS = ("家店", "家客户", "家", "个客户", "位客户", "户", "个单子", "张单子", "个单", "张单", "单")
_SIDES = ("宽", "长", "高", "厚", "深", "粗")
_LENGTHS = ("米", "m", "公分", "厘米", "cm", "毫米", "mm", "寸", "尺")
_LOADS = ("车", "批", "单", "趟", "票", "柜", "次", "家")
_LABEL = 8  # tokens of a label at most
_ALONG = ("再", "也", "顺便", "顺带", "一起", "帮", "帮我", "给我", "还", "另外", "就", "都")
_NUMBERS = (T.NUM, T.QTY, T.MEASURE)


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens with such words made fillers."""
    result: list[Token] = []
    unknown = any(t.kind is T.UNKNOWN for t in tokens)
    labels = unknown and any(t.kind is T.COLON for t in tokens)
    at = 0
    while at < len(tokens):
        if end := _roughly_so(tokens, at):
            text = "".join(t.text for t in tokens[at:end])
            result.append(Token(T.CUE, tokens[at].start, tokens[end - 1].end, text, cues=(c.FILLER,)))
            at = end
            continue
        end = (
            _carried(tokens, at)
            or _load(tokens, at)
            or _firms(tokens, at)
            or (unknown and _purpose(tokens, at))
            or (_label(tokens, at) if labels else 0)
            or (_no_matter(tokens, at) if tokens[at].text[:1] in _NO_MATTER_FIRST else 0)
            or (unknown and (_attribute(tokens, at) or _foreign(tokens, at) or _inside_word(tokens, at)))
            or _colour(tokens, at, lexicon)
        )
        if end:
            result += [replace(t, kind=T.CUE, cues=(c.FILLER,), term=None) for t in tokens[at:end]]
            at = end
            continue
        result.append(tokens[at])
        at += 1
    return result


def _colour(tokens: list[Token], at: int, lexicon: Lexicon) -> int:
    """豆沙色, 奶茶色: the word behind a value of the spec."""
    before = tokens[at - 1] if at else None
    if tokens[at].text not in ("色", "味", "香型") or before is None or before.kind is not T.ITEM:
        return 0
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    clings = after is not None and after.kind in (T.UNKNOWN, T.ITEM) and after.start == tokens[at].end
    own = before.end == tokens[at].start and tokens[at].kind in (T.UNKNOWN, T.CUE) and not clings
    if tokens[at].kind is T.ITEM and tokens[at].text == "色" and before.text in SINGLE:
        return at + 1 if before.end == tokens[at].start and not clings else 0  # 金色, where other goods are 双色
    return at + 1 if own and len(before.text) > 1 and not lexicon.is_head(before.term or before.text) else 0


def _purpose(tokens: list[Token], at: int) -> int:
    """做玻璃门贴的单孔透: what the goods are for, in front of goods that are named in full."""
    if not tokens[at].text.startswith(("做", "用于", "用来", "拿来", "拿去", "装", "贴", "给")) or tokens[at].exact:
        return 0
    if at and tokens[at - 1].kind not in (T.COMMA, T.STOP, T.GAP, T.PARTY) and tokens[at - 1].cues != (c.FILLER,):
        return 0
    for end in range(at + 1, min(at + 9, len(tokens) - 1)):
        token = tokens[end]
        if token.text == "的":
            unknown = sum(t.kind is T.UNKNOWN for t in tokens[at:end])
            return end if unknown > 1 and tokens[end + 1].kind is T.ITEM and tokens[end + 1].exact else 0
        plain = token.kind is T.UNKNOWN or token.cues == (c.FILLER,)
        if not plain and not (token.kind is T.ITEM and len(token.text) == 1 and not token.exact):
            return 0
    return 0


def _carried(tokens: list[Token], at: int) -> int:
    """再带2把滚筒: 带 is what is done with the goods, although 胶带 ends with it."""
    if tokens[at].text != "带" or tokens[at].exact or at + 1 >= len(tokens):
        return 0
    before = tokens[at - 1] if at else None
    verb = before is not None and before.end == tokens[at].start and before.text in _ALONG
    return at + 1 if verb and tokens[at + 1].kind in (T.QTY, T.NUM) else 0


def _load(tokens: list[Token], at: int) -> int:
    """给青禾配一车:… : what all of the list together is, no amount of the first goods."""
    one = tokens[at].kind is T.QTY and tokens[at].value == 1 and tokens[at].unit in _LOADS
    return at + 1 if one and at + 1 < len(tokens) and tokens[at + 1].kind in (T.COLON, T.STOP) else 0


def _firms(tokens: list[Token], at: int) -> int:
    """三家:, 一共4个客户: how many orders follow."""
    token = tokens[at]
    if token.kind not in (T.NUM, T.QTY) or token.value is None or token.value > 30:
        return 0
    end = at + 1
    said = token.text.lstrip("0123456789一二两三四五六七八九十") + "".join(t.text for t in tokens[end : end + 3])
    word = next((w for w in _FIRMS if said.startswith(w)), None)
    if word is None:
        return 0
    left = len(word) - (len(said) - sum(len(t.text) for t in tokens[end : end + 3]))
    while left > 0 and end < len(tokens):
        left -= len(tokens[end].text)
        end += 1
    following = next((t for t in tokens[end : end + 2] if t.kind is not T.GAP), None)
    follows = (
        following is None or following.kind in (T.COLON, T.COMMA, T.STOP) or following.text in ("的", "要货", "要")
    )
    return end if follows and left == 0 else 0


def _roughly_so(tokens: list[Token], at: int) -> int:
    """半米多宽, 大概1米来长: about how wide, which a number beside it tells better."""
    token = tokens[at]
    if token.kind is not T.QTY or not token.approx or token.unit not in _LENGTHS:
        return 0
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    wide = following is not None and following.text in _SIDES and following.start == token.end
    return at + 2 if wide else 0


def _opens(tokens: list[Token], at: int) -> bool:
    before = tokens[at - 1] if at else None
    return before is None or before.kind in (T.STOP, T.COMMA, T.PARTY, T.COLON) or before.kind is T.GAP


def _label(tokens: list[Token], at: int) -> int:
    """二标段: or 路灯杆用: in front of goods; where the label ends, 0 when it is none."""
    if not _opens(tokens, at) or tokens[at].kind not in (T.NUM, T.UNKNOWN, T.ITEM) or tokens[at].exact:
        return 0
    end = at
    while end < min(len(tokens), at + _LABEL) and tokens[end].kind in (T.NUM, T.UNKNOWN, T.ITEM, T.CUE):
        if end > at and tokens[end].start != tokens[end - 1].end:
            return 0
        if tokens[end].exact or (tokens[end].cues and not tokens[end].has(c.FILLER)):
            return 0
        end += 1
    if end >= len(tokens) or tokens[end].kind is not T.COLON or not any(t.kind is T.UNKNOWN for t in tokens[at:end]):
        return 0
    counted = tokens[at].kind is T.NUM and all(t.kind is T.UNKNOWN for t in tokens[at + 1 : end])
    meant = tokens[end - 1].text == "用" and all(len(t.text) == 1 for t in tokens[at:end])
    said = "".join(t.text for t in tokens[at:end])
    told = _FOR_WHAT.search(said) is not None and all(len(t.text) == 1 or t.kind is T.CUE for t in tokens[at:end])
    meant = meant or (told and not any(t.kind is T.ITEM for t in tokens[end - 1 : end]))
    return end if (counted and (at == 0 or tokens[at - 1].kind is T.STOP)) or meant else 0


def _no_matter(tokens: list[Token], at: int) -> int:
    """不分色温: every one of them, as was said without it."""
    said = tokens[at].text + (tokens[at + 1].text if at + 1 < len(tokens) else "")
    if not said.startswith(_NO_MATTER):
        return 0
    if both := _either(tokens, at):
        return both
    end = at + 1
    while end < min(len(tokens), at + 6) and tokens[end].kind in (T.UNKNOWN, T.ITEM, T.CUE):
        end += 1
    last = end >= len(tokens) or tokens[end].kind in (T.COMMA, T.STOP, T.GAP)
    return end if last and all(len(t.text) <= 2 for t in tokens[at:end]) else 0


def _either(tokens: list[Token], at: int) -> int:
    """不管200米还是300米盘都1.45: the one or the other, what follows holds for every one."""
    chosen = False
    for end in range(at + 1, min(len(tokens), at + 10)):
        token = tokens[end]
        if token.has(c.ALL):
            return end if chosen else 0
        if token.kind not in (T.UNKNOWN, T.ITEM, T.CUE, T.SPEC, T.GAP, T.QTY, *_NUMBERS):
            return 0
        chosen = chosen or token.text in ("还是", "或", "或者")
    return 0


def _attribute(tokens: list[Token], at: int) -> int:
    """线圈380伏: the name of an attribute, of which the catalogue has a character by chance."""
    if not _alone(tokens, at) or at + 2 >= len(tokens):
        return 0
    other, value = tokens[at + 1], tokens[at + 2]
    glued = tokens[at].end == other.start and other.end == value.start
    return at + 2 if glued and other.kind is T.UNKNOWN and value.kind is T.MEASURE and value.exact else 0


def _foreign(tokens: list[Token], at: int) -> int:
    """开进场会: a character of some goods with steering and unknown words clinging to it."""
    if not _alone(tokens, at) or at + 2 >= len(tokens):
        return 0
    one, other = tokens[at + 1], tokens[at + 2]
    glued = tokens[at].end == one.start and one.end == other.start
    steers = one.kind is T.CUE and len(one.text) == 1 and not one.has(c.NOT)  # 油不够 is about oil
    return at + 1 if glued and steers and other.kind is T.UNKNOWN else 0


def _inside_word(tokens: list[Token], at: int) -> int:
    """换灯汇总, 裁剪头留长一点: a character of some goods that clings to words nobody knows, in a clause that counts
    nothing and names no other goods."""
    token = tokens[at]
    if token.kind is not T.ITEM or token.exact or len(token.text) > 1 or not is_han(token.text):
        return 0
    before, after = tokens[at - 1] if at else None, tokens[at + 1] if at + 1 < len(tokens) else None
    clings = (before is not None and before.kind is T.UNKNOWN and before.end == token.start) or (
        after is not None and after.kind is T.UNKNOWN and after.start == token.end
    )
    if not clings or not any(t.kind is T.QTY for t in tokens):
        return 0
    first = next((n + 1 for n in range(at - 1, -1, -1) if tokens[n].kind in (T.COMMA, T.STOP)), 0)
    last = next((n for n in range(at, len(tokens)) if tokens[n].kind in (T.COMMA, T.STOP)), len(tokens))
    clause = tokens[first:last]
    names = any(t.kind in (T.SPEC, T.MEASURE) or (t.kind is T.ITEM and len(t.text) > 1) for t in clause)
    counts = any(t.kind in (*_NUMBERS, T.PRICE) or t.has(c.APPROX, c.EACH, c.DROP) for t in clause)
    return 0 if names or counts else at + 1


def _alone(tokens: list[Token], at: int) -> bool:
    """Whether a token is one Chinese character of some name, with no goods in front of it."""
    token = tokens[at]
    if token.kind is not T.ITEM or token.exact or len(token.text) != 1 or token.text in SINGLE:
        return False
    before = tokens[at - 1] if at else None
    clings = before is not None and before.kind in (T.ITEM, T.UNKNOWN, T.SPEC, T.MEASURE) and before.end == token.start
    return is_han(token.text) and not clings
