"""Whether bare numbers behind goods are what a supplier asks for them, when no word says so: 金勺厂 炒锅36的58 38的64,
未税. The price list decides; a quantity is hardly ever what each of several goods costs."""

from __future__ import annotations

from decimal import Decimal

from nlp.catalogue.lexicon import CUSTOMER, SUPPLIER, Lexicon
from nlp.catalogue.numbered import having
from nlp.findings import Context
from nlp.grammar.entries import Entry, Reading
from nlp.intents.classify import has_party, orderish
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_NEAR = (Decimal("0.6"), Decimal("1.5"))  # of the list price
_POSSIBLE = (Decimal("0.45"), Decimal("2"))
_MOST = 24
_MOVED = c.words("降到 涨到 调到 跌到 落到 给到 做到 报到 谈到 压到 砍到 降至 涨至 给 做 谈 报 降 涨 跌")
_TOLD = (c.TAX_IN, c.TAX_EX, c.QUOTE, c.PRICE)


def may_tell(tokens: list[Token], context: Context) -> bool:
    """Whether a message may be a supplier's prices: from the supplier, or about one."""
    if context.sender_role == "supplier":
        return True
    return context.sender_role != "customer" and (has_party(tokens, SUPPLIER) or context.chat_supplier is not None)


def announced(tokens: list[Token], context: Context) -> bool:
    """Whether a message says that it tells prices: from a supplier, or with the word for it."""
    return context.sender_role == "supplier" or any(t.has(c.QUOTE, c.PRICE) for t in tokens[:12])


def prices_meant(reading: Reading, context: Context, lexicon: Lexicon) -> bool:
    """Whether every bare number of a reading is about what its goods cost, and nothing is ordered."""
    tokens = reading.tokens
    if context.sender_role in ("customer", "supplier") or not may_tell(tokens, context):
        return False
    if has_party(tokens, CUSTOMER) or context.chat_customer or c.BUY in reading.cues() or orderish(tokens):
        return False
    numbered = [e for e in reading.entries if e.qty is not None]
    if not numbered or any(e.unit is not None or e.price is not None or e.approx or e.gift for e in numbered):
        return False
    if any(t.kind is T.DATE and not t.past for t in tokens):
        return False
    told = any(t.has(*_TOLD) or t.text in _MOVED or t.kind is T.TIER for t in tokens)
    told = told or any(e.qty is not None and e.qty * 2 != int(e.qty * 2) for e in numbered)  # 1.35 of them: no amount
    if not told and (len(numbered) < 2 or all(e.qty is not None and e.qty % 5 == 0 for e in numbered)):
        return False  # 切割片100 角磨片50: round as amounts are
    return all(_costs(e, lexicon) for e in numbered)


def about_costs(entry: Entry, found: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """Of the products a quote may mean those it can be the price of: 生抽5.8 is no price of the 1.9L can at 18. All of
    them when the list knows no price for some, or the price fits none."""
    if entry.price is None or entry.every or not 1 < len(found) <= _MOST or having(entry.price, found, lexicon):
        return found  # a number of their spec may say which of them, and be no price at all
    fitting = set()
    for number in found:
        product = lexicon.product(number)
        if not product.list_price:
            return found
        units = [entry.price_unit] if entry.price_unit else list(product.units)
        factors = [factor for unit in units if (factor := product.factor(unit))]
        if any(_POSSIBLE[0] <= entry.price / (product.list_price * f) <= _POSSIBLE[1] for f in factors):
            fitting.add(number)
    return frozenset(fitting) or found


def _costs(entry: Entry, lexicon: Lexicon) -> bool:
    if not entry.item.known or entry.qty is None or len(entry.item.found) > _MOST:
        return False
    for number in entry.item.found:
        product = lexicon.product(number)
        if not product.list_price:
            return False
        sizes = [product.factor(unit) for unit in (product.base_unit, product.default_unit)]
        if not any(_NEAR[0] <= entry.qty / (product.list_price * f) <= _NEAR[1] for f in sizes if f):
            return False
    return True
