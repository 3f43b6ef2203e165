"""Prices said behind the list they belong to: 皮带18,帽子7块; 黑的48一卷 白的52一卷."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import is_head, narrow
from nlp.grammar.entries import Entry
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token, within

_SIDE_BY_SIDE = ("的", "和", "、", "跟", "/", "与")
_COSTS = (Decimal("0.5"), Decimal(2))  # of the list price


def settle(entries: list[Entry], lexicon: Lexicon, tokens: Sequence[Token] = ()) -> list[Entry]:
    """Entries without those that only say what lines before or after them cost."""
    entries = _price_list(entries, lexicon, tokens)
    entries = _sizes_cost(entries, lexicon)
    entries = _dearer_ones(_listed_ahead(entries, lexicon, tokens), lexicon)
    place = {id(entry): at for at, entry in enumerate(entries)}
    waiting = [entry for entry in entries if _waits(entry)]
    gone: set[int] = set()
    for entry in entries:
        if entry.gift or not entry.item.known or entry.tiers:
            continue
        if entry.price is not None and entry.qty is None:
            lines = [e for e in waiting if _may_cost(entry, e) or _of_that_size(entry, e, lexicon)]
            lines = _said_so(entry, lines, waiting)
        elif _bare(entry):
            lines = _lines_before(entry, waiting, place, lexicon)
            if not lines or not _bare_price(entry, lines, lexicon):
                continue
            entry.price, entry.price_unit = entry.qty, None
            entry.spans["unit_price"] = entry.spans["qty"]
        else:
            continue
        if not lines:
            if entry.price is not None and _told_already(entry, entries):
                gone.add(id(entry))
            continue
        _spread(entry, lines)
        gone.add(id(entry))
        waiting = [e for e in waiting if _waits(e) and id(e) not in gone]
    return [entry for entry in entries if id(entry) not in gone]


def _said_so(entry: Entry, lines: list[Entry], waiting: list[Entry]) -> list[Entry]:
    """核桃185一级两袋,二分头一箱,一级的按21: the line that was called so, not the last one, which only is so."""
    own = {word.text for word in entry.item.words if word not in entry.item.lent}
    called = [e for e in waiting if e.section == entry.section and own <= {word.text for word in e.item.words}]
    if not entry.item.lent or len(called) != 1 or any(e in called for e in lines):
        return lines
    return called


def _listed_ahead(entries: list[Entry], lexicon: Lexicon, tokens: Sequence[Token]) -> list[Entry]:
    """黑的藏青3块,大红3块1 behind the lines: words side by side, the price behind the last is each of theirs."""
    for before, entry in reversed(list(pairwise(entries))):
        silent = before.price is None and before.qty is None and not (before.approx or before.gift or before.tiers)
        price = entry.price if entry.qty is None else entry.qty if _bare(entry) else None
        if not silent or price is None or not before.item.known or before.segment != entry.segment:
            continue
        between = within(tokens, before.item.end, entry.item.start)
        if any(t.kind is not T.GAP and t.text not in _SIDE_BY_SIDE for t in between):
            continue
        lines = [e for e in entries if _waits(e) and (_may_cost(before, e) or _of_that_size(before, e, lexicon))]
        if lines and all(e.item.start < before.item.start for e in lines):
            before.price, before.price_unit = price, entry.price_unit if entry.price is not None else None
            before.spans["unit_price"] = entry.spans["unit_price" if entry.price is not None else "qty"]
    return entries


def _dearer_ones(entries: list[Entry], lexicon: Lexicon) -> list[Entry]:
    """402线黑白藏青各5盒,3.1一个,藏青3.3: what one of several lines costs that were priced together."""
    kept: list[Entry] = []
    for entry in entries:
        price = entry.price if entry.qty is None else entry.qty if _bare(entry) else None
        span = entry.spans.get("unit_price" if entry.price is not None else "qty")
        lines = [
            e for e in kept
            if e.qty is not None and e.price is not None and len(e.item.found) == 1 and not e.gift
            and e.segment == entry.segment and (_may_cost(entry, e) or _of_that_size(entry, e, lexicon))
        ] if price is not None and not entry.gift and not entry.tiers and not entry.item.strange else []  # fmt: skip
        shared = [e for e in kept if lines and e.spans.get("unit_price") == lines[0].spans["unit_price"]]
        before = lines[0].price if len(lines) == 1 and len(shared) > 1 else None
        if price is None or not before or price == before or not Decimal("0.6") <= price / before <= Decimal("1.6"):
            kept.append(entry)
        else:
            lines[0].price, lines[0].spans["unit_price"] = price, span or (0, 0)
            lines[0].price_unit = entry.price_unit or lines[0].price_unit
    return kept


def _told_already(entry: Entry, entries: list[Entry]) -> bool:
    """薯片都按5块5 behind two kinds of them, a gift in between: both of them cost that already."""
    costs = [e for e in entries if _may_cost(entry, e) and e.qty is not None and not e.gift]
    return (
        bool(costs) and not entry.approx and all(e.spans.get("unit_price") == entry.spans["unit_price"] for e in costs)
    )


def _price_list(entries: list[Entry], lexicon: Lexicon, tokens: Sequence[Token]) -> list[Entry]:
    """价格 开心果44一斤 巴旦木30 核桃仁20.5 in a line of its own behind the goods: every number of it is a price, and
    the names say which of the lines."""
    lists = _headed_by_price(tokens)
    told = [e for e in entries if e.segment in lists and not e.gift and not e.tiers and not e.item.strange]
    first = min((e.segment for e in told), default=0)
    lines = [e for e in entries if e.segment < first and _waits(e) and e.unit is not None]
    if not lines or any(e.qty is not None and (e.unit is not None or e.price is not None) for e in told):
        return entries
    pairs: list[tuple[Entry, list[Entry]]] = []
    for entry in told:
        fitting = [e for e in lines if _may_cost(entry, e)] or [e for e in lines if _named(entry, e, lexicon)]
        price = entry.price if entry.price is not None else entry.qty
        if not fitting or price is None:
            return entries
        pairs.append((entry, fitting))
    for entry, fitting in pairs:
        if entry.price is None:
            entry.price, entry.price_unit, entry.spans["unit_price"] = entry.qty, None, entry.spans["qty"]
        _spread(entry, fitting)
    return [e for e in entries if not any(e is entry for entry, _ in pairs)]


def _named(entry: Entry, line: Entry, lexicon: Lexicon) -> bool:
    """巴旦木 of an ordered 巴旦木仁, although other goods are called just so."""
    if line.section != entry.section:
        return False
    return all(line.item.found <= lexicon.postings(word.term or word.text) for word in entry.item.words)


def _headed_by_price(tokens: Sequence[Token]) -> set[int]:
    """The sentences that begin with a word for a price."""
    found: set[int] = set()
    number, opens = 0, True
    for token in tokens:
        if token.kind is T.STOP:
            number, opens = number + 1, True
        elif opens and token.kind is not T.GAP:
            if token.has(c.PRICE) and "价" in token.text:
                found.add(number)
            opens = False
    return found


def from_heading(entries: list[Entry], nobodys: set[int]) -> list[Entry]:
    """接龙 猫砂 17一袋 over the lines of several customers: goods and a price of nobody's own are a heading, and the
    price is everybody's who says nothing else. ``nobodys``: sections without a party."""
    kept: list[Entry] = []
    for entry in entries:
        own = entry.section in nobodys and entry.qty is None and entry.price is not None and not entry.approx
        if not own:
            kept.append(entry)
            continue
        lines = [
            e for e in entries
            if e.section not in nobodys and e.item.found and e.item.found <= entry.item.found and not e.gift
        ]  # fmt: skip
        if len({e.section for e in lines}) < 2:
            kept.append(entry)
            continue
        _spread(entry, [e for e in lines if e.price is None])
    return kept


def share_units(entries: list[Entry], lexicon: Lexicon) -> None:
    """黑2 深棕1 浅棕1盒: the unit said behind the last of a list of one name is everybody's."""
    shared = Counter(entry.spans.get("qty") for entry in entries)
    for at, last in enumerate(entries):
        if last.unit is None or last.qty is None or at < 2 or last.gift:
            continue
        if "qty" in last.spans and shared[last.spans["qty"]] > 1:
            continue  # 红100 白80 绿60,18的红白各一箱: the unit is said of those that follow
        if entries[at - 1].unit is not None:
            continue
        names = {lexicon.product(n).name for n in list(last.item.found)[:20]}
        row: list[Entry] = []
        for place in range(at - 1, -1, -1):
            entry = entries[place]
            if entry.qty is None or entry.unit is not None or entry.price is not None or entry.gift:
                break
            own = {lexicon.product(n).name for n in list(entry.item.found)[:20]}
            if own != names or (entry.segment, entry.section) != (last.segment, last.section):
                break
            row.append(entry)
        for entry in row if len(row) > 1 else ():
            if any(lexicon.product(n).factor(last.unit) is not None for n in list(entry.item.found)[:20]):
                entry.unit = last.unit


def _waits(line: Entry) -> bool:
    """A line of one product without a price."""
    known = line.item.known and len(line.item.found) == 1
    return known and line.qty is not None and line.price is None and not line.gift


def _bare(entry: Entry) -> bool:
    return entry.price is None and entry.qty is not None and entry.unit is None and not entry.approx


def _lines_before(entry: Entry, waiting: list[Entry], place: dict[int, int], lexicon: Lexicon) -> list[Entry]:
    """The lines a bare number behind them may be the price of; none when one stands behind it or has no unit."""
    lines = []
    for line in waiting:
        if _may_cost(entry, line) or _of_that_size(entry, line, lexicon):
            if line.unit is None or place[id(line)] > place[id(entry)]:
                return []
            lines.append(line)
    return lines


def _may_cost(entry: Entry, line: Entry) -> bool:
    """Whether a line that waits for a price is one of the goods an entry names."""
    return line is not entry and line.section == entry.section and line.item.found <= entry.item.found


def _of_that_size(entry: Entry, line: Entry, lexicon: Lexicon) -> bool:
    """1.5的128一套 behind lines of several colours: what was said last lent its colour, but the size alone was said."""
    if line is entry or line.section != entry.section or any(is_head(word, lexicon) for word in entry.item.words):
        return False
    names = {lexicon.product(n).name for n in list(entry.item.found)[:20]}
    own = narrow(entry.item.words, lexicon)
    return line.item.found <= own and {lexicon.product(n).name for n in line.item.found} <= names


def _sizes_cost(entries: list[Entry], lexicon: Lexicon) -> list[Entry]:
    """1.5的128 1.8的142 at the end of lines that say a colour as well: bare numbers, behind words that would not tell
    which goods were wanted, and near what those cost."""
    first = len(entries)
    while first and _bare(entries[first - 1]) and not any(is_head(w, lexicon) for w in entries[first - 1].item.words):
        first -= 1
    for start in range(first, len(entries)):
        tail = entries[start:]
        lines = [e for e in entries[:start] if not e.gift and (e.qty is not None or e.approx or e.price is not None)]
        if not lines or not all(_waits(e) and e.section == tail[0].section for e in lines):
            continue
        if any(entry.segment != tail[0].segment for entry in tail) or lines[-1].segment == tail[0].segment:
            continue
        own = [[line for line in lines if _of_that_size(entry, line, lexicon)] for entry in tail]
        covered = {id(line) for part in own for line in part}
        wide = all(len(narrow(entry.item.words, lexicon)) > 1 for entry in tail)
        if not all(own) or not wide or sum(map(len, own)) != len(covered) or len(covered) != len(lines):
            continue
        if not all(_bare_price(entry, part, lexicon) for entry, part in zip(tail, own, strict=True)):
            continue
        for entry, part in zip(tail, own, strict=True):
            entry.price, entry.price_unit = entry.qty, None
            entry.spans["unit_price"] = entry.spans["qty"]
            _spread(entry, part)
        return entries[:start]
    return entries


def _spread(entry: Entry, lines: list[Entry]) -> None:
    for line in lines:
        line.price, line.price_unit = entry.price, entry.price_unit
        line.spans["unit_price"] = entry.spans["unit_price"]
        line.tax = line.tax if line.tax is not None else entry.tax


def _bare_price(entry: Entry, lines: list[Entry], lexicon: Lexicon) -> bool:
    """皮带18 behind 皮带110 120 130各20条: a number without a unit, for goods ordered with one: what they cost."""
    assert entry.qty is not None
    for line in lines:
        product = lexicon.product(next(iter(line.item.found)))
        factor = product.factor(line.unit or product.default_unit)
        if not product.list_price or not factor:
            return False
        share = entry.qty / product.list_price
        if not any(_COSTS[0] <= share / size <= _COSTS[1] for size in {factor, Decimal(1), *product.units.values()}):
            return False
    return True


def reached(entries: list[Entry], lexicon: Lexicon) -> None:
    """够20床就给56一床,她要24床: of goods that are ordered, the price of the highest step the amount reaches."""
    for entry in entries:
        if not entry.tiers or entry.qty is None or len(entry.item.found) != 1 or entry.approx:
            continue
        product = lexicon.product(next(iter(entry.item.found)))
        own = product.factor(entry.unit or product.default_unit)
        steps = []
        for tier in entry.tiers:
            factor = product.factor(tier.unit or entry.unit or product.default_unit)
            if own is None or factor is None:
                break
            if entry.qty * own >= Decimal(tier.min_qty) * factor:
                steps.append((Decimal(tier.min_qty) * factor, Decimal(tier.price)))
        else:
            if steps:
                entry.price, entry.price_unit = max(steps)[1], None
            if entry.price is not None:
                entry.tiers = []
