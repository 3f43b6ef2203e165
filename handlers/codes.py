"""One-use codes that make an account a person: ``danju init`` prints the first administrator's, ``danju people code``
any other. The database keeps only digests."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from inventory_core import people
from inventory_core.columns import micros
from inventory_core.sql import run, value
from inventory_core.views import PersonView

LIFETIME = timedelta(hours=24)
TRIES_A_DAY = 5
_DIGITS = 8
_CODE = re.compile(r"^\s*(\d{4})[\s-]?(\d{4})\s*[。.]?\s*$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a code somebody sent. ``silent``: so many wrong ones came today that no answer is given."""

    person: PersonView | None
    silent: bool = False


def looks_like_code(text: str) -> bool:
    """Whether a whole message is eight digits, perhaps with a gap in the middle."""
    return _CODE.match(text) is not None


def make(session: Session, person_id: int, now: datetime) -> str:
    """A new code for a person, good for 24 hours and one use; older unused ones of this person die.

    Raises:
        NotFound: no such person.
    """
    people.person(session, person_id)
    run(session, "DELETE FROM bind_code WHERE person_id = :id AND used_at IS NULL", id=person_id)
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    run(
        session,
        "INSERT INTO bind_code (digest, person_id, created_at, expires_at) VALUES (:digest, :person, :now, :end)",
        digest=_digest(code),
        person=person_id,
        now=micros(now),
        end=micros(now + LIFETIME),
    )
    return code


def take(session: Session, platform: str, account: str, text: str, day: str, now: datetime) -> Tried:
    """Use a code up. Wrong, expired and used ones look the same from outside, and five wrong ones a day end it for the
    account: then the right one is wrong too.

    Args:
        day: the firm's business day, by which tries are counted.
    """
    match = _CODE.match(text)
    code = "".join(match.groups()) if match else ""
    tries = int(
        value(
            session,
            "SELECT tries FROM code_try WHERE platform = :platform AND account = :account AND day = :day",
            platform=platform,
            account=account,
            day=day,
        )
        or 0
    )
    found = _find(session, code, now)
    if found is not None and tries < TRIES_A_DAY:
        digest, person_id = found
        owner = people.person(session, person_id)
        if owner.active:
            run(session, "UPDATE bind_code SET used_at = :now WHERE digest = :digest", now=micros(now), digest=digest)
            return Tried(owner)
    run(
        session,
        "INSERT INTO code_try (platform, account, day, tries) VALUES (:platform, :account, :day, 1)"
        " ON CONFLICT (platform, account, day) DO UPDATE SET tries = tries + 1",
        platform=platform,
        account=account,
        day=day,
    )
    return Tried(None, silent=tries >= 2 * TRIES_A_DAY)


def _find(session: Session, code: str, now: datetime) -> tuple[str, int] | None:
    """Every living code is compared, in constant time each, so that no timing tells how near a guess was."""
    rows = run(
        session, "SELECT digest, person_id FROM bind_code WHERE used_at IS NULL AND expires_at > :now", now=micros(now)
    )
    given = _digest(code)
    found = [(row[0], int(row[1])) for row in rows if hmac.compare_digest(row[0], given)]
    return found[0] if found else None


def _digest(code: str) -> str:
    return hashlib.sha256(f"danju bind code {code}".encode()).hexdigest()
