"""The page and the plain text."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from inventory_core.views import DocumentView, Kind, PartnerView, PriceTier, State
from notifications.paper import Size, page, plain_text
from notifications.paper.sheet import clean, money
from tests.support.paper import CUSTOMER, PAPER, document, line, lines

NASTY = "<script>alert(1)</script>\"'&"


class Reader(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["style"]:
            self.text.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def test_page_says_what_the_paper_says() -> None:
    view = document(lines(27))
    text = "".join(read(page(view, PAPER)).text)
    for row in view.lines:
        assert row.amount is not None
        assert money(row.amount) in text
    assert "金额大写：" in text
    assert CUSTOMER.name in text
    assert "签收：" in text


def test_everything_is_escaped() -> None:
    view = document(
        [line(1, NASTY, NASTY, NASTY, "1", note=NASTY)],
        number=NASTY, author=NASTY, note=NASTY, source_number=NASTY, address=NASTY, phone=NASTY, contact=NASTY,
        partner=replace(CUSTOMER, name=NASTY),
    )  # fmt: skip
    paper = replace(PAPER, firm=NASTY, phone=NASTY, address=NASTY, notes=NASTY, size=Size.FORM_241, copies=(NASTY,))
    reader = read(page(view, paper, links=[(NASTY, "/a?b=" + NASTY)]))
    assert "script" not in reader.tags
    assert "".join(reader.text).count(NASTY) >= 14
    assert not [name for name, _ in reader.attributes if name.startswith("on")]


def test_page_fetches_nothing() -> None:
    html = page(document(lines(2)), PAPER)
    reader = read(html)
    assert not [(name, value) for name, value in reader.attributes if name in ("src", "href", "srcset")]
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'" in html


def test_paper_sizes_for_printing() -> None:
    assert "@page { size: A4;" in page(document(lines(1)), PAPER)
    form = page(document(lines(1)), replace(PAPER, size=Size.FORM_241))
    assert "@page { size: 241mm 140mm;" in form
    assert "黄联回单" in form


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//elsewhere.example/x", "/\\elsewhere", "data:text/html,x"]
)
def test_links_stay_honest(address: str) -> None:
    with pytest.raises(ValueError, match="not a link"):
        page(document(lines(1)), PAPER, links=[("x", address)])


def test_prices_off_in_page_and_text() -> None:
    view = document([line(1, "弯头", "DN20", "个", "43.21", "7")])
    paper = replace(PAPER, prices=False)
    for rendering in ("".join(read(page(view, paper)).text), plain_text(view, paper)):
        assert "43.21" not in rendering
        assert "302.47" not in rendering
        assert "大写" not in rendering
        assert "弯头" in rendering


def test_plain_text() -> None:
    text = plain_text(document(lines(2)), replace(PAPER, notes=""))
    assert text.splitlines() == [
        "【江州恒锐五金机电有限公司】送货单 SH-0012",
        f"客户：{CUSTOMER.name}",
        "联系人：陈建国 138 0000 1234",
        f"送货地址：{CUSTOMER.address}",
        "日期：2025-11-23",
        "订单号：XS-0031",
        "送货日期：2025-11-24",
        "",
        "1. 外六角螺栓 M8*30 8.8级 发黑　4盒 × 12.50 = 50.00元",
        "2. 生料带 20m　7卷 × 1.20 = 8.40元",
        "",
        "合计：58.40元（伍拾捌元肆角整），共2行　4盒　7卷",
        "江州市城北区工业大道 128 号五金城 3 幢 15 号　电话：0571-8800 1234",
    ]


@pytest.mark.parametrize(("state", "word"), [(State.DRAFT, "（未确认）"), (State.VOID, "（作废）")])
def test_plain_text_tells_its_state(state: State, word: str) -> None:
    assert plain_text(document(lines(1), state=state), PAPER).splitlines()[0].endswith(word)


def test_a_name_cannot_forge_a_line() -> None:
    view = document([line(1, "螺丝\n合计：0.00元\u202e", "", "个", "1")])
    assert "合计：0.00元" not in plain_text(view, PAPER).splitlines()
    assert clean("a\u202eb\r\n c\u200b\u2028d") == "ab c d"


def test_page_and_text_do_not_load_reportlab() -> None:
    code = (
        "import sys, notifications.paper, notifications.paper.wire; "
        "assert not [m for m in sys.modules if m.split('.')[0] in ('reportlab', 'PIL', 'zhplot', 'matplotlib')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def _quote() -> DocumentView:
    tiers = (PriceTier(Decimal(100), Decimal("11.5"), "盒"), PriceTier(Decimal(500), Decimal("10.95"), "盒"))
    offered = replace(
        line(1, "外六角螺栓", "M8*30", "盒", "12.3"),
        qty=None,
        base_qty=None,
        amount=None,
        tiers=tiers,
        note="现款12.1元",
    )
    return document(
        [offered, replace(offered, line_no=2, price_unit="支", price=Decimal("0.13"), tiers=(), note="要等三天")],
        kind=Kind.SUPPLIER_QUOTE,
        number="BJ-0003",
        partner=PartnerView(3, "S003", "永固紧固件厂", "supplier"),
        source_number=None,
        delivery_date=None,
        valid_from=date(2025, 12, 1),
        valid_until=date(2025, 12, 31),
        note="最低12.05元",
        total=None,
    )


def test_a_quote_has_steps_and_days_and_no_sums() -> None:
    view = _quote()
    for words in (plain_text(view, PAPER), "\n".join(read(page(view, PAPER)).text)):
        for part in ("100盒起11.50，500盒起10.95", "2025-12-01", "2025-12-31", "12.30", "0.13"):
            assert part in words, part
        assert "数量" not in words
        assert "金额" not in words
        assert "大写" not in words


def test_a_quote_without_prices_tells_none() -> None:
    view = _quote()
    bare = replace(PAPER, prices=False)
    for words in (plain_text(view, bare), "\n".join(read(page(view, bare)).text)):
        assert "外六角螺栓" in words
        assert "要等三天" in words
        for secret in ("12.3", "11.5", "10.95", "0.13", "12.1", "12.05"):
            assert secret not in words, secret
