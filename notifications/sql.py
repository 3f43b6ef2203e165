"""The hot statements of this room as SQL text, valid on SQLite and, with the placeholders translated, on PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from inventory_core.columns import micros, moment
from inventory_core.sql import many, run, value

__all__ = ["first", "many", "micros", "moment", "run", "value"]


def first(session: Session, statement: str, /, **params: Any) -> tuple[Any, ...] | None:
    """The first row as a tuple, or None."""
    rows = run(session, statement, **params)
    return rows[0] if rows else None


INSERT_ACTION = """
INSERT INTO card_action (token, document_id, version, action, args, created_at)
VALUES (:token, :document_id, :version, :action, :args, :created_at)
ON CONFLICT (token) DO NOTHING
"""

ACTION_BY_TOKEN = "SELECT document_id, version, action, args FROM card_action WHERE token = :token"

# Due at once, whatever the clock says: it may be put back before the row is sent.
INSERT_OUTBOX = """
INSERT INTO outbox (key, platform, chat, kind, body, document_id, document_version, copy_id, target_ref, reply_to,
                    inbox_id, person_id, follows, state, attempts, next_at, created_at)
VALUES (:key, :platform, :chat, :kind, :body, :document_id, :document_version, :copy_id, :target_ref, :reply_to,
        :inbox_id, :person_id, :follows, 'new', 0, 0, :now)
ON CONFLICT (key) DO NOTHING
RETURNING id
"""

# The document whose card stands last in a chat, whether it came there only because of what happened elsewhere, and how
# many documents the same turn showed there. A copy that followed where it stands does not count; only the newest rows
# are looked at: what came before so many others is not before anybody's eyes.
LAST_SHOWN = """
SELECT o.document_id, o.created_at, o.follows, (SELECT COUNT(DISTINCT p.document_id) FROM outbox AS p
                       WHERE p.inbox_id = o.inbox_id AND p.platform = :platform AND p.chat = :chat)
FROM (SELECT id, kind, document_id, inbox_id, created_at, follows FROM outbox
      WHERE platform = :platform AND chat = :chat ORDER BY id DESC LIMIT 50) AS o
WHERE (o.kind = 'card' OR (o.kind = 'card_update' AND o.follows = 0)) AND o.document_id IS NOT NULL
  AND o.created_at >= :since
ORDER BY o.id DESC LIMIT 1
"""
OUTBOX_BY_KEY = "SELECT id FROM outbox WHERE key = :key"
NEXT_ROW = "SELECT coalesce(max(id), 0) + 1 FROM outbox"
COUNT_OF_INBOX = "SELECT COUNT(*) FROM outbox WHERE inbox_id = :inbox_id"

# What may go out now. An update waits for its card; things for one chat go in order, so a row also waits for an older
# one of its chat that is not out yet.
DUE = """
SELECT o.id, o.key, o.platform, o.chat, o.kind, o.body, o.target_ref, o.reply_to, o.attempts, o.created_at,
       o.first_try_at, o.wire, o.replaces,
       coalesce((SELECT k.kind FROM known_chat AS k WHERE k.platform = o.platform AND k.chat = o.chat), 'direct')
FROM outbox AS o
WHERE o.state = 'new' AND o.next_at <= :now AND (o.kind <> 'card_update' OR o.target_ref IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM outbox AS p WHERE p.state IN ('new', 'sending') AND p.chat = o.chat
                  AND p.platform = o.platform AND p.id < o.id AND (p.kind <> 'card_update' OR p.target_ref IS NOT NULL))
ORDER BY o.id LIMIT :count
"""

CLAIM = """
UPDATE outbox SET state = 'sending', attempts = attempts + 1, first_try_at = coalesce(first_try_at, :now)
WHERE id = :id AND state = 'new' RETURNING id
"""
PREPARED = "UPDATE outbox SET wire = :wire WHERE id = :id AND state = 'sending'"
# Nothing was sent: the try does not count, and an update of the same card may still take the row's place.
DEFERRED = """
UPDATE outbox SET state = 'new', attempts = attempts - 1, next_at = :next_at, first_try_at = :first_try_at
WHERE id = :id AND state = 'sending'
"""
# The result of an earlier try will never be known: from here on it is another message that says so.
MARKED_LATE = """
UPDATE outbox SET key = key || '+', body = :body, wire = NULL, first_try_at = :now WHERE id = :id AND state = 'sending'
RETURNING key
"""
REISSUED = """
UPDATE outbox SET kind = 'card', replaces = target_ref, target_ref = NULL, wire = NULL, state = 'new', attempts = 0,
                  next_at = 0, first_try_at = NULL
WHERE id = :id AND state = 'sending' AND EXISTS (SELECT 1 FROM card_copy AS c WHERE c.id = copy_id AND c.live = 1)
RETURNING copy_id, replaces
"""
OLD_REF_STAYS = """
INSERT INTO card_copy (document_id, platform, chat, platform_ref, version, live)
SELECT document_id, platform, chat, :ref, version, 0 FROM card_copy WHERE id = :id
"""
DROPPED = "UPDATE outbox SET state = 'superseded', error = :error WHERE id = :id AND state = 'sending'"
REPEATS = """
SELECT COUNT(*) FROM (SELECT body, created_at FROM outbox WHERE platform = :platform AND chat = :chat AND id < :id
                      ORDER BY id DESC LIMIT 200) AS before
WHERE before.body = :body AND before.created_at > :since
"""
LATELY_SENT = """
SELECT chat, sent_at FROM (SELECT chat, sent_at, platform FROM outbox ORDER BY id DESC LIMIT 5000) AS lately
WHERE platform = :platform AND sent_at > :since ORDER BY sent_at
"""
NEWEST_OF_COPY = """
SELECT o.body FROM card_copy AS c JOIN outbox AS o ON o.id = c.outbox_id
WHERE c.platform = :platform AND c.platform_ref = :ref ORDER BY c.id DESC LIMIT 1
"""
NEWEST_UNSENT = """
SELECT body FROM outbox WHERE platform = :platform AND target_ref = :ref AND kind = 'card_update'
  AND state IN ('new', 'sending') ORDER BY id DESC LIMIT 1
"""
# A start tries everything at once: the clock may have been put right, or the network mended, while we were away.
UNCLAIM = "UPDATE outbox SET state = 'new', next_at = 0 WHERE state IN ('sending', 'new')"
SENT = """
UPDATE outbox SET state = 'sent', platform_ref = :ref, sent_at = :now, error = NULL
WHERE id = :id AND state IN ('sending', 'new') RETURNING kind, copy_id
"""
FAILED = """
UPDATE outbox SET state = :state, error = :error, next_at = COALESCE(:next_at, next_at),
                  first_try_at = CASE WHEN :forget THEN NULL ELSE first_try_at END
WHERE id = :id AND state IN ('sending', 'new') RETURNING kind, copy_id
"""
SUPERSEDE_UNSENT = """
UPDATE outbox SET state = 'superseded' WHERE copy_id = :copy_id AND state = 'new' AND attempts = 0 RETURNING kind
"""
SUPERSEDE_ONE = "UPDATE outbox SET state = 'superseded' WHERE id = :id AND state = 'new' AND attempts = 0 RETURNING id"

PLACE_OF_ROW = "SELECT platform, chat, platform_ref FROM outbox WHERE id = :id"
COPY_SENT = "UPDATE card_copy SET platform_ref = :ref WHERE id = :id"
TARGET_KNOWN = """
UPDATE outbox SET target_ref = :ref
WHERE copy_id = :id AND kind = 'card_update' AND state IN ('new', 'sending') AND coalesce(target_ref, '') <> :ref
"""
CARD_NEVER_CAME = """
UPDATE outbox SET state = 'superseded'
WHERE copy_id = :id AND kind = 'card_update' AND target_ref IS NULL AND state = 'new'
"""
COPY_DIES = "UPDATE card_copy SET live = 0 WHERE id = :id"

SHOWS_ALREADY = """
SELECT 1 FROM card_copy AS c JOIN outbox AS o ON o.id = c.outbox_id
WHERE c.id = :id AND o.body = :body AND o.state IN ('new', 'sending', 'sent')
"""
LIVE_COPIES = """
SELECT id, platform, chat, platform_ref FROM card_copy WHERE document_id = :document_id AND live = 1 ORDER BY id
"""
INSERT_COPY = """
INSERT INTO card_copy (document_id, platform, chat, version, live)
VALUES (:document_id, :platform, :chat, :version, 1) RETURNING id
"""
COPY_SHOWS = "UPDATE card_copy SET version = :version, outbox_id = :outbox_id WHERE id = :id"
DOCUMENT_BY_REF = (
    "SELECT document_id FROM card_copy WHERE platform = :platform AND platform_ref = :ref ORDER BY id DESC LIMIT 1"
)

SEE_CHAT = """
INSERT INTO known_chat (platform, chat, kind, person_id, seen_at) VALUES (:platform, :chat, :kind, :person_id, :now)
ON CONFLICT (platform, chat)
DO UPDATE SET kind = excluded.kind, person_id = excluded.person_id, seen_at = excluded.seen_at
"""
CHAT = "SELECT kind, person_id FROM known_chat WHERE platform = :platform AND chat = :chat"
DIRECT_CHATS = """
SELECT platform, chat FROM known_chat WHERE person_id = :person_id AND kind = 'direct' ORDER BY seen_at DESC
"""
