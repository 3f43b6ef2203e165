"""One decrypted event of Feishu (version 2.0) in the neutral form.

Strict about types: what has a wrong one is a :class:`BadEvent`, never another error. Numbers are taken as numbers or as
text, because the platform sends its times as text and documents them as numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlmodel import Session

from bot.feishu import content
from bot.feishu.cards import tapped
from bot.feishu.crypto import BadEvent
from bot.feishu.fields import Json, obj, opt_obj, text
from bot.inbound import Inbound, InboundKind
from inventory_core.sql import value

PLATFORM = "feishu"
MESSAGE = "im.message.receive_v1"
CLICK = "card.action.trigger"

_EARLIEST = 1_400_000_000  # seconds; Feishu is younger
_LATEST = 4_000_000_000


def translate(envelope: Json, *, app_id: str, bot_open_id: str) -> Inbound | None:
    """The event in the neutral form; None when it is nothing for us and may be acknowledged.

    Args:
        bot_open_id: the bot's own id, to know whether it was named; empty while it is not known.

    Raises:
        BadEvent: no event of version 2.0, of another app, or with a field of the wrong type.
    """
    if envelope.get("schema") != "2.0":
        raise BadEvent("not an event of version 2.0")
    header = obj(envelope, "header")
    if text(header, "app_id", app_id) != app_id:
        raise BadEvent("event of another app")
    translator = _TRANSLATORS.get(text(header, "event_type"))
    if translator is None:
        return None
    return translator(header, obj(envelope, "event"), app_id, bot_open_id)


def event_type(envelope: Json) -> str:
    """The type an envelope names; empty when it names none."""
    header = envelope.get("header")
    kind = header.get("event_type") if isinstance(header, dict) else None
    return kind if isinstance(kind, str) else ""


_AUTHOR = "SELECT sender FROM inbox WHERE platform = :platform AND message_ref = :ref AND kind <> 'click' LIMIT 1"


def author_of(session: Session, message_ref: str) -> str | None:
    """Who sent a message that was taken in earlier: a recall does not say who recalls, it is the message's author."""
    sender = value(session, _AUTHOR, platform=PLATFORM, ref=message_ref)
    return None if sender is None else str(sender)


# ---------------------------------------------------------------- messages


def _message(header: Json, event: Json, app_id: str, bot_open_id: str) -> Inbound | None:
    sender = obj(event, "sender")
    if text(sender, "sender_type", "user") != "user":
        return None  # another bot: two that answer each other never end
    message = obj(event, "message")
    kind = text(message, "message_type")
    if kind in ("system", "sticker"):
        return None  # 某某 joined the group: nobody says that to us; a sticker wants no answer
    message_id = _id(message, "message_id")
    mentions = content.mentions(message, bot_open_id)
    read = content.read(kind, message_id, text(message, "content", ""), mentions)
    return Inbound(
        platform=PLATFORM,
        event_key=f"{PLATFORM}:{app_id}:{message_id}",
        kind=read.kind,
        chat=_id(message, "chat_id"),
        sender=_id(obj(sender, "sender_id"), "open_id"),
        sent_at=_moment(message, header),
        chat_kind="direct" if text(message, "chat_type", "group") == "p2p" else "group",
        text=read.text,
        message_ref=message_id,
        quoted_ref=text(message, "parent_id", "") or None,
        files=read.files,
        to_bot=mentions.to_bot,
    )


def _recalled(header: Json, event: Json, app_id: str, bot_open_id: str) -> Inbound | None:
    if text(event, "recall_type", "message_owner") not in ("", "message_owner"):
        return None  # the group's owner tidied up: its author has not taken back a word
    return _event(
        header,
        app_id,
        InboundKind.RECALL,
        chat=_id(event, "chat_id"),
        sender="",  # see author_of
        message_ref=_id(event, "message_id"),
    )


# ---------------------------------------------------------------- clicks


def _click(header: Json, event: Json, app_id: str, bot_open_id: str) -> Inbound | None:
    context = obj(event, "context")
    action = obj(event, "action")
    for name in ("value", "form_value"):
        if not isinstance(action.get(name), (dict, str, type(None))):
            raise BadEvent(f"{name} of an action is neither an object nor a text")
    token, values = tapped(event)
    if not token:
        return None  # a select or an input by itself: its value comes with the button
    return _event(
        header,
        app_id,
        InboundKind.CLICK,
        chat=_id(context, "open_chat_id"),
        sender=_id(obj(event, "operator"), "open_id"),
        message_ref=_id(context, "open_message_id"),
        token=token,
        values=values,
    )


# ---------------------------------------------------------------- people


def _entered(header: Json, event: Json, app_id: str, bot_open_id: str) -> Inbound | None:
    person = obj(event, "operator_id")
    return _event(header, app_id, InboundKind.ENTER, chat=_id(event, "chat_id"), sender=_id(person, "open_id"))


def _deleted(header: Json, event: Json, app_id: str, bot_open_id: str) -> Inbound | None:
    return _left(header, _id(obj(event, "object"), "open_id"), app_id)


def _updated(header: Json, event: Json, app_id: str, bot_open_id: str) -> Inbound | None:
    """A resignation is told as a change of status, minutes or days before the account is deleted."""
    person = obj(event, "object")
    status = opt_obj(person, "status")
    if status.get("is_resigned") is True or status.get("is_exited") is True:
        return _left(header, _id(person, "open_id"), app_id)
    return None


def _left(header: Json, account: str, app_id: str) -> Inbound:
    return _event(header, app_id, InboundKind.LEFT, chat=account, sender=account)


_Translator = Callable[[Json, Json, str, str], Inbound | None]

_TRANSLATORS: dict[str, _Translator] = {
    MESSAGE: _message,
    "im.message.recalled_v1": _recalled,
    CLICK: _click,
    "im.chat.access_event.bot_p2p_chat_entered_v1": _entered,
    "contact.user.deleted_v3": _deleted,
    "contact.user.updated_v3": _updated,
}


# ---------------------------------------------------------------- shared


def _event(
    header: Json,
    app_id: str,
    kind: InboundKind,
    *,
    chat: str,
    sender: str,
    message_ref: str = "",
    token: str = "",
    values: dict[str, str] | None = None,
) -> Inbound:
    return Inbound(
        platform=PLATFORM,
        event_key=f"{PLATFORM}:{app_id}:{_id(header, 'event_id')}",
        kind=kind,
        chat=chat,
        sender=sender,
        sent_at=_moment(header),
        message_ref=message_ref,
        token=token,
        values=values or {},
    )


def _id(source: Json, name: str) -> str:
    found = text(source, name)
    if not 0 < len(found) <= 200:
        raise BadEvent(f"{name} is no id")
    return found


def _moment(*sources: Json) -> datetime:
    """``create_time`` of the first that has one. Milliseconds for messages, microseconds for clicks; told apart by
    their size, because the documents do not agree about every event."""
    for source in sources:
        given = source.get("create_time")
        if given is None or given == "":
            continue
        if isinstance(given, bool) or not isinstance(given, (int, str)):
            raise BadEvent("create_time is no number")
        if isinstance(given, str) and not (len(given) <= 20 and given.isascii() and given.isdigit()):
            raise BadEvent("create_time is no number")
        micros = int(given)
        while 0 < micros < _EARLIEST * 1_000_000:
            micros *= 1000
        if not _EARLIEST * 1_000_000 <= micros <= _LATEST * 1_000_000:
            raise BadEvent("create_time is no time")
        return datetime.fromtimestamp(micros // 1_000_000, UTC).replace(microsecond=micros % 1_000_000)
    raise BadEvent("create_time is missing")


__all__ = ["CLICK", "MESSAGE", "PLATFORM", "author_of", "event_type", "translate"]
