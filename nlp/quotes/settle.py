"""A quote as a whole: sizes said behind the only price, goods whose price another line has taken, goods that stay as
they were."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import is_head
from nlp.grammar.entries import Entry, listed_alike
from nlp.grammar.pricereader import MAX_KINDS
from nlp.quotes.pricelists import about_costs
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token, within

_MOST = 60
_PER_ONE = ("每", "卷", "盘", "根", "条", "支", "米数", "长度", "规格", "长")
_ONE_OF_THEM = ("那款", "这款", "那一款", "这一款", "那种", "这种", "那个型号", "这个型号", "那个规格", "这个规格")
_STAYS = tuple(
    c.words("""
        不调 没调 暂不调 不作调整 不做调整 暂不动
        不变 不动 不涨 没变 没动 没涨 照旧 照老 维持 老价 原价 还是老 按老 保持 缺货 没货 断货 暂时没 暂时缺 暂缺 停产
        无货 卖完 没有货 暂无
    """)
)


def settled(entries: list[Entry], tokens: list[Token], lexicon: Lexicon) -> list[Entry]:
    """The lines of a quote."""
    _priced_alike(entries, lexicon)
    for entry in entries:
        if entry.qty == 1 and entry.price is not None and entry.unit is not None and not entry.gift:
            entry.price_unit, entry.qty, entry.unit = entry.price_unit or entry.unit, None, None  # 一袋315
    entries = [e for e in entries if not _stays(e, entries, tokens) and not _measured(e, entries, tokens)]
    entries = _steps_of_before(entries)
    _of_the_name_before(entries, lexicon)
    _taken(entries)
    _in_the_unit_before(entries, lexicon)
    entries = _once(entries)
    own = {n for e in entries if len(e.item.found) == 1 and e.item.known for n in e.item.found}
    return [
        one
        for entry in entries
        for one in ([entry] if _one_meant(entry, tokens) else _each_kind(entry, lexicon))
        if one is entry or not one.item.found & own
    ]  # fmt: skip


def _steps_of_before(entries: list[Entry]) -> list[Entry]:
    """混合砂2.5kg 10.8 … 混合砂满100箱10.4: a step of the price that was told before."""
    kept: list[Entry] = []
    for entry in entries:
        alone = bool(entry.tiers) and entry.price is None and entry.qty is None and entry.item.known
        lines = (
            [e for e in kept if e.price is not None and e.section == entry.section and e.item.found] if alone else []
        )
        same = [e for e in lines if e.item.found <= entry.item.found]
        if len(same) == 1 and not same[0].tiers:
            same[0].tiers = list(entry.tiers)
        else:
            kept.append(entry)
    return kept


def _one_meant(entry: Entry, tokens: list[Token]) -> bool:
    """PES那款滤器1块95: one of them, and the speaker knows which."""
    if not entry.item.words:
        return False
    near = [t for t in within(tokens, entry.item.start - 3, entry.item.end + 3) if t.kind is not T.GAP]
    said = "".join(t.text for t in near)
    return any(word in said for word in _ONE_OF_THEM)


def _of_the_name_before(entries: list[Entry], lexicon: Lexicon) -> None:
    """BV2.5 186,4平 295: a size alone is of the goods the line before names, when they come in it."""
    for before, entry in pairwise(entries):
        if len(entry.item.found) < 2 or not entry.item.known or any(is_head(w, lexicon) for w in entry.item.words):
            continue
        names = {lexicon.product(n).name for n in list(before.item.found)[:_MOST]}
        kept = frozenset(n for n in list(entry.item.found)[:_MOST] if lexicon.product(n).name in names)
        if len(names) == 1 and kept and before.section == entry.section:
            entry.item.found = kept


def _in_the_unit_before(entries: list[Entry], lexicon: Lexicon) -> None:
    """虾仁30/40 33一斤,40/50还是28: a price without a unit is for the unit of the one before, when only so it is
    what the list leads one to expect."""
    for before, entry in pairwise(entries):
        unit = before.price_unit
        if unit is None or entry.price is None or entry.price_unit is not None or entry.section != before.section:
            continue
        off: dict[str, Decimal] = {}
        for n in list(entry.item.found)[:_MOST]:
            product = lexicon.product(n)
            for one in {unit, product.base_unit, product.default_unit}:
                factor = product.factor(one)
                if product.list_price and factor:
                    share = entry.price / (product.list_price * factor)
                    off[one] = max(share, 1 / share, off.get(one, Decimal(0))) if share > 0 else Decimal(99)
        others = [value for one, value in off.items() if one != unit]
        if unit in off and off[unit] <= Decimal("1.3") and others and min(others) > Decimal("1.5"):
            entry.price_unit = unit


def _once(entries: list[Entry]) -> list[Entry]:
    """混合砂10.8 … 混合砂满100箱10.4: what is said of goods once more belongs to their line."""
    kept: list[Entry] = []
    for entry in entries:
        same = [e for e in kept if len(e.item.found) == 1 and e.item.known and e.item.found == entry.item.found]
        line = same[-1] if same and entry.item.known and entry.qty is None and not entry.gift else None
        if line is None or line.qty is not None or (entry.price not in (None, line.price) and line.price is not None):
            kept.append(entry)
            continue
        if entry.price is not None and line.price is None:
            line.price, line.price_unit = entry.price, entry.price_unit
            line.spans["unit_price"] = entry.spans["unit_price"]
        line.tax = entry.tax if line.tax is None else line.tax
        if entry.tiers and not line.tiers:
            line.tiers = entry.tiers
            line.spans.update({name: span for name, span in entry.spans.items() if name == "tiers"})
    return kept


def _each_kind(entry: Entry, lexicon: Lexicon) -> list[Entry]:
    """BV1.5 118 of a wire in red and blue: a price for goods of one name that the list prices alike holds for each of
    them. Where the list makes a difference it is not known which is meant."""
    found = sorted(entry.item.found)
    if len({lexicon.product(n).name for n in found[:MAX_KINDS]}) > 1:
        found = sorted(about_costs(entry, entry.item.found, lexicon))  # 电饭煲89 is no price of the IH电饭煲 at 328
    if entry.price is None or entry.qty is not None or not entry.item.known or not 1 < len(found) <= MAX_KINDS:
        return [entry]
    products = [lexicon.product(n) for n in found]
    if entry.price_unit is not None and (sold := [p for p in products if p.factor(entry.price_unit)]):
        found = [n for n, p in zip(found, products, strict=True) if p in sold]  # 铁观音78一袋: no box of them
        products = sold
    if len({p.name for p in products}) > 1 or len({p.list_price for p in products}) > 1 or not products[0].list_price:
        return [entry]
    return [
        replace(
            entry, item=replace(entry.item, found=frozenset((n,))), spans=dict(entry.spans), tiers=list(entry.tiers)
        )
        for n in found
    ]


def _priced_alike(entries: list[Entry], lexicon: Lexicon) -> None:
    """丁腈蓝色26.5一盒,M、L现货: sizes said behind the only price of a quote cost what the goods cost."""
    prices = {e.price for e in entries if e.price is not None}
    if len(prices) != 1 or any(e.tiers for e in entries):
        return
    first = next(e for e in entries if e.price is not None)
    for entry in entries[entries.index(first) + 1 :]:
        if entry.price is None and entry.qty is None and entry.item.lent and listed_alike(entry, first, lexicon):
            entry.price, entry.price_unit, entry.tax = first.price, first.price_unit, first.tax
            entry.spans["unit_price"] = first.spans["unit_price"]


def _stays(entry: Entry, entries: list[Entry], tokens: list[Token]) -> bool:
    """三年陈不变 beside prices: no price is told of it."""
    if entry.price is not None or entry.tiers or not entry.item.words or all(e.price is None for e in entries):
        return False
    after = [t.text for t in tokens if t.start >= entry.item.end and t.kind is not T.GAP][:4]
    said = "".join(after)
    return said.removeprefix("的").removeprefix("都").removeprefix("价格").removeprefix("价").startswith(_STAYS)


def _measured(entry: Entry, entries: list[Entry], tokens: list[Token]) -> bool:
    """均50米, 每卷50米 behind the prices: how much is in one of them, no goods."""
    words = entry.item.words
    bare = entry.price is None and entry.qty is None and not entry.tiers and not entry.item.lent
    if not bare or not words or any(w.kind is not T.MEASURE for w in words) or all(e.price is None for e in entries):
        return False
    at = next((n for n, t in enumerate(tokens) if t.start >= entry.item.start), len(tokens))
    before = next((t for t in reversed(tokens[max(0, at - 4) : at]) if t.kind is not T.GAP), None)
    after = next((t for t in tokens[at + len(words) : at + len(words) + 2] if t.kind is not T.GAP), None)
    ends = after is None or after.kind in (T.COMMA, T.STOP) or after.text in (")", "的", "装", "长")
    led = before is not None and (before.has(c.ALL) or before.kind in (T.QTY, T.STOP) or before.text in _PER_ONE)
    return led and ends


def _taken(entries: list[Entry]) -> None:
    """面板灯600的52,300的31.5: the 600 that is not the 300*600 whose price was said by itself."""
    sure = {n: e for e in entries if len(e.item.found) == 1 and e.item.known for n in e.item.found}
    for entry in entries:
        if not 1 < len(entry.item.found) <= 60 or entry.price is None or not entry.item.known:
            continue
        others = {n for n in entry.item.found if n in sure and sure[n].price not in (None, entry.price)}
        for other in entries:  # 牛仔裤48,黑色的49: the black ones cost what is said of them
            if other.price not in (None, entry.price) and other.item.known and other.item.found < entry.item.found:
                others |= other.item.found
        if others and entry.item.found - others:
            entry.item.found = entry.item.found - others
