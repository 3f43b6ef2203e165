"""The first character of a name said apart from the rest of it: 砂纸干的 and 干的砂纸 for 干砂纸, also where the rest
is mistyped (沙纸干的)."""

from __future__ import annotations

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning.text import is_han
from nlp.scanning.tokens import T, Token

_WORDS = (T.ITEM, T.UNKNOWN)


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such a character is the whole name, and the rest beside it too."""
    result = list(tokens)
    looked = 0
    for at, token in enumerate(tokens):
        if token.kind not in _WORDS or token.exact or len(token.text) != 1 or not is_han(token.text) or looked > 3:
            continue
        if at + 1 >= len(tokens) or tokens[at + 1].text != "的" or (at and tokens[at - 1].text == "的"):
            continue
        looked += 1
        for start, end in ((_back(tokens, at), at), (at + 2, _on(tokens, at + 2))):
            said = "".join(t.text for t in tokens[start:end])
            if not 2 <= len(said) <= 6:
                continue
            rest = said if lexicon.has_term(said) else lexicon.heard_as(said)
            if rest is None or not lexicon.is_exact(token.text + rest):
                continue
            whole = token.text + rest
            if token.kind is T.ITEM and lexicon.postings(token.text) & lexicon.postings(rest):
                continue  # it describes them as it is
            result[at] = Token(T.ITEM, token.start, token.end, token.text, term=whole, exact=True)
            result[start] = Token(T.ITEM, tokens[start].start, tokens[end - 1].end, said, term=rest)
            for gone in range(start + 1, end):
                place = tokens[end - 1].end
                result[gone] = Token(T.GAP, place, place, "")
            break
    return result


def _back(tokens: list[Token], at: int) -> int:
    start = at
    while start and tokens[start - 1].kind in _WORDS and tokens[start - 1].end == tokens[start].start:
        start -= 1
    return start


def _on(tokens: list[Token], at: int) -> int:
    end = at
    while end < len(tokens) and tokens[end].kind in _WORDS and (end == at or tokens[end].start == tokens[end - 1].end):
        end += 1
    return end
