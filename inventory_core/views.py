"""Plain, immutable values that cross the border of the core.

``DraftContent`` is what a sentence says a document should contain; any field may be missing. ``DocumentView`` is what a
document is, read inside one transaction and safe to carry out of it. Neither is an ORM object or holds a float.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """Kind of document."""

    SALES_ORDER = "sales_order"
    SHIPMENT = "shipment"
    GOODS_RECEIPT = "goods_receipt"
    PURCHASE_ORDER = "purchase_order"
    SUPPLIER_QUOTE = "supplier_quote"
    OPENING = "opening"
    REVERSAL = "reversal"

    @property
    def label(self) -> str:
        """The word users see."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    Kind.SALES_ORDER: "销售单",
    Kind.SHIPMENT: "送货单",
    Kind.GOODS_RECEIPT: "入库单",
    Kind.PURCHASE_ORDER: "采购单",
    Kind.SUPPLIER_QUOTE: "报价单",
    Kind.OPENING: "期初单",
    Kind.REVERSAL: "冲销单",
}


class State(StrEnum):
    """State of a document; see ``inventory_core.states`` for what may follow what."""

    DRAFT = "draft"
    EXPIRED = "expired"
    PENDING = "pending"
    APPROVED = "approved"
    POSTED = "posted"
    SETTLED = "settled"
    FROZEN = "frozen"
    REJECTED = "rejected"
    VOID = "void"
    REVERSED = "reversed"


class Role(StrEnum):
    """What a person is in the firm. One person may have several."""

    SALES = "sales"
    BUYER = "buyer"
    KEEPER = "keeper"
    SUPERVISOR = "supervisor"
    FINANCE = "finance"
    BOSS = "boss"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.SALES: "销售",
    Role.BUYER: "采购",
    Role.KEEPER: "仓管",
    Role.SUPERVISOR: "主管",
    Role.FINANCE: "财务",
    Role.BOSS: "老板",
    Role.ADMIN: "管理员",
}


class PriceSource(StrEnum):
    """Where a line's price came from: the person's own words, the last deal with this partner, the price list."""

    SAID = "said"
    LAST = "last"
    LIST = "list"

    @property
    def label(self) -> str:
        return {"said": "说的", "last": "上次", "list": "价目"}[self.value]


class Shortage(StrEnum):
    """What the person chose when stock is too little."""

    ONLY_AVAILABLE = "only_available"  # 只发现有: cut the order to what there is
    BACKORDER = "backorder"  # 欠货: keep the quantity, reserve what there is


@dataclass(frozen=True, slots=True)
class PersonView:
    id: int
    name: str
    roles: frozenset[Role]
    active: bool = True

    def has(self, *roles: Role) -> bool:
        """Whether the person has any of the roles."""
        return any(role in self.roles for role in roles)


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product as others see it. ``units`` maps a unit's name to base units in one, as an exact (num, den)."""

    id: int
    sku: str
    name: str
    spec: str
    base_unit: str
    default_unit: str
    units: Mapping[str, tuple[int, int]]
    qty_scale: int = 0  # base quantities are integers of 10^-qty_scale base units
    category: str = ""
    list_price: Decimal | None = None  # yuan per base unit
    floor_price: Decimal | None = None
    min_qty: Decimal | None = None  # base units
    aliases: tuple[str, ...] = ()
    active: bool = True

    @property
    def label(self) -> str:
        """Name and spec, as printed on cards: 外六角螺栓 M8*30."""
        return f"{self.name} {self.spec}".strip()


@dataclass(frozen=True, slots=True)
class PartnerView:
    id: int
    code: str
    name: str
    kind: str  # "customer" | "supplier"
    aliases: tuple[str, ...] = ()
    phone: str = ""
    address: str = ""
    contact: str = ""
    credit_limit: int | None = None  # fen
    walk_in: bool = False  # 散客


@dataclass(frozen=True, slots=True)
class PriceTier:
    """From ``min_qty`` on the price is this one. ``unit`` is the quantity's; the price is per the line's price unit."""

    min_qty: Decimal
    price: Decimal
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line as understood. ``line_id`` names the draft line it continues; None for a new one."""

    said: str = ""
    product_id: int | None = None
    candidates: tuple[int, ...] = ()
    qty: Decimal | None = None
    unit: str | None = None
    price: Decimal | None = None  # only a price somebody said
    price_unit: str | None = None
    tax_incl: bool | None = None
    gift: bool = False
    note: str | None = None
    doubts: tuple[str, ...] = ()  # codes of nlp doubts still open on this line, e.g. "qty_approximate"
    line_id: int | None = None
    tiers: tuple[PriceTier, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftContent:
    """What a document should contain, as understood from one or more sentences."""

    kind: Kind
    partner_id: int | None = None
    partner_said: str = ""
    partner_candidates: tuple[int, ...] = ()
    lines: tuple[DraftLine, ...] = ()
    delivery_date: date | None = None
    tax_rate: Decimal | None = None
    discount_rate: Decimal | None = None
    use_last_price: bool = False
    address: str | None = None
    phone: str | None = None
    contact: str | None = None
    note: str | None = None
    doubts: tuple[str, ...] = ()  # open doubts about the whole: words left unused, totals that disagree
    unused: tuple[str, ...] = ()  # the words no rule accounted for
    valid_from: date | None = None  # the first day a supplier's prices hold
    valid_until: date | None = None  # the last


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a document cannot go on, or what to look at. ``text`` is Chinese, short, with the next step in it.

    ``code`` is stable: party_missing, party_ambiguous, party_unknown, sku_ambiguous, sku_unknown, qty_missing,
    qty_approximate, unit_unknown, qty_not_whole, price_missing, price_abnormal, shortage, unused_words, no_lines,
    over_limit, below_floor, credit …
    """

    code: str
    text: str
    line_no: int | None = None
    candidates: tuple[int, ...] = ()  # product or partner ids, for choices
    blocking: bool = True  # False: a warning that does not stop 确认


@dataclass(frozen=True, slots=True)
class LineView:
    id: int
    line_no: int
    said: str
    product: ProductView | None
    candidates: tuple[int, ...]
    qty: Decimal | None
    unit: str | None
    base_qty: Decimal | None
    price: Decimal | None
    price_unit: str | None
    price_source: PriceSource | None
    tax_incl: bool | None
    amount: int | None  # fen
    gift: bool
    note: str | None
    available: Decimal | None  # base units free for this document now (its own reservation counts as free)
    reserved: Decimal  # base units reserved by this document
    shipped: Decimal  # base units already shipped (orders) or received
    doubts: tuple[str, ...] = ()
    tiers: tuple[PriceTier, ...] = ()


@dataclass(frozen=True, slots=True)
class ApprovalView:
    id: int
    version: int
    state: str  # "pending" | "approved" | "rejected" | "void"
    reasons: tuple[str, ...]  # Chinese, why an approval is needed
    approver: str | None = None
    decided_at: datetime | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    at: datetime
    actor: str
    source: State | None
    target: State
    version: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as of one transaction."""

    id: int
    kind: Kind
    draft_no: int | None
    number: str | None
    version: int
    state: State
    state_label: str  # what users see: 草稿, 待审核, 已审核, 已出库 …
    author_id: int
    author: str
    partner: PartnerView | None
    partner_said: str
    lines: tuple[LineView, ...]
    total: int | None  # fen; None while a price is missing
    delivery_date: date | None
    business_date: date
    created_at: datetime
    updated_at: datetime
    tax_rate: Decimal | None = None
    discount_rate: Decimal | None = None
    use_last_price: bool = False
    address: str | None = None
    phone: str | None = None
    contact: str | None = None
    note: str | None = None
    expires_at: datetime | None = None
    source_id: int | None = None  # the order a shipment belongs to, the document a reversal mirrors
    source_number: str | None = None
    doubts: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    approval: ApprovalView | None = None
    changes: tuple[str, ...] = ()  # what version differs from version-1 in, e.g. "第2行 3箱 → 5箱"
    transitions: tuple[Transition, ...] = ()
    shipments: tuple[str, ...] = ()  # numbers of the shipments of an order
    extra: Mapping[str, str] = field(default_factory=dict)
    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def label(self) -> str:
        """How people call it: XS-0012, or 草稿3 before it has a number."""
        return self.number or f"草稿{self.draft_no}"

    @property
    def blocking(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.blocking)
