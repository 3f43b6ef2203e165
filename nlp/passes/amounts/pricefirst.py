"""A bare number between goods and their amount that is what one of them costs: 可可粉68要20袋, 可可粉 68 20袋. And
pieces behind a verb of taking that read like money: 黄油拿10块."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import having, kin
from nlp.catalogue.resolve import meaning, narrow
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_TAKES = frozenset(c.words("先 要 拿 来 订 定 进 发 采 补 给 买 加 再来 再拿 再要 先来 先拿 散拿 要订 先订"))
_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)
_NEAR = (Decimal("0.6"), Decimal("1.5"))  # of the list price
_MOST = 12


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such a number is a price. What the goods come in is none, nor what they cannot cost."""
    result = list(tokens)
    for at, token in enumerate(tokens):
        if token.kind is T.NUM and token.value and 0 < at < len(tokens) - 2:
            amount = _amount(tokens, at)
            if amount is not None and _costs(token.value, amount, _goods(tokens, at, lexicon), lexicon):
                result[at] = replace(token, kind=T.PRICE)
    return result


def pieces(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which 拿10块 of goods that are sold by 块 is an amount."""
    if "块" not in lexicon.unit_words:
        return tokens
    result = list(tokens)
    for at, token in enumerate(tokens):
        money = token.kind is T.PRICE and token.unit is None and token.text.endswith("块") and at > 0
        if (
            not money
            or tokens[at - 1].text not in _TAKES
            or (at + 1 < len(tokens) and tokens[at + 1].text[0] in "钱一")
        ):
            continue
        found: frozenset[int] = frozenset()
        for before in reversed(tokens[max(0, at - 12) : at]):
            if before.kind is T.STOP:
                break
            if before.kind is T.ITEM and (found := kin(meaning(before, lexicon), lexicon)):
                break
        if len(found) < 400 and any("块" in lexicon.product(n).units for n in found):
            result[at] = replace(token, kind=T.QTY, unit="块")
    return result


def _amount(tokens: Sequence[Token], at: int) -> Token | None:
    """The amount behind a number, with a verb of taking or a blank between them, and no other price behind it."""
    place, verb, apart = at + 1, False, False
    while place < len(tokens) and (
        tokens[place].kind in (T.GAP, T.COMMA) or tokens[place].text in _TAKES or tokens[place].has(c.TAX_IN, c.TAX_EX)
    ):
        verb = verb or tokens[place].text in _TAKES
        apart = apart or tokens[place].kind is T.COMMA
        place += 1
    if apart and not verb:
        return None
    if place >= len(tokens) or tokens[place].kind is not T.QTY or tokens[place].unit is None or tokens[place].approx:
        return None
    if not verb and ((tokens[at - 1].kind is not T.GAP and tokens[at - 1].text != "的") or place == at + 1):
        return None
    after = next((t for t in tokens[place + 1 : place + 4] if t.kind is not T.GAP), None)
    costs = after is not None and (after.kind in (T.NUM, T.PRICE) or after.text in ("*", "@", "装", "/"))
    return None if costs else tokens[place]


def _goods(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> frozenset[int]:
    """The goods a number stands behind."""
    run: list[Token] = []
    for token in reversed(tokens[max(0, at - 12) : at]):
        if token.kind in _ITEMS and meaning(token, lexicon):
            run.append(token)
        elif token.kind is not T.GAP and token.text not in ("的", ":"):
            break
    return narrow(run, lexicon) if run else frozenset()


def _costs(price: Decimal, amount: Token, found: frozenset[int], lexicon: Lexicon) -> bool:
    if not 0 < len(found) <= _MOST or having(price, kin(found, lexicon), lexicon):
        return False
    for n in found:
        product = lexicon.product(n)
        factor = product.factor(amount.unit or "")
        if not product.list_price or not factor or not _NEAR[0] <= price / (product.list_price * factor) <= _NEAR[1]:
            return False
    return True
