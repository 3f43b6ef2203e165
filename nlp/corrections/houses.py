"""Whose an open draft is, told by the place alone: 这单是滨江店的 of a draft of the same firm's 万达店."""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon, Party
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_FRONT = 3  # characters two houses of a firm have in common at least
_MOST = 3_000  # names compared
_HOUSES = ("店", "部", "厂", "园", "区", "院", "馆", "站", "场", "仓", "司", "部", "点")


def of_own_firm(tokens: list[Token], draft_party: str | None, lexicon: Lexicon) -> list[Token]:
    """Tokens in which a place is the house of the draft's own firm that is called by it."""
    own = lexicon.party(draft_party)
    strange = any(t.kind is T.UNKNOWN or (t.kind is T.PARTY and not t.parties) for t in tokens)
    if own is None or not strange:
        return tokens
    places = _places(own, lexicon)
    result: list[Token] = []
    at = 0
    while at < len(tokens) and places:
        end, said = at, ""
        while end < len(tokens) and end - at < 6 and _names(tokens[end]) and (end == at or not tokens[end].parties):
            said += tokens[end].text
            end += 1
        found = next(((place, party) for place, party in places if place in said), None)
        if found is None or not tokens[at].text:
            result.append(tokens[at])
            at += 1
            continue
        start = said.index(found[0])
        first = tokens[at]
        if start >= len(first.text):  # the place begins with a later token
            result.append(first)
            at += 1
            continue
        if start:  # 记到滨江店
            result.append(replace(first, kind=T.CUE, text=first.text[:start], end=first.start + start, cues=()))
        stop = start + len(found[0])
        last, length = at, len(first.text)
        while length < stop:
            last += 1
            length += len(tokens[last].text)
        if said[stop : stop + 1] in _HOUSES and said[stop : stop + 1] and length == stop and last + 1 < end:
            last += 1
        begin = first.start + start
        text = said[start : stop + 1] if said[stop : stop + 1] in _HOUSES else found[0]
        result.append(Token(T.PARTY, begin, tokens[last].end, text, parties=(found[1],)))
        at = last + 1
    return result if places else tokens


def _names(token: Token) -> bool:
    return token.kind is T.UNKNOWN or (token.kind is T.PARTY and not token.parties) or token.text in _HOUSES


def _places(own: Party, lexicon: Lexicon) -> list[tuple[str, Party]]:
    """What tells the houses of a firm apart: 万达 and 滨江 of 力健健身会所万达店 and 力健健身会所滨江店."""
    name = fold_key(own.name)
    sisters: dict[str, Party] = {}
    for count, (called, owner) in enumerate(lexicon.called(own.kind)):
        if count >= _MOST:
            return []
        if owner == own.id or not called.startswith(name[:_FRONT]) or owner in sisters:
            continue
        party = lexicon.party(owner)
        if party is not None and fold_key(party.name) == called:
            sisters[owner] = party
    found: list[tuple[str, Party]] = []
    for party in sisters.values():
        mine, theirs = _apart(name, fold_key(party.name))
        if len(mine) > 1 and len(theirs) > 1:
            found += [(theirs, party), (mine, own)]
    return list(dict.fromkeys(found))


def _apart(one: str, other: str) -> tuple[str, str]:
    """The two names without what they have in common in front and behind."""
    front = 0
    while front < min(len(one), len(other)) and one[front] == other[front]:
        front += 1
    back = 0
    while back < min(len(one), len(other)) - front and one[-1 - back] == other[-1 - back]:
        back += 1
    return one[front : len(one) - back], other[front : len(other) - back]
