"""Measures said with one unit for all: 38/45/52度, 16、20平方. Each is one when the catalogue has it."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import having, kin
from nlp.catalogue.resolve import meaning
from nlp.catalogue.terms import MEASURE, MEASURES, measure_key
from nlp.scanning import cues as c
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_MOST = 12
_UNITS = ("ml", "g", "cm", "mm", "m", "kg", "l", "w")
_DIGITS = "零一二三四五六七八九"


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such a row is cut into its measures."""
    if not any(
        t.text == "/" or (t.kind in (T.MEASURE, T.SPEC) and not t.exact and "/" in t.text) or _ascends(t)
        for t in tokens
    ):
        return tokens
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        pieces, end = _spelt_out(tokens[at], lexicon), at + 1
        if not pieces:
            pieces, end = _row(tokens, at, lexicon)
        if not pieces and tokens[at].kind is T.QTY and result:
            pieces, end = _counts_row(tokens, at, result, lexicon)
        if not pieces and tokens[at].kind is T.SPEC:
            pieces, end = _row_apart(tokens, at, lexicon)
        if not pieces and tokens[at].kind is T.NUM:
            pieces, end = _in_one_word(tokens, at, lexicon)
        if pieces:
            result += pieces
            at = end
        else:
            result.append(tokens[at])
            at += 1
    return result


def _spelt_out(token: Token, lexicon: Lexicon) -> list[Token]:
    """The measures of 4l/5l, each with its own unit."""
    if token.kind is not T.SPEC or token.found or "/" not in token.text or lexicon.has_term(token.text):
        return []
    parts = [MEASURE.fullmatch(part) for part in token.text.split("/")]
    keys = [measure_key(part[1], part[2]) if part else "" for part in parts]
    if len(parts) > _MOST or not all(key and lexicon.has_term(key) for key in keys):
        return _words(token, lexicon) or _mixed(token, lexicon)
    pieces: list[Token] = []
    start = token.start
    for part, key in zip(parts, keys, strict=True):
        assert part is not None
        if pieces:
            pieces.append(Token(T.COMMA, start - 1, start, "、"))
        end = start + len(part[0])
        value = Decimal(part[1]) if "/" not in part[1] else None
        pieces.append(Token(T.MEASURE, start, end, part[0], value=value, term=key, exact=True))
        start = end + 1
    return pieces


def _mixed(token: Token, lexicon: Lexicon) -> list[Token]:
    """330/500/2L: the numbers in front in the one unit that the catalogue has for all of them."""
    parts = token.text.split("/")
    last = MEASURE.fullmatch(parts[-1])
    if len(parts) < 2 or last is None or not all(part.replace(".", "", 1).isdigit() for part in parts[:-1]):
        return []
    keys = [measure_key(last[1], last[2])]
    units = [u for u in _UNITS if u != keys[0][-len(u) :] and all(lexicon.has_term(p + u) for p in parts[:-1])]
    if len(units) != 1 or not lexicon.has_term(keys[0]):
        return []
    pieces: list[Token] = []
    start = token.start
    for part, key in zip(parts, [*(p + units[0] for p in parts[:-1]), *keys], strict=True):
        pieces += [Token(T.COMMA, start - 1, start, "、")] * bool(pieces)
        pieces.append(Token(T.MEASURE, start, start + len(part), key, term=key, exact=True))
        start += len(part) + 1
    return pieces


def _words(token: Token, lexicon: Lexicon) -> list[Token]:
    """c1/c2/c3 of goods that come in each of them."""
    parts = token.text.split("/")
    if len(parts) > _MOST or not all(
        (part[:1].isalpha() or part[:1] in ("+", "-")) and lexicon.has_term(part) for part in parts
    ):
        return []
    pieces: list[Token] = []
    start = token.start
    for part in parts:
        pieces += [Token(T.COMMA, start - 1, start, "、")] * bool(pieces)
        pieces.append(Token(T.ITEM, start, start + len(part), part, term=part))
        start += len(part) + 1
    return pieces


def _row(tokens: list[Token], at: int, lexicon: Lexicon) -> tuple[list[Token], int]:
    """The measures of a row that begins here and where it ends."""
    numbers: list[tuple[int, str]] = []
    end = at
    while end < len(tokens) and len(numbers) < _MOST:
        token = tokens[end]
        if token.kind is T.NUM and token.text.replace(".", "", 1).isdigit() and _slash(tokens, end + 1):
            numbers.append((token.start, token.text))
            end += 2
            continue
        if token.kind is not T.MEASURE or token.text.startswith("-"):
            return [], at
        match = MEASURE.fullmatch(token.text)
        if match is None or (token.exact and not numbers):
            return [], at
        start = token.start
        for part in match[1].split("/"):
            numbers.append((start, part))
            start += len(part) + 1
        return _measures(numbers, match[2], token.end, lexicon), end + 1
    return [], at


def _counts_row(tokens: list[Token], at: int, before: list[Token], lexicon: Lexicon) -> tuple[list[Token], int]:
    """积木桶60粒/100粒/160粒 of goods that come with so many each: no amounts, when amounts or prices follow."""
    run = [t for t in before[-3:] if t.kind is T.ITEM]
    base = kin(meaning(run[-1], lexicon), lexicon) if run else frozenset()
    pieces: list[Token] = []
    end = at
    while base and end < len(tokens) and tokens[end].kind is T.QTY and tokens[end].unit == tokens[at].unit:
        token = tokens[end]
        found = having(token.value or Decimal(0), base, lexicon)
        found = frozenset(n for n in found if token.text in fold_key(lexicon.product(n).spec))
        if not found or token.approx:
            return [], at
        pieces += [Token(T.COMMA, token.start, token.start, "、")] * bool(pieces)
        pieces.append(Token(T.SPEC, token.start, token.end, token.text, found=found))
        end += 1
        if end >= len(tokens) or tokens[end].text != "/":
            break
        end += 1
    follows = next((t for t in tokens[end : end + 2] if t.kind is not T.GAP), None)
    counted = follows is not None and (follows.kind in (T.NUM, T.QTY, T.PRICE, T.SPEC) or follows.has(c.EACH, c.ALL))
    return (pieces, end) if len(pieces) > 2 and counted else ([], at)


def _row_apart(tokens: list[Token], at: int, lexicon: Lexicon) -> tuple[list[Token], int]:
    """0.3/0.6/0.9/1.2米, where the numbers were one word and the measure another."""
    token, unit = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
    if token.found or unit is None or unit.start != token.end or unit.text not in MEASURES:
        return [], at
    numbers, start = [], token.start
    for part in token.text.split("/"):
        if not part.replace(".", "", 1).isdigit():
            return [], at
        numbers.append((start, part))
        start += len(part) + 1
    return _measures(numbers, unit.text, unit.end, lexicon), at + 2


def _ascends(token: Token) -> bool:
    """一二三五: no number, but one after the other."""
    said = token.text
    if token.kind is not T.NUM or not 2 <= len(said) <= 6 or any(char not in _DIGITS for char in said):
        return False
    return all(_DIGITS.index(one) < _DIGITS.index(other) for one, other in pairwise(said))


def _in_one_word(tokens: list[Token], at: int, lexicon: Lexicon) -> tuple[list[Token], int]:
    """一二三五加仑: the measures of digits said in one breath, when the catalogue has every one of them."""
    token, end = tokens[at], at + 1
    if not _ascends(token):
        return [], at
    numbers = [(token.start + place, str(_DIGITS.index(char))) for place, char in enumerate(token.text)]
    said = ""
    while end < len(tokens) and tokens[end].start == tokens[end - 1].end and len(said) < 3:
        said += tokens[end].text
        end += 1
        if said in MEASURES and (found := _measures(numbers, said, tokens[end - 1].end, lexicon)):
            return found, end
        if all(lexicon.has_term(number + said) for _, number in numbers):
            break
    else:
        return [], at
    pieces: list[Token] = []
    for start, number in numbers:
        pieces += [Token(T.COMMA, start, start, "、")] * bool(pieces)
        stop = tokens[end - 1].end if start == numbers[-1][0] else start + 1
        term = number + said
        pieces.append(Token(T.ITEM, start, stop, term, term=term, exact=lexicon.is_exact(term)))
    return pieces, end


def _slash(tokens: list[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].text == "/" and tokens[at].start == tokens[at - 1].end


def _measures(numbers: list[tuple[int, str]], unit: str, stop: int, lexicon: Lexicon) -> list[Token]:
    keys = [measure_key(number, unit) for _, number in numbers]
    if len(numbers) < 2 or not all(lexicon.has_term(key) for key in keys):
        return []
    pieces: list[Token] = []
    for (start, number), key in zip(numbers, keys, strict=True):
        if pieces:
            pieces.append(Token(T.COMMA, start - 1, start, "、"))
        last = len(pieces) == 2 * len(numbers) - 2
        end = stop if last else start + len(number)
        pieces.append(Token(T.MEASURE, start, end, number + unit, value=Decimal(number), term=key, exact=True))
    return pieces
