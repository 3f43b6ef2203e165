"""Sentences that work here and now, made of the firm's own goods, customers and suppliers."""

from __future__ import annotations

from sqlmodel import Session

from handlers import sql
from inventory_core import people, products
from inventory_core.views import PersonView, ProductView, Role
from notifications import texts

_PRODUCT = """
SELECT p.id FROM product p LEFT JOIN balance b ON b.product_id = p.id AND b.place = 'main'
WHERE p.active = 1 AND p.list_price IS NOT NULL
ORDER BY coalesce(b.on_hand - b.reserved, 0) > 0 DESC, p.id LIMIT 1
"""
_ANY_PRODUCT = "SELECT id FROM product WHERE active = 1 ORDER BY id LIMIT 1"
# A party whose name no other party shares, so that the sentence asks nothing back.
_PARTY = """
SELECT p.name FROM partner p WHERE p.active = 1 AND p.kind = :kind AND p.walk_in = 0
  AND NOT EXISTS (SELECT 1 FROM partner q WHERE q.id <> p.id AND q.name = p.name)
ORDER BY p.id LIMIT 1
"""


def product(session: Session) -> ProductView | None:
    """A product to talk about: one with a price, in stock if any is."""
    found = sql.value(session, _PRODUCT) or sql.value(session, _ANY_PRODUCT)
    return None if found is None else products.product(session, found)


def product_words(session: Session) -> str:
    """How somebody would name that product."""
    view = product(session)
    return view.label if view is not None else "货品名 规格"


def _for_an_empty_firm(person: PersonView) -> list[str]:
    """What this person may create; nothing that would only be refused."""
    found = ["新建商品 内六角螺栓 M8*30 个 0.5"] if person.has(*products.MAINTAINERS) else []
    if person.has(Role.SALES, Role.SUPERVISOR, Role.BOSS):
        found.append("新建客户 城东五金 13800000000")
    elif person.has(Role.BUYER):
        found.append("新建供应商 城西螺丝厂 13800000000")
    return [*found, "待发货" if person.has(Role.KEEPER) else "草稿"]


def who_keeps_goods(session: Session) -> str:
    """Who may enter goods, by name: buyers before those who lead."""
    for role in (Role.BUYER, Role.SUPERVISOR, Role.BOSS, Role.ADMIN):
        found = people.with_role(session, role)[:2]
        if found:
            return "、".join(f"{person.name}（{role.label}）" for person in found)
    return "管理员"


def how_to_begin(person: PersonView) -> str:
    """How this person begins something of their own work."""
    if person.has(Role.SALES, Role.SUPERVISOR, Role.BOSS):
        return texts.HOW_TO_SELL
    if person.has(Role.BUYER):
        return texts.HOW_TO_BUY
    return texts.HOW_TO_KEEP if person.has(Role.KEEPER) else texts.HOW_TO_ASK


def examples(session: Session, person: PersonView) -> list[str]:
    """Three things this person can say."""
    view = product(session)
    if view is None:
        return _for_an_empty_firm(person)
    customer = sql.value(session, _PARTY, kind="customer")
    supplier = sql.value(session, _PARTY, kind="supplier")
    order = f"{customer} {view.label} 2{view.default_unit}" if customer else "新建客户 城东五金 13800000000"
    stock = f"库存 {view.label}"
    receive = f"{supplier}到货 {view.label} 2{view.default_unit}" if supplier else stock
    waiting = [row[0] for row in sql.run(session, sql.WAITING_SHIPMENTS)]
    shipping = None
    if waiting and person.has(Role.KEEPER):
        number = sql.value(session, "SELECT number FROM document WHERE id = :id", id=waiting[0])
        shipping = f"发货 {number}"
    price = f"{view.label} 多少钱"
    if person.has(Role.SALES, Role.BOSS, Role.SUPERVISOR):
        return [order, stock, price]
    if person.has(Role.BUYER):
        purchase = f"向{supplier}采购 {view.label} 2{view.default_unit}" if supplier else price
        return [receive, purchase, stock]
    if person.has(Role.KEEPER):
        return [shipping, receive, stock] if shipping else [receive, stock, price]
    return [stock, price, "草稿"]
