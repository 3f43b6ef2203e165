"""便宜2毛, 涨1块: prices of the draft lowered or raised by so much. What they start from is the price the draft shows;
where it shows none only the speaker knows what was meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.corrections.draft import DraftLine, lines_of
from nlp.corrections.saying import Clause
from nlp.findings import Span
from nlp.scanning.tokens import Token

_DEEPEST = Decimal("0.4")  # what takes more than the rest of a price away was a price, not a difference


def goes(old: Decimal | None, says: Clause) -> bool:
    """Whether a price or a quantity can go where 降到26 or 涨到26 says."""
    value = says.amount.value if says.amount is not None else None
    if old is None or value is None:
        return False
    return value > old if says.verb_text.startswith(("涨", "提", "加", "增")) else value < old


def by_so_much(
    says: Clause,
    rows: Sequence[DraftLine | None],
    lines: Sequence[DraftLine],
    token: Token,
    span: Span,
    lexicon: Lexicon,
) -> DraftLine | None:
    """Change the prices of the lines a clause names (``rows``: those it names by number), of all lines when it says
    so, or of the only one there is; returns the last. None, and nothing changed, when one of them has no price to start
    from or nobody knows which are meant."""
    hits = [lines_of(item, list(lines), lexicon) for item in says.before + says.after]
    every = [line for line in lines if not line.gift]
    if None in rows or not all(hits):
        return None
    named = dict.fromkeys([line for hit in hits for line in hit] + [line for line in rows if line is not None])
    per = [line for line in every if says.per is not None and line.unit == says.per]
    names = {product.name for line in per if (product := lexicon.by_sku(line.sku)) is not None}
    if not named and not says.all and len(names) == 1 and len(every) > len(per):
        named = dict.fromkeys(per)  # 每双加3块, of shoes beside other goods
    if not named and len(every) > 1 and (not says.all or token.unit or says.per):
        return None  # 每盒便宜1块 of several lines
    targets = list(named) or every
    one = says.amount.unit if says.amount is not None and says.amount.value == 1 else None  # 一支便宜2分
    token = replace(token, unit=token.unit or says.per or one)
    prices = [_moved(line, token, lexicon, dearer=says.dearer) for line in targets]
    if None in prices or not targets:
        return None
    for line, price in zip(targets, prices, strict=True):
        line.price, line.price_unit = price, line.price_unit or line.unit
        line.spans["unit_price"] = span
    return targets[-1]


def _moved(line: DraftLine, token: Token, lexicon: Lexicon, *, dearer: bool) -> Decimal | None:
    if line.price is None or line.gift or token.value is None or token.value <= 0:
        return None
    by, per = token.value, line.price_unit or line.unit
    if token.unit is not None and per is not None and token.unit != per:
        product = lexicon.by_sku(line.sku)
        said, wanted = (product.factor(token.unit), product.factor(per)) if product is not None else (None, None)
        if not said or not wanted:
            return None
        by = by * wanted / said
    price = line.price + by if dearer else line.price - by
    return price if line.price * _DEEPEST <= price <= line.price / _DEEPEST else None
