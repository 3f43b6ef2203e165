"""Which product is meant: the set of products consistent with everything said, never a best score.

A product is its head noun and its attributes. Each word said narrows the set; exactly one left is an answer, more are a
question, none is a question too. Spec numbers are compared in one canonical spelling and never fuzzily.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import nsmallest
from itertools import pairwise

from nlp.catalogue.lexicon import Lexicon, Product
from nlp.catalogue.notation import of_colour, only_other_part, plain_colours
from nlp.catalogue.numbered import described, kin
from nlp.catalogue.terms import SINGLE, full_key
from nlp.catalogue.units import TWIN
from nlp.scanning.numbers import plain
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token

MAX_CANDIDATES = 12
NEGATIVE = "不非无未免"
_MOST = 400  # products looked through for a number
_OFFERED = 200


@dataclass(slots=True)
class Said:
    """An item as said: its words, and every product they fit."""

    words: list[Token] = field(default_factory=list)
    found: frozenset[int] = frozenset()
    strange: list[Token] = field(default_factory=list)  # words no product of the catalogue answers to
    family: bool = False  # an alias was taken for products of the same name
    lent: list[Token] = field(default_factory=list)  # words of an item before that hold for this one too
    clash: bool = False  # the words exist, but no product has them all

    @property
    def start(self) -> int:
        return min(token.start for token in (*self.words, *self.strange))

    @property
    def end(self) -> int:
        return max(token.end for token in (*self.words, *self.strange))

    @property
    def text(self) -> str:
        return "".join(t.text for t in sorted((*self.words, *self.strange), key=lambda t: t.start))

    @property
    def known(self) -> bool:
        """Whether it names products and nothing in it is foreign to them."""
        return bool(self.found) and not self.strange and not self.clash


def meaning(token: Token, lexicon: Lexicon) -> frozenset[int]:
    """Products that answer to one word."""
    if token.found is not None:
        return token.found
    term = token.term or token.text
    found = lexicon.postings(term)
    return found | lexicon.exact(full_key(term)) if token.exact or not found else found


def family(token: Token, lexicon: Lexicon) -> frozenset[int]:
    """Products of the same name as the ones a word is the alias of: 自攻钉 4.2*25 when only another size carries the
    alias. An alias that itself says a colour or a size stands for nothing but its own product."""
    key = full_key(token.term or token.text)
    if lexicon.is_learned(key):
        return frozenset()  # confirmed for one product, not for its family
    own = [lexicon.product(n) for n in lexicon.exact(key)]
    names = {fold_key(product.name) for product in own}
    telling = {char for char in key if char in SINGLE or char.isdigit()}
    if any(telling - set(name) for name in names):
        return _told_alike(telling, names, lexicon.exact(key), lexicon)
    if any(_says_spec(key, product) for product in own):
        return frozenset()  # 五香瓜子 of 葵花籽 五香
    found: frozenset[int] = frozenset()
    for name in names:
        found |= lexicon.exact(full_key(name))
    return found


def _says_spec(key: str, product: Product) -> bool:
    """Whether an alias holds a word of its product's spec that the name does not hold."""
    name = fold_key(product.name)
    words = re.findall(r"[\u4e00-\u9fff]{2,}", fold_key(product.spec))
    return any(word in key and word not in name for word in words)


def _told_alike(telling: set[str], names: set[str], own: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """轩逸前刹车片, when 前刹车片 is what the front ones of another car are called: of that name, and 前 as well."""
    if len(names) != 1 or len(own) != 1:
        return frozenset()
    name = next(iter(names))
    rest = telling - set(name)
    if any(char.isdigit() for char in rest) or not all(rest <= _spec_words(n, lexicon) for n in own):
        return frozenset()
    return frozenset(n for n in lexicon.exact(full_key(name)) if rest <= _spec_words(n, lexicon))


def _spec_words(number: int, lexicon: Lexicon) -> set[str]:
    return set(fold_key(lexicon.product(number).spec).split())


def distinct(words: Iterable[Token]) -> list[Token]:
    """Words without those that say what another has said already; a spec named twice is one spec."""
    seen: dict[object, Token] = {}
    for token in words:
        seen.setdefault(token.found or token.term or token.text, token)
    return list(seen.values())


def narrow(words: Sequence[Token], lexicon: Lexicon) -> frozenset[int]:
    """Products consistent with all words; an exactly named product beats those that merely contain the word."""
    found: frozenset[int] | None = None
    for token in distinct(words):
        found = meaning(token, lexicon) if found is None else found & meaning(token, lexicon)
    if not found:
        return frozenset()
    if len(found) > 1:
        for key in _exact_keys(words):
            exact = lexicon.exact(key) & found
            if exact:
                found = exact
                if len(found) == 1:
                    break
    if len(found) > 1:
        found = plain_colours({token.text for token in words if token.kind is T.ITEM}, found, lexicon)
    return _affirmed(words, found, lexicon) if len(found) > 1 else found


def _affirmed(words: Sequence[Token], found: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """带针 is not 不带针: goods that have a word only in the negative give way to those that have it."""
    if len(found) > MAX_CANDIDATES:
        return found
    texts: dict[int, str] = {}
    for token in words:
        if token.kind is not T.ITEM or len(token.text) < 2 or token.text[0] in NEGATIVE:
            continue
        said = token.term or token.text
        texts = texts or {n: fold_key(f"{lexicon.product(n).name} {lexicon.product(n).spec}") for n in found}
        refused = tuple(char + said for char in NEGATIVE)
        refusing = {n for n in found if any(word in texts[n] for word in refused)}
        if not refusing:
            continue
        plainly = re.compile(rf"(?<![{NEGATIVE}]){re.escape(said)}")
        negative = {n for n in refusing if not plainly.search(texts[n])}
        if negative and any(plainly.search(texts[n]) for n in found - negative):
            found = found - negative
    return found


def _exact_keys(words: Sequence[Token]) -> Iterable[str]:
    ordered = sorted(words, key=lambda token: token.start)
    if len(ordered) > 1:
        yield full_key("".join(token.text for token in ordered))
    for token in ordered:
        if token.exact:
            yield full_key(token.term or token.text)


def widened(words: Sequence[Token], lexicon: Lexicon) -> frozenset[int]:
    """Products that fit all words when an alias may stand for its whole family; empty when no alias is among them."""
    found: frozenset[int] | None = None
    helped = False
    for token in words:
        own = meaning(token, lexicon)
        kin = family(token, lexicon) if token.exact else frozenset()
        helped = helped or bool(kin - own)
        own = own | kin
        found = own if found is None else found & own
    return found if found and helped else frozenset()


def is_head(token: Token, lexicon: Lexicon) -> bool:
    """Whether a word can open an item of its own."""
    return token.kind is T.ITEM and lexicon.is_head(token.term or token.text)


def names_goods(token: Token, lexicon: Lexicon) -> bool:
    """Whether a word says what a thing is, so that the next item may share it: a head, a style number (8801) or the
    letters of a name (polo)."""
    if is_head(token, lexicon):
        return True
    if token.kind is T.ITEM:
        term = token.term or token.text
        return len(term) > 1 and term.isascii() and lexicon.only_names(term)
    if token.kind is not T.SPEC or not token.found or len(token.text) < 3:
        return False
    number = re.compile(rf"(?<!\d){re.escape(token.text)}(?!\d)")
    return all(number.search(lexicon.product(n).name) for n in list(token.found)[:60])


def group(tokens: Sequence[Token], lexicon: Lexicon) -> list[Said]:
    """Cut a run of item words into items. A word that contradicts the item so far opens the next one: with its own head
    when it is a head, else sharing the head of the item before (黑色 蓝色 of one pen); a head at the end serves the
    attributes before it."""
    items: list[Said] = []
    for at, token in enumerate(tokens):
        if not _between(tokens, at, lexicon):
            _place(token, items, lexicon)
    for item in items:
        if item.words and not item.clash and not item.family:
            item.found = narrow(item.words, lexicon)
    for before, item in pairwise(items):  # 海苔芝麻巴旦木各两箱
        if len(before.found) == len(item.found) == 1 and before.found != item.found and not item.clash:
            item.found |= said_as_spec(item, before, lexicon)
    if len(items) > 1:
        said = [w for item in reversed(items) for w in item.words]
        head = next((w for w in said if is_head(w, lexicon)), None)
        head = head or next((w for w in said if names_goods(w, lexicon)), None)
        if head is None and all(of_colour(item.words) for item in items[:-1]) and of_colour(items[-1].words[:1]):
            head = next(iter(items[-1].words[1:]), None)  # 红蓝BV2.5
        if head is not None:
            _lend_back([*items], head, lexicon)
    return items


def _between(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """T5灯架 of a T5一体支架: a character of other goods glued between two words that fit one another and not it."""
    token = tokens[at]
    if not 0 < at < len(tokens) - 1 or token.kind is not T.ITEM or token.exact or len(token.text) != 1:
        return False
    before, after = tokens[at - 1], tokens[at + 1]
    if token.text in SINGLE or before.end != token.start or after.start != token.end:
        return False
    own, one, other = (meaning(t, lexicon) for t in (token, before, after))
    return bool(one & other) and not own & one and not own & other


def _place(token: Token, items: list[Said], lexicon: Lexicon) -> None:
    """Put one word into the item being read, or begin the next with it."""
    found = meaning(token, lexicon) if token.kind in (T.ITEM, T.MEASURE, T.SPEC) else frozenset()
    if not found:
        if not items:
            items.append(Said())
        if not _left_out(token, items[-1], lexicon):
            items[-1].strange.append(token)
        return
    if not items:
        items.append(Said([token], found))
        return
    current = items[-1]
    if not current.words:
        current.words, current.found = [token], found
        return
    head = is_head(token, lexicon)
    joint = current.found & found
    if head and joint and (lent := _lent_head(token, current)) is not None:
        current.words[current.words.index(lent)] = token  # 香辣鸭脖甜辣鸭脖: the name once more, of the second one
        return
    if len(items) > 1 and all(of_colour(words) for words in ([token], current.words[:1], items[-2].words[:1])):
        items.append(Said([token], found))  # 红蓝黄绿: four, although something is 黄绿
        return
    if joint and not (_complete(current, lexicon) and head and token.exact and not _name_behind(token, found, current)):
        current.words.append(token)
        current.found = joint
        return
    if head and token.exact and not any(is_head(word, lexicon) for word in current.words):
        kindred = family(token, lexicon) & current.found
        if kindred:  # 1kg高粉: of the family of the alias
            current.words.append(token)
            current.found, current.family = kindred, True
            return
    wider = frozenset() if head else widened(current.words, lexicon) & found
    if wider:
        current.words.append(token)
        current.found, current.family = wider, True
    elif head:
        if token.exact and len(items) == 1 and _only_size_of(current, token):
            current.words.append(token)
            current.clash = True  # 1.9L的老抽: no such thing
            return
        items.append(Said([token], found))
        _lend_back(items, token, lexicon)
    else:
        _sibling(token, found, items, lexicon)


def _name_behind(token: Token, found: frozenset[int], item: Said) -> bool:
    """二分头核桃仁, TN2325加大粉盒: the name right behind words that have said which of that name."""
    glued = item.end == token.start and not any(token.text in word.text for word in item.words)
    return len(found) > 1 and item.found < found and glued


def _lent_head(token: Token, item: Said) -> Token | None:
    """The same word of the item before that was lent to one which says its own name now."""
    lent = next((word for word in item.words if word.text == token.text and word is not token), None)
    return lent if lent is not None and any(lent.end <= w.start < token.start for w in item.words) and (
        max(item.words, key=lambda w: w.start).end == token.start and item.words[0].start > lent.start
    ) else None  # fmt: skip


def _left_out(token: Token, item: Said, lexicon: Lexicon) -> bool:
    """冰丝席 of a 冰丝凉席: one character that all names of the goods have further on, glued to the word before it."""
    if token.kind is not T.UNKNOWN or len(token.text) != 1 or not is_han(token.text) or item.strange or item.clash:
        return False
    word = item.words[-1] if item.words else None
    if word is None or word.kind is not T.ITEM or word.end != token.start or len(word.text) < 2 or len(item.found) > 60:
        return False
    piece = re.compile(rf"{re.escape(word.term or word.text)}[\u4e00-\u9fff]{{1,2}}{re.escape(token.text)}")
    return all(piece.search(fold_key(lexicon.product(n).name)) for n in item.found)


def _only_size_of(item: Said, head: Token) -> bool:
    """Whether an item is a measure and no more, with 的 or nothing between it and the goods behind it."""
    if any(char.isdigit() for char in head.text):
        return False  # 5号7号电池
    return head.start - item.end <= 1 and all(word.kind is T.MEASURE and word.exact for word in item.words)


def _sibling(token: Token, found: frozenset[int], items: list[Said], lexicon: Lexicon) -> None:
    """An attribute that contradicts the item before it: the next item of the same head, or a contradiction."""
    current = items[-1]
    if current.clash and current.end == token.start:
        current.words.append(token)
        return
    shared, joint = [token], found
    for word in current.words:
        narrowed = joint & meaning(word, lexicon) or joint & family_of_one(word, lexicon)
        if narrowed:
            joint = narrowed
            shared.append(word)
    if len(shared) > 1:
        if len(joint) > 1 and len(current.found) == 1:  # BV2.5红蓝各5卷, when an alias says 2.5平方 红色
            near = plain_colours({token.text}, only_other_part(next(iter(current.found)), joint, lexicon), lexicon)
            joint = near if len(near) == 1 else joint
        kindred = not narrow(shared, lexicon)  # only the family of an alias has it
        items.append(Said(shared, joint, family=kindred))
    elif any(is_head(word, lexicon) for word in current.words) or _said_of_stranger(token, current):
        current.words.append(token)
        current.clash = True
    else:
        items.append(Said([token], found))


def _said_of_stranger(token: Token, item: Said) -> bool:
    """羽绒马甲黑M: what clings to goods nobody knows is said of them."""
    return bool(item.strange) and item.end == token.start and min(t.start for t in item.strange) == item.start


def family_of_one(word: Token, lexicon: Lexicon) -> frozenset[int]:
    """Products of the same name as the one a word is an alias of: 乙草胺小瓶 leads to 大瓶 of it, 黑膜80 to 90."""
    own = meaning(word, lexicon)
    return kin(own, lexicon) if word.exact and word.kind is T.ITEM and len(own) == 1 else frozenset()


def _complete(item: Said, lexicon: Lexicon) -> bool:
    """An item that already names exactly one product by its own name; a following full name is another item."""
    if len(item.found) != 1:
        return False
    code = full_key(fold_key(lexicon.product(next(iter(item.found))).sku))
    return any(word.exact and word.kind is T.ITEM and word.term != code for word in item.words)


def _lend_back(items: list[Said], head: Token, lexicon: Lexicon) -> None:
    """Give a head noun to the items before it that have none."""
    for item in items[:-1]:
        if item.words and not item.clash and not any(is_head(word, lexicon) for word in item.words):
            joint = item.found & meaning(head, lexicon) or item.found & family_of_one(head, lexicon)
            if joint:
                if not item.found & meaning(head, lexicon):  # 原味五香瓜子: of the family of the alias
                    item.found, item.family = joint, True
                    continue
                item.words.append(head)
                item.found = narrow(item.words, lexicon)


def said_as_spec(item: Said, before: Said, lexicon: Lexicon) -> frozenset[int]:
    """海苔芝麻跟巴旦木各3箱, of 夹心海苔 巴旦木 and of goods called 巴旦木: which of them is to be asked."""
    word = item.words[0].text if len(item.words) == 1 and not item.strange else ""
    if len(word) < 2:
        return frozenset()
    near = only_other_part(next(iter(before.found)), lexicon.postings(word) & kin(before.found, lexicon), lexicon)
    return frozenset(n for n in near if word in fold_key(lexicon.product(n).spec).split())


def by_number(item: Said, number: Decimal, lexicon: Lexicon) -> bool:
    """Use a bare number as a spec: 0.5黑笔. True when it told products apart or fits the only one."""
    if len(item.found) > _MOST:
        return False
    zeros = "0{0,2}" if "." in plain(number) else r"(?:\.0{1,2})?"
    pattern = re.compile(rf"(?<![\d.]){re.escape(plain(number))}{zeros}(?![\d.])")
    kept = frozenset(n for n in item.found if pattern.search(described(lexicon.product(n), number)))
    if not kept:
        return False
    item.found = kept
    return True


def fits_number(item: Said, number: Decimal | None, lexicon: Lexicon) -> bool:
    """Whether a bare number said among an item's words is in the name or spec of any of its products."""
    return number is None or by_number(Said(found=item.found), number, lexicon) or bool(
        item.found & lexicon.postings(plain(number))
    )  # fmt: skip


def of_no_number(items: Sequence[Said], numbers: Sequence[Token], lexicon: Lexicon) -> None:
    """青山盆18墨绿: note where the ones in that colour come in another size."""
    if len(items) == 1 and items[0].known:
        items[0].clash = any(not fits_number(items[0], t.value, lexicon) for t in numbers)


def by_unit(found: frozenset[int], unit: str | None, lexicon: Lexicon) -> frozenset[int]:
    """Let the unit decide among a few candidates: those that are sold that way, when the others cannot be."""
    if unit is None or not 1 < len(found) <= MAX_CANDIDATES:
        return found
    having = frozenset(n for n in found if unit in lexicon.product(n).units)
    if not having and unit in ("公斤", "千克", "kg"):  # by whatever name the goods are sold by weight
        having = frozenset(n for n in found if lexicon.product(n).factor(unit) is not None)
    if not having and unit in ("吨", "t"):  # 细砂糖10吨: the one that is sold by weight, not the packs of 1kg
        return frozenset(n for n in found if lexicon.product(n).factor(unit) is not None) or found
    if len(having) > 1:
        return having
    if having and not any(_may_be_called(lexicon.product(n), unit) for n in found - having):
        return having
    return found


def _may_be_called(product: Product, unit: str) -> bool:
    """Whether a word may count a product that has not registered it: 瓶 one that is sold by the 个, not by the 桶."""
    if (
        TWIN.get(unit) in product.units
        or unit in ("个", "只", "pcs", "pc")
        or product.base_unit in ("个", "只", "pcs", "件")
    ):
        return product.unit_named(unit) is not None
    return product.unit_named(unit) not in (None, product.base_unit)


def candidates(found: Iterable[int], lexicon: Lexicon) -> tuple[str, ...]:
    """Skus to offer as choices, a bounded number of them in catalogue order."""
    return lexicon.skus(nsmallest(_OFFERED, found))


def near(item: Said, lexicon: Lexicon) -> frozenset[int]:
    """Products to offer when nothing fits everything said: those that share the head, else most of the words."""
    best: frozenset[int] = frozenset()
    words = sorted(item.words, key=lambda word: not is_head(word, lexicon))
    for word in words:
        joint = best & meaning(word, lexicon) if best else meaning(word, lexicon)
        if joint:
            best = joint
    return best
