"""A shop that sells a little of everything told apart by sizes, colours, contents and numbers: for the rules that must
hold in any trade. Goods, firms and numbers are invented."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def _goods(
    stem: str, name: str, specs: Iterable[tuple[str, str]], price: str, units: str, *aliases: str, default: str = ""
) -> list[dict[str, Any]]:
    table = dict(pair.split("=") for pair in units.split(","))
    base = next(iter(table))
    return [
        {
            "sku": f"{stem}{code}", "name": name, "spec": spec, "base_unit": base, "units": table, "list_price": price,
            "default_unit": default or base, "aliases": list(aliases),
        }
        for code, spec in specs
    ]  # fmt: skip


def _sizes(*values: int, form: str = "{}") -> list[tuple[str, str]]:
    return [(str(value), form.format(value)) for value in values]


def catalog() -> dict[str, Any]:
    """The catalogue, in the specification's shape."""
    products = [
        *_goods("LEDN", "LED球泡", _sizes(5, 9, 12, 18, form="E27 {}W 暖光"), "6", "只=1,箱=100", "球泡灯"),
        *_goods("LEDB", "LED球泡", _sizes(5, 9, 12, 18, form="E27 {}W 白光"), "6", "只=1,箱=100", "球泡灯"),
        *_goods("ZT", "砂纸", _sizes(80, 120, 240, 320, 400, form="{}目"), "0.8", "张=1,包=100", "水砂纸"),
        *_goods("ZC", "深沟球轴承", [(c, s) for c, s in (("4Z", "6204 ZZ"), ("4R", "6204 2RS"), ("5R", "6205 2RS"),
                ("6R", "6206 2RS"))], "9", "套=1,盒=10", "轴承"),
        *_goods("ZT3", "直柄麻花钻头", [("2", "3.2mm"), ("3", "4.2mm"), ("5", "5.2mm"), ("8", "8mm")], "2.4",
                "支=1,盒=10", "钻头"),
        *_goods("BP", "不锈钢汤盆", _sizes(20, 22, 24, 26, 28, form="{}cm"), "11", "个=1,箱=60", "汤盆"),
        *_goods("NF", "幼儿配方奶粉", [("1", "1段 900g"), ("2", "2段 900g"), ("3", "3段 900g"), ("3S", "3段 400g")],
                "188", "罐=1,箱=6", "奶粉"),
        *_goods("NK", "纸尿裤", [("S", "S 64片"), ("M", "M 58片"), ("L", "L 50片"), ("XL", "XL 44片")], "69",
                "包=1,箱=4", "尿不湿"),
        *_goods("ST", "全棉四件套", [("15H", "1.5米床 灰色"), ("18H", "1.8米床 灰色"), ("15F", "1.5米床 藕粉色"),
                ("18F", "1.8米床 藕粉色"), ("18T", "1.8米床 豆绿色")], "158", "套=1,箱=8", "四件套"),
        *_goods("GB", "玻璃杯", [("3", "300ml 直身"), ("4", "400ml 直身"), ("3H", "300ml 带把")], "4.5",
                "只=1,箱=48", "水杯"),
        *_goods("WT", "电工胶带", [("H", "黑色"), ("R", "红色"), ("U", "蓝色"), ("Y", "黄色"), ("W", "白色")], "1.8",
                "卷=1,筒=10,箱=300", "绝缘胶布"),
        *_goods("JC", "84消毒液", [("5", "500g 5%"), ("25", "2.5kg 5%")], "5", "瓶=1,箱=12"),
        *_goods("JJ", "医用酒精", [("75S", "75% 500ml"), ("95S", "95% 500ml"), ("75B", "75% 2.5L")], "6",
                "瓶=1,箱=24", "酒精"),
        *_goods("PV", "PVC排水管", _sizes(50, 75, 110, 160, form="{}*2.0 4米"), "19", "根=1,捆=10", "排水管"),
        *_goods("WJ", "网线", [("5", "超五类 305米"), ("6", "六类 305米")], "420", "箱=1"),
        *_goods("KX", "K3301毛呢大衣", [(f"{c}{s}", f"{n} {s}") for c, n in (("T", "驼色"), ("H", "黑色"))
                for s in ("S", "M", "L", "2XL")], "260", "件=1,包=5", "毛呢大衣", "大衣"),
        *_goods("TX", "拖鞋", [(f"{c}{s}", f"{n} {s}") for c, n in (("K", "咖色"), ("F", "粉色"))
                for s in ("36-37", "38-39", "40-41", "42-43")], "9", "双=1,箱=50"),
        *_goods("XE", "男款工作鞋", _sizes(38, 39, 40, 41, 42, 43, 44), "45", "双=1,箱=10", "工作鞋"),
        *_goods("FL", "复合肥", [("A", "15-15-15 50kg"), ("B", "18-18-18 50kg"), ("C", "15-15-15 25kg")], "160",
                "袋=1,吨=20"),
        *_goods("HM", "黑豹手套", [("M", "丁腈 M 蓝色"), ("L", "丁腈 L 蓝色")], "28", "盒=1,箱=10", "丁腈手套"),
    ]  # fmt: skip
    parties = [
        {"id": "V1", "name": "临江百汇商贸有限公司", "aliases": ["百汇"]},
        {"id": "V2", "name": "东港宏利五金店", "aliases": ["宏利"]},
        {"id": "V3", "name": "桐山小梅杂货", "aliases": ["小梅"]},
    ]
    makers = [{"id": "N1", "name": "华盛日用制品厂", "aliases": ["华盛"]}]
    return {"products": products, "customers": parties, "suppliers": makers}
