"""Who may talk to the console. It acts as other people: demo data only, loopback only, and no foreign page may use it.

A page on another site can make a browser send requests here. What stops it: the Host header must be a loopback name
with the port of this very socket (a rebound DNS name is not), and a browser's own word on where the request comes from
(Origin, Sec-Fetch-Site) must say: this page. Programs without a browser send neither and are let in from loopback.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web

from inventory_core.errors import DanjuError

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class ConsoleForbidden(DanjuError):
    """The console may not run here; ``str(error)`` says why and what to do."""


def check_place(*, demo: bool, host: str) -> None:
    """Whether a console may exist in this service at all.

    Raises:
        ConsoleForbidden: real data, or an address others can reach.
    """
    if not demo:
        raise ConsoleForbidden("控制台能替任何人说话，所以只在演示数据上开放；真实数据请用企业微信或飞书")
    if host not in LOOPBACK_NAMES:
        raise ConsoleForbidden(f"控制台只能在本机地址上开放，现在的 DANJU_HOST 是 {host}；请改成 127.0.0.1")


def refusal(request: web.Request) -> str | None:
    """Why this request is turned away, or None. The answer is for the person who looks at the browser."""
    if not _from_loopback(request):
        return "控制台只接受本机访问"
    if not _host_is_this_socket(request):
        return "地址不对：请用 http://127.0.0.1 加端口打开控制台"
    page = request.method in ("GET", "HEAD") and "/api/" not in request.path
    site = request.headers.get("Sec-Fetch-Site")
    if site not in (None, "same-origin", "none") and not page:
        return "这个请求来自别的网页，已拒绝"
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.headers['Host']}":
        return "这个请求来自别的网页，已拒绝"
    return None


def _from_loopback(request: web.Request) -> bool:
    peer = request.transport.get_extra_info("peername") if request.transport else None
    if not isinstance(peer, tuple):
        return False
    address = ipaddress.ip_address(peer[0].split("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _host_is_this_socket(request: web.Request) -> bool:
    hosts = request.headers.getall("Host", [])
    local = request.transport.get_extra_info("sockname") if request.transport else None
    if len(hosts) != 1 or not isinstance(local, tuple):
        return False
    try:
        parts = urlsplit(f"//{hosts[0]}")
        port = parts.port
    except ValueError:
        return False
    plain = parts.username is None and not parts.path and not parts.query and not parts.fragment
    return plain and parts.hostname in LOOPBACK_NAMES and (port or 80) == local[1]
