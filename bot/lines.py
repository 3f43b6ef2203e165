"""What is wrong with a connection, in words for the person who has to mend it. The libraries' own words are English and
name classes; they belong into the log."""

from __future__ import annotations

import errno
import socket
import ssl

import aiohttp

_BY_NUMBER = {
    errno.ECONNREFUSED: "对方没有接，地址或端口不对，或者服务没开",
    errno.ECONNRESET: "连上又断了",
    errno.EPIPE: "连上又断了",
    errno.ENETUNREACH: "这台电脑没有联网",
    errno.EHOSTUNREACH: "这台电脑到不了那边",
    errno.ETIMEDOUT: "等太久没有回音",
}


def trouble(error: BaseException) -> str:
    """The trouble in a few words, without a full stop."""
    inner = getattr(error, "os_error", None) or getattr(error, "reason", None) or error
    for one in (error, inner):
        if isinstance(one, ssl.SSLError | aiohttp.ClientSSLError):
            return "对方的证书不对，看看电脑的日期、代理或杀毒软件"
        if isinstance(one, socket.gaierror | aiohttp.ClientConnectorDNSError):
            return "找不到这个域名，看看地址和网络（DNS）"
        if isinstance(one, TimeoutError):
            return "等太久没有回音"
    if isinstance(error, aiohttp.InvalidURL):
        return "地址写得不对"
    number = getattr(inner, "errno", None)
    return _BY_NUMBER.get(number, "连接断了") if number is not None else "连接断了"
