"""/d/TOKEN: a document's page; /d/TOKEN.pdf?size=A4|241&prices=0|1: its paper. Rights are looked up at each opening."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from aiohttp import web
from sqlmodel import Session

from bot import links
from bot.clock import Clock
from bot.printing import paper_for
from bot.store import Store
from bot.workers.pool import WorkerError
from inventory_core import documents, people
from inventory_core.errors import Refused
from inventory_core.views import DocumentView
from notifications.document_card import shows_cost
from notifications.outbox import COST_ROLES
from notifications.paper import page
from notifications.paper.options import Paper, Size

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Press(Protocol):
    async def pdf(self, view: DocumentView, paper: Paper) -> bytes: ...


def routes(store: Store, press: Press, key: bytes, clock: Clock) -> list[web.RouteDef]:
    async def show(request: web.Request) -> web.Response:
        try:
            view, paper = await store.read(partial(_open, request=request, key=key, clock=clock))
        except Refused as refusal:
            return web.Response(text=str(refusal), status=404, headers=HEADERS)
        if request.match_info["form"] != ".pdf":
            ways = _ways(request, view, paper)
            return web.Response(text=page(view, paper, ways), content_type="text/html", headers=HEADERS)
        try:
            data = await press.pdf(view, paper)
        except WorkerError:
            return web.Response(text="这张单暂时打印不了，请过一分钟再试", status=503, headers=HEADERS)
        name = f"{view.label}.pdf".encode().decode("latin-1", "ignore") or "document.pdf"
        headers = HEADERS | {"Content-Disposition": f'inline; filename="{name}"'}
        return web.Response(body=data, content_type="application/pdf", headers=headers)

    return [web.get(r"/d/{token:[A-Za-z0-9_-]{1,200}\.[A-Za-z0-9_-]{1,60}}{form:(\.pdf)?}", show)]


def _ways(request: web.Request, view: DocumentView, paper: Paper) -> list[tuple[str, str]]:
    """What stands above the paper: its PDF in both sizes, and the same page with or without prices."""
    if view.number is None:
        return []
    here = f"/d/{request.match_info['token']}"
    prices = "" if paper.prices else "&prices=0"
    found = [(f"{name} PDF", f"{here}.pdf?size={size}{prices}") for name, size in (("A4", "A4"), ("针式纸", "241"))]
    if paper.prices:
        found.append(("不带价格", f"{here}?prices=0"))
    elif request.query.get("prices") == "0":  # asked for; who may not see prices is refused them there too
        found.append(("带价格", here))
    return found


def _open(session: Session, request: web.Request, key: bytes, clock: Clock) -> tuple[DocumentView, Paper]:
    link = links.read(key, request.match_info["token"], clock())
    person = people.person(session, link.person_id)
    if not person.active:
        raise Refused("您的账号已停用，请联系管理员")
    view = documents.get(session, link.document_id)
    size = Size.FORM_241 if request.query.get("size") == Size.FORM_241 else Size.A4
    allowed = not shows_cost(view) or person.has(*COST_ROLES)
    return view, paper_for(session, size, prices=allowed and request.query.get("prices") != "0")
