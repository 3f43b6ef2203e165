"""The hot statements of the conversation, as text."""

from __future__ import annotations

from inventory_core.columns import dumps, micros, moment
from inventory_core.sql import run, value

__all__ = ["dumps", "micros", "moment", "run", "value"]

INSERT_LINK = """
INSERT INTO message_link
  (inbox_id, platform, chat, message_ref, person_id, document_id, version, effect, line_ids, sent_at)
VALUES (:inbox_id, :platform, :chat, :message_ref, :person_id, :document_id, :version, :effect, :line_ids, :sent_at)
"""
LINKS_OF_REF = """
SELECT document_id, effect, line_ids, inbox_id FROM message_link
WHERE platform = :platform AND message_ref = :ref ORDER BY id
"""
LINKS_OF_DOCUMENT = "SELECT inbox_id, effect FROM message_link WHERE document_id = :document_id ORDER BY id"
LAST_TOUCH = """
SELECT sent_at, inbox_id FROM message_link WHERE document_id = :document_id AND person_id = :person_id
ORDER BY sent_at DESC, id DESC LIMIT 1
"""
DOCUMENTS_OF_INBOX = "SELECT COUNT(DISTINCT document_id) FROM message_link WHERE inbox_id = :inbox_id"
LINKS_OF_INBOX = "SELECT document_id, effect, line_ids FROM message_link WHERE inbox_id = :inbox_id ORDER BY id"
LINE_IDS = "SELECT id FROM document_line WHERE document_id = :document_id ORDER BY line_no"
INSERT_EVIDENCE = """
INSERT INTO evidence (document_id, inbox_id, person_id, said_at, button, fields)
VALUES (:document_id, :inbox_id, :person_id, :said_at, :button, :fields)
"""
EVIDENCE = """
SELECT inbox_id, person_id, said_at, button, fields FROM (
  SELECT * FROM evidence WHERE document_id = :document_id ORDER BY id DESC LIMIT 200) AS newest ORDER BY id
"""

INSERT_QUESTION = """
INSERT INTO question (inbox_id, kind, person_id, platform, chat, message_ref, options, outbox_id, state, created_at)
VALUES (:inbox_id, :kind, :person_id, :platform, :chat, :message_ref, :options, :outbox_id, 'open', :now)
ON CONFLICT (inbox_id) DO UPDATE
SET kind = excluded.kind, options = excluded.options, outbox_id = excluded.outbox_id, state = 'open'
"""
QUESTION = "SELECT kind, person_id, options, state, document_id, outbox_id FROM question WHERE inbox_id = :inbox_id"
OPEN_QUESTIONS = """
SELECT inbox_id, kind, options FROM question
WHERE platform = :platform AND chat = :chat AND person_id = :person_id AND state = 'open' AND created_at >= :since
ORDER BY inbox_id DESC
"""
CLOSE_QUESTION = """
UPDATE question SET state = :state, document_id = :document_id WHERE inbox_id = :inbox_id AND state = 'open'
RETURNING inbox_id
"""
DROP_QUESTION_OF_REF = """
UPDATE question SET state = 'dropped'
WHERE platform = :platform AND message_ref = :ref AND state = 'open' RETURNING inbox_id
"""

# A document belongs to the chat it was begun in. Alone with the bot a person is in one conversation, whatever platform
# they write from: their direct chats count as one. A chat nobody has been seen in is what it is called, as before.
# One of no chat (the sample firm's past) is its author's alone.
_HERE = """((d.chat = :chat AND d.platform = :platform) OR (:alone = 1 AND d.chat = '') OR (:alone = 1 AND EXISTS (
  SELECT 1 FROM known_chat AS k WHERE k.platform = d.platform AND k.chat = d.chat AND k.kind = 'direct')))"""

# Papers that stand under a number without moving goods by themselves.
_ORDERS = "('sales_order', 'purchase_order', 'supplier_quote')"
# The author's newest order that still stands, shipped or not: what cannot be changed is said, not stepped over. Of one
# conversation, or with no chat given of all.
LAST_ORDER = f"""
SELECT d.id FROM document AS d
WHERE d.author_id = :person_id AND d.kind IN {_ORDERS} AND (:chat IS NULL OR {_HERE})
  AND d.state IN ('pending', 'approved', 'rejected', 'posted') AND d.updated_at >= :since
ORDER BY d.updated_at DESC, d.id DESC LIMIT 1
"""
# What 老样子 means: the customer's last order that was confirmed and still stands. Sorted by hand: by the index of days
# SQLite would go through everybody's orders to find the last of somebody who orders rarely.
LAST_OF_PARTNER = """
SELECT d.id FROM document AS d
WHERE d.partner_id = :partner_id AND d.kind = 'sales_order' AND d.state IN ('pending', 'approved', 'posted', 'settled')
ORDER BY coalesce(d.business_date, '') DESC, d.id DESC LIMIT 1
"""
# What 打印 without a number means: the numbered document this person made last.
LAST_NUMBERED = """
SELECT d.id FROM document AS d
WHERE d.author_id = :person_id AND d.number IS NOT NULL
  AND d.state NOT IN ('void', 'reversed') AND d.updated_at >= :since
ORDER BY d.updated_at DESC, d.id DESC LIMIT 1
"""
# What a sentence without a number may change, last touched first: open drafts, and orders that were rejected lately.
# Found by their state and sorted by hand: by the index of times everything the author ever did would be gone through.
EDITABLE = f"""
SELECT d.id, d.state FROM document AS d
WHERE d.author_id = :person_id AND {_HERE}
  AND d.state IN ('draft', 'rejected') AND (d.state = 'draft' OR d.updated_at >= :since)
ORDER BY +d.updated_at DESC, d.id DESC LIMIT 20
"""
PARTNER_NAMES = """
SELECT d.id, p.name FROM document d JOIN partner p ON p.id = d.partner_id
WHERE d.id IN (SELECT value FROM json_each(:ids))
UNION SELECT d.id, a.alias FROM document d JOIN partner_alias a ON a.partner_id = d.partner_id
WHERE d.id IN (SELECT value FROM json_each(:ids))
"""
# The author's documents, last touched first: open drafts and orders, also those that are shipped already: "the last
# one" must never slide to an older order of somebody else because the last one cannot be changed any more.
LAST_TOUCHED = f"""
SELECT d.id FROM document AS d
WHERE d.author_id = :person_id AND d.updated_at >= :since
  AND (d.state = 'draft' OR (d.kind IN {_ORDERS} AND d.state IN ('pending', 'approved', 'rejected', 'posted')))
ORDER BY d.updated_at DESC, d.id DESC LIMIT 20
"""
WAITING_SHIPMENTS = """
SELECT id FROM document WHERE kind = 'sales_order' AND state = 'approved' ORDER BY updated_at, id
"""
# Approvals that have waited since a moment and that nobody was reminded of in this version, the oldest first.
NOT_REMINDED = """
SELECT d.id FROM document AS d WHERE d.state = 'pending' AND d.updated_at <= :since AND NOT EXISTS (
  SELECT 1 FROM outbox AS o WHERE o.key >= 'remind:' || d.id || ':' || d.version || ':'
                              AND o.key < 'remind:' || d.id || ':' || d.version || ';')
ORDER BY d.updated_at, d.id LIMIT :count
"""
NEWEST_EXPIRED = """
SELECT id FROM document WHERE author_id = :person_id AND state = 'expired' ORDER BY updated_at DESC, id DESC LIMIT 1
"""

# Orders still to be shipped that hold these goods, oldest first.
WAITING_FOR = """
SELECT DISTINCT d.id FROM document AS d JOIN document_line AS l ON l.document_id = d.id
WHERE d.kind = 'sales_order' AND d.state = 'approved' AND l.product_id IN (SELECT value FROM json_each(:ids))
ORDER BY d.id LIMIT 20
"""
ALERTED = "SELECT product_id FROM stock_alert"
ALERT = """
INSERT INTO stock_alert (product_id, told_at) SELECT value, :now FROM json_each(:ids) WHERE true
ON CONFLICT (product_id) DO NOTHING
"""
UNALERT = "DELETE FROM stock_alert WHERE product_id IN (SELECT value FROM json_each(:ids))"
