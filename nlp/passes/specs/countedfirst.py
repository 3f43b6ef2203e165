"""How many, then which, of goods named in front: 口红5支101 3支102, 府绸3匹黑 2匹白. The words are put in the order
in which such a list is usually said, which one before how many."""

from __future__ import annotations

from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.notation import initial
from nlp.catalogue.numbered import all_having, having, kin
from nlp.catalogue.resolve import is_head, meaning
from nlp.scanning.tokens import T, Token

_BETWEEN = (T.GAP, T.COMMA)
_VERBS = ("要", "来", "拿", "订", "各", "发")


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which every such pair has changed places, and a number that clings to a quantity says which."""
    if sum(t.kind is T.QTY for t in tokens) < 1:
        return tokens
    result: list[Token] = []
    heads: frozenset[int] = frozenset()
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if heads and token.kind is T.QTY and (pairs := _pairs(tokens, at, heads, lexicon)):
            before = next((t for t in reversed(result) if t.kind is not T.GAP), None)
            for which in (t for _, second, end, _ in pairs for t in tokens[second:end]):
                if which.kind is T.NUM and which.value is not None:
                    which.kind, which.found = T.SPEC, all_having(which.value, heads, lexicon)
            named = before is not None and (before.kind is T.ITEM or before.text in _VERBS)
            if len(pairs) > 1 and named:
                for first, second, end, last in pairs:
                    result += [*tokens[second:end], tokens[first], *tokens[end:last]]
                at = pairs[-1][3]
                continue
        if is_head(token, lexicon):
            found = meaning(token, lexicon)
            heads = kin(found, lexicon) if len(found) == 1 else found
        elif token.text == "\n":
            heads = frozenset()
        result.append(token)
        at += 1
    return result


def _pairs(tokens: list[Token], at: int, heads: frozenset[int], lexicon: Lexicon) -> list[tuple[int, int, int, int]]:
    """A quantity with words that say which clinging to it, as often as they follow each other: where it stands, where
    the words begin and end, and where the next begins."""
    pairs: list[tuple[int, int, int, int]] = []
    while at + 1 < len(tokens) and tokens[at].kind is T.QTY and tokens[at].unit is not None:
        end = at + 1
        while end < len(tokens) and tokens[end].start == tokens[end - 1].end and end - at < 6:
            following = tokens[end + 1] if end + 1 < len(tokens) else None
            if following is not None and following.text == "的":
                _short(tokens[end], heads, lexicon)
            if not _tells(tokens[end], tokens[at], heads, lexicon):
                break
            end += 1
        last = end + 1 if end < len(tokens) and tokens[end].text == "的" else end
        if end == at + 1 or (last < len(tokens) and tokens[last].kind not in (*_BETWEEN, T.STOP)):
            break
        while last < len(tokens) and tokens[last].kind in _BETWEEN:
            last += 1
        pairs.append((at, at + 1, end, last))
        at = last
    return pairs


def _short(which: Token, heads: frozenset[int], lexicon: Lexicon) -> None:
    """5公斤散的 of goods that come 散装."""
    if which.kind is T.UNKNOWN and len(which.text) == 1:
        found = initial(which.text, heads, lexicon)
        if found and found < heads:
            which.kind, which.found = T.SPEC, found


def _tells(which: Token, counted: Token, heads: frozenset[int], lexicon: Lexicon) -> bool:
    """Whether a word says which of the goods is meant; a number that may be their price does not."""
    if which.kind is T.NUM and which.value is not None:
        found = having(which.value, heads, lexicon)
        return bool(found) and found < heads and not _may_cost(which.value, counted.unit or "", found, lexicon)
    if which.kind not in (T.ITEM, T.SPEC, T.MEASURE) or is_head(which, lexicon):
        return False
    found = meaning(which, lexicon) & heads
    return bool(found) and found < heads


def _may_cost(value: Decimal, unit: str, found: frozenset[int], lexicon: Lexicon) -> bool:
    for n in list(found)[:20]:
        product = lexicon.product(n)
        factor = product.factor(unit)
        if product.list_price and factor and Decimal("0.5") <= value / (product.list_price * factor) <= 2:
            return True
    return False
