"""One of it, said without a number: 来箱可乐, 再要个订书机, 8801白M来件. A verb of wanting, the word a thing is counted
by, and the goods; a number in the same breath says how many instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import meaning
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_VERBS = frozenset(
    c.words("""
    来 要 拿 给 订 买 发 送 加 补 带 捎 配 弄 整 搞 添 赠 给我 再来 再要 再拿 再加 再给 再发 再送 再补 再带 再配 再订
    再买 还要 另加 另送 加送 多送 多来 多拿 来上 给来 给拿 要上 拿上 带上 搭 再搭 再添 外加 追加 想要 需要 帮我拿
    嚟 俾我嚟 再嚟 攞 仲要
    """)
)
_ARTICLES = ("个", "样", "种", "款", "项", "条", "行", "笔")
_LINES = ("条", "行", "笔")  # of a list, unless the goods are counted so
_TURNS = ("我", "咱", "我们", "俺", "他", "她", "你")
_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)
_SKIPS = ("的", "那个", "那种", "这种", "款")
_ENDS = (T.COMMA, T.STOP)
_POLITE = ("吧", "呗", "哈", "啊", "呀", "就行", "就够", "谢谢", "哦", "嘛", "就好", "就可以", "看看", "试试")
_REFUSING = (c.DROP, c.NOT, c.IF)


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such a word is the quantity one."""
    result = [
        replace(t, kind=T.CUE, cues=(c.FILLER,), value=None) if _article(tokens, at, lexicon) else t
        for at, t in enumerate(tokens)
    ]
    for at in range(1, len(tokens)):
        word = tokens[at]
        if word.kind not in (T.UNKNOWN, T.CUE) and not _apart(tokens, at, lexicon):
            continue
        if not _counts(word.text, lexicon) or not _wanted(tokens, at):
            continue
        if word.text == "把" and not _sold_by(tokens[at + 1 : at + 8], word.text, lexicon):
            continue  # 要把蓝笔也加上
        if _goods_behind(tokens, at) or _goods_before(tokens, at):
            result[at] = Token(T.QTY, word.start, word.end, word.text, value=Decimal(1), unit=word.text)
    return result


def _article(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """再补一个蔓越莓2箱, 再补一条6305 30套: 一个 in front of goods that are counted in another unit is no amount."""
    token = tokens[at]
    if token.kind is not T.QTY or token.value != 1 or token.unit not in _ARTICLES or token.approx:
        return False
    if not at or not (tokens[at - 1].text in _VERBS or tokens[at - 1].has(c.ADD)):
        return False
    place = at + 1
    while place < len(tokens) and (tokens[place].kind in (*_ITEMS, T.GAP) or tokens[place].text in _SKIPS):
        place += 1
    if not any(t.kind in _ITEMS for t in tokens[at + 1 : place]) or place >= len(tokens):
        return False
    comma = tokens[place].kind is T.COMMA
    amount = tokens[place + comma] if place + comma < len(tokens) else None
    if amount is None or amount.kind is not T.QTY or amount.unit in (None, token.unit):
        return False
    if token.unit in _LINES and _sold_by(tokens[at + 1 : place], token.unit, lexicon):
        return False
    behind = next((t for t in tokens[place + comma + 1 : place + comma + 4] if t.kind is not T.GAP), None)
    return behind is None or behind.kind not in _ITEMS


def _apart(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """来袋糖粉, though 袋 is a character of some goods: not of those behind it."""
    word, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
    if word.kind is not T.ITEM or len(word.text) > 1 or after is None or after.kind is not T.ITEM:
        return False
    return not meaning(word, lexicon) & meaning(after, lexicon)


def _counts(word: str, lexicon: Lexicon) -> bool:
    return word == "个" or (
        len(word) <= 2 and word in lexicon.unit_words and word not in ("斤", "克", "米", "分", "两")
    )


def _sold_by(following: Sequence[Token], unit: str, lexicon: Lexicon) -> bool:
    for token in following:
        if token.kind is T.ITEM and any(unit in lexicon.product(n).units for n in list(meaning(token, lexicon))[:20]):
            return True
        if token.kind not in (*_ITEMS, T.GAP) and token.text not in _SKIPS:
            return False
    return False


def _wanted(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb of wanting stands right before the word, and nothing is refused by it."""
    verb = at - 1
    while verb > 0 and tokens[verb].text in _TURNS:
        verb -= 1
    if tokens[verb].text not in _VERBS or tokens[at].start != tokens[at - 1].end:
        return False
    before = tokens[verb - 1] if verb else None
    return before is None or (not before.has(*_REFUSING) and before.text not in ("各", "每", "先别", "想", "有没有"))


def _goods_behind(tokens: Sequence[Token], at: int) -> bool:
    """Whether goods without a number of their own follow, none waiting for it before."""
    if at + 1 >= len(tokens) or _waiting(tokens, at):
        return False
    place, goods = at + 1, False
    while place < len(tokens):
        token = tokens[place]
        if token.kind in _ITEMS:
            goods = True
        elif token.kind is not T.GAP and token.text not in _SKIPS:
            break
        place += 1
    if not goods:
        return False
    behind = tokens[place] if place < len(tokens) else None
    clings = behind is not None and tokens[place - 1].text == "的" and behind.start == tokens[place - 1].end
    if clings and behind is not None and behind.kind in (T.UNKNOWN, T.CUE) and behind.text not in (*_POLITE, *_VERBS):
        return False  # 发个订书机的照片
    if tokens[at].text == "个" and tokens[at + 1].kind is T.GAP:
        return False
    for after in range(place, min(place + 12, len(tokens))):
        token = tokens[after]
        if token.kind in _ENDS or token.text in _VERBS:
            return True
        if token.kind is T.QTY:
            ahead = next((t for t in tokens[after + 1 : after + 3] if t.kind is not T.GAP), None)
            return ahead is not None and ahead.kind in _ITEMS
        if token.has(c.CHANGE, c.SWAP, c.DROP, c.LESS) and token.text != "要":
            return False  # 我要把黑笔换成蓝笔
        if token.kind in (T.NUM, T.MEASURE, T.RATIO) or token.has(c.EACH, c.MUCH, c.ASK_PRICE, c.ASK_STOCK):
            return False
    return True


def _waiting(tokens: Sequence[Token], at: int) -> bool:
    """笔要个蓝的: goods named before the verb are what the words behind it describe."""
    for token in reversed(tokens[max(0, at - 12) : at]):
        if token.kind in (*_ENDS, T.QTY, T.PARTY, T.PRICE):
            return False
        if token.kind in _ITEMS:
            return True
    return False


def _goods_before(tokens: Sequence[Token], at: int) -> bool:
    """8801白M来件: the goods before, nothing behind."""
    if tokens[at].text == "个" or not _waiting(tokens, at):
        return False
    after = next((t for t in tokens[at + 1 :] if t.kind is not T.GAP), None)
    return after is None or after.kind in _ENDS or after.text in _POLITE
