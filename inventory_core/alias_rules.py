"""How words stand to the catalogue: whether they can be another name of a product, and in a sentence why not."""

from __future__ import annotations

import re

from sqlmodel import Session

from inventory_core import sql
from inventory_core.columns import dumps
from inventory_core.errors import NotFound

LONGEST = 20
_ODD = re.compile(r"[\n\r,;:!?，。；：！？、“”\"'=]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def standing(session: Session, words: str, key: str, product_id: int) -> str:
    """How words stand to the catalogue as a name of this product: ``free``; ``shared`` (they fit others too, so they
    name a group); ``known`` (its name already); or why not: ``short``, ``long``, ``odd``, ``digits``, ``taken``
    (another product's key, part of one, or with another's whole name in it), ``party``, ``unit``."""
    if len(key) < 2:
        return "short"
    if len(key) > LONGEST:
        return "long"
    if _ODD.search(words.strip()):
        return "odd"
    target = sql.one(session, "SELECT name, spec, sku FROM product WHERE id = :id", id=product_id)
    if target is None:
        raise NotFound("没有这个商品，请重新选择。")
    own = f"{target['name']} {target['spec']} {target['sku']}"
    if not set(_NUMBER.findall(key)) <= set(_NUMBER.findall(own)):
        return "digits"
    if sql.run(session, _IS_UNIT, key=key, words=words.strip()):
        return "unit"
    if sql.run(session, _IS_PARTY, key=key):
        return "party"
    named = _named(session, key)
    exact = {found for found, whole in named if whole}
    holding = {found for found, _ in named}
    if exact:
        return "taken" if product_id not in exact else "shared" if len(exact) > 1 else "known"
    if holding - {product_id}:
        return "shared" if product_id in holding else "taken"
    spoken = {name for (name,) in sql.run(session, _SPEAKS_OF, pieces=dumps(sorted(_pieces(words) | _pieces(key))))}
    if spoken and target["name"] not in spoken:
        return "taken"  # 老款生料带 is no name of anything but a 生料带
    return "free"


def _named(session: Session, key: str) -> list[tuple[int, int]]:
    """Products whose name, spec, code or alias has the key in it, and whether it is all of it. Most rows are told apart
    by one character of the key: of a Chinese one as it stands, of a letter in either case."""
    sign = next((char for char in key if "\u4e00" <= char <= "\u9fff"), "")
    if sign:
        return sql.run(session, _NAMED.format(product=_HAS_SIGN, alias="instr(a.alias, :sign)"), key=key, sign=sign)
    letter = next((char for char in key if char.isascii() and char.isalnum()), "")
    return sql.run(session, _NAMED.format(product=_HAS_LETTER, alias="a.alias LIKE :sign"), key=key, sign=f"%{letter}%")


_FOLDED = "lower(replace({0}, ' ', ''))"
_IS_UNIT = "SELECT 1 FROM product_unit WHERE unit IN (:key, :words) LIMIT 1"
_IS_PARTY = f"""
SELECT 1 FROM partner WHERE active = 1 AND {_FOLDED.format("name")} = :key
UNION ALL SELECT 1 FROM partner_alias WHERE {_FOLDED.format("alias")} = :key LIMIT 1"""
_HAS_SIGN = "(instr(p.name, :sign) OR instr(p.spec, :sign) OR instr(p.sku, :sign))"
_HAS_LETTER = "(p.name LIKE :sign OR p.spec LIKE :sign OR p.sku LIKE :sign)"
_NAMED = f"""
SELECT p.id, :key IN ({_FOLDED.format("p.name")}, {_FOLDED.format("p.name || p.spec")},
  {_FOLDED.format("p.spec || p.name")}, lower(p.sku))
FROM product p WHERE p.active = 1 AND {{product}}
  AND (instr({_FOLDED.format("p.name || p.spec")}, :key) OR instr({_FOLDED.format("p.spec || p.name")}, :key)
       OR instr(lower(p.sku), :key))
UNION SELECT a.product_id, {_FOLDED.format("a.alias")} = :key FROM product_alias a JOIN product p ON p.id = a.product_id
WHERE p.active = 1 AND a.partner_id IS NULL AND {{alias}} AND instr({_FOLDED.format("a.alias")}, :key)
UNION SELECT u.product_id, 1 FROM product_unit u JOIN product p ON p.id = u.product_id
WHERE p.active = 1 AND u.barcode = :key"""

_SPEAKS_OF = "SELECT DISTINCT name FROM product WHERE active = 1 AND name IN (SELECT value FROM json_each(:pieces))"


def _pieces(words: str) -> set[str]:
    """Every run of at least two characters, so that names in it are found by their index."""
    return {words[start:end] for start in range(len(words)) for end in range(start + 2, len(words) + 1)}


REASONS = {
    "short": "“{words}”只有一个字，太容易认错，不记；请用两个字以上的叫法。",
    "long": f"“{{words}}”太长，叫法最多{LONGEST}个字。",
    "odd": "“{words}”里有标点，请只写叫法本身。",
    "digits": "“{words}”里的数字和{label}对不上，规格不能当叫法。",
    "unit": "“{words}”是单位，不能当商品的叫法。",
    "party": "“{words}”是客户或供应商的名称，不能当商品的叫法。",
    "taken": "“{words}”是别的商品的名称、别名或编码，不能再指{label}。",
    "known": "“{words}”本来就是{label}，不用记。",
}
