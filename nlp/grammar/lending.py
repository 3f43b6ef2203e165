"""Words that hold for lines said before them or again: the goods named last (40码10双 41码5双 解放鞋), the same
again in another colour (黄的一样)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.notation import only_other_part
from nlp.catalogue.numbered import having, kin
from nlp.catalogue.resolve import Said, is_head, meaning, names_goods, narrow
from nlp.grammar.entries import Entry
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T

AGAIN = ("一样", "也一样", "同样", "照样", "也是", "一样的", "也照这样", "跟上面一样", "同上", "也是这样", "也一样的")


def lend_back(entries: Sequence[Entry], item: Said, segment: int, lexicon: Lexicon, *, glued: bool = False) -> bool:
    """Give the goods named at the end of a breath to its lines that said only sizes; whether any took them. ``glued``:
    they cling to the last amount (黄郁金香4扎,还有红的5扎黄的3扎剑兰), so that goods named before were not meant."""
    if not item.known or not any(names_goods(word, lexicon) for word in item.words):
        return False
    taking: list[tuple[Entry, frozenset[int]]] = []
    for entry in reversed(entries):
        said = entry.item
        if entry.segment != segment or entry.qty is None or entry.gift or said.strange or said.clash:
            break
        if said.lent and len(said.found) == 1 and not glued:
            if said.found <= item.found:
                continue  # 二级20箱,和田的: there is only that one
            break
        joint = (narrow(said.words, lexicon) if said.lent and glued else said.found) & item.found
        if not joint or any(is_head(word, lexicon) for word in said.words):
            break
        taking.insert(0, (entry, joint))
    before: Entry | None = None
    for entry, joint in taking:
        words = [*entry.item.words, *item.words]
        found = narrow(words, lexicon) or joint
        for word in before.item.words if before is not None else ():  # 白色的M5件 L3件 圆领衫: white, both of them
            if len(found) > 1 and found & meaning(word, lexicon):
                found &= meaning(word, lexicon)
        entry.item.words, entry.item.found, entry.item.lent = words, found, []
        before = entry
    return bool(taking)


def lend_to_list(items: Sequence[Said], lexicon: Lexicon) -> None:
    """30*40和40*60的8丝PE袋各10包: what is said behind the last size holds for those before it that name no goods."""
    last = items[-1]
    if not last.known or not any(is_head(word, lexicon) for word in last.words):
        return
    _lend_size(items, lexicon)
    for item in items[:-1]:
        if not item.words or item.clash or item.strange or len(item.found) < 2:
            continue
        if any(is_head(word, lexicon) for word in item.words) and not item.found & last.found:
            continue
        found, lent = item.found, []
        for word in sorted(last.words, key=lambda w: not is_head(w, lexicon)):
            if found & meaning(word, lexicon):
                found &= meaning(word, lexicon)
                lent.append(word)
        if lent and any(is_head(word, lexicon) for word in lent):
            item.found, item.lent = found, [*item.lent, *lent]
    first = items[0]
    _led_by(first, items[1:], lexicon)
    if any(is_head(word, lexicon) for word in first.words) or not first.found & kin(last.found, lexicon):
        return
    for item in items[1:]:  # 18厘暖白和浅灰颗粒板各5托: what is said in front of the first as well
        for word in first.words if len(item.found) > 1 else ():
            if item.found & meaning(word, lexicon):
                item.found &= meaning(word, lexicon)
                item.lent.append(word)


def _lend_size(items: Sequence[Said], lexicon: Lexicon) -> None:
    """芒果干草莓干黄桃干100克各两箱: a size behind the last of several names holds for all that are open and come in
    it, when none of them says one of its own."""
    last = items[-1]
    head = max((w for w in last.words if is_head(w, lexicon)), key=lambda w: w.start)
    sizes = [w for w in last.words if w.start >= head.end and w.kind in (T.MEASURE, T.SPEC)]
    rest = [i for i in items[:-1] if not i.found & last.found]
    if not sizes or any(w.kind in (T.MEASURE, T.SPEC) for item in rest for w in item.words):
        return
    for item in rest:
        if len(item.found) > 1 and item.known:
            for word in sizes:
                if item.found & meaning(word, lexicon):
                    item.found &= meaning(word, lexicon)
                    item.lent = [*item.lent, word]


def _led_by(first: Said, others: Sequence[Said], lexicon: Lexicon) -> None:
    """卡罗拉的机滤空滤各5个, 导尿管18号双腔三腔各10根: what is said in front of the first of a list holds for the
    others when it leaves one of each."""
    for item in others:
        found, lent = item.found, []
        for word in first.words if len(found) > 1 and not (item.clash or item.strange) else ():
            if not is_head(word, lexicon) and found & meaning(word, lexicon) and word.start < item.start:
                found &= meaning(word, lexicon)
                lent.append(word)
        if len(found) == 1 and lent:
            item.found, item.lent = found, [*item.lent, *lent]


def again(pending: Entry, lines: Sequence[Entry], lexicon: Lexicon) -> list[Entry]:
    """What 黄的一样 orders: the last lines once more, each with the word said now; empty when it is not clear."""
    made: list[Entry] = []
    own = narrow(pending.item.words, lexicon)
    for line in lines:
        words = [*line.item.words, *line.item.lent]
        found = own
        for word in sorted(words, key=lambda w: not names_goods(w, lexicon)):
            found = found & meaning(word, lexicon) or found
        if len(found) != 1 or found == line.item.found or line.qty is None:
            return []
        item = Said([*pending.item.words], found, lent=words)
        entry = Entry(item, section=pending.section, segment=pending.segment)
        entry.qty, entry.unit, entry.approx = line.qty, line.unit, line.approx
        entry.price, entry.price_unit, entry.tax = line.price, line.price_unit, line.tax
        entry.spans = dict(line.spans)
        made.append(entry)
    return made


def row_again(
    pending: Entry, row: Sequence[Entry], entries: Sequence[Entry], lexicon: Lexicon, *, apart: bool = False
) -> list[Entry]:
    """The lines counted together right before, once more with the word said now instead of theirs; empty when that is
    not clear for each of them. ``apart``: they may stand in the line before."""
    place = entries.index(pending) - 1
    if len(row) < 2 or entries[place] is not row[-1] or not 0 <= pending.segment - row[-1].segment <= apart:
        return []
    named = any(names_goods(word, lexicon) for word in pending.item.words)
    if named and not apart:
        return []
    own = narrow(pending.item.words, lexicon)
    made: list[Entry] = []
    for line in row:
        if named:
            near = _of_that_size(line, own, lexicon)  # 床单1.2/1.5 48/58,被套82/90
            made.append(Entry(Said([*pending.item.words], near), section=pending.section, segment=pending.segment))
            if len(near) != 1:
                return []
            continue
        near = only_other_part(next(iter(line.item.found)), own, lexicon) if len(line.item.found) == 1 else frozenset()
        if len(near) != 1:
            near = own & kin(line.item.found, lexicon)  # 卡罗拉机滤空滤各20个 轩逸的各10个
        if len(near) != 1:
            return []
        item = Said([*pending.item.words], near, lent=[*line.item.words])
        made.append(Entry(item, section=pending.section, segment=pending.segment))
    return made if len({n for entry in made for n in entry.item.found}) == len(row) else []


def _of_that_size(line: Entry, own: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """Which of other goods have the size, colour or number a line was told by."""
    for word in reversed(line.item.words):
        if names_goods(word, lexicon):
            continue
        if word.value is not None and word.kind is T.SPEC:
            return having(word.value, own, lexicon)
        return own & lexicon.postings(word.term or word.text)
    return frozenset()


def of_one_name(entries: Sequence[Entry], lexicon: Lexicon) -> list[Entry]:
    """The lines said last that are all goods of one name."""
    kept: list[Entry] = []
    last: set[str] = set()
    for entry in reversed(entries):
        names = {lexicon.product(n).name for n in list(entry.item.found)[:60]}
        if entry.qty is None or len(names) != 1 or (kept and (names != last or entry.segment != kept[0].segment)):
            break
        last = names
        kept.insert(0, entry)
    return kept


def share_back(entries: Sequence[Entry], lexicon: Lexicon) -> None:
    """五年陈和三年陈的500毫升黄酒各5箱: what the last of a row says of its goods holds for those before it of one name
    with it, as far as it decides which."""
    last = entries[-1].item
    if len(entries) < 2 or len(last.found) != 1 or not last.known:
        return
    name = lexicon.product(next(iter(last.found))).name
    for entry in entries[:-1]:
        found = entry.item.found
        if len(found) < 2 or not entry.item.known:
            continue
        for word in last.words:
            found = found & meaning(word, lexicon) or found
        if len(found) == 1 and lexicon.product(next(iter(found))).name == name and found != last.found:
            entry.item.found = found


def said_of_all(items: Sequence[Said], item: Said, lexicon: Lexicon) -> bool:
    """450、700的圆盒都要黑的: an attribute said of every item of a list; whether they all took it."""
    if item.strange or item.clash or any(is_head(word, lexicon) for word in item.words):
        return False
    joints = [one.found & item.found for one in items]
    if not all(joints) or any(one.clash or one.strange for one in items):
        return False
    for one, joint in zip(items, joints, strict=True):
        one.words.extend(item.words)
        one.found = joint
    return True


def contrasted(entries: Sequence[Entry], lexicon: Lexicon) -> None:
    """可乐330十件,无糖的330五件: what another line calls by a word more of its name is not what the first one means."""
    tellers: dict[int, dict[str, Entry | None]] = {}  # section -> word -> the only line that says it
    for other in entries:
        for token in other.item.words if other.item.lent and other.qty is not None else ():
            said, word = tellers.setdefault(other.section, {}), token.term or token.text
            said[word] = other if said.get(word, other) is other else None
    for entry in entries:
        if not 1 < len(entry.item.found) <= 12 or entry.qty is None or not entry.item.known:
            continue
        names = {n: fold_key(lexicon.product(n).name) for n in entry.item.found}
        for word, teller in tellers.get(entry.section, {}).items():
            if teller is entry:
                continue
            more = {n for n, name in names.items() if word in name}
            plain = {n: name for n, name in names.items() if n not in more}
            if len(word) > 1 and more and len(plain) == 1:
                own = next(iter(plain.values()))
                if all(names[n].replace(word, "", 1) == own for n in more):
                    entry.item.found = frozenset(plain)
                    break


def by_measure_alone(entries: Sequence[Entry], lexicon: Lexicon) -> None:
    """枪头10ul两箱,1ml的一箱: a measure alone is said of the goods named before it. When none of them has it, what else
    happens to is not meant; that is asked."""
    for before, entry in pairwise(entries):
        item = entry.item
        alone = bool(item.words) and all(word.kind is T.MEASURE for word in item.words) and not item.lent
        if not alone or item.clash or item.strange or entry.section != before.section:
            continue
        named = any(word.kind is T.ITEM and is_head(word, lexicon) for word in (*before.item.words, *before.item.lent))
        again = any(other is not entry and other.item.found & item.found for other in entries)
        if named and not again:
            item.clash = True
