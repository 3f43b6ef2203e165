"""Goods called by a number that is all of their spec, or begins it: 30204要60套, 608胶封 of a spec 608-2RS, 30204/30205
各50套, and 6205-2RS*30 for thirty of them."""

from __future__ import annotations

import re
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.terms import MEASURE, MEASURES
from nlp.scanning import cues as c
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_LEAST, _LONGEST = 3, 6  # digits
_MOST = 60
_BESIDE = (T.COMMA, T.STOP, T.PARTY, T.COLON, T.CUE, T.QTY, T.DATE)
_CODE = re.compile(r"[ ][a-z]\d{1,2}(?![a-z\d.*/])")
_TIMES = re.compile(r"([a-z0-9][a-z0-9./+-]*[a-z0-9])\*(\d{1,4})")


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens with such numbers as words of the goods."""
    result: list[Token] = []
    size = 0  # digits of the one before
    for at, token in enumerate(tokens):
        if token.kind is T.SPEC and token.found is None and not token.exact:
            result += _row(token, lexicon) or _times(token, lexicon) or [token]
        elif (
            token.kind is T.NUM and designates(token.text, lexicon) and _stands_alone(result, tokens, at, size, lexicon)
        ):
            result.append(Token(T.ITEM, token.start, token.end, token.text, term=token.text))
            size = len(token.text)
        else:
            result.append(token)
    return result


def designates(text: str, lexicon: Lexicon) -> bool:
    """Whether goods are called by this number: it begins the spec of every product that has it, and no measure does."""
    if not (_LEAST <= len(text) <= _LONGEST and text.isdigit() and text[0] != "0") or not lexicon.has_term(text):
        return False
    found = lexicon.postings(text)
    if not 0 < len(found) <= _MOST:
        return False
    return all(_begins(text, fold_key(lexicon.product(n).spec)) for n in found)


def _begins(number: str, spec: str) -> bool:
    """30204, 6204-2rs and 6204 开式 begin so; 1000片, 1200*600, 500 ml and 240目 do not. A round number is said of
    amounts as well, and is a name only with more behind it."""
    if not spec.startswith(number):
        return False
    rest = spec[len(number) :]
    if rest[:1] in ("-", "/"):
        return rest[1:2].isalnum() and not (rest[0] == "/" and not rest[1].isascii())
    if number.endswith("00") or len(number) == _LEAST:
        return False
    if _CODE.match(rest):
        return True  # 8021 c1 of frames
    return not rest or (rest[0] == " " and rest[1:].lstrip()[:1] not in MEASURES and not rest[1:2].isascii())


def _stands_alone(before: list[Token], tokens: list[Token], at: int, size: int, lexicon: Lexicon) -> bool:
    """Whether the number is no amount of what was named right before, and no price or size of anything. ``size``: how
    many digits the number has by which goods were called before, 0 when none were."""
    last = next((t for t in reversed(before) if t.kind is not T.GAP), None)
    if last is not None and size == len(tokens[at].text) and _another(last, tokens, at):
        return True
    if last is not None and last.kind is T.ITEM:  # 铁封6204
        return bool(lexicon.postings(last.term or last.text) & lexicon.postings(tokens[at].text))
    if last is not None and last.kind not in _BESIDE:
        return False
    if last is not None and (
        last.has(c.EACH, c.PRICE, c.TOTAL, c.TAX_IN, c.TAX_EX) or last.text in ("第", "按", "单价")
    ):
        return False
    after = next((t for t in tokens[at + 1 : at + 3] if t.kind is not T.GAP), None)
    if last is not None and last.kind is T.QTY:  # 6308 20套 6309 10套, but 20套 4500
        return after is not None and after.kind in (T.QTY, T.ITEM)
    return True


def _another(last: Token, tokens: list[Token], at: int) -> bool:
    """6204 6205铁封各10套, 6204按4.5 6205按5.3: one more number of the same length, which no amount and no price is."""
    after = next((t for t in tokens[at + 1 : at + 3] if t.kind is not T.GAP), None)
    if after is None or after.kind is T.STOP:
        return False
    called = last.kind is T.ITEM and last.text.isdigit()
    told = last.kind in (T.NUM, T.PRICE) and (after.kind in (T.NUM, T.PRICE, T.QTY) or after.text in ("按", "是", "算"))
    return called or told


def _named(word: str, lexicon: Lexicon) -> bool:
    """Whether a word in front of a star is a name, and no measure of something packed in dozens: 500ml*12, m6*30."""
    if word.isdigit():
        return designates(word, lexicon)
    digits = sum(char.isdigit() for char in word)
    return digits >= _LEAST and not MEASURE.fullmatch(word) and lexicon.listed(word)


def _row(token: Token, lexicon: Lexicon) -> list[Token]:
    """30204/30205/30206: each of them."""
    if "/" not in token.text or lexicon.has_term(token.text):
        return []
    parts = token.text.split("/")
    if not all(designates(part, lexicon) or (not part.isdigit() and lexicon.listed(part)) for part in parts):
        return []
    if not any(part.isdigit() for part in parts):
        return []
    pieces: list[Token] = []
    start = token.start
    for part in parts:
        if pieces:
            pieces.append(Token(T.COMMA, start - 1, start, "、"))
        pieces.append(Token(T.ITEM, start, start + len(part), part, term=part))
        start += len(part) + 1
    return pieces


def _times(token: Token, lexicon: Lexicon) -> list[Token]:
    """6205-2rs*30: the goods, and how many."""
    match = _TIMES.fullmatch(token.text)
    if match is None or lexicon.has_term(token.text) or not _named(match[1], lexicon):
        return []
    found = lexicon.postings(match[1])
    if not found or any(f"{match[1]}*" in fold_key(lexicon.product(n).spec) for n in found):
        return []  # m6 of goods that come as m6*30
    end = token.start + len(match[1])
    return [
        Token(T.ITEM, token.start, end, match[1], term=match[1]),
        Token(T.SIGN, end, end + 1, "*"),
        Token(T.NUM, end + 1, token.end, match[2], value=Decimal(match[2])),
    ]
