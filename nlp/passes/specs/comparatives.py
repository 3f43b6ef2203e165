"""Words that compare: 棉签短的那种, 碘伏小瓶的60, 薄的那款, where the catalogue itself says no such word but has goods
that differ in measure. Of two goods the shorter one is meant; of more only those that can be meant stay, so that a
number or a question decides.
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import kin
from nlp.catalogue.resolve import is_head, meaning, narrow
from nlp.catalogue.terms import MEASURES, full_key
from nlp.catalogue.units import TWIN
from nlp.scanning import cues as c
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token

_LESS, _MORE = frozenset("短小薄窄细矮"), frozenset("长大厚宽粗高")
_VAGUE = ("大", "小")  # says no dimension: of more than two goods a question, unless a number beside it decides
_VESSELS = frozenset("瓶包袋桶盒卷罐支箱听号装款个筒")
_OF = ("的", "那种", "那个", "款", "这种", "那", "种")
_BASE = {"kg": ("g", 1000), "l": ("ml", 1000), "m": ("mm", 1000), "cm": ("mm", 10), "斤": ("g", 500)}
_SIZE = re.compile(
    rf"(?<![\d.a-z-])(\d{{1,7}}(?:\.\d{{1,4}})?)({'|'.join(sorted(map(re.escape, MEASURES), key=len, reverse=True))})?"
)
_JOINED = re.compile(r"(?<![\d.a-z*-])\d{1,4}(?:\.\d{1,2})?(?:\*\d{1,4}(?:\.\d{1,2})?){1,2}(?![\d.*])")
_MOST = 12


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which words that compare say which of the goods beside them are meant."""
    if not any(t.text in _LESS or t.text in _MORE for t in tokens):
        return tokens
    result: list[Token] = []
    heads: frozenset[int] = frozenset()
    run: list[Token] = []
    names = ""  # the head said last
    compared: frozenset[int] = frozenset()  # what 大桶 was said of: 小桶 behind it is of the same
    told = ""
    skip = 0
    for at, token in enumerate(tokens):
        if at < skip:
            continue
        if (end := _both(tokens, at)) and (pair := _pair(_goods(run, heads, tokens, end, lexicon), lexicon)):
            for place, found in enumerate(pair):
                if place:
                    result.append(Token(T.COMMA, token.end, token.end, "、"))
                result.append(Token(T.SPEC, token.start, tokens[end - 1].end, "大小"[place], found=found))
            skip = end
            continue
        comparing = token.text in _LESS or token.text in _MORE
        end = (_reach(tokens, at, bool(run)) or _again(tokens, at, heads)) if comparing else 0
        if end and token.kind in (T.UNKNOWN, T.CUE, T.ITEM):
            base = _other_of(compared, told, token, run) or _goods(run, heads, tokens, end, lexicon)
            base = _in_vessel(tokens[at + 1 : end], base, lexicon)
            if base and token.kind is T.CUE and any(token.text in _said(n, lexicon) for n in base):
                token.kind, token.cues, token.term = T.ITEM, (), token.text  # 大的2卷小的3卷 of goods called so
                result.append(token)
                run.append(token)
                continue
            if found := _called(token, names, base, lexicon) or _compared(tokens, at, end, base, lexicon):
                text = "".join(t.text for t in tokens[at:end])
                word = Token(T.SPEC, token.start, tokens[end - 1].end, text, found=found)
                result.append(word)
                run.append(word)
                skip, compared, told = end, base, token.text
                continue
        result.append(token)
        if token.kind in (T.ITEM, T.MEASURE, T.SPEC):
            if run and tokens[at - 1] is not run[-1] and is_head(token, lexicon) and not narrow([*run, token], lexicon):
                run = []  # 低粉大袋1 细砂糖大袋
            run.append(token)
            if is_head(token, lexicon):
                names, compared = token.term or token.text, frozenset()
                found = meaning(token, lexicon)
                heads = kin(found, lexicon) if len(found) == 1 else found
        elif token.kind in (T.QTY, T.STOP, T.PRICE, T.COMMA, T.PARTY):
            run = []
    return result


def _other_of(compared: frozenset[int], told: str, token: Token, run: list[Token]) -> frozenset[int]:
    """小桶 behind 大桶4桶: of the goods that were compared just before."""
    return compared if not run and (token.text in _LESS) != (told in _LESS) else frozenset()


def _called(token: Token, head: str, base: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """红掌大的6盆小的1箱 of goods called 小红掌."""
    if not head or len(head) > 8 or not base:
        return frozenset()
    bare = head.lstrip("大小")
    found = lexicon.exact(full_key(token.text + bare)) or lexicon.exact(full_key(bare + token.text))
    return found & base if len(found & base) == 1 else frozenset()


def _compared(tokens: list[Token], at: int, end: int, base: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """The goods a word that compares leaves by their measures."""
    token = tokens[at]
    vague = token.text in _VAGUE and len(base) != 2 and not _numbered(tokens, at, end)
    if not base or vague or any(token.text in _said(n, lexicon) for n in base):
        return frozenset()
    return _meant(base, lexicon, less=token.text in _LESS, named=token.text in _VAGUE)


def _in_vessel(words: list[Token], base: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """橙汁大瓶: of those that come in bottles, when two of them do."""
    vessel = words[0].text if len(words) == 1 else ""
    if vessel not in _VESSELS or not 2 < len(base) <= _MOST:
        return base
    names = (vessel, TWIN.get(vessel, vessel))
    kept = frozenset(n for n in base if lexicon.product(n).base_unit in names)
    return kept if len(kept) == 2 else base


def _both(tokens: list[Token], at: int) -> int:
    """洗衣粉大小包各10箱: where 大小包 ends that begins here, 0 when it does not."""
    said = "".join(t.text for t in tokens[at : at + 3])
    if tokens[at].text not in ("大", "大小") or not said.startswith("大小") or tokens[at].kind is T.PARTY:
        return 0
    end, text = at, ""
    while end < len(tokens) and len(text) < 3 and (text + tokens[end].text)[:3] in ("大", "大小", said[:3]):
        text += tokens[end].text
        end += 1
    vessel = text[2:]
    each = end < len(tokens) and tokens[end].has(c.EACH, c.ALL)
    return end if each and text.startswith("大小") and (not vessel or vessel in _VESSELS) else 0


def _pair(base: frozenset[int], lexicon: Lexicon) -> list[frozenset[int]]:
    """The larger and the smaller of two goods."""
    if len(base) != 2:
        return []
    pair = [_meant(base, lexicon, less=less, named=True) for less in (False, True)]
    larger, smaller = (found or base - other for found, other in zip(pair, reversed(pair), strict=True))
    return [larger, smaller] if any(pair) and len(larger) == len(smaller) == 1 else []


def _reach(tokens: list[Token], at: int, named: bool) -> int:
    """Where the words end that go with 小: 小瓶, 短的, 小号; 0 when it describes nothing by itself."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following is None:
        return 0
    if following.text in _VESSELS and following.kind in (T.UNKNOWN, T.CUE, T.ITEM):
        return at + 2
    bracketed = following.text == ")" and at > 0 and tokens[at - 1].text == "("  # 蛋挞皮(大)
    if following.text in _OF or bracketed or (named and following.kind in (T.QTY, T.GAP)):
        return at + 1
    if not named and tokens[at].text in _VAGUE and following.kind is T.ITEM and following.start == tokens[at].end:
        return at + 1  # 大可乐2箱
    return 0


def _again(tokens: list[Token], at: int, heads: frozenset[int]) -> int:
    """小2卷大3卷: the other of them, right behind the first."""
    before, after = tokens[at - 1] if at else None, tokens[at + 1] if at + 1 < len(tokens) else None
    listed = before is not None and before.kind in (T.QTY, T.GAP, T.COMMA)
    return at + 1 if heads and listed and after is not None and after.kind is T.QTY else 0


def _numbered(tokens: list[Token], at: int, end: int) -> bool:
    """碘伏小瓶的60那个: a number of the spec in the same breath."""
    for beside in (reversed(tokens[max(0, at - 3) : at]), tokens[end : end + 3]):
        for token in beside:
            if token.kind in (T.NUM, T.MEASURE, T.SPEC):
                return True
            if token.kind is not T.GAP and token.text not in _OF:
                break
    return False


def _goods(run: list[Token], heads: frozenset[int], tokens: list[Token], end: int, lexicon: Lexicon) -> frozenset[int]:
    """The goods a word stands with: those before it, else those behind it, else those named last."""
    known = [word for word in run if meaning(word, lexicon)]
    if any(is_head(word, lexicon) for word in known):
        found = narrow(known, lexicon)
        return kin(found, lexicon) if len(found) == 1 else found
    if known and len(own := narrow(known, lexicon) & heads) > 1:
        return own  # 5W-30大桶4桶, of oil named before
    ahead: list[Token] = []
    for token in tokens[end : end + 6]:
        if token.kind in (T.ITEM, T.MEASURE, T.SPEC):
            ahead.append(token)
        elif token.kind is not T.GAP and token.text not in _OF:
            break
    known = [word for word in ahead if meaning(word, lexicon)]
    if any(is_head(word, lexicon) for word in known):
        return narrow(known, lexicon)
    return heads


def _said(number: int, lexicon: Lexicon) -> str:
    product = lexicon.product(number)
    return fold_key(f"{product.name} {product.spec}")


def measures_of(number: int, lexicon: Lexicon) -> list[tuple[Decimal, str]]:
    """Measures of a spec in one unit of each kind, in order."""
    found: list[tuple[Decimal, str]] = []
    for match in _SIZE.finditer(fold_key(lexicon.product(number).spec)):
        after = fold_key(lexicon.product(number).spec)[match.end() : match.end() + 1]
        key = MEASURES.get(match[2] or "", "") or (after if after and is_han(after) else "")  # 46件 of a set of tools
        small, size = _BASE.get(key, (key, 1))
        found.append((Decimal(match[1]) * size, small))
    return found


def _sides(number: int, lexicon: Lexicon) -> list[tuple[Decimal, str]]:
    """How long, wide and high goods are that are told apart by that: 60*40*50."""
    match = _JOINED.search(fold_key(lexicon.product(number).spec))
    return [(Decimal(side), str(at)) for at, side in enumerate(match[0].split("*"))] if match is not None else []


def _meant(base: frozenset[int], lexicon: Lexicon, *, less: bool, named: bool) -> frozenset[int]:
    """The smaller of two goods, or all but the largest of more; empty when their measures do not compare. ``named``:
    only by measures that name their unit: shrimps of 30/40 are larger than those of 40/50."""
    if not 2 <= len(base) <= _MOST or len({lexicon.product(n).name for n in base}) > 1:
        return frozenset()
    measured = {n: measures_of(n, lexicon) for n in base}
    # 450ml*15 against 1.25L*6: how many are in a case says nothing of their size.
    with_unit = {n: [pair for pair in found if pair[1]] for n, found in measured.items()}
    ordered = _ordered(with_unit) or _ordered({n: _sides(n, lexicon) for n in base})
    ordered = ordered or ([] if named else _ordered(measured))
    return frozenset(ordered[:-1] if less else ordered[1:])


def ordered_by_measure(base: frozenset[int], lexicon: Lexicon) -> list[int]:
    """Goods from the smallest to the largest, when their measures compare; nothing when they do not."""
    with_unit = {n: [pair for pair in measures_of(n, lexicon) if pair[1]] for n in base}
    return _ordered(with_unit) or _ordered({n: _sides(n, lexicon) for n in base})


def _ordered(measured: dict[int, list[tuple[Decimal, str]]]) -> list[int]:
    """The goods by their measures, when each is larger than the one before in one and smaller in none."""
    kinds = {tuple(unit for _, unit in found) for found in measured.values()}
    if len(kinds) != 1 or kinds == {()}:
        return []
    ordered = sorted(measured, key=lambda n: [value for value, _ in measured[n]])
    for low, high in pairwise(ordered):
        pairs = list(zip(measured[low], measured[high], strict=True))
        if any(a > b for (a, _), (b, _) in pairs) or all(a == b for (a, _), (b, _) in pairs):
            return []
    return ordered
