"""What is not wanted after all: 蓝笔不要了, 不要蓝笔, 要高筋不要低筋, 角磨机不要100的要125的; a line taken back."""

from __future__ import annotations

import re

from nlp.catalogue.resolve import NEGATIVE, is_head, meaning
from nlp.grammar.amountreader import AmountReader
from nlp.grammar.entries import Entry
from nlp.grammar.phrases import ITEM_KINDS
from nlp.scanning import cues as c
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

# 1箱 算了不要了, 1箱,哦那不要了
_SIGHS = ("算", "了", "哦", "噢", "唉", "哎", "那", "就", "还是", "嗯", "呃", "算了", "那个", "先", "也")


class DropReader(AmountReader):
    """The part of the grammar that deals with goods named only to be left out."""

    def _dropping(self, at: int) -> None:
        """蓝笔不要了 drops what was just named; 不要蓝笔 what is named next."""
        here = self.pending and self.pending[-1].qty is None and self.pending[-1].segment == self.segment
        if here and self._not_that_one(at):
            return
        if here and not self._rather(at):
            entry = self.pending.pop()
            self.out.entries.remove(entry)
            self.out.dropped.append(entry)
            self._drop_of_no_such(entry)
            self._named_plainly(entry)
            return
        if self._refuses_all(at):
            return
        after = self._next(at, (T.GAP, T.CUE))
        number = self._next(at)
        if (number is None or number.kind in (T.COMMA, T.STOP) or self._and_why(at)) and self._takes_back(at):
            return
        if number is not None and number.kind is T.NUM and self._text(number.at + 1) == "的":
            number.used = True  # 不要25的: nothing of it was wanted
        self.drop = after is not None and after.kind in ITEM_KINDS

    def _named_plainly(self, entry: Entry) -> None:
        """二铵64的1吨,尿素2吨,二铵不要了: the line that was counted before, named by a plainer word."""
        before = next((t for t in reversed(self.tokens) if t.end <= entry.item.start and t.kind is not T.GAP), None)
        if before is not None and before.text == "的":
            return  # 片状的碱先不要: not any of it
        own = [
            e for e in self.out.entries
            if e.qty is not None and e.section == len(self.out.sections) - 1 and e.item.found and not e.gift
            and e.item.found <= entry.item.found and e.item.known and entry.item.known
        ]  # fmt: skip
        if len(own) > 1:
            self.out.doubts.append("target_ambiguous")
        for line in own if len(own) == 1 else ():
            self.out.entries.remove(line)
            self.out.dropped.append(line)

    def _drop_of_no_such(self, entry: Entry) -> None:
        """片状的碱先不要, when what is 片状 is other goods: the word with 的 says nothing by itself."""
        before = self.pending[-1] if self.pending else None
        if before is None or before.qty is not None or before.segment != entry.segment:
            return
        joint = next((t for t in self.tokens if t.start == before.item.end), None)
        if joint is None or joint.text != "的" or joint.end != entry.item.start:
            return
        if not any(is_head(word, self.lexicon) for word in before.item.words):
            self.pending.pop()
            self.out.entries.remove(before)

    def _refuses_all(self, at: int) -> bool:
        """高粉5袋,不要金麦的: what every one of the goods just counted is; nothing else is left to send."""
        after = self._next(at, (T.GAP, T.CUE))
        last = self.out.entries[-1] if self.out.entries and not self.pending else None
        if after is None or last is None or last.qty is None or after.kind not in (T.ITEM, T.SPEC, T.MEASURE):
            return False
        following = self._next(after.at, (T.GAP, T.CUE))
        alone = following is None or following.kind in (T.COMMA, T.STOP)
        own = last.item.found
        if alone and own and not is_head(after, self.lexicon) and self._is_not(own, after):
            after.kind, after.cues, after.used = T.CUE, (c.FILLER,), True
            return True  # 纱布块5包,不要灭菌的: of goods that are 非灭菌
        if not alone or is_head(after, self.lexicon) or not own or not own <= meaning(after, self.lexicon):
            return False
        self.out.unused.append(self.tokens[at])
        return True

    def _is_not(self, own: frozenset[int], word: Token) -> bool:
        """Whether the goods say of themselves that they are not what a word says."""
        said = word.term or word.text
        denied = re.compile(rf"[{NEGATIVE}]{re.escape(said)}")
        plain = re.compile(rf"(?<![{NEGATIVE}]){re.escape(said)}")
        texts = [fold_key(f"{p.name} {p.spec}") for p in map(self.lexicon.product, own)]
        return len(said) > 1 and all(denied.search(text) and not plain.search(text) for text in texts)

    def _not_that_one(self, at: int) -> bool:
        """角磨机不要100的要125的: one of those, said to be the other."""
        after = self._next(at, (T.GAP, T.CUE))
        found = self.pending[-1].item.found
        if after is None or after.kind not in (T.SPEC, T.MEASURE, T.ITEM) or is_head(after, self.lexicon):
            return False
        refused = found & meaning(after, self.lexicon)
        follows = any(t.kind in (T.SPEC, T.MEASURE, T.ITEM) for t in self.tokens[after.at + 1 : after.at + 6])
        if not refused or refused == found or not follows or self.tokens[at].text not in ("不要", "别要", "不拿"):
            return False
        self.pending[-1].item.found = found - refused
        after.kind, after.cues = T.CUE, (c.FILLER,)
        return True

    def _rather(self, at: int) -> bool:
        """要高筋不要低筋: one of them wanted, the other not."""
        item = self.pending[-1].item
        after = self._next(at)
        starts = {item.start, max((word.start for word in item.words), default=item.start)}  # 尿素要大颗粒的不要小颗粒
        heads = [self._previous(t.at) for t in self.tokens[:at] if t.start in starts]
        wanted = any(t is not None and t.text in ("要", "是", "我要", "来", "只要", "要的是") for t in heads)
        return wanted and after is not None and after.kind in ITEM_KINDS

    def _and_why(self, at: int) -> bool:
        """黑芝麻2袋,不用了家里还有: nothing but the reason stands behind the word."""
        done = self.tokens[at].text.endswith("了") or self._text(at + 1)[:1] == "了"
        if not done:
            return False
        clause: list[Token] = []
        for token in self.tokens[at + 1 : at + 24]:
            if token.kind in (T.COMMA, T.STOP):
                break
            clause.append(token)
        return not any(t.kind in (*ITEM_KINDS[:3], T.QTY, T.NUM, T.PRICE, T.PARTY) for t in clause)

    def _takes_back(self, at: int) -> bool:
        """盐五箱,不要了,换味精五袋: the line before is taken back; with others before it that is not clear."""
        earlier = (self.tokens[place] for place in range(at - 1, -1, -1))
        before = next((t for t in earlier if t.kind not in (T.GAP, T.COMMA) and t.text not in _SIGHS), None)
        if before is None or before.kind is not T.QTY or not self.out.entries or self.pending:
            return False
        last = self.out.entries[-1]
        if last.spans.get("qty") != (before.start, before.end) or last.segment != self.segment:
            return False
        if len(self.out.entries) > 1:
            self.out.unused.append(self.tokens[at])
            return True
        self.out.entries.remove(last)
        self.out.dropped.append(last)
        return True
