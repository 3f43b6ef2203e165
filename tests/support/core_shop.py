"""A small hardware shop for the tests of the core."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from sqlmodel import Session

from inventory_core import documents, firm, partners, people, products, stock
from inventory_core.views import DocumentView, DraftContent, DraftLine, Kind, PartnerView, PersonView, ProductView, Role

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Shop:
    """Who and what there is; ``bolt`` 100 boxes, ``tape`` 30 rolls, ``rod`` in kilograms with grams, none in stock."""

    sales: PersonView
    other_sales: PersonView
    buyer: PersonView
    keeper: PersonView
    supervisor: PersonView
    boss: PersonView
    customer: PartnerView
    supplier: PartnerView
    bolt: ProductView
    tape: ProductView
    rod: ProductView

    def order(self, *lines: DraftLine, **fields: object) -> DraftContent:
        content = {"partner_id": self.customer.id, **fields}
        return DraftContent(kind=Kind.SALES_ORDER, lines=lines, **content)  # type: ignore[arg-type]

    def receipt(self, *lines: DraftLine, **fields: object) -> DraftContent:
        content = {"partner_id": self.supplier.id, **fields}
        return DraftContent(kind=Kind.GOODS_RECEIPT, lines=lines, **content)  # type: ignore[arg-type]

    def approved(self, session: Session, *lines: DraftLine, **fields: object) -> DocumentView:
        """A confirmed order without need of approval."""
        draft = documents.create_draft(session, self.order(*lines, **fields), self.sales.id, NOW, chat="room")
        return documents.confirm(session, draft.id, draft.version, self.sales.id, NOW)


def want(
    product: ProductView, qty: str, unit: str | None = None, price: str | None = None, **fields: object
) -> DraftLine:
    """A line as the reader would hand it over."""
    return DraftLine(
        said=product.label,
        product_id=product.id,
        qty=Decimal(qty),
        unit=unit,
        price=None if price is None else Decimal(price),
        **fields,  # type: ignore[arg-type]
    )


def furnish(session: Session) -> Shop:
    """Fill an empty database with the shop."""
    firm.set_setting(session, "name", "样品五金", None, NOW)
    roles = {
        "小周": {Role.SALES},
        "小吴": {Role.SALES},
        "采购老郑": {Role.BUYER},
        "仓管阿强": {Role.KEEPER},
        "孙主管": {Role.SUPERVISOR},
        "陈老板": {Role.BOSS, Role.ADMIN},
    }
    sales, other, buyer, keeper, supervisor, boss = [
        people.add_person(session, name, frozenset(own), NOW) for name, own in roles.items()
    ]
    shop = Shop(
        sales=sales,
        other_sales=other,
        buyer=buyer,
        keeper=keeper,
        supervisor=supervisor,
        boss=boss,
        customer=partners.add_partner(session, name="永安机电", kind="customer", aliases=["永安"], now=NOW),
        supplier=partners.add_partner(session, name="永固紧固件", kind="supplier", aliases=["永固"], now=NOW),
        bolt=products.add_product(
            session,
            sku="B830",
            name="外六角螺栓",
            spec="M8*30",
            base_unit="个",
            default_unit="盒",
            conversions={"盒": (100, 1), "箱": (2000, 1)},
            list_price=Decimal("0.25"),
            floor_price=Decimal("0.18"),
            min_qty=Decimal(1000),
            aliases=["八三十螺栓"],
            now=NOW,
        ),
        tape=products.add_product(
            session,
            sku="T20",
            name="生料带",
            spec="20米",
            base_unit="卷",
            conversions={"包": (10, 1)},
            list_price=Decimal("1.5"),
            now=NOW,
        ),
        rod=products.add_product(
            session, sku="R4", name="焊条", spec="4.0", base_unit="kg", qty_scale=3, conversions={"包": (5, 1)}, now=NOW
        ),
    )
    stock.post_opening(
        session,
        [
            stock.OpeningItem(shop.bolt.id, Decimal(100), "盒", Decimal(15)),
            stock.OpeningItem(shop.tape.id, Decimal(30), None, Decimal("0.9")),
        ],
        shop.keeper.id,
        NOW,
    )
    return shop
