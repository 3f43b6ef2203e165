"""A feature no goods of the catalogue have, said with a word that steers elsewhere: 加绒的手套, 进口的老抽, 无香的. It
says which goods are wanted, and must not be passed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import meaning
from nlp.grammar.entries import Entry
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token

_LEADS = frozenset("加带无进免防含")
_GOODS = (T.ITEM, T.MEASURE, T.SPEC)
_BREAKS = (T.COMMA, T.STOP)
_WANTS = ("要", "就要", "都要", "一定要", "得要", "必须", "是要", "必须要")
# How goods should be, whatever they are: 要新鲜的, 要日期好的.
_QUALITY = frozenset(
    "新鲜干净好快便宜正真整齐现日期原质保样同常老旧结实漂亮满最近早晚急送卖吃刚当天完合牌前次上下过种那这"
)
_LONGEST = 4
_PIECES = 100


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such a word is one nobody knows."""
    if not any(t.kind is T.UNKNOWN for t in tokens):
        return tokens
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = _feature(tokens, at) if token.kind is T.CUE and token.text in _LEADS else 0
        if end:
            said = "".join(t.text for t in tokens[at:end])
            result.append(Token(T.UNKNOWN, token.start, tokens[end - 1].end, said))
            at = end
            continue
        result.append(_pieces(token, result, lexicon))
        at += 1
    return result


def _feature(tokens: Sequence[Token], at: int) -> int:
    """Where 加绒 of 加绒的 ends, beside goods; else 0."""
    end = at + 1
    while end < len(tokens) and end < at + 3 and tokens[end].kind is T.UNKNOWN and is_han(tokens[end].text[0]):
        if tokens[end].start != tokens[end - 1].end:
            return 0
        end += 1
    if end == at + 1 or end >= len(tokens) or tokens[end].text != "的" or tokens[end].start != tokens[end - 1].end:
        return 0
    before = next((t for t in reversed(tokens[max(0, at - 2) : at]) if t.kind is not T.GAP), None)
    after = next((t for t in tokens[end + 1 : end + 3] if t.kind is not T.GAP), None)
    opens = (
        before is None
        or before.kind in (*_BREAKS, T.COLON, T.QTY, T.PARTY)
        or before.text in ("要", "来", "拿", "给我")
    )
    front = opens and after is not None and after.kind in _GOODS
    back = before is not None and before.kind in _GOODS and after is not None and after.kind is T.QTY
    return end if front or back else 0


def _pieces(token: Token, before: Sequence[Token], lexicon: Lexicon) -> Token:
    """檀香的三块 behind soap that is sold by the 块: pieces of a kind nobody knows, not what the soap before costs."""
    if token.kind is not T.PRICE or not token.text.endswith("块") or token.value is None or token.unit is not None:
        return token
    if len(before) < 3 or before[-1].text != "的" or any(t.kind is not T.UNKNOWN for t in before[-3:-1]):
        return token
    goods = [t for t in before if t.kind is T.ITEM and meaning(t, lexicon)][-4:]
    sold = any("块" in lexicon.product(n).units for t in goods for n in list(meaning(t, lexicon))[:20])
    if not sold or token.value != int(token.value) or token.value > _PIECES:
        return token
    return replace(token, kind=T.QTY, unit="块")


def doubts(tokens: Sequence[Token], entries: Sequence[Entry], lexicon: Lexicon) -> list[str]:
    """The doubt whether a clause behind goods that are counted wants them with something nobody knows:
    …2箱,要国产的."""
    goods = [lexicon.product(n) for e in entries for n in list(e.item.found)[:20]]
    named = frozenset(char for p in goods[:_PIECES] for char in fold_key(f"{p.name} {p.spec}"))
    for at, token in enumerate(tokens):
        if token.text not in _WANTS or not at or tokens[at - 1].kind not in _BREAKS:
            continue
        end = at + 1
        while end < len(tokens) and end < at + 1 + _LONGEST and (
            tokens[end].kind is T.UNKNOWN or (tokens[end].text in _LEADS and tokens[end].kind is T.CUE)
        ):  # fmt: skip
            end += 1
        said = "".join(t.text for t in tokens[at + 1 : end])
        closed = tokens[end : end + 1] != [] and tokens[end].text in ("的", "的哈", "的啊", "的吧")
        last = end + 1 >= len(tokens) or tokens[end + 1].kind in _BREAKS
        plain = 2 <= len(said) <= _LONGEST and all(map(is_han, said)) and not (_QUALITY | named).intersection(said)
        strange = any(t.kind is T.UNKNOWN for t in tokens[at + 1 : end])
        counted = [t for t in tokens[:at] if t.kind is T.QTY]
        if closed and last and plain and strange and counted and any(t.kind is T.ITEM for t in tokens[:at]):
            return ["sku_unknown"]
    return []
