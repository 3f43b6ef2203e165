"""Names said by their first and last character: 彩纸 of 彩色复印纸, when nothing else is called so."""

from __future__ import annotations

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token

_MOST = 200  # goods looked through


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which two characters of such a name, side by side, are one word."""
    result: list[Token] = []
    for token in tokens:
        first = result[-1] if result else None
        if first is not None and _single(first) and _single(token) and first.end == token.start:
            ends = lexicon.postings(token.text) if lexicon.has_term(token.text) else frozenset()
            found = _called(first.text, token.text, ends, lexicon) if 0 < len(ends) <= _MOST else frozenset()
            if found:
                said = first.text + token.text
                result[-1] = Token(T.ITEM, first.start, token.end, said, term=token.term or token.text, found=found)
                continue
        result.append(token)
    return result


def _single(token: Token) -> bool:
    return token.kind is T.ITEM and not token.exact and len(token.text) == 1 and is_han(token.text)


def _called(first: str, last: str, found: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    names = {n: fold_key(lexicon.product(n).name) for n in found}
    return frozenset(n for n, name in names.items() if name.startswith(first) and name.endswith(last))
