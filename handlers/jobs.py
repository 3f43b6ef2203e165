"""What Danju does by itself. Each job writes its outbox rows in the caller's transaction, says a thing once, and
never at night; the bot calls them every minute."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from sqlmodel import Session

from handlers import alerts, sql, talk
from inventory_core import aliases, documents
from inventory_core.views import DocumentView
from notifications import outbox, texts

REMIND_AFTER = timedelta(hours=2)
_AT_ONCE = 8  # documents of one run, so that the writer is never held long


def expire_drafts(session: Session, now: datetime) -> int:
    """Put away drafts whose day is over; one line or card per chat, reopened by one tap. Returns how many."""
    if alerts.quiet(session, now):
        return 0
    by_place: dict[outbox.Place, list[DocumentView]] = defaultdict(list)
    due = documents.due_to_expire(session, now)[:_AT_ONCE]
    for document_id in due:
        view = documents.expire(session, document_id, now)
        place = outbox.home(session, view.id) or outbox.place_of(session, view.author_id)
        if place is not None:
            by_place[place].append(view)
        outbox.publish(session, view, to=[], now=now)
    for place, views in by_place.items():
        if len(views) == 1:
            outbox.publish(session, views[0], to=[place], fresh=True, now=now)
        else:
            labels = "、".join(view.label for view in views)
            text = texts.EXPIRED.format(labels=labels, first=views[0].label)
            outbox.say(session, *place, text, key=f"expired:{views[0].id}:{views[0].version}:{place[1]}", now=now)
    return len(due)


def remind_approvals(session: Session, now: datetime) -> int:
    """One reminder per approval that has waited two hours; returns how many were told."""
    if alerts.quiet(session, now):
        return 0
    told = 0
    since = sql.micros(now - REMIND_AFTER)
    for (document_id,) in sql.run(session, sql.NOT_REMINDED, since=since, count=_AT_ONCE):
        view = documents.get(session, document_id)
        text = texts.APPROVAL_REMIND.format(
            label=view.label,
            customer=view.partner.name if view.partner else "",
            total=texts.money(view.total or 0),
        )
        for person in talk.approvers(session, view):
            place = outbox.place_of(session, person.id)
            key = f"remind:{view.id}:{view.version}:{person.id}"
            if place is not None and not outbox.was_said(session, key):
                outbox.say(session, *place, text, key=key, person_id=person.id, now=now)
                told += 1
    return told


def low_stock(session: Session, now: datetime) -> int:
    """Tell the buyers what has newly fallen to its minimum; returns how many products."""
    return alerts.low_stock(session, None, now)


def forget_unused(session: Session, now: datetime) -> int:
    """Put names to sleep that nobody has used for half a year; returns how many."""
    return aliases.put_to_sleep(session, now, _AT_ONCE)


JOBS = (expire_drafts, remind_approvals, low_stock, forget_unused)
