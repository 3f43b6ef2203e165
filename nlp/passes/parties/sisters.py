"""Houses of one name, the next said by what it differs in: 东升一店:… / 二店:… where 东升二店 is a party of its own."""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning.tokens import T, Token


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such a word at the head of a line is the party it stands for."""
    result: list[Token] = []
    last: Token | None = None
    for at, token in enumerate(tokens):
        if token.kind is T.PARTY and token.parties:
            last = token
        opens = at == 0 or tokens[at - 1].kind is T.STOP
        if last is not None and opens and token.kind in (T.ID, T.PARTY) and not token.parties:
            found = next(
                (
                    parties
                    for size in range(len(last.text) - 1, 0, -1)
                    if (parties := lexicon.parties(last.text[:size] + token.text))
                ),
                (),
            )
            if len(found) == 1 and found[0].id not in {p.id for p in last.parties}:
                result.append(replace(token, kind=T.PARTY, parties=found))
                continue
        result.append(token)
    return result
