"""Lines over a list that only say what the list is: 送货信息 over a form, 各园区美工材料统计 over what several
customers want. Words of goods in them are no line."""

from __future__ import annotations

import re

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import narrow
from nlp.grammar.entries import Entry, Reading
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_FORM = re.compile(
    r"(?m)^[ \t\[(*=-]{0,6}(?:送货|收货|收件|发货|配送|提货|客户|商品|货物|产品|订单|订货|订购|下单)"
    r"(?:信息|资料|明细|详情|内容|信息表|登记表?)[ \t\])*=:-]{0,6}(?=\n)"
)
_COUNTS = re.compile(r"统计|汇总|登记|接龙|报名|申领|申购|申报|报单|报数|集中采购|团购|一览|清单|明细")


def blanked(text: str) -> str:
    """A folded text without the titles of forms; every offset stays."""
    return _FORM.sub(lambda match: " " * len(match[0]), text)


def without(entries: list[Entry], nobodys: set[int], tokens: list[Token], out: Reading) -> list[Entry]:
    """Entries without goods that only the title of a list of several customers names. ``nobodys``: sections without
    a party."""
    if _over_rows(entries):
        return entries[1:]
    named = [e for e in entries if e.section not in nobodys]
    if len({e.section for e in named}) < 2:
        return entries
    segments = _titled(tokens)
    first = min(e.segment for e in named)

    def title(entry: Entry) -> bool:
        bare = entry.qty is None and entry.price is None and not entry.approx and not entry.tiers
        over = entry.section in nobodys and entry.segment < first and entry.segment in segments
        return bare and over

    kept = [e for e in entries if not title(e)]
    if len(kept) < len(entries):
        _close(out, kept)
    return kept


def told_of_all(entries: list[Entry], tokens: list[Token], lexicon: Lexicon) -> list[Entry]:
    """尿裤都绵贝儿的, 牌子都要晴格的 over or under the lines: which make all of them are, no line of its own."""
    for entry in (entries[:1] + entries[-1:]) if len(entries) > 2 else []:
        bare = entry.qty is None and entry.price is None and not entry.approx and not entry.tiers
        lines = [e for e in entries if e is not entry and e.segment != entry.segment]
        if not bare or entry.item.strange or len(lines) < len(entries) - 1:
            continue
        first = entry.item.start
        said = next((t for t in tokens if t.has(c.ALL) and t.end >= first - 1 and t.start < entry.item.end), None)
        words = [w for w in entry.item.words if said is not None and w.start >= said.end]
        made = narrow(words, lexicon) if words else frozenset()
        open_ones = [e for e in lines if len(e.item.found) > 1 and e.qty is not None]
        if not made or not open_ones or not all(e.item.found & made for e in open_ones):
            continue
        for line in open_ones:
            line.item.found &= made
        return [e for e in entries if e is not entry]
    return entries


def _over_rows(entries: list[Entry]) -> bool:
    """奶瓶专柜首批 over rows that all name bottles themselves: the first line says only what the list is of."""
    first, rows = entries[0] if entries else None, entries[1:]
    if first is None or len(rows) < 2 or first.qty is not None or first.approx or first.price is not None:
        return False
    if first.tiers or not first.item.found or first.gone:
        return False
    return all(
        e.segment > first.segment and e.qty is not None and e.item.known and e.item.found < first.item.found
        for e in rows
    )  # fmt: skip


def _close(out: Reading, entries: list[Entry]) -> None:
    """Without its goods a title opens no section: the first customer's part begins with it, and so its day is
    everybody's."""
    if len(out.sections) < 2 or out.sections[0].party is not None or any(e.section == 0 for e in entries):
        return
    out.sections[1].start = out.sections[0].start
    del out.sections[0]
    for entry in {id(e): e for e in (*entries, *out.dropped)}.values():
        entry.section = max(0, entry.section - 1)


def _titled(tokens: list[Token]) -> set[int]:
    """The numbers of the sentences that say they are a title."""
    said = [""]
    for token in tokens:
        if token.kind is T.STOP:
            said.append("")
        else:
            said[-1] += token.text
    return {number for number, words in enumerate(said) if _COUNTS.search(words)}
