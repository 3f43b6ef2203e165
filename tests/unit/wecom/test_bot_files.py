"""Files to and from the intelligent bot: pieces up, decrypted bytes down, and nothing that is not what it says."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
import os
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import SendFailed
from bot.wecom.download import Downloads, decrypted, ending_of, file_name, is_picture
from bot.wecom.gateway import Gateway
from bot.wecom.upload import CHUNK_BYTES, media_type, short_name, upload
from tests.support.aibot_gateway import FILE_KEY, AibotGateway, encrypted

KEY64 = base64.b64encode(FILE_KEY).decode()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(300)


def ref(url: str, key: str = KEY64, kind: str = "picture") -> str:
    return json.dumps({"url": url, "aeskey": key, "kind": kind})


@pytest.fixture
async def platform() -> AsyncIterator[AibotGateway]:
    gateway = AibotGateway()
    await gateway.start()
    yield gateway
    await gateway.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


# -- down --------------------------------------------------------------------------------------------------------------


async def test_a_picture_is_decrypted(platform: AibotGateway, http: aiohttp.ClientSession) -> None:
    downloads = Downloads(lambda: http)
    assert await downloads.fetch(ref(platform.serve("a", encrypted(PNG)))) == PNG
    assert await downloads.fetch(ref(platform.serve("b", encrypted(PNG)), KEY64.rstrip("="))) == PNG


async def test_a_file_is_called_as_the_download_says(platform: AibotGateway, http: aiohttp.ClientSession) -> None:
    downloads = Downloads(lambda: http)
    header = "attachment; filename*=UTF-8''%E4%BB%B7%E7%9B%AE%E8%A1%A8.xlsx"
    where = ref(platform.serve("a", encrypted(b"PK\x03\x04rest"), **{"Content-Disposition": header}), kind="file")
    assert await downloads.fetch(where) == b"PK\x03\x04rest"
    assert downloads.name(where) == "价目表.xlsx"
    unnamed = ref(platform.serve("b", encrypted(b"%PDF-1.7 ")), kind="file")
    await downloads.fetch(unnamed)
    assert downloads.name(unnamed) == "文件.pdf"


@pytest.mark.parametrize(
    ("served", "key"),
    [
        (encrypted(PNG, bytes(32)), KEY64),  # another key
        (encrypted(PNG)[:-5], KEY64),  # cut
        (encrypted(PNG)[:-16], KEY64),
        (b"", KEY64),
        (encrypted(PNG), ""),  # no key: still encrypted
        (encrypted(b"plain words, no picture"), KEY64),
    ],
)
async def test_what_is_no_picture_is_never_stored_as_one(
    served: bytes, key: str, platform: AibotGateway, http: aiohttp.ClientSession
) -> None:
    with pytest.raises(SendFailed):
        await Downloads(lambda: http).fetch(ref(platform.serve("a", served), key))


async def test_an_address_that_expired_is_told(platform: AibotGateway, http: aiohttp.ClientSession) -> None:
    with pytest.raises(SendFailed, match=r"5 分钟.*重新发") as failure:
        await Downloads(lambda: http).fetch(ref(platform.http + "/file/gone"))
    assert failure.value.permanent


async def test_too_large_is_told_before_all_of_it_came(platform: AibotGateway, http: aiohttp.ClientSession) -> None:
    downloads = Downloads(lambda: http, limit=1000)
    with pytest.raises(SendFailed, match="收不下") as failure:
        await downloads.fetch(ref(platform.serve("a", bytes(4096))))
    assert failure.value.permanent


@pytest.mark.parametrize(
    "odd", ["", "x", "{}", "[]", '{"url": 5}', '{"url": "file:///etc/passwd"}', '{"url": "http://["}']
)
async def test_odd_addresses(odd: str, http: aiohttp.ClientSession) -> None:
    with pytest.raises(SendFailed) as failure:
        await Downloads(lambda: http).fetch(odd)
    assert failure.value.permanent


async def test_nobody_there_is_tried_again(http: aiohttp.ClientSession) -> None:
    with pytest.raises(SendFailed) as failure:
        await Downloads(lambda: http).fetch(ref("http://127.0.0.1:1/file"))
    assert not failure.value.permanent


def test_a_file_that_came_in_the_clear_is_taken_as_it_is() -> None:
    assert decrypted(PNG[:-3], KEY64) == PNG[:-3]


@pytest.mark.parametrize("key", ["short", "é", "=" * 44, base64.b64encode(bytes(16)).decode()])
def test_a_key_of_the_wrong_size(key: str) -> None:
    with pytest.raises(SendFailed):
        decrypted(encrypted(PNG), key)


@given(st.binary(max_size=200))
def test_every_length_comes_back(data: bytes) -> None:
    assert decrypted(encrypted(data), KEY64) == data


@given(st.binary(max_size=200), st.text(max_size=60))
def test_any_body_and_key_are_bytes_or_a_refusal(body: bytes, key: str) -> None:
    with contextlib.suppress(SendFailed):
        assert isinstance(decrypted(body, key), bytes)


def test_noise_is_no_picture() -> None:
    assert not any(is_picture(os.urandom(64)) for _ in range(2000))
    assert is_picture(b"RIFF\0\0\0\0WEBPVP8 ")
    assert is_picture(b"\0\0\0\x18ftypheic....")
    assert not is_picture(b"BM" + bytes(range(60)))


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=%E5%8D%95.pdf", "单.pdf"),
        ("attachment; filename=\"x.pdf\"; filename*=utf-8''%E5%8D%95.pdf", "单.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("attachment; filename=\xe5\x8d\x95.pdf", "单.pdf"),
        ("inline", ""),
        ("", ""),
    ],
)
def test_names_in_headers(header: str, name: str) -> None:
    assert file_name(header) == name


@given(st.text(max_size=80))
def test_any_header(header: str) -> None:
    assert "/" not in file_name("filename=" + header)


def test_endings_by_content() -> None:
    assert ending_of(b"PK\x03\x04....xl/workbook.xml") == ".xlsx"
    assert ending_of(b"PK\x03\x04....OFD.xml") == ".ofd"
    assert ending_of(b"?") == ""


# -- up ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def gateway(platform: AibotGateway, http: aiohttp.ClientSession) -> AsyncIterator[Gateway]:
    async def nothing(*_: Any) -> None:
        return None

    made = Gateway(platform.url, "bot-1", "s3cret", lambda: http, nothing, nothing, nothing)
    await made.start()
    await platform.subscribed(1)
    yield made
    await made.stop()


@pytest.mark.parametrize("size", [6, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES + 77])
async def test_pieces_make_the_file(size: int, gateway: Gateway, platform: AibotGateway) -> None:
    data = await asyncio.to_thread(os.urandom, size)
    media_id = await upload(gateway, "单据.pdf", data, "file")
    assert platform.files[media_id] == data
    (begun,) = platform.of("aibot_upload_media_init")
    assert begun["body"]["total_size"] == size
    assert begun["body"]["md5"] == hashlib.md5(data, usedforsecurity=False).hexdigest()
    numbers = [frame["body"]["chunk_index"] for frame in platform.of("aibot_upload_media_chunk")]
    assert numbers == list(range(-(-size // CHUNK_BYTES)))


@pytest.mark.parametrize(
    ("size", "kind"), [(5, "file"), (20 * 1024 * 1024 + 1, "file"), (10 * 1024 * 1024 + 1, "image")]
)
async def test_sizes_that_are_not_taken(size: int, kind: str, gateway: Gateway, platform: AibotGateway) -> None:
    with pytest.raises(SendFailed) as failure:
        await upload(gateway, "x", bytes(size), kind)
    assert failure.value.permanent
    assert platform.of("aibot_upload_media_init") == []


def test_pictures_go_as_pictures() -> None:
    assert media_type(PNG) == "image"
    assert media_type(PNG + bytes(10 * 1024 * 1024)) == "file"
    assert media_type(b"%PDF-") == "file"


@given(st.text(max_size=300))
def test_names_within_bounds(name: str) -> None:
    name = name.encode("utf-8", "replace").decode()
    assert 0 < len(short_name(name).encode()) <= 256
    assert short_name("长" * 200 + ".pdf").endswith(".pdf")
