"""Rows of sizes under the goods that come in them: 长袖工作服 / 175 12 / 180 20, and sizes in a row with a colon behind
each, some of them left open: [耐酸碱]35: 45:30双."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import having, kin, plainly
from nlp.catalogue.resolve import is_head, meaning, narrow
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token, lines_of

_GOODS = (T.ITEM, T.MEASURE, T.SPEC)
_SETS = (":", "=", "-", "*")
_BLANK = ("_", "/", "-")
_SIZE = re.compile(r"\d?x*[sml]|[\d.*/+-]+[a-z]{0,3}")
_CLOCK = re.compile(r"([1-9]\d?):(\d\d)")
_PARTED = re.compile(r"([a-z0-9]{1,5})-(\d{1,4})")
_MOST = 400


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which the number at the head of such a row is a word of the goods, and a size left open is gone."""
    if not any(t.kind in (T.NUM, T.QTY, T.SPEC, T.DATE) for t in tokens) or not any(
        t.text in ("\n", ":") for t in tokens
    ):
        return tokens
    base: frozenset[int] = frozenset()
    result: list[Token] = []
    lines = lines_of(tokens)
    form = sum(map(_filled, lines)) > 1
    under: list[Token] = []  # 白色 in a line of its own: what the rows below are of
    for at, line in enumerate(lines):
        told = [t for t in line if t.kind is not T.GAP]
        words = _heads_rows(told, lines[at + 1 : at + 2], base, lexicon) if base else []
        if words:
            under = words
            result += [t for t in line if t.kind is T.STOP]
            continue
        row = line
        if base and told and told[0].kind in (T.NUM, T.SPEC, T.ITEM, T.DATE):
            row = _parted(line, base, lexicon)
            _head(row, kin(base, lexicon) if under else base, lexicon)
            told = [t for t in row if t.kind is not T.GAP]
        if _of_these(told, under, base, lexicon):
            result += [replace(t) for t in under]
        elif named := _goods(told, lexicon):
            base, under = named, []
        else:
            under = []
        labelled = bool(base) and any(t.kind is T.COLON for t in row)
        result += _without_open(row, base, lexicon, form=form or _filled(row)) if labelled else row
    return result


def _heads_rows(told: list[Token], following: list[list[Token]], base: frozenset[int], lexicon: Lexicon) -> list[Token]:
    """白色 over rows of sizes, of goods named before it: its words."""
    words = [t for t in told if t.kind not in (T.STOP, T.COLON) and t.text not in ("[", "]", "的")]
    found = (
        narrow(words, lexicon) & kin(base, lexicon) if words and all(t.kind is T.ITEM for t in words) else frozenset()
    )
    if not found or any(t.text in fold_key(lexicon.product(n).name) for t in words for n in found):
        return []
    below = [t for t in _parted(following[0], base, lexicon) if t.kind is not T.GAP] if following else []
    if len(below) > 1 and below[0].kind is T.NUM and below[1].kind in (T.NUM, T.QTY):
        return words
    return words if _of_these(below, words, base, lexicon) else []


def _of_these(told: list[Token], under: list[Token], base: frozenset[int], lexicon: Lexicon) -> bool:
    """Whether a row says a size and how many, and goods of that size are what the words over it say."""
    if not under or len(told) < 2 or told[0].kind not in _GOODS or is_head(told[0], lexicon):
        return False
    behind = [t for t in told[1:] if t.kind is not T.COLON]
    counted = bool(behind) and behind[0].kind in (T.NUM, T.QTY)
    return counted and bool(narrow([*under, told[0]], lexicon) & kin(base, lexicon))


def _goods(told: list[Token], lexicon: Lexicon) -> frozenset[int]:
    """The goods a line names: those of its first words, when one of them is a name or opens an item."""
    words: list[Token] = []
    for token in told:
        if (_styled(token, lexicon) or token.kind in _GOODS) and meaning(token, lexicon):
            words.append(token)
        elif words and token.text not in ("的", "型", "款", "/", "]"):
            break
    return narrow(words, lexicon) if any(_names(w, lexicon) for w in words) else frozenset()


def _styled(token: Token, lexicon: Lexicon) -> bool:
    """8801 of what is called 8801圆领短袖T恤."""
    if token.kind is not T.NUM or len(token.text) < 3 or not lexicon.has_term(token.text):
        return False
    found = list(lexicon.postings(token.text))[:60]
    return bool(found) and all(token.text in lexicon.product(n).name for n in found)


def _names(word: Token, lexicon: Lexicon) -> bool:
    """Whether a word can stand for goods by itself: no size and no measure."""
    if word.kind is T.NUM or is_head(word, lexicon):
        return True
    return word.kind is not T.MEASURE and len(word.text) > 2 and _SIZE.fullmatch(word.text) is None


def _head(line: list[Token], base: frozenset[int], lexicon: Lexicon) -> None:
    """175 12 of a row: the first is a size the goods above come in, the other how many, and nothing else counts."""
    told = [t for t in line if t.kind not in (T.GAP, T.STOP)]
    if len(told) < 2 or told[0].kind is not T.NUM:
        return
    behind = told[1:]
    signed = behind[0].text in _SETS
    numbers = [t for t in (behind[1:] if signed else behind) if t.kind is not T.CUE]
    if not 1 <= len(numbers) <= 2 or numbers[0].kind not in (T.NUM, T.QTY):
        return
    if len(numbers) == 2 and numbers[1].kind not in (T.NUM, T.PRICE):
        return
    if _size(told[0], base, lexicon) and signed and behind[0].text in (":", "="):
        behind[0].kind, behind[0].text = T.GAP, " "


def _parted(line: list[Token], base: frozenset[int], lexicon: Lexicon) -> list[Token]:
    """M-10 in a row of its own: a size the goods above come in, and how many."""
    told = [t for t in line if t.kind not in (T.GAP, T.STOP)]
    clock = _CLOCK.fullmatch(told[0].text) if len(told) == 1 and told[0].kind is T.DATE else None
    if clock is not None and having(Decimal(clock[1]), base, lexicon):
        return _of_clock(line, told[0], clock)
    match = _PARTED.fullmatch(told[0].text) if len(told) == 1 and told[0].kind is T.SPEC else None
    if match is None or lexicon.has_term(match[0]) or not lexicon.postings(match[1]) & kin(base, lexicon):
        return line
    token, middle = told[0], told[0].start + len(match[1])
    size = Token(T.ITEM, token.start, middle, match[1], term=match[1])
    count = Token(T.NUM, middle + 1, token.end, match[2], value=Decimal(match[2]))
    parts = [size, Token(T.GAP, middle, middle + 1, " "), count]
    return [piece for t in line for piece in (parts if t is token else [t])]


def _of_clock(line: list[Token], token: Token, clock: re.Match[str]) -> list[Token]:
    """10:20 under goods that come in 10: no hour of the day."""
    middle = token.start + len(clock[1])
    size = Token(T.NUM, token.start, middle, clock[1], value=Decimal(clock[1]))
    count = Token(T.NUM, middle + 1, token.end, clock[2], value=Decimal(clock[2]))
    parts = [size, Token(T.GAP, middle, middle + 1, " "), count]
    return [piece for t in line for piece in (parts if t is token else [t])]


def _size(token: Token, base: frozenset[int], lexicon: Lexicon) -> bool:
    """Turn a number into the size it is; False when the goods do not come in it, or all of them do."""
    family = kin(base, lexicon) if len(base) == 1 else base  # 雨靴41码10双 / 42 20
    if token.value is None or len(family) > _MOST:
        return False
    found = plainly(token.value, having(token.value, family, lexicon), lexicon)
    if not found or found == family:
        return False
    token.kind, token.found, token.term = T.SPEC, found, None
    return True


def _without_open(line: list[Token], base: frozenset[int], lexicon: Lexicon, *, form: bool) -> list[Token]:
    """The line without the sizes nothing is written behind; of a form, without the row when nothing is left of it."""
    told = [t for t in line if t.kind is not T.GAP]
    gone: list[Token] = []
    for at in range(len(told) - 1):
        worded = told[at].kind in _GOODS and told[at + 1].kind is T.COLON and not is_head(told[at], lexicon)
        if not worded and not (_labels(told, at) and (form or having(told[at].value or Decimal(0), base, lexicon))):
            continue
        behind = [t for t in told[at + 2 :] if t.text not in _BLANK]
        unit = behind[:1] if behind and behind[0].kind is not T.QTY and behind[0].text in lexicon.unit_words else []
        rest = behind[len(unit) :]
        ends = not rest or rest[0].kind is T.STOP
        if worded:  # l码: 套 xl码:3套
            ends = bool(unit) and (ends or (len(rest) > 1 and rest[0].kind in _GOODS and rest[1].kind is T.COLON))
        if (form and ends) or (not worded and not unit and _labels(behind, 0)):
            gone += [told[at], told[at + 1], *unit]
    if not gone:
        return line
    left = [t for t in line if all(t is not other for other in gone)]
    if form and not any(t.kind in (T.COLON, T.QTY, T.PRICE) for t in left):
        return [t for t in left if t.kind is T.STOP]
    return left


def _labels(told: list[Token], at: int) -> bool:
    """Whether a number with a colon behind it stands at a place."""
    return at + 1 < len(told) and told[at].kind is T.NUM and told[at + 1].kind is T.COLON


def _filled(line: list[Token]) -> bool:
    """1.56防蓝光200:8副: a row of a form that is filled in."""
    told = [t for t in line if t.kind is not T.GAP]
    return any(
        t.kind is T.COLON and told[at - 1].kind in (T.NUM, *_GOODS) and told[at + 1].kind in (T.QTY, T.NUM)
        for at, t in enumerate(told[:-1])
        if at
    )
