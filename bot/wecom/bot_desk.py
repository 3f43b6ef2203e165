"""What the intelligent bot sends, as requests over its connection, written down before the first of them goes out."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Awaitable
from typing import Any, TypeVar

from bot.attachments import Attachments
from bot.channel import CardGone, NotYet, Outgoing, SendFailed
from bot.wecom import card_lint, cards, errors, markdown
from bot.wecom.exchange import Declined, NoAnswer, NotConnected
from bot.wecom.upload import Asks, media_type, upload
from inventory_core.errors import NotFound
from notifications import card_json

T = TypeVar("T")

SEND, UPDATE = "aibot_send_msg", "aibot_respond_update_msg"
CHAT_TYPES = {"direct": 1, "group": 2}
OFFLINE_SECONDS = 3.0  # until a send is tried again while there is no connection
KEPT = 500
UNKNOWN = "企业微信没有应答，不知道发出去没有"


class Desk:
    """Makes requests of outbox rows; uploads what they carry."""

    def __init__(self, attachments: Attachments, gateway: Asks) -> None:
        self._attachments = attachments
        self._gateway = gateway
        self._stands: OrderedDict[str, str] = OrderedDict()  # task_id → the lines that went before its card

    async def prepare(self, item: Outgoing) -> str:
        """The requests for ``item`` as JSON: {"ref": what clicks bring, "parts": [[cmd, body], …]}. Uploads files.

        Raises:
            SendFailed: as the port says.
        """
        if item.kind == "text":
            found = markdown.pieces(markdown.plain(item.body))
            return _wire("", [_markdown(item, piece) for piece in found])
        if item.kind == "file":
            return _wire("", [await self._file(item)])
        update = item.kind == "card_update"
        task_id = (item.target_ref or "") if update else _task_id(item)
        if not task_id:
            raise CardGone("the card to change is not known")
        card = card_json.loads(item.body)
        rendered = cards.render(card, task_id=task_id, surface="bot", replaces=item.replaces is not None)
        if problems := card_lint.problems(rendered.card, "bot"):
            raise SendFailed(f"卡片不合企业微信的规矩：{'；'.join(problems)}", permanent=True)
        parts = [_markdown(item, piece) for piece in self._above(task_id, rendered.overflow, update)]
        if update:
            parts.append([UPDATE, {"response_type": "update_template_card", "template_card": rendered.card}])
        else:
            if card.picture:  # the card says that it stands above
                parts.append(await self._media(item, "图.png", card.picture))
            parts.append(_message(item, "template_card", rendered.card))
        return _wire(task_id, parts)

    def _above(self, task_id: str, overflow: str, update: bool) -> list[str]:
        """What goes before the card because it does not fit; nothing when it stands above the card already."""
        words = overflow.partition("\n")[2] or overflow  # without the heading, which is the card's title
        if update and self._stands.get(task_id) == words:
            return []
        self._stands[task_id] = words
        while len(self._stands) > KEPT:
            self._stands.popitem(last=False)
        return markdown.pieces(markdown.plain(overflow))

    async def _file(self, item: Outgoing) -> list[Any]:
        named = json.loads(item.body)
        return await self._media(item, named["name"], named["sha256"])

    async def _media(self, item: Outgoing, name: str, sha256: str) -> list[Any]:
        try:
            data = await asyncio.to_thread(self._attachments.get, sha256)
        except NotFound as error:
            raise SendFailed(str(error), permanent=True, no_effect=True) from error
        kind = media_type(data)
        media_id = await asked(upload(self._gateway, name, data, kind))
        return _message(item, kind, {"media_id": media_id})


async def asked(request: Awaitable[T]) -> T:
    """The gateway's failures as the sender knows them."""
    try:
        return await request
    except NotConnected as error:
        raise NotYet(OFFLINE_SECONDS, str(error)) from error
    except NoAnswer as error:
        raise SendFailed(f"{UNKNOWN}（{error}）") from error
    except Declined as error:
        failure = errors.failure(error.code, error.message)
        failure.no_effect = True
        raise failure from error


def _message(item: Outgoing, kind: str, content: dict[str, Any]) -> list[Any]:
    chat_type = CHAT_TYPES.get(item.chat_kind, 1)
    return [SEND, {"chatid": item.chat, "chat_type": chat_type, "msgtype": kind, kind: content}]


def _markdown(item: Outgoing, text: str) -> list[Any]:
    return _message(item, "markdown", {"content": text})


def _wire(ref: str, parts: list[list[Any]]) -> str:
    return json.dumps({"ref": ref, "parts": parts}, ensure_ascii=False, separators=(",", ":"))


def digest(item: Outgoing) -> str:
    """Stable for a row, and for no other row ever, also after a restore of an older database."""
    return hashlib.sha256(f"{item.key}|{item.created_at.isoformat()}|{item.kind}".encode()).hexdigest()


def _task_id(item: Outgoing) -> str:
    return f"dj{digest(item)[:40]}"
