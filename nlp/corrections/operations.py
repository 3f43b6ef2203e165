"""Corrections as operations on the open draft. The result is always the complete draft after the change, line numbers
kept; what cannot be placed on exactly one line becomes a question and leaves the draft as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from nlp.catalogue.lexicon import CUSTOMER, SUPPLIER, Lexicon
from nlp.catalogue.resolve import Said, is_head
from nlp.corrections.breaths import clauses_of
from nlp.corrections.continuing import WRONG
from nlp.corrections.draft import DraftLine, lines_of
from nlp.corrections.exchanges import Exchanges
from nlp.corrections.isnot import rearranged
from nlp.corrections.pricedlist import spread
from nlp.corrections.saying import Clause
from nlp.corrections.signs import prepared
from nlp.corrections.smalltalk import only_talk
from nlp.corrections.turns import plainly
from nlp.documents.lines import price_per
from nlp.findings import Context, Doc, Intent
from nlp.scanning import cues as c
from nlp.scanning.text import Folded
from nlp.scanning.tokens import T, Token

_KEPT = ("party", "delivery_date", "tax_rate", "discount_rate", "price_basis", "address", "phone", "contact", "note")

_MERGED = re.compile(r"合并|并成一|并到一|合成一|拼成一")
_GIVEN_FOR = ("给他", "给你", "给她", "他", "你", "她", "您", "客户", "他们", "人家", "给", "算", "按")
_SETS = c.words("改成 改为 改 调成 调到 改到 调整为 减到 加到 应该是 应为 变成")


class Editor(Exchanges):
    """Applies one message to one draft."""

    going = -1  # where the amount stands that took the verb of the clause before it

    def run(self) -> tuple[Doc, list[str]] | None:
        """Apply every clause; None when nothing in the message touched the draft. A message that gives the program
        instructions changes nothing at all."""
        self.left = [token for token in self.tokens if token.has(c.INSTRUCT)]
        if self.left:
            self.doubts.append("unused")
            return self._doc(), self.doubts
        if _MERGED.search(self.folded.text):
            self.doubts.append("target_ambiguous")  # 第1行和第2行合并: into which?
            return self._doc(), self.doubts
        self.tokens = plainly(spread(self.tokens, self.lines, self.lexicon), self.lines, self.lexicon)
        self.tokens = prepared(self.tokens, self.lines, self.lexicon)
        self.fumbled = self._reversed()
        for clause in clauses_of(rearranged(self.tokens, self.lexicon.unit_words)):
            self._clause(clause)
        if self.kept is not None:
            self.lines = [line for line in self.lines if line in self.kept]
        if any(t.has(c.UNEVEN) for t in self.tokens) and "delivery_date" in self.updates:
            self.doubts.append("delivery_uneven")
        if self.refused and "delivery_date" not in self.updates:
            self.doubts.append("date_ambiguous")
        if (self.fumbled or self.hinted) and not self.changed and not self.doubts:
            self.doubts.append("target_ambiguous")
        if not self.changed and not self.doubts:
            return None
        doc = self._doc()
        doubts = self.doubts + [doubt for line in doc.lines for doubt in line.doubts]
        if not doc.lines and not doubts:
            doubts.append("target_ambiguous")
        return doc, doubts

    def _doc(self) -> Doc:
        terms: dict[str, Any] = {name: self.draft.get(name) for name in _KEPT}
        terms.update(self.updates)
        lines = tuple(line.line() for line in self.lines)
        return Doc(
            intent=Intent.CORRECTION,
            lines=lines,
            ref=self.draft.get("doc_no"),
            spans=self.spans,
            doubts=tuple(d for d in self.doubts if d != "unused"),
            **terms,
        )

    # ---------------------------------------------------------------- applying

    def _apply(self, says: Clause) -> None:
        if says.tax is not None and self._tax(says, says.tax):
            return
        if says.party is not None and self._party(says):
            return
        self.restated = says.restates or says.enough
        if self._scoped(says) or self._described(says):
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
            if says.verb == c.FIX and self._found_wrong(says):
                return
            # 日期改成12月3号: the date has been taken already, nothing else is to change
            if not says.settled or says.before or says.after or says.rows or says.amount:
                self._change(says)
        elif says.before or says.rows or says.amount is not None:
            self._plain(says)

    def _party(self, says: Clause) -> bool:
        assert says.party is not None
        bare = not (says.before or says.after or says.rows or says.amount or says.price or says.times)
        if says.denied:
            self.fumbled = True  # 不是五金店: whose it is another clause says
            return bare
        own = {p.id for p in says.party.parties}
        now = self.updates.get("party", self.draft.get("party"))
        if bare and "party" in self.updates and self.draft.get("party") in own:
            return bare  # 这单是河西店要的,万象店那边没订
        if now is not None and now not in own and not self._handed(says):
            self.doubts.append("party_ambiguous")  # goods or words for somebody else: another order, or this one?
            return bare
        fitting = [p for p in says.party.parties if p.kind == (SUPPLIER if self.buying else CUSTOMER)]
        if not says.party.parties:
            self.doubts.append("party_unknown")
            self.updates["party"] = None
            self.updates["party_said"] = self.original[slice(*self.folded.span(says.party.start, says.party.end))]
            self.changed = True
        elif len({p.id for p in fitting}) > 1 and (says.handed or self.draft.get("party") not in own):
            self.doubts.append("party_ambiguous")
        elif len({p.id for p in fitting}) > 1:
            return bare  # 跟马姐谈好了: one of two of that name, and whose draft it is is known
        elif fitting:
            if fitting[0].id == self.draft.get("party"):
                return bare
            self.updates["party"] = fitting[0].id
            self.spans["party"] = self.folded.span(says.party.start, says.party.end)
            self.changed = True
        return bare

    def _handed(self, says: Clause) -> bool:
        """Whether the sentence gives the draft to another party: in this clause, or by 错了 or 不是 in one before."""
        return says.handed or self.fumbled or any(t.text in WRONG for t in self.tokens)

    def _price(self, says: Clause) -> None:
        token = says.price or says.amount
        assert token is not None
        if self._stepped(says):
            self._dearer(says, token)
            return
        self.priced = True
        if token.value is None:
            return
        targets = self._costing_lines(says)
        for line in targets:
            product = self.lexicon.by_sku(line.sku)
            unit, absurd = line.unit, False
            if product is not None:
                unit, absurd = price_per(product, token.value, token.unit, line.unit, buying=self.buying)
            line.price, line.price_unit = token.value, unit
            line.gift = line.gift and not token.value  # 枕套不送了 按7块5收
            line.spans["unit_price"] = self.folded.span(token.start, token.end)
            if absurd:
                self.doubts.append("price_abnormal")
            self.changed = True
            self.target = line
        self.costing += targets
        self.repriced = targets[0] if len(targets) == 1 else None

    def _costing_lines(self, says: Clause) -> list[DraftLine]:
        """The lines whose price a clause sets; what names none of the draft is new, or a doubt."""
        items = says.before + says.after
        if says.all and not (items or says.rows):
            return [line for line in self.lines if not line.gift]
        if not (items or says.rows) and len(self.together) > 1 and self.target in self.together:
            return self.together  # 安全鞋改成高帮的,152一双
        if len(says.rows) > 1 or len(items) > 1 or (items and (says.all or self._cost_alike(items[0]))):
            return self._each(items if not says.rows else [], says.rows, every=says.all or len(items) == 1)
        if items and not says.rows and not lines_of(items[0], self.lines, self.lexicon):
            if says.price is not None and says.amount is not None and says.verb != c.LESS:
                line = self._add(items[:1], says.amount)
                return [line] if line is not None else []
            self.doubts.append("target_missing")
            return []
        one = self._was_priced(items, says) if len(items) == 1 and not says.rows else None
        if one is None:
            one = self._one(items, says.rows) if items or says.rows else self._default_target(says)
        if one is not None and says.price is not None and says.amount is not None:
            if says.verb or says.rows:
                self._set_amount(one, says.amount)
            elif (says.amount.value, says.amount.unit or one.unit) != (one.qty, one.unit):
                self.doubts.append("target_ambiguous")  # so many now, or so many more?
        return [one] if one is not None else []

    def _plain(self, says: Clause) -> None:
        """No verb: an answer to an open question, or more goods for the draft."""
        items = says.before + says.after
        if not items and not says.rows:
            self._plain_amount(says)
            return
        if says.rows:
            self._plain_row(says, items)
            return
        if len(items) == 1 and items[0].words:
            skus = {self.lexicon.product(n).sku for n in items[0].found}
            asked = [line for line in self.lines if line.sku is None and skus.intersection(line.candidates)]
            if len(asked) == 1 and not items[0].strange:
                if self._set_product(asked[0], items[0]) and says.amount is not None:
                    self._set_amount(asked[0], says.amount)
                return
        if self.priced and len(items) == 1 and says.amount is not None and says.amount.unit is None:
            self._price(says)  # 角磨片65一盒,切割片75
            return
        hits = [bool(lines_of(item, self.lines, self.lexicon)) for item in items]
        self.restated = self.restated or (says.all and any(hits) and not all(hits))  # 柠檬茉莉各12罐, one of them new
        for at, item in enumerate(items):
            self._plain_item(item, says.amount if at == len(items) - 1 or says.all else None)

    def _plain_amount(self, says: Clause) -> None:
        """An amount and nothing else: of what was asked about, or just spoken of."""
        if says.amount is None or says.amount.value is None or self._priced_new(says):
            return
        if self._numbered_in_place(says):
            return
        if says.all and len(self.together) > 1:
            for line in self.together:
                self._set_amount(line, says.amount)
            return
        missing = [line for line in self.lines if line.qty is None]
        wrong = self.fumbled or any(t.text in WRONG for t in self.tokens)  # 不对，是8盒
        if (says.enough or says.wants or wrong) and not missing and len(self.lines) == 1:
            missing = self.lines[:]
        if says.amount.unit is not None and self.repriced is not None and self.repriced in self.lines:
            missing = [self.repriced]  # 改105一袋,25袋
        if len(missing) == 1:
            self._set_amount(missing[0], says.amount)
        else:
            self.doubts.append("target_ambiguous")

    def _meant_instead(self, item: Said) -> bool:
        """我要500ml滋润的那款; 说错了,要7号的电池: no amount, so it is what the one line of that kind should be."""
        if item.strange or item.clash or not item.words:
            return False
        if self._behind_goods(item.start):
            return False  # 再送1袋原味的: said of what stands before it
        headed = any(is_head(word, self.lexicon) for word in item.words)
        wrong = self.fumbled or any(t.text in WRONG for t in self.tokens)
        if headed and not (wrong and len(item.words) > 1):
            return False
        fitting = []
        for line in self.lines:
            old = self.lexicon.by_sku(line.sku)
            kin = frozenset() if old is None or line.gift else self._kin(old, item.found)
            if kin and old is not None and any(self.lexicon.product(n).name == old.name for n in kin):
                fitting.append(line)
        if len(fitting) != 1:
            return False
        which = [word for word in item.words if not is_head(word, self.lexicon)]
        return self._set_product(fitting[0], replace(item, words=which))

    def _goes_on(self, amount: Token) -> bool:
        """适配器50改成100,数据线200: what the clause before has done with its goods goes on with these."""
        said = self.said or []
        verbs = [t for t in said if t.has(c.CHANGE) and t.text in _SETS]
        values = [t for t in said if t.kind in (T.QTY, T.NUM)]
        goods = any(t.kind in (T.ITEM, T.ROW, T.SPEC, T.MEASURE) for t in said)
        on = bool(said) and said[0].start <= self.going < said[-1].end  # 红的改5盒,蓝的6盒,黑的7盒
        if not on and (not (verbs and goods and values) or values[-1].start < verbs[-1].end):
            return False
        between = [t for t in self.tokens if said[-1].end <= t.start < amount.start]
        if any(t.has(c.ADD, c.LESS, c.GIFT, c.DROP) for t in between) or len(between) > 8:
            return False
        self.going = amount.start
        return True

    def _behind_goods(self, at: int) -> bool:
        """Whether goods or amounts stand before a place in its own clause."""
        inside = False
        for token in self.tokens:
            if token.start >= at:
                break
            inside = token.kind not in (T.COMMA, T.STOP) and (
                inside or token.kind in (T.ITEM, T.SPEC, T.MEASURE, T.QTY, T.NUM, T.PRICE, T.ROW)
            )
        return inside

    def _given_for(self, item: Said, amount: Token) -> bool:
        """锯片给他25吧: a bare number near what the goods cost is the price they are given for."""
        if amount.unit is not None or amount.value is None:
            return False
        before = [t.text for t in self.tokens if amount.start - 4 <= t.start < amount.start]
        hit = lines_of(item, self.lines, self.lexicon)
        if len(hit) != 1 or item.strange or item.clash:
            return False
        product = self.lexicon.by_sku(hit[0].sku)
        if not before or before[-1] not in _GIVEN_FOR or product is None:
            return False
        factor = product.factor(hit[0].unit or product.default_unit)
        cost = hit[0].price or (product.list_price * factor if product.list_price and factor else None)
        return cost is not None and Decimal("0.6") <= amount.value / cost <= Decimal("1.5")

    def _plain_item(self, item: Said, amount: Token | None) -> None:
        hit = lines_of(item, self.lines, self.lexicon)
        if amount is not None and self._given_for(item, amount):
            self._price(Clause(before=[item], amount=amount, price_cue=True))
        elif amount is not None:
            told = self.fumbled or self.restated or (bool(hit) and id(hit[0]) in self.exchanged)
            if len(hit) == 1 and self.swapped and hit[0].qty == amount.value:
                return  # 数量颠倒了,静音的4条: as the exchange has made it
            if len(hit) == 1 and (hit[0].qty is None or told or self._goes_on(amount)):
                self._set_amount(hit[0], amount)
            elif hit:
                self.doubts.append("target_ambiguous")  # set, or that many more? only the speaker knows
            else:
                self._add([item], amount)
        elif item.strange or item.clash:
            self.doubts.append("sku_unknown")
        elif not hit and self._meant_instead(item):
            return
        elif hit:
            self.target = hit[0] if len(hit) == 1 else self.target
        elif any(is_head(word, self.lexicon) for word in item.words):
            self._add([item], None)
        else:
            self.doubts.append("target_ambiguous")  # an attribute of nothing in the draft

    def _plain_row(self, says: Clause, items: list[Said]) -> None:
        line = self._one([], says.rows)
        if line is None:
            return
        if items:
            self._set_product(line, items[0])
        if says.amount is not None and says.amount_before is not None and says.amount_before.value != line.qty:
            self.doubts.append("target_ambiguous")  # 第1行 88 99
        elif says.amount is not None:
            self._set_amount(line, says.amount)


_VALID = re.compile(r"有效期|保质期|质保期")
_ASKED = re.compile(r"[?吗]|行不|可不可以|能不能|好不好|成不成|中不中")


def correct(
    tokens: list[Token],
    context: Context,
    lexicon: Lexicon,
    folded: Folded,
    original: str,
    fields: Mapping[str, tuple[int, int]] | None = None,
    kind: type[Editor] = Editor,
) -> tuple[Doc, list[str], list[Token]] | None:
    """The draft after what a message says, the doubts about it and the words left over; None when it says nothing about
    the draft. ``fields``: where the message says its contact, phone, address or remark (folded offsets)."""
    editor = kind(tokens, context, lexicon, folded, original)
    for name, span in (fields or {}).items():
        editor.head(name, folded.span(*span))
    result = editor.run()
    if result is None or only_talk(editor.updates, tokens):
        return None
    doc, doubts = result
    if "delivery_date" in editor.updates and _VALID.search(folded.text) and doc.intent is Intent.CORRECTION:
        doc, doubts = replace(doc, delivery_date=editor.draft.get("delivery_date")), [*doubts, "target_ambiguous"]
    if "discount_rate" in editor.updates and _ASKED.search(folded.text):
        doubts = [*doubts, "price_asked"]  # 85折行不行 is for somebody to answer
    return doc, doubts, editor.left
