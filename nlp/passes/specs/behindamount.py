"""Which of the goods, said behind how many, with the next of them right behind it: 蜡烛两盒数字的 细的20包."""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import meaning, narrow
from nlp.scanning.tokens import T, Token

_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such words end with a comma, so that what follows says something of the next goods."""
    result = list(tokens)
    for at, token in enumerate(tokens):
        if token.kind is not T.QTY or token.unit is None or at < 1:
            continue
        end = at + 1
        while end < len(tokens) and tokens[end].kind is T.ITEM and tokens[end].start == tokens[end - 1].end:
            end += 1
        if end == at + 1 or end + 2 >= len(tokens) or tokens[end].text != "的" or tokens[end + 1].kind is not T.GAP:
            continue
        said, goods, others = tokens[at + 1 : end], _before(tokens, at), _after(tokens, end + 2)
        if not goods or not others or not all(meaning(word, lexicon) for word in (*goods, *others)):
            continue
        which = narrow([*goods, *said], lexicon)
        if which and which < narrow(goods, lexicon) and not narrow([*goods, *said, *others], lexicon):
            result[end + 1] = replace(tokens[end + 1], kind=T.COMMA, text=",")
    return result


def _before(tokens: list[Token], at: int) -> list[Token]:
    start = at
    while start and (tokens[start - 1].kind in _ITEMS or tokens[start - 1].text == "的"):
        start -= 1
    return [t for t in tokens[start:at] if t.kind in _ITEMS]


def _after(tokens: list[Token], at: int) -> list[Token]:
    end = at
    while end < len(tokens) and tokens[end].kind in _ITEMS:
        end += 1
    return tokens[at:end]
