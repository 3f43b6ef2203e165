"""Goods that came, told in passing before more is ordered: 昨天的鞋收到了,再补解放鞋43 1箱."""

from __future__ import annotations

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_CAME = c.words("收到了 收到 已收 收了 签收了 签收 送到了 已送达 到了 到货了 都到了")
_AGAIN = c.words("再 还来 还要 再补 再来 再要 再拿 再发 再订 再加 补 另外 顺便 还要 又要 再下")


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens without the clause about what came, when a later clause wants more and nothing was wrong with it."""
    came = next((at for at, t in enumerate(tokens) if t.text in _CAME), None)
    if came is None or any(t.has(c.TROUBLE) and t.text not in _CAME for t in tokens[came + 1 :]):
        return tokens
    end = next((at for at in range(came, len(tokens)) if tokens[at].kind in (T.COMMA, T.STOP)), None)
    if end is None or not _wants_more(tokens[end + 1 :]):
        return tokens if end is None else _same_again(tokens, came, end)
    start = next((at + 1 for at in range(came - 1, -1, -1) if tokens[at].kind in (T.COMMA, T.STOP)), 0)
    kept = [t for t in tokens[start:end] if t.kind is T.PARTY]
    return [*tokens[:start], *kept, *tokens[end:]]


def _same_again(tokens: list[Token], came: int, end: int) -> list[Token]:
    """昨天的高粉收到了,今天再来5袋: the goods that came once more."""
    start = next((at + 1 for at in range(came - 1, -1, -1) if tokens[at].kind in (T.COMMA, T.STOP)), 0)
    stop = next((at for at in range(end + 1, len(tokens)) if tokens[at].kind in (T.COMMA, T.STOP)), len(tokens))
    clause = tokens[end + 1 : stop]
    counted = any(t.kind is T.QTY and t.unit is not None for t in clause) and any(t.text in _AGAIN for t in clause)
    if not counted or any(t.kind is T.ITEM for t in clause) or any(t.kind is T.QTY for t in tokens[start:came]):
        return tokens
    kept = [t for t in tokens[start:came] if t.kind in (T.PARTY, T.ITEM, T.MEASURE, T.SPEC)]
    return [*tokens[:start], *kept, *tokens[end + 1 :]]


def _wants_more(tokens: list[Token]) -> bool:
    clause: list[Token] = []
    for token in [*tokens, Token(T.STOP, 0, 0, "")]:
        if token.kind not in (T.COMMA, T.STOP):
            clause.append(token)
            continue
        kinds = {t.kind for t in clause}
        if T.ITEM in kinds and T.QTY in kinds and any(t.text in _AGAIN for t in clause):
            return True
        clause = []
    return False
