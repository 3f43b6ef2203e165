"""Pictures and files, up and down, and the messages inside a forwarded chat record."""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from pathlib import PurePath
from typing import TypeVar

import structlog

from bot.attachments import LIMIT
from bot.card_words import cut_middle, flat
from bot.channel import NotYet, SendFailed
from bot.console.ports import AttachmentPort
from bot.feishu.api import FeishuApi
from bot.feishu.cards import harmless
from bot.feishu.errors import ResourceRefused
from bot.feishu.pacing import keep
from inventory_core.errors import NotFound

log = structlog.get_logger(__name__)

_MB = 1024 * 1024
IMAGE_BYTES = 10 * _MB
FILE_BYTES = 30 * _MB
PATIENCE = 3  # refusals of the platform's limits that one download waits out
PATIENCE_SECONDS = 15.0  # longer than this it is left to the next try
_KEYS = 500

_FILE_TYPES = {
    ".pdf": "pdf", ".doc": "doc", ".docx": "doc", ".xls": "xls", ".xlsx": "xls", ".csv": "stream",
    ".ppt": "ppt", ".pptx": "ppt", ".mp4": "mp4", ".opus": "opus",
}  # fmt: skip
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"\0\0\1\0", b"II*\0", b"MM\0*")
_HEIC = (b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis", b"hevc")

T = TypeVar("T")


def is_picture(data: bytes) -> bool:
    """Whether the bytes begin like a picture Feishu takes: JPG PNG WEBP GIF BMP ICO TIFF HEIC. The name says nothing,
    people rename."""
    if data[:4] == b"RIFF":
        return data[8:12] == b"WEBP"
    if data[4:8] == b"ftyp":
        return data[8:12] in _HEIC
    return data.startswith(_PICTURES)


def too_much(name: str, size: int) -> str | None:
    """What to say instead of a file that Feishu does not take; None when it does."""
    if not size:
        return f"“{_called(name)}”是空的，没有东西可发。"
    if size > FILE_BYTES:
        much = math.ceil(size / _MB * 10) / 10
        limit = f"超过飞书 {FILE_BYTES // _MB} MB 的上限，发不过来"
        return f"“{_called(name)}”有 {much:g} MB，{limit}。请让管理员从单据的服务器上拷给你。"
    return None


def not_taken(name: str, reason: str) -> str:
    """What to say instead of a file that Feishu refused, and why."""
    return f"“{_called(name)}”发不过来：{reason}。"


def _called(name: str) -> str:
    return harmless(cut_middle(flat(name), 60)) or "文件"


class Uploads:
    """Brings stored attachments to the platform. Keys of pictures are remembered: the same picture stands on every
    version of a card."""

    def __init__(self, api: FeishuApi, attachments: AttachmentPort) -> None:
        self._api = api
        self._attachments = attachments
        self._image_keys: OrderedDict[str, str] = OrderedDict()

    async def read(self, sha256: str) -> bytes:
        """The bytes of a stored attachment.

        Raises:
            SendFailed: permanently, when they are not there.
        """
        try:
            return await asyncio.to_thread(self._attachments.get, sha256)
        except NotFound as error:
            raise SendFailed(str(error), permanent=True) from error

    async def file(self, name: str, data: bytes) -> tuple[str, str]:
        """Upload for a message of its own: (``image``|``file``, key). What the platform refuses as a picture goes as a
        file."""
        if is_picture(data) and len(data) <= IMAGE_BYTES:
            try:
                return "image", await self._api.upload_image(data)
            except ResourceRefused as refusal:
                log.info("picture_goes_as_file", reason=str(refusal))
        clean = flat(name).replace("/", "_") or "文件"
        file_type = _FILE_TYPES.get(PurePath(clean).suffix.lower(), "stream")
        return "file", await self._api.upload_file(cut_middle(clean, 100), file_type, data)

    def known(self, sha256: str) -> str | None:
        """The image_key of a picture that has been uploaded before."""
        return self._image_keys.get(sha256)

    async def picture(self, sha256: str) -> str | None:
        """The image_key of a card's picture; None when the card has to do without it."""
        key = self.known(sha256)
        if key is None:
            try:
                data = await self.read(sha256)
                if not is_picture(data) or len(data) > IMAGE_BYTES:
                    return None
                key = await self._api.upload_image(data)
            except SendFailed as failure:
                if not failure.permanent:
                    raise
                log.warning("card_without_picture", reason=str(failure))
                return None
        keep(self._image_keys, sha256, key, _KEYS)
        return key


async def download(api: FeishuApi, ref: str) -> bytes:
    """The bytes behind ``{message_id}/{file_key}/{image|file}``.

    Raises:
        SendFailed: permanent with a sentence for the sender when no other try helps.
    """
    parts = ref.split("/")
    if len(parts) != 3 or not all(parts):
        raise SendFailed("这个附件的编号不对，请重新发一次", permanent=True)
    message_id, key, kind = parts
    return await patiently(lambda: api.download(message_id, key, kind, LIMIT))


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask, and wait out the platform's limits: what is fetched has nobody else to defer it.

    Raises:
        SendFailed: what ``ask`` raised in the end.
    """
    for _ in range(PATIENCE):
        try:
            return await ask()
        except NotYet as limit:
            seconds = limit.retry_after or 1.0
            if seconds > PATIENCE_SECONDS:
                raise
            await asyncio.sleep(seconds)
    return await ask()
