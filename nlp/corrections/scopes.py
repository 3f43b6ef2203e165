"""What a correction says about lines beside its verb: the rest of the lines, goods in the place of others, how much
there is, by which unit, that everything else stays."""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.catalogue.resolve import Said, is_head
from nlp.corrections.draft import DraftLine, lines_of, of_kind, retained
from nlp.corrections.linechanges import LineChanges
from nlp.corrections.saying import Clause
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_UNCHANGED = re.compile(
    r".{0,8}?(?:数量|条件|条款|[\u4e00-\u9fff]数|其余|其他|其它|别的|剩下的?|单价|日期|时间|地址|客户|规格|颜色|尺码|都|量)?的?也?都?"
    r"(?:照旧|不变|不动|照样|不用动|不用改|别动|别改|不要动|不要改|甭动|没变|保持不变|照原来的?|按原来的?|跟原来一样|和原来一样|还是原来的?|原样|没问题|照发|照送|照常发?|正常发|都要|都发|都对)[的了吧啊]?$"
    r"|(?:其余|其他|其它|别的|剩下的?)的?(?:都|就|先)?(?:发|送|留|要|行|可以|ok|好的)[了吧啊]?$"
)
_ANNOUNCES = re.compile(
    r".{0,12}?(?:有|要)?(?:改|调|调整|变|变动|修改|更正|更改|动)(?:一?下)?(?:的?(?:有|是))?(?:这|以下|下面|如下|下列|这么)?"
    r"(?:几|两|三|四|五|2|3|4|5)?(?:个|处|点|样|项|行|条)?(?:地方|内容|东西)?[:如下]*"
)
# 好 我改单, said behind the change itself.
_WILL_DO = re.compile(
    r"(?:好的?|行|ok|嗯|收到|那)*(?:我|我来|我这就|马上|这就|去|帮你|给你|给他|现在|等下|回头)*(?:改|调整?|换|修改)(?:一?下|好|过来|过)?"
    r"(?:这个|一下)?(?:单子?|订单|单据|系统)?(?:了|吧|哈|啊|哦)?"
)
_COUNTS = re.compile(
    r"(?:这|以下|下面|如下|下列|几|两|三|四|五|\d)(?:几|两|三)?(?:个|处|点|样|项|行|条)?(?:地方|内容)?|如下"
)


def tells_nothing(text: str) -> bool:
    """Whether a clause says only that something stays as it is."""
    return _UNCHANGED.fullmatch(text) is not None


def turns_into(tokens: list[Token]) -> bool:
    """Whether something becomes something else in a clause, whatever it says of what stays."""
    return any(t.has(c.CHANGE, c.SWAP) and t.text != "要" for t in tokens)


class Scopes(LineChanges):
    """The operations that look beyond the line a clause names."""

    def _unchanged(self, tokens: list[Token]) -> bool:
        """数量照旧, 其余不变: nothing is to change; 价格照旧 names the price of last time and is read elsewhere."""
        text = "".join(t.text for t in tokens)
        told = (T.QTY, T.PRICE, T.DATE, T.PARTY, T.ROW)
        priced = any(t.has(c.LAST_PRICE) for t in tokens)
        if priced and self.changed and any(t.has(c.REST) for t in tokens) and not any(t.kind in told for t in tokens):
            return True  # 带鱼降到360,其他价格照旧
        acts = any(t.kind in told or t.has(c.DROP) for t in tokens) or priced or turns_into(tokens)
        if not acts and _UNCHANGED.fullmatch(text):
            return True
        if self.changed and _WILL_DO.fullmatch(text):
            return True
        bare = all(t.kind in (T.CUE, T.UNKNOWN, T.COLON, T.NUM, T.QTY) for t in tokens)
        announced = bare and _ANNOUNCES.fullmatch(text) is not None and _COUNTS.search(text) is not None
        self.fumbled = self.fumbled or announced  # 改两个地方,可乐7箱,…: so many now
        return announced

    def _hits(self, items: list[Said], rows: list[int]) -> list[DraftLine]:
        """Lines named by number or by words that fit one line only; no doubts are noted."""
        found = [line for line in self.lines if line.line_no in rows]
        for item in items:
            hit = lines_of(item, self.lines, self.lexicon)
            found += hit if len(hit) == 1 and not item.strange and not item.clash else []
        return found

    def _each(self, items: list[Said], rows: list[int], *, every: bool = False) -> list[DraftLine]:
        """All the lines a clause names; what names none or, without 都, more than one is a doubt."""
        found: list[DraftLine] = []
        for row in rows:
            line = self._one([], [row])
            found += [line] if line is not None else []
        for item in items:
            hit = lines_of(item, self.lines, self.lexicon)
            kind = of_kind(item, self.lines, self.lexicon) if every else []
            if len(hit) < 2 <= len(kind) and all(line in kind for line in hit):
                found += kind  # 果干每种减2箱, of a category 果干蜜饯
            elif every and len(hit) > 1 and not item.strange and not item.clash:
                found += hit
            elif (line := self._one([item], [])) is not None:
                found.append(line)
        return list(dict.fromkeys(found))

    def _described(self, says: Clause) -> bool:
        """要304的: which ones, never how many."""
        if says.attributive:
            if len(says.rows) + len(says.before) > 1:  # 180和400都换成1000的
                lines = self._each([] if says.rows else says.before, says.rows, every=says.all)
            else:
                line = self._one(says.before, says.rows) if says.before or says.rows else self._default_target(says)
                lines = [line] if line is not None else []
            exchanged = [self._other_number(line, says) for line in lines]
            if not lines or not all(exchanged):
                self.doubts.append("target_ambiguous")
        return says.attributive

    def _scoped(self, says: Clause) -> bool:
        """Apply what a clause says about more than one line; False when it is an ordinary clause."""
        self._pieces(says)
        if says.miscounted:
            self.doubts.append("target_ambiguous")
            return True
        named = self._hits(says.before + (says.after if says.excepted else []), says.rows)
        if says.verb == c.DROP and not (says.rest or says.excepted):
            self.named += self._hits(says.after, says.rows_after)  # 去掉苏打水,其它…
        if says.excepted and says.verb == c.KEEP and any(word in says.verb_text for word in ("其", "别的")):
            says.verb, says.rest = c.DROP, True  # 除了黑啤其他都不要
        says.rest = says.rest or (says.excepted and says.all)  # 除了轮胎全部减半
        if says.excepted:
            items = says.before + says.after
            named = named or [line for item in items for line in lines_of(item, self.lines, self.lexicon)]
        if says.rest or (says.excepted and says.verb == c.DROP):
            self.named += named
            self._rest(says)
            return True
        self.named += named
        if says.verb in (c.KEEP, c.DROP):
            self.named += self._hits(says.after, says.rows_after)
        if says.excepted:
            if any(t.kind is T.RATE and t.text.endswith("折") for t in self.tokens):
                self.doubts.append("unused")  # 整单九五折,猫条除外: a discount of a part
            return True
        bare = not (says.before or says.rows)
        if says.stand_in and (says.before or says.after):
            self._stand_in(says)
            return True
        if says.verb == c.CHANGE and bare and len(says.after) == 1 and self.lost is not None:
            self._in_place(says.after[0], says.amount)
            return True
        if self._too_dear(says, named) or self._put_right(says):
            return True
        wanted = says.verb is None and self.lost is not None and says.amount is None and says.price is None
        if (
            wanted
            and len(says.before) == 1
            and not says.rows
            and (not lines_of(says.before[0], self.lines, self.lexicon) or self._instead_of_lost(says.before[0]))
        ):
            self._in_place(says.before[0], None)  # 不要5号,要7号
            return True
        if says.verb == c.SWAP and bare and not (says.after or says.rows_after) and self._amounts_follow():
            self.fumbled = True  # 写反了,黑笔6盒 蓝笔10盒: what follows says it right
            return True
        return self._told_beside(says, named)

    def _instead_of_lost(self, item: Said) -> bool:
        """粉色胸背不要S的,要M的: an attribute of the goods just taken out, though other goods of the draft have it."""
        if self.lost is None or any(is_head(word, self.lexicon) for word in item.words):
            return False
        old = self.lexicon.by_sku(self.lost[1].sku)
        same = frozenset(n for n in item.found if old is not None and self.lexicon.product(n).name == old.name)
        return old is not None and len(retained(old, same, self.lexicon)) == 1

    def _too_dear(self, says: Clause, named: list[DraftLine]) -> bool:
        """润肤乳那个36太贵了: what it shall cost is said next."""
        if not says.dear or says.verb is not None:
            return False
        if (says.before or says.rows) and len(named) != 1:
            self.doubts.append("target_ambiguous" if named else "target_missing")
        self.target = named[0] if named else self.target
        self.price_follows = self.target is not None
        return True

    def _put_right(self, says: Clause) -> bool:
        """平垫错了,要M10的: what the line just found wrong should be."""
        items = says.before + says.after
        told = says.amount is not None or says.price is not None or says.times is not None or says.gift
        target = self.target if self.target in self.lines else None
        if not self.hinted or target is None or len(items) != 1 or says.rows or says.rows_after:
            return False
        if told or says.verb not in (None, c.CHANGE, c.FIX):
            return False
        if any(is_head(word, self.lexicon) for word in items[0].words):
            return False
        self.hinted = False
        self._set_product(target, items[0])
        return True

    def _pieces(self, says: Clause) -> None:
        """红砖减到1500块: pieces of what is sold by the 块, not money."""
        token = says.price
        if token is None or says.amount is not None or says.price_cue or not token.text.endswith("块"):
            return
        lines = self._hits(says.before, says.rows) or ([self.target] if self.target is not None else [])
        products = [self.lexicon.by_sku(line.sku) for line in lines] or [
            self.lexicon.product(n) for item in says.after + says.before for n in list(item.found)[:1]
        ]
        if products and all(product is not None and "块" in product.units for product in products):
            says.amount, says.price = replace(token, kind=T.QTY, unit="块"), None

    def _told_beside(self, says: Clause, named: list[DraftLine]) -> bool:
        """库里只有50袋; 别按箱: no change yet, the next amount is meant for that line."""
        counted = says.amount is not None and says.amount.unit is not None
        refused = says.by_unit and says.verb in (None, c.DROP, c.FIX) and not says.amount and not says.price
        if (says.only and says.verb is None) or refused:
            several = len(named) != 1 and says.before and says.by_unit and not says.rows
            if several and all(lines_of(item, self.lines, self.lexicon) for item in says.before):
                self.fumbled = True  # 奶粉按箱发,1段1箱,3段2箱; 春亚纺和雪纺都按米算,各200米
                found = [line for item in says.before for line in lines_of(item, self.lines, self.lexicon)]
                self.together = list(dict.fromkeys(found))
                return True
            if len(named) == 1:
                self.target = named[0]
                self.hinted = True
            return len(named) == 1 or says.verb == c.DROP
        unnamed = not (says.before or says.rows) and says.amount is not None and says.price is None
        put = (
            unnamed
            and not (says.after or says.price_cue)
            and says.verb in (None, c.CHANGE, c.FIX)
            and says.amount_before is None
        )
        if put and self.price_follows and says.amount is not None and says.amount.unit is None:
            self._price(replace(says, price_cue=True))
            self.price_follows = False
            return True
        if put and self.hinted and self.target in self.lines and self.target is not None:
            assert says.amount is not None
            if not (self.fumbled and self._other_number(self.target, says)):  # 裤子拿错了,要33
                self._set_amount(self.target, says.amount)
            self.hinted = False
            return True
        if says.by_unit and says.all and says.amount is not None and not (says.verb or named or says.price):
            for line in self.lines:
                self._set_amount(line, replace(says.amount, unit=says.amount.unit or says.by_unit))
            return True  # 三样都按箱各10
        if says.by_unit and counted and len(named) == 1 and says.verb is None:
            assert says.amount is not None
            self._set_amount(named[0], says.amount)
            if says.price is not None:  # 罐头按罐 200罐 4块4
                self._price(replace(says, amount=None))
            return True
        if says.price_cue and not (says.amount or says.price or says.after or says.tax):
            free = says.verb is None or says.verb_text in ("补", "改", "调", "加", "填")  # 单价补一下,78
            if len(named) == 1 and free:
                self.target = named[0]  # CI-4单价谈下来了,228
            if not (says.before or says.rows) or len(named) == 1:
                self.price_follows = self.target is not None  # 价格谈下来了,3400
            return len(named) == 1 and free and not (says.gift or says.times or says.party)
        return False

    def _price(self, says: Clause) -> None:
        raise NotImplementedError

    def _amounts_follow(self) -> bool:
        return any(t.kind is T.QTY for t in self.tokens) and any(t.kind in (T.ITEM, T.ROW) for t in self.tokens)

    def _rest(self, says: Clause) -> None:
        """其余都删, 另外两样各加1盒: the lines that were not named."""
        if not self.named and says.verb == c.DROP and any(t.has(c.KEEP) for t in self.tokens):
            return  # 其他都砍掉,就留筒灯: what is kept says it
        others = [line for line in self.lines if line not in self.named]
        if not self.named or not others:
            self.doubts.append("target_ambiguous" if others or not self.lines else "target_missing")
            return
        if says.rest_count is not None and says.rest_count != len(others):
            self.doubts.append("target_ambiguous")
            return
        if says.verb == c.DROP:
            self.lines = [line for line in self.lines if line in self.named]
            self.kept, self.changed = None, True
        elif says.verb == c.KEEP:
            return
        elif says.amount is not None and says.verb in (c.ADD, c.LESS):
            for line in others:
                self._raise(line, says.amount, 1 if says.verb == c.ADD else -1)
        elif says.amount is not None and says.price is None and not says.price_cue:
            for line in others:
                self._set_amount(line, says.amount)
        elif says.times is not None:
            for line in others:
                self._multiply(line, says.times)
        else:
            self.doubts.append("target_ambiguous")

    def _stand_in(self, says: Clause) -> None:
        """红钾不要了,拿白钾顶上; 红钾用白钾代替: other goods in the place of a line, its amount kept."""
        items = [*says.before, *says.after]
        hits = [lines_of(item, self.lines, self.lexicon) for item in items]
        old = [hit[0] for hit in hits if len(hit) == 1]
        new = [item for item, hit in zip(items, hits, strict=True) if not hit]
        if len(new) != 1 or len(old) > 1:
            self.doubts.append("target_ambiguous")
            return
        if old:
            if self._set_product(old[0], new[0]) and says.amount is not None:
                self._set_amount(old[0], says.amount)
            return
        if self.lost is None and self.target is not None and self.target in self.lines and self.short:
            if self._set_product(self.target, new[0]) and says.amount is not None:
                self._set_amount(self.target, says.amount)
            return
        if self.lost is None:
            self.doubts.append("target_ambiguous")
            return
        self._in_place(new[0], says.amount)

    def _in_place(self, item: Said, amount: Token | None) -> None:
        assert self.lost is not None
        place, line = self.lost
        self.lost = None
        self.lines.insert(min(place, len(self.lines)), line)
        if self._set_product(line, item) and amount is not None:
            self._set_amount(line, amount)
        self.hinted = amount is None  # 白色不要了改酒红,2匹
