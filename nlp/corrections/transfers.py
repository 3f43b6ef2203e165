"""A part of a line that goes elsewhere: 41的匀5双给43的 (to another line), 拆10顶换白的 (to other goods of its
name)."""

from __future__ import annotations

from decimal import Decimal

from nlp.catalogue.resolve import group, is_head
from nlp.corrections.draft import DraftLine, lines_of
from nlp.corrections.follows import Follows
from nlp.corrections.saying import Clause
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_TAKES = ("匀", "挪", "调", "拨", "分", "减", "抽", "转", "让", "拆", "匀出", "调出", "拿出", "腾", "少")
_TO = ("给", "到", "去", "加到", "挪到", "给到", "加给", "补给", "换给")
_OUT_OF = ("拆", "拿出", "拿", "抽", "匀", "其中", "里面", "里头", "里", "有", "分")
_WORDS = (T.ITEM, T.MEASURE, T.SPEC)
_LIGHT = ("的", "出来", "出", "个", "那个", "里", "里面", "把", "从", "码", "吧", "了", "就行")


class Transfers(Follows):
    """Such clauses, before they are read word by word."""

    def _transferred(self, tokens: list[Token]) -> bool:
        at = next((n for n, t in enumerate(tokens) if t.kind is T.QTY), None)
        if at is None or not at or tokens[at].approx or sum(t.kind is T.QTY for t in tokens) > 1:
            return False
        place = at - 1
        while place > 0 and tokens[place].text in ("出", "出来", "了"):
            place -= 1
        behind = [t for t in tokens[at + 1 :] if t.text not in ("出来", "出")]
        if not behind or any(t.kind not in (*_WORDS, T.ROW) and t.text not in _LIGHT for t in behind[1:]):
            return False
        if behind[0].text in _TO and (tokens[place].text in _TAKES or tokens[place].has(c.LESS)):
            return self._moved_over(tokens[:place], tokens[at], behind[1:])
        if behind[0].has(c.CHANGE) and tokens[place].text in _OUT_OF:
            return self._partly(tokens[:place], tokens[at], behind[1:])
        return False

    def _moved_over(self, before: list[Token], amount: Token, behind: list[Token]) -> bool:
        source, goal = self._of(before, spoken_of=True), self._of(behind)
        if source is None or goal is None or source is goal or source.qty is None:
            return False
        moved = self._in_units_of(source, amount)
        if moved is None or not 0 < moved <= source.qty:
            self.doubts.append("target_ambiguous")
            return True
        self._raise(source, amount, -1)
        self._raise(goal, amount, 1)
        return True

    def _partly(self, before: list[Token], amount: Token, behind: list[Token]) -> bool:
        line = self._of(before, spoken_of=True)
        items = group([t for t in behind if t.kind in _WORDS], self.lexicon)
        if line is None or line.qty is None or len(items) != 1 or items[0].strange or items[0].clash:
            return False
        if any(is_head(word, self.lexicon) and len(word.text) > 1 for word in items[0].words):
            return False
        part = self._in_units_of(line, amount)
        if part is None or not Decimal(0) < part < line.qty:
            self.doubts.append("target_ambiguous")
            return True
        self._part(line, Clause(), part, items[0])
        return True

    def _of(self, tokens: list[Token], *, spoken_of: bool = False) -> DraftLine | None:
        """The one line that words mean; the one just spoken of when there are none."""
        words, rows = [t for t in tokens if t.kind in _WORDS], self._rows(*tokens)
        if any(t.kind not in (*_WORDS, T.ROW) and t.text not in _LIGHT for t in tokens):
            return None
        items = group(words, self.lexicon)
        if rows or items:
            hits = self._hits(items, rows)
            hits = hits or (lines_of(items[0], self.lines, self.lexicon) if len(items) == 1 else [])
        else:
            hits = [self.target] if spoken_of and self.target in self.lines and self.target is not None else []
        return hits[0] if len(hits) == 1 else None
