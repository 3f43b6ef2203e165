"""What an item leaves out and takes from the one before it: 黑笔10盒,红的5盒; 卡罗拉前片5副后片3副."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.notation import only_other_part, plain_colours
from nlp.catalogue.numbered import kin
from nlp.catalogue.resolve import Said, distinct, family_of_one, is_head, meaning, names_goods, said_as_spec
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token


def inherit(item: Said, before: Said | None, lexicon: Lexicon, *, listed: bool = False, next_row: bool = False) -> None:
    """Ellipsis: an item that says only its attributes continues the one before it. ``listed``: both wait for one common
    quantity, so that attributes said once are shared too (不锈钢M6*30和M8*30各5盒). ``next_row``: it stands in another
    row, where the same word may mean the same goods again (人民路店 A4相纸230克 10包 / 学府店 230克 6包)."""
    if before is None or not item.words or item.clash or not before.words:
        return
    if _only_which(item, before, lexicon):
        return
    if any(is_head(word, lexicon) for word in item.words) and len(item.found) == 1:
        item.found |= said_as_spec(item, before, lexicon) if listed and len(before.found) == 1 else frozenset()
        return
    words = distinct((*before.words, *before.lent))
    if any(_size(word) for word in item.words):
        words = [word for word in words if not _size(word)]  # 三通50、110: one size stands for the other
    heads = [word for word in words if names_goods(word, lexicon)]
    if not heads and len(before.found) == 1 and before.found != item.found:
        fitting = [word for word in before.words if item.found & meaning(word, lexicon)]
        heads = [min(fitting or before.words, key=lambda word: word.start)]  # 6204 ZZ 20套 2RS 30套: of 6204 again
    said = [word for word in item.words if is_head(word, lexicon)]
    if len(said) == len(item.words) or any(not before.found <= meaning(word, lexicon) for word in said):
        return
    if _next_of_kin(item, before, words, lexicon, listed=listed) or said:
        return  # goods that say what they are stand for themselves
    joint = item.found
    lent: list[Token] = []
    for word in (*heads, *(word for word in words if word not in heads)):
        narrowed = joint & meaning(word, lexicon) or joint & family_of_one(word, lexicon)
        if narrowed:
            joint = narrowed
            lent.append(word)
    if len(before.found) == 1 < len(item.found) and not any(word in heads for word in lent):
        joint, lent = _by_ending(item, heads, words, lexicon) or (joint, lent)
    if joint == before.found:
        _same_again(item, joint, words, lent, next_row=next_row)
        return
    if len(joint) > 1 and lent and len(before.found) == 1:
        joint = joint & kin(before.found, lexicon) or joint  # 绷带8公分, 10公分: of the bandage of that name
    own = joint & kin(before.found, lexicon) if len(_names(before.found, lexicon)) == 1 else joint
    joint = own or joint
    alike = not lent and len(before.found) == len(own) == 1 and not item.strange  # BV2.5蓝5卷 4平方红2卷
    if alike or any(word in heads for word in lent) or (listed and lent and len(joint) < len(item.found)):
        item.found = joint
        item.lent = lent or words


def _same_again(
    item: Said, joint: frozenset[int], words: Sequence[Token], lent: list[Token], *, next_row: bool
) -> None:
    told = {word.term or word.text for word in words}
    if next_row and len(joint) == 1 and {word.term or word.text for word in item.words} <= told:
        item.found, item.lent = joint, lent


def _by_ending(
    item: Said, heads: Sequence[Token], words: Sequence[Token], lexicon: Lexicon
) -> tuple[frozenset[int], list[Token]] | None:
    """嘭嘭可乐罐装10件,无糖的10件, of goods called 嘭嘭无糖可乐: what the name said before ends with is theirs too."""
    for head in heads:
        term = head.term or head.text
        for at in range(1, len(term) - 1):
            joint = item.found & lexicon.postings(term[at:]) if lexicon.is_head(term[at:]) else frozenset()
            joint = frozenset(n for n in joint if fold_key(lexicon.product(n).name).endswith(term[at:]))
            if joint:
                for word in words:
                    joint = joint & meaning(word, lexicon) or joint
                return joint, [head]
    return None


def _next_of_kin(item: Said, before: Said, words: list[Token], lexicon: Lexicon, *, listed: bool) -> bool:
    """卡罗拉前片5副后片3副: the one product that differs from the one before in nothing but what is said now."""
    whole = any((w.exact and w.kind is T.ITEM) or names_goods(w, lexicon) for w in before.words)
    if not len(before.found) == 1 < len(item.found) or not (listed or before.lent or whole):
        return False
    near = only_other_part(next(iter(before.found)), item.found, lexicon)
    near = plain_colours({w.text for w in item.words}, near, lexicon)
    if len(near) != 1:
        return False
    item.found, item.lent = near, list(words)
    return True


def _size(word: Token) -> bool:
    return word.kind is T.SPEC and word.text.isdigit()


def _only_which(item: Said, before: Said, lexicon: Lexicon) -> bool:
    """角磨机100的2台,充电的1台: a word with which names begin and none ends says which one of the goods named last."""
    if len(item.words) != 1 or item.words[0].kind is not T.ITEM or item.words[0].exact or len(item.found) < 2:
        return False
    word = item.words[0].term or item.words[0].text
    names = [fold_key(lexicon.product(n).name) for n in list(item.found)[:60]]
    if not all(name.startswith(word) for name in names):
        return False
    heads = [w for w in (*before.words, *before.lent) if w.kind is T.ITEM and is_head(w, lexicon)]
    ends = [
        w for w in heads
        if any(fold_key(lexicon.product(n).name).endswith(w.term or w.text) for n in list(meaning(w, lexicon))[:60])
    ]  # fmt: skip
    for head in ends:
        joint = item.found & meaning(head, lexicon)
        if joint and joint < item.found:
            item.found, item.lent = joint, [head]
            return True
    return False


def _names(found: frozenset[int], lexicon: Lexicon) -> set[str]:
    return {lexicon.product(n).name for n in list(found)[:60]}
