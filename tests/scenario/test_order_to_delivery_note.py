"""The main job over the running service: what people of a firm write and tap on a working day, and what they get."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2 as pdfium

from handlers import jobs
from tests.support.console import PNG
from tests.support.firm import Firm, Shown, Toast

BIG_ORDER = "永兴 铁红防锈漆20L 20桶 白色乳胶漆20L 20桶 黄铜闸阀DN50 30个 DN20黄铜球阀 40个 4平方红线 15卷"


def rows(card: Shown) -> list[str]:
    """A card's table, one text a row."""
    table = card.card.table
    return [] if table is None else [" ".join(row).strip() for row in table.rows]


def good(text: str) -> Toast:
    return Toast(text, "good")


def pdf_text(data: bytes) -> str:
    document = pdfium.PdfDocument(io.BytesIO(data))
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


# -- an order, from the first words to the paper ----------------------------------------------------------------------


async def test_an_order_is_written_put_right_confirmed_shipped_and_printed(firm: Firm) -> None:
    [card] = await firm.say("销售", "永兴 M8*30镀锌螺丝 10盒 M8镀锌螺帽 5盒 生料带 20卷 明天送")
    assert card.card.title == "销售单 草稿84 · 还有1处要定"
    assert {field.label: field.value for field in card.card.fields}["客户"] == "永兴建材店"
    assert {field.label: field.value for field in card.card.fields}["送货"] == "11月25日(周三)"
    assert "确认" not in card.labels
    assert rows(card)[0].startswith("3 “生料带 20卷”？")  # what is doubtful comes first

    await firm.say("销售", "生料带要加厚的")
    await firm.say("销售", "第1行改成12盒")
    await firm.say("销售", "螺帽不要了")
    await firm.say("销售", "M8*30镀锌螺丝 14块一盒")
    card = firm.card("销售")
    assert rows(card) == [
        "1 外六角螺栓 M8*30 镀锌 12盒 14(说的) 180盒",
        "2 生料带 20米 加厚 20卷 1.8(价目) 1200卷",
    ]
    assert "本次修改：第1行 单价 15元/盒 → 14元/盒" in card.words
    assert {field.label: field.value for field in card.card.fields}["合计"] == "204.00元"

    before = await firm.available("LS0830D")
    assert await firm.click("销售", card, "确认") == good("已确认：XS-0065")
    assert await firm.available("LS0830D") == before - 1200
    assert firm.card("销售").card.title == "销售单 XS-0065 · 已审核"
    assert firm.card("仓管").card.title == "销售单 XS-0065 · 已审核"

    await firm.say("仓管", "发货 XS-0065 第1行 4盒")
    assert "还有外六角螺栓 M8*30 镀锌 8盒" in firm.texts("销售")[-1]
    assert [int(line.shipped) for line in (await firm.document("XS-0065")).lines] == [400, 0]
    order = next(one for one in firm.cards("仓管") if "XS-0065" in one.card.title)
    toast = await firm.click("仓管", order, "发货")
    assert toast.text.startswith("XS-0065 已发货，送货单 SH-")
    shipment = firm.card("仓管")
    assert shipment.card.title.startswith("送货单 SH-")
    assert "老周发货" in firm.texts("销售")[-1]
    assert (await firm.document("XS-0065")).state.value == "posted"

    await firm.click("仓管", shipment, "打印")
    [paper] = firm.files("仓管")
    number = shipment.card.title.split()[1]
    assert paper["name"] == f"送货单{number}.pdf"
    text = pdf_text(await firm.download(paper))
    for words in ("淞岚五金批发有限公司", number, "永兴建材店", "外六角螺栓", "M8*30", "生料带", "20米", "8盒", "20卷"):
        assert words.replace(" ", "") in text.replace(" ", "").replace("\r\n", ""), (words, text)
    await firm.sound()


async def test_the_order_prints_on_both_papers_and_as_words_for_the_customer(firm: Firm) -> None:
    await firm.say("销售", "诚工 单开单控白 12个 五孔插座白 8个")
    await firm.say("销售", "确认")
    await firm.say("销售", "打印 XS-0065")
    await firm.say("销售", "打印 XS-0065 241")
    a4, form = [pdf_text(await firm.download(file)) for file in firm.files("销售")]
    for text in (a4, form):
        assert "XS-0065" in text
        assert "墙壁开关" in text.replace("\r\n", "")
    assert len({file["sha256"] for file in firm.files("销售")}) == 2
    await firm.say("销售", "给客户的文字 XS-0065")
    assert firm.texts("销售")[-1].startswith("【淞岚五金批发有限公司】销售单 XS-0065")


async def test_the_card_leads_to_the_document_s_page_and_its_paper(firm: Firm) -> None:
    await firm.say("销售", "诚工 单开单控白 12个 五孔插座白 8个")
    await firm.say("销售", "确认")
    link = firm.card("销售").card.link
    assert link is not None
    async with firm.http.get(link) as answer:
        page = await answer.text()
        assert (answer.status, "XS-0065" in page, "墙壁插座" in page) == (200, True, True)
    for query in ("", "?size=241", "?prices=0"):
        async with firm.http.get(f"{link}.pdf{query}") as answer:
            assert (answer.status, answer.content_type) == (200, "application/pdf")
            text = pdf_text(await answer.read())
        assert "XS-0065" in text
        assert ("6.8" in text) == (query != "?prices=0")
    spoilt = link[:-1] + ("A" if link[-1] != "A" else "B")
    async with firm.http.get(spoilt) as answer:
        assert answer.status == 404


async def test_goods_arrive_by_sentence_and_the_buyer_hears_of_low_stock(firm: Firm) -> None:
    await firm.say("销售", "永兴 M8*30镀锌螺丝 145盒")
    await firm.say("销售", "确认")
    await firm.click("仓管", firm.card("仓管"), "发货")
    assert any("外六角螺栓 M8*30 镀锌 可用3500支" in text for text in firm.texts("采购")), firm.texts("采购")
    [card] = await firm.say("采购", "永固到货 M8*30镀锌螺丝 20盒 单价12")
    assert card.card.title == "入库单 草稿85 · 待确认"
    before = await firm.available("LS0830D")
    toast = await firm.click("采购", card, "确认")
    assert toast.text.startswith("已确认：RK-")
    assert await firm.available("LS0830D") == before + 2000
    await firm.sound()


async def test_a_salesperson_cannot_receive_goods_and_sees_no_cost(firm: Firm) -> None:
    await firm.say("销售", "永固到货 M8*30镀锌螺丝 20盒 单价12.34")
    assert firm.texts("销售") == ["开入库单要采购、仓管或老板，请转给他们"]
    await firm.say("采购", "永固到货 M8*30镀锌螺丝 20盒 单价12.34")
    await firm.click("采购", firm.card("采购"), "确认")
    number = firm.card("采购").card.title.split()[1]
    await firm.say("仓管", number)
    elsewhere = [one for one in firm.shown.values() if one.sender is None and one.room != firm.room("采购").id]
    assert elsewhere
    assert not [one for one in elsewhere if "12.34" in one.words]


# -- approval ----------------------------------------------------------------------------------------------------------


async def test_an_order_over_the_limit_is_rejected_with_a_reason_put_right_and_goes_through(firm: Firm) -> None:
    await firm.say("销售", BIG_ORDER)
    before = await firm.available("FXQH20")
    assert await firm.click("销售", firm.card("销售"), "确认") == good("已确认：XS-0065，等审批")
    assert await firm.available("FXQH20") == before - 20  # spoken for while it waits
    assert "同意" not in firm.card("销售").labels
    asked = firm.card("主管")
    assert asked.labels == ["同意", "驳回", "撤销"]

    await firm.say("仓管", "发货 XS-0065")
    assert "待审核" in firm.texts("仓管")[-1]
    await firm.say("销售", "同意 XS-0065")
    assert "主管或老板" in firm.texts("销售")[-1]
    assert (await firm.document("XS-0065")).state.value == "pending"

    assert (await firm.click("主管", asked, "驳回")).tone == "warn"
    assert await firm.click("主管", asked, "驳回", {"reason": "防锈漆太多"}) == good("已驳回 XS-0065")
    assert await firm.available("FXQH20") == before
    assert firm.texts("销售")[-1].startswith("王主管驳回了 XS-0065：防锈漆太多")

    await firm.say("销售", "第2行改成19桶")
    assert await firm.click("销售", firm.card("销售"), "确认") == good("已确认：XS-0065，等审批")
    assert await firm.click("主管", firm.card("主管"), "同意") == good("已同意 XS-0065")
    assert firm.texts("销售")[-1] == "王主管同意了 XS-0065，可以发货了"
    assert firm.card("仓管").card.title == "销售单 XS-0065 · 已审核"
    assert "同意" not in firm.card("老板").labels  # the other copy of the question is settled too
    await firm.sound()


async def test_approval_and_refusal_by_sentence(firm: Firm) -> None:
    await firm.say("销售", BIG_ORDER)
    await firm.say("销售", "确认")
    await firm.say("主管", "驳回 XS-0065 量太大")
    assert firm.texts("销售")[-1].startswith("王主管驳回了 XS-0065：量太大")
    await firm.say("销售", "第2行改成19桶")
    await firm.say("销售", "确认")
    await firm.say("老板", "同意 XS-0065")
    assert (await firm.document("XS-0065")).state.value == "approved"
    assert firm.texts("销售")[-1] == "陈总同意了 XS-0065，可以发货了"


async def test_an_unshipped_order_is_changed_by_sentence_and_undone(firm: Firm) -> None:
    before = await firm.available("LS0830D")
    await firm.say("销售", "永兴 M8*30镀锌螺丝 10盒")
    await firm.say("销售", "确认")
    await firm.say("销售", "刚才那单再加两箱M8*30镀锌螺丝")
    view = await firm.document("XS-0065")
    assert (view.version, view.state.value) == (2, "approved")
    assert await firm.available("LS0830D") == before - 1000 - 4000
    assert "本次修改" in firm.card("仓管").words
    await firm.say("销售", "撤销 XS-0065")
    assert (await firm.document("XS-0065")).state_label == "已作废"
    assert await firm.available("LS0830D") == before
    await firm.sound()


async def test_moved_goods_come_back_by_a_mirrored_document(firm: Firm) -> None:
    before = await firm.available("LS0830D")
    await firm.say("销售", "永兴 M8*30镀锌螺丝 10盒")
    await firm.say("销售", "确认")
    await firm.say("仓管", "发货 XS-0065")
    shipment = firm.card("仓管").card.title.split()[1]
    await firm.say("老板", f"撤销 {shipment}")
    assert (await firm.document(shipment)).state.value == "reversed"
    reserved_again = (await firm.document("XS-0065")).state.value == "approved"
    assert await firm.available("LS0830D") == before - (1000 if reserved_again else 0)
    await firm.sound()


# -- too little of something -------------------------------------------------------------------------------------------


async def test_too_little_stock_is_cut_owed_or_changed(firm: Firm) -> None:
    [card] = await firm.say("销售", "永兴 铁红防锈漆20L 30桶")
    assert card.labels[:2] == ["只发现有", "欠货"]
    await firm.say("销售", "第1行改成26桶")
    assert "欠货" in firm.card("销售").labels
    await firm.click("销售", firm.card("销售"), "只发现有")
    assert int((await firm.document("XS-0065")).lines[0].qty or 0) == 25
    assert await firm.available("FXQH20") == 0
    await firm.say("销售", "诚工 铁红防锈漆20L 1桶")
    await firm.say("销售", "欠货")
    line = (await firm.document("XS-0066")).lines[0]
    assert (int(line.qty or 0), int(line.reserved)) == (1, 0)
    await firm.sound()


async def test_an_unknown_customer_is_made_from_the_card(firm: Firm) -> None:
    [card] = await firm.say("销售", "明达机械厂 M8*30镀锌螺丝 3盒")
    assert card.labels[:2] == ["新建客户", "散客"]
    assert [one.value for one in card.card.inputs] == ["明达机械厂", "", ""]
    toast = await firm.click("销售", card, "新建客户", {"name": "明达机械厂", "phone": "13812345678"})
    assert toast.text.startswith("已新建客户：明达机械厂")
    await firm.click("销售", firm.card("销售"), "确认")
    view = await firm.document("XS-0065")
    assert view.partner is not None
    assert view.partner.name == "明达机械厂"
    [card] = await firm.say("销售", "明达机械厂 M8*40镀锌螺丝 2盒")  # known from now on
    assert card.card.title == "销售单 草稿85 · 待确认"


# -- which draft -------------------------------------------------------------------------------------------------------


async def test_a_burst_is_one_draft_and_one_card(firm: Firm) -> None:
    [first] = await firm.say("销售", "永兴 M8*30镀锌螺丝 10盒")
    for words in ("再来5盒M8镀锌螺帽", "另外生料带20米 20卷", "明天送"):
        await firm.say("销售", words)
    assert [one.seq for one in firm.cards("销售") if one.card.table] == [firm.card("销售").seq]
    view = await firm.document("草稿84")
    assert [line.product.sku for line in view.lines if line.product] == ["LS0830D", "LM08D", "SL20"]
    assert view.delivery_date is not None
    assert first.seq in {one.seq for one in firm.cards("销售")}


async def test_a_burst_sent_at_once_is_one_draft_in_the_order_it_was_sent(firm: Firm) -> None:
    for words in ("永兴 M8*30镀锌螺丝 10盒", "再来5盒M8镀锌螺帽", "另外生料带20米 20卷", "第1行改成11盒"):
        await firm.post_message("销售", words)
    await firm.settle()
    view = await firm.document("草稿84")
    assert [int(line.qty or 0) for line in view.lines] == [11, 5, 20]
    assert await firm.rows("SELECT COUNT(*) FROM document WHERE state = 'draft'") == [(1,)]
    await firm.sound()


async def test_two_customers_never_mix(firm: Firm) -> None:
    await firm.say("销售", "永兴 M8*30镀锌螺丝 10盒")
    await firm.say("销售", "诚工 M8*40镀锌螺丝 3盒")
    await firm.say("销售", "再加M10镀锌螺帽 2盒")
    first, second = await firm.document("草稿84"), await firm.document("草稿85")
    assert (len(first.lines), len(second.lines)) == (1, 2)
    assert [view.partner.name for view in (first, second) if view.partner] == ["永兴建材店", "诚工装饰工程队"]


async def test_two_salespeople_in_one_group_never_mix(firm: Firm) -> None:
    group = firm.seat("小李").rooms[1].name
    await firm.post_message("小李", "@单据 永兴 M8*30镀锌螺丝 10盒", room=group)
    await firm.post_message("小周", "@单据 诚工 M8*40镀锌螺丝 3盒", room=group)
    await firm.post_message("小李", "@单据 再加M10镀锌螺帽 2盒", room=group)
    await firm.settle()
    drafts = await firm.rows("SELECT draft_no FROM document WHERE state = 'draft' ORDER BY draft_no")
    views = [await firm.document(f"草稿{number}") for (number,) in drafts]
    assert {(view.author, len(view.lines)) for view in views} == {("小李", 2), ("小周", 1)}


async def test_with_two_drafts_open_the_quoted_card_decides_else_it_is_asked(firm: Firm) -> None:
    [first] = await firm.say("销售", "永兴 M8*30镀锌螺丝 10盒")
    await firm.say("销售", "诚工 M8*40镀锌螺丝 3盒")
    firm.clock.move(minutes=10)
    await firm.say("销售", "第1行改成7盒")
    question = firm.card("销售")
    assert (question.card.title, question.labels) == ("要动哪张？", ["草稿85", "草稿84"])
    await firm.say("销售", "第1行改成9盒", quote=first)
    assert int((await firm.document("草稿84")).lines[0].qty or 0) == 9
    assert int((await firm.document("草稿85")).lines[0].qty or 0) == 3
    await firm.click("销售", question, "草稿85")
    assert int((await firm.document("草稿85")).lines[0].qty or 0) == 7
    assert int((await firm.document("草稿84")).lines[0].qty or 0) == 9


async def test_drafts_are_listed_resumed_and_cancelled_by_word(firm: Firm) -> None:
    await firm.say("销售", "草稿")
    assert "手上没有草稿" in firm.texts("销售")[-1]
    await firm.say("销售", "永兴 M8*30镀锌螺丝 10盒")
    await firm.say("销售", "诚工 M8*40镀锌螺丝 3盒")
    await firm.say("销售", "草稿")
    assert "您有2张草稿" in firm.texts("销售")[-1]
    await firm.say("销售", "继续 草稿84")
    assert firm.card("销售").card.title == "销售单 草稿84 · 待确认"
    await firm.say("销售", "取消 草稿85")
    assert firm.card("销售").card.title == "销售单 草稿85 · 已取消"
    await firm.say("销售", "取消")
    assert (await firm.document("草稿84")).state_label == "已取消"


async def test_cancel_with_nothing_to_cancel_says_so(firm: Firm) -> None:
    for word in ("取消", "取消吧", "撤销"):
        await firm.say("采购", word)
        assert firm.texts("采购")[-1].startswith("没找到要"), word


async def test_a_draft_expires_by_day_and_one_tap_brings_it_back(firm: Firm) -> None:
    await firm.say("销售", "永兴 M8*30镀锌螺丝 10盒")
    firm.clock.move(hours=24, minutes=1)
    assert await firm.service.store.write(lambda session: jobs.expire_drafts(session, firm.clock())) == 1
    firm.service.sender.wake()
    await firm.settle()
    assert firm.card("销售").labels == ["重新打开"]
    await firm.click("销售", firm.card("销售"), "重新打开")
    await firm.click("销售", firm.card("销售"), "确认")
    assert (await firm.document("XS-0065")).state.value == "approved"


# -- questions, help, and what is not understood -----------------------------------------------------------------------


async def test_help_names_three_examples_that_work(firm: Firm) -> None:
    await firm.say("销售", "帮助")
    examples = [line[2:] for line in firm.texts("销售")[-1].splitlines() if line.startswith("· ")]
    assert len(examples) == 3
    for example in examples:
        await firm.say("销售", example)
    assert (await firm.outcomes())[1:] == ["drafted", "answered", "answered"]


async def test_stock_and_price_are_answered(firm: Firm) -> None:
    await firm.say("销售", "库存 M8*30")
    assert "外六角螺栓 M8*30 镀锌：可发180盒" in firm.texts("销售")[-1]
    await firm.say("销售", "M8*30镀锌螺丝多少钱")
    assert firm.texts("销售")[-1] == "外六角螺栓 M8*30 镀锌：价目15元/盒，可发180盒"


async def test_a_photo_is_kept_and_answered_honestly(firm: Firm, tmp_path: Path) -> None:
    photo = tmp_path / "单子.png"
    photo.write_bytes(PNG)
    await firm.say("销售", "", files=[photo])
    assert firm.texts("销售")[-1].startswith("图片收到了，已存好")
    assert (await firm.outcomes()) == ["kept"]
    [(body,)] = await firm.rows("SELECT body FROM inbox")
    assert "单子.png" in body


async def test_a_riddle_is_kept_and_answered_honestly(firm: Firm) -> None:
    await firm.say("销售", "今天天气不错啊")
    assert firm.texts("销售")[-1].startswith("这句我没看懂")
    assert await firm.outcomes() == ["kept"]


async def test_a_recalled_message_takes_its_draft_with_it(firm: Firm) -> None:
    message = await firm.post_message("销售", "诚工 M8*30镀锌螺丝 3盒")
    await firm.settle()
    await firm.recall("销售", message)
    assert (await firm.document("草稿84")).state_label == "已取消"
    assert firm.texts("销售")[-1].startswith("您撤回了那条消息，草稿84 已取消")


async def test_a_recalled_message_leaves_a_confirmed_order_alone(firm: Firm) -> None:
    message = await firm.post_message("销售", "诚工 M8*30镀锌螺丝 3盒")
    await firm.settle()
    await firm.say("销售", "确认")
    await firm.recall("销售", message)
    assert (await firm.document("XS-0065")).state.value == "approved"
    assert "撤销 XS-0065" in firm.texts("销售")[-1]


async def test_every_message_has_a_trace(firm: Firm) -> None:
    message = await firm.post_message("销售", "诚工 M8*30镀锌螺丝 3盒")
    await firm.settle()
    trace = await firm.client.trace(message)
    assert trace is not None
    assert [step["name"] for step in trace["steps"]] == ["received", "understood", "drafted", "sent"]
    assert all(step["at"] for step in trace["steps"])
    assert (trace["done"], trace["document"]) == (True, "草稿84")
