"""Files from WeCom's intelligent bot: fetched from an address that lives five minutes, and decrypted with the file's
own key. Facts: shared/facts/wecom.md §3.1 and §3.2."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import re
import urllib.parse
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.attachments import LIMIT
from bot.channel import SendFailed

FETCH_SECONDS = 55.0  # a short time-out has cut files in the field; the fetcher gives up at 60
BLOCK = 32  # WeCom pads to 32 bytes

EXPIRED = "这个文件的下载地址过期了（企业微信只留 5 分钟），请重新发一次"
TOO_LARGE = f"文件超过 {LIMIT // 1024 // 1024} MB，收不下。请压缩或拆开后再发"
UNREADABLE = "这个文件没能解密，内容可能传坏了，请重新发一次"
NOT_A_PICTURE = "这张图片打不开（不是常见的图片格式），请截图或另存为 JPG、PNG 后再发"
ODD_ADDRESS = "这个文件没有可用的下载地址，请重新发一次"

_STRONG = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"%PDF-", b"PK\x03\x04", b"II*\0", b"MM\0*")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Address:
    url: str
    key: str
    kind: str  # picture|file

    @classmethod
    def parse(cls, ref: str) -> Address:
        """Raises:
        SendFailed: permanently, when this is no address of ours.
        """
        try:
            found = json.loads(ref)
            url, key = found["url"], found.get("aeskey", "")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise SendFailed(ODD_ADDRESS, permanent=True) from None
        if not isinstance(url, str) or not isinstance(key, str) or not url.startswith(("https://", "http://")):
            raise SendFailed(ODD_ADDRESS, permanent=True)
        return cls(url, key, "picture" if found.get("kind") == "picture" else "file")


class Downloads:
    """Fetches, and remembers for a while what a file is called: its message does not say, only the download does."""

    def __init__(self, http: Callable[[], aiohttp.ClientSession], limit: int = LIMIT) -> None:
        self._http = http
        self._limit = limit
        self._names: OrderedDict[str, str] = OrderedDict()

    def name(self, ref: str) -> str:
        """What the file fetched from ``ref`` is called; empty when nobody said."""
        return self._names.get(ref, "")

    async def fetch(self, ref: str) -> bytes:
        """The file's bytes, readable.

        Raises:
            SendFailed: ``permanent`` with a sentence for the sender, or to be tried again.
        """
        address = Address.parse(ref)
        body, name = await self._get(address.url)
        data = await asyncio.to_thread(decrypted, body, address.key)
        if address.kind == "picture" and not is_picture(data):
            raise SendFailed(NOT_A_PICTURE, permanent=True)
        if name or address.kind == "file":
            self._names[ref] = name or f"文件{ending_of(data)}"
            while len(self._names) > 500:
                self._names.popitem(last=False)
        return data

    async def _get(self, url: str) -> tuple[bytes, str]:
        try:
            async with self._http().get(url, timeout=aiohttp.ClientTimeout(total=FETCH_SECONDS)) as answer:
                if answer.status in (400, 401, 403, 404, 410):
                    raise SendFailed(EXPIRED, permanent=True)
                if answer.status != 200:
                    raise SendFailed(f"下载得到 HTTP {answer.status}")
                most = self._limit + BLOCK
                if answer.content_length is not None and answer.content_length > most:
                    raise SendFailed(TOO_LARGE, permanent=True)
                body = bytearray()
                async for piece in answer.content.iter_chunked(256 * 1024):
                    body += piece
                    if len(body) > most:
                        raise SendFailed(TOO_LARGE, permanent=True)
                return bytes(body), file_name(answer.headers.get("Content-Disposition", ""))
        except aiohttp.InvalidURL:
            raise SendFailed(ODD_ADDRESS, permanent=True) from None
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            raise SendFailed(f"下载中断：{type(error).__name__}") from error


def decrypted(body: bytes, key: str) -> bytes:
    """AES-256-CBC, IV = the key's first 16 bytes, PKCS#7 to 32 bytes. Without a key, or where the file came in the
    clear after all, the bytes as they are.

    Raises:
        SendFailed: it cannot be decrypted; not permanent, for it may have been cut on the way.
    """
    if not key:
        return body
    try:
        secret = base64.b64decode(key + "=" * (-len(key) % 4), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != 32:
        raise SendFailed(UNREADABLE, permanent=True)
    if not body or len(body) % 16:
        return _clear(body)
    decryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).decryptor()
    padded = decryptor.update(body) + decryptor.finalize()
    pad = padded[-1]
    if not 1 <= pad <= BLOCK or pad > len(padded) or padded[-pad:] != bytes([pad]) * pad:
        return _clear(body)
    return padded[:-pad]


def _clear(body: bytes) -> bytes:
    if body.startswith(_STRONG) or body.startswith(_OLE):
        return body
    raise SendFailed(UNREADABLE)


def is_picture(data: bytes) -> bool:
    """Whether the first bytes are those of a picture. What is still encrypted never passes, but for one in millions."""
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")):
        return True
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return True
    if data[:2] == b"BM" and len(data) >= 26 and int.from_bytes(data[2:6], "little") in (0, len(data)):
        return True
    return data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"hevc")


def ending_of(data: bytes) -> str:
    """A file name's ending by what the file begins with; empty when unknown."""
    if data.startswith(b"PK\x03\x04"):
        head = data[:65536]
        return ".xlsx" if b"xl/" in head else ".docx" if b"word/" in head else ".ofd" if b"OFD.xml" in head else ".zip"
    table = ((b"%PDF-", ".pdf"), (_OLE, ".xls"), (b"\xff\xd8\xff", ".jpg"), (b"\x89PNG\r\n\x1a\n", ".png"))
    return next((ending for magic, ending in table if data.startswith(magic)), "")


def file_name(disposition: str) -> str:
    """The name in a Content-Disposition header, in any of the ways it is written; empty without one."""
    found = re.search(r"filename\*\s*=\s*(?:UTF-8|utf-8)''([^;\s]+)", disposition)
    if found:
        name = urllib.parse.unquote(found[1], errors="replace")
    else:
        plain = re.search(r'filename\s*=\s*(?:"([^"]*)"|([^;]+))', disposition)
        name = urllib.parse.unquote((plain[1] or plain[2] or "").strip(), errors="replace") if plain else ""
        name = _as_utf8(name)
    return re.split(r"[/\\]", name)[-1].strip()[:200]


def _as_utf8(name: str) -> str:
    """Servers write raw UTF-8 into the header; it comes here byte by byte."""
    try:
        return name.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
