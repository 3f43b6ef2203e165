"""The console's API as a terminal uses it."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp

from inventory_core.errors import DanjuError
from inventory_core.views import Role


class ConsoleError(DanjuError):
    """The service did not do it; ``str(error)`` is its sentence, or that it cannot be reached."""


@dataclass(frozen=True, slots=True)
class Room:
    id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody of the firm, with the rooms they are in. The first is the private one."""

    id: int
    name: str
    words: tuple[str, ...]
    rooms: tuple[Room, ...]


@dataclass(frozen=True, slots=True)
class Firm:
    name: str
    bot: str
    seq: int  # the last change so far
    seats: tuple[Seat, ...]
    zone: str  # the firm's own, e.g. Asia/Shanghai
    roles: dict[int, tuple[str, ...]]

    def seat(self, who: str) -> Seat:
        """The person called ``who``: an id, a name, a role (销售, sales), or a part of one name.

        Raises:
            ConsoleError: nobody, or several whose names contain it.
        """
        who = who.strip()
        for seat in self.seats:
            if who in (str(seat.id), seat.name):
                return seat
        for role in Role:
            if who in (role.value, role.label):
                found = [seat for seat in self.seats if role.value in self.roles[seat.id]]
                if found:
                    return found[0]
        parts = [seat for seat in self.seats if who and who in seat.name]
        if len(parts) == 1:
            return parts[0]
        names = "、".join(f"{seat.name}（{'、'.join(seat.words)}）" for seat in (parts or self.seats))
        raise ConsoleError(f"“{who}”不知道是谁，可以写：{names}")

    def name_of(self, person: int | None) -> str:
        if person is None:
            return self.bot
        return next((seat.name for seat in self.seats if seat.id == person), "已离开的人")


class ConsoleClient:
    """One session with a running service at ``base`` (``http://127.0.0.1:8765``)."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/") + "/console/api/"
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))

    async def __aenter__(self) -> ConsoleClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def firm(self) -> Firm:
        data = await self._ask("GET", "firm")
        rooms = [(Room(room["id"], room["name"], room["kind"]), room["members"]) for room in data["rooms"]]
        seats = tuple(
            Seat(
                person["id"],
                person["name"],
                tuple(person["words"]),
                tuple(room for room, members in rooms if person["id"] in members),
            )
            for person in data["people"]
        )
        roles = {person["id"]: tuple(person["roles"]) for person in data["people"]}
        return Firm(data["firm"], data["bot"], data["seq"], seats, data["zone"], roles)

    async def say(
        self, seat: Seat, room: Room, text: str, *, quote: int | None = None, files: list[Path] | None = None
    ) -> int:
        """Say something; returns the message's number. Sent again under the same key when the answer was lost."""
        stored = await self._upload(files) if files else []
        body = {"as": seat.id, "room": room.id, "text": text, "quote": quote, "key": uuid.uuid4().hex, "files": stored}
        answer = await self._ask("POST", "messages", body)
        return int(answer["message"])

    async def click(self, seat: Seat, room: str, message: int, token: str, values: dict[str, str]) -> tuple[str, str]:
        """Click; returns (toast, tone)."""
        body = {"as": seat.id, "room": room, "message": message, "token": token, "values": values}
        answer = await self._ask("POST", "clicks", body)
        return str(answer["toast"]), str(answer["tone"])

    async def recall(self, seat: Seat, message: int) -> None:
        await self._ask("POST", "recall", {"as": seat.id, "message": message})

    async def trace(self, message: int) -> dict[str, Any] | None:
        """The message's trace; None while there is none."""
        try:
            return await self._ask("GET", f"trace/{message}")
        except ConsoleError:
            return None

    async def history(self, room: Room) -> list[dict[str, Any]]:
        answer = await self._ask("GET", "history", query={"room": room.id})
        found: list[dict[str, Any]] = answer["messages"]
        return found

    async def feed(self, after: int) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Events after change ``after``, until the service ends the connection."""
        try:
            async with self._session.get(
                self._base + "feed",
                params={"after": str(after)},
                timeout=aiohttp.ClientTimeout(total=None, sock_read=60),
            ) as response:
                if response.status != 200:
                    raise ConsoleError(await _sentence(response))
                name = ""
                async for raw in response.content:
                    line = raw.decode().rstrip("\n")
                    if line.startswith("event: "):
                        name = line[7:]
                    elif line.startswith("data: "):
                        yield name, json.loads(line[6:])
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ConsoleError("和服务的连接断了") from error

    async def changes(self, after: int) -> list[dict[str, Any]]:
        """All messages new or changed since ``after``, as of now."""
        found: list[dict[str, Any]] = []
        last = after
        async for name, data in self.feed(after):
            if name == "hello":
                last = data["seq"]
            elif name == "message":
                found.append(data)
            if last <= after or (found and found[-1]["changed"] >= last):
                break
        return found

    async def _upload(self, paths: list[Path]) -> list[dict[str, str]]:
        form = aiohttp.FormData(quote_fields=False)
        for path in paths:
            try:
                form.add_field("file", path.read_bytes(), filename=path.name)
            except OSError as error:
                raise ConsoleError(f"读不了文件 {path}：{error.strerror}") from error
        try:
            async with self._session.post(self._base + "files", data=form) as response:
                if response.status != 200:
                    raise ConsoleError(await _sentence(response))
                answer = await response.json()
        except aiohttp.ClientError as error:
            raise ConsoleError("连不上服务，请先运行 danju serve") from error
        return [{"sha256": file["sha256"], "name": file["name"]} for file in answer["files"]]

    async def _ask(
        self, method: str, path: str, body: object = None, query: dict[str, str] | None = None
    ) -> dict[str, Any]:
        try:
            async with self._session.request(method, self._base + path, json=body, params=query) as response:
                if response.status != 200:
                    raise ConsoleError(await _sentence(response))
                answer: dict[str, Any] = await response.json()
                return answer
        except TimeoutError as error:
            raise ConsoleError("服务 30 秒没有回答，请稍后再试") from error
        except aiohttp.ClientError as error:
            raise ConsoleError("连不上服务，请先运行 danju serve") from error


async def _sentence(response: aiohttp.ClientResponse) -> str:
    if response.status == 404 and response.content_type != "application/json":
        return "这个服务没有控制台：它只在演示数据上开放"
    try:
        return str((await response.json(content_type=None))["error"])
    except (ValueError, KeyError, TypeError):
        return f"服务出错（{response.status}），请稍后再试"
