"""Who of a customer's people writes, said with its name: 百汇-晓梅, 百汇(晓梅). And a trade somebody is
to speak to: 跟文具那边说下. No goods."""

from __future__ import annotations

from dataclasses import replace

from nlp.scanning import cues as c
from nlp.scanning.text import is_han
from nlp.scanning.tokens import T, Token

_DASHES = ("-", "_", "/", "—", "(", "·")
_ENDS = (T.GAP, T.COLON, T.COMMA, T.STOP)
_TO = ("跟", "和", "找", "问", "同", "叫", "让", "给")
_PLACES = ("那边", "那家", "店里", "老板", "店那边", "的老板", "的人", "那里")
_MOST = 3  # characters of such a name


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens in which such words are fillers."""
    result = list(tokens)
    for at, token in enumerate(result):
        end = 0
        if token.kind is T.PARTY and token.parties:
            end = _person(result, at)
        elif token.text in _TO:
            end = _spoken_to(result, at)
        for place in range(at + 1, end):
            if result[place].kind is not T.GAP:
                result[place] = replace(result[place], kind=T.CUE, cues=(c.FILLER,), term=None)
    return result


def _person(tokens: list[Token], at: int) -> int:
    """Where -晓梅 behind a party ends; 0 when something else stands there."""
    if at + 2 >= len(tokens) or tokens[at + 1].text not in _DASHES or tokens[at + 1].start != tokens[at].end:
        return 0
    end, said = at + 2, ""
    while end < len(tokens) and tokens[end].kind in (T.UNKNOWN, T.CUE) and tokens[end].start == tokens[end - 1].end:
        if tokens[end].kind is T.CUE and tokens[end].cues != (c.FILLER,):
            return 0
        said += tokens[end].text
        end += 1
    if not 1 <= len(said) <= _MOST or not all(map(is_han, said)):
        return 0
    if tokens[at + 1].text == "(":
        return end + 1 if end < len(tokens) and tokens[end].text == ")" else 0
    return end if end < len(tokens) and tokens[end].kind in _ENDS else 0


def _spoken_to(tokens: list[Token], at: int) -> int:
    """跟文具那边说下: where the words for whom to speak to end."""
    end = at + 1
    while end < len(tokens) and end - at <= 3 and tokens[end].kind in (T.ITEM, T.UNKNOWN, T.NUM):
        end += 1
    if end == at + 1 or end + 1 >= len(tokens) or tokens[end].text not in _PLACES:
        return 0
    return end if tokens[end + 1].text[:1] in ("说", "讲", "报", "下", "订", "问", "联") else 0
