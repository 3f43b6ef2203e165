"""Words behind goods that say which of them are meant: 可乐5箱,要罐的."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.catalogue.notation import only_other_part
from nlp.catalogue.resolve import Said, is_head, meaning, names_goods, narrow
from nlp.grammar.entries import Entry, Reading
from nlp.grammar.lending import lend_back
from nlp.grammar.mending import Mending
from nlp.grammar.revising import restated
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

MAX_WORDS = 40  # of one run of items; nobody lists more without a quantity


class WhichOne(Mending):
    """Tells which of the lines said before a word is about."""

    out: Reading
    waiting: Token | None
    segment: int
    pricing: bool
    all: bool
    drop: bool
    fix: bool
    over: Said | None
    restating: bool

    def _next(self, at: int, skip: tuple[T, ...] = (T.GAP,)) -> Token | None:
        raise NotImplementedError

    def _strange_size(self, words: Sequence[Token], at: int) -> int:
        """洗手液500的6瓶, 抽纸三层的2提: where the number that belongs to goods nobody knows ends; ``at`` when there is
        none with an amount behind it."""
        known = any(word.kind is not T.UNKNOWN for word in words)
        if known or at + 2 >= len(self.tokens) or self.tokens[at].kind is not T.NUM:
            return at
        of = at + 1 + (self.tokens[at + 2].text == "的" and self.tokens[at + 1].kind is T.UNKNOWN)
        if of + 1 >= len(self.tokens) or self.tokens[of].text != "的" or self.tokens[of + 1].kind is not T.QTY:
            return at
        self.tokens[at].used = True
        return of + 1

    def _adds_to_line(self, words: list[Token], end: int) -> bool:
        """Attributes said after the line they belong to: 5盒螺栓M6*30的，镀锌; 都要镀锌的 for every line."""
        after = self._next(end - 1)
        priced = after is not None and after.kind is T.PRICE and not self._undecided_last()
        follows = (after is not None and after.kind in (T.QTY, T.NUM, T.MEASURE)) or self.waiting is not None
        follows = follows or self._amended(end)
        steered = self.drop or self.fix or (after is not None and after.has(c.DROP, c.CHANGE, c.FIX))
        told = self.all and self.pricing and all(e.price is not None for e in self.pending)  # 直型5.2 Y型6.3 都是22G的
        if steered or follows or (self.pending and not told) or not self.out.entries or self.out.entries[-1].dropped:
            return False
        if any(is_head(word, self.lexicon) for word in words) and not self.all:
            return self._says_which(words)
        if priced:
            return False
        targets = self.out.entries if self.all else self._undecided() or self.out.entries[-1:]
        joints = self._joints(targets, words)
        if joints is None and not self.all and len(targets) > 1:
            targets = self.out.entries[-1:]
            joints = self._joints(targets, words)
        if joints is None:
            return False
        for entry, joint in zip(targets, joints, strict=True):
            entry.item.found = joint
        self.all = False
        return True

    def _of_a_line(self, entry: Entry) -> None:
        """不对,白的8扎粉的10扎: the only line before that is white, when nothing else is said."""
        item = entry.item
        if len(item.found) < 2 or not (entry.revised or self.restating):
            return
        if any(is_head(word, self.lexicon) for word in item.words):
            return
        lines = {
            e.item.found
            for e in self.out.entries
            if e is not entry and e.qty is not None and len(e.item.found & item.found) == 1
        }
        if len(lines) == 1:
            item.found = item.found & lines.pop()

    def _replaces(self, item: Said) -> bool:
        """红皮花生米要24/28的,说错了,28/32的十袋: what was named just before and waits for its amount is taken back."""
        last = self.pending[-1] if self.pending else None
        if last is None or last is not self.out.entries[-1] or last.qty is not None or last.price is not None:
            return False
        return last.segment == self.segment and item.known and not last.approx and item.found != last.item.found

    def _amended(self, end: int) -> bool:
        """夜光还是3端吧, 盐焗的多了,三斤就行: another amount of what was counted, no attribute of it."""
        led = self._next(end - 1, (T.GAP, T.CUE, T.COMMA))
        return led is not None and led.kind is T.QTY and bool(restated(self.tokens, led.at))

    def _joints(self, targets: Sequence[Entry], words: Sequence[Token]) -> list[frozenset[int]] | None:
        """What is left of the goods of each line with these words as well; None when something is not."""
        joints: list[frozenset[int]] = []
        for entry in targets:
            joint = entry.item.found
            for word in words:
                if not (self.all and self._of_other_name(word, entry)):
                    joint &= meaning(word, self.lexicon)
            if not joint or not entry.item.known:
                return None
            joints.append(joint)
        return joints

    def _of_other_name(self, word: Token, entry: Entry) -> bool:
        """都是100g小包的: 小包 was compared with the goods named last only, and says nothing else of the others."""
        if word.kind is not T.SPEC or word.found is None or not any(char in word.text for char in "大小"):
            return False
        names = [{self.lexicon.product(n).name for n in list(found)[:20]} for found in (word.found, entry.item.found)]
        return not names[0] & names[1]

    def _says_which(self, words: list[Token]) -> bool:
        """大米10袋 长粒香: a name that is one of the goods just counted, with no quantity of its own."""
        entry = self.out.entries[-1]
        found = narrow(words, self.lexicon)
        if not found or entry.qty is None or not entry.item.known:
            return False
        if entry.item.found <= found and not any(word.exact for word in words) and entry.segment == self.segment:
            lend_back(self.out.entries[:-1], Said(list(words), found), self.segment, self.lexicon)
            return True  # 大米25公斤的两袋,东北的: nothing new; 原味的两箱、牛奶味的一箱磨牙棒: both of them
        if not found < entry.item.found:
            return False
        if any(not meaning(word, self.lexicon) for word in words) or entry.segment != self.segment:
            return False
        names = {self.lexicon.product(n).name for n in list(entry.item.found)[:MAX_WORDS]}
        if len(names) != 1 and any(word.exact for word in words):
            return False
        entry.item.found = found
        entry.item.words.extend(words)
        self.last_item = entry.item
        lend_back(self.out.entries[:-1], Said(list(words), narrow(words, self.lexicon)), self.segment, self.lexicon)
        return True

    def _undecided_last(self) -> bool:
        """电镐两台0810 345一台: whether the line said last is counted, has no price and may be one of several goods."""
        last = self.out.entries[-1] if self.out.entries else None
        return last is not None and last.qty is not None and last.price is None and len(last.item.found) > 1

    def _undecided(self) -> list[Entry]:
        """螺栓M8 30的5盒40的3盒 镀锌: this breath's lines of one name, when one before the last is open."""
        kin: list[Entry] = []
        names: set[str] = set()
        for entry in reversed(self.out.entries):
            own = {self.lexicon.product(n).name for n in list(entry.item.found)[:60]}
            if entry.segment != self.segment or entry.dropped or not own or (names and not own & names):
                break  # 特级30箱 一级50箱 二级20箱,和田的: of one name, though some say it of others too
            if not names and len(own) > 1:
                break
            names = names & own or own
            kin.insert(0, entry)
        return kin if any(len(entry.item.found) > 1 for entry in kin[:-1]) else []

    def _under_heading(self, item: Said) -> bool:
        """1.56绿膜: / 100度 200副: what a row says of the goods over it, which have no name of their own."""
        over = self.over
        if (
            over is None
            or item.strange
            or item.clash
            or any(is_head(w, self.lexicon) for w in (*item.words, *over.words))
        ):
            self.over = None if any(is_head(w, self.lexicon) for w in item.words) else over
            return False
        found = item.found & over.found
        if not found:
            self.over = None
            return False
        item.found, item.lent = found, list(over.words)
        return True

    def _of_each_priced(self, item: Said) -> bool:
        """安全帽V型红黄白13.5,透气型17.5: of every one of those that were priced together, not of the last alone."""
        last = self.out.entries[-1] if self.pricing and self.out.entries else None
        if last is None or last.price is None or item.strange or any(is_head(w, self.lexicon) for w in item.words):
            return False
        span = last.spans.get("unit_price")
        group = [e for e in self.out.entries if e.spans.get("unit_price") == span and len(e.item.found) == 1]
        own = narrow(item.words, self.lexicon)
        near = frozenset(n for e in group for n in only_other_part(next(iter(e.item.found)), own, self.lexicon))
        if len(group) < 2 or len(near) < 2:
            return False
        item.found, item.lent = near, [w for w in last.item.words if names_goods(w, self.lexicon)]
        return True

    def _announces(self, at: int) -> bool:
        """明年导管调价了哈: in front of a quote's prices: what it is about, no line."""
        while at < len(self.tokens) and (self.tokens[at].kind in (T.GAP, T.DATE, T.ID) or self.tokens[at].text == "的"):
            at += 1  # 喷绘布今日报价
        if not self.pricing or at >= len(self.tokens) or not (
            self.tokens[at].has(c.QUOTE, c.RELATIVE) or (self.tokens[at].has(c.PRICE) and "价" in self.tokens[at].text)
        ):  # fmt: skip
            return False
        inside = False
        for token in self.tokens[at + 1 : at + 12]:
            inside = token.text == "(" or (inside and token.text != ")")  # 快递袋报价(每扎,含税)
            if token.kind in (T.COLON, T.STOP, T.COMMA) and not inside:
                told = self._next(token.at, (T.GAP, T.CUE))
                return told is None or told.kind not in (T.NUM, T.PRICE)  # 大豆油跌了,44一桶
            if inside or token.text == ")":
                continue
            following = self.tokens[token.at + 1] if token.at + 1 < len(self.tokens) else None
            if token.kind is T.GAP and following is not None and following.kind is T.ITEM:
                return True  # 砂糖行情上来了 细砂糖30kg 198/袋
            if token.kind is not T.GAP and token.cues != (c.FILLER,):
                return False
        return False
