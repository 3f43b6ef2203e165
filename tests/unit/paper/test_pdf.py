"""What stands on the printed paper, read back from the PDF."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from itertools import pairwise

import pypdfium2
import pytest
import segno

from inventory_core.views import ApprovalView, Kind, PartnerView, State
from notifications.paper import Paper, Size, pdf
from notifications.paper.capital import capital
from notifications.paper.draw import render
from notifications.paper.job import answer, draw, request
from notifications.paper.sheet import money, price, quantity
from notifications.paper.wire import WireError
from tests.support.paper import CUSTOMER, PAPER, document, line, lines, read_pages

FORM = replace(PAPER, size=Size.FORM_241)
PAPERS = pytest.mark.parametrize("paper", [PAPER, FORM], ids=["A4", "241"])
Box = tuple[str, float, float, float, float]


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


def boxes(data: bytes) -> list[list[Box]]:
    """Every visible character of every page with its box: left, bottom, right, top in points."""
    found = []
    with pypdfium2.PdfDocument(BytesIO(data)) as opened:
        for page in opened:
            text = page.get_textpage()
            chars = [(text.get_text_range(i, 1), *text.get_charbox(i)) for i in range(text.count_chars())]
            found.append([char for char in chars if char[0].strip()])
    return found


def assert_nothing_collides(data: bytes, paper: Paper) -> None:
    """No character lies upon another, none leaves the paper (or reaches the strips of the continuous form)."""
    width, height = (210, 297) if paper.size is Size.A4 else (241, 140)
    edge = 12.7 if paper.size is Size.FORM_241 else 8
    for page in boxes(data):
        page.sort(key=lambda box: box[2])
        for char, left, bottom, right, top in page:
            assert left >= edge * 72 / 25.4 - 1, char
            assert right <= (width - edge) * 72 / 25.4 + 1, char
            assert bottom >= 3 * 72 / 25.4, char
            assert top <= (height - 3) * 72 / 25.4, char
        for index, (char, left, _, right, top) in enumerate(page):
            for other, left2, bottom2, right2, _ in page[index + 1 :]:
                if bottom2 > top - 1:
                    break
                assert min(right, right2) - max(left, left2) < 1, f"{char} on {other}"


@PAPERS
@pytest.mark.parametrize("count", [0, 1, 7, 27, 60, 200])
def test_every_number_is_on_the_paper(paper: Paper, count: int) -> None:
    view = document(lines(count))
    printed = render(view, paper)
    pages = [squeeze(text) for text in read_pages(printed.pdf)]
    assert printed.pages == len(pages)
    assert printed.missing == ()
    everything = "".join(pages)
    for row in view.lines:
        assert row.product is not None
        assert row.qty is not None
        assert row.price is not None
        assert row.amount is not None
        figures = f"{quantity(row.qty)}{row.unit}{price(row.price)}{money(row.amount)}"
        assert figures in everything
    assert view.total is not None
    assert f"¥{money(view.total)}" in pages[-1]
    assert capital(view.total) in pages[-1]
    for number, text in enumerate(pages, start=1):
        assert f"第{number}页共{len(pages)}页" in text
        for heading in ("江州恒锐五金机电有限公司", CUSTOMER.name, "SH-0012", "2025-11-23", "XS-0031"):
            assert squeeze(heading) in text
        assert "序号品名规格数量单位单价金额备注" in text
        for word in ("制单：林小美", "送货：", "签收："):
            assert word in text
    assert_nothing_collides(printed.pdf, paper)


@PAPERS
def test_sums_are_carried_from_page_to_page(paper: Paper) -> None:
    view = document(lines(200))
    pages = [squeeze(text) for text in read_pages(pdf(view, paper))]
    sums = [0]
    for row in view.lines:
        sums.append(sums[-1] + (row.amount or 0))
    reached = {money(value) for value in sums}
    for before, after in pairwise(pages):
        out = re.search(r"转下页([\d,]+\.\d\d)", before) or re.search(r"([\d,]+\.\d\d)转下页", before)
        into = re.search(r"承前页([\d,]+\.\d\d)", after) or re.search(r"([\d,]+\.\d\d)承前页", after)
        assert out is not None
        assert into is not None
        assert out[1] == into[1]
        assert out[1] in reached
    assert "承前页" not in pages[0]
    assert "转下页" not in pages[-1]


@PAPERS
def test_numbers_end_on_one_line(paper: Paper) -> None:
    """Amounts are right-aligned: their last digits stand under each other."""
    view = document([line(n, "螺母", "M8", "个", p) for n, p in enumerate(("0.8", "123.45", "99999.99"), start=1)])
    (page,) = boxes(pdf(view, paper))
    ends = []
    for amount in ("8.00", "1,234.50", "999,999.90"):
        text = "".join(box[0] for box in page)
        ends.append(page[text.index(amount) + len(amount) - 1][3])
    assert max(ends) - min(ends) < 1


@PAPERS
@pytest.mark.parametrize("kind", [Kind.SHIPMENT, Kind.GOODS_RECEIPT])
def test_prices_off_hides_every_amount(paper: Paper, kind: Kind) -> None:
    rows = (*lines(30), line(31, "", "", "个", "3", "2", product=None, said="那种螺丝3块的来2个"))
    text = squeeze("".join(read_pages(pdf(document(rows, kind=kind), replace(paper, prices=False)))))
    assert "单价" not in text
    assert "金额" not in text
    assert "¥" not in text
    assert "3块" not in text
    for row in rows:
        assert row.amount is not None
        assert money(row.amount) not in text or row.amount < 1000  # short figures occur in specifications
    assert "共31行" in text
    assert "承前页" in text


@PAPERS
@pytest.mark.parametrize(
    ("state", "word"),
    [
        (State.DRAFT, "未确认"),
        (State.EXPIRED, "未确认"),
        (State.PENDING, "待审核"),
        (State.VOID, "作废"),
        (State.REVERSED, "已冲销"),
        (State.FROZEN, "冻结"),
    ],
)
def test_marks(paper: Paper, state: State, word: str) -> None:
    assert all(word in squeeze(text) for text in read_pages(pdf(document(lines(40), state=state), paper)))


@PAPERS
def test_a_posted_document_bears_no_mark(paper: Paper) -> None:
    text = squeeze("".join(read_pages(pdf(document(lines(2)), paper))))
    assert not re.search("未确认|作废|待审核|驳回|冻结", text)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.SALES_ORDER, ("销售单", "客户：", "审核：周主管", "客户确认：", "版本2")),
        (Kind.GOODS_RECEIPT, ("入库单", "供应商：", "验收：", "到货日期：")),
        (Kind.PURCHASE_ORDER, ("采购单", "供应商确认：")),
        (Kind.REVERSAL, ("冲销单", "冲销：XS-0031")),
        (Kind.SUPPLIER_QUOTE, ("报价单",)),
        (Kind.OPENING, ("期初单",)),
    ],
)
@PAPERS
def test_other_documents(paper: Paper, kind: Kind, words: tuple[str, ...]) -> None:
    supplier = kind in (Kind.GOODS_RECEIPT, Kind.PURCHASE_ORDER, Kind.SUPPLIER_QUOTE)
    partner = PartnerView(3, "S003", "永固紧固件厂", "supplier") if supplier else CUSTOMER
    approval = ApprovalView(1, 2, "approved", ("超过限额",), approver="周主管")
    view = document(lines(3), kind=kind, partner=partner, approval=approval)
    text = squeeze(read_pages(pdf(view, paper))[0])
    for word in words:
        assert word in text


def test_plies_only_on_the_form() -> None:
    view = document(lines(1))
    assert "白联存根" in squeeze(read_pages(pdf(view, FORM))[0])
    assert "白联存根" not in squeeze(read_pages(pdf(view, PAPER))[0])
    assert "联" not in squeeze(read_pages(pdf(view, replace(FORM, copies=())))[0]).replace("联系人", "")


@PAPERS
def test_long_and_odd_content_fits(paper: Paper) -> None:
    monster = replace(
        document(),
        partner=replace(CUSTOMER, name="某某" * 60, address="很长的路" * 80, contact="王" * 50, phone="1" * 60),
        lines=(
            line(1, "特别长的品名" * 80, "M8*30-" * 90, "超级大包装箱", "123456.789012345678901", "12345678.987"),
            line(2, "a" * 500, "", "", "0.000000000000001", "1", note="备注\n换行\x00\x1b[31m" * 100),
            line(3, "负数", "退", "个", "-12.5", "-3", gift=True, price_unit="盒"),
            *lines(40),
        ),
        note="四千行\n" * 4000,
        total=-(10**17),
        author="制" * 90,
    )
    big = replace(paper, firm="名字很长的公司" * 12, notes="一行\n" * 50, address="路" * 200)
    printed = render(monster, big)
    assert_nothing_collides(printed.pdf, paper)
    assert squeeze(read_pages(printed.pdf)[0]).count("单号：SH-0012") == 1


@PAPERS
def test_characters_the_font_lacks_are_shown_and_told(paper: Paper) -> None:
    view = document([line(1, "螺丝😀\u200b\ufe0f", "\ue000甲\ud800", "个", "1")])
    printed = render(view, paper)
    assert printed.missing == ("😀",)
    text = squeeze(read_pages(printed.pdf)[0])
    assert "螺丝□" in text
    assert "□甲□" in text


@PAPERS
def test_a_draft_with_gaps(paper: Paper) -> None:
    open_line = replace(line(1, "", "", "", None), product=None, said="那个黑的", qty=None, unit=None, amount=None)
    view = document(
        [open_line], state=State.DRAFT, number=None, partner=None, partner_said="老王", kind=Kind.SALES_ORDER
    )
    text = squeeze(read_pages(pdf(view, paper))[0])
    for word in ("草稿3", "客户：老王", "那个黑的", "待定", "未确认"):
        assert word in text
    assert "大写" not in text


def test_discount_and_tax_are_shown() -> None:
    view = document(lines(2))
    assert view.total is not None
    text = squeeze(read_pages(pdf(replace(view, total=view.total - 584, discount_rate=Decimal("0.9")), PAPER))[0])
    assert f"小计{money(view.total)}" in text or f"{money(view.total)}小计" in text
    assert "折扣（按90%）" in text
    assert "-5.84" in text


@PAPERS
def test_same_document_same_bytes_and_small(paper: Paper) -> None:
    view = document(lines(200))
    first = pdf(view, paper)
    assert first == pdf(view, paper)
    assert len(first) < 200_000
    assert len(pdf(document(lines(7)), paper)) < 60_000


def test_the_job_of_a_worker() -> None:
    view = document(lines(27))
    result = draw(json.loads(json.dumps(request(view, FORM))))
    printed = answer(json.loads(json.dumps(result)))
    assert printed == render(view, FORM)
    with pytest.raises(WireError):
        draw({"view": {}, "paper": {}})


def test_the_qr_code_is_the_number() -> None:
    """The modules drawn are those of the number; a document without one bears none."""
    with_code = pdf(document(lines(1)), PAPER)
    without = pdf(document(lines(1), number=None), PAPER)
    with pypdfium2.PdfDocument(with_code) as opened:
        scale = 10.0
        image = opened[0].render(scale=scale, grayscale=True).to_pil()
    matrix = segno.make("SH-0012", error="m", micro=False).matrix
    side, right, top = 17 / 25.4 * 72 * scale, (210 - 13) / 25.4 * 72 * scale, 12 / 25.4 * 72 * scale
    module = side / len(matrix)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            spot = (int(right - side + (x + 0.5) * module), int(top + (y + 0.5) * module))
            assert (image.getpixel(spot) < 128) == bool(dark)
    with pypdfium2.PdfDocument(without) as opened:
        image = opened[0].render(scale=scale, grayscale=True).to_pil()
    box = (int(right - side), int(top), int(right), int(top + side))
    assert image.crop(box).getextrema() == (255, 255)
