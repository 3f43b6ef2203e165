"""The self-built app's messages and events as Inbound. All of it was proven to be WeCom's by ``guards``; its types are
checked all the same, so that an odd event is refused and never raises anything else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.inbound import Inbound, InboundFile, InboundKind
from bot.wecom import media
from bot.wecom.cards import tapped
from bot.wecom.guards import Untrusted

PLATFORM = "wecom"
_LATEST = 253402300799  # the year 9999, in seconds


#: Read as sent, in the order in which the hash of facts 1.3 takes them. UserID: two people who leave in the same second
#: are two events; ResponseCode: so are two clicks.
_EVENT_KEY = (
    "FromUserName",
    "CreateTime",
    "Event",
    "EventKey",
    "TaskId",
    "ChangeType",
    "AgentID",
    "UserID",
    "ResponseCode",
)


@dataclass(frozen=True, slots=True)
class CardCode:
    """The one-use code a click brings."""

    task_id: str
    account: str
    code: str


def translate(fields: dict[str, Any], *, agent_id: str) -> Inbound | None:
    """One decrypted message or event; None: nothing for us, to be acknowledged.

    Raises:
        Untrusted: a field has another type or form than WeCom gives it (blame ``form``).
    """
    kind = _text(fields, "MsgType").lower()
    if kind == "event":
        return _event(fields, agent_id)
    build = _MESSAGES.get(kind)
    message_id = _text(fields, "MsgId")
    if not (message_id.isascii() and message_id.isdigit() and len(message_id) <= 20):
        raise _odd("MsgId")
    sender = _sender(fields)
    common: dict[str, Any] = {
        "platform": PLATFORM,
        "event_key": f"{PLATFORM}:{agent_id}:{message_id}",
        "chat": sender,
        "sender": sender,
        "sent_at": _time(fields),
        "message_ref": message_id,
    }
    if build is None:
        return Inbound(kind=InboundKind.OTHER, text="[这种消息我看不懂]", **common)
    return Inbound(**common, **build(fields))


def card_code(fields: dict[str, Any]) -> CardCode | None:
    """The code in a click; None where there is none."""
    if _text(fields, "Event").lower() not in _CLICKS:
        return None
    found = CardCode(_text(fields, "TaskId"), _sender(fields), _text(fields, "ResponseCode"))
    return found if found.task_id and found.code else None


# -- messages ----------------------------------------------------------------------------------------------------------


def _words(fields: dict[str, Any]) -> dict[str, Any]:
    return {"kind": InboundKind.TEXT, "text": _text(fields, "Content")}


def _picture(fields: dict[str, Any]) -> dict[str, Any]:
    address = media.ref("picture", _needed(fields, "MediaId"))
    return {"kind": InboundKind.PICTURE, "files": (InboundFile(address, kind="picture"),)}


def _file(fields: dict[str, Any]) -> dict[str, Any]:
    # Not in WeCom's list of messages; some tenants have seen it (facts 1.4).
    name, media_id = _text(fields, "FileName"), _text(fields, "MediaId")
    if not media_id:
        return _unheard(name or "文件", "nothing")
    return {"kind": InboundKind.FILE, "files": (InboundFile(media.ref("file", media_id, name), name, "file"),)}


def _voice(fields: dict[str, Any]) -> dict[str, Any]:
    return _unheard("语音", "voice")


def _video(fields: dict[str, Any]) -> dict[str, Any]:
    return _unheard("视频", "video")


def _unheard(name: str, kind: str) -> dict[str, Any]:
    """Something that cannot be read; fetching it says why, as with any file that cannot be had."""
    file = InboundFile(media.ref(kind, "-"), name, "file", problem=media.UNREADABLE[kind])
    return {"kind": InboundKind.FILE, "files": (file,)}


def _location(fields: dict[str, Any]) -> dict[str, Any]:
    return {"kind": InboundKind.OTHER, "text": f"[位置] {_text(fields, 'Label')}".rstrip()}


def _link(fields: dict[str, Any]) -> dict[str, Any]:
    parts = ("[链接]", _text(fields, "Title"), _text(fields, "Description"), _text(fields, "Url"))
    return {"kind": InboundKind.OTHER, "text": " ".join(part for part in parts if part)}


_MESSAGES = {
    "text": _words,
    "image": _picture,
    "voice": _voice,
    "video": _video,
    "shortvideo": _video,
    "location": _location,
    "link": _link,
    "file": _file,
}

# -- events ------------------------------------------------------------------------------------------------------------

_CLICKS = frozenset({"template_card_event", "template_card_menu_event"})


def _event(fields: dict[str, Any], agent_id: str) -> Inbound | None:
    name = _text(fields, "Event").lower()
    parts: dict[str, Any] = {
        "platform": PLATFORM,
        "event_key": f"{PLATFORM}:{agent_id}:{_event_digest(fields)}",
        "sent_at": _time(fields),
    }
    if name in _CLICKS:
        return _click(fields, parts)
    if name == "enter_agent":
        sender = _sender(fields)
        return Inbound(kind=InboundKind.ENTER, chat=sender, sender=sender, **parts)
    if name == "change_contact":
        if _text(fields, "ChangeType").lower() != "delete_user":
            return None
        account = _account(_text(fields, "UserID"), "UserID")
        return Inbound(kind=InboundKind.LEFT, chat=account, sender=account, **parts)
    # unsubscribe: the person was taken out of the visible range or switched the app off, which is not leaving the firm;
    # to end a person's rights over it would lock people out by a slip in the console. subscribe, click, view, LOCATION
    # and whatever comes with later versions: nothing to do.
    return None


def _click(fields: dict[str, Any], parts: dict[str, Any]) -> Inbound | None:
    sender, task_id = _sender(fields), _needed(fields, "TaskId")
    token, values = tapped(_text(fields, "EventKey"), _selected(fields.get("SelectedItems")))
    if not token:
        return None  # 知道了, or no button of ours
    return Inbound(
        kind=InboundKind.CLICK,
        chat=sender,
        sender=sender,
        message_ref=task_id,
        token=token,
        values=values,
        **parts,
    )


def _selected(items: Any) -> dict[str, list[str]]:
    """Question key → chosen ids. One item is a dict, several are a list; so with the ids."""
    found: dict[str, list[str]] = {}
    for item in _many(_inside(items, "SelectedItem")):
        if not isinstance(item, dict):
            raise _odd("SelectedItem")
        key = _needed(item, "QuestionKey")
        if key in found:
            raise _odd("QuestionKey")
        ids = _many(_inside(item.get("OptionIds"), "OptionId"))
        if not all(isinstance(one, str) for one in ids):
            raise _odd("OptionId")
        found[key] = ids
    return found


def _event_digest(fields: dict[str, Any]) -> str:
    said = [_text(fields, name) for name in _EVENT_KEY]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


# -- fields ------------------------------------------------------------------------------------------------------------


def _inside(node: Any, name: str) -> Any:
    if node is None:
        return None
    if not isinstance(node, dict):
        raise _odd(name)
    return node.get(name)


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _odd(name)
    return value


def _needed(fields: dict[str, Any], name: str) -> str:
    value = _text(fields, name)
    if not value:
        raise _odd(name)
    return value


def _sender(fields: dict[str, Any]) -> str:
    return _account(_text(fields, "FromUserName"), "FromUserName")


def _account(value: str, name: str) -> str:
    """A userid: at most 64 bytes, and never something that message/send would take for several people or for all."""
    if not value or len(value.encode("utf-8", "replace")) > 64 or "|" in value or value.startswith("@"):
        raise _odd(name)
    return value


def _time(fields: dict[str, Any]) -> datetime:
    value = _text(fields, "CreateTime")
    if not (value.isascii() and value.isdigit() and len(value) <= 12 and int(value) <= _LATEST):
        raise _odd("CreateTime")
    return datetime.fromtimestamp(int(value), UTC)


def _odd(name: str) -> Untrusted:
    return Untrusted("form", f"企业微信的消息里 {name} 不成样子")
