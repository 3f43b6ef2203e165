"""An amount said once more to make sure: 荞麦枕三十个吧 对三十个 然后…, 黑笔5盒,嗯,5盒. It counts
nothing of its own."""

from __future__ import annotations

from dataclasses import replace

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_SURE = frozenset(
    ("对", "对的", "对对", "是", "是的", "嗯", "嗯嗯", "就是", "没错", "对吧", "对了", "好", "行", "哦", "噢", "是吧")
)
_BESIDE = (T.GAP, T.COMMA)
_REACH = 6


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens in which such an amount is a filler."""
    if not any(t.text in _SURE for t in tokens):
        return tokens
    result = list(tokens)
    before: Token | None = None
    between: list[Token] = []
    for at, token in enumerate(tokens):
        if token.kind is T.QTY and not token.approx:
            if before is not None and _alike(before, token) and any(t.text in _SURE for t in between):
                result[at] = replace(token, kind=T.CUE, cues=(c.FILLER,), unit=None, value=None)
            else:
                before = token
            between = []
        elif token.kind in _BESIDE or (token.kind is T.CUE and token.cues == (c.FILLER,)):
            between.append(token)
            if len(between) > _REACH or token.text in ("再", "还", "还要", "也", "另", "另外", "又"):
                before = None
        else:
            before = None
    return result


def _alike(one: Token, other: Token) -> bool:
    return one.value == other.value and one.unit == other.unit and one.unit is not None
