"""Documents to print: invented firm, customers and goods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

from inventory_core.views import DocumentView, Kind, LineView, PartnerView, PriceSource, ProductView, State
from notifications.paper import Paper

PAPER = Paper(
    firm="江州恒锐五金机电有限公司",
    phone="0571-8800 1234",
    address="江州市城北区工业大道 128 号五金城 3 幢 15 号",
    notes="货物请当面点清，三天内凭单退换。\n收款账号：江州农商行城北支行 6228 0000 1111 2222",
)

CUSTOMER = PartnerView(
    id=7,
    code="K007",
    name="城东永固建筑机电安装工程有限公司",
    kind="customer",
    phone="138 0000 1234",
    address="江州市城东区临江路 66 号永固大厦后门收货处（货车走北侧地下通道，限高 2.8 米）",
    contact="陈建国",
)

GOODS = (
    ("外六角螺栓", "M8*30 8.8级 发黑", "盒", "12.5"),
    ("生料带", "20m", "卷", "1.2"),
    ("304不锈钢内六角圆柱头螺钉（全牙，含平垫弹垫）", "M10*1.25*120-A2-70", "个", "3.085"),
    ("PPR热熔管", "Φ25×3.5 4m/根", "根", "18"),
    ("镀锌钢管弯头90°国标加厚", "DN20", "个", "4.35"),
    ("膨胀螺栓", "M12*100", "套", "2.6"),
    ("玻璃胶", "中性硅酮 300ml 瓷白", "支", "9.9"),
)


def line(no: int, name: str, spec: str, unit: str, price: str | None, qty: str = "10", **more: object) -> LineView:
    """One line; its amount is quantity times price, rounded half up to fen."""
    cost = None if price is None else int((Decimal(price) * Decimal(qty) * 100).quantize(Decimal(1), "ROUND_HALF_UP"))
    product = ProductView(no, f"P{no:04d}", name, spec, unit, unit, {unit: (1, 1)})
    view = LineView(
        id=no, line_no=no, said=f"{name}{qty}{unit}", product=product, candidates=(), qty=Decimal(qty), unit=unit,
        base_qty=Decimal(qty), price=None if price is None else Decimal(price), price_unit=unit,
        price_source=PriceSource.SAID, tax_incl=None, amount=cost, gift=False, note=None, available=None,
        reserved=Decimal(0), shipped=Decimal(0),
    )  # fmt: skip
    return replace(view, **more)  # type: ignore[arg-type]


def lines(count: int) -> tuple[LineView, ...]:
    """``count`` lines of the sample goods with differing quantities; every ninth has a remark."""
    made = []
    for no in range(1, count + 1):
        name, spec, unit, price = GOODS[(no - 1) % len(GOODS)]
        note = "易碎，轻放；送到三楼机房" if no % 9 == 3 else None
        made.append(line(no, name, spec, unit, price, str(no * 3 % 50 + 1), note=note))
    return tuple(made)


def document(rows: Sequence[LineView] = (), **changes: object) -> DocumentView:
    """A shipment of these lines; ``changes`` replaces any field."""
    rows = tuple(rows)
    amounts = [row.amount for row in rows]
    total = None if None in amounts else sum(amount for amount in amounts if amount is not None)
    moment = datetime(2025, 11, 23, 2, 30, tzinfo=UTC)
    view = DocumentView(
        id=12, kind=Kind.SHIPMENT, draft_no=3, number="SH-0012", version=2, state=State.POSTED, state_label="已出库",
        author_id=1, author="林小美", partner=CUSTOMER, partner_said="永固", lines=rows, total=total,
        delivery_date=date(2025, 11, 24), business_date=date(2025, 11, 23), created_at=moment, updated_at=moment,
        source_id=4, source_number="XS-0031",
    )  # fmt: skip
    return replace(view, **changes)  # type: ignore[arg-type]


def read_pages(pdf: bytes) -> list[str]:
    """The text of each page, as a reader copies it out."""
    import pypdfium2

    with pypdfium2.PdfDocument(BytesIO(pdf)) as opened:
        return [page.get_textpage().get_text_bounded() for page in opened]
