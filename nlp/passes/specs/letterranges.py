"""From which size to which, in letters: M到2XL各3件, S-XL每码5件. The sizes between are those the catalogue has."""

from __future__ import annotations

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning.tokens import T, Token

_ORDER = (("xs",), ("s",), ("m",), ("l",), ("xl", "1xl"), ("2xl", "xxl"), ("3xl", "xxxl"), ("4xl", "xxxxl"),
          ("5xl",), ("6xl",), ("7xl",), ("8xl",))  # fmt: skip
_PLACE = {word: place for place, words in enumerate(_ORDER) for word in words}
_TO = ("到", "至", "~", "-", "--")


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such a range is every size of it."""
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        found = _range(tokens, at, lexicon)
        if found is None:
            result.append(tokens[at])
            at += 1
            continue
        sizes, end = found
        start, stop = tokens[at].start, tokens[end - 1].end
        for place, size in enumerate(sizes):
            if place:
                result.append(Token(T.COMMA, stop, stop, "、"))
            result.append(Token(T.ITEM, start, stop, size, term=size))
        at = end
    return result


def _range(tokens: list[Token], at: int, lexicon: Lexicon) -> tuple[list[str], int] | None:
    token = tokens[at]
    if token.kind in (T.SPEC, T.UNKNOWN) and ("-" in token.text or "~" in token.text):
        whole = token.text.replace("~", "-").split("-")
        if len(whole) == 2 and not lexicon.has_term(token.text):
            return _between(whole[0], whole[1], at + 1, lexicon)
    if token.kind is not T.ITEM or _bare(token.text) not in _PLACE or at + 2 >= len(tokens):
        return None
    if tokens[at + 1].text not in _TO or tokens[at + 2].kind is not T.ITEM:
        return None
    return _between(_bare(token.text), _bare(tokens[at + 2].text), at + 3, lexicon)


def _between(first: str, last: str, end: int, lexicon: Lexicon) -> tuple[list[str], int] | None:
    low, high = _PLACE.get(first), _PLACE.get(last)
    if low is None or high is None or low >= high:
        return None
    sizes = [next((w for w in words if lexicon.has_term(w)), None) for words in _ORDER[low : high + 1]]
    if sizes[0] is None or sizes[-1] is None:
        return None
    return [size for size in sizes if size is not None], end


def _bare(text: str) -> str:
    return text[:-1] if text[-1:] in ("码", "号") else text
