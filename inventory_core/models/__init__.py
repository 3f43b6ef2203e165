"""The tables, all on ``SQLModel.metadata``. They describe and create; hot reading and writing is SQL text."""

from inventory_core.models.master import (
    Account,
    Audit,
    Counter,
    Partner,
    PartnerAlias,
    Person,
    PersonRole,
    Product,
    ProductAlias,
    ProductUnit,
    Setting,
    SettingHistory,
)
from inventory_core.models.paper import (
    Approval,
    Deal,
    Document,
    DocumentLine,
    DocumentTransition,
    DocumentVersion,
)
from inventory_core.models.stock import Balance, Ledger, Place, Posting, Reservation
from inventory_core.models.words import AliasEvent, LearnedAlias, LineWords

__all__ = [
    "Account",
    "AliasEvent",
    "Approval",
    "Audit",
    "Balance",
    "Counter",
    "Deal",
    "Document",
    "DocumentLine",
    "DocumentTransition",
    "DocumentVersion",
    "LearnedAlias",
    "Ledger",
    "LineWords",
    "Partner",
    "PartnerAlias",
    "Person",
    "PersonRole",
    "Place",
    "Posting",
    "Product",
    "ProductAlias",
    "ProductUnit",
    "Reservation",
    "Setting",
    "SettingHistory",
]
