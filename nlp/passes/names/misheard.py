"""Names of goods written by their sound, when a character of theirs is an everyday word: 尼农拉连 for 尼龙拉链.

拉 is also said for fetching, so that the run falls apart; looked up as a whole, one name or head of a name must sound
like it.
"""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue import sounds
from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import meaning
from nlp.scanning import cues as c
from nlp.scanning.text import is_han
from nlp.scanning.tokens import T, Token

_LIGHT = frozenset("式型类状性")
_NAMES = 200
_LOOKED_UP = 3  # of one message; it takes a while


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens with such a run put together as the name it sounds like."""
    tokens = _ends(_plain(tokens, lexicon), lexicon)
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


def _plain(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """针头式滤器 for 针头滤器: a character that says nothing between two words of the same goods."""
    result = list(tokens)
    for at in range(1, len(tokens) - 1):
        token = tokens[at]
        if token.kind is not T.UNKNOWN or token.text not in _LIGHT:
            continue
        one, other = tokens[at - 1], tokens[at + 1]
        if one.kind is not T.ITEM or other.kind is not T.ITEM:
            continue
        if one.end == token.start and token.end == other.start and meaning(one, lexicon) & meaning(other, lexicon):
            result[at] = replace(token, kind=T.GAP)
    return result


def _ends(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """进样平 for 进样瓶: a last character that belongs to none of the goods the word before it names, when the two
    sound like one head of a name."""
    result: list[Token] = []
    tries = 0
    for at, token in enumerate(tokens):
        before = result[-1] if result else None
        if (
            token.kind is not T.ITEM
            or before is None
            or tries >= _LOOKED_UP
            or not _ends_strangely(before, token, tokens[at + 1 : at + 2], lexicon)
        ):
            result.append(token)
            continue
        tries += 1
        said = before.text + token.text
        for length in range(min(len(said), 5), 2, -1):
            piece = lexicon.heard_as(said[-length:])
            if piece is None or not lexicon.postings(piece) & meaning(before, lexicon):
                continue
            start = token.end - length
            result.pop()
            if before.start < start:
                front = before.text[: start - before.start]
                known = lexicon.has_term(front)
                kind = T.ITEM if known else T.CUE if front == "色" else T.UNKNOWN
                cues = (c.FILLER,) if kind is T.CUE else ()
                result.append(Token(kind, before.start, start, front, cues=cues, term=front if known else None))
            exact = bool(lexicon.exact(piece))
            result.append(Token(T.ITEM, start, token.end, said[-length:], term=piece, exact=exact))
            break
        else:
            result.append(token)
    return result


def _ends_strangely(before: Token, token: Token, following: list[Token], lexicon: Lexicon) -> bool:
    if token.kind is not T.ITEM or len(token.text) != 1 or token.exact or not is_han(token.text):
        return False
    if before.kind is not T.ITEM or before.exact or len(before.text) < 2 or before.end != token.start:
        return False
    if following and following[0].start == token.end and following[0].kind not in (T.QTY, T.GAP, T.COMMA, T.STOP):
        return False
    return is_han(before.text[-1]) and not meaning(before, lexicon) & meaning(token, lexicon)
