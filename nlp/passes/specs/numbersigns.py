"""Numbers of a kind, however they are written: 5号拉链, 5#拉链, 拉链#5 and 拉链5号 are all the #5 of the catalogue.

A day of the month is written the same way; beside goods that come in such a number it is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import is_head, meaning, narrow
from nlp.scanning import cues as c
from nlp.scanning.numbers import number_at, plain
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_ZERO_LED = re.compile(r"0\d")
_FAR = 24  # how far behind its goods a number of a list may stand
_SIGNED = re.compile(r"#?(\d{1,4})(?:号|#)?")
_ITEMS = (T.ITEM, T.SPEC, T.MEASURE)
_REACH = 8
_MOST = 60
_WAY = ("的", "色")
_SWAPPED = ("换成", "换为", "换", "改成", "改为", "要")
_WRITTEN = re.compile(r"#\d{1,4}(?!\d)|(?<![\d.])\d{1,4}[#号]")
_LOOKED = 60


def number_of(token: Token) -> str:
    """The number of 5号, 五号, 5# or #5; empty when a token is nothing of the kind."""
    text = token.text
    if token.kind not in (T.DATE, T.MEASURE, T.SPEC, T.UNKNOWN) or len(text) < 2 or token.found is not None:
        return ""
    if "#" not in text and not text.endswith("号"):
        return ""
    if match := _SIGNED.fullmatch(text):
        return match[1]
    spoken = number_at(text[:-1], 0) if text.endswith("号") else None
    return plain(spoken[1]) if spoken is not None and spoken[0] == len(text) - 1 else ""


def _having(number: str, lexicon: Lexicon) -> frozenset[int]:
    """Products that write this number with a sign."""
    found: frozenset[int] = frozenset()
    short = number.lstrip("0") or number
    for one in {number, short, f"0{short}"}:
        for key in (f"#{one}", f"{one}#", f"{one}号"):
            found |= lexicon.postings(key)
    return found


def _numbered(found: frozenset[int], lexicon: Lexicon) -> bool:
    """Whether goods come in numbers written with a sign, whichever they are."""
    return any(_WRITTEN.search(fold_key(lexicon.product(n).spec)) for n in list(found)[:_LOOKED])


def _wants(tokens: list[Token], at: int) -> bool:
    """口红3号要2盒: so many are wanted of this number."""
    return at + 2 < len(tokens) and tokens[at + 1].text in ("要", "来", "拿") and tokens[at + 2].kind is T.QTY


def _of_none(tokens: list[Token], at: int, lexicon: Lexicon) -> bool:
    """航空箱5号的2个, 口红换成06号的: a number the goods before it come in, though not in this one, is no day."""
    before = list(reversed(tokens[max(0, at - _REACH) : at]))
    while before and (before[0].kind is T.GAP or before[0].text in _SWAPPED):
        before.pop(0)
    run = _run(before)
    swapped = tokens[at - 1].text in _SWAPPED if at else False
    after = next((t for t in tokens[at + 1 : at + 4] if t.kind is not T.GAP), None)
    counted = after is not None and (after.text == "的" or (after.kind is T.QTY and after.start == tokens[at].end))
    counted = counted or (_wants(tokens, at) and run[:1] != [] and run[0].end == tokens[at].start)
    alone = after is None or after.kind in (T.STOP, T.COMMA)
    if not run or not (counted or (swapped and alone)):
        return False
    heads = [word for word in run if is_head(word, lexicon)]
    return any(_numbered(meaning(word, lexicon), lexicon) for word in heads)


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such numbers beside their goods are words of the spec."""
    tokens = _with_plus(tokens, lexicon)
    for at, token in enumerate(tokens):
        if token.kind is T.NUM and _ZERO_LED.fullmatch(token.text):
            _shade(tokens, at, lexicon)
            continue
        number = number_of(token)
        if not number or (token.kind is not T.DATE and lexicon.has_term(token.term or token.text)):
            continue
        signed = _having(number, lexicon)
        if token.kind is T.DATE and not signed and _of_none(tokens, at, lexicon):
            token.kind, token.day, token.term = T.SPEC, None, token.text
            continue
        if signed and (
            _in_front(tokens, at, signed, lexicon)
            or _behind(tokens, at, signed, lexicon)
            or (token.text.endswith("#") and _listed(tokens, at, signed, lexicon))
        ):
            token.kind, token.found, token.day, token.term, token.unit = T.SPEC, signed, None, None, None
    return tokens


def _in_front(tokens: list[Token], at: int, signed: frozenset[int], lexicon: Lexicon) -> bool:
    """5号尼龙拉链: the goods follow, and no word of bringing or wanting stands between."""
    run = _run(tokens[at + 1 : at + 1 + _REACH])
    return bool(run) and _fits(run, signed, lexicon, telling=False)


def _behind(tokens: list[Token], at: int, signed: frozenset[int], lexicon: Lexicon) -> bool:
    """机针14号2盒: the goods stand before it, and it tells them apart or what follows goes on with them."""
    run = _run(reversed(tokens[max(0, at - _REACH) : at]))
    if not run:
        return False
    after = next((t for t in tokens[at + 1 : at + 4] if t.kind is not T.GAP and t.text not in _WAY), None)
    clings = run[0].end == tokens[at].start
    if clings and at + 1 < len(tokens) and tokens[at + 1].text in _WAY:
        return _fits(run, signed, lexicon, telling=False)
    counted = after is not None and (after.kind in (T.QTY, T.NUM, *_ITEMS) or after.has(c.EACH, c.ASK_STOCK, c.MUCH))
    if clings and _wants(tokens, at):
        return _fits(run, signed, lexicon, telling=False)
    if after is not None and after.has(c.DELIVER, c.CHANGE) and tokens[at].kind is T.DATE:
        return False
    return _fits(run, signed, lexicon, telling=not (counted and clings)) and (clings or counted)


def _listed(tokens: list[Token], at: int, signed: frozenset[int], lexicon: Lexicon) -> bool:
    """篮球5#20个 7#10个: one more of the goods named last, which come in both."""
    for other in reversed(tokens[max(0, at - _FAR) : at]):
        if other.kind is T.STOP:
            return False
        if other.kind is T.ITEM and is_head(other, lexicon):
            return bool(meaning(other, lexicon) & signed)
    return False


def _run(tokens: Iterable[Token]) -> list[Token]:
    """The item words that stand first."""
    run: list[Token] = []
    for token in tokens:
        if token.kind in _ITEMS:
            run.append(token)
        elif token.kind is not T.GAP and token.text not in _WAY:
            break
    return run


def _fits(run: list[Token], signed: frozenset[int], lexicon: Lexicon, *, telling: bool) -> bool:
    """Whether goods of a run come in a number; ``telling``: only where it tells them apart."""
    heads = [word for word in run if is_head(word, lexicon)]
    known = [word for word in run if meaning(word, lexicon)]
    found = narrow(known, lexicon) if known else frozenset()
    for base in (found, *(meaning(word, lexicon) for word in heads[:1])):
        if base & signed:
            return not telling or not base <= signed
    return False


def _shade(tokens: list[Token], at: int, lexicon: Lexicon) -> None:
    """口红01 02各一盒,03半盒: nobody counts with a nought in front; goods have such numbers."""
    signed = _having(tokens[at].text, lexicon)
    if not signed:
        return
    for beside in (reversed(tokens[max(0, at - _FAR) : at]), tokens[at + 1 : at + 1 + _REACH]):
        for other in beside:
            if other.kind is T.STOP:
                break
            if other.kind is T.ITEM and is_head(other, lexicon):
                found = meaning(other, lexicon) & signed
                if found:
                    token = tokens[at]
                    token.kind, token.found, token.term, token.unit = T.SPEC, signed, None, None
                    return
                break


def _with_plus(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which the 50+ of 防晒霜50+ is the one word it is in the spec."""
    result: list[Token] = []
    for token in tokens:
        number = result[-1] if result else None
        if token.text == "+" and number is not None and number.kind is T.NUM and number.end == token.start:
            run = _run(reversed(result[max(0, len(result) - _REACH) : -1]))
            found = narrow(run, lexicon) if run else frozenset()
            said = re.compile(rf"(?<!\d){re.escape(number.text)}\+")
            having = frozenset(n for n in list(found)[:_MOST] if said.search(fold_key(lexicon.product(n).spec)))
            if having:
                result[-1] = Token(T.SPEC, number.start, token.end, number.text + "+", found=having)
                continue
        result.append(token)
    return result
