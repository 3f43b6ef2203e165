"""Corrections of a supplier's quote.

A bare number on it is a price, never a quantity; 500盒起0.75 is a step of its line; days say how long the prices hold,
not when goods come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.lexicon import SUPPLIER, Lexicon, Product
from nlp.catalogue.resolve import Said, group
from nlp.corrections import continuing
from nlp.corrections import operations as corrections
from nlp.corrections.draft import DraftLine, lines_of
from nlp.corrections.operations import Editor
from nlp.corrections.saying import Clause
from nlp.documents.lines import price_per
from nlp.findings import Context, Doc, Tier
from nlp.intents.classify import pricing
from nlp.quotes import validity
from nlp.scanning import cues as c
from nlp.scanning.numbers import plain
from nlp.scanning.text import Folded
from nlp.scanning.tokens import T, Token

_QUOTE = "supplier_quote"
_STEPS = ("阶梯", "分档", "分段", "量价", "那档", "一档", "这档")
_NAMING = (T.ITEM, T.MEASURE, T.SPEC)
_BUYING = frozenset(("采购", "订购", "采购单", "下采购单", "采购计划", "买进"))  # words no quote is corrected with


def continues(tokens: list[Token], context: Context, lexicon: Lexicon, text: str) -> bool:
    """Whether a message speaks about the open draft; of a quote also by its steps and days. What a supplier offers
    never changes an order that happens to be open."""
    draft = context.draft
    parties = [t for t in tokens if t.kind is T.PARTY]
    changes = any(t.has(c.CHANGE, c.FIX) for t in tokens)
    offered = not changes and any(t.kind in (T.ITEM, T.PRICE) for t in tokens)
    quote = draft is not None and draft.get("intent") == _QUOTE
    if quote and not changes and any(t.text in _BUYING for t in tokens) and any(t.kind is T.QTY for t in tokens):
        return False  # an order on the strength of the quote, whoever the supplier is
    if offered and any(p.kind == SUPPLIER for t in parties for p in t.parties) and (quote or pricing(tokens, context)):
        return False  # an offer of its own, even if it is the same supplier's
    if draft is None or not quote or context.sender_role == "supplier":
        return continuing.continues(tokens, context, lexicon)
    others = [t for t in parties if draft.get("party") not in {p.id for p in t.parties}]
    if others and offered:
        return False
    if any(word in text for word in _STEPS) or (validity.said(text, context) and not others):
        return True
    return continuing.continues(tokens, context, lexicon)


def correct(
    tokens: list[Token],
    context: Context,
    lexicon: Lexicon,
    folded: Folded,
    original: str,
    fields: Mapping[str, tuple[int, int]] | None = None,
) -> tuple[Doc, list[str], list[Token]] | None:
    """``corrections.correct`` for whatever kind of draft is open."""
    quote = context.draft is not None and context.draft.get("intent") == _QUOTE
    editor = QuoteEditor if quote else Editor
    return corrections.correct(tokens, context, lexicon, folded, original, fields, editor)


class QuoteEditor(Editor):
    """Applies one message to one quote."""

    def __init__(self, tokens: list[Token], context: Context, lexicon: Lexicon, folded: Folded, original: str) -> None:
        super().__init__(tokens, context, lexicon, folded, original)
        self.stepped: list[DraftLine] = []  # lines whose steps the clause before was about
        held = validity.said(folded.text, context)
        if held:
            self.tokens = held.without(self.tokens)
            for name, day in (("valid_from", held.valid_from), ("valid_until", held.valid_until)):
                if day is not None:
                    self.updates[name] = day.isoformat()
                    self.changed = True
            self.spans.update({name: folded.span(*span) for name, span in held.spans if name != "other"})

    def _doc(self) -> Doc:
        doc = super()._doc()
        lines = tuple(replace(line, doubts=tuple(d for d in line.doubts if d != "qty_missing")) for line in doc.lines)
        return replace(doc, lines=lines, delivery_date=None)

    # ---------------------------------------------------------------- clauses

    def _clause(self, tokens: list[Token]) -> None:
        kept = [token for token in tokens if token.kind is not T.GAP]
        words = "".join(token.text for token in kept)
        if self.priced and words.startswith("不是") and all(t.kind is not T.ITEM for t in kept):
            return  # 是0.83，不是0.82: said already
        if any(token.kind is T.TIER for token in kept):
            self._steps(kept)
        elif any(word in words for word in _STEPS) and any(token.has(c.DROP) for token in kept):
            self._no_steps(kept)
        else:
            for part in _parts(kept):
                super()._clause(part)

    def _element(self, says: Clause, token: Token, tokens: list[Token], at: int) -> None:
        if token.kind is T.DATE and token.day is not None:
            self.left.append(token)  # a day of what? of nothing a quote has
            self.doubts.append("unused")
            says.settled = True
            return
        super()._element(says, token, tokens, at)

    def _apply(self, says: Clause) -> None:
        bare = says.amount is not None and says.amount.unit is None and says.times is None and not says.gift
        if bare and says.price is None:
            says.price, says.amount = says.amount, None
        super()._apply(says)

    # ---------------------------------------------------------------- prices

    def _price(self, says: Clause) -> None:
        token = says.price or says.amount
        assert token is not None
        if (says.relative and "到" not in says.verb_text) or token.value is None:
            super()._price(says)
            return
        self.priced = True
        for line in self._priced_lines(says):
            self._put(line, token)
            if says.price is not None and says.amount is not None:
                self._set_amount(line, says.amount)

    def _priced_lines(self, says: Clause) -> list[DraftLine]:
        if says.before and says.after and says.verb == c.CHANGE and not says.all:
            line = self._one(says.before, says.rows)  # 黑笔换成蓝笔 0.85
            return [line] if line is not None and self._set_product(line, says.after[0]) else []
        items = says.before + says.after
        if items or says.rows or says.rows_after:
            return self._named(items, says.rows + says.rows_after, add=True)
        if says.all:
            return [line for line in self.lines if not line.gift]
        line = self._default_target(says)
        return [] if line is None else [line]

    def _named(self, items: list[Said], rows: list[int], *, add: bool) -> list[DraftLine]:
        """The lines these rows and items mean; goods that are not offered yet are a line more."""
        found = [line for row in rows if (line := self._one([], [row])) is not None]
        for item in [] if rows else items:
            hit = lines_of(item, self.lines, self.lexicon)
            if len(hit) == 1 and not item.strange and not item.clash:
                found += hit
            elif hit or not add:
                self.doubts.append("target_ambiguous" if hit else "target_missing")
            elif (line := self._add([item], None)) is not None:
                found.append(line)
        return found

    def _put(self, line: DraftLine, token: Token) -> None:
        product = self.lexicon.by_sku(line.sku)
        unit = token.unit or (line.price_unit if line.price is not None else None) or line.unit
        if product is not None and not (token.unit is None and line.price is not None and line.price_unit):
            unit, absurd = price_per(product, token.value or Decimal(0), token.unit, line.unit, buying=True)
            if absurd:
                self.doubts.append("price_abnormal")
        steps = [(step, _converted(product, Decimal(step.price), line.price_unit, unit)) for step in line.tiers]
        line.tiers = tuple(step if per is None else replace(step, price=plain(per)) for step, per in steps)
        line.price, line.price_unit = token.value, unit
        line.spans["unit_price"] = self.folded.span(token.start, token.end)
        self.changed = True
        self.target = line

    def _default_target(self, says: Clause) -> DraftLine | None:
        before = says.amount_before
        if before is None or before.unit is not None or before.value is None:
            return super()._default_target(says)
        same = [line for line in self.lines if line.price == before.value]  # 0.82改成0.85
        if len(same) == 1:
            return same[0]
        self.doubts.append("target_ambiguous" if same else "target_missing")
        return None

    # ---------------------------------------------------------------- steps

    def _steps(self, tokens: list[Token]) -> None:
        """黑笔500盒起0.75, 第1行阶梯改成200盒起0.78."""
        first = next(at for at, token in enumerate(tokens) if token.kind is T.TIER)
        head = tokens[:first]
        words = "".join(token.text for token in head)
        anew = any(word in words for word in _STEPS) and any(token.has(c.CHANGE) for token in head)
        if not any(word in words for word in _STEPS) and any(token.kind in (T.NUM, T.PRICE) for token in head):
            for part in _parts(head):
                super()._clause(part)  # 黑笔0.85 100盒起0.8
            lines = [self.target] if self.target is not None else []
        else:
            lines = self._step_lines(head, tokens)
        if anew:
            for line in lines:
                line.tiers = ()
        step: Token | None = None
        for token in tokens[first:]:
            if token.kind is T.TIER:
                step = token
            elif step is not None and token.kind in (T.NUM, T.PRICE, T.QTY):
                for line in lines:
                    self._step(line, step, token)
                step = None
        if step is not None:
            self.doubts.append("target_ambiguous")  # from so many on, and how much?
        self.stepped = lines

    def _step_lines(self, head: list[Token], tokens: list[Token]) -> list[DraftLine]:
        rows = self._rows(*head)
        items = group([token for token in head if token.kind in _NAMING], self.lexicon)
        if rows or items:
            return self._named(items, rows, add=False)
        if any(token.has(c.ALL, c.EACH) for token in tokens) or len(self.lines) == 1:
            return [line for line in self.lines if not line.gift]
        if self.stepped or self.target is not None:
            return self.stepped or [line for line in self.lines if line is self.target]
        self.doubts.append("target_ambiguous")
        return []

    def _step(self, line: DraftLine, step: Token, token: Token) -> None:
        value = token.price if token.kind is T.QTY and token.price is not None else token.value
        if value is None or step.value is None:
            return
        product = self.lexicon.by_sku(line.sku)
        if line.price_unit is None:
            line.price_unit = token.unit or step.unit
        per = _converted(product, value, token.unit if token.kind is T.PRICE else None, line.price_unit)
        if per is None:
            self.doubts.append("unit_unknown")
            return
        new = Tier(plain(step.value), plain(per), step.unit)
        others = [one for one in line.tiers if _size(product, one) != _size(product, new)]
        line.tiers = tuple(sorted([*others, new], key=lambda one: _size(product, one)))
        line.spans["tiers"] = self.folded.span(step.start, token.end)
        self.changed = True
        self.target = line

    def _no_steps(self, tokens: list[Token]) -> None:
        """不要阶梯, 黑笔的阶梯价取消."""
        rows = self._rows(*tokens)
        items = group([token for token in tokens if token.kind in _NAMING], self.lexicon)
        for line in self._named(items, rows, add=False) if rows or items else self.lines:
            self.changed = self.changed or bool(line.tiers)
            line.tiers = ()


def _parts(tokens: list[Token]) -> list[list[Token]]:
    """A clause cut where the next goods begin after a price: 黑笔0.85蓝笔0.9."""
    parts: list[list[Token]] = [[]]
    priced = False
    for token in tokens:
        if priced and token.kind in (T.ITEM, T.ROW):
            parts.append([])
            priced = False
        parts[-1].append(token)
        priced = priced or token.kind in (T.PRICE, T.NUM)
    return parts


def _converted(product: Product | None, value: Decimal, said: str | None, per: str | None) -> Decimal | None:
    """A price per one unit as the price per another; None when the units have nothing to do with each other."""
    if said is None or per is None or said == per or product is None:
        return value
    have, want = product.factor(said), product.factor(per)
    return None if not have or not want else value * want / have


def _size(product: Product | None, tier: Tier) -> Decimal:
    factor = product.factor(tier.unit) if product is not None and tier.unit is not None else None
    return Decimal(tier.min_qty) * (factor or 1)
