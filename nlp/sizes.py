"""Clothes sizes: letters that count for nothing anywhere else. M号, XL码; S2 M3 L5 is two, three and five pieces."""

from __future__ import annotations

import re

from nlp.lexicon import Lexicon
from nlp.numbers import number_at
from nlp.tokens import T, Token

_SIZE = re.compile(r"(?:[2-6]?x{1,4}[sl]|[sml])")
_COUNTED = re.compile(r"((?:x{0,4}[sl]|m))\*?(\d{1,3})")
_SAYING = ("号", "码")


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which size letters the catalogue knows are item words, with the 号 or 码 that goes with them."""
    if not any(t.kind in (T.UNKNOWN, T.SPEC, T.ITEM) and t.text[:1].isascii() for t in tokens):
        return tokens
    result: list[Token] = []
    for token in tokens:
        before = result[-1] if result else None
        if (
            token.text in _SAYING and before is not None and before.kind is T.ITEM and before.end == token.start
            and _SIZE.fullmatch(before.text)
        ):  # fmt: skip
            before.end, before.term = token.end, before.text
        elif token.kind is T.UNKNOWN and _SIZE.fullmatch(token.text) and lexicon.has_term(token.text):
            token.kind, token.term = T.ITEM, token.text
            result.append(token)
        elif "/" in token.text and token.kind in (T.SPEC, T.UNKNOWN) and (several := _several(token, lexicon)):
            result += several
        elif token.kind is T.SPEC and not lexicon.has_term(token.text) and (pair := _counted(token, lexicon)):
            result += pair
        else:
            result.append(token)
    return result


def _several(token: Token, lexicon: Lexicon) -> list[Token]:
    """M/L/XL: one item word each."""
    parts = token.text.split("/")
    if len(parts) > 8 or not all(_SIZE.fullmatch(part) and lexicon.has_term(part) for part in parts):
        return []
    pieces: list[Token] = []
    start = token.start
    for part in parts:
        if pieces:
            pieces.append(Token(T.COMMA, start, start + 1, "、"))
            start += 1
        pieces.append(Token(T.ITEM, start, start + len(part), part, term=part))
        start += len(part)
    return pieces


def _counted(token: Token, lexicon: Lexicon) -> list[Token]:
    match = _COUNTED.fullmatch(token.text)
    if match is None or not lexicon.has_term(match[1]):
        return []
    found = number_at(match[2], 0)
    assert found is not None
    middle = token.start + match.start(2)
    return [
        Token(T.ITEM, token.start, token.start + len(match[1]), match[1], term=match[1]),
        Token(T.NUM, middle, token.end, match[2], value=found[1]),
    ]
