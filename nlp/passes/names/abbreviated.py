"""Names said by their first and last character: 彩纸 of 彩色复印纸, when nothing else is called so; or by what they are
made of and the last one, 铁锅 of 生铁炒锅, or the end of the name, 木拼图 of 木质拼图."""

from __future__ import annotations

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token

_MOST = 200  # goods looked through
_MATERIALS = frozenset("铁钢铝铜锡钛锌镍银金铅木竹藤草布棉麻绒丝纱毛瓷陶塑胶皮革石玉")


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which two characters of such a name, side by side, are one word."""
    result: list[Token] = []
    for token in tokens:
        first = result[-1] if result else None
        apart = first is not None and _material(first, result[-2] if len(result) > 1 else None)
        if first is not None and first.end == token.start and _made_of(first, token, lexicon):
            found = _made(first.text, token.text, lexicon.postings(token.term or token.text), lexicon)
            if found:
                said = first.text + token.text
                result[-1] = Token(T.ITEM, first.start, token.end, said, term=token.term or token.text, found=found)
                continue
        if first is not None and (apart or _single(first)) and _single(token) and first.end == token.start:
            ends = lexicon.postings(token.text) if lexicon.has_term(token.text) else frozenset()
            named = _made if apart else _called
            found = named(first.text, token.text, ends, lexicon) if 0 < len(ends) <= _MOST else frozenset()
            if found:
                said = first.text + token.text
                result[-1] = Token(T.ITEM, first.start, token.end, said, term=token.term or token.text, found=found)
                continue
        result.append(token)
    return result


def _single(token: Token) -> bool:
    return token.kind is T.ITEM and not token.exact and len(token.text) == 1 and is_han(token.text)


def _material(token: Token, before: Token | None) -> bool:
    """A material nobody's goods are called by alone, and no part of a longer word."""
    clings = before is not None and before.end == token.start and before.kind in (T.UNKNOWN, T.ITEM)
    return token.kind is T.UNKNOWN and token.text in _MATERIALS and not clings


def _made_of(first: Token, token: Token, lexicon: Lexicon) -> bool:
    """木拼图: a material that is only part of the names of other goods, and a whole word behind it."""
    if first.kind is not T.ITEM or first.text not in _MATERIALS or token.kind is not T.ITEM or len(token.text) < 2:
        return False
    named = lexicon.postings(token.term or token.text)
    return 0 < len(named) <= _MOST and not named & lexicon.postings(first.text)


def _made(material: str, last: str, found: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    names = {n: fold_key(lexicon.product(n).name) for n in found}
    return frozenset(n for n, name in names.items() if material in name[:-1] and name.endswith(last))


def _called(first: str, last: str, found: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    names = {n: fold_key(lexicon.product(n).name) for n in found}
    return frozenset(n for n, name in names.items() if name.startswith(first) and name.endswith(last))
