"""What a correction does to the lines of the draft: finding the one meant, setting its amount or product, adding one.
What cannot be placed on exactly one line becomes a doubt."""

from __future__ import annotations

import re
from decimal import Decimal

from nlp.catalogue.itemwords import as_said, in_order, learns
from nlp.catalogue.lexicon import Product
from nlp.catalogue.resolve import Said, by_number, candidates, group, is_head
from nlp.corrections.clauses import ClauseReader
from nlp.corrections.draft import DraftLine, add_amount, changes_unsaid, lines_of, retained, with_number
from nlp.corrections.saying import Clause
from nlp.corrections.signs import counts_in
from nlp.documents.lines import measured
from nlp.findings import Span
from nlp.scanning import cues as c
from nlp.scanning.numbers import plain
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_BARE = re.compile(r"(?<![\d.a-z*/-])\d{1,3}(?![\d.a-z%*/-])")


class LineChanges(ClauseReader):
    """The operations on single lines that every kind of clause is made of."""

    def head(self, name: str, span: Span) -> None:
        """Set a field of the draft's head to the words at ``span`` of the original."""
        value = self.original[slice(*span)].strip()
        if name == "note" and self._line_note(value, span):
            return
        self.updates[name] = (
            "".join(ch for ch in fold_key(value) if ch.isdigit() or ch == "-") if name == "phone" else value
        )
        self.spans[name] = span
        self.changed = True

    def _line_note(self, value: str, span: Span) -> bool:
        """纸杯那行备注要白色的: a remark on one line, when the words before it name one."""
        clause: list[Token] = []
        for token in self.tokens:
            if self.folded.offsets[token.start] >= span[0]:
                break
            clause = [] if token.kind in (T.COMMA, T.STOP) else [*clause, token]
        words = [t for t in clause if t.kind is T.ITEM]
        rows = self._rows(*clause)
        if not (words or rows) or any(t.kind is T.QTY for t in clause):
            return False
        line = self._one(group(words, self.lexicon)[:1], rows)
        if line is not None:
            line.note, self.changed = value, True
            line.spans["note"] = span
        self.tokens = [t for t in self.tokens if t not in clause]
        return True

    def _tax(self, says: Clause, included: bool) -> bool:
        """黑笔要带票: tax of the lines named, else of all. True when the clause says nothing more."""
        items = says.before + says.after
        hits = [line for item in items for line in lines_of(item, self.lines, self.lexicon)]
        hits += [line for line in self.lines if line.line_no in says.rows + says.rows_after]
        repriced = [line for line in self.lines if line in self.costing and not items]  # 单价23.5,含税
        others = [line for line in self.lines if line not in self.named] if says.rest else []
        self.named += hits  # 标签纸不含税,其他含税
        for line in hits or repriced or others or self.lines:
            if not line.gift:
                line.tax = included
        self.changed = True
        return (
            says.amount is None
            and says.price is None
            and (not says.verb or (says.verb_text == "要" and not says.after))
        )

    def _one(self, items: list[Said], rows: list[int]) -> DraftLine | None:
        """The one line meant; a doubt when it is not exactly one."""
        if rows:
            line = next((line for line in self.lines if line.line_no == rows[0]), None)
            if line is None:
                self.doubts.append("target_missing")
            return line
        if not items:
            return None
        hit = lines_of(items[0], self.lines, self.lexicon)
        if len(hit) > 1:  # 30/40的换40/50,40/50的换50/60: not the one that has just become 40/50
            hit = [line for line in hit if id(line) not in self.exchanged] or hit
        if len(hit) == 1 and not items[0].strange and not items[0].clash:
            return hit[0]
        self.doubts.append("target_ambiguous" if len(hit) > 1 else "target_missing")
        return None

    def _default_target(self, says: Clause) -> DraftLine | None:
        """The line meant when none is named: the only one, the one just spoken of, the one with the old amount."""
        if says.amount_before is not None and says.amount_before.value is not None:
            same = [
                line for line in self.lines
                if line.qty == says.amount_before.value and counts_in(line, says.amount_before.unit, self.lexicon)
            ]  # fmt: skip
            if len(same) == 1:
                return same[0]
            if self.target in same and self.target is not None:
                return self.target
            self.doubts.append("target_ambiguous" if same else "target_missing")
            return None
        if len(self.lines) == 1:
            return self.lines[0]
        if self.target is not None and self.target in self.lines:
            return self.target
        self.doubts.append("target_ambiguous")
        return None

    def _set_amount(self, line: DraftLine, token: Token) -> None:
        if token.value is None:
            return
        if token.approx:
            self.doubts.append("qty_approximate")
            return
        product = self.lexicon.by_sku(line.sku)
        unit = token.unit or line.unit
        if token.unit is not None and (misfit := self.misfits.pop(id(line), None)) in self.doubts:
            self.doubts.remove(misfit)
        if product is not None:
            line.qty, line.unit, doubt = measured(product, token.value, unit)
            if doubt:
                self.doubts.append(doubt)
        else:
            line.qty, line.unit = token.value, unit
        line.spans["qty"] = self.folded.span(token.start, token.end)
        self.changed = True
        self.target = line

    def _set_product(self, line: DraftLine, item: Said) -> bool:
        """Make a line another product: what is said now, the rest as it was."""
        if item.strange or item.clash:
            self.doubts.append("sku_unknown")
            return False
        found = item.found
        old = self.lexicon.by_sku(line.sku)
        if old is not None and not any(is_head(w, self.lexicon) for w in item.words):
            found = self._kin(old, found)
            if not found:  # 换成3%的, and there is none of it: never other goods that happen to have it
                self.doubts.append("sku_unknown")
                return False
        if old is not None and len(found) > 1:
            found = retained(old, found, self.lexicon)
        elif old is None and line.candidates:
            inside = frozenset(n for n in found if self.lexicon.product(n).sku in line.candidates)
            found = inside or found
        if len(found) != 1:
            line.doubts.append("sku_ambiguous" if found else "sku_unknown")
            line.candidates = candidates(found, self.lexicon)
            line.sku = None
            self.changed = True
            return False
        if old is not None and changes_unsaid(old, next(iter(found)), [w.text for w in item.words], self.lexicon):
            self.doubts.append("sku_unknown")  # 灰色床笠改成2.0的, and that comes in white only
            return False
        return self._become(line, found, (item.start, item.end))

    def _other_number(self, line: DraftLine, says: Clause) -> bool:
        """42码没货,换43: goods are exchanged for those with another number in their spec; quantities are changed."""
        amount = says.amount
        if amount is None or amount.unit is not None or amount.value is None:
            return False
        found = with_number(line, amount.value, self.lexicon)
        old = self.lexicon.by_sku(line.sku)
        if len(found) == 1 and old is not None:
            number = plain(amount.value)
            if changes_unsaid(old, next(iter(found)), [number, amount.text], self.lexicon):
                self.doubts.append("sku_unknown")
                return True
        return len(found) == 1 and self._become(line, found, (amount.start, amount.end))

    def _sized(self, line: DraftLine, says: Clause) -> bool:
        """牛仔裤要黑的30, of goods whose sizes are bare numbers: the number is the size, when there is one."""
        amount, old = says.amount, self.lexicon.by_sku(line.sku)
        if amount is None or amount.unit is not None or amount.value is None or old is None or len(says.after) != 1:
            return False
        item = says.after[0]
        if not _BARE.search(old.spec.lower()) or not 0 <= amount.start - item.end <= 1:
            return False
        if item.strange or item.clash or any(is_head(word, self.lexicon) for word in item.words):
            return False
        kin = Said([], self._kin(old, item.found))
        if not by_number(kin, amount.value, self.lexicon):
            return False
        found = retained(old, kin.found, self.lexicon)
        return len(found) == 1 and self._become(line, found, (item.start, amount.end))

    def _cost_alike(self, item: Said) -> bool:
        """Whether all lines a word names are of one name and have one price, so that one more price is for all."""
        lines = lines_of(item, self.lines, self.lexicon)
        products = [self.lexicon.by_sku(line.sku) for line in lines]
        names = {product.name for product in products if product is not None}
        return len(lines) > 1 and len(names) == 1 and len({(line.price, line.price_unit) for line in lines}) == 1

    def _kin(self, old: Product, found: frozenset[int]) -> frozenset[int]:
        """Of products with an attribute, those of the same name, else those whose names end alike."""
        names = {n: self.lexicon.product(n).name for n in found}
        same = frozenset(n for n, name in names.items() if name == old.name)
        return same or frozenset(n for n, name in names.items() if name[-2:] == old.name[-2:])

    def _become(self, line: DraftLine, found: frozenset[int], said: tuple[int, int]) -> bool:
        """Make a line the one product of ``found``, said at these folded offsets."""
        old = self.lexicon.by_sku(line.sku)
        line.sku = self.lexicon.product(next(iter(found))).sku
        line.candidates = ()
        line.doubts = [doubt for doubt in line.doubts if doubt not in ("sku_ambiguous", "sku_unknown")]
        line.spans["sku"] = self.folded.span(*said)
        product = self.lexicon.by_sku(line.sku)
        if product is not None and line.qty is not None:
            line.qty, line.unit, doubt = measured(product, line.qty, line.unit)
            if doubt:
                self.doubts.append(doubt)
                self.misfits[id(line)] = doubt  # until an amount is said for it
        self.exchanged.add(id(line))
        alike = (
            old is not None and product is not None and (old.name, old.list_price) == (product.name, product.list_price)
        )
        if old is not None and old.sku != line.sku and not alike:
            if line.price is not None:
                self.dropped[id(line)] = (line.price, line.price_unit)
            line.price = line.price_unit = None  # a price said for one product is not a price of another
        self.changed = True
        self.target = line
        return True

    def _raise(self, line: DraftLine, amount: Token, sign: int) -> None:
        product = self.lexicon.by_sku(line.sku)
        doubt = add_amount(line, amount.value or Decimal(0), amount.unit, product, sign)
        if doubt:
            self.doubts.append(doubt)
        if line.qty == 0:
            self.lines.remove(line)
        line.spans["qty"] = self.folded.span(amount.start - self._more_or_less(amount.start), amount.end)
        self.changed = True
        self.target = line

    def _multiply(self, line: DraftLine, times: Decimal) -> None:
        """灯泡减半; said of a line once more (H4 H7都减半?) it is the same half."""
        if line.qty is not None and self.scaled.get(id(line)) != times:
            line.qty *= times
            self.scaled[id(line)] = times
        self.changed, self.target = True, line

    def _more_or_less(self, at: int) -> int:
        """Length of the word that says more or less right before an amount, which says nothing without it."""
        text = self.folded.text
        lengths = (n for n in (3, 2, 1) if n <= at)
        return next((n for n in lengths if {c.ADD, c.LESS}.intersection(c.CUES.get(text[at - n : at], ()))), 0)

    def _beside_target(self, item: Said) -> str | None:
        """文化衫M改10件,再加L码10件: an attribute alone goes with the goods just spoken of."""
        target = None if self.target is None else self.lexicon.by_sku(self.target.sku)
        if target is None or any(is_head(word, self.lexicon) for word in item.words):
            return None
        same = frozenset(n for n in item.found if self.lexicon.product(n).name == target.name)
        kept = retained(target, same, self.lexicon) if same else same
        return self.lexicon.product(next(iter(kept))).sku if len(kept) == 1 else None

    def _add(self, items: list[Said], amount: Token | None) -> DraftLine | None:
        """New lines at the end, numbered after the last."""
        line: DraftLine | None = None
        for item in items:
            number = max((line.line_no or 0 for line in self.lines), default=0) + 1
            line = DraftLine(line_no=number, sku=None)
            line.said = self.original[slice(*self.folded.span(item.start, item.end))]
            line.words = as_said(item, in_order(self.tokens), self.folded, self.original)
            line.spans["sku"] = self.folded.span(item.start, item.end)
            if item.known and len(item.found) == 1:
                line.sku = self.lexicon.product(next(iter(item.found))).sku
            elif item.known and (beside := self._beside_target(item)) is not None:
                line.sku = beside
            elif item.known:
                line.candidates = candidates(item.found, self.lexicon)
                line.doubts.append("sku_ambiguous")
            else:
                line.doubts.append("sku_unknown")
            line.learns = learns(item, line.words, line.sku)
            self.lines.append(line)
            self.added = line
            if amount is not None:
                self._set_amount(line, amount)
            self.changed = True
            self.target = line
        return line
