"""Corrections as operations on the open draft. The result is always the complete draft after the change, line numbers
kept; what cannot be placed on exactly one line becomes a question and leaves the draft as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nlp.catalogue.lexicon import CUSTOMER, SUPPLIER, Lexicon
from nlp.catalogue.resolve import Said, is_head
from nlp.corrections.breaths import clauses_of
from nlp.corrections.clauses import Clause
from nlp.corrections.continuing import WRONG
from nlp.corrections.draft import DraftLine, lines_of
from nlp.corrections.isnot import rearranged
from nlp.corrections.pricedlist import spread
from nlp.corrections.signs import counts_in, prepared
from nlp.corrections.smalltalk import only_talk
from nlp.corrections.takebacks import TakeBacks
from nlp.documents.lines import price_per
from nlp.findings import Context, Doc, Intent
from nlp.scanning import cues as c
from nlp.scanning.text import Folded
from nlp.scanning.tokens import Token

_KEPT = ("party", "delivery_date", "tax_rate", "discount_rate", "price_basis", "address", "phone", "contact", "note")

_MERGED = re.compile(r"合并|并成一|并到一|合成一|拼成一")
_UP_OR_DOWN = ("降到", "涨到", "砍到", "压到", "提到", "提高到", "降至", "减到", "加到")


class Editor(TakeBacks):
    """Applies one message to one draft."""

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
        self.tokens = prepared(spread(self.tokens, self.lines, self.lexicon), self.lines, self.lexicon)
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
        bare = not (says.before or says.after or says.rows or says.amount)
        if says.denied:
            self.fumbled = True  # 不是五金店: whose it is another clause says
            return bare
        own = {p.id for p in says.party.parties}
        if self.draft.get("party") is not None and self.draft["party"] not in own and not self._handed(says):
            self.doubts.append("party_ambiguous")  # goods or words for somebody else: another order, or this one?
            return bare
        fitting = [p for p in says.party.parties if p.kind == (SUPPLIER if self.buying else CUSTOMER)]
        if not says.party.parties:
            self.doubts.append("party_unknown")
            self.updates["party"] = None
            self.updates["party_said"] = self.original[slice(*self.folded.span(says.party.start, says.party.end))]
            self.changed = True
        elif len({p.id for p in fitting}) > 1:
            self.doubts.append("party_ambiguous")
        elif fitting:
            if fitting[0].id == self.draft.get("party"):
                return not (says.before or says.after or says.rows or says.amount)
            self.updates["party"] = fitting[0].id
            self.spans["party"] = self.folded.span(says.party.start, says.party.end)
            self.changed = True
        return not (says.before or says.after or says.rows or says.amount)

    def _handed(self, says: Clause) -> bool:
        """Whether the sentence gives the draft to another party: in this clause, or by 错了 or 不是 in one before."""
        return says.handed or self.fumbled or any(t.text in WRONG for t in self.tokens)

    def _change_all(self, says: Clause) -> None:
        """都改成5盒, 都减半."""
        lines = self.lines
        if says.amount_before is not None and says.amount is not None:  # 5盒的都改10盒
            value, unit = says.amount_before.value, says.amount_before.unit
            counted = unit in ("个", "样", "款", "种") and value == len(lines)  # 三个各改两箱
            had = [line for line in lines if line.qty == value and counts_in(line, unit, self.lexicon)]
            lines = had or (lines if counted else [])
            if not lines:
                self.doubts.append("target_missing")
        for line in lines:
            self._change_amount(line, says)

    def _change_amount(self, line: DraftLine, says: Clause) -> None:
        if says.times is not None and line.qty is not None and not line.gift:
            line.qty *= says.times
            self.changed = True
        if says.amount is not None and says.verb_text in _UP_OR_DOWN and says.amount.unit is None:
            self._up_or_down(line, says)
        elif says.amount is not None:
            self._set_amount(line, says.amount)

    def _change(self, says: Clause) -> None:
        named = bool(says.before or says.rows)
        if says.all and not named and (says.amount is not None or says.times is not None):
            self._change_all(says)
            return
        if not named and says.after and says.amount is not None:
            line_hits = lines_of(says.after[0], self.lines, self.lexicon)
            if len(line_hits) == 1:  # 改成黑笔5盒
                self._set_amount(line_hits[0], says.amount)
                return
        if named:
            every = says.all or says.times is not None  # 圆盒减半: all of them
            targets = self._each(says.before if not says.rows else [], says.rows, every=every)
        else:
            default = self._default_target(says)
            targets = [default] if default is not None else []
        if len(says.after) > 1 or (len(targets) > 1 and says.amount_before is not None):
            self.doubts.append("target_ambiguous")
            return
        for line in targets:
            self._change_line(line, says)

    @staticmethod
    def _exchanges(says: Clause) -> bool:
        """换43, 拿错了要33: goods, not their number."""
        return says.verb_text.startswith("换") or (says.verb == c.FIX and "错" in says.verb_text)

    def _change_line(self, line: DraftLine, says: Clause) -> None:
        said = self._said_before(line, says)
        if said is not None and line.qty is not None and said != line.qty:
            if says.after and says.amount is None and said < line.qty:
                self._part(line, says, said, says.after[0])
                return
            if says.amount_before is None or not self._describes(says.amount_before, line):
                self.doubts.append("target_ambiguous")  # 可乐3箱改5箱, and there are ten
                return
        if says.amount is not None and not says.after and self._exchanges(says) and self._other_number(line, says):
            return
        if says.after and self._sized(line, says):
            return
        if says.after and len(says.before) == 1 and not says.before[0].strange:
            kept = says.after[0].found & says.before[0].found  # 体温计换成水银的: a 体温计 still
            says.after[0] = replace(says.after[0], found=kept) if kept else says.after[0]
        if says.after and not self._set_product(line, says.after[0]):
            return
        self._change_amount(line, says)
        self.hinted = self.hinted or bool(says.after and says.amount is None)  # 换成500ml的,3箱
        if says.amount is None and says.unit is not None:
            product = self.lexicon.by_sku(line.sku)
            if product is not None and product.factor(says.unit) is None:
                self.doubts.append("unit_unknown")
            else:
                line.unit = product.unit_named(says.unit) or says.unit if product else says.unit
                self.changed = True
                self.hinted = True  # 全改成箱,2箱
        elif says.amount is None and not says.after and says.times is None:
            self.doubts.append("target_ambiguous")
        self.target = line

    def _described(self, says: Clause) -> bool:
        """要304的: which ones, never how many."""
        if says.attributive:
            line = self._one(says.before, says.rows) if says.before or says.rows else self._default_target(says)
            if line is None or not self._other_number(line, says):
                self.doubts.append("target_ambiguous")
        return says.attributive

    def _drop(self, says: Clause) -> None:
        if any(t.has(c.HOLD) for t in self.tokens) and says.verb_text.endswith(("送", "发", "送了", "发了")):
            self.doubts.append("target_ambiguous")  # 先别送,我再问问: out of it, or later?
            return
        items = says.before + says.after
        if len(says.before) == len(says.after) == 1:  # 自封袋不要5号: the one of them that is 5号
            both = [line for line in lines_of(items[0], self.lines, self.lexicon)
                    if line in lines_of(items[1], self.lines, self.lexicon)]  # fmt: skip
            items = [says.after[0]] if len(both) == 1 == len(lines_of(items[1], self.lines, self.lexicon)) else items
            if len(both) == 1 and len(items) == 2:
                items = [replace(says.after[0], found=frozenset({self.lexicon.number(both[0].sku or "") or 0}))]
        rows = says.rows + says.rows_after
        if not items and not rows and self.hinted and self.target in self.lines and self.target is not None:
            rows, self.hinted = [self.target.line_no or 0], False  # 灯泡他们自己有,不要了
        if not items and not rows:
            if not says.settled:  # 明天先别送: about the day
                self.doubts.append("target_ambiguous")
            return
        gone: list[DraftLine] = []
        for row in rows:
            named = self._one([], [row])
            if named is not None:
                gone.append(named)
        for item in items:
            hit = lines_of(item, self.lines, self.lexicon)
            if len(hit) == 1 and says.amount is not None and self._describes(says.amount, hit[0]):
                gone += hit  # 鞋不要40: the number is its size
            elif len(hit) == 1 and says.amount is not None and says.amount.value != hit[0].qty:
                self.doubts.append("target_ambiguous")  # 别要那么多 1盒: none of it, or so many?
            elif len(hit) == 1 or (hit and self._every_one(says, item)):
                gone += hit
            else:
                self.doubts.append("target_ambiguous" if hit else "target_missing")
        gone = list(dict.fromkeys(gone))  # 自封袋不要5号: one line, said twice
        if gone:
            self.lost = (self.lines.index(gone[0]), gone[0]) if len(gone) == 1 else None
            self.lines = [line for line in self.lines if line not in gone]
            self.changed = True

    @staticmethod
    def _every_one(says: Clause, item: Said) -> bool:
        """龙头都去掉: all lines a plain word names; which of them nobody has to say."""
        alone = len(says.before) + len(says.after) == 1 and not says.rows and not says.rows_after
        return says.all and alone and says.amount is None and not item.strange and not item.clash

    def _keep(self, says: Clause) -> None:
        kept = self.kept if self.kept is not None else []
        for row in says.rows + says.rows_after:
            named = self._one([], [row])
            if named is not None:
                kept.append(named)
        for item in says.before + says.after:
            hit = lines_of(item, self.lines, self.lexicon)
            if len(hit) > 1 and says.amount is None and not item.strange and not item.clash:
                kept += hit  # 只留筒灯: all of them
            elif len(hit) == 1:
                kept += hit
                if says.amount is not None:
                    self._set_amount(hit[0], says.amount)
            else:
                self.doubts.append("target_ambiguous" if hit else "target_missing")
        if kept and not self.doubts:
            self.kept = kept
            self.changed = True

    def _swap(self, says: Clause) -> bool:
        items = says.before + says.after
        rows = says.rows + says.rows_after
        lines = [self._one([], [row]) for row in rows] + [self._one([item], []) for item in items]
        if len(items) == 1 and not rows and len(both := lines_of(items[0], self.lines, self.lexicon)) == 2:
            lines = list(both)  # 两种豆腐砂数量对调
            self.doubts = [doubt for doubt in self.doubts if doubt != "target_ambiguous"]
        pair = [line for line in lines if line is not None]
        if self.swapped and not items and not rows:
            return True  # 写反了,对调一下: said once more
        if not pair and len(self.lines) == 2 and not items and not rows:
            pair = list(self.lines)
        if len(pair) != 2 or pair[0] is pair[1]:
            if not self.doubts:
                self.doubts.append("target_ambiguous")
            return True
        self.swapped = True
        first, second = pair
        first.qty, second.qty = second.qty, first.qty
        own = "反" in says.verb_text  # 写反了: the numbers alone, unless a unit of the other is its own as well
        if self._sold_by(first, second.unit, own=own) or self._sold_by(second, first.unit, own=own):
            first.unit, second.unit = second.unit, first.unit
            for line in pair:
                if not self._sold_by(line, line.unit):
                    line.doubts.append("unit_unknown")
        self.changed = True
        return True

    def _sold_by(self, line: DraftLine, unit: str | None, *, own: bool = False) -> bool:
        """Whether a line's product can be counted in a unit; when neither of two can, only their numbers change
        places."""
        product = self.lexicon.by_sku(line.sku)
        if product is None or unit is None:
            return True
        return product.factor(unit) is not None and (not own or unit in (product.base_unit, *product.units))

    def _gift(self, says: Clause) -> None:
        items = says.before + says.after
        if says.amount is None:
            free = self._each(items if not says.rows else [], says.rows, every=says.all)
            if not items and not says.rows and (default := self._default_target(says)) is not None:
                free = [default]
            for each in free:
                each.gift, each.price, each.price_unit = True, None, None
                self.changed = True
            return
        if items:
            hit = lines_of(items[0], self.lines, self.lexicon)
            if says.all and len({line.sku for line in hit}) > 1 and not items[0].strange and not items[0].clash:
                for each in hit:  # 两种猫条各送1桶
                    self._give(each.sku, says.amount)
                return
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
        self._give(sku, says.amount)

    def _give(self, sku: str | None, amount: Token) -> None:
        number = max((line.line_no or 0 for line in self.lines), default=0) + 1
        gift = DraftLine(line_no=number, sku=sku, gift=True)
        self.lines.append(gift)
        self.added = gift
        self._set_amount(gift, amount)

    def _price(self, says: Clause) -> None:
        token = says.price or says.amount
        assert token is not None
        if self._stepped(says):
            self._dearer(says, token)
            return
        self.priced = True
        if token.value is None:
            return
        items = says.before + says.after
        if says.all and not (items or says.rows):
            targets = [line for line in self.lines if not line.gift]
        elif len(says.rows) > 1 or len(items) > 1 or (items and (says.all or self._cost_alike(items[0]))):
            targets = self._each(items if not says.rows else [], says.rows, every=says.all or len(items) == 1)
        else:
            if items and not says.rows and not lines_of(items[0], self.lines, self.lexicon):
                if says.price is not None and says.amount is not None and says.verb != c.LESS:
                    line = self._add(items[:1], says.amount)
                    targets = [line] if line is not None else []
                else:
                    self.doubts.append("target_missing")
                    return
            else:
                one = self._was_priced(items, says) if len(items) == 1 and not says.rows else None
                if one is None:
                    one = self._one(items, says.rows) if items or says.rows else self._default_target(says)
                targets = [one] if one is not None else []
                if one is not None and says.price is not None and says.amount is not None:
                    if says.verb or says.rows:
                        self._set_amount(one, says.amount)
                    elif (says.amount.value, says.amount.unit or one.unit) != (one.qty, one.unit):
                        self.doubts.append("target_ambiguous")  # so many now, or so many more?
        for line in targets:
            product = self.lexicon.by_sku(line.sku)
            unit, absurd = line.unit, False
            if product is not None:
                unit, absurd = price_per(product, token.value, token.unit, line.unit, buying=self.buying)
            line.price, line.price_unit = token.value, unit
            line.spans["unit_price"] = self.folded.span(token.start, token.end)
            if absurd:
                self.doubts.append("price_abnormal")
            self.changed = True
            self.target = line
        self.repriced = targets[0] if len(targets) == 1 else None

    def _plain(self, says: Clause) -> None:
        """No verb: an answer to an open question, or more goods for the draft."""
        items = says.before + says.after
        open_lines = [line for line in self.lines if line.open]
        if not items and not says.rows:
            if says.amount is None or says.amount.value is None or self._priced_new(says):
                return
            if self._numbered_in_place(says):
                return
            missing = [line for line in open_lines if line.qty is None]
            wrong = self.fumbled or any(t.text in WRONG for t in self.tokens)  # 不对，是8盒
            if (says.enough or says.wants or wrong) and not missing and len(self.lines) == 1:
                missing = self.lines[:]
            if says.amount.unit is not None and self.repriced is not None and self.repriced in self.lines:
                missing = [self.repriced]  # 改105一袋,25袋
            if len(missing) == 1:
                self._set_amount(missing[0], says.amount)
            else:
                self.doubts.append("target_ambiguous")
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
        for at, item in enumerate(items):
            self._plain_item(item, says.amount if at == len(items) - 1 or says.all else None)

    def _plain_item(self, item: Said, amount: Token | None) -> None:
        hit = lines_of(item, self.lines, self.lexicon)
        if amount is not None:
            if len(hit) == 1 and (hit[0].qty is None or self.fumbled or self.restated):
                self._set_amount(hit[0], amount)
            elif hit:
                self.doubts.append("target_ambiguous")  # set, or that many more? only the speaker knows
            else:
                self._add([item], amount)
        elif item.strange or item.clash:
            self.doubts.append("sku_unknown")
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
