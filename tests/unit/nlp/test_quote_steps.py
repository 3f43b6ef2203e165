"""Prices from a quantity on: which goods a step is for, whether it says the price, a part of it, or how much less."""

from __future__ import annotations

import pytest

from tests.unit.nlp.phenomena_support import read

STEPS = [
    ("d", "supplier", "黑笔0.82 蓝笔0.85，满100盒黑笔0.78", {"ZX05H": ["100 0.78"], "ZX05L": []}),
    ("d", "supplier", "黑笔0.82 蓝笔0.85，满100盒黑笔0.78 蓝笔0.8", {"ZX05H": ["100 0.78"], "ZX05L": ["100 0.8"]}),
    ("h", "supplier", "切割片1.2一片 100盒1.1 500盒1.05", {"QP105": ["100 1.1", "500 1.05"]}),
    ("h", "supplier", "切割片1.3、角磨片2.4，一次拿50盒以上分别1.2、2.2", {"QP105": ["50 1.2"], "QG100": ["50 2.2"]}),
    ("f", "buyer", "金穗：大豆油46一桶 菜籽油61一桶 100桶起44/59", {"OS5": ["100 44"], "OC5": ["100 59"]}),
    ("f", "supplier", "生抽5.2，老抽5.8。50箱以上每瓶便宜2毛", {"SY05": ["50 5"], "SD05": ["50 5.6"]}),
    ("f", "supplier", "大豆油46 菜籽油61 超过100桶各降1块", {"OS5": ["100 45"], "OC5": ["100 60"]}),
    ("h", "supplier", "铜球阀DN15 14块，DN20 21块，100个以上九五折", {"QF15": ["100 13.3"], "QF20": ["100 19.95"]}),
    ("h", "supplier", "品名\t单价\t≥100盒\t≥500盒\n切割片\t1.3\t1.2\t1.1\n角磨片\t2.4\t2.2\t2.1",
     {"QP105": ["100 1.2", "500 1.1"], "QG100": ["100 2.2", "500 2.1"]}),
    ("f", "supplier", "品名\t单价/瓶\t满50箱\n米醋\t2.9\t2.8\n陈醋\t3.6\t3.4", {"VM": ["50 2.8"], "VC": ["50 3.4"]}),
    ("h", "supplier", "切割片：50片以下1.6，50-500片1.5，500片以上1.35", {"QP105": ["50 1.5", "500 1.35"]}),
    ("a", "supplier", "205/55R16静音 305；215/60R16 330；100条以上每条返5元",
     {"TA20555": ["100 300"], "TA21560": ["100 325"]}),
    ("h", "supplier", "切割片1.3 角磨片2.4，万片以上下浮5%", {"QP105": ["10000 1.235"], "QG100": ["10000 2.28"]}),
    ("h", "supplier", "切割片不足10盒1.4，10盒起1.3", {"QP105": ["10 1.3"]}),
    ("h", "supplier", "球阀DN15 DN20分别14.2 21 100只起打98折", {"QF15": ["100 13.916"], "QF20": ["100 20.58"]}),
    ("f", "supplier", "本周特惠：花生油5L 买10送1 105元/桶", {"OP5": []}),
    ("h", "supplier", "生料带1.2一卷，起订100卷，现货2000卷", {"SLD20": []}),
]  # fmt: skip


@pytest.mark.parametrize(("trade", "role", "text", "wanted"), STEPS)
def test_steps_go_to_their_goods(trade: str, role: str, text: str, wanted: dict[str, list[str]]) -> None:
    found = read(trade, role, text)
    assert found.intent == "supplier_quote"
    assert {line.sku: [f"{t.min_qty} {t.price}" for t in line.tiers] for line in found.docs[0].lines} == wanted
    assert all(line.qty is None for line in found.docs[0].lines)
