"""Trouble with a connection is told in words a shopkeeper understands."""

from __future__ import annotations

import socket
import ssl
from types import SimpleNamespace
from typing import cast
from urllib.error import URLError

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from bot.lines import trouble


def unreachable(inner: OSError) -> aiohttp.ClientConnectorError:
    key = cast(ConnectionKey, SimpleNamespace(host="open.feishu.cn", port=443, ssl=True, is_ssl=True))
    return aiohttp.ClientConnectorError(key, inner)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "等太久没有回音"),
        (aiohttp.ServerTimeoutError("Timeout on reading data"), "等太久没有回音"),
        (unreachable(ConnectionRefusedError(111, "Connect call failed")), "对方没有接"),
        (unreachable(socket.gaierror(-2, "Name or service not known")), "找不到这个域名"),
        (URLError(ConnectionRefusedError(111, "Connection refused")), "对方没有接"),
        (ssl.SSLError(1, "certificate verify failed"), "证书不对"),
        (ConnectionResetError(104, "Connection reset by peer"), "连上又断了"),
        (aiohttp.ServerDisconnectedError(), "连接断了"),
        (aiohttp.InvalidURL("htp:/x"), "地址写得不对"),
    ],
)
def test_no_english_and_no_class_names(error: BaseException, words: str) -> None:
    told = trouble(error)
    assert words in told
    assert not any(letter.isascii() and letter.isalpha() for letter in told.replace("DNS", ""))
