"""What the card of a supplier's quote or a purchase order shows: prices by unit, tax, tiers and the days they hold.

Everything here is what the firm pays or may pay. Whoever may not see that sees neither prices nor the words they were
said in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from inventory_core.documents.sheet import ARRANGED
from inventory_core.views import DocumentView, Kind, LineView, PriceSource, PriceTier, Problem, State
from notifications import texts
from notifications.card import Field, Note, Table, Tone

MAX_FIELDS = 6  # what the smallest card carries
_MONEY = re.compile(r"[元块毛价折点¥￥%]|\d[.．]\d")
# A price in words: 八毛五, 12块, 1.37一卷, 12/盒. Goods have such characters too: 毛巾, 2.5平方, 外六角螺栓.
_PRICE = re.compile(
    r"价|[¥￥]|[\d一二两三四五六七八九十百千万半几]\s*[元块毛]"
    r"|(?<![内外])[\d一二两三四五六七八九十半几]\s*角(?![^\W\d_一每钱])"
    r"|\d\s*(?:/|一(?![\d一二三四五六七八九十百])|每)\s*[\u4e00-\u9fff]"
)
_UNUSED = "有几个字没看懂，请换个说法再说一次"
_ALONE = re.compile(r"(?<![A-Za-z\d*×.#Φφ/-])\d+(?:\.\d+)?(?![\d*×.A-Za-z/-])")
_TELLING = ("单价", "元/", "折扣", "阶梯", "备注")  # words of a change that may tell a price


def is_one(view: DocumentView) -> bool:
    """Whether the document is one of these."""
    return view.kind in ARRANGED


def without_prices(view: DocumentView) -> DocumentView:
    """The document as those see it who may not know what the firm pays: no price, and no words that may tell one."""
    told = tuple(change for change in view.changes if not any(word in change for word in _TELLING))
    if not is_one(view):
        return _receipt_without_prices(replace(view, changes=tuple(one for one in told if not tells_price(one, view))))
    lines = tuple(
        replace(
            line,
            price=None,
            price_source=None,
            tax_incl=None,
            amount=None,
            tiers=(),
            said="",
            note=_harmless(line.note),
        )
        for line in view.lines
    )
    open_ones = len(view.blocking)
    problems = (Problem("hidden", texts.OPEN_FOR.format(count=open_ones, author=view.author)),) if open_ones else ()
    return replace(
        view, lines=lines, problems=problems, changes=(), total=None, tax_rate=None, discount_rate=None,
        note=_harmless(view.note), unused=(),
    )  # fmt: skip


def _receipt_without_prices(view: DocumentView) -> DocumentView:
    """Goods that came: who counts them answers the questions too, so only words that tell a price are left out."""
    lines = tuple(
        replace(line, said="" if tells_price(line.said, view) else line.said, note=_harmless(line.note))
        for line in view.lines
    )
    hidden = [f"「{was.said}」" for was, line in zip(view.lines, lines, strict=True) if was.said != line.said]
    return replace(
        view,
        lines=lines,
        note=_harmless(view.note),
        problems=tuple(_told(problem, view, hidden) for problem in view.problems),
        unused=tuple(words for words in view.unused if not tells_price(words, view)),
    )


def _told(problem: Problem, view: DocumentView, hidden: Sequence[str]) -> Problem:
    if problem.code == "unused_words" and any(tells_price(words, view) for words in view.unused):
        return replace(problem, text=_UNUSED)
    for words in hidden:
        problem = replace(problem, text=problem.text.replace(words, ""))
    return problem


def tells_price(words: str, view: DocumentView) -> bool:
    """Whether words may tell one of the document's prices: it is said to be one, or a number by itself is one."""
    if _PRICE.search(words):
        return True
    known = {one for line in view.lines for one in (line.price, line.amount, *(tier.price for tier in line.tiers))}
    units = tuple({line.unit for line in view.lines if line.unit})
    return any(
        Decimal(found[0]) in {*known, view.total} and not words[found.end() :].lstrip().startswith(units)
        for found in _ALONE.finditer(words)
    )


def _harmless(note: str | None) -> str | None:
    return None if note is None or _MONEY.search(note) else note


def kept(view: DocumentView) -> str:
    """What a confirmed paper says of itself: where it is kept and that nothing else has changed."""
    if view.state is not State.APPROVED or not is_one(view):
        return ""
    if view.kind is Kind.SUPPLIER_QUOTE:
        return texts.QUOTE_KEPT.format(label=view.label)
    return texts.PURCHASE_KEPT.format(label=view.label, supplier=view.partner.name if view.partner else "供应商")


def notes(view: DocumentView) -> tuple[Note, ...]:
    """The same as a note on the card."""
    words = kept(view)
    return (Note(words, Tone.GOOD),) if words else ()


def fields(view: DocumentView, supplier: Field, *, prices: bool) -> tuple[Field, ...]:
    """The head: supplier, when the goods come or the prices hold, tax, total, remark."""
    found = [supplier]
    if view.delivery_date is not None:
        found.append(Field("到货", texts.day(view.delivery_date, view.business_date)))
    if held := days(view):
        found.append(Field("有效", held))
    if view.kind is Kind.SUPPLIER_QUOTE:
        found.append(Field("日期", texts.day(view.business_date)))
    if prices:
        if tax := tax_words(view):
            found.append(Field("价税", tax))
        if view.kind is Kind.PURCHASE_ORDER and view.total is not None:
            found.append(Field("合计", f"{texts.money(view.total)}元"))
        if view.discount_rate is not None:
            found.append(Field("折扣", f"{texts.number(view.discount_rate * 10)}折"))
    if view.note:
        found.append(Field("备注", view.note))
    return tuple(found[:MAX_FIELDS])


def days(view: DocumentView) -> str:
    """12月1日(周二)起, 到12月31日(周四); empty when nobody said."""
    start = f"{texts.day(view.valid_from, view.business_date)}起" if view.valid_from else ""
    end = f"到{texts.day(view.valid_until, view.business_date)}" if view.valid_until else ""
    return "，".join(part for part in (start, end) if part)


def tax_words(view: DocumentView) -> str:
    """含税13%, when all lines say the same; lines that differ say it themselves."""
    kinds = {line.tax_incl for line in view.lines if not line.gift}
    word = {True: "含税", False: "不含税"}.get(next(iter(kinds)) or False, "") if len(kinds) == 1 else ""
    if kinds == {None}:
        word = ""
    rate = f"税率{texts.number(view.tax_rate * 100)}%" if view.tax_rate is not None else ""
    return "，".join(part for part in (word, rate) if part)


def table(view: DocumentView, lines: Sequence[LineView], tones: Sequence[Tone], *, prices: bool) -> Table:
    """The lines in the given order; a quote without quantities has no column for them."""
    counted = view.kind is Kind.PURCHASE_ORDER or any(line.qty is not None for line in view.lines)
    tiered = prices and any(line.tiers for line in view.lines)
    mixed = len({line.tax_incl for line in view.lines}) > 1
    columns = ["行", "货品", *(["数量"] if counted else []), *(["单价"] if prices else [])]
    columns += [*(["阶梯"] if tiered else []), *(["金额"] if prices and view.kind is Kind.PURCHASE_ORDER else [])]
    rows = []
    for line in lines:
        cells = [str(line.line_no), goods(line, prices=prices)]
        if counted:
            cells.append(_quantity(view, line))
        if prices:
            cells.append(price(line, mixed_tax=mixed))
        if tiered:
            cells.append("、".join(tier_words(tier) for tier in line.tiers))
        if prices and view.kind is Kind.PURCHASE_ORDER:
            cells.append("" if line.amount is None else texts.money(line.amount))
        rows.append(tuple(cells))
    return Table(tuple(columns), tuple(rows), tuple(tones))


def goods(line: LineView, *, prices: bool) -> str:
    """What is offered or bought. What somebody said may hold a price, so it stays out where prices do."""
    if line.product is None:
        return f"“{texts.brief(line.said)}”？" if prices else "货品没定"
    extras = [word for word in ("赠品" if line.gift else "", line.note or "") if word]
    return f"{line.product.label}（{'，'.join(extras)}）" if extras else line.product.label


def _quantity(view: DocumentView, line: LineView) -> str:
    if line.qty is None:
        return "" if view.kind is Kind.SUPPLIER_QUOTE else "多少？"
    return f"{texts.number(line.qty)}{line.unit or ''}"


def price(line: LineView, *, mixed_tax: bool = False, yuan: str = "") -> str:
    """0.82/支. A price per nothing says nothing, so the unit always stands there."""
    if line.gift:
        return "赠"
    if line.price is None:
        return "" if line.tiers else "没定"
    unit = f"/{line.price_unit}" if line.price_unit else ""
    tax = {True: "含税", False: "不含税", None: ""}[line.tax_incl] if mixed_tax else ""
    last = "(上次)" if line.price_source is PriceSource.LAST else ""
    return f"{texts.number(line.price)}{yuan}{unit}{tax}{last}"


def tier_words(tier: PriceTier) -> str:
    """100盒起0.79."""
    return f"{texts.number(tier.min_qty)}{tier.unit or ''}起{texts.number(tier.price)}"


def example(view: DocumentView) -> str:
    """A correction that works on this quote and changes it."""
    line = next((one for one in reversed(view.lines) if one.price is not None), None)
    if line is None:
        return "有效期到月底"
    old = line.price or Decimal(1)
    new = (old * Decimal("0.95")).quantize(Decimal(1).scaleb(min(int(old.as_tuple().exponent), -1)))
    return f"第{line.line_no}行单价改成{texts.number(new if new != old else old * 2)}"
