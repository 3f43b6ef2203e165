"""Codes and specs written into one word with something else: CR15J*6, 40*30/60*40/100*100; units in brackets behind the
goods of a template: 自封袋8号(包):30."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.terms import full_key
from nlp.scanning.numbers import number_at, plain
from nlp.scanning.tokens import T, Token

_CODE_TIMES = re.compile(r"([a-z0-9][a-z0-9-]{1,24})\*(\d{1,5})")
_FIRST_OF_TWO = re.compile(r"([a-z]{0,3}\d{1,4}(?:\.\d{1,2})?)\*\d")
_SIGNS = ("(", "[")
_ENDS = (")", "]")


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens with such words cut up and such units put to their numbers."""
    result: list[Token] = []
    at = 0
    led = ""
    while at < len(tokens):
        token = tokens[at]
        if match := _FIRST_OF_TWO.match(token.term or token.text):
            led = match[1]
        if led and token.text == "*" and (size := _other_size(tokens, at, led, lexicon)) is not None:
            result.append(size)
            at += 2
            continue
        whole = token.kind is not T.SPEC or lexicon.has_term(token.text)
        if not whole and (pieces := _code(token, lexicon) or _sizes(token, lexicon)):
            result += pieces
            at += 1
            continue
        if token.text in _SIGNS and result and (end := _template(tokens, at, lexicon)):
            unit = _unit(tokens, at + 1, lexicon)
            number = tokens[end]
            result += [t for t in tokens[at + 2 : end] if t.kind is T.COLON or t.kind is T.STOP]
            if number.kind is T.NUM:
                result.append(replace(number, kind=T.QTY, unit=unit))
                end += 1
            at = end
            continue
        result.append(token)
        at += 1
    return result


def _other_size(tokens: list[Token], at: int, led: str, lexicon: Lexicon) -> Token | None:
    """自攻4.2*16两包 *25三包: the second part of a size alone, of what has the first as well."""
    before = tokens[at - 1] if at else None
    number = tokens[at + 1] if at + 1 < len(tokens) else None
    following = next((t for t in tokens[at + 2 : at + 5] if t.kind is not T.GAP), None)
    apart = before is not None and before.kind in (T.GAP, T.COMMA, T.STOP, T.QTY)
    counted = following is not None and (following.kind is T.QTY or following.text in ("的", "各"))
    if not apart or not counted or number is None or number.value is None or number.start != tokens[at].end:
        return None
    term = f"{led}*{plain(number.value)}"
    return Token(T.ITEM, tokens[at].start, number.end, term, term=term) if lexicon.has_term(term) else None


def _code(token: Token, lexicon: Lexicon) -> list[Token]:
    """CR15J*6: a code of the catalogue and how many."""
    match = _CODE_TIMES.fullmatch(token.text)
    if match is None or not lexicon.is_exact(full_key(match[1])):
        return []
    middle = token.start + len(match[1])
    found = number_at(match[2], 0)
    assert found is not None
    return [
        Token(T.ITEM, token.start, middle, match[1], term=full_key(match[1]), exact=True),
        Token(T.SIGN, middle, middle + 1, "*"),
        Token(T.NUM, middle + 1, token.end, match[2], value=found[1]),
    ]


def _sizes(token: Token, lexicon: Lexicon) -> list[Token]:
    """40*30/60*40/100*100: sizes the catalogue has, side by side."""
    parts = token.text.split("/")
    if not 2 <= len(parts) <= 12 or not all("*" in part and lexicon.has_term(part) for part in parts):
        return []
    return list(_side_by_side(token, parts))


def _side_by_side(token: Token, parts: list[str]) -> Iterator[Token]:
    start = token.start
    for place, part in enumerate(parts):
        if place:
            yield Token(T.COMMA, start, start + 1, "、")
            start += 1
        yield Token(T.ITEM, start, start + len(part), part, term=part)
        start += len(part)


def _unit(tokens: list[Token], at: int, lexicon: Lexicon) -> str | None:
    """The unit that fills a bracket; 公斤 may have fallen into two characters."""
    said = ""
    for token in tokens[at : at + 4]:
        if token.text in _ENDS:
            break
        said += token.text.strip()
    return said if said in lexicon.unit_words else None


def _template(tokens: list[Token], at: int, lexicon: Lexicon) -> int:
    """Where the number of 自封袋8号(包):30 stands, or the end of the line when it was left open; 0 when it is none."""
    closing = next((n for n in range(at + 1, min(at + 5, len(tokens))) if tokens[n].text in _ENDS), 0)
    if not closing or closing + 1 >= len(tokens) or _unit(tokens, at + 1, lexicon) is None:
        return 0
    end = closing + 1
    while end < len(tokens) and tokens[end].kind in (T.GAP, T.COLON):
        end += 1
    coloned = any(t.kind is T.COLON for t in tokens[closing + 1 : end])
    if not coloned or end >= len(tokens) or tokens[end].kind not in (T.NUM, T.STOP):
        return 0
    return end
