"""Statements of the import, as SQL text with ``:name`` parameters.

They write the core's master tables in bulk; row by row through the core's functions would cost the writer ten times as
much."""

from __future__ import annotations

# ---------------------------------------------------------------- what is there (read while planning)

SKUS = "SELECT id, sku, name, spec, active FROM product"

PRODUCTS = """
SELECT id, sku, name, spec, base_unit, default_unit, qty_scale, category, list_price, floor_price, min_qty, active
FROM product WHERE id IN (SELECT value FROM json_each(:ids))"""

UNITS = """
SELECT product_id, unit, num, den, barcode FROM product_unit
WHERE product_id IN (SELECT value FROM json_each(:ids)) ORDER BY product_id, num * 1.0 / den, unit"""

ALIASES = """
SELECT product_id, alias FROM product_alias
WHERE partner_id IS NULL AND product_id IN (SELECT value FROM json_each(:ids))"""

BARCODES = """
SELECT u.barcode, p.id, p.sku, u.unit FROM product_unit u JOIN product p ON p.id = u.product_id
WHERE u.barcode IN (SELECT value FROM json_each(:codes)) AND u.barcode <> ''"""

PARTNERS = """
SELECT id, code, name, kind, phone, address, contact, credit_limit, walk_in, active FROM partner"""

PARTNER_ALIASES = "SELECT partner_id, alias FROM partner_alias"

OPENED = """
SELECT l.product_id, sum(l.qty), sum(l.value) FROM ledger l JOIN document d ON d.id = l.document_id
WHERE d.kind = 'opening' AND l.place = 'main' AND l.product_id IN (SELECT value FROM json_each(:ids))
GROUP BY l.product_id"""

MOVED = "SELECT DISTINCT product_id FROM ledger WHERE product_id IN (SELECT value FROM json_each(:ids))"

# ---------------------------------------------------------------- the batch

UNFINISHED = "SELECT id, state, touched_at FROM import_batch WHERE state IN ('staging', 'live') ORDER BY id"

OPEN_BATCH = """
INSERT INTO import_batch (name, state, catalog, slices, applied, actor_id, counts, created_at, touched_at)
VALUES (:name, 'staging', :catalog, :slices, 0, :actor_id, :counts, :at, :at) RETURNING id"""

TOUCH = """
UPDATE import_batch SET touched_at = :at WHERE id = :batch AND state = :state
RETURNING catalog, actor_id, slices, applied"""

SET_STATE = "UPDATE import_batch SET state = :state, touched_at = :at WHERE id = :batch"

UNDER_WAY = """
SELECT id, state, counts FROM import_batch WHERE state IN ('staging', 'live') ORDER BY id DESC LIMIT 1"""

HOW_FAR = """
SELECT count(*), sum(action = 'add' AND done > 0), sum(done = 2) FROM import_row WHERE batch_id = :batch"""

STAGE = """
INSERT INTO import_row (batch_id, seq, kind, action, target_id, done, data)
VALUES (:batch, :seq, :kind, :action, :target_id, :done, :data)"""

WORK = """
SELECT seq, target_id, data FROM import_row
WHERE batch_id = :batch AND kind = :kind AND action = :action AND done = :done ORDER BY seq LIMIT :limit"""

PLACED = """
UPDATE import_row SET done = :done, target_id = coalesce(:target_id, target_id)
WHERE batch_id = :batch AND seq = :seq"""

FORGET_ROWS = """
DELETE FROM import_row WHERE batch_id = :batch AND seq IN
  (SELECT seq FROM import_row WHERE batch_id = :batch ORDER BY seq LIMIT :limit) RETURNING seq"""

# ---------------------------------------------------------------- placing additions unseen

ADD_PRODUCT = """
INSERT INTO product (sku, name, spec, base_unit, default_unit, qty_scale, category, list_price, floor_price, min_qty,
                     active, created_at, updated_at)
VALUES (:sku, :name, :spec, :base_unit, :default_unit, :qty_scale, :category, :list_price, :floor_price, :min_qty,
        0, :at, :at) ON CONFLICT DO NOTHING RETURNING id"""

ADD_UNIT = """
INSERT INTO product_unit (product_id, unit, num, den, barcode) VALUES (:product_id, :unit, :num, :den, :barcode)"""

ADD_ALIAS = "INSERT INTO product_alias (product_id, alias, partner_id) VALUES (:product_id, :alias, NULL)"

ADD_PARTNER = """
INSERT INTO partner (code, name, kind, phone, address, contact, credit_limit, walk_in, active, created_at, updated_at)
VALUES (:code, :name, :kind, :phone, :address, :contact, :credit_limit, 0, 0, :at, :at)
ON CONFLICT DO NOTHING RETURNING id"""

ADD_PARTNER_ALIAS = """
INSERT INTO partner_alias (partner_id, alias) VALUES (:partner_id, :alias) ON CONFLICT DO NOTHING"""

# ---------------------------------------------------------------- the switch

SHOW_PRODUCTS = """
UPDATE product SET active = 1, updated_at = :at WHERE id IN
  (SELECT target_id FROM import_row WHERE batch_id = :batch AND kind = 'product' AND action = 'add')"""

SHOW_PARTNERS = """
UPDATE partner SET active = 1, updated_at = :at WHERE id IN
  (SELECT target_id FROM import_row WHERE batch_id = :batch AND kind = 'partner' AND action = 'add')"""

CHANGE_PRODUCTS = """
UPDATE product SET spec = r.data ->> 'spec', default_unit = r.data ->> 'default_unit',
  category = r.data ->> 'category', list_price = r.data ->> 'list_price', floor_price = r.data ->> 'floor_price',
  min_qty = r.data ->> 'min_qty', updated_at = :at
FROM import_row r
WHERE r.batch_id = :batch AND r.kind = 'product' AND r.action IN ('change', 'rework') AND r.done = 1
  AND r.seq > :after AND r.seq <= :upto AND product.id = r.target_id"""

# A new price list is the one mass change that is common, so it has a statement that opens two fields and not six.
PRICE_PRODUCTS = """
UPDATE product SET list_price = r.data ->> 'list_price', floor_price = r.data ->> 'floor_price', updated_at = :at
FROM import_row r
WHERE r.batch_id = :batch AND r.kind = 'product' AND r.action = 'change' AND r.done = 1
  AND r.seq > :after AND r.seq <= :upto AND product.id = r.target_id"""

# Apart, because a name has an index: writing it for every row doubles the price of the statement above.
RENAME_PRODUCTS = """
UPDATE product SET name = r.data ->> 'name' FROM import_row r
WHERE r.batch_id = :batch AND r.kind = 'product' AND r.action IN ('change', 'rework') AND r.done = 1
  AND r.seq > :after AND r.seq <= :upto AND product.id = r.target_id AND product.name <> r.data ->> 'name'"""

CLEAR_UNITS = """
DELETE FROM product_unit WHERE product_id IN
  (SELECT target_id FROM import_row
   WHERE batch_id = :batch AND kind = 'product' AND action = 'rework' AND done = 1
     AND seq > :after AND seq <= :upto)"""

REWORK_UNITS = """
INSERT INTO product_unit (product_id, unit, num, den, barcode)
SELECT r.target_id, u.value ->> 0, u.value ->> 1, u.value ->> 2, u.value ->> 3
FROM import_row r, json_each(r.data, '$.units') u
WHERE r.batch_id = :batch AND r.kind = 'product' AND r.action = 'rework' AND r.done = 1
  AND r.seq > :after AND r.seq <= :upto"""

CHANGE_ALIASES = """
INSERT INTO product_alias (product_id, alias, partner_id)
SELECT r.target_id, a.value, NULL FROM import_row r, json_each(r.data, '$.aliases') a
WHERE r.batch_id = :batch AND r.kind = 'product' AND r.action IN ('change', 'rework') AND r.done = 1
  AND r.seq > :after AND r.seq <= :upto"""

CHANGE_PARTNERS = """
UPDATE partner SET name = r.data ->> 'name', phone = r.data ->> 'phone', address = r.data ->> 'address',
  contact = r.data ->> 'contact', credit_limit = r.data ->> 'credit_limit', updated_at = :at
FROM import_row r
WHERE r.batch_id = :batch AND r.kind = 'partner' AND r.action = 'change' AND r.done = 1
  AND r.seq > :after AND r.seq <= :upto
  AND partner.id = r.target_id"""

CHANGE_PARTNER_ALIASES = """
INSERT INTO partner_alias (partner_id, alias)
SELECT r.target_id, a.value FROM import_row r, json_each(r.data, '$.aliases') a
WHERE r.batch_id = :batch AND r.kind = 'partner' AND r.action = 'change' AND r.done = 1
  AND r.seq > :after AND r.seq <= :upto
ON CONFLICT DO NOTHING"""

APPLIED = "UPDATE import_batch SET applied = applied + 1, touched_at = :at WHERE id = :batch"

# ---------------------------------------------------------------- the history, and taking an import back

WRITE_HISTORY = """
INSERT INTO audit (subject, subject_id, action, detail, actor_id, at)
VALUES (:subject, :subject_id, :action, :detail, :actor_id, :at)"""

TAKE_BACK = (
    "DELETE FROM product_alias WHERE product_id IN (SELECT value FROM json_each(:products))",
    "DELETE FROM product_unit WHERE product_id IN (SELECT value FROM json_each(:products))",
    "DELETE FROM product WHERE active = 0 AND id IN (SELECT value FROM json_each(:products))",
    "DELETE FROM partner_alias WHERE partner_id IN (SELECT value FROM json_each(:partners))",
    "DELETE FROM partner WHERE active = 0 AND id IN (SELECT value FROM json_each(:partners))",
)

UNSEEN = """
SELECT seq, kind, target_id FROM import_row
WHERE batch_id = :batch AND action = 'add' AND target_id IS NOT NULL ORDER BY seq LIMIT :limit"""
