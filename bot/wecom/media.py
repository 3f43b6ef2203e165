"""What people send: media/get, in parts where one is too large, and whether the bytes are what their name says."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, unquote

import aiohttp

from bot.attachments import LIMIT
from bot.channel import SendFailed
from bot.lines import trouble
from bot.wecom import errors
from bot.wecom.api import ANSWER_LIMIT, WecomApi, read_capped
from bot.wecom.errors import Refusal, Unknown, Unreachable

GET_SECONDS = 55.0  # the fetcher gives 60; 10 s cut large files off (wecom-experience §4)
PART = 10 * 1024 * 1024  # bytes asked for at once

TOO_LARGE = "这个文件超过 30 MB，收不下；请拆小一点再发"
BROKEN_PICTURE = "这张图没有收完整，请重新发一次"
UNREADABLE = {
    "voice": "语音我听不了，请打字，或拍照发来",
    "video": "视频我看不了，请截图或打字发来",
    "nothing": "企业微信没有把这个文件交给我；请拍照或截图发来，表格也可以发给智能机器人",
}
NOT_WHAT_IT_SAYS = "这个文件的内容和后缀对不上，打不开；请重新导出再发"

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*")
_MAGIC: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF",),
    "xlsx": (b"PK",),
    "docx": (b"PK",),
    "ofd": (b"PK",),
    "zip": (b"PK",),
    "jpg": _PICTURES,
    "jpeg": _PICTURES,
    "png": _PICTURES,
}


def ref(kind: str, media_id: str, name: str = "") -> str:
    """The channel's own address of an attachment: kind/media id/name."""
    return f"{kind}/{quote(media_id, safe='')}/{quote(name, safe='')}"


async def fetch(api: WecomApi, address: str) -> bytes:
    """The bytes behind :func:`ref`.

    Raises:
        SendFailed: ``permanent`` when no other try helps; then its text is for the person who sent it.
    """
    kind, _, rest = address.partition("/")
    media_id, _, name = rest.partition("/")
    if kind not in ("picture", "file") or not media_id:
        raise SendFailed(UNREADABLE.get(kind, "这个附件取不到，请重新发一次"), permanent=True)
    try:
        data = await _part(api, unquote(media_id), None)
    except Refusal as refusal:
        if refusal.code != errors.TOO_LARGE_FOR_ONE:
            raise
        data = await _in_parts(api, unquote(media_id))
    _check(kind, unquote(name), data)
    return data


async def _in_parts(api: WecomApi, media_id: str) -> bytes:
    found = bytearray()
    while True:
        part = await _part(api, media_id, (len(found), len(found) + PART - 1))
        found += part
        if len(found) > LIMIT:
            raise SendFailed(TOO_LARGE, permanent=True)
        if len(part) < PART:
            return bytes(found)


async def _part(api: WecomApi, media_id: str, span: tuple[int, int] | None) -> bytes:
    async def get(token: str) -> bytes:
        headers = {} if span is None else {"Range": f"bytes={span[0]}-{span[1]}"}
        url = api.wire.url("media/get", {"access_token": token, "media_id": media_id})
        try:
            async with api.http().get(
                url,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=GET_SECONDS, connect=10.0),
            ) as response:
                return await _read(api, response, span)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreachable(f"连不上企业微信（{trouble(error)}）") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unknown(f"文件没有下载完（{trouble(error)}）") from None

    return await api.with_token(get)


async def _read(api: WecomApi, response: aiohttp.ClientResponse, span: tuple[int, int] | None) -> bytes:
    if span is not None and response.status == 416:
        return b""  # the file ended with the part before
    if response.status not in (200, 206):
        raise Unknown(f"文件没有下载下来（HTTP {response.status}）")
    if span is not None and response.status == 200 and span[0] > 0 and not _is_json(response):
        raise SendFailed(TOO_LARGE, permanent=True)  # it does not know parts and would begin anew for ever
    size = response.content_length
    if size is not None and size > LIMIT:
        raise SendFailed(TOO_LARGE, permanent=True)
    if _is_json(response):
        raise _refusal(api, await read_capped(response, ANSWER_LIMIT)) or Unknown("文件没有下载下来")
    data = await read_capped(response, LIMIT)
    if len(data) < 4096 and data.lstrip().startswith(b"{"):
        refusal = _refusal(api, data)  # an error that does not call itself JSON
        if refusal is not None:
            raise refusal
    return data


def _is_json(response: aiohttp.ClientResponse) -> bool:
    return response.content_type in ("application/json", "text/json")


def _refusal(api: WecomApi, raw: bytes) -> SendFailed | None:
    try:
        data: Any = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    code = data.get("errcode") if isinstance(data, dict) else None
    if not isinstance(code, int) or code == 0:
        return None
    return api.wire.refusal(code, data.get("errmsg"))


def _check(kind: str, name: str, data: bytes) -> None:
    """Whether the first bytes fit."""
    if not data:
        raise SendFailed("这个附件是空的，请重新发一次", permanent=True)
    if kind == "picture":
        # HEIC and AVIF tell what they are four bytes later.
        if not data.startswith(_PICTURES) and data[4:8] != b"ftyp":
            raise SendFailed(BROKEN_PICTURE, permanent=True)
        return
    expected = _MAGIC.get(name.rpartition(".")[2].lower())
    if expected is not None and not data.startswith(expected):
        raise SendFailed(NOT_WHAT_IT_SAYS, permanent=True)
