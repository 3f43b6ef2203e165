"""Names of goods written by their sound, when a character of theirs is an everyday word: 尼农拉连 for 尼龙拉链.

拉 is also said for fetching, so that the run falls apart; looked up as a whole, one name or head of a name must sound
like it.
"""

from __future__ import annotations

from nlp.catalogue import sounds
from nlp.catalogue.lexicon import Lexicon
from nlp.scanning import cues as c
from nlp.scanning.text import is_han
from nlp.scanning.tokens import T, Token

_NAMES = 200
_LOOKED_UP = 3  # of one message; it takes a while


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens with such a run put together as the name it sounds like."""
    result: list[Token] = []
    at = tries = 0
    while at < len(tokens):
        end = _run(tokens, at) if tries < _LOOKED_UP else 0
        name, stop = None, 0
        if end:
            tries += 1
            for stop in range(end, at + 1, -1):
                if tokens[stop - 1].kind is T.UNKNOWN and tokens[stop - 1].start > tokens[at].start + 1:
                    said = "".join(t.text for t in tokens[at:stop])
                    name = lexicon.heard_as(said) or _in_parts(said, lexicon)
                    if name:
                        break
        if name:
            start = tokens[at].start
            if isinstance(name, tuple):
                for part, piece in name:
                    result.append(Token(T.ITEM, start, start + len(part), part, term=piece))
                    start += len(part)
            else:
                exact = bool(lexicon.exact(name))
                result.append(Token(T.ITEM, start, tokens[stop - 1].end, name, term=name, exact=exact))
            at = stop
            continue
        result.append(tokens[at])
        at += 1
    return result


def _in_parts(said: str, lexicon: Lexicon) -> tuple[tuple[str, str], ...] | None:
    """尼农拉连: 拉连 sounds like the head 拉链, 尼农 like what stands before it in one of its names."""
    if len(said) != 4 or (head := lexicon.heard_as(said[2:])) is None:
        return None
    names = {lexicon.product(n).name for n in sorted(lexicon.postings(head))[:_NAMES]}
    fronts = {name[place - 2 : place] for name in names if (place := name.find(head)) >= 2}
    alike = [front for front in fronts if front == said[:2] or sounds.slip(said[:2], front)]
    return ((said[:2], alike[0]), (said[2:], head)) if len(alike) == 1 else None


def _run(tokens: list[Token], at: int) -> int:
    """Where a run of single characters ends that begins and ends with one nobody knows and has an everyday word inside;
    0 when there is none."""
    end, inner, strange = at, False, 0
    while end < len(tokens) and len(tokens[end].text) == 1 and is_han(tokens[end].text) and end - at < 6:
        token = tokens[end]
        if token.kind is T.UNKNOWN:
            strange += 1
        elif token.kind is T.CUE and token.has(c.FILLER) and end > at:
            inner = True
        else:
            break
        end += 1
    while end > at and tokens[end - 1].kind is not T.UNKNOWN:
        end -= 1
    return end if tokens[at].kind is T.UNKNOWN and inner and strange >= 2 and end - at >= 3 else 0
