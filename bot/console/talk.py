"""What people do on the console: say, send files, click, recall. Each becomes a neutral ``Inbound`` at the door."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

import structlog
from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from sqlmodel import Session

from bot.console import files, messages, wire
from bot.console.channel import PLATFORM
from bot.console.hub import Hub
from bot.console.ports import AttachmentPort, Directory, Door, StorePort
from bot.console.rooms import BOT_NAME, Room, rooms_of
from bot.inbound import Inbound, InboundKind
from inventory_core.errors import NotFound
from inventory_core.views import PersonView

FILE_LIMIT = 20 * 1024 * 1024  # bytes of one file, as WeCom allows
MOST_FILES = 9  # in one message

log = structlog.get_logger(__name__)

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MENTION = re.compile(rf"@{BOT_NAME}[ \t\u2005\u3000]?")


class Talk:
    """The POST handlers that act as a person."""

    def __init__(
        self,
        door: Door,
        store: StorePort,
        attachments: AttachmentPort,
        directory: Directory,
        hub: Hub,
        clock: Callable[[], datetime],
    ) -> None:
        self._door = door
        self._store = store
        self._attachments = attachments
        self._directory = directory
        self._hub = hub
        self._clock = clock

    async def say(self, request: web.Request) -> web.Response:
        """``POST api/messages`` {as, room, text, quote?, key?, files?} → {message, inbox}. The same key again is the
        same message, so a page that lost the answer may simply ask again."""
        data = await wire.read_json(request)
        text = wire.clean_text(wire.optional_string(data, "text", wire.TEXT_LIMIT)).strip()
        quote = wire.optional_integer(data, "quote")
        key = _key(data)
        wanted = [
            (_sha256(item), wire.string(item, "name", 500)) for item in wire.objects(data, "files", most=MOST_FILES)
        ]
        if not text and not wanted:
            raise wire.Wrong("什么都没写，请输入文字或选一个文件")
        person, room = await self._seat(data)
        sent = [await self._described(sha256, name) for sha256, name in wanted]
        now = self._clock()

        def unit(session: Session) -> tuple[messages.Message, bool]:
            quoted = None if quote is None else messages.get(session, quote)
            if quote is not None and (quoted is None or quoted.room != room.id or quoted.recalled):
                raise NotFound("引用的消息不在这个会话里，请重新引用")
            seq = messages.add(
                session,
                room=room.id,
                sender=person.id,
                kind=_row_kind(sent),
                body={"text": text, "files": [file.public() for file in sent]},
                key=f"in:{person.id}:{room.id}:{key}",
                now=messages.after_last(session, room.id, person.id, now),
                quoted=quote,
            )
            stored = messages.get(session, seq)
            assert stored is not None
            return stored, quoted is not None and quoted.sender is None

        stored, answers_bot = await self._store.write(unit, urgent=True)
        self._hub.wake()
        inbound = Inbound(
            platform=PLATFORM,
            event_key=f"console:{person.id}:{room.id}:{key}",
            kind=_inbound_kind(text, sent),
            chat=room.id,
            sender=str(person.id),
            sent_at=stored.created_at,
            chat_kind=room.kind,
            text=_MENTION.sub("", text).strip() if room.kind == "group" else text,
            message_ref=str(stored.seq),
            quoted_ref=None if quote is None else str(quote),
            files=tuple(file.inbound() for file in sent),
            to_bot=room.kind == "direct" or answers_bot or _MENTION.search(text) is not None,
        )
        inbox = await self._door.accept(inbound)
        return web.json_response({"message": stored.seq, "inbox": inbox})

    async def click(self, request: web.Request) -> web.Response:
        """``POST api/clicks`` {as, room, message, token, values, key?} → {toast, tone}. Whether the click still means
        anything is the service's to say, also for tokens of cards that have changed since."""
        data = await wire.read_json(request)
        seq = wire.integer(data, "message")
        token = wire.string(data, "token", 200)
        values = wire.string_map(data, "values")
        key = _key(data)
        person, room = await self._seat(data)
        message = await self._store.read(lambda session: messages.get(session, seq))
        if message is None or message.room != room.id or message.kind != "card":
            raise NotFound("这张卡片不在这个会话里，请刷新页面")
        result = await self._door.click(
            Inbound(
                platform=PLATFORM,
                event_key=f"console:click:{person.id}:{seq}:{key}",
                kind=InboundKind.CLICK,
                chat=room.id,
                sender=str(person.id),
                sent_at=self._clock(),
                chat_kind=room.kind,
                message_ref=str(seq),
                token=token,
                values=values,
                to_bot=True,
            )
        )
        return web.json_response({"toast": result.toast, "tone": result.tone})

    async def recall(self, request: web.Request) -> web.Response:
        """``POST api/recall`` {as, message}: take back one's own message; the service hears of it once."""
        data = await wire.read_json(request)
        seq = wire.integer(data, "message")
        who = wire.integer(data, "as")
        _, rooms = await self._people()
        message = await self._store.write(lambda session: messages.recall(session, seq, who), urgent=True)
        self._hub.wake()
        room = next((room for room in rooms if room.id == message.room), None)
        await self._door.accept(
            Inbound(
                platform=PLATFORM,
                event_key=f"console:recall:{seq}",
                kind=InboundKind.RECALL,
                chat=message.room,
                sender=str(who),
                sent_at=self._clock(),
                chat_kind="direct" if room is None else room.kind,
                message_ref=str(seq),
                to_bot=True,
            )
        )
        return web.json_response({"message": seq})

    async def upload(self, request: web.Request) -> web.Response:
        """``POST api/files`` multipart: each part with a file name is stored → {files: [{sha256, name, kind, size}]}"""
        if request.content_type != "multipart/form-data":
            raise wire.Wrong("请用表单上传文件", 415)
        if request.content_length is not None and request.content_length > FILE_LIMIT * MOST_FILES + 1024 * 1024:
            raise wire.Wrong("文件太大，每个不超过 20 MB", 413)
        stored: list[files.Described] = []
        try:
            async for name, content in _parts(await request.multipart()):
                if len(stored) >= MOST_FILES:
                    raise wire.Wrong(f"一次最多 {MOST_FILES} 个文件")
                sha256 = await self._keep(content)
                stored.append(files.describe(sha256, name, content))
        except (
            ValueError,
            AssertionError,
            RuntimeError,
            HttpProcessingError,
            web.RequestPayloadError,
            EOFError,
            OSError,
        ):
            # What aiohttp's reader raises on multipart that is cut off or malformed.
            raise wire.Wrong("上传的内容不完整，请重新选择文件") from None
        if not stored:
            raise wire.Wrong("没有收到文件，请重新选择")
        return web.json_response({"files": [file.public() for file in stored]})

    async def _keep(self, content: bytes) -> str:
        try:
            return await asyncio.to_thread(self._attachments.put, content)
        except OSError as error:
            log.error("attachment_not_stored", error=error.strerror)
            raise wire.Wrong("文件存不下（磁盘满了或写不进去），请告诉管理员，稍后再发", 503) from None

    async def _people(self) -> tuple[tuple[PersonView, ...], tuple[Room, ...]]:
        firm = await self._store.read(self._directory)
        return firm.people, rooms_of(firm.people)

    async def _seat(self, data: dict[str, Any]) -> tuple[PersonView, Room]:
        """The person of ``as`` in the room of ``room``."""
        who, where = wire.integer(data, "as"), wire.string(data, "room", 100)
        people, rooms = await self._people()
        person = next((person for person in people if person.id == who and person.active), None)
        if person is None:
            raise NotFound("没有这个人，请刷新页面")
        room = next((room for room in rooms if room.id == where and who in room.members), None)
        if room is None:
            raise NotFound(f"{person.name}不在这个会话里，请刷新页面")
        return person, room

    async def _described(self, sha256: str, name: str) -> files.Described:
        content = await asyncio.to_thread(self._attachments.get, sha256)
        return files.describe(sha256, name, content)


async def _parts(reader: MultipartReader) -> AsyncIterator[tuple[str, bytes]]:
    """Name and bytes of each file; handed out only when what follows it shows that it is whole."""
    whole: tuple[str, bytes] | None = None
    while (part := await reader.next()) is not None:
        if whole is not None:
            yield whole
            whole = None
        if not isinstance(part, BodyPartReader):
            raise wire.Wrong("上传的内容不完整，请重新选择文件")
        if part.filename is not None:
            whole = (_storable(part.filename), await _content(part))
    if whole is not None:
        yield whole


async def _content(part: BodyPartReader) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(256 * 1024):
        content += chunk
        if len(content) > FILE_LIMIT:
            raise wire.Wrong("文件太大，每个不超过 20 MB", 413)
    if not content:
        raise wire.Wrong("文件是空的，请重新选择")
    return bytes(content)


def _key(data: dict[str, Any]) -> str:
    if data.get("key") is None:
        return uuid.uuid4().hex
    key = wire.string(data, "key", 64)
    if not _KEY.fullmatch(key):
        wire.wrong("key", "应是 8 到 64 个字母或数字")
    return key


def _sha256(item: dict[str, Any]) -> str:
    value = wire.string(item, "sha256", 64)
    if not _SHA256.fullmatch(value):
        raise wire.Wrong("附件编号不对，请重新上传")
    return value


def _storable(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8")


def _row_kind(sent: list[files.Described]) -> str:
    if not sent:
        return "text"
    return "picture" if all(file.kind == "picture" for file in sent) else "file"


def _inbound_kind(text: str, sent: list[files.Described]) -> InboundKind:
    if not sent:
        return InboundKind.TEXT
    if text or len(sent) > 1:
        return InboundKind.MIXED
    return InboundKind.PICTURE if sent[0].kind == "picture" else InboundKind.FILE
