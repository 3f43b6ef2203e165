"""Units of measure as people say them: which of a product's registered units a word means, and how many base units
that is. Factors are Decimal; nothing here knows a catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

# A word for one piece; it means the base unit of any product that has not registered the word itself.
PIECE = frozenset("个只支根条块片颗粒枚张把听罐瓶付副套对卷双排台本") | {"pcs", "pc"}
# Two words for one container; each stands for the other when the product has only one of them.
_TWINS = """
公斤=kg 千克=kg 听=罐 罐=听 包=袋 袋=包 件=箱 箱=件 pcs=个 付=套 副=套 合=盒 kg=公斤 克=g g=克 升=l l=升
公尺=米 m=米 米=m 对=双 双=对 捆=扎 扎=捆 盘=卷 卷=盘 张=片 本=册 册=本
"""
TWIN = dict(pair.split("=") for pair in _TWINS.split())
_WEIGHT = {"kg": Decimal(1), "公斤": Decimal(1), "千克": Decimal(1), "斤": Decimal("0.5"), "吨": Decimal(1000),
           "t": Decimal(1000), "g": Decimal("0.001"), "克": Decimal("0.001"), "两": Decimal("0.05")}  # fmt: skip
# What is measured has no pieces: two rolls of a cloth that is sold by the metre are not two metres.
_MEASURED = frozenset(_WEIGHT) | {"米", "m", "公尺", "码", "升", "l", "毫升", "ml", "平方", "平米", "立方", "方"}
# Words read as a unit after a number even when no product of the catalogue has registered them.
COMMON = frozenset(
    "个只支根条块片颗粒枚张把听罐瓶付副套对卷双排台本包袋件箱盒提桶捆扎盘打斤吨米令册辆筐板托车坛壶"
    "杯碗串束刀朵株棵幅扇樘匹篮篓坨摞沓叠份领合"
) | frozenset(
    [
        "公斤",
        "千克",
        "kg",
        "pcs",
        "箱子",
        "大箱",
        "小箱",
        "中包",
        "大包",
        "小包",
        "小盒",
        "大盒",
        "平米",
        "平方",
        "立方",
    ]
)


def registered(units: Mapping[str, Decimal], base_unit: str, said: str) -> str | None:
    """The product's own unit that ``said`` means, or None when it has no such unit (a dozen and weights are not
    registered units but still convertible: see ``factor``)."""
    if said in units:
        return said
    twin = TWIN.get(said)
    if twin is not None and twin in units:
        return twin
    if said in _WEIGHT:
        for name in ("kg", "公斤", "千克"):
            if name in units and _WEIGHT[said] == 1:
                return name
    if said in PIECE and base_unit not in _MEASURED:
        return base_unit
    return None


def factor(units: Mapping[str, Decimal], base_unit: str, said: str) -> Decimal | None:
    """Base units in one ``said``; None when the product cannot be counted that way."""
    name = registered(units, base_unit, said)
    if name is not None:
        return units.get(name, Decimal(1))
    if said == "打":
        return Decimal(12)
    if said in _WEIGHT:
        for kilo in ("kg", "公斤", "千克"):
            if kilo in units:
                return _WEIGHT[said] * units[kilo]
    return None
