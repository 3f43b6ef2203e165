"""The question that goes with a doubt, one at a time, the most useful first. Also the order in which doubts are
told.
"""

from __future__ import annotations

from nlp.catalogue.lexicon import Lexicon
from nlp.findings import Doc, Intent, Line

_ORDER = (
    "too_long", "target_missing", "target_ambiguous", "nothing_named", "party_ambiguous", "party_unknown",
    "party_missing", "party_implausible",
    "sku_ambiguous", "sku_unknown", "qty_missing", "qty_approximate", "unit_unknown", "price_abnormal", "price_missing",
    "price_asked",
    "total_mismatch", "total_unchecked", "conflict",
    "conditional", "delivery_uneven", "date_ambiguous", "unused",
)  # fmt: skip


def ordered(doubts: list[str]) -> tuple[str, ...]:
    """Doubts without repeats, the one to ask first in front."""
    unique = dict.fromkeys(doubts)
    return tuple(sorted(unique, key=lambda d: _ORDER.index(d) if d in _ORDER else len(_ORDER)))


def _names(skus: tuple[str, ...], lexicon: Lexicon) -> str:
    shown = []
    for sku in skus[:4]:
        product = lexicon.by_sku(sku)
        if product is not None:
            shown.append(f"{product.name} {product.spec}".strip())
    more = f" 等{len(skus)}种" if len(skus) > 4 else ""
    return "、".join(shown) + more


def _line_with(docs: tuple[Doc, ...], doubt: str) -> Line | None:
    return next((line for doc in docs for line in doc.lines if doubt in line.doubts), None)


def question(doubts: tuple[str, ...], docs: tuple[Doc, ...], lexicon: Lexicon, unused: str = "") -> str | None:
    """One sentence in Chinese asking for the first doubt."""
    if not doubts:
        return None
    doubt = doubts[0]
    line = _line_with(docs, doubt)
    said = f"“{line.said}”" if line is not None and line.said else "这一行"
    supplier = bool(docs) and docs[0].intent in (Intent.PURCHASE_ORDER, Intent.SUPPLIER_QUOTE)
    role = "供应商" if supplier else "客户"
    if doubt == "sku_ambiguous" and line is not None:
        return f"{said}有几种：{_names(line.candidates, lexicon)}，要哪一种？"
    if doubt == "sku_unknown" and line is not None and line.candidates:
        return f"{said}目录里没有完全对得上的，相近的有{_names(line.candidates, lexicon)}，要哪一种？"
    if doubt == "unit_unknown" and line is not None:
        product = lexicon.by_sku(line.sku)
        known = "、".join(product.units) if product is not None else ""
        return f"{said}没有“{line.unit}”这个单位，可以用{known}，请说一下数量和单位。"
    party = next((doc.party_said for doc in docs if doc.party_said), "")
    stranger = "看名字不做这些货" if any(doc.party for doc in docs) else f"不是{role}"
    return {
        "too_long": "内容太长了，请整理成表格文件发过来，我按表格录。",
        "target_missing": "没找到要处理的单子，请带上单号再说一次。",
        "target_ambiguous": "没看清要改哪一行，请说“第几行”或者商品名。",
        "nothing_named": "请说一下是哪个商品。",
        "party_ambiguous": f"“{party}”对应好几个{role}，是哪一家？",
        "party_unknown": f"没找到{role}“{party}”，是哪一家？",
        "party_implausible": f"“{party}”{stranger}，这单是哪家{role}的？",
        "party_missing": f"这是哪家{role}的？",
        "sku_unknown": f"{said}在目录里没找到，请换个叫法或者报货号。",
        "qty_missing": f"{said}要多少？",
        "qty_approximate": f"{said}的数量请给个准数。",
        "price_abnormal": f"{said}的单价和价目差得多，请确认单价。",
        "price_missing": f"{said}报的是多少钱？",
        "total_mismatch": "说的合计和数量、单价对不上，请核对一下。",
        "total_unchecked": "说的合计和目录价对不上，也没说单价，请把单价说一下。",
        "price_asked": "是在问能不能便宜？要改请直接说，如：打9折、单价改12。",
        "conflict": "前后说的对不上，请再说一次。",
        "conditional": "有的货带条件或改天再说，请直接说这次要哪些、各多少。",
        "delivery_uneven": "分批送的话，请说清楚每批哪天送、送多少。",
        "date_ambiguous": "交货日期有好几个，请说一个。",
    }.get(doubt, f"“{unused}”没用上，请说清楚是什么意思。" if unused else "有一处没看懂，请再说清楚一点。")
