"""One conversation in a terminal: what a line typed means, and how what arrives is shown."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.console.client import ConsoleClient, ConsoleError, Firm, Room, Seat
from bot.console.rich_card import card_panel
from bot.console.text_card import Action, buttons, options
from bot.console.wire import clean_text
from notifications import card_json
from notifications.card import Card

CATCH_UP_SECONDS = 5.0  # for what is already stored to arrive
_PRESS = re.compile(r"/(?:(\d+):)?(\d+)")
_TONES = {"good": "green", "warn": "yellow", "bad": "red"}

HELP = """直接输入就是说话；以 / 开头的是操作：
  /1              点最近一张卡片的按钮 1        /3:1   点卡片 3 的按钮 1
  /select 1 2     第 1 个选择里选第 2 项（只有一个选择时写 /select 2）
  /fill 1 内容    填第 1 个输入框，点按钮时带上
  /quote 内容     引用最近一条机器人的消息来说
  /recall         撤回自己最近发的一条
  /file 路径      发图片或文件
  /room 名字      换会话；/room 列出会话
  /quit           结束"""


class Chat:
    """The state of one terminal conversation. ``settled`` waits until a message is done, ``read`` asks for a line."""

    def __init__(
        self,
        client: ConsoleClient,
        firm: Firm,
        seat: Seat,
        room: Room,
        out: Console,
        settled: Callable[[ConsoleClient, int], Awaitable[bool]],
        read: Callable[[str], Awaitable[str | None]],
    ) -> None:
        self._client = client
        self._firm = firm
        self._seat = seat
        self._room = room
        self._out = out
        self._settled = settled
        self._read = read
        self._seen = firm.seq
        self._moved = asyncio.Event()
        self._cards: list[
            tuple[int, str, Card]
        ] = []  # (message, room, card as last shown); its place + 1 is its number
        self._filled: dict[str, str] = {}
        self._last_own: int | None = None
        self._last_bot: dict[str, int] = {}  # room -> the bot's last message there

    async def begin(self) -> None:
        """Show who and where one is, and the end of what was said before."""
        self._out.print(
            Text(f"{self._firm.name} · {self._seat.name}（{'、'.join(self._seat.words)}）· /help 看用法", "dim")
        )
        await self._enter(self._room)

    async def listen(self) -> None:
        """Show what arrives, until the connection ends.

        Raises:
            ConsoleError: it was lost and could not be had again.
        """
        failures = 0
        while failures < 5:
            try:
                async for name, data in self._client.feed(self._seen):
                    failures = 0
                    if name == "message":
                        self._arrived(data)
                        self._seen = max(self._seen, data["changed"])
                        self._moved.set()
            except ConsoleError:
                pass
            failures += 1
            await asyncio.sleep(failures * 0.5)
        raise ConsoleError("和服务的连接断了，请看看它是不是还在运行")

    async def take(self, line: str) -> bool:
        """Do what a typed line says; False when it ends the conversation."""
        words = line.strip()
        try:
            if not words:
                return True
            if words in ("/quit", "/exit", "/q"):
                return False
            if not words.startswith("/"):
                await self._say(words)
            else:
                await self._command(words)
        except ConsoleError as error:
            self._note(str(error), "bad")
        return True

    async def _command(self, words: str) -> None:
        pressed = _PRESS.fullmatch(words)
        name, _, rest = words.partition(" ")
        rest = rest.strip()
        if pressed is not None:
            await self._press(int(pressed[1]) if pressed[1] else None, int(pressed[2]))
        elif name == "/select":
            await self._select(rest)
        elif name == "/fill":
            self._fill(rest)
        elif name == "/quote":
            quoted = self._last_bot.get(self._room.id)
            if quoted is None or not rest:
                raise ConsoleError("没有可以引用的消息，或没写内容：/quote 第2行改成5箱")
            await self._say(rest, quote=quoted)
        elif name == "/recall":
            if self._last_own is None:
                raise ConsoleError("这次还没发过消息，没有可撤回的")
            await self._client.recall(self._seat, self._last_own)
            self._note("已撤回", "good")
            self._last_own = None
        elif name == "/file":
            if not rest:
                raise ConsoleError("请写文件路径：/file 订单.jpg")
            await self._say("", files=_paths(rest))
        elif name == "/room":
            await self._change_room(rest)
        else:
            self._out.print(Text(HELP))

    async def _say(self, text: str, *, quote: int | None = None, files: list[Path] | None = None) -> None:
        message = await self._client.say(self._seat, self._room, text, quote=quote, files=files)
        self._last_own = message
        if not await self._settled(self._client, message):
            self._note("还在处理，好了会显示在这里", "warn")
        await self._catch_up()

    async def _press(self, card_number: int | None, number: int) -> None:
        message, room, card = self._card(card_number)
        action = _pick(buttons(card), number, "按钮")
        if action.confirm and not await self._confirmed(action.confirm):
            return
        values = {item.name: self._filled.get(item.name, item.value) for item in card.inputs}
        await self._click(room, message, action.token, values)
        self._filled.clear()

    async def _select(self, rest: str) -> None:
        numbers = [int(word) for word in rest.split() if word.isdecimal()]
        message, room, card = self._card(None)
        if len(numbers) == 1 and len(card.choices) == 1:
            numbers = [1, *numbers]
        if len(numbers) != 2 or not 1 <= numbers[0] <= len(card.choices):
            raise ConsoleError(f"请写 /select 选择 编号；这张卡片有 {len(card.choices)} 个选择")
        action = _pick(options(card.choices[numbers[0] - 1]), numbers[1], "选项")
        await self._click(room, message, action.token, action.values)

    async def _click(self, room: str, message: int, token: str, values: dict[str, str]) -> None:
        toast, tone = await self._client.click(self._seat, room, message, token, values)
        if toast:
            self._note(toast, tone)
        await self._catch_up()

    def _fill(self, rest: str) -> None:
        _, _, card = self._card(None)
        number, _, value = rest.partition(" ")
        if not number.isdecimal() or not 1 <= int(number) <= len(card.inputs):
            raise ConsoleError(f"请写 /fill 编号 内容；这张卡片有 {len(card.inputs)} 个输入框")
        item = card.inputs[int(number) - 1]
        self._filled[item.name] = value.strip()
        self._note(f"{item.label}：{value.strip()}（点按钮时带上）", "info")

    def _card(self, number: int | None) -> tuple[int, str, Card]:
        if not self._cards:
            raise ConsoleError("还没有卡片可以点")
        if number is None:
            return self._cards[-1]
        if not 1 <= number <= len(self._cards):
            raise ConsoleError(f"没有卡片 {number}，最近的是卡片 {len(self._cards)}")
        return self._cards[number - 1]

    async def _confirmed(self, question: str) -> bool:
        answer = await self._read(f"{clean_text(question)} (y/n) ")
        return answer is not None and answer.strip().lower() in ("y", "yes", "是", "好", "确定")

    async def _change_room(self, name: str) -> None:
        found = next((room for room in self._seat.rooms if name in (room.id, room.name)), None)
        if found is None:
            raise ConsoleError("可以去：" + "、".join(room.name for room in self._seat.rooms))
        await self._enter(found)

    async def _enter(self, room: Room) -> None:
        self._room = room
        self._out.print(Text(f"── {room.name} ──", "dim"))
        for data in (await self._client.history(room))[-6:]:
            self._arrived(data)

    async def _catch_up(self) -> None:
        """Let what is stored by now be shown before the next line is read."""
        last = (await self._client.firm()).seq
        try:
            async with asyncio.timeout(CATCH_UP_SECONDS):
                while self._seen < last:
                    self._moved.clear()
                    await self._moved.wait()
        except TimeoutError:
            return  # the feed is away; it shows what it missed when it is back

    def _arrived(self, data: dict[str, Any]) -> None:
        if data["room"] not in {room.id for room in self._seat.rooms}:
            return
        number = 0
        if data.get("card"):
            card = card_json.from_dict(data["card"])
            self._cards = [known for known in self._cards if known[0] != data["seq"]] + [
                (data["seq"], data["room"], card)
            ]
            number = len(self._cards)
        if data["from"] is None:
            self._last_bot[data["room"]] = data["seq"]
        own_echo = data["from"] == self._seat.id and not data.get("recalled") and data["changed"] > self._firm.seq
        if not own_echo:
            show_message(self._out, data, self._firm, self._seat, number)

    def _note(self, text: str, tone: str) -> None:
        self._out.print(Text(f"  {clean_text(text)}", _TONES.get(tone, "blue")))


def show_message(out: Console, data: dict[str, Any], firm: Firm, seat: Seat, number: int) -> None:
    """Print one message as ``seat`` sees it. ``number`` is the card's, to click it by."""
    at = datetime.fromisoformat(data["at"]).astimezone(ZoneInfo(firm.zone)).strftime("%H:%M")
    room = next((room for room in seat.rooms if room.id == data["room"]), None)
    place = f" · {room.name}" if room is not None and room.kind == "group" else ""
    out.print(Text(f"{firm.name_of(data['from'])} {at}{place}", "dim"))
    if data.get("recalled"):
        out.print(Text("  （撤回了一条消息）", "dim"))
        return
    if data.get("card"):
        out.print(Padding(card_panel(card_json.from_dict(data["card"]), number), (0, 0, 0, 2), expand=False))
        return
    if data.get("text"):
        out.print(Padding(Text(clean_text(data["text"])), (0, 0, 0, 2), expand=False))
    for file in data.get("files", ()):
        word = "图片" if file["kind"] == "picture" else "文件"
        out.print(Text(f"  [{word}] {clean_text(file['name'])}"))


def _pick(actions: tuple[Action, ...], number: int, word: str) -> Action:
    if not actions:
        raise ConsoleError(f"这张卡片没有{word}")
    if not 1 <= number <= len(actions):
        raise ConsoleError(f"没有第 {number} 个{word}，这张卡片有 {len(actions)} 个")
    return actions[number - 1]


def _paths(rest: str) -> list[Path]:
    try:
        names = shlex.split(rest, posix=os.name == "posix")  # a Windows path keeps its backslashes
    except ValueError:
        names = [rest]
    return [Path(name.strip("\"'")).expanduser() for name in names]
