"""Documents: drafts from sentences, versions, confirmation, approval, shipping, reversal. The room's import point.

What may raise: ``NotFound`` (no such document), ``NotAllowed`` (role), ``Stale`` (another version or state than
expected), ``Refused`` (a rule says no; ``.problems`` holds all reasons at once), ``SecondTap`` (approving one's own
document). Nothing here commits. Every function returns the document as it is afterwards.
"""

from inventory_core.documents.drafts import change, create_draft
from inventory_core.documents.lifecycle import approve, confirm, expire, reject, reopen, settle, void
from inventory_core.documents.moving import post_opening, ship
from inventory_core.documents.reading import (
    content_of,
    due_to_expire,
    find,
    get,
    open_draft_ids,
    open_drafts,
    pending_ids,
    position,
    versions,
)

__all__ = [
    "approve",
    "change",
    "confirm",
    "content_of",
    "create_draft",
    "due_to_expire",
    "expire",
    "find",
    "get",
    "open_draft_ids",
    "open_drafts",
    "pending_ids",
    "position",
    "post_opening",
    "reject",
    "reopen",
    "settle",
    "ship",
    "versions",
    "void",
]
