"""Rows of sizes under the goods that come in them: 长袖工作服 / 175 12 / 180 20, and sizes in a row with a colon behind
each, some of them left open: [耐酸碱]35: 45:30双."""

from __future__ import annotations

from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import having, kin, plainly
from nlp.catalogue.resolve import is_head, meaning, narrow
from nlp.scanning.tokens import T, Token, lines_of

_GOODS = (T.ITEM, T.MEASURE, T.SPEC)
_SETS = (":", "=", "-", "*")
_BLANK = ("_", "/", "-")
_MOST = 400


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which the number at the head of such a row is a word of the goods, and a size left open is gone."""
    if not any(t.kind is T.NUM for t in tokens):
        return tokens
    base: frozenset[int] = frozenset()
    result: list[Token] = []
    lines = lines_of(tokens)
    form = sum(map(_filled, lines)) > 1
    for line in lines:
        told = [t for t in line if t.kind is not T.GAP]
        named = _goods(told, lexicon)
        if named:
            base = named
        elif base and told:
            _head(line, base, lexicon)
        labelled = bool(base) and any(t.kind is T.COLON for t in line)
        result += _without_open(line, base, lexicon, form=form) if labelled else line
    return result


def _goods(told: list[Token], lexicon: Lexicon) -> frozenset[int]:
    """The goods a line names: those of its first words, when one of them is a name or opens an item."""
    words: list[Token] = []
    for token in told:
        if token.kind in _GOODS and meaning(token, lexicon):
            words.append(token)
        elif words and token.text not in ("的", "型", "款", "/", "]"):
            break
    return narrow(words, lexicon) if any(is_head(w, lexicon) or len(w.text) > 2 for w in words) else frozenset()


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


def _size(token: Token, base: frozenset[int], lexicon: Lexicon) -> bool:
    """Turn a number into the size it is; False when the goods do not come in it, or all of them do."""
    family = kin(base, lexicon) if len(base) == 1 else base
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
        if not _labels(told, at) or not (form or having(told[at].value or Decimal(0), base, lexicon)):
            continue
        behind = [t for t in told[at + 2 :] if t.text not in _BLANK]
        unit = behind[:1] if behind and behind[0].kind is not T.QTY and behind[0].text in lexicon.unit_words else []
        rest = behind[len(unit) :]
        ends = not rest or rest[0].kind is T.STOP
        if (form and ends) or (not unit and _labels(behind, 0)):
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
        t.kind is T.COLON and told[at - 1].kind in (T.NUM, T.SPEC) and told[at + 1].kind in (T.QTY, T.NUM)
        for at, t in enumerate(told[:-1])
        if at
    )
