"""``danju say`` and ``danju chat``: being a person of the demo firm in a terminal, over the console's API."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.console.chatting import Chat, show_message
from bot.console.client import ConsoleClient, ConsoleError, Firm, Room, Seat
from bot.console.text_card import text_card
from bot.console.wire import clean_text
from notifications import card_json

WAIT_SECONDS = 60  # how long an answer is waited for
POLL_SECONDS = 0.05


def say(
    base: str,
    who: str,
    text: str,
    *,
    room: str = "",
    files: list[Path] | None = None,
    plain: bool = False,
    console: Console | None = None,
) -> int:
    """Say one thing as ``who`` to the service at ``base`` and show what came of it; returns the exit code.

    ``room`` is a group's name or id (empty: alone with the bot); ``plain`` prints cards as plain text.
    """
    out = console or Console(highlight=False)
    try:
        return asyncio.run(_say(base, who, text, room, files, plain, out))
    except ConsoleError as error:
        out.print(Text(clean_text(str(error)), "red"))
        return 1


def chat(base: str, who: str, *, room: str = "", console: Console | None = None) -> int:
    """Talk as ``who`` until /quit or the end of input; returns the exit code."""
    out = console or Console(highlight=False)
    try:
        return asyncio.run(_chat(base, who, room, out))
    except ConsoleError as error:
        out.print(Text(clean_text(str(error)), "red"))
        return 1
    except KeyboardInterrupt:
        return 0


def room_of(seat: Seat, name: str) -> Room:
    """The room of ``seat`` called ``name``; the private one when empty.

    Raises:
        ConsoleError: the person is in no such room.
    """
    if not name:
        return seat.rooms[0]
    for room in seat.rooms:
        if name in (room.id, room.name):
            return room
    raise ConsoleError(f"{seat.name}没有“{name}”这个会话，有：{'、'.join(room.name for room in seat.rooms)}")


async def settled(client: ConsoleClient, message: int) -> bool:
    """Wait until everything message ``message`` caused has gone out; False when that takes too long."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                trace = await client.trace(message)
                if trace is not None and trace["done"]:
                    return True
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        return False


async def _say(
    base: str, who: str, text: str, room_name: str, files: list[Path] | None, plain: bool, out: Console
) -> int:
    async with ConsoleClient(base) as client:
        firm = await client.firm()
        seat = firm.seat(who)
        room = room_of(seat, room_name)
        message = await client.say(seat, room, text, files=files)
        done = await settled(client, message)
        mine = {room.id for room in seat.rooms}
        for number, change in enumerate(await client.changes(firm.seq), 1):
            if change["room"] in mine and change["seq"] != message:
                _show(change, firm, seat, number, plain, out)
        if not done:
            out.print(Text("还在处理，稍后用 danju chat 看结果", "yellow"))
        return 0 if done else 2


def _show(change: dict[str, Any], firm: Firm, seat: Seat, number: int, plain: bool, out: Console) -> None:
    if plain and change.get("card"):
        out.print(Text(text_card(card_json.from_dict(change["card"]))))
    else:
        show_message(out, change, firm, seat, number)


async def _chat(base: str, who: str, room_name: str, out: Console) -> int:
    async with ConsoleClient(base) as client:
        firm = await client.firm()
        seat = firm.seat(who)
        lines = _Lines()
        talk = Chat(client, firm, seat, room_of(seat, room_name), out, settled, lines.next)
        await talk.begin()
        listening = asyncio.create_task(talk.listen())
        try:
            while True:
                line = asyncio.ensure_future(lines.next(f"{seat.name}> "))
                await asyncio.wait({line, listening}, return_when=asyncio.FIRST_COMPLETED)
                if not line.done():
                    line.cancel()
                    listening.result()  # raises what ended it
                    return 1
                words = line.result()
                if words is None or not await talk.take(words):
                    return 0
        finally:
            listening.cancel()


class _Lines:
    """Lines of standard input. The reader is a daemon thread: a pending ``input`` never keeps the process alive."""

    async def next(self, prompt: str) -> str | None:
        """The next line, or None at the end of input. The prompt is for people: a pipe gets none."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[str | None] = loop.create_future()

        def settle(line: str | None) -> None:
            if not answer.done():
                answer.set_result(line)

        def read() -> None:
            try:
                line: str | None = input(prompt if sys.stdin.isatty() else "")
            except (EOFError, KeyboardInterrupt, UnicodeDecodeError):
                line = None
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, line)

        threading.Thread(target=read, daemon=True).start()
        return await answer
