"""Reading item words: where a phrase begins and ends, whether a measure in it counts or describes, and which items the
words are."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.catalogue.ellipsis import inherit
from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.materials import made_of
from nlp.catalogue.numbered import kin
from nlp.catalogue.resolve import Said, by_number, family, group, is_head, meaning, names_goods, narrow, of_no_number
from nlp.catalogue.sounds import sounds_like
from nlp.catalogue.terms import SINGLE
from nlp.grammar.entries import Entry, Reading, Section
from nlp.grammar.lending import lend_back, said_of_all
from nlp.grammar.wanted import wanted
from nlp.grammar.whichone import MAX_WORDS, WhichOne
from nlp.scanning import cues as c
from nlp.scanning.numbers import plain
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token, within

_POINTING = ("的", "个", "款", "牌子", "规格", "型号", "颜色", "那种", "这种", "那款", "这款", "那个", "这个")
ITEM_KINDS = (T.ITEM, T.MEASURE, T.SPEC, T.UNKNOWN)


class PhraseReader(WhichOne):
    """State of one reading, and the part of the grammar that deals with items."""

    def __init__(
        self,
        tokens: list[Token],
        lexicon: Lexicon,
        *,
        pricing: bool = False,
        party_kind: str = "",
        asks_nobody: bool = False,
    ) -> None:
        self.tokens = tokens
        self.lexicon = lexicon
        self.pricing = pricing
        self.party_kind = party_kind
        self.asks_nobody = asks_nobody  # the chat already says whose order it is
        self.out = Reading(tokens, sections=[Section()])
        self.pending: list[Entry] = []
        self.waiting: Token | None = None  # a quantity said before its item
        self.waiting_each = False
        self.price_waiting: Token | None = None
        self.row: list[Entry] = []  # lines that got a number each side by side
        self.rest: Token | None = None  # what all lines cost that were not named
        self.leading = False  # the first price of a quote stood before its goods
        self.per: str | None = None  # what the price being read is for
        self.each = self.all = self.fix = self.gift = self.drop = False
        self.restating = False  # something was taken back: goods counted before may be counted once more
        self.exchanged: Entry | None = None  # the line whose goods the next item takes the place of
        self.slips = 0  # words looked up by their sound; it takes a while
        self.splitting = False  # goods come in parts: further quantities are no lines
        self.parallel = False  # 分别: what follows belongs to the lines one by one
        self.ratios: list[tuple[Token, Entry | None, int]] = []
        self.giving = False  # the next item is given, its quantity follows it
        self.endings: dict[str, bool] = {}  # words looked up: whether a name ends with them
        self.brought = False  # 送 has been the word for bringing what is ordered
        self.last_item: Said | None = None
        self.costs_alike: list[Entry] = []  # lines that cost what the one before does
        self.segment = 0
        self.shared: Said | None = None  # the item that holds for the customers named after it
        self.headed = False  # it stood over them as a heading
        self.over: Said | None = None  # what stands with a colon over the rows being read
        self.packed: Token | None = None  # 一盒 of 50片一盒
        self.joined: list[tuple[Token, Token]] = []  # two parties named in one breath: 甲店和乙店
        self.announced: list[Entry] = []  # 红的黄的都要: all of these, how many follows
        self.restated: list[Entry] = []  # of those, what was said one by one
        self.rough = -1  # the segment in which an amount is only roughly so much
        self.tier: Token | None = None
        self.stepping: Token | None = None  # the step said last, for goods named one by one behind it
        self.together: list[Entry] = []  # lines that got one quantity in common: a price right after is theirs too

    def _quantity(self, token: Token, at: int) -> None:
        raise NotImplementedError

    def _tax(self, included: bool) -> None:
        raise NotImplementedError

    def _next(self, at: int, skip: tuple[T, ...] = (T.GAP,)) -> Token | None:
        for place in range(at + 1, min(at + 60, len(self.tokens))):
            if self.tokens[place].kind not in skip:
                return self.tokens[place]
        return None

    def _previous(self, at: int) -> Token | None:
        for place in range(at - 1, max(-1, at - 60), -1):
            if self.tokens[place].kind is not T.GAP:
                return self.tokens[place]
        return None

    def _listed_last(self) -> list[Entry]:
        """What still waits for an amount, of one party, with no line counted in between."""
        waiting: list[Entry] = []
        for entry in reversed(self.out.entries):
            if entry in self.pending and entry.section == self.pending[-1].section:
                waiting.insert(0, entry)
            elif waiting and entry.qty is not None and not entry.gift:
                break
        return waiting or self.pending[-1:]

    def _text(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def _phrase(self, at: int) -> int:
        """Read a run of item words beginning at ``at``; returns where it ended."""
        words: list[Token] = []
        end = at
        while end < len(self.tokens) and len(words) < MAX_WORDS:
            token = self.tokens[end]
            if token.kind is T.MEASURE and self._is_quantity(token, words, end):
                break
            if token.kind in ITEM_KINDS:
                if words and token.text in self.lexicon.unit_words and self._text(end - 1) == "_":
                    return end + 1  # 黑笔__盒: a template row left open
                if words and token.kind is T.UNKNOWN and self.tokens[end - 1].kind is T.GAP and not self._counted(end):
                    after = self.tokens[end + 1 : end + 2]  # 双层的 is no 双
                    if token.text in self.lexicon.unit_words and not any(t.kind is T.UNKNOWN for t in after):
                        return end + 1  # 切割片 __ 盒: a template row left open
                    break
                words.append(token)
            elif (
                token.kind is T.GAP
                or (token.kind is T.SIGN and token.text in "()[]\"'/_-.#|+")
                or (token.kind is T.CUE and token.text in _POINTING)
                or (token.kind is T.CUE and token.text in ("大", "小") and words and self._joined(end))
            ):
                pass
            elif token.kind is T.NUM and words and self._spec_number(token, words, end):
                token.used = True
            else:
                break
            end += 1
        if words and any(t.text == "_" for t in self.tokens[at:end]):
            return end  # 粉丝 ___: a template row left open
        if not words:
            self._quantity(self.tokens[at], at)
            return at + 1
        words = self._without_stranger(words, at)
        self._items(words, at, end := self._strange_size(words, end))
        return max(end, at + 1)

    def _without_stranger(self, words: list[Token], at: int) -> list[Token]:
        """张记超市 纸杯3箱: unknown words at the head of a line, set apart, when nobody else is the party."""
        first = next((i for i, word in enumerate(words) if word.kind is not T.UNKNOWN), 0)
        before = self._previous(at)
        apart = first > 1 and words[first - 1].end < words[first].start
        if (
            not apart
            or self.out.parties
            or self.out.entries
            or self.asks_nobody
            or (before and before.kind is not T.STOP)
        ):
            return words
        start, end = words[0].start, words[first - 1].end
        self.out.stranger = Token(T.UNKNOWN, start, end, "".join(word.text for word in words[:first]))
        return words[first:]

    def _joined(self, at: int) -> bool:
        return at + 1 < len(self.tokens) and self.tokens[at + 1].kind is T.ITEM

    def _counted(self, at: int) -> bool:
        """Whether a run of unknown words leads to a quantity."""
        for token in self.tokens[at : at + 40]:
            if token.kind is T.UNKNOWN or token.kind is T.GAP:
                continue
            return token.kind is T.QTY
        return False

    def _is_quantity(self, token: Token, words: Sequence[Token], at: int) -> bool:
        """5kg after an item sold by weight counts; 5kg in front of 装 or among the words of a spec does not."""
        if token.unit is None or token.value is None:
            return False
        known = [word for word in words if meaning(word, self.lexicon)]
        if not known:
            if self._awaited(token):
                return True
            after = self._next(at)
            if after is None or after.kind is not T.ITEM:
                return self.last_item is not None and not token.exact
            own = meaning(after, self.lexicon) | (family(after, self.lexicon) if after.exact else frozenset())
            return not meaning(token, self.lexicon) & own  # 1kg高粉, although 高粉 is called the 25kg one
        found = narrow(known, self.lexicon)
        counted = any(self.lexicon.product(n).factor(token.unit) is not None for n in list(found)[:50])
        if found & meaning(token, self.lexicon):
            if not counted:
                return False
            after = self._next(at)
            return not (after is not None and after.kind in (T.QTY, T.MEASURE, T.ITEM, T.SPEC))
        return counted

    def _awaited(self, token: Token) -> bool:
        """虾仁30/40 10公斤: an amount for the item before, although other goods come in packs of that size."""
        if not self.pending or self.pending[-1].qty is not None or self.pending[-1].segment != self.segment:
            return False
        found = self.pending[-1].item.found
        sold = any(self.lexicon.product(n).factor(token.unit or "") is not None for n in list(found)[:50])
        return sold and not found & meaning(token, self.lexicon)

    def _spec_number(self, token: Token, words: Sequence[Token], at: int) -> bool:
        """A bare number among item words is part of the spec when a real quantity follows."""
        after = self._next(at)
        told = after is not None and (after.kind in (T.QTY, T.ITEM) or after.has(c.SAME_AS))
        told = told or (after is not None and after.kind is T.SPEC and bool(after.found) and is_han(after.text[0]))
        if after is None or not told or token.value is None:
            return False
        known = [word for word in words if meaning(word, self.lexicon)]
        if not known:
            return False
        item = Said(known, narrow(known, self.lexicon))
        if self.last_item is not None and not any(is_head(word, self.lexicon) for word in known):
            item.found = item.found & kin(self.last_item.found, self.lexicon) or item.found
        if after.kind is T.ITEM and len(item.found) == 1 and not self._counted_before(after.at):
            return False  # 红5 紫5: that many of the red ones
        if not item.found or not by_number(item, token.value, self.lexicon):
            return False
        token.term = plain(token.value)
        return True

    def _counted_before(self, at: int) -> bool:
        """Whether the next amount stands right behind the word at a place, with a unit: no list of bare numbers."""
        after = self._next(at)
        return after is None or after.kind is not T.NUM

    def _items(self, words: list[Token], start: int, end: int) -> None:
        strange_only = all(not meaning(word, self.lexicon) for word in words)
        if strange_only and not self._stands_for_item(words, start, end):
            self.out.unused.extend(word for word in words if word.kind is T.SPEC and word.text[0].isdigit())
            return
        if strange_only:
            words = self._heard(words)
        words = self._one_character(words, end)
        if self._adds_to_line(words, end):
            return
        items = group(self._trim(self._mended(words)), self.lexicon)
        numbers = [t for t in self.tokens[start:end] if t.kind is T.NUM and t.used]
        of_no_number(items, numbers, self.lexicon)
        clings = start > 0 and self.tokens[start - 1].kind is T.QTY and len(items) > 1 and self.out.entries
        for place, item in enumerate(items):
            if not item.words and not item.strange:
                continue
            if clings and not place and not (self.pending or item.strange) and self._says_which(item.words):
                continue  # 面粉5袋高筋 大米10袋
            if place and item.known and item.found == items[place - 1].found:
                continue  # 老抽老抽2箱: said twice in one breath
            for number in numbers:
                assert number.value is not None
                by_number(item, number.value, self.lexicon)
            if len(items) == 1 and self._named_last(item, end):
                return
            self._continues(item, start, alone=len(items) == 1)
            self._item(item)
        after = self.tokens[end] if end < len(self.tokens) else None
        if self._announces(end):
            for entry in self.pending[-len(items) :]:
                entry.dropped = True
            self.pending = [entry for entry in self.pending if not entry.dropped]
        elif after is not None and after.kind is T.COLON and not self._value_after(end):
            # "螺丝:" over a list is a heading for what follows, not a line.
            self.headed = len(items) == 1 and not self.out.sections[-1].party
            self.over = items[0] if len(items) == 1 and items[0].known else None
            for entry in self.pending[-len(items) :]:
                entry.dropped = True
            self.pending = [entry for entry in self.pending if not entry.dropped]

    def _continues(self, item: Said, start: int, *, alone: bool) -> None:
        """Let an item go on with the goods before it; 85的要金枪鱼3箱: with what waits for an amount, when only
        a word of wanting stands between."""
        before = self.pending[-1] if self.pending else None
        wanted = start > 0 and self.tokens[start - 1].text in ("要", "是", "来", "拿")
        if (
            alone and wanted and before is not None and before.qty is None and before.segment == self.segment
            and not item.strange and before.item.found & item.found
            and not any(is_head(word, self.lexicon) for word in item.words)
        ):  # fmt: skip
            item.found = item.found & before.item.found
            return
        if self._of_each_priced(item) or self._under_heading(item):
            return
        row = bool(self.out.entries) and self.out.entries[-1].segment != self.segment
        inherit(item, self.last_item, self.lexicon, listed=bool(self.pending) and alone, next_row=row)

    def _named_last(self, item: Said, end: int) -> bool:
        """40码10双 41码5双 解放鞋: the goods of the lines before, when nothing is said of them but their name."""
        after = self._next(end - 1)
        counted = after is not None and (after.kind in (*ITEM_KINDS, T.QTY, T.NUM, T.PRICE) or after.has(c.EACH))
        if counted or self.pending or self.waiting is not None or self.drop or self.fix or self.giving:
            return False
        last = self.out.entries[-1] if self.out.entries else None
        glued = last is not None and last.spans.get("qty", (0, 0))[1] == item.start
        if not lend_back(self.out.entries, item, self.segment, self.lexicon, glued=glued):
            return False
        self.last_item = self.shared = item
        self.all = False
        return True

    def _value_after(self, at: int) -> bool:
        after = self._next(at, (T.GAP, T.CUE) if self.pricing else (T.GAP,))
        return after is not None and after.kind in (T.QTY, T.NUM, T.PRICE, T.MEASURE, T.TIER)

    def _trim(self, words: list[Token]) -> list[Token]:
        """A foreign character at the rim is taken away only when it is a slip of the keyboard inside a known name, or
        chatter set apart; 塑 in front of 球阀 says something the catalogue does not have."""
        strange = [word for word in words if word.kind is T.UNKNOWN]
        known = [word for word in words if meaning(word, self.lexicon)]
        if strange and known and self._kind_of(known, "".join(word.text for word in strange)):
            return [word for word in words if word not in strange]
        if not strange or not known or len(strange) > 2 or len(strange) + len(known) < len(words):
            return words  # 纱卡303号色: a number the goods do not come in says which as well
        if self._set_apart(words, strange, known):
            return known
        names = {self.lexicon.product(n).name for n in list(narrow(known, self.lexicon))[:60]}
        spoken = "".join(word.text for word in words if word.kind in (T.UNKNOWN, T.ITEM))
        if any(sounds_like(spoken, fold_key(name)) for name in names):
            return [word for word in words if word not in strange]
        return made_of(words, known, strange, self.lexicon) or words

    def _set_apart(self, words: list[Token], strange: list[Token], known: list[Token]) -> bool:
        """加购 小城堡1箱, of which nobody knows 购: in front of a gap, behind which nothing is left open."""
        said = "".join(word.text for word in strange)
        if words[: len(strange)] != strange or len(said) > 1 or not is_han(said) or said in SINGLE:
            return False
        if strange[-1].end >= known[0].start or not any(names_goods(w, self.lexicon) or len(w.text) > 4 for w in known):
            return False
        return len(narrow(known, self.lexicon)) == 1

    def _kind_of(self, known: list[Token], said: str) -> bool:
        """45安电瓶 of what the catalogue lists under 电瓶, by whatever name."""
        if said not in self.lexicon.category_words:
            return False
        found = list(narrow(known, self.lexicon))[:60]
        return bool(found) and all(said in fold_key(self.lexicon.product(n).category).split("/") for n in found)

    def _stands_for_item(self, words: list[Token], start: int, end: int) -> bool:
        """Words nobody knows are an item when a quantity stands beside them."""
        if wanted(self.tokens, start, end, ordered=self.waiting is not None):
            return True
        text = "".join(word.text for word in words)
        if len(text) < 2 and not text.isascii():
            return False
        after = self.tokens[end] if end < len(self.tokens) else None
        if after is not None and after.kind is T.GAP:
            after = self._next(end)
        if after is not None and after.kind in (T.QTY, T.SIGN) and after.text not in ("(", ")"):
            return True
        before = self._previous(start)
        return self.waiting is not None and before is not None and before.kind is T.QTY

    def _item(self, item: Said) -> None:
        self._one_by_one(item)
        entry = Entry(item, section=len(self.out.sections) - 1, segment=self.segment, gift=self.giving)
        if item.found and not item.clash:
            self.last_item = self.shared = item
            self.headed = False
        if self._merge_into_pending(item) or self._said_twice(item):
            return
        if self.exchanged is not None and item.known:
            self.exchanged.item, self.pending, self.exchanged = item, [self.exchanged], None
            return
        if self.drop:
            entry.dropped = True
            self.out.dropped.append(entry)
            return
        if self.fix and self._replaces(item):
            self.out.entries.remove(self.pending.pop())
            self.fix = False
        if self.fix:
            self._of_a_line(entry)
        if self.fix and any(e.qty is not None and e.item.found == item.found for e in self.out.entries[:-1]):
            self.fix = False  # 说错了,黑的5盒红的3盒: another line than the last
        settled = all(entry.qty is not None for entry in self.pending)
        if self.fix and self.out.entries and settled:
            old = self.out.entries.pop()
            if old.item.found < item.found and not any(is_head(word, self.lexicon) for word in item.words):
                item.found, item.lent = old.item.found, list(old.item.words)  # 还是要黑的, of what is black already
            entry.qty, entry.unit, entry.approx = old.qty, old.unit, old.approx
            entry.price, entry.price_unit = old.price, old.price_unit
            entry.spans = {k: v for k, v in old.spans.items() if k != "sku"}
            self.fix = False
            self.pending = [entry]
            self.out.entries.append(entry)
            return
        self.out.entries.append(entry)
        if self.waiting is not None:
            entry.count(self.waiting)
            entry.gift = self.gift or self.giving
            if not self.waiting_each:
                self.waiting = None
                self.gift = False
        else:
            self.pending.append(entry)
        self.giving = False
        if self.price_waiting is not None:
            entry.cost(self.price_waiting)
            self.price_waiting = None

    def _one_by_one(self, item: Said) -> None:
        """红的黄的都要,红3盒黄2盒: what was said to be wanted, once more with how many of each."""
        again = [e for e in self.announced if e.qty is None and item.known and item.found <= e.item.found]
        if not again or not all(e in self.pending for e in self.announced):
            return
        self.all = False
        self.pending = [e for e in self.pending if e not in self.announced]
        self.out.entries = [e for e in self.out.entries if e not in self.announced]
        self.restated, self.announced = self.announced, []

    def _said_twice(self, item: Said) -> bool:
        """哦不,暖的,暖的6盏: what was just put right, once more with its amount."""
        last = self.pending[-1] if self.pending else None
        if last is None or last.qty is None or last.segment != self.segment or not item.words:
            return False
        return [w.text for w in item.words] == [w.text for w in last.item.words]

    def _sizes_listed(self, before: Sequence[Token], words: Sequence[Token]) -> bool:
        """顺水三通50、110各1箱: two sizes in a list are two goods, though one of them may have both numbers."""
        last = max(before, key=lambda t: t.start, default=None)
        first = min((t for t in words if last is not None and t.start >= last.end), key=lambda t: t.start, default=None)
        if last is None or first is None or not (last.text.isdigit() and first.text.isdigit()):
            return False
        between = [t.text for t in within(self.tokens, last.end, first.start) if t.kind is not T.GAP]
        return between in (["、"], ["和"], ["跟"], ["与"])

    def _ends_names(self, word: Token) -> bool:
        """大米 ends the name 东北大米, 东北 only says which."""
        term = word.term or word.text
        known = self.endings.get(term)
        if known is None:
            names = {fold_key(self.lexicon.product(n).name) for n in list(meaning(word, self.lexicon))[:50]}
            known = self.endings[term] = any(name.endswith(term) for name in names)
        return word.exact or known

    def _merge_into_pending(self, item: Said) -> bool:
        """Words of one item set apart by spaces or commas: 洗衣液 大瓶 5箱."""
        if not self.pending or self.waiting is not None:
            return False
        before = self.pending[-1]
        if before.qty is not None or before.segment != self.segment or not item.words or before.item.clash:
            return False
        if self.pricing and before.price is not None:
            return False
        if self.all and len(self.pending) > 1 and said_of_all([e.item for e in self.pending], item, self.lexicon):
            self.all = False
            return True
        if len(before.item.words) > MAX_WORDS:
            return False
        if item.strange and not item.found:
            return False
        if self._sizes_listed(before.item.words, item.words):
            return False
        heads = [w for w in item.words if is_head(w, self.lexicon) and self._ends_names(w)]
        had_head = any(is_head(w, self.lexicon) for w in before.item.words)
        if heads and had_head:
            return False
        joint = before.item.found & item.found
        named = bool(heads) and all(word in heads for word in item.words)  # 要高筋,面粉5袋
        if not joint or (len(before.item.found) == 1 and joint != item.found and not named):
            return False
        before.item.words.extend(word for word in item.words if word not in before.item.words)
        before.item.strange.extend(item.strange)
        before.item.found = narrow(before.item.words, self.lexicon) or joint
        self.last_item = before.item
        return True
