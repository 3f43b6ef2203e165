"""Reading a correction clause by clause: what it names before and after its verb, the amounts, the price."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import Said, group, is_head, meaning, narrow
from nlp.corrections.draft import DraftLine, lines_of, read_lines
from nlp.corrections.moneywords import SMALL, money_of
from nlp.corrections.rownames import placed
from nlp.corrections.saying import ITEM_KINDS, Clause, hands_over, says_amount, wants_too
from nlp.documents.deliverydays import answered, errand, refused, said_behind
from nlp.findings import Context, Span
from nlp.scanning import cues as c
from nlp.scanning.numbers import number_at, plain
from nlp.scanning.text import Folded, is_han
from nlp.scanning.tokens import T, Token

RELATIVE = c.words("""
    便宜 降价 降 涨价 涨 加价 减价 让利 让价 贵 优惠 少收 多收 上调 下调 提价 调高 调低 上浮 下浮 少算
""")
_DEARER = frozenset(("涨价", "涨", "加价", "贵", "多收", "上调", "提价", "调高", "上浮"))
MAX_WORDS = 40  # of one run of items
_STRONG = (c.DROP, c.KEEP, c.SWAP, c.ADD, c.LESS, c.CHANGE, c.FIX)


_COUNTED = {"两": 2, "俩": 2, "三": 3, "四": 4}
_SHORT = ("缺货", "没货", "断货", "无货", "缺", "没有货", "没有了", "没库存", "库存没了", "没有")
_GOES_ON = ("另外", "然后", "同时", "外加", "另")
_SAID = ("说的", "讲的", "报的", "提的", "聊的", "记的", "写的", "说好的", "讲好的", "报过来的")
_TO_THEM = ("他们", "他", "她", "人家", "她们", "客户", "对方")
_IN_ALL = ("一共", "总共", "共", "合共", "合计")
_RESTATES = ("还是", "才对", "就对了", "是对的", "才是")


_COUNTED_ON = re.compile(r"[的色款]{0,2}[ ]?[\d一二两三四五六七八九十半加减少多再]")


def _said_once(tokens: list[Token]) -> list[Token]:
    """多写了10支帮我减掉: that it is less, said again behind the amount."""
    first = next((n for n, t in enumerate(tokens) if t.has(c.LESS)), None)
    if first is None or first == len(tokens) - 1 or not tokens[-1].has(c.LESS, c.DROP):
        return tokens
    counted = any(t.kind is T.QTY for t in tokens[first:-1])
    return tokens[:-1] if counted and not any(t.kind is T.ITEM for t in tokens[first:-1]) else tokens


def _trailing(tokens: list[Token]) -> list[Token]:
    """The words of goods at the end of a run."""
    first = next((n + 1 for n in range(len(tokens) - 1, -1, -1) if tokens[n].kind not in ITEM_KINDS), 0)
    return tokens[first:]


class ClauseReader:
    """The draft and the clauses said about it; what a clause does to the draft is decided by the subclass."""

    def __init__(self, tokens: list[Token], context: Context, lexicon: Lexicon, folded: Folded, original: str) -> None:
        assert context.draft is not None
        self.tokens = tokens
        self.context = context
        self.lexicon = lexicon
        self.folded = folded
        self.original = original
        self.draft = context.draft
        self.lines: list[DraftLine] = read_lines(self.draft)
        self.numbers = [line.line_no or 0 for line in self.lines]  # as they stand on the card
        self.doubts: list[str] = []
        self.changed = False
        self.priced = False  # a clause before this one set a price
        self.target: DraftLine | None = None
        self.updates: dict[str, Any] = {}
        self.spans: dict[str, Span] = {}  # where a field of the head was said
        self.kept: list[DraftLine] | None = None
        self.refused = False  # a day was named on which nothing shall come
        self.dropped: dict[int, tuple[Decimal, str | None]] = {}  # prices of lines whose goods were exchanged
        self.misfits: dict[int, str] = {}  # doubts of lines whose amount does not fit the goods that took their place
        self.exchanged: set[int] = set()  # lines whose goods this message has exchanged
        self.swapped = False  # two quantities have changed places
        self.fumbled = False  # a clause said that something is wrong, not what
        self.named: list[DraftLine] = []  # lines the message has named so far
        self.lost: tuple[int, DraftLine] | None = None  # the line just taken out, and its place
        self.short = False  # something was said to be out of stock
        self.hinted = False  # the next amount alone is meant for the line just named
        self.price_follows = False
        self.together: list[DraftLine] = []  # lines whose goods the clause before has exchanged
        self.scaled: dict[int, Decimal] = {}  # by identity of a line: by what it has been multiplied
        self.added: DraftLine | None = None  # the line the clause before has added
        self.raised: tuple[DraftLine, Decimal | None, str | None, Token] | None = (
            None  # by how much, what it had before
        )
        self.repriced: DraftLine | None = None  # the one line whose price the clause before has set
        self.costing: list[DraftLine] = []  # lines whose price the message has set
        self.restated = False  # 6件才对: an amount said once more, not one more
        self.left: list[Token] = []  # words no rule accounted for
        self.buying = self.draft.get("intent") in ("purchase_order", "supplier_quote")

    def _rows(self, *tokens: Token) -> list[int]:
        """Line numbers named by 第2行, 最后两样."""
        rows: list[int] = []
        for token in tokens:
            if token.kind is T.ROW:
                rows += placed(token.rows, self.numbers) if token.places else token.rows
        return rows

    def _apply(self, says: Clause) -> None:
        raise NotImplementedError

    def _unchanged(self, tokens: list[Token]) -> bool:
        raise NotImplementedError

    def _prepared(self, tokens: list[Token], says: Clause) -> list[Token]:
        """Words of two tokens: 按箱, 两样, taken out and noted."""
        kept: list[Token] = []
        tokens = _said_once(tokens)
        lowered = any(t.text in RELATIVE for t in tokens)
        lowered = lowered or (any(t.has(c.ADD, c.LESS) for t in tokens) and any(t.kind is T.PRICE for t in tokens))
        at = 0
        while at < len(tokens):
            token = tokens[at]
            after = tokens[at + 1] if at + 1 < len(tokens) else None
            if after is not None and token.text in ("按", "论", "都按") and after.text in self.lexicon.unit_words:
                says.by_unit = after.text
                at += 2
                if at < len(tokens) and tokens[at].kind is T.NUM and token.text == "按":
                    kept.append(replace(tokens[at], kind=T.PRICE, unit=after.text))  # 按箱130
                    says.by_unit, at = None, at + 1
                if at < len(tokens) and tokens[at].text in ("算", "来", "计"):
                    at += 1
                continue
            if after is not None and token.kind is T.NUM and after.text in ("样", "种", "款", "项", "行", "个品种"):
                if token.value == len(self.lines) or self._all_of_kind(token, tokens[at + 2 :]):
                    says.all = True
                    at += 2
                    continue
                if kept and kept[-1].text in ("那", "这") and self._all_of_kind(token, _trailing(kept[:-1])):
                    says.all = True  # UFO那两款
                    kept.pop()
                    at += 2
                    continue
                if at + 2 < len(tokens) and tokens[at + 2].has(c.ALL, c.EACH) and not kept:
                    says.miscounted = True
                if kept and kept[-1].text in (
                    "另",
                    "另外",
                    "其他",
                    "其余",
                    "剩下",
                    "其它",
                    "剩下的",
                    "其余的",
                    "其他的",
                ):
                    kept.pop()
                    says.rest, says.rest_count = True, int(token.value or 0)
                    at += 2
                    continue
            if lowered and after is not None and token.text == "每" and after.text in self.lexicon.unit_words:
                says.per = after.text  # 每盒便宜2块
                at += 2
                continue
            if (
                lowered
                and after is not None
                and token.kind is T.NUM
                and after.text in SMALL
                and token.value is not None
            ):
                kept.append(replace(token, kind=T.PRICE, value=token.value / SMALL[after.text], unit=None))
                at += 3 if at + 2 < len(tokens) and tokens[at + 2].text == "钱" else 2
                continue
            kept.append(token)
            at += 1
        return kept

    def _all_of_kind(self, count: Token, following: list[Token]) -> bool:
        """两种猫条: both lines that the goods behind it mean."""
        end = next((n for n, t in enumerate(following) if t.kind not in ITEM_KINDS), len(following))
        items = group(following[:end], self.lexicon) if 0 < end < MAX_WORDS else []
        return len(items) == 1 and len(lines_of(items[0], self.lines, self.lexicon)) == count.value

    def _clause(self, tokens: list[Token]) -> None:
        tokens = [t for t in tokens if t.kind is not T.GAP]
        if not tokens or self._unchanged(tokens):
            return
        says = Clause()
        tokens = self._prepared(tokens, says)
        self.short = self.short or any(t.text in _SHORT or t.has(c.GONE) for t in tokens)
        words: list[Token] = []

        def flush() -> None:
            if words:
                said = says.after if says.verb else says.before
                items = group(words, self.lexicon)
                if not self._completes(said, items):
                    said.extend(items)
                words.clear()

        for at, read in enumerate(tokens):
            token = money_of(says, read, words)
            if token.kind in ITEM_KINDS and not (token.kind is T.MEASURE and self._counts(token, words)):
                taxed = (
                    says.tax is not None and bool(says.before) and any(t.has(c.TAX_IN, c.TAX_EX) for t in tokens[at:])
                )
                costed = self._counted(says) or self._costed(says, tokens, at) or taxed
                if not words and costed and not self._says_which(says, token):
                    says = self._next_says(says)
                words.append(token)
                if len(words) >= MAX_WORDS:
                    flush()
                continue
            if token.kind is T.CUE and token.text in ("的", "那个", "这个", "个", "款", "那种") and words:
                continue
            flush()
            says = self._cut_before(says, token)
            self._element(says, token, tokens, at)
        flush()
        self._apply(says)

    def _completes(self, said: list[Said], items: list[Said]) -> bool:
        """火花塞4支铱金的: an attribute behind the amount belongs to the goods before it."""
        if len(said) != 1 or len(items) != 1 or said[0].strange or items[0].strange or items[0].clash:
            return False
        words = [*said[0].words, *items[0].words]
        found = narrow(words, self.lexicon)
        if not found or len(found) >= len(said[0].found) or any(is_head(w, self.lexicon) for w in items[0].words):
            return False
        said[0] = Said(words, found)
        return True

    def _next_says(self, says: Clause) -> Clause:
        self._apply(says)
        listing = says.verb == c.CHANGE and says.amount is not None and says.after and says.verb_text != "要"
        if says.after and ((says.verb == c.ADD and not (says.before or says.rows)) or listing):
            return Clause(verb=says.verb, verb_text=says.verb_text)  # 加黄砂10吨和螺纹钢16的2吨
        return Clause()

    def _says_which(self, says: Clause, token: Token) -> bool:
        """肉松再送1袋原味的: which of the goods is given."""
        if len(says.before) != 1 or is_head(token, self.lexicon) or says.verb or says.amount is None:
            points = False
        else:  # 台灯那10盏插电款: of the line pointed at
            points = self.folded.text[max(0, says.amount.start - 1) : says.amount.start] in ("那", "这")
        more = says.verb == c.ADD and says.amount is not None and not _COUNTED_ON.match(self.folded.text, token.end)
        if not (says.gift or points or more) or len(says.before) != 1 or is_head(token, self.lexicon):
            return False  # 雪纺加1匹酒红的: the more is of another kind
        found = narrow([*says.before[0].words, token], self.lexicon)
        return bool(found) and found < says.before[0].found

    @staticmethod
    def _amount_first(says: Clause) -> bool:
        return says.amount is not None and bool(says.before) and says.amount.start < says.before[0].start

    def _counted(self, says: Clause) -> bool:
        """生料带多来两盒手套少来一打, 生料带5卷 手套3双: the next item begins the next clause."""
        if says.amount is None:
            return False
        if says.verb in (c.ADD, c.CHANGE) and says.after and not (says.before or says.rows):
            return says.amount.start > says.after[0].start
        return bool(says.before or says.rows) if says.verb else bool(says.before) and not self._amount_first(says)

    def _costed(self, says: Clause, tokens: list[Token], at: int) -> bool:
        """1号单价43 2号61: a price told of goods, and other goods with a number of their own behind it."""
        if says.price is None or says.verb or says.amount is not None or says.relative or says.gift:
            return False
        if not (says.before or says.rows) or any(item.start > says.price.start for item in says.before):
            return False
        following = next((t for t in tokens[at + 1 :] if t.kind not in ITEM_KINDS and t.text != "的"), None)
        return following is not None and following.kind in (T.NUM, T.PRICE)

    def _cut_before(self, says: Clause, token: Token) -> Clause:
        """The clause a token belongs to: the one being read, or the next when that one has all it needs."""
        done = says.amount is not None or says.price is not None or bool(says.after)
        if token.kind is T.QTY and says.verb is None and self._amount_first(says):
            return self._next_says(says)  # 5卷生料带 3双手套
        if token.kind is T.ROW and done and (says.rows or says.before):
            return self._next_says(says)  # 第1行5盒第2行6盒
        if token.kind is T.QTY and says.verb == c.ADD and says.after and says.amount is not None:
            self._apply(says)  # 加2盒切割片3盒角磨片
            return Clause(verb=says.verb, verb_text=says.verb_text)
        if token.has(c.ADD, c.LESS) and says.verb and says.amount is not None and (says.before or says.rows):
            return self._next_says(says)  # 黑笔减1盒 加2包本子
        if token.has(c.REST) and says.verb and (says.before or says.after or says.rows or says.rows_after):
            return self._next_says(says)  # 只留拉链 其它全划掉
        if token.has(c.ADD, c.LESS) and says.verb == c.CHANGE and says.after and says.amount is None:
            return self._next_says(says)  # 换成33码 再多5条
        gone = says.verb == c.DROP and not (says.rest or says.excepted or says.stand_in)
        named = says.before or says.rows or says.after or says.rows_after
        if (
            gone
            and named
            and (token.text in _GOES_ON or (token.has(c.ADD) and token.text != "多"))
            and not token.has(c.DROP, c.KEEP)
        ):
            return self._next_says(says)  # 最后那行删了 另外补一箱网线
        if gone and named and token.has(c.ONLY):
            return self._next_says(says)  # 前面三样不用了就剩冻存管
        if gone and named and token.has(c.CHANGE) and (says.after or token.text[0] in "换改"):
            return self._next_says(says)  # 不要红的要蓝的, 红的不要换蓝的
        return says

    def _counts(self, token: Token, words: list[Token]) -> bool:
        if token.unit is None:
            return False
        return not (meaning(token, self.lexicon) and (not words or narrow([*words, token], self.lexicon)))

    def _element(self, says: Clause, token: Token, tokens: list[Token], at: int) -> None:
        after = next((t for t in tokens[at + 1 : at + 9] if t.kind not in (T.GAP, T.COLON)), None)
        if token.kind is T.ROW and token.value is not None:
            (says.rows_after if says.verb else says.rows).extend(self._rows(token))
        elif token.kind is T.NUM and token.text == "半" and says.verb == c.LESS and after is None:
            says.times, says.verb = Decimal("0.5"), c.CHANGE
        elif token.kind in (T.QTY, T.NUM, T.MEASURE):
            if (says.amount is not None and says.verb is None) or (
                says.verb and says.amount is not None and says.amount_before is None and not says.after
            ):
                says.amount_before = says.amount
            says.amount = token
            says.attributive = token.kind is T.NUM and token.unit is None and after is not None and after.text == "的"
        elif token.kind is T.PRICE:
            says.price, says.dear = token, False
        elif token.kind is T.DATE:
            self._day(says, token)
        elif token.kind is T.PARTY:
            self._named_party(says, token, tokens, at)
        elif token.kind is T.PHONE:
            says.settled = True
            self.updates["phone"] = "".join(ch for ch in token.text if ch.isdigit() or ch == "-")
            self.changed = True
        elif token.kind is T.RATE:
            says.settled = True
            self._rate(token)
        elif token.kind is T.UNKNOWN:
            self._unknown(says, token, tokens, at)
        elif token.kind is T.CUE:
            self._cue(says, token, after, tokens, at)

    def _day(self, says: Clause, token: Token) -> None:
        says.settled = True
        following = said_behind(self.tokens, token, 5)
        if errand(self.tokens, token) or answered(self.tokens, token) or following.startswith(_SAID):
            return  # 上午说的可乐加2箱: when it was said
        if refused(self.tokens, token):
            self.refused = True
        elif token.day is not None and not self._as_well(token):
            self.updates["delivery_date"] = token.day.isoformat()
            self.spans["delivery_date"] = self.folded.span(token.start, token.end)
            self.changed = True

    def _as_well(self, day: Token) -> bool:
        """Whether a day is only possible too, beside the one already said."""
        following = said_behind(self.tokens, day, 4)
        return "delivery_date" in self.updates and following.startswith(("也行", "也可以", "也可", "也成", "也ok"))

    def _named_party(self, says: Clause, token: Token, tokens: list[Token], at: int) -> None:
        """A party: whose the draft is, or, behind 不是, whose it is not."""
        before = next((t for t in reversed(tokens[:at]) if t.kind is not T.GAP), None)
        denied = before is not None and before.text in ("不是", "别给", "不给", "别", "不")
        others = any(t.kind is T.PARTY and t.parties and t is not token for t in self.tokens)
        if denied and (says.party is not None or others):
            self.fumbled = self.fumbled or says.party is None  # 不是总店,是南桥店的; 是三建不是老周
            return
        says.denied = denied
        says.party = token
        says.handed = hands_over(says, tokens, at)

    def _unknown(self, says: Clause, token: Token, tokens: list[Token], at: int) -> None:
        run = token.text + "".join(t.text for t in tokens[at + 1 : at + 3] if t.kind is T.UNKNOWN)
        sized = at > 0 and tokens[at - 1].text in ("大", "小", "中")  # 换成小瓶的: another size, not another unit
        if token.text in self.lexicon.unit_words and says.verb == c.CHANGE and says.amount is None and not sized:
            says.unit = token.text
        elif run.startswith(("翻倍", "加倍", "翻番")):
            says.times, says.verb = Decimal(2), c.CHANGE
        elif run.startswith("减半") or (token.text == "半" and says.verb == c.LESS):
            says.times, says.verb = Decimal("0.5"), c.CHANGE
        elif token.text in ("倍",) and says.amount is not None and says.amount.value is not None:
            says.times, says.amount = says.amount.value, None
            says.verb = says.verb if says.verb in (c.ADD, c.LESS) else c.CHANGE
            says.verb = says.verb or c.CHANGE  # 胶布三倍
        elif is_han(token.text[0]):
            says.strange += token.text

    @staticmethod
    def _by(says: Clause, token: Token, after: Token | None) -> None:
        """A word for a price; 按 in front of an amount (250烧杯先按6箱) says how many."""
        if token.text == "按" and after is not None and after.kind is T.QTY and after.value != 1 and after.unit:
            says.verb, says.verb_text = says.verb or c.CHANGE, says.verb_text or "按"
        elif token.has(c.PRICE):
            says.price_cue = True

    def _cue(self, says: Clause, token: Token, after: Token | None, tokens: list[Token], at: int) -> None:
        self._by(says, token, after)
        if token.text in ("到", "至", "成") and says.verb in (c.ADD, c.LESS) and says.amount is None:
            says.verb_text += token.text  # 追加到90箱
        if token.has(c.EACH, c.ALL):
            says.all = True
        if token.has(c.TIMES):
            says.times, says.verb = Decimal("0.5") if "半" in token.text else Decimal(2), c.CHANGE
        if token.has(c.REST):
            says.rest = True
            says.rest_count = next((n for char, n in _COUNTED.items() if char in token.text), says.rest_count)
        says.excepted = says.excepted or token.has(c.EXCEPT)
        says.stand_in = says.stand_in or token.has(c.STAND_IN)
        says.only = says.only or token.has(c.ONLY)
        says.restates = says.restates or token.text in _RESTATES
        says.relative = says.relative or token.text in RELATIVE
        says.dearer = says.dearer or token.text in _DEARER
        says.dear = says.dear or (token.has(c.ASK_PRICE) and "贵" in token.text and "不" not in token.text)
        says.enough = says.enough or token.has(c.ENOUGH)
        says.restates = says.restates or (token.has(c.TOTAL) and token.text in _IN_ALL)
        says.gift = says.gift or token.has(c.FREE)
        if token.has(c.GIFT):
            says.gift = says.gift or self._gives(token, tokens, at)
        self._terms(says, token)
        strong = next((cue for cue in _STRONG if token.has(cue)), None)
        if strong is None:
            return
        weak = (
            token.text in ("要", "应该", "等等", "等一下", "等下", "等会", "应该是", "减", "多", "少")
            and says.verb is not None
        )
        if weak or (strong == c.FIX and says.verb):
            return
        if token.text in ("要", "应该") and says.verb is None and not says.before and not says.rows:
            says.wants = token.text == "要" and not (at and tokens[at - 1].text in ("再", "还", "又"))
            return  # 要 in front of an item only wants it; after one it says what it should be
        if token.text == "用" or (token.text == "补" and says.verb):
            return
        if strong == c.CHANGE and says.verb == c.DROP:
            return
        says.verb, says.verb_text = wants_too(strong, tokens, at), token.text
        if says.price is not None and strong == c.CHANGE:
            says.price_before, says.price, says.price_cue = (
                says.price,
                None,
                True,
            )  # 单价15改16: what follows is a price too
        if says.amount is not None and strong in (c.CHANGE, c.FIX):
            says.amount_before, says.amount = says.amount, None

    def _terms(self, says: Clause, token: Token) -> None:
        """Tax and last price, said for the whole draft."""
        says.settled = says.settled or token.has(c.TAX_IN, c.TAX_EX, c.LAST_PRICE)
        if token.has(c.TAX_IN, c.TAX_EX):
            says.tax = token.has(c.TAX_IN)
        if token.has(c.LAST_PRICE):
            self.updates["price_basis"] = "last"
            self.changed = True

    def _gives(self, token: Token, tokens: list[Token], at: int) -> bool:
        """Whether something is given away: 再送他们2支, 免费; 给东风送5卷 only brings."""
        after = next((t for t in tokens[at + 1 : at + 6] if t.kind is not T.GAP and t.cues != (c.FILLER,)), None)
        if token.text.endswith("送") and any(t.kind in (T.PARTY, T.DATE) for t in tokens[:60]):
            return False
        following = tokens[at + 1 :]
        if following and following[0].text == "的":  # 平垫送的,不算钱; 加高枝剪2把,送的
            named = self.added in self.lines or any(t.kind in (*ITEM_KINDS, T.ROW) for t in tokens[:at])
            return named and all(t.cues == (c.FILLER,) or t.kind is T.GAP or t.has(c.FREE) for t in following)
        if after is None:
            return token.text in ("赠品", "赠送", "免费", "白送")
        if after.kind in ITEM_KINDS and token.text == "送" and tokens[at + 1].text in _TO_THEM:
            return says_amount(tokens, at)  # 另外送他们单层煮蛋器一台
        return after.kind in (T.QTY, T.NUM)

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
