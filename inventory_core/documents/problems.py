"""Everything that stands between a draft and its confirmation, all at once, in short sentences with the next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from inventory_core import prices, units
from inventory_core.columns import plain
from inventory_core.documents.arranged import price_problems
from inventory_core.documents.sheet import ARRANGED, MAX_BASE_QTY, SALES, Line, Sheet, amounts, renumbered
from inventory_core.errors import Refused
from inventory_core.views import Kind, Problem, ProductView

#: Doubts of the reader that the content itself settles once the field is filled.
_SETTLED_BY_PRODUCT = frozenset({"sku_ambiguous", "sku_unknown", "sku_missing"})
_SETTLED_BY_PARTY = frozenset({"party_missing", "party_ambiguous", "party_unknown", "party_near"})
_SETTLED_BY_QTY = frozenset({"qty_missing"})

_DOUBT_TEXTS = {
    "qty_approximate": "数量不是确数，请写清要多少",
    "price_abnormal": "价格和平时差很多，请看一眼",
    "price_missing": "没看清报的是多少钱",
    "price_asked": "像是在问能不能便宜，要改价请直接说，如：打9折",
    "total_mismatch": "说的合计和算出来的不一样，请核对数量和单价",
    "total_unchecked": "说的合计和价目对不上，请写清单价",
    "conditional": "有的货带条件或改天再说，请写清这次要哪些、各多少",
    "date_ambiguous": "送货日期有好几个，请写一个",
    "too_long": "内容太长，没有全看，请分几次发",
    "conflict": "前后说的不一样，请再写一次",
    "target_ambiguous": "没看出要改哪一行，请写上第几行",
    "target_missing": "没找到要改的那一行，请写上第几行",
    "party_implausible": "这家平时不要这些货，请确认客户",
    "delivery_uneven": "分批送的数量没说清，请写明每批多少",
}

#: The same doubts where goods come in.
_BUYING_TEXTS = _DOUBT_TEXTS | {
    "price_abnormal": "价格不像平时，请看一眼",
    "date_ambiguous": "到货日期有好几个，请写一个",
    "party_implausible": "这家平时不供这些货，请确认供应商",
}

_WHO = {Kind.SUPPLIER_QUOTE: "谁报的价？", Kind.PURCHASE_ORDER: "向谁采购？"}


def open_questions(sheet: Sheet) -> list[Problem]:
    """What is missing or doubtful in the content itself, whatever the stock."""
    found = _party(sheet)
    if not sheet.lines and "same_again" not in sheet.doubts:
        wanted = "单价" if sheet.kind is Kind.SUPPLIER_QUOTE else "数量"
        found.append(Problem("no_lines", f"还没有商品，请写上商品和{wanted}"))
    for line in sheet.lines:
        found.extend(_line(sheet, line))
    if sheet.unused:
        words = "、".join(f"「{word}」" for word in sheet.unused[:5])
        found.append(Problem("unused_words", f"{words}没看懂，请换个说法再说一次"))
    found.extend(
        _doubt(sheet, code) for code in sheet.doubts if code not in _SETTLED_BY_PARTY and code != "unused_words"
    )
    return found


def _doubt(sheet: Sheet, code: str) -> Problem:
    """A doubt about the whole. ``same_as:XS-0012（11月20日）`` names the order a draft was made like; it is told, and
    stops nothing."""
    name, _, like = code.partition(":")
    if name == "same_as":
        return Problem(name, f"照 {like}的内容，请核对", blocking=False)
    if name == "same_again":
        text = "要照上次的下，说了客户就按那家的上一单填"
        return Problem(name, text, blocking=sheet.partner is not None)
    if name == "no_last_order":
        return Problem(name, "这家没有确认过的单，没有“上次”可照", blocking=not sheet.lines)
    return Problem(code, _texts(sheet).get(code, "有一处没看懂，请把整句再说清楚一些"))


def _texts(sheet: Sheet) -> Mapping[str, str]:
    return _DOUBT_TEXTS if sheet.kind in SALES else _BUYING_TEXTS


def _party(sheet: Sheet) -> list[Problem]:
    wants, word = ("customer", "客户") if sheet.kind in SALES else ("supplier", "供应商")
    if sheet.partner is not None:
        if sheet.partner.kind != wants:
            return [Problem("party_kind", f"「{sheet.partner.name}」不是{word}，请换一个{word}")]
        return []
    if sheet.partner_candidates and "party_near" in sheet.doubts:
        who = "下面这家" if len(sheet.partner_candidates) == 1 else "下面哪一家"
        text = f"没有叫「{sheet.partner_said}」的{word}，是{who}吗？不是就新建{word}"
        return [Problem("party_unknown", text, candidates=sheet.partner_candidates)]
    if sheet.partner_candidates:
        count = len(sheet.partner_candidates)
        said = f"「{sheet.partner_said}」" if sheet.partner_said else ""
        return [Problem("party_ambiguous", f"{said}有{count}个{word}，请选一个", candidates=sheet.partner_candidates)]
    if sheet.partner_said:
        return [Problem("party_unknown", f"没有叫「{sheet.partner_said}」的{word}，换个叫法或新建{word}")]
    return [Problem("party_missing", f"{_WHO.get(sheet.kind, f'还没说{word}是谁，')}回复{word}名称就行")]


def _line(sheet: Sheet, line: Line) -> list[Problem]:
    row = f"第{line.line_no}行"
    found: list[Problem] = []
    if line.product is None:
        said = f"「{line.said}」" if line.said else ""
        if line.candidates:
            several = len(line.candidates) > 1
            text = f"有{len(line.candidates)}种，请选一种" if several else "是下面这个吗？是就点它，不是请换个叫法"
            text = f"{row}{said}{text}"
            found.append(Problem("sku_ambiguous", text, line.line_no, line.candidates))
        else:
            found.append(Problem("sku_unknown", f"{row}{said}没找到这个商品，换个叫法或新建商品", line.line_no))
    elif not line.product.active:
        found.append(Problem("product_inactive", f"{row} {line.label}已经停用，请换一个商品", line.line_no))
    if line.qty is not None or sheet.kind is not Kind.SUPPLIER_QUOTE:  # a quote may leave open how many
        found.extend(_quantity(line, row))
    if line.product is not None:
        ask = price_problems if sheet.kind in ARRANGED else _price
        found.extend(ask(sheet, line, line.product, row))
    seen = {problem.code for problem in found}
    for code in line.doubts:
        if code in seen or _settled(code, line):
            continue
        text = f"{row}{_texts(sheet).get(code, '有一处没看懂，请再说清楚一些')}"
        found.append(Problem(code, text, line.line_no, blocking=code != "price_abnormal"))
        seen.add(code)
    return found


def _settled(code: str, line: Line) -> bool:
    if code in _SETTLED_BY_PRODUCT:
        return line.product is not None
    if code in _SETTLED_BY_QTY:
        return line.qty is not None
    if code == "unit_unknown":
        return line.ratio is not None
    if code == "price_missing":
        return line.amount is not None or bool(line.tiers) or line.price_cmp is not None
    return False


def _quantity(line: Line, row: str) -> list[Problem]:
    product = line.product
    if line.qty is None:
        if "qty_approximate" in line.doubts:
            return []  # the doubt itself asks
        return [Problem("qty_missing", f"{row} {line.label}要多少？请写数量", line.line_no)]
    if line.qty <= 0:
        return [Problem("qty_missing", f"{row} {line.label}的数量要大于0", line.line_no)]
    if product is None:
        return []
    if line.ratio is None:
        known = "、".join(product.units)
        return [
            Problem("unit_unknown", f"{row} {product.label}没有「{line.unit}」这个单位，可用：{known}", line.line_no)
        ]
    if line.base_qty is None:
        num, den = line.ratio
        written = units.amount(line.qty, line.unit)
        if line.qty * num > MAX_BASE_QTY * den // 10**product.qty_scale:
            return [Problem("qty_abnormal", f"{row} 数量{written}太大了，请核对", line.line_no)]
        base = product.base_unit
        if den != 1 or num == 1:
            return [Problem("qty_not_whole", f"{row} {written}的小数太多，{base}记不下，请改数量", line.line_no)]
        text = f"{row} {written}不是整{base}（1{line.unit}={num}{base}），请改数量"
        return [Problem("qty_not_whole", text, line.line_no)]
    return []


def _price(sheet: Sheet, line: Line, product: ProductView, row: str) -> list[Problem]:
    if line.gift:
        return []
    if line.price is None:
        if sheet.use_last_price:
            text = f"{row} {product.label}没有上次的价格，请写单价"
        else:
            text = f"{row} {product.label}没有价格，请写单价"
        return [Problem("price_missing", text, line.line_no)]
    if line.price < 0:
        return [Problem("price_abnormal", f"{row} 单价不能是负数，请改单价", line.line_no)]
    if line.price_ratio is None:
        if line.ratio is None:
            return []  # the quantity's unit is asked for already, and the price is per that unit
        known = "、".join(product.units)
        return [Problem("unit_unknown", f"{row} 价格按「{line.price_unit}」算不了，可用：{known}", line.line_no)]
    if line.price_cmp is None:
        return [Problem("price_abnormal", f"{row} 金额太大了，请核对单价和数量", line.line_no)]
    if sheet.kind not in SALES or product.list_price is None or product.list_price <= 0:
        return []
    listed = prices.comparing(product.list_price, 1, 1)
    said = prices.comparing(line.price, *line.price_ratio)
    text = f"{row} 单价{plain(line.price)}元/{line.price_unit}，价目是{_listed(line, product)}"
    if said > listed * prices.ABSURD_RATIO or said * prices.ABSURD_RATIO < listed:
        return [Problem("price_abnormal", f"{text}，差太多，请改单价", line.line_no)]
    if said > listed * prices.ODD_RATIO or said * prices.ODD_RATIO < listed:
        return [Problem("price_abnormal", f"{text}，请看一眼", line.line_no, blocking=False)]
    return []


def _listed(line: Line, product: ProductView) -> str:
    num, den = line.price_ratio or (1, 1)
    listed = (product.list_price or Decimal(0)) * num / den
    return f"{plain(round(listed, 4))}元/{line.price_unit or product.base_unit}"


def free_per_line(sheet: Sheet, free: Mapping[int, int]) -> dict[int, int]:
    """What each line may take, by line number: earlier lines of the same product are served first.

    Args:
        free: product id → 10^-scale base units this document may use.
    """
    left = dict(free)
    found: dict[int, int] = {}
    for line in sheet.lines:
        if line.product is None:
            continue
        there = max(left.get(line.product.id, 0), 0)
        found[line.line_no] = there
        wanted = (line.base_qty or 0) - line.shipped
        left[line.product.id] = there - min(there, wanted)
    return found


def shortages(sheet: Sheet, per_line: Mapping[int, int]) -> list[Problem]:
    """Lines that want more than there is. They stop a plain 确认; a choice (``Shortage``) answers them."""
    if sheet.kind is not Kind.SALES_ORDER:
        return []
    found = []
    for line in sheet.lines:
        if line.product is None or line.base_qty is None:
            continue
        wanted, there = line.base_qty - line.shipped, per_line[line.line_no]
        if wanted > there:
            have = f"只有{units.words(line.product, there)}" if there else "没有货了"
            gap = units.words(line.product, wanted - there)
            found.append(Problem("shortage", f"第{line.line_no}行 {line.label}{have}，差{gap}", line.line_no))
    return found


def cut(sheet: Sheet, per_line: Mapping[int, int]) -> Sheet:
    """只发现有: every line cut to what there is, in its own unit where that comes out even, else in base units.

    Raises:
        Refused: nothing would be left.
    """
    lines: list[Line] = []
    for line in sheet.lines:
        there = per_line.get(line.line_no, 0)
        if line.product is None or line.base_qty is None or line.base_qty <= there:
            lines.append(line)
            continue
        if there <= 0:
            continue
        product = line.product
        unit = units.Unit(line.unit or product.base_unit, *(line.ratio or (1, 1)))
        qty = units.in_unit(there, unit, product.qty_scale)
        if qty is None:
            unit, qty = units.Unit(product.base_unit, 1, 1), units.from_base(there, product.qty_scale)
        shorter = replace(line, qty=qty, unit=unit.name, ratio=(unit.num, unit.den), base_qty=there)
        lines.append(replace(shorter, amount=0) if line.gift else amounts(shorter, sheet.discount_rate))
    if not any(not line.gift for line in lines):
        raise Refused("这些货都没有了，可以选「欠货」等到货，或取消这张单。")
    return replace(sheet, lines=renumbered(lines))
