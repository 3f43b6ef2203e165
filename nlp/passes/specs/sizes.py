"""Clothes sizes: letters that count for nothing anywhere else. M号, XL码; S2 M3 L5 is two, three and five pieces."""

from __future__ import annotations

import re
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning.numbers import number_at
from nlp.scanning.tokens import T, Token

_SIZE = re.compile(r"(?:[2-6]?x{1,4}[sl]|[sml])")
_COUNTED = re.compile(r"((?:[2-6]x{1,4}[sl]|x{0,4}[sl]|m))\*?(\d{1,3})")
_PAIR = re.compile(r"([2-6]xl|x{0,4}[sl]|m)(\d{1,2}?)(?=$|[2-6]?x|[sml])")
_TIMES = re.compile(r"x(\d{1,5})")  # CC-T85 x10
_SAYING = ("号", "码")
_GRADE = re.compile(r"([a-f])(\d{1,4})")
_GRADES = "级型款档等"


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which size letters the catalogue knows are item words, with the 号 or 码 that goes with them."""
    if not any(t.kind in (T.UNKNOWN, T.SPEC, T.ITEM) and t.text[:1].isascii() for t in tokens):
        return tokens
    result: list[Token] = []
    cut: Token | None = None  # the number cut from a size last
    for token in tokens:
        before = result[-1] if result else None
        if before is not None and before is cut and token.text in lexicon.unit_words and before.end == token.start:
            before.kind, before.unit, before.end = T.QTY, token.text, token.end  # M10盒
            before.text += token.text
        elif (
            token.text in _SAYING and before is not None and before.kind is T.ITEM and before.end == token.start
            and _SIZE.fullmatch(before.text)
        ):  # fmt: skip
            before.end, before.term = token.end, before.term or before.text
        elif token.kind is T.ITEM and token.text[-1] in _SAYING and (size := _known(token.text[:-1], lexicon)):
            token.term = size  # L号, of a catalogue that writes L号 on some goods and L on others
            result.append(token)
        elif token.kind in (T.UNKNOWN, T.SPEC) and (size := _known(token.text, lexicon)):
            token.kind, token.term = T.ITEM, size
            result.append(token)
        elif "/" in token.text and token.kind in (T.SPEC, T.UNKNOWN) and (several := _several(token, lexicon)):
            result += several
        elif token.kind is T.SPEC and not lexicon.has_term(token.text) and (row := _row(token, lexicon)):
            result += row
        elif (times := _TIMES.fullmatch(token.text)) and _behind_code(result) and not lexicon.has_term(token.text):
            cut = Token(T.NUM, token.start + 1, token.end, times[1], value=Decimal(times[1]))
            result += [Token(T.SIGN, token.start, token.start + 1, "*"), cut]
        elif token.kind is T.SPEC and not lexicon.has_term(token.text) and (pair := _counted(token, lexicon)):
            result += pair
            cut = pair[-1]
        elif token.kind is T.SPEC and (graded := _graded(token, result, lexicon)):
            result += graded
            cut = graded[-1]
        else:
            result.append(token)
    return result


def _graded(token: Token, before: list[Token], lexicon: Lexicon) -> list[Token]:
    """红玫瑰A10 of roses that come in A级: the grade and how many."""
    match = _GRADE.fullmatch(token.text)
    glued = bool(before) and before[-1].kind is T.ITEM and before[-1].end == token.start
    if match is None or not glued or lexicon.has_term(token.text):
        return []
    own = lexicon.postings(before[-1].term or before[-1].text)
    if not any(own & lexicon.postings(match[1] + kind) for kind in _GRADES):
        return []
    middle = token.start + 1
    return [
        Token(T.SPEC, token.start, middle, match[1], term=match[1]),
        Token(T.NUM, middle, token.end, match[2], value=Decimal(match[2])),
    ]


def _behind_code(before: list[Token]) -> bool:
    """Whether the words before are the code of goods, which says all."""
    last = next((t for t in reversed(before) if t.kind is not T.GAP), None)
    return last is not None and last.kind is T.ITEM and last.exact and last.text.isascii()


def _known(text: str, lexicon: Lexicon) -> str | None:
    """The size a word is, as the catalogue spells it: xxl and 2xl are one size."""
    if not _SIZE.fullmatch(text):
        return None
    if lexicon.has_term(text):
        return text
    crosses, letter = text.count("x"), text[-1]
    if crosses == 0:
        return None
    if text[0].isdigit():
        other = "x" * int(text[0]) + letter if crosses == 1 else ""
    else:
        other = f"{crosses}x{letter}" if crosses > 1 else ""
    return other if other and lexicon.has_term(other) else None


def _several(token: Token, lexicon: Lexicon) -> list[Token]:
    """M/L/XL: one item word each."""
    parts = token.text.split("/")
    sizes = [_known(part, lexicon) for part in parts]
    if len(parts) > 8 or not all(sizes):
        return []
    pieces: list[Token] = []
    start = token.start
    for part, size in zip(parts, sizes, strict=True):
        if pieces:
            pieces.append(Token(T.COMMA, start, start + 1, "、"))
            start += 1
        pieces.append(Token(T.ITEM, start, start + len(part), part, term=size))
        start += len(part)
    return pieces


def _row(token: Token, lexicon: Lexicon) -> list[Token]:
    """M3L5XL5: sizes and how many of each, without a gap."""
    found = list(_PAIR.finditer(token.text))
    sizes = [_known(match[1], lexicon) for match in found]
    if len(found) < 2 or "".join(match[0] for match in found) != token.text or not all(sizes):
        return []
    pieces: list[Token] = []
    for match, size in zip(found, sizes, strict=True):
        start, middle = token.start + match.start(1), token.start + match.start(2)
        pieces.append(Token(T.ITEM, start, middle, match[1], term=size))
        pieces.append(Token(T.NUM, middle, token.start + match.end(), match[2], value=Decimal(match[2])))
    return pieces


def _counted(token: Token, lexicon: Lexicon) -> list[Token]:
    if len(pairs := list(_COUNTED.finditer(token.text))) > 1 and "".join(m[0] for m in pairs) == token.text:
        pieces: list[Token] = []
        for pair in pairs:  # S2M3
            cut = Token(T.SPEC, token.start + pair.start(), token.start + pair.end(), pair[0])
            one = _counted(cut, lexicon)
            if not one:
                return []
            pieces += one
        return pieces
    match = _COUNTED.fullmatch(token.text)
    size = _known(match[1], lexicon) if match is not None else None
    if match is None or size is None:
        return []
    found = number_at(match[2], 0)
    assert found is not None
    middle = token.start + match.start(2)
    return [
        Token(T.ITEM, token.start, token.start + len(match[1]), match[1], term=size),
        Token(T.NUM, middle, token.end, match[2], value=found[1]),
    ]
