"""Corrections as operations on the open draft. The result is always the complete draft after the change, line numbers
kept; what cannot be placed on exactly one line becomes a question and leaves the draft as it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from nlp import cues as c
from nlp.classify import edits, orderish
from nlp.draftlines import DraftLine, add_amount, lines_of, read_lines, retained
from nlp.findings import Context, Doc, Intent
from nlp.lexicon import CUSTOMER, SUPPLIER, Lexicon
from nlp.lines import measured, price_per
from nlp.numbers import number_at, plain
from nlp.resolve import Said, candidates, group, is_head, meaning, narrow
from nlp.text import Folded
from nlp.tokens import T, Token

_ITEM_KINDS = (T.ITEM, T.MEASURE, T.SPEC)
_STRONG = (c.DROP, c.KEEP, c.SWAP, c.ADD, c.LESS, c.CHANGE, c.FIX)


def continues(tokens: list[Token], context: Context, lexicon: Lexicon) -> bool:
    """Whether a message speaks about the open draft."""
    assert context.draft is not None
    if context.sender_role == "supplier":
        return False
    found = {cue for token in tokens for cue in token.cues}
    kinds = {token.kind for token in tokens}
    if found & {c.ASK_PRICE, c.ASK_STOCK} or any(t.kind is T.DATE and t.past for t in tokens):
        return False
    edit = edits(tokens)
    if found & {c.TROUBLE, c.PAY, c.HOLD} and not edit:
        return False
    party = context.draft.get("party")
    others = [t for t in tokens if t.kind is T.PARTY and party not in {p.id for p in t.parties}]
    counted = T.QTY in kinds
    if others and counted and not any(t.has(c.CHANGE, c.DROP, c.SWAP) and t.text != "要" for t in tokens):
        return False
    named = any(t.kind in (T.ITEM, T.MEASURE, T.ROW) for t in tokens)
    numbers = bool(kinds & {T.QTY, T.NUM, T.PRICE, T.RATE})
    if not (named or numbers or T.DATE in kinds or (T.PARTY in kinds and edit) or found & {c.LAST_PRICE, c.TAX_IN, c.TAX_EX}
            or (edit and found & {c.SWAP, c.CHANGE})):  # fmt: skip
        return False
    if edit:
        return True
    unknown = sum(len(t.text) for t in tokens if t.kind is T.UNKNOWN)
    return unknown <= 3 or (orderish(tokens) and named and counted)


@dataclass(slots=True)
class _Clause:
    """What one clause says, in order."""

    before: list[Said] = field(default_factory=list)
    after: list[Said] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    rows_after: list[int] = field(default_factory=list)
    verb: str | None = None
    verb_text: str = ""
    amount_before: Token | None = None
    amount: Token | None = None
    price: Token | None = None
    price_cue: bool = False
    unit: str | None = None
    gift: bool = False
    all: bool = False
    party: Token | None = None
    times: Decimal | None = None
    factor_down: bool = False


class Editor:
    """Applies one message to one draft."""

    def __init__(self, tokens: list[Token], context: Context, lexicon: Lexicon, folded: Folded, original: str) -> None:
        assert context.draft is not None
        self.tokens = tokens
        self.context = context
        self.lexicon = lexicon
        self.folded = folded
        self.original = original
        self.draft = context.draft
        self.lines: list[DraftLine] = read_lines(self.draft)
        self.doubts: list[str] = []
        self.changed = False
        self.target: DraftLine | None = None
        self.updates: dict[str, Any] = {}
        self.kept: list[DraftLine] | None = None

    # ---------------------------------------------------------------- reading clauses

    def run(self) -> tuple[Doc, list[str]] | None:
        """Apply every clause; None when nothing in the message touched the draft."""
        clause: list[Token] = []
        for token in [*self.tokens, Token(T.STOP, 0, 0, "")]:
            if token.kind in (T.COMMA, T.STOP):
                self._clause(clause)
                clause = []
            else:
                clause.append(token)
        if self.kept is not None:
            self.lines = [line for line in self.lines if line in self.kept]
        if not self.changed and not self.doubts:
            return None
        finished = tuple(line.line() for line in self.lines)
        doubts = self.doubts + [doubt for line in finished for doubt in line.doubts]
        if not finished and not doubts:
            doubts.append("target_ambiguous")
        kept: dict[str, Any] = {name: self.draft.get(name) for name in (
            "party", "delivery_date", "tax_rate", "discount_rate", "price_basis", "address", "phone", "contact")}  # fmt: skip
        kept.update(self.updates)
        doc = Doc(
            intent=Intent.CORRECTION, lines=finished, ref=self.draft.get("doc_no"), doubts=tuple(self.doubts), **kept
        )
        return doc, doubts

    def _clause(self, tokens: list[Token]) -> None:
        tokens = [t for t in tokens if t.kind is not T.GAP]
        if not tokens:
            return
        says = _Clause()
        words: list[Token] = []

        def flush() -> None:
            if words:
                items = group(words, self.lexicon)
                (says.after if says.verb else says.before).extend(items)
                words.clear()

        for at, token in enumerate(tokens):
            if token.kind in _ITEM_KINDS and not (token.kind is T.MEASURE and self._counts(token, words)):
                words.append(token)
                continue
            if token.kind is T.CUE and token.text in ("的", "那个", "这个", "个", "款", "那种") and words:
                continue
            flush()
            self._element(says, token, tokens, at)
        flush()
        self._apply(says)

    def _counts(self, token: Token, words: list[Token]) -> bool:
        if token.unit is None:
            return False
        return not (meaning(token, self.lexicon) and (not words or narrow([*words, token], self.lexicon)))

    def _element(self, says: _Clause, token: Token, tokens: list[Token], at: int) -> None:
        after = next((t for t in tokens[at + 1 :] if t.kind not in (T.GAP, T.COLON)), None)
        if token.kind is T.ROW and token.value is not None:
            (says.rows_after if says.verb else says.rows).append(int(token.value))
        elif token.kind in (T.QTY, T.NUM, T.MEASURE):
            if (says.amount is not None and says.verb is None) or (
                says.verb and says.amount is not None and says.amount_before is None and not says.after
            ):
                says.amount_before = says.amount
            says.amount = token
        elif token.kind is T.PRICE:
            says.price = token
        elif token.kind is T.DATE:
            if token.day is not None:
                self.updates["delivery_date"] = token.day.isoformat()
                self.changed = True
        elif token.kind is T.PARTY:
            says.party = token
        elif token.kind is T.RATE:
            self._rate(token)
        elif token.kind is T.UNKNOWN:
            self._unknown(says, token, tokens, at)
        elif token.kind is T.CUE:
            self._cue(says, token, after)

    def _unknown(self, says: _Clause, token: Token, tokens: list[Token], at: int) -> None:
        run = token.text + "".join(t.text for t in tokens[at + 1 : at + 3] if t.kind is T.UNKNOWN)
        if token.text in self.lexicon.unit_words and says.verb == c.CHANGE and says.amount is None:
            says.unit = token.text
        elif run.startswith(("翻倍", "加倍", "翻番")):
            says.times, says.verb = Decimal(2), c.CHANGE
        elif run.startswith("减半") or (token.text == "半" and says.verb == c.LESS):
            says.times, says.verb = Decimal("0.5"), c.CHANGE
        elif token.text in ("倍",) and says.amount is not None and says.amount.value is not None:
            says.times, says.amount = says.amount.value, None

    def _cue(self, says: _Clause, token: Token, after: Token | None) -> None:
        if token.has(c.PRICE):
            says.price_cue = True
        if token.has(c.EACH, c.ALL):
            says.all = True
        if (token.has(c.GIFT) and after is not None and after.kind in (T.QTY, T.NUM)) or (
            token.has(c.GIFT) and token.text in ("赠品", "赠送", "免费", "白送") and after is None
        ):
            says.gift = True
        if token.has(c.TAX_IN, c.TAX_EX):
            for line in self.lines:
                if not line.gift:
                    line.tax = token.has(c.TAX_IN)
            self.changed = True
        if token.has(c.LAST_PRICE):
            self.updates["price_basis"] = "last"
            self.changed = True
        strong = next((cue for cue in _STRONG if token.has(cue)), None)
        if strong is None:
            return
        weak = token.text in ("要", "应该", "等等", "等一下", "应该是", "减", "多", "少") and says.verb is not None
        if weak or (strong == c.FIX and says.verb):
            return
        if token.text in ("要", "应该") and says.verb is None and not says.before and not says.rows:
            return  # 要 in front of an item only wants it; after one it says what it should be
        if token.text == "用" or (token.text == "补" and says.verb):
            return
        if strong == c.CHANGE and says.verb == c.DROP:
            return
        says.verb, says.verb_text = strong, token.text
        if says.amount is not None and strong in (c.CHANGE, c.FIX):
            says.amount_before, says.amount = says.amount, None

    def _rate(self, token: Token) -> None:
        digits = token.text.rstrip("折点%个")
        if token.text.endswith("折"):
            run = (
                digits
                if digits.isascii()
                else "".join(plain(found[1]) for ch in digits if (found := number_at(ch, 0)) is not None)
            )
            value = Decimal(run)
            while value >= 1:
                value /= 10
            self.updates["discount_rate"] = plain(value)
        elif (found := number_at(digits, 0)) is not None:
            self.updates["tax_rate"] = plain(found[1] / 100)
        self.changed = True

    # ---------------------------------------------------------------- applying

    def _apply(self, says: _Clause) -> None:
        if says.party is not None and self._party(says):
            return
        if says.verb == c.SWAP and self._swap(says):
            return
        if says.verb == c.DROP:
            self._drop(says)
        elif says.verb == c.KEEP:
            self._keep(says)
        elif says.gift:
            self._gift(says)
        elif says.price is not None or (says.price_cue and says.amount is not None):
            self._price(says)
        elif says.verb in (c.ADD, c.LESS):
            self._more(says, 1 if says.verb == c.ADD else -1)
        elif says.verb in (c.CHANGE, c.FIX):
            self._change(says)
        elif says.before or says.rows or says.amount is not None:
            self._plain(says)

    def _party(self, says: _Clause) -> bool:
        assert says.party is not None
        buying = self.draft.get("intent") in ("purchase_order", "supplier_quote")
        fitting = [p for p in says.party.parties if p.kind == (SUPPLIER if buying else CUSTOMER)]
        if len({p.id for p in fitting}) > 1:
            self.doubts.append("party_ambiguous")
        elif fitting:
            if fitting[0].id == self.draft.get("party"):
                return False
            self.updates["party"] = fitting[0].id
            self.changed = True
        return not (says.before or says.after or says.rows or says.amount)

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
        if len(hit) == 1 and not items[0].strange and not items[0].clash:
            return hit[0]
        self.doubts.append("target_ambiguous" if len(hit) > 1 else "target_missing")
        return None

    def _default_target(self, says: _Clause) -> DraftLine | None:
        """The line meant when none is named: the only one, the one just spoken of, the one with the old amount."""
        if says.amount_before is not None and says.amount_before.value is not None:
            same = [
                line for line in self.lines
                if line.qty == says.amount_before.value and says.amount_before.unit in (None, line.unit)
            ]  # fmt: skip
            if len(same) == 1:
                return same[0]
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
        if old is not None and len(found) > 1:
            found = retained(old, found, self.lexicon)
        elif old is not None and not any(is_head(w, self.lexicon) for w in item.words):
            same = frozenset(n for n in found if self.lexicon.product(n).name == old.name)
            found = same or found
        elif old is None and line.candidates:
            inside = frozenset(n for n in found if self.lexicon.product(n).sku in line.candidates)
            found = inside or found
        if len(found) != 1:
            line.doubts.append("sku_ambiguous" if found else "sku_unknown")
            line.candidates = candidates(found, self.lexicon)
            line.sku = None
            self.changed = True
            return False
        line.sku = self.lexicon.product(next(iter(found))).sku
        line.candidates = ()
        line.spans["sku"] = self.folded.span(item.start, item.end)
        product = self.lexicon.by_sku(line.sku)
        if product is not None and line.qty is not None:
            line.qty, line.unit, doubt = measured(product, line.qty, line.unit)
            if doubt:
                self.doubts.append(doubt)
        if old is not None and old.sku != line.sku:
            line.price = line.price_unit = None  # a price said for one product is not a price of another
        self.changed = True
        self.target = line
        return True

    def _change(self, says: _Clause) -> None:
        if says.all and says.amount is not None:
            for line in self.lines:
                self._set_amount(line, says.amount)
            return
        targets = says.before
        if not targets and not says.rows and says.after and says.amount is not None:
            line_hits = lines_of(says.after[0], self.lines, self.lexicon)
            if len(line_hits) == 1:  # 改成黑笔5盒
                self._set_amount(line_hits[0], says.amount)
                return
        line = self._one(targets, says.rows) if targets or says.rows else self._default_target(says)
        if line is None:
            return
        if says.times is not None and line.qty is not None:
            line.qty *= says.times
            self.changed = True
        if says.after:
            if len(says.after) > 1:
                self.doubts.append("target_ambiguous")
                return
            if not self._set_product(line, says.after[0]):
                return
        if says.amount is not None:
            self._set_amount(line, says.amount)
        elif says.unit is not None:
            product = self.lexicon.by_sku(line.sku)
            if product is not None and product.factor(says.unit) is None:
                self.doubts.append("unit_unknown")
            else:
                line.unit = product.unit_named(says.unit) or says.unit if product else says.unit
                self.changed = True
        elif not says.after and says.times is None:
            self.doubts.append("target_ambiguous")
        self.target = line

    def _more(self, says: _Clause, sign: int) -> None:
        items = says.before + says.after
        amount = says.amount
        if says.all and amount is not None and amount.value is not None and not items:
            for line in self.lines:
                self._raise(line, amount, sign)
            return
        if amount is None or amount.value is None:
            if items and sign > 0:
                self._plain(says)
            else:
                self.doubts.append("qty_missing")
            return
        if amount.approx:
            self.doubts.append("qty_approximate")
            return
        if items and not says.rows:
            hit = lines_of(items[0], self.lines, self.lexicon)
            if not hit and sign > 0:
                self._add(items, amount)
                return
        line = self._one(items, says.rows) if items or says.rows else self._default_target(says)
        if line is None:
            return
        if "到" in says.verb_text:
            self._set_amount(line, amount)
        else:
            self._raise(line, amount, sign)

    def _raise(self, line: DraftLine, amount: Token, sign: int) -> None:
        product = self.lexicon.by_sku(line.sku)
        doubt = add_amount(line, amount.value or Decimal(0), amount.unit, product, sign)
        if doubt:
            self.doubts.append(doubt)
        if line.qty == 0:
            self.lines.remove(line)
        self.changed = True
        self.target = line

    def _add(self, items: list[Said], amount: Token | None) -> DraftLine | None:
        """New lines at the end, numbered after the last."""
        line: DraftLine | None = None
        for item in items:
            number = max((line.line_no or 0 for line in self.lines), default=0) + 1
            line = DraftLine(line_no=number, sku=None)
            line.said = self.original[slice(*self.folded.span(item.start, item.end))]
            line.spans["sku"] = self.folded.span(item.start, item.end)
            if item.known and len(item.found) == 1:
                line.sku = self.lexicon.product(next(iter(item.found))).sku
            elif item.known:
                line.candidates = candidates(item.found, self.lexicon)
                line.doubts.append("sku_ambiguous")
            else:
                line.doubts.append("sku_unknown")
            self.lines.append(line)
            if amount is not None:
                self._set_amount(line, amount)
            self.changed = True
            self.target = line
        return line

    def _drop(self, says: _Clause) -> None:
        items = says.before + says.after
        rows = says.rows + says.rows_after
        if not items and not rows:
            self.doubts.append("target_ambiguous")
            return
        gone: list[DraftLine] = []
        for row in rows:
            named = self._one([], [row])
            if named is not None:
                gone.append(named)
        for item in items:
            hit = lines_of(item, self.lines, self.lexicon)
            if len(hit) == 1:
                gone += hit
            else:
                self.doubts.append("target_ambiguous" if hit else "target_missing")
        if gone:
            self.lines = [line for line in self.lines if line not in gone]
            self.changed = True

    def _keep(self, says: _Clause) -> None:
        kept = self.kept if self.kept is not None else []
        for row in says.rows + says.rows_after:
            named = self._one([], [row])
            if named is not None:
                kept.append(named)
        for item in says.before + says.after:
            hit = lines_of(item, self.lines, self.lexicon)
            if len(hit) == 1:
                kept += hit
                if says.amount is not None:
                    self._set_amount(hit[0], says.amount)
            else:
                self.doubts.append("target_ambiguous" if hit else "target_missing")
        if kept and not self.doubts:
            self.kept = kept
            self.changed = True

    def _swap(self, says: _Clause) -> bool:
        items = says.before + says.after
        rows = says.rows + says.rows_after
        lines = [self._one([], [row]) for row in rows] + [self._one([item], []) for item in items]
        pair = [line for line in lines if line is not None]
        if not pair and len(self.lines) == 2 and not items and not rows:
            pair = list(self.lines)
        if len(pair) != 2 or pair[0] is pair[1]:
            if not self.doubts:
                self.doubts.append("target_ambiguous")
            return True
        first, second = pair
        first.qty, second.qty = second.qty, first.qty
        first.unit, second.unit = second.unit, first.unit
        for line in pair:
            product = self.lexicon.by_sku(line.sku)
            if product is not None and line.unit is not None and product.factor(line.unit) is None:
                line.doubts.append("unit_unknown")
        self.changed = True
        return True

    def _gift(self, says: _Clause) -> None:
        items = says.before + says.after
        if says.amount is None:
            line = self._one(items, says.rows) if items or says.rows else self._default_target(says)
            if line is not None:
                line.gift, line.price, line.price_unit = True, None, None
                self.changed = True
            return
        if items:
            hit = lines_of(items[0], self.lines, self.lexicon)
            sku = hit[0].sku if len({line.sku for line in hit}) == 1 else None
            if sku is None:
                line = self._add(items[:1], says.amount)
                if line is not None:
                    line.gift = True
                return
        else:
            source = self._default_target(says)
            if source is None:
                return
            sku = source.sku
        number = max((line.line_no or 0 for line in self.lines), default=0) + 1
        gift = DraftLine(line_no=number, sku=sku, gift=True)
        self.lines.append(gift)
        self._set_amount(gift, says.amount)

    def _price(self, says: _Clause) -> None:
        token = says.price or says.amount
        assert token is not None
        if token.value is None:
            return
        if says.all:
            targets = [line for line in self.lines if not line.gift]
        else:
            items = says.before + says.after
            if items and not says.rows and not lines_of(items[0], self.lines, self.lexicon):
                if says.price is not None and says.amount is not None and says.verb != c.LESS:
                    line = self._add(items[:1], says.amount)
                    targets = [line] if line is not None else []
                else:
                    self.doubts.append("target_missing")
                    return
            else:
                one = self._one(items, says.rows) if items or says.rows else self._default_target(says)
                targets = [one] if one is not None else []
                if one is not None and says.price is not None and says.amount is not None and says.verb:
                    self._set_amount(one, says.amount)
        for line in targets:
            product = self.lexicon.by_sku(line.sku)
            unit, absurd = line.unit, False
            if product is not None:
                unit, absurd = price_per(product, token.value, token.unit, line.unit)
            line.price, line.price_unit = token.value, unit
            line.spans["unit_price"] = self.folded.span(token.start, token.end)
            if absurd:
                self.doubts.append("price_abnormal")
            self.changed = True
            self.target = line

    def _plain(self, says: _Clause) -> None:
        """No verb: an answer to an open question, or more goods for the draft."""
        items = says.before + says.after
        open_lines = [line for line in self.lines if line.open]
        if not items and not says.rows:
            if says.amount is None or says.amount.value is None:
                return
            missing = [line for line in open_lines if line.qty is None]
            if len(missing) == 1:
                self._set_amount(missing[0], says.amount)
            else:
                self.doubts.append("target_ambiguous")
            return
        if says.rows:
            line = self._one([], says.rows)
            if line is None:
                return
            if items:
                self._set_product(line, items[0])
            if says.amount is not None:
                self._set_amount(line, says.amount)
            return
        if len(items) == 1 and items[0].words:
            skus = {self.lexicon.product(n).sku for n in items[0].found}
            asked = [line for line in self.lines if line.sku is None and skus.intersection(line.candidates)]
            if len(asked) == 1 and not items[0].strange:
                if self._set_product(asked[0], items[0]) and says.amount is not None:
                    self._set_amount(asked[0], says.amount)
                return
        for at, item in enumerate(items):
            hit = lines_of(item, self.lines, self.lexicon)
            amount = says.amount if at == len(items) - 1 or says.all else None
            if len(hit) == 1 and hit[0].qty is None and amount is not None:
                self._set_amount(hit[0], amount)
            elif hit and amount is not None:
                self.doubts.append("target_ambiguous")  # set, or that many more? only the speaker knows
            elif amount is not None:
                self._add([item], amount)
            elif hit:
                self.target = hit[0] if len(hit) == 1 else self.target
            else:
                self._add([item], None)


def correct(
    tokens: list[Token], context: Context, lexicon: Lexicon, folded: Folded, original: str
) -> tuple[Doc, list[str]] | None:
    """The draft after what a message says, and the doubts about it; None when it says nothing about the draft."""
    return Editor(tokens, context, lexicon, folded, original).run()
