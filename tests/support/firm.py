"""The real service in this process, over a copy of the sample company, talked to through the console's HTTP routes.

``firm.say("销售", "…")`` returns what appeared on anybody's console because of it, after it was handled and sent.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest

from bot import logs, sample
from bot.console.client import ConsoleClient, Room, Seat
from bot.service import Service
from bot.settings import Settings
from bot.store import open_store
from bot.store.migrate import migrate
from inventory_core import documents, products, stock
from inventory_core.sql import run
from inventory_core.views import DocumentView
from notifications import card_json
from notifications.card import Button, Card
from tests.support import audit

T = TypeVar("T")
START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # Tuesday, 10:00 in the sample firm
HANDLED_SECONDS = 60.0  # a hang must end the test; nothing is measured by it


class Clock:
    """Runs on from ``START``, whatever the machine's own time is; a test may move it."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._shift = timedelta()

    def __call__(self) -> datetime:
        return START + timedelta(seconds=time.monotonic() - self._began) + self._shift

    def move(self, **delta: float) -> None:
        self._shift += timedelta(**delta)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as its room shows it now."""

    seq: int
    room: str
    sender: int | None  # None: the bot
    kind: str
    text: str = ""
    body: Card | None = None
    files: tuple[dict[str, Any], ...] = ()

    @property
    def card(self) -> Card:
        assert self.body is not None, f"no card but {self.kind}: {self.text}"
        return self.body

    @property
    def labels(self) -> list[str]:
        return [button.label for button in self.card.buttons]

    def button(self, label: str) -> Button:
        found = next((one for one in self.card.buttons if one.label == label), None)
        assert found is not None, f"no {label} among {self.labels} on {self.card.title}"
        return found

    @property
    def words(self) -> str:
        """Everything a person reads on it."""
        return self.text if self.body is None else card_json.dumps(self.body)


@dataclass(frozen=True, slots=True)
class Toast:
    text: str
    tone: str


_RETRIED = "SELECT 1 FROM outbox WHERE state = 'sending' OR (state = 'new' AND attempts > 0) LIMIT 1"


@dataclass
class Firm:
    """One running service and everything its people have seen."""

    service: Service
    clock: Clock
    client: ConsoleClient
    http: aiohttp.ClientSession
    shown: dict[int, Shown] = field(default_factory=dict)
    _seats: tuple[Seat, ...] = ()
    _roles: dict[str, Seat] = field(default_factory=dict)
    _seen: int = 0

    # -- who and where -------------------------------------------------------------------------------------------------

    async def enter(self) -> None:
        """Learn who is there; what was said before is not shown."""
        view = await self.client.firm()
        self._seats, self._seen = view.seats, view.seq
        for seat in view.seats:
            for word in (seat.name, *seat.words):
                self._roles.setdefault(word, seat)

    def seat(self, who: str) -> Seat:
        return self._roles[who]

    def room(self, who: str, name: str | None = None) -> Room:
        """A person's own room, or a group they are in, by its name."""
        seat = self.seat(who)
        return seat.rooms[0] if name is None else next(room for room in seat.rooms if name in (room.name, room.id))

    # -- what people do ------------------------------------------------------------------------------------------------

    async def say(
        self,
        who: str,
        text: str,
        *,
        room: str | None = None,
        quote: Shown | None = None,
        files: list[Path] | None = None,
    ) -> list[Shown]:
        """Say something and wait until it was handled and everything it caused was sent; returns what appeared."""
        await self.post_message(who, text, room=room, quote=quote, files=files)
        return await self.settle()

    async def post_message(
        self,
        who: str,
        text: str,
        *,
        room: str | None = None,
        quote: Shown | None = None,
        files: list[Path] | None = None,
    ) -> int:
        """Only say it: returns its number as soon as it was acknowledged."""
        number = None if quote is None else quote.seq
        return await self.client.say(self.seat(who), self.room(who, room), text, quote=number, files=files)

    async def click(self, who: str, card: Shown, label: str, values: dict[str, str] | None = None) -> Toast:
        """Press the button called so on ``card`` as it was handed in, however old it is by now."""
        return await self.press(who, card, card.button(label).token, values)

    async def choose(self, who: str, card: Shown, option: str) -> Toast:
        """Pick an answer to the card's question: an option of a choice, or a button."""
        for choice in card.card.choices:
            for one in choice.options:
                if option in one.label:
                    return await self.press(who, card, choice.token, {choice.name: one.value})
        for button in card.card.buttons:
            if option in button.label:
                return await self.press(who, card, button.token)
        raise AssertionError(f"no {option} among {[o.label for c in card.card.choices for o in c.options]}")

    async def press(self, who: str, card: Shown, token: str, values: dict[str, str] | None = None) -> Toast:
        text, tone = await self.client.click(self.seat(who), card.room, card.seq, token, values or {})
        await self.settle()
        return Toast(text, tone)

    async def recall(self, who: str, message: int) -> list[Shown]:
        await self.client.recall(self.seat(who), message)
        return await self.settle()

    async def post(self, path: str, body: object, **options: Any) -> tuple[int, dict[str, Any]]:
        """A bare request to a route that speaks JSON; returns status and answer."""
        async with self.http.post(self.service.url + path, json=body, **options) as answer:
            return answer.status, await answer.json()

    async def settle(self) -> list[Shown]:
        """Wait until nothing moves; returns the bot's messages that are new or changed, oldest first."""
        async with asyncio.timeout(HANDLED_SECONDS):
            await self.service.dispatcher.idle()
            await self.service.sender.idle()
            while await self.rows(_RETRIED):  # noqa: ASYNC110  what failed once is not due yet, but will be
                await asyncio.sleep(0.05)
        return await self.look()

    async def look(self) -> list[Shown]:
        """The bot's messages that are new or changed since the last look."""
        found = []
        for data in await self.client.changes(self._seen):
            self._seen = max(self._seen, int(data["changed"]))
            one = _shown(data)
            self.shown[one.seq] = one
            if one.sender is None:
                found.append(one)
        return found

    # -- what people see -----------------------------------------------------------------------------------------------

    def seen_by(self, who: str, room: str | None = None) -> list[Shown]:
        """The bot's messages in a room, as they look now."""
        where = self.room(who, room).id
        return [one for _, one in sorted(self.shown.items()) if one.room == where and one.sender is None]

    def texts(self, who: str, room: str | None = None) -> list[str]:
        return [one.text for one in self.seen_by(who, room) if one.kind == "text"]

    def cards(self, who: str, room: str | None = None) -> list[Shown]:
        return [one for one in self.seen_by(who, room) if one.kind == "card"]

    def card(self, who: str, room: str | None = None) -> Shown:
        """The lowest card of a room."""
        cards = self.cards(who, room)
        assert cards, f"no card for {who}: {self.texts(who, room)}"
        return cards[-1]

    def files(self, who: str) -> list[dict[str, Any]]:
        return [file for one in self.seen_by(who) for file in one.files]

    async def download(self, file: dict[str, Any]) -> bytes:
        async with self.http.get(f"{self.service.url}/console/api/file/{file['sha256']}") as answer:
            assert answer.status == 200
            return await answer.read()

    # -- the books -----------------------------------------------------------------------------------------------------

    async def document(self, text: str) -> DocumentView:
        return await self.service.store.read(lambda session: documents.find(session, text))

    async def available(self, sku: str) -> int:
        """What may still be promised, in base units."""

        def unit(session: Any) -> int:
            product = products.product_by_sku(session, sku)
            assert product is not None
            return int(stock.available(session, product.id))

        return await self.service.store.read(unit)

    async def rows(self, statement: str, **values: Any) -> list[Any]:
        return await self.service.store.read(lambda session: [tuple(row) for row in run(session, statement, **values)])

    async def outcomes(self) -> list[str]:
        """What became of every message and click, in order of arrival."""
        return [row[0] for row in await self.rows("SELECT COALESCE(outcome, state) FROM inbox ORDER BY id")]

    async def sound(self) -> None:
        """The books agree with themselves, no message hangs, none was set aside."""
        await asyncio.to_thread(assert_sound, self.service.settings.database_path)


def assert_sound(database: Path) -> None:
    assert audit.violations(database) == []
    with closing(audit.open_file(database)) as file:
        assert file.execute("SELECT id, state, error FROM inbox WHERE state <> 'done'").fetchall() == []
        unsent = "SELECT id, state, error FROM outbox WHERE state IN ('new', 'sending', 'dead')"
        assert file.execute(unsent).fetchall() == []


def _shown(data: dict[str, Any]) -> Shown:
    card = data.get("card")
    return Shown(
        data["seq"],
        data["room"],
        data["from"],
        data["kind"],
        data.get("text", ""),
        None if card is None else card_json.loads(json.dumps(card)),
        tuple(data.get("files", ())),
    )


# -- starting and stopping ---------------------------------------------------------------------------------------------


def settings_for(data: Path) -> Settings:
    return Settings(data_dir=data, port=0, log_level="WARNING")


@asynccontextmanager
async def running(data: Path, clock: Clock | None = None) -> AsyncIterator[Firm]:
    """A service over a data directory, until the block ends."""
    clock = clock or Clock()
    settings = settings_for(data)
    logs.configure(settings.log_level, settings.logs_dir, terminal=False)
    service = Service(settings, demo=True, clock=clock)
    await service.start()
    try:
        await service.wait_ready()
        async with ConsoleClient(service.url) as client, aiohttp.ClientSession() as http:
            firm = Firm(service, clock, client, http)
            await firm.enter()
            yield firm
    finally:
        await service.stop()


@pytest.fixture(scope="session")
def sample_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company, loaded once for all tests."""
    path = tmp_path_factory.mktemp("sample") / "danju.db"
    migrate(path, before=lambda: None)
    with open_store(path) as store:
        sample.load_sync(store.write_sync, START)
    return path


@pytest.fixture
def data(tmp_path: Path, sample_database: Path) -> Iterator[Path]:
    """A data directory with the sample company."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copyfile(sample_database, folder / "danju.db")
    yield folder


@pytest.fixture
async def firm(data: Path) -> AsyncIterator[Firm]:
    """A running service over the sample company."""
    async with running(data) as firm:
        yield firm


class Resident:
    """A firm on a loop of its own in a thread, for tests that are functions and for a whole module together."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="resident")
        self._thread.start()
        self._place = running(data)
        self.firm = self.do(self._place.__aenter__())

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something there and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(2 * HANDLED_SECONDS)

    def say(self, who: str, text: str, **options: Any) -> list[Shown]:
        return self.do(self.firm.say(who, text, **options))

    def request(self, method: str, path: str, **options: Any) -> tuple[int, str]:
        """A bare request; returns status and answer."""

        async def ask() -> tuple[int, str]:
            async with self.firm.http.request(method, self.firm.service.url + path, **options) as answer:
                return answer.status, await answer.text()

        return self.do(ask())

    def raw(self, wire: bytes) -> bytes:
        """Bytes as no client would send them; returns all that comes back."""

        async def send() -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.firm.service.port)
            writer.write(wire)
            await writer.drain()
            async with asyncio.timeout(HANDLED_SECONDS):
                answer = await reader.read(65536)
            writer.close()
            return answer

        return self.do(send())

    def end(self) -> None:
        self.do(self._place.__aexit__(None, None, None))
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


@pytest.fixture(scope="module")
def resident(tmp_path_factory: pytest.TempPathFactory, sample_database: Path) -> Iterator[Resident]:
    """One running service for all tests of a module."""
    folder = tmp_path_factory.mktemp("resident") / "data"
    folder.mkdir()
    shutil.copyfile(sample_database, folder / "danju.db")
    resident = Resident(folder)
    yield resident
    resident.end()
