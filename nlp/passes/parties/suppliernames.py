"""A maker whose name is a word of its goods too: 泉悦那边补5箱, 跟铁城补10箱 speak of the firm, 泉悦软管 does not."""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.lexicon import SUPPLIER, Lexicon
from nlp.scanning.cues import words
from nlp.scanning.tokens import T, Token

_SIDE = words("那边 那里 这边 那家 厂家 厂里 厂 公司 他家 家")
_FROM = words("跟 向 从 找 问 让 叫 和 去 到")
_TELLS = words("发 报 回 回了 回复 说 发来 报来 报了 给的 给 传来 来价 报价 涨 涨价 降价 调价 通知 更新 刚 刚刚 刚才")
_WHEN = words("早上 上午 中午 下午 晚上 昨晚 又 新")
_BUYS = (
    "补",
    "订",
    "定",
    "拿",
    "要",
    "采购",
    "进",
    "进货",
    "补货",
    "报",
    "来",
    "订购",
    "下单",
    "下",
    "加",
    "再补",
    "再订",
    "再进",
)


_CALLS = ("叫", "让", "喊", "催")
_BRINGS = ("发", "送", "调", "再发", "再送", "配", "安排", "赶紧发", "先发")


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such a word is the supplier."""
    result = list(tokens)
    for at, token in enumerate(tokens):
        if (maker := _maker(tokens, at, lexicon)) is not None:
            result[at] = maker  # 找沐川订, of a 沐川生物耗材厂 whose goods are 沐川培养皿
            continue
        if token.kind is not T.ITEM or not any(party.kind == SUPPLIER for party in token.parties):
            continue
        before = next((t for t in reversed(tokens[:at]) if t.kind is not T.GAP), None)
        after = next((t for t in tokens[at + 1 :] if t.kind is not T.GAP), None)
        if after is None:
            continue
        opens = before is None or before.kind is T.STOP
        if opens and after.start - token.end < 2 and _told_by(tokens[at + 1 : at + 6]):
            result[at] = replace(token, kind=T.PARTY, term=None, exact=False)  # 海浪发来的:…, 元力今天报:…
            continue
        asked = before is not None and before.text in _FROM and after.text in _BUYS
        asked = asked or (before is not None and before.text in _CALLS and after.text in _BRINGS)
        if asked or after.text in _SIDE:
            result[at] = replace(token, kind=T.PARTY, term=None, exact=False)
    return result


def _told_by(following: list[Token]) -> bool:
    """Whether the next word but for the day is one of telling."""
    said = next((t for t in following if t.kind not in (T.GAP, T.DATE) and t.text not in _WHEN), None)
    return said is not None and said.text in _TELLS


def _maker(tokens: list[Token], at: int, lexicon: Lexicon) -> Token | None:
    """The one supplier in whose full name a word of the goods stands, when something is bought from it."""
    token, before = tokens[at], tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if before is None or after is None or token.kind is not T.ITEM or token.parties or not 2 <= len(token.text) <= 4:
        return None
    buys = before.text in _FROM and after.text in _BUYS
    if not (buys or (before.text in _CALLS and after.text in _BRINGS)):
        return None
    ids = {code for name, code in lexicon.called(SUPPLIER) if token.text in name}
    party = lexicon.party(next(iter(ids))) if len(ids) == 1 else None
    return Token(T.PARTY, token.start, token.end, token.text, parties=(party,)) if party is not None else None


def goods_behind(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which 青龙山水泥42.5 is the firm 青龙山 and cement, although the firm is a 青龙山水泥厂: a number of
    the goods follows at once."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        cut = _goods_at(token, lexicon) if after is not None and after.start == token.end and _tells(after) else 0
        if not cut:
            result.append(token)
            continue
        middle = token.start + cut
        word = token.text[cut:]
        result.append(replace(token, end=middle, text=token.text[:cut]))
        result.append(Token(T.ITEM, middle, token.end, word, term=word, exact=lexicon.is_exact(word)))
    return result


def _tells(token: Token) -> bool:
    return token.kind in (T.NUM, T.SPEC, T.MEASURE) and token.text[:1].isascii()


def _goods_at(token: Token, lexicon: Lexicon) -> int:
    """Where the words for goods begin in the name of a supplier whose other name stands before them; 0 for none."""
    ids = {party.id for party in token.parties if party.kind == SUPPLIER}
    if token.kind is not T.PARTY or not ids:
        return 0
    for cut in range(2, len(token.text) - 1):
        word = token.text[cut:]
        if lexicon.has_term(word) and lexicon.is_head(word):
            return cut if ids & {party.id for party in lexicon.parties(token.text[:cut])} else 0
    return 0
