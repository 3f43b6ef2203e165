"""Clauses of a correction that say something of the draft in their own way (数量翻倍, 不是送的, 把盒改成箱, 一筒不够),
and those that only announce what the others did (改一下客户)."""

from __future__ import annotations

import re
from decimal import Decimal

from nlp.catalogue.resolve import group
from nlp.catalogue.terms import SINGLE
from nlp.corrections.continuing import NOT_THEIRS
from nlp.corrections.draft import lines_of
from nlp.corrections.saying import without_as_many
from nlp.corrections.scopes import Scopes, turns_into
from nlp.corrections.signs import counts_in
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_ABOUT = "(?:客户|单位|抬头|名字|日期|时间|数量|价格|地址|规格|颜色)"
_ANNOUNCES = re.compile(
    r"(?:请|麻烦|帮忙|帮我|给我|再)*(?:把)?(?:[\u4e00-\u9fff]{0,6}?(?:那|这|上)(?:(?:一)?(?:张|个)?(?:订单|单子|单)|张))?"
    r"(?:帮我|麻烦|给我|帮忙|请)?(?:要|得|需要|再)?"
    rf"{_ABOUT}?(?:改|换|动|调整?|对调|更正|更新|修改|变动)(?:一下|下|过来)?[哈啊]?(?:这个)?{_ABOUT}?"
    r"(?:(?:如下|以下|下面)?(?:几|[一二两三四五六七八九\d])(?:个)?(?:处|点|项|条|地方|样|行)|如下)?[吧啊哈了]?(?:谢谢)?"
    r"|(?:要?改|调整|更正|变动|动)(?:一下|下)?(?:这|那|以下|下面|如下)?[几两三四五\d]?(?:个|处|项|样|点|条)?(?:地方|内容|东西|行)?[:了]?"
)
# 改好发我看一眼, 改完跟我说一声: what to do when it is done.
_REPORTS_BACK = re.compile(
    r"(?:你|麻烦|请)?(?:改|弄|调|搞|修改|处理|换|加)(?:好|完|过来)?了?(?:以后|之后|后|就|再|麻烦|请|记得|重新)*"
    r"(?:发|给|回|跟|和|告诉|通知|转|截图|拍)(?:我|他|她|你|您|客户|对方|人家|过来|个)[\u4e00-\u9fff]{0,8}"
)
# 重新打一份给我确认: what to do with the paper.
_ON_PAPER = re.compile(
    r"(?:你|麻烦|请|帮我|帮忙|给我)*(?:重新|再|重)(?:给我|帮我)?(?:打|出|开|做|发|弄|生成|打印)(?:印)?(?:一?[份张个])(?:新的?)?(?:单子?|订单)?"
    r"(?:给|发)?(?:我|他|客户)?(?:确认|看看|看一下|看一眼|过目|核对|签字)?(?:一下|下)?[吧啊哈]?"
)
# 业主改主意了, 客户变卦了: why, what the other clauses say.
_MINDS = re.compile(r"[\u4e00-\u9fff]{0,8}(?:改|变|换|改变)(?:了|个)?(?:主意|卦|想法|思路)[了啊]?")
_TURNS = re.compile(r"[\u4e00-\u9fff]{2,10}(?:改|换|变)[成为]?[\u4e00-\u9fff]{1,5}")

_TIMES = re.compile(
    r"(?:(?:所有|全部|整单|整张单|这单|每样)的?(?:数量)?|数量)(?:都|全部|全)?(翻倍|加倍|翻一倍|加一倍|翻番|减半|减一半|砍半|砍一半)[吧了啊]?"
)
_GIFT_OUT = re.compile(r"(?<![发配寄外])(?:赠?送|白送|搭|赠)的(?!货)|赠品")
_PAID = re.compile(
    r"(?:搞错了?|错了|写错了?|弄错了?)?,?(?:那个|这个)?不(?:是|算)(?:赠送|送|免费|白送|赠品)的?[啊哈了]?"
)
_LATER = re.compile(
    r"(?:其余|其他|其它|别的|剩下|另外)的?(?:几样|都|货)?(?:等|留到)?(?:下次|下回|以后|改天|先不|再说|缓缓|先放|过几天)"
    r"(?:再说|再订|再要|要|拿|来)?[吧啊了]?"
)
_NOT_ENOUGH = re.compile(
    r".{0,24}?(?:(?:不用|不要|别要|用不了|要不了|用不着|不需要)(?:这么|那么|这样|那样)多|不够|不够用|太少|太多|少了|多了|用不完)(?:用|啊|了|的)?"
)
_SOME = re.compile(
    r".{0,16}?(?:还|再|要|得|可以|能)?(?:多|少|加|减|添|补)(?:来|拿|要|加|发|给|送|配)?(?:一点儿?|点儿?|一些|些)[吧啊了呀]?"
)
_PRICED_WRONG = re.compile(
    r"(?:低|高|贵|便宜|少|多|错|亏)了[啊吧哦呀的]?$|亏|没利润|没赚头|做不了|不对|不行|有误|变了[啊吧哦呀]?$"
)
_STAYS = re.compile(r".{1,16}?(?:先|就|都|还是|还)?(?:留着|不动|别动|保留着|照旧|不变)(?:不动|吧|了|啊|别动)?")
_ACTS = (c.CHANGE, c.ADD, c.LESS, c.DROP, c.KEEP, c.SWAP, c.TIMES, c.GIFT, c.FREE)
_HALVES = ("减半", "减一半", "砍半", "砍一半")


_SUMS = ("共", "一共", "总共", "合共", "合计", "凑", "凑够", "凑到", "凑足", "凑满", "凑成", "凑个", "正好", "刚好")
_LEADS = ("就", "这样", "那", "这样就", "一起", "也就", "那就", "加起来", "正好", "刚好", "就是", "是", "给我", "给他")
_ENDINGS = ("了", "吧", "啊", "就行", "就好", "的", "就可以")


class Asides(Scopes):
    """Tried on a clause before its words are read one by one."""

    def _adds_up(self, tokens: list[Token]) -> bool:
        """加6套一共18套; 加6套,凑18套: what a line comes to with what was just added. It must be so, or is asked."""
        spoken = [t for t in tokens if t.kind is not T.GAP]
        while spoken and spoken[-1].kind is T.CUE and spoken[-1].text in _ENDINGS:
            spoken.pop()
        if len(spoken) < 2 or spoken[-1].kind is not T.QTY or spoken[-2].text not in _SUMS:
            return False
        total, before = spoken[-1], spoken[:-2]
        moved = any(t.has(c.ADD, c.LESS) for t in before) and any(t.kind is T.QTY for t in before)
        if moved and not any(t.has(c.CHANGE, c.FIX) and t.text != "要" for t in before):
            self._clause(before)
        elif not self.changed or any(t.kind is not T.CUE or t.text not in _LEADS for t in before):
            return False
        line = self.target
        if line is None or line.qty is None or (line.qty != total.value and not moved):
            return False  # 凑12套, of one that has another amount: so many now
        if line.qty != total.value or total.unit not in (None, line.unit):
            self.doubts.append("conflict")
        return True

    def _clause(self, tokens: list[Token]) -> None:
        tokens = without_as_many(tokens)
        if self._adds_up(tokens):
            return
        spoken = [t for t in tokens if t.kind is not T.GAP]
        if len(spoken) > 2 and spoken[0].text in ("我", "客服") and spoken[1].kind is T.COLON:
            spoken = tokens = spoken[2:]  # 我:改好发你
        if spoken and len(spoken) <= 24 and self._aside(spoken):
            return
        colon = next((n for n, t in enumerate(spoken[:16]) if t.kind is T.COLON), 0)
        if colon and _ANNOUNCES.fullmatch("".join(t.text for t in spoken[:colon])):
            tokens = spoken[colon + 1 :]  # 曜光那张改一下:T8改80箱
            self.fumbled = self.fumbled or not self.changed
        super()._clause(tokens)

    def _aside(self, tokens: list[Token]) -> bool:
        """Whether the clause was one of these; it has been applied then."""
        text = "".join(t.text for t in tokens).rstrip(":")
        if text.startswith(("多出来的", "多出的", "匀出来的")) and any(t.has(c.CHANGE) for t in tokens):
            self.doubts.append("target_ambiguous")  # 减到3匹,多出来的换黑色
            return True
        if _ANNOUNCES.fullmatch(text) and (self.changed or not (self.hinted or any(t.has(c.SWAP) for t in tokens))):
            self.fumbled = self.fumbled or not self.changed  # 改一下: what, the next clauses say
            return True
        if (
            _REPORTS_BACK.fullmatch(text)
            or _ON_PAPER.fullmatch(text)
            or _MINDS.fullmatch(text)
            or self._beside_it(tokens, text)
        ):
            return True
        if (match := _TIMES.fullmatch(text)) is not None and self.target is None and not self.named:
            for line in self.lines:
                if line.qty is not None and not line.gift:
                    line.qty *= Decimal("0.5") if match[1] in _HALVES else 2
                    self.changed = True
            return True
        if _SOME.fullmatch(text) and not any(t.has(c.PRICE) or t.kind in (T.QTY, T.NUM, T.PRICE) for t in tokens):
            named = any(t.kind in (T.ITEM, T.ROW) for t in tokens)
            self.doubts += ["target_ambiguous", "qty_missing"] if len(self.lines) > 1 and not named else ["qty_missing"]
            return True
        counts = self._counts_otherwise(tokens)
        if (
            _STAYS.fullmatch(text)
            and not counts
            and not turns_into(tokens)
            and any(t.kind in (T.ITEM, T.ROW) for t in tokens)
        ):
            rows, words = self._rows(*tokens), [t for t in tokens if t.kind in (T.ITEM, T.SPEC, T.MEASURE)]
            self.named += self._hits(group(words, self.lexicon), rows)
            self.changed = self.changed or any(t.kind in (T.QTY, T.NUM) for t in tokens)  # 5盒不变: the draft as it is
            return True  # 前面两个留着
        if _PRICED_WRONG.search(text) and self._price_wrong(tokens):
            return True
        if _GIFT_OUT.search(text) and any(t.has(c.DROP) for t in tokens):
            return self._gift_out([t for t in tokens if t.kind in (T.ITEM, T.SPEC, T.MEASURE)])
        if _PAID.fullmatch(text):
            return self._no_gift()
        if _LATER.fullmatch(text) and self.kept is not None:
            return True  # 只要6号箱 has said it
        return self._unit_for_unit(tokens) or (_NOT_ENOUGH.fullmatch(text) is not None and self._short_of(tokens))

    def _counts_otherwise(self, tokens: list[Token]) -> bool:
        """Whether a clause has a price, or an amount that is not what its line has: 弯口剪5盒不变."""
        counted = [t for t in tokens if t.kind in (T.PRICE, T.QTY, T.NUM)]
        words, rows = [t for t in tokens if t.kind in (T.ITEM, T.SPEC, T.MEASURE)], self._rows(*tokens)
        hits = self._hits(group(words, self.lexicon), rows) if len(counted) == 1 else []
        if len(hits) != 1 or counted[0].kind is T.PRICE:
            return bool(counted)
        return hits[0].qty != counted[0].value or not counts_in(hits[0], counted[0].unit, self.lexicon)

    def _beside_it(self, tokens: list[Token], text: str) -> bool:
        """大堂改小场, 不是花艺那家, 别往外说, 新郎说要好一点的: nothing of the draft, while other clauses change it."""
        goods = [t for t in tokens if t.kind in (T.ITEM, T.SPEC, T.MEASURE)]
        if any(len(t.text) > 1 or t.exact or t.kind is not T.ITEM for t in goods) and not NOT_THEIRS.fullmatch(text):
            return False
        start, end = tokens[0].start, tokens[-1].end
        others = [t for t in self.tokens if not start <= t.start < end]
        acts = any(t.kind in (T.QTY, T.NUM, T.PRICE, T.RATE, T.PARTY, T.ROW) or t.has(*_ACTS) for t in others)
        if not acts or any(t.kind in (T.QTY, T.NUM, T.PRICE, T.RATE, T.ROW, T.TIER) for t in tokens):
            return False
        if NOT_THEIRS.fullmatch(text) and any(t.kind is T.PARTY for t in others):
            return True
        if any(t.kind is T.PARTY and self.draft.get("party") not in {p.id for p in t.parties} for t in tokens):
            return False
        if not goods:
            verb = next((n for n, t in enumerate(tokens) if t.has(c.CHANGE) and t.text in ("改", "换", "变")), 0)
            strange = any(t.kind is T.UNKNOWN for t in tokens[:verb]) and any(
                t.kind is T.UNKNOWN for t in tokens[verb:]
            )
            return strange and _TURNS.fullmatch(text) is not None
        if any(len(t.text) > 1 or t.exact or t.kind is not T.ITEM for t in goods):
            return False
        if any(t.text in SINGLE and (t is tokens[-1] or tokens[tokens.index(t) + 1].text == "的") for t in goods):
            return False  # 要白的
        if any(t.has(*_ACTS) and t.text != "要" for t in tokens):
            return False
        return all(any(o.kind is T.UNKNOWN and (o.end == t.start or t.end == o.start) for o in tokens) for t in goods)

    def _price_wrong(self, tokens: list[Token]) -> bool:
        """价格报低了; 线给25.5一盒的话亏了: whose price the next clause sets."""
        money = [t for t in tokens if t.kind in (T.PRICE, T.NUM)]
        if len(money) > 1 or not (money or any(t.has(c.PRICE) for t in tokens)):
            return False
        if any(t.kind is T.QTY or t.has(c.CHANGE, c.ADD, c.DROP, c.KEEP, c.SWAP) for t in tokens):
            return False
        rows, words = self._rows(*tokens), [t for t in tokens if t.kind in (T.ITEM, T.SPEC, T.MEASURE)]
        items = group(words, self.lexicon)
        if len(items) > 1:
            return False
        lines = [line for line in self.lines if line.line_no in rows] if rows else self.lines
        if items:
            lines = lines_of(items[0], lines, self.lexicon)
        if money:
            lines = [line for line in lines if line.price == money[0].value]
        if len(lines) != 1:
            return False
        self.target, self.price_follows, self.fumbled = lines[0], True, True
        return True

    def _gift_out(self, words: list[Token]) -> bool:
        """送的那罐不要了: the gift, never the line that is paid for."""
        gifts = [line for line in self.lines if line.gift]
        for item in group(words, self.lexicon):
            gifts = lines_of(item, gifts, self.lexicon)
        if len(gifts) == 1:
            self.lines = [line for line in self.lines if line is not gifts[0]]
            self.changed = True
        else:
            self.doubts.append("target_ambiguous" if gifts else "target_missing")
        return True

    def _no_gift(self) -> bool:
        """The gift is to be paid for after all, when there is only one."""
        gifts = [line for line in self.lines if line.gift]
        if len(gifts) != 1:
            self.doubts.append("target_ambiguous" if gifts else "target_missing")
            return True
        gifts[0].gift, self.target, self.changed = False, gifts[0], True
        return True

    def _unit_for_unit(self, tokens: list[Token]) -> bool:
        """把盒改成箱: the number stays, on the one line that is counted so."""
        said = [t for t in tokens if t.cues != (c.FILLER,)]
        if len(said) != 3 or not said[1].has(c.CHANGE) or said[1].text == "要":
            return False
        old, new = said[0].text, said[2].text
        if not {old, new} <= self.lexicon.unit_words or old == new:
            return False
        lines = [line for line in self.lines if line.unit == old]
        product = self.lexicon.by_sku(lines[0].sku) if len(lines) == 1 else None
        if product is None:
            self.doubts.append("target_ambiguous")
        elif product.factor(new) is None:
            self.doubts.append("unit_unknown")
        else:
            lines[0].unit, self.target, self.changed = product.unit_named(new) or new, lines[0], True
        return True

    def _short_of(self, tokens: list[Token]) -> bool:
        """胶带一筒不够,改一箱: which line the next clause is about."""
        words = [t for t in tokens if t.kind in (T.ITEM, T.SPEC)]
        counted = any(t.kind in (T.QTY, T.MEASURE) for t in tokens)
        hits = [line for item in group(words, self.lexicon) for line in lines_of(item, self.lines, self.lexicon)]
        counted = counted or any(t.text in ("多", "那么多", "这么多") for t in tokens)
        if not counted or len(set(map(id, hits))) != 1:
            return False
        self.target, self.hinted = hits[0], True
        return True
