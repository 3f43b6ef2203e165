"""What the room returns: typed findings with evidence. Every number is decimal text, every span an offset pair into the
original message, so a reader can be shown where a field came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Span = tuple[int, int]


class Intent(StrEnum):
    """The closed list of the language specification."""

    SALES_ORDER = "sales_order"
    PURCHASE_ORDER = "purchase_order"
    SUPPLIER_QUOTE = "supplier_quote"
    PRICE_INQUIRY = "price_inquiry"
    STOCK_QUERY = "stock_query"
    CORRECTION = "correction"
    CANCEL = "cancel"
    APPROVE = "approve"
    REJECT = "reject"
    NONE = "none"


class Verb(StrEnum):
    """What the product can do beyond the specification's list. Printed as intent ``none`` by the evaluator."""

    HELP = "help"  # 帮助
    DRAFTS = "drafts"  # 草稿
    RESUME = "resume"  # 继续 [草稿3]
    CONFIRM = "confirm"  # 确认 [草稿3|XS-0012]
    UNDO = "undo"  # 撤销 [XS-0012]
    SHIP = "ship"  # 发货 XS-0012 [部分行]
    RECEIVE = "receive"  # 永固到货 M8*30 20盒 单价12
    SHOW = "show"  # a bare document number: XS-0012, 打印 XS-0012
    TEXT = "text"  # 文本 XS-0012: plain text to paste to the customer


@dataclass(frozen=True, slots=True)
class Tier:
    min_qty: str
    price: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    sku: str | None = None
    candidates: tuple[str, ...] = ()
    qty: str | None = None
    unit: str | None = None
    unit_price: str | None = None
    price_unit: str | None = None
    tax_incl: bool | None = None
    gift: bool = False
    tiers: tuple[Tier, ...] = ()
    note: str | None = None
    line_no: int | None = None  # the draft line this one continues; None for a new line
    said: str = ""  # the words of this line, as written
    words: str = ""  # of these, what the item was called; "" where that is no one run of words
    learns: str = ""  # what they can be learned as: name (something in them is new), group (they fit several), ""
    spans: Mapping[str, Span] = field(default_factory=dict)  # field name -> where it was said
    doubts: tuple[str, ...] = ()  # codes: sku_ambiguous, sku_unknown, qty_missing, qty_approximate, unit_unknown …


@dataclass(frozen=True, slots=True)
class Doc:
    intent: Intent
    party: str | None = None
    party_candidates: tuple[str, ...] = ()
    party_said: str = ""
    lines: tuple[Line, ...] = ()
    delivery_date: str | None = None  # YYYY-MM-DD
    tax_rate: str | None = None
    discount_rate: str | None = None
    price_basis: str | None = None  # "last"
    address: str | None = None
    phone: str | None = None
    contact: str | None = None
    ref: str | None = None
    reason: str | None = None
    note: str | None = None  # a remark on the whole document, said of an open draft
    valid_from: str | None = None  # YYYY-MM-DD, the first day a supplier's prices hold
    valid_until: str | None = None  # YYYY-MM-DD, the last
    spans: Mapping[str, Span] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What the reader of a message may know besides its words. ``draft`` has the shape of the specification's
    ``context.draft``: doc_no, intent, party, delivery_date, lines[line_no, sku, qty, unit, unit_price …]."""

    sender_role: str = "sales"  # customer|sales|buyer|supplier|boss|warehouse
    datetime: str = ""  # ISO 8601 with offset
    chat_type: str = "direct"  # group|direct
    chat_customer: str | None = None
    chat_supplier: str | None = None
    draft: Mapping[str, Any] | None = None
    usual: Mapping[str, Any] | None = None  # the order "the same again" means, in the shape of ``draft``


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything one message was understood to say."""

    intent: Intent = Intent.NONE
    verb: Verb | None = None
    docs: tuple[Doc, ...] = ()
    ask: bool = False
    ask_about: tuple[str, ...] = ()
    question: str | None = None
    confidence: float = 0.0
    refs: tuple[str, ...] = ()  # document numbers and draft names said, e.g. "XS-0012", "草稿3"
    unused: tuple[Span, ...] = ()  # number or item words no rule accounted for
    answer_candidates: tuple[str, ...] = ()  # skus that fit, when the message only names an item or an attribute
    same_again: bool = False  # 老样子: the order of ``Context.usual``, with the changes of ``docs`` when it has lines
