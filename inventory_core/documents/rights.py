"""Who may do what with a document. Checked here, whatever a card shows."""

from __future__ import annotations

from sqlmodel import Session

from inventory_core import people
from inventory_core.documents.sheet import Paper
from inventory_core.errors import NotAllowed
from inventory_core.views import Kind, PersonView, Role

LEADERS = (Role.SUPERVISOR, Role.BOSS)
SHIPPERS = (Role.KEEPER, Role.BOSS)
SETTLERS = (Role.FINANCE, Role.BOSS)

CREATORS: dict[Kind, tuple[Role, ...]] = {
    Kind.SALES_ORDER: (Role.SALES, Role.SUPERVISOR, Role.BOSS),
    Kind.GOODS_RECEIPT: (Role.BUYER, Role.KEEPER, Role.BOSS),
    Kind.PURCHASE_ORDER: (Role.BUYER, Role.SUPERVISOR, Role.BOSS),
    Kind.SUPPLIER_QUOTE: (Role.BUYER, Role.SUPERVISOR, Role.BOSS),
    Kind.OPENING: (Role.KEEPER, Role.ADMIN, Role.BOSS),
    Kind.SHIPMENT: SHIPPERS,
}


def words(roles: tuple[Role, ...]) -> str:
    """ "销售、主管或老板"."""
    *first, last = [role.label for role in roles]
    return f"{'、'.join(first)}或{last}" if first else last


def actor(session: Session, person_id: int) -> PersonView:
    """The acting person.

    Raises:
        NotAllowed: the person has left.
    """
    found = people.person(session, person_id)
    if not found.active:
        raise NotAllowed("这个账号已经停用，请联系管理员。")
    return found


def must_have(person: PersonView, roles: tuple[Role, ...], doing: str) -> None:
    """Raises NotAllowed unless the person has one of the roles."""
    if not person.has(*roles):
        raise NotAllowed(f"{doing}要{words(roles)}，请找他们操作。")


def must_own(person: PersonView, paper: Paper, doing: str) -> None:
    """Raises NotAllowed unless the document is the person's own, or the person leads."""
    if person.id != paper.author_id and not person.has(*LEADERS):
        raise NotAllowed(f"{paper.label}是{paper.author}的单，{doing}要他本人、{words(LEADERS)}来。")
