"""A console over a real in-memory SQLite, with a door that remembers what came through it."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel, create_engine

from bot.console.api import PREFIX, Console
from bot.console.ports import FirmPeople, OutboxLine, ProblemRow, Step, Trace
from bot.console.tables import ConsoleMessage
from bot.inbound import Inbound
from handlers.turn import ClickResult
from inventory_core.errors import NotFound
from inventory_core.views import PersonView, Role

T = TypeVar("T")
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

SELLER, BUYER, KEEPER, SUPERVISOR, BOSS = 1, 2, 3, 4, 5
PEOPLE = (
    PersonView(SELLER, "小林", frozenset({Role.SALES})),
    PersonView(BUYER, "小何", frozenset({Role.BUYER})),
    PersonView(KEEPER, "老秦", frozenset({Role.KEEPER})),
    PersonView(SUPERVISOR, "方主管", frozenset({Role.SUPERVISOR})),
    PersonView(BOSS, "谢总", frozenset({Role.BOSS, Role.ADMIN})),
    PersonView(6, "小古", frozenset({Role.SALES}), active=False),
)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


class MemoryStore:
    """``store.read`` and ``store.write`` over one in-memory database."""

    def __init__(self) -> None:
        self.engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        SQLModel.metadata.create_all(self.engine, tables=[ConsoleMessage.__table__])  # type: ignore[attr-defined]
        self.broken: Exception | None = None

    async def write(self, fn: Callable[[Session], T], *, urgent: bool = False) -> T:
        if self.broken is not None:
            raise self.broken
        with Session(self.engine) as session:
            value = fn(session)
            session.commit()
            return value

    async def read(self, fn: Callable[[Session], T]) -> T:
        with Session(self.engine) as session:
            return fn(session)


class MemoryAttachments:
    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        self.stored[name] = data
        return name

    def get(self, name: str) -> bytes:
        try:
            return self.stored[name]
        except KeyError:
            raise NotFound("这个附件不在了，请重新发一次") from None


@dataclass
class RememberingDoor:
    """Accepts everything once per event key, as the inbox does."""

    accepted: dict[str, Inbound] = field(default_factory=dict)
    clicked: list[Inbound] = field(default_factory=list)
    taken_up: list[int] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    answer: ClickResult = field(default_factory=lambda: ClickResult("已确认", "good"))

    async def accept(self, inbound: Inbound) -> int:
        assert Inbound.from_json(inbound.to_json()) == inbound
        self.accepted.setdefault(inbound.event_key, inbound)
        self.arrived.set()
        return list(self.accepted).index(inbound.event_key) + 1

    async def click(self, inbound: Inbound) -> ClickResult:
        self.clicked.append(inbound)
        return self.answer

    async def retry(self, inbox_id: int) -> None:
        self.taken_up.append(inbox_id)

    @property
    def last(self) -> Inbound:
        return list(self.accepted.values())[-1]


@dataclass
class FakeRecords:
    """Books with one finished message and one problem of each kind."""

    retried: list[tuple[str, int]] = field(default_factory=list)
    ready: bool = True  # whether traces exist yet

    def trace(self, session: Session, ref: str) -> Trace | None:
        if not self.ready:
            return None
        steps = (
            Step("received", "收到", START),
            Step("understood", "理解", START + timedelta(milliseconds=40)),
            Step("drafted", "制单", START + timedelta(milliseconds=52), "草稿1"),
            Step("sent", "发出", START + timedelta(milliseconds=70)),
        )
        rows = (OutboxLine(9, "card", "1", "sent", 1, START, START, "2"),)
        return Trace(7, "done", True, steps, "drafted", "", "草稿1", 1, None, {"intent": "sales_order"}, rows)

    def problems(self, session: Session) -> Sequence[ProblemRow]:
        return [
            ProblemRow("inbox", 3, START, "1", "小林", "要10盒螺丝", "解析进程三次没有返回", 3, "1"),
            ProblemRow("outbox", 4, START, "4", "单据", "卡片 XS-0001", "会话不存在", 5),
        ]

    def retry(self, session: Session, source: str, row_id: int, now: datetime) -> bool:
        self.retried.append((source, row_id))
        return row_id in (3, 4)


class Clock:
    """Time that moves by a second whenever it is asked."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Desk:
    """A running console and everything around it."""

    console: Console
    door: RememberingDoor
    store: MemoryStore
    attachments: MemoryAttachments
    records: FakeRecords
    client: TestClient[web.Request, web.Application]

    async def post(self, path: str, data: object, **headers: str) -> tuple[int, dict[str, Any]]:
        body = json.dumps(data).encode()
        sent = {"Content-Type": "application/json"} | headers
        async with self.client.post(f"{PREFIX}/api/{path}", data=body, headers=sent) as response:
            return response.status, await response.json()

    async def get(self, path: str, **headers: str) -> tuple[int, dict[str, Any]]:
        async with self.client.get(f"{PREFIX}/api/{path}", headers=headers) as response:
            return response.status, await response.json()

    async def say(self, text: str, person: int = SELLER, room: str | None = None, **more: object) -> int:
        """Post a message that must be taken; returns its seq."""
        status, answer = await self.post("messages", {"as": person, "room": room or str(person), "text": text, **more})
        assert status == 200, answer
        return int(answer["message"])


def directory(_session: Session) -> FirmPeople:
    return FirmPeople("测试五金", PEOPLE)


@asynccontextmanager
async def desk(door: RememberingDoor | None = None) -> AsyncIterator[Desk]:
    """Serve a console on loopback until the block ends."""
    door = door or RememberingDoor()
    store, attachments, records = MemoryStore(), MemoryAttachments(), FakeRecords()
    console = Console(
        door=door,
        store=store,
        attachments=attachments,
        directory=directory,
        records=records,
        demo=True,
        host="127.0.0.1",
        clock=Clock(),
    )
    app = web.Application()
    app.add_subapp(PREFIX, console.application())
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield Desk(console, door, store, attachments, records, client)
