"""Lists and runs of sizes behind the goods that come in them: 40 41 42各一箱, 110、120、130各20条, 36到40码各3双.

A list is one of sizes when every number of it is one of the goods it stands with; a single number is left to the rules
for single numbers, unless 码 or 号 says what it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import all_having, having, plainly, sizes_between
from nlp.scanning import cues as c
from nlp.scanning.numbers import plain
from nlp.scanning.tokens import T, Token

SIZED = ("码", "号", "#")
_PARTED = re.compile(r"\d+(?:,\d+)+")
_BETWEEN = re.compile(r"(\d{1,4})[-~](\d{1,4})")
_TO = ("到", "至", "~", "-")
_JOINTS = ("、", ",", "/", "和", "与", "跟", "及", "还有", ".")
_MOST = 24  # sizes in one list


class Run:
    """Sizes read from one place on."""

    def __init__(self, tokens: Sequence[Token], base: frozenset[int], lexicon: Lexicon) -> None:
        self.tokens = tokens
        self.base = base
        self.lexicon = lexicon
        self.pieces: list[Token] = []
        self.values: list[Decimal] = []
        self.end = 0  # where the list ends
        self.spanned = False  # it says from which to which
        self.named = False  # it says that these are sizes: 42码

    def read(self, at: int) -> bool:
        """Read as many sizes as follow each other; whether there is one at least."""
        self.end = at
        while len(self.values) < _MOST:
            found = self._one(at)
            if found is None and (strange := self._outsider(at)) is not None:
                self.pieces += [Token(T.COMMA, strange.start, strange.start, "、")] * bool(self.pieces) + [strange]
                at = self._past(at + 1)
                self.end = at
                if self._text(at) in _JOINTS:
                    at = self._past(at + 1)
                continue
            if found is None:
                break
            values, start, end, at = found
            if self.pieces:
                self.pieces.append(Token(T.COMMA, start, start, "、"))
            for place, value in enumerate(values):
                if place:
                    self.pieces.append(Token(T.COMMA, start, start, "、"))
                goods = plainly(value, all_having(value, self.base, self.lexicon), self.lexicon)
                self.pieces.append(Token(T.SPEC, start, end, plain(value), value=value, found=goods))
            self.values += values
            self.end = at
            if len(self.values) == 1 and self._set_apart(at):
                break
            at = self._past(at)
            if self._text(at) in _JOINTS or self._listed_of(at):
                at = self._past(at + 1)
        last = self._past(self.end)
        if self._text(last) == "的" and self._listed_of(last) and self.values:
            self.end = last + 1
        return bool(self.values)

    def _listed_of(self, at: int) -> bool:
        """8的10的各一盒: 的 behind every size of a list for each of which the same is said."""
        if self._text(at) != "的":
            return False
        for token in self.tokens[at + 1 : at + 24]:
            if token.has(c.EACH):
                return True
            if token.kind not in (T.NUM, T.GAP) and token.text not in ("的", *_JOINTS):
                return False
        return False

    def _set_apart(self, at: int) -> bool:
        """天然水550  5 in rows of columns: what stands in a column of its own at the end of the row counts."""
        gap = self.tokens[at : at + 2]
        if len(gap) < 2 or gap[0].kind is not T.GAP or not (gap[0].text == "\t" or gap[1].kind is T.GAP):
            return False
        number = self._past(at)
        ends = number + 1 >= len(self.tokens) or self.tokens[number + 1].text == "\n"
        return number < len(self.tokens) and self.tokens[number].kind is T.NUM and ends

    def _outsider(self, at: int) -> Token | None:
        """工作鞋40、41、45各2双: a number of the list that the goods do not come in; it is asked about."""
        token = self.tokens[at] if at < len(self.tokens) else None
        if token is None or token.kind is not T.NUM or token.value is None or "," in token.text:
            return None
        fits = len(self.values)
        for other in self.tokens[at + 1 : at + 40]:
            if other.has(c.EACH):
                known = (T.SPEC, token.start, token.end, token.text)
                return Token(*known, term=token.text, found=frozenset()) if fits else None
            if other.kind is T.NUM and other.value is not None:
                fits += self._comes_in(other.value)
            elif other.kind is not T.GAP and other.text not in _JOINTS and not other.text.endswith(SIZED):
                return None
        return None

    def _counted_last(self) -> bool:
        """天然水550  5 in a row of its own: the size, and how many of it."""
        ends = self.end >= len(self.tokens) or self.tokens[self.end].kind is T.STOP
        if len(self.values) != 2 or self.named or not ends:
            return False
        before = self.end - 2
        while before > 0 and self.tokens[before].kind is T.GAP:
            before -= 1
        clings = before > 0 and self.tokens[before - 1].end == self.tokens[before].start
        return 0 < before < self.end - 2 and clings and self.tokens[before].value == self.values[0]

    def _paired(self) -> bool:
        """38:2 39(3双) 40=5: the size, then how many."""
        token = self.after()
        if token is None or token.text not in (":", "=", "(", "-") or self.end >= len(self.tokens):
            return False
        at = self._past(self._past(self.end) + 1)
        counted = at < len(self.tokens) and self.tokens[at].kind in (T.NUM, T.QTY)
        return len(self.values) == 1 and self.tokens[self.end] is token and counted

    def after(self) -> Token | None:
        """What stands behind the list."""
        at = self._past(self.end)
        return self.tokens[at] if at < len(self.tokens) else None

    def shared(self) -> bool:
        """Whether what follows is said for all of them: 各, 都."""
        after = self.after()
        return after is not None and after.has(c.EACH, c.ALL)

    def listed(self) -> bool:
        """Whether it is a list of sizes for certain: of several, or of named ones, with nothing that says otherwise."""
        if self.spanned:
            return self.shared()
        if self._counted_last():
            return False
        if self._paired():
            return True
        return self.shared() or self.named or (len(self.values) > 1 and len(set(self.values)) == len(self.values))

    def _past(self, at: int) -> int:
        while at < len(self.tokens) and self.tokens[at].kind is T.GAP:
            at += 1
        return at

    def _text(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def _comes_in(self, *values: Decimal) -> bool:
        return all(having(value, self.base, self.lexicon) for value in values)

    def _number(self, at: int, *, whole: bool = False) -> tuple[Decimal, int, bool] | None:
        """One number that may be a size: its value, where it ends, whether 码 says so. ``whole``: also one said
        with its measure, as the catalogue has it."""
        token = self.tokens[at] if at < len(self.tokens) else None
        if token is None or token.value is None or token.approx:
            return None
        if token.kind is T.NUM:
            following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
            sized = following is not None and following.text in SIZED and following.start == token.end
            return token.value, at + 2 if sized else at + 1, sized
        if token.kind in (T.MEASURE, T.QTY) and token.text.endswith(SIZED):
            return token.value, at + 1, True
        if whole and token.kind is T.MEASURE and token.exact:
            return token.value, at + 1, False
        return None

    def _one(self, at: int) -> tuple[list[Decimal], int, int, int] | None:
        """One size, or a run of them from 36 to 40: values, folded offsets, and where the tokens go on."""
        if at >= len(self.tokens):
            return None
        token = self.tokens[at]
        if token.kind is T.SPEC and (match := _BETWEEN.fullmatch(token.text)):
            if self.lexicon.has_term(token.text):
                return None
            end = at + 2 if self._text(at + 1) in SIZED else at + 1
            return self._between(Decimal(match[1]), Decimal(match[2]), token.start, token.end, end)
        if token.kind is T.NUM and _PARTED.fullmatch(token.text):  # 1,200万 has a scale behind it
            parts = [Decimal(part) for part in token.text.split(",")]
            return (parts, token.start, token.end, at + 1) if self._comes_in(*parts) else None
        first = self._number(at)
        if first is None or not self._comes_in(first[0]):
            return None
        self.named = self.named or first[2]
        to = self._past(first[1])
        if self._text(to) in _TO and (last := self._number(self._past(to + 1), whole=True)) is not None:
            run = self._between(first[0], last[0], token.start, self.tokens[last[1] - 1].end, last[1])
            if run is not None:
                return run
        return [first[0]], token.start, self.tokens[first[1] - 1].end, first[1]

    def _between(
        self, low: Decimal, high: Decimal, start: int, end: int, at: int
    ) -> tuple[list[Decimal], int, int, int] | None:
        """Every size from one to another, both of which the goods come in."""
        if not low < high or not self._comes_in(low, high):
            return None
        every = sizes_between(low, high, self.base, self.lexicon)
        if not 1 < len(every) <= _MOST:
            return None
        self.spanned = True
        return every, start, end, at
