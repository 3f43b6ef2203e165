"""Pieces of aliases that run across two words: 胶透明 of an alias 防霉胶透明 is 胶 and 透明, which other goods are as
well (玻璃胶透明); the alias as a whole still means its own product."""

from __future__ import annotations

from nlp.lexicon import Lexicon
from nlp.notation import values
from nlp.terms import SINGLE
from nlp.text import fold_key, is_han
from nlp.tokens import T, Token

_MOST = 60


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens with such pieces cut where the value of the spec begins or ends."""
    result: list[Token] = []
    for token in tokens:
        result += _cut(token, lexicon) or [token]
    return result


def _cut(token: Token, lexicon: Lexicon) -> list[Token]:
    said = token.term or ""
    if token.kind is not T.ITEM or token.exact or token.found is not None or said != token.text:
        return []
    if not 2 <= len(said) <= 8 or not all(is_han(char) for char in said):
        return []
    own = lexicon.postings(said)
    if not own or len(own) > _MOST:
        return []
    for n in own:
        product = lexicon.product(n)
        if said in fold_key(product.name) or said in fold_key(product.spec):
            return []
    for at in range(1, len(said)):
        one, other = said[:at], said[at:]
        if not (lexicon.has_term(one) and lexicon.has_term(other)):
            continue
        if not any(all(_value_of(part, n, lexicon) for n in own) for part in (one, other)):
            continue
        if own <= lexicon.postings(one) & lexicon.postings(other):
            middle = token.start + at
            return [
                Token(T.ITEM, token.start, middle, one, term=one, exact=lexicon.is_exact(one)),
                Token(T.ITEM, middle, token.end, other, term=other, exact=lexicon.is_exact(other)),
            ]
    return []


def _value_of(part: str, number: int, lexicon: Lexicon) -> bool:
    """Whether a part of the piece is a value of the product's spec, as it is or as people shorten it (白 of 白色)."""
    words = values(fold_key(lexicon.product(number).spec))
    return part in words or f"{part}色" in words or (part in SINGLE and any(part in word for word in words))
