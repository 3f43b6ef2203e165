"""What the firm pays reaches nobody without the right: not on a card, not as text, not on paper, not on a page."""

from __future__ import annotations

import pytest

from tests.support.firm import Firm, Shown


async def reverse_a_receipt(firm: Firm) -> str:
    """A goods receipt of today and its mirror; returns the mirror's number."""
    await firm.say("采购", "永固到货 M8*30镀锌螺丝 20盒 单价7.77")
    await firm.click("采购", firm.card("采购"), "确认")
    [(receipt,)] = await firm.rows("SELECT max(number) FROM document WHERE kind = 'goods_receipt'")
    await firm.say("采购", f"撤销 {receipt}")
    [(mirror,)] = await firm.rows("SELECT number FROM document WHERE kind = 'reversal'")
    return str(mirror)


async def keep_a_paper(firm: Firm, kind: str) -> str:
    """A supplier's quote or a purchase order of today; returns its number."""
    said = {
        "报价单": "永固报价 M8*30镀锌螺丝 11.77一盒 100盒起10.33",
        "采购单": "向永固采购 M8*30镀锌螺丝 20盒 11.77一盒",
    }
    await firm.say("采购", said[kind])
    await firm.click("采购", firm.card("采购"), "确认")
    [(number,)] = await firm.rows("SELECT max(number) FROM document WHERE kind IN ('supplier_quote', 'purchase_order')")
    return str(number)


def told(shown: list[Shown]) -> bool:
    """Whether any of these messages tells a price or a sum."""
    tables = [one.body.table for one in shown if one.body is not None and one.body.table is not None]
    fields = [field.label for one in shown if one.body is not None for field in one.body.fields]
    return (
        any("单价" in table.columns for table in tables)
        or "合计" in fields
        or any("元" in one.text for one in shown)
        or any("无价" not in file["name"] for one in shown for file in one.files)
    )


@pytest.mark.parametrize("kind", ["期初单", "入库单", "冲销单", "报价单", "采购单"])
async def test_what_was_paid_reaches_nobody_without_the_right(firm: Firm, kind: str) -> None:
    made = keep_a_paper(firm, kind) if kind in ("报价单", "采购单") else None
    number = {"期初单": "QC-0001", "入库单": "RK-0001"}.get(kind) or await (made or reverse_a_receipt(firm))
    for who in ("销售", "仓管"):
        for words in (number, f"{number} 文本", f"打印 {number}"):
            seen = [one for one in await firm.say(who, words) if one.room == firm.room(who).id]
            assert not told(seen), (who, words)
            assert not any(price in one.words for one in seen for price in ("11.77", "10.33")), (who, words)
    assert told(await firm.say("老板", number))
    assert told(await firm.say("老板", f"打印 {number}"))
