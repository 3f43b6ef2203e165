"""Parties among the words of a message: whose the lines that follow are, and which of two is meant."""

from __future__ import annotations

from nlp.catalogue.firms import is_branch
from nlp.catalogue.resolve import Said
from nlp.grammar.entries import Section
from nlp.grammar.phrases import ITEM_KINDS
from nlp.grammar.sameparty import in_one_breath, is_model, refers
from nlp.grammar.secondthoughts import SecondThoughts
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token


class PartyReader(SecondThoughts):
    """Reads the parties of a message."""

    def _party(self, token: Token) -> None:
        """A party opens its own section; before any line the last one said at the head of a line counts. A firm nobody
        knows opens one as well, so that its goods are never put on another's account."""
        if self._not_this_one(token):
            return
        if token.parties and self._instead(token):
            return
        if self._or_another(token):
            self.out.doubts.append("party_ambiguous")
            return
        self.out.parties.append(token)
        if token.parties and self.party_kind and not any(p.kind == self.party_kind for p in token.parties):
            return
        section = self.out.sections[-1]
        ids = {p.id for p in token.parties}
        if self._like_another(token, section):
            return
        if section.party is not None and ids and self._joined_parties(section.party, token, ids):
            self.joined.append((section.party, token))
        if section.party is not None and (
            ids & {p.id for p in section.party.parties} or section.party.text == token.text
        ):
            return
        if any(entry.section == len(self.out.sections) - 1 for entry in self.out.entries):
            if section.party is None and not self._opens_line(token) and not self._shares_each(token):
                section.party = token
                return
            opens = self._opens_line(token) or self._item_follows(token.at) or self._next_house(token)
            if not ids and not opens:
                return  # behind the goods a strange name is a place to bring them to
            self.out.sections.append(Section(token, token.start))
            self.last_item = self._title()
        elif section.party is None or (self._opens_line(token) and ids):
            section.party = token
        elif not ids and not section.party.parties and is_branch(section.party.text) and self._next_house(token):
            self.out.sections.append(Section(token, token.start))  # the goods of the heading went to the house before

    def _title(self) -> Said | None:
        """绵贝儿拉拉裤特价232一箱 over the lines of several customers, who say only the size: the one thing nobody has
        ordered yet."""
        over = [e for e in self.out.entries if self.out.sections[e.section].party is None]
        one = over[0] if len(over) == 1 and over[0].section == 0 else None
        return one.item if one is not None and one.qty is None and one.item.known else None

    def _or_another(self, token: Token) -> bool:
        """百捷或者别家都行: one of several, it does not matter which."""
        after, before = self._next(token.at), self._previous(token.at)
        if before is not None and before.text in ("或", "或者"):
            return True
        behind = self._next(after.at) if after is not None else None
        other = behind is not None and (behind.kind is T.PARTY or behind.text in ("别家", "其他", "其他家", "别的"))
        return after is not None and after.text in ("或", "或者") and other

    def _like_another(self, token: Token, section: Section) -> bool:
        """三分场同一分场,二分场10吨: who wants the same as another names no goods; the next party opens a section."""
        if section.party is not None and is_model(self.tokens, token):
            return True
        if section.party is None or section.party.at >= token.at or not refers(self.tokens, section.party):
            return False
        if any(entry.section == len(self.out.sections) - 1 for entry in self.out.entries):
            return False
        self.out.sections.append(Section(token, token.start))
        self.last_item = None
        return True

    def _instead(self, token: Token) -> bool:
        """给步步高,啊不是,给小周鞋行: the second party stands for the first."""
        last = self.out.parties[-1] if self.out.parties else None
        section = self.out.sections[-1]
        if last is None or section.party is not last or not any(p.kind == self.party_kind for p in token.parties):
            return False
        between = self.tokens[last.at + 1 : token.at]
        goods = any(t.kind in (*ITEM_KINDS, T.QTY) and t.text not in ("啊", "噢") for t in between)
        if not any(t.has(c.FIX) for t in between) or (goods and not self.fix):
            return False
        self.out.parties[-1] = section.party = token
        self.fix = False
        return True

    def _not_this_one(self, token: Token) -> bool:
        """不是老周,是三建: a party that is named only to say that it is another."""
        before = self._previous(token.at)
        after = self._next(token.at)
        return (
            before is not None and before.text in ("不是", "别给", "不给", "不要给") and before.end == token.start
            and (after is None or after.kind in (T.COMMA, T.STOP))
        )  # fmt: skip

    def _joined_parties(self, first: Token, second: Token, ids: set[str]) -> bool:
        return not ids & {p.id for p in first.parties} and in_one_breath(self.tokens, first, second)

    def _opens_line(self, token: Token) -> bool:
        before = self._previous(token.at)
        return before is None or before.kind is T.STOP
