"""An administrator sends a spreadsheet to the bot; what is in it counts in the next message."""

from __future__ import annotations

from pathlib import Path

from tests.support.firm import Firm

NEW = """编码,名称,规格,基本单位,单位换算,常用单位,别名,售价
ZZ0001,彩钢瓦垫,25mm 红,个,1包=200个,包,红垫,0.12
ZZ0002,彩钢瓦垫,25mm 蓝,个,1包=200个,包,蓝垫,0.12
"""
WRONG = """编码,名称,规格,基本单位,单位换算,售价
ZZ0003,,25mm 红,个,1包=两百个,0.12
ZZ0003,彩钢瓦垫,30mm,个,,一毛
"""


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


async def test_goods_sent_as_a_file_can_be_ordered_in_the_next_message(firm: Firm, tmp_path: Path) -> None:
    shown = await firm.say("管理员", "", files=[written(tmp_path, "商品.csv", NEW)])
    assert any(item.words.startswith("收到 商品.csv，开始导入") for item in shown)
    assert any("商品：新增 2，修改 0，不变 0" in item.words for item in shown)
    card = (await firm.say("销售", "永兴建材店 红垫 3包"))[-1]
    assert "彩钢瓦垫 25mm 红" in card.words

    again = await firm.say("管理员", "", files=[written(tmp_path, "商品.csv", NEW)])
    assert any("没有改动" in item.words for item in again)


async def test_a_file_with_faults_changes_nothing_and_names_every_one(firm: Firm, tmp_path: Path) -> None:
    shown = await firm.say("管理员", "", files=[written(tmp_path, "商品.csv", WRONG)])
    words = "\n".join(item.words for item in shown)
    assert "什么都没有导入" in words
    assert "第2行" in words
    assert "第3行" in words
    assert await firm.rows("SELECT 1 FROM product WHERE sku = 'ZZ0003'") == []


async def test_others_may_not_import(firm: Firm, tmp_path: Path) -> None:
    shown = await firm.say("销售", "", files=[written(tmp_path, "商品.csv", NEW)])
    assert "导入资料要管理员或老板来发" in shown[-1].words
    assert await firm.rows("SELECT 1 FROM product WHERE sku = 'ZZ0001'") == []
