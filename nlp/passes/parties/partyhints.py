"""Words that say which of several parties is meant, or only say the rest of a party's name: 木器厂那个徐老板,
徐老板(开油漆店的), 木器厂徐记. They are a piece of the full name that ends in what the firm is, never goods."""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning import cues as c
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token

_FRAMES = frozenset("厂店行部处队所铺场站院校司社坊馆室库吧屋园局队组")
_BETWEEN = ("那个", "的", "那位", "那家", "这个", "(", ")", "开", "做", "是", "那边", "家")
_MOST = 6  # tokens a hint is made of


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such words are fillers and the party beside them is the one they name."""
    if not any(t.kind is T.PARTY and t.parties for t in tokens):
        return tokens
    result = tokens = _strangers(list(tokens), lexicon)
    for at, token in enumerate(list(tokens)):
        if token.kind is not T.PARTY or not token.parties:
            continue
        for place in (_before(result, at), _behind(result, at)):
            if place is None:
                continue
            start, end = place
            said = "".join(t.text for t in result[start:end])
            meant = tuple(p for p in token.parties if said in fold_key(p.name))
            if not meant or said in token.text:
                continue
            glued = end == at and result[end - 1].end == token.start
            if len(token.parties) == 1 and not glued and not any(t.text in _BETWEEN for t in result[end:at]):
                continue  # 老徐 油漆店: more than his name, perhaps another place
            result[at] = replace(token, parties=meant)
            for word in range(start, end):
                result[word] = Token(T.CUE, result[word].start, result[word].end, result[word].text, cues=(c.FILLER,))
            _agree(result, token, meant)
            break
    return result


def _strangers(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """强盛体育, where 体育 is a piece of the name of 刘记体育批发部: a firm nobody knows."""
    result: list[Token] = []
    for token in tokens:
        start = len(result)
        while start and len(result) - start < 4 and result[start - 1].kind is T.UNKNOWN:
            if result[start - 1].end != (result[start].start if start < len(result) else token.start):
                break
            start -= 1
        front = "".join(t.text for t in result[start:])
        if token.kind is T.PARTY and 2 <= len(front) <= 4 and _piece_of(token, front, lexicon):
            result[start:] = [replace(token, start=result[start].start, text=front + token.text, parties=())]
        else:
            result.append(token)
    return result


def _piece_of(token: Token, front: str, lexicon: Lexicon) -> bool:
    """Whether a name is only a piece out of the middle of a party's, with other words in front of it."""
    if not token.parties or not all(is_han(char) for char in front):
        return False
    for party in token.parties:
        name = fold_key(party.name)
        place = name.find(token.text)
        if place <= 0 or name[:place].endswith(front[-1]) or front in name:
            return False
        if (token.text, party.id) in lexicon.called(party.kind):
            return False
    return True


def _agree(tokens: list[Token], token: Token, meant: tuple[object, ...]) -> None:
    """The same words elsewhere in the message mean the same party."""
    for at, other in enumerate(tokens):
        if other.kind is T.PARTY and other.text == token.text and len(other.parties) > len(meant):
            tokens[at] = replace(other, parties=tuple(p for p in other.parties if p in meant))


def _before(tokens: list[Token], at: int) -> tuple[int, int] | None:
    """Where the words stand that lead to a party: from, up to."""
    end = at
    while end and at - end < 3 and (tokens[end - 1].text in _BETWEEN or tokens[end - 1].kind is T.GAP):
        end -= 1
    if end == 0 or not _names_firm(tokens[end - 1]):
        return None
    start = end - 1
    while start and end - start < _MOST and _clings(tokens[start - 1], tokens[start]):
        start -= 1
    return _longest(tokens, start, end)


def _behind(tokens: list[Token], at: int) -> tuple[int, int] | None:
    start = at + 1
    while start < len(tokens) and start - at < 4 and (tokens[start].text in _BETWEEN or tokens[start].kind is T.GAP):
        start += 1
    end = start
    while end < len(tokens) and end - start < _MOST and (end == start or _clings(tokens[end - 1], tokens[end])):
        if not _word(tokens[end]):
            break
        end += 1
        if _names_firm(tokens[end - 1]):
            return _longest(tokens, start, end)
    return None


def _longest(tokens: list[Token], start: int, end: int) -> tuple[int, int] | None:
    """The words without those in front that steer: 要给 of 要给木器厂."""
    while start < end and tokens[start].kind is T.CUE:
        start += 1
    said = "".join(t.text for t in tokens[start:end])
    return (start, end) if 2 <= len(said) <= 8 else None


def _names_firm(token: Token) -> bool:
    return _word(token) and token.text[-1] in _FRAMES


def _word(token: Token) -> bool:
    """A word that may be a piece of a firm's name; the name of a firm nobody knows as well."""
    return token.kind in (T.UNKNOWN, T.ITEM, T.CUE) or (token.kind is T.PARTY and not token.parties)


def _clings(one: Token, other: Token) -> bool:
    return one.end == other.start and _word(one)
