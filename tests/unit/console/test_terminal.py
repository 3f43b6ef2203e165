"""Being a person of the firm in a terminal, against a served console."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot import terminal
from bot.channel import Outgoing
from bot.console.chatting import Chat, show_message
from bot.console.client import ConsoleClient, ConsoleError, Firm, Room, Seat
from handlers.turn import ClickResult
from notifications import card_json
from notifications.card import Button, Card, Choice, Field, Input, Option
from tests.support.console import PNG, SELLER, Desk

CARD = Card(
    "销售单 草稿1",
    fields=(Field("客户", "城东机电"),),
    choices=(Choice("line2", "平垫是哪一种？", "t-c", (Option("M8", "8"), Option("M10", "10"))),),
    inputs=(Input("phone", "电话"),),
    buttons=(Button("确认", "t-1"), Button("取消", "t-2", confirm="取消 草稿1？")),
)


def base(desk: Desk) -> str:
    return f"http://127.0.0.1:{desk.client.port}"


async def show(desk: Desk, key: str, kind: str, body: str, room: str = "1") -> str:
    return await desk.console.channel.send(Outgoing(1, key, room, kind, body))


@asynccontextmanager
async def talking(desk: Desk, answers: list[str] | None = None) -> AsyncIterator[tuple[Chat, Callable[[], str]]]:
    """A chat of the salesperson, and what it has printed."""
    out = StringIO()

    async def read(_prompt: str) -> str | None:
        return answers.pop(0) if answers else None

    async with ConsoleClient(base(desk)) as client:
        firm = await client.firm()
        seat = firm.seat("销售")
        chat = Chat(client, firm, seat, seat.rooms[0], Console(file=out, width=100), terminal.settled, read)
        await chat.begin()
        listening = asyncio.create_task(chat.listen())
        try:
            yield chat, out.getvalue
        finally:
            listening.cancel()


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("销售", "小林"),
        ("sales", "小林"),
        ("小林", "小林"),
        ("1", "小林"),
        ("主管", "方主管"),
        ("谢", "谢总"),
        ("admin", "谢总"),
    ],
)
async def test_people_go_by_name_number_or_role(desk: Desk, who: str, name: str) -> None:
    async with ConsoleClient(base(desk)) as client:
        assert (await client.firm()).seat(who).name == name


@pytest.mark.parametrize("who", ["", "小", "张三", "小古"])
async def test_an_unclear_name_lists_who_there_is(desk: Desk, who: str) -> None:
    async with ConsoleClient(base(desk)) as client:
        firm = await client.firm()
    with pytest.raises(ConsoleError, match="小林"):
        firm.seat(who)


async def test_say_prints_what_came_of_it(desk: Desk) -> None:
    async def answer() -> None:
        await desk.door.arrived.wait()
        await show(desk, "a", "card", card_json.dumps(CARD))
        await show(desk, "b", "text", "别人的事", "4")
        desk.records.ready = True

    desk.records.ready = False
    answering = asyncio.create_task(answer())
    out = StringIO()
    code = await asyncio.to_thread(
        terminal.say, base(desk), "销售", "城东 M8*30 10盒", console=Console(file=out, width=100)
    )
    await answering
    assert code == 0
    assert desk.door.last.text == "城东 M8*30 10盒"
    assert "销售单 草稿1" in out.getvalue()
    assert "/1 确认" in out.getvalue()
    assert "别人的事" not in out.getvalue()


def test_times_are_those_of_the_firm_wherever_the_machine_stands() -> None:
    out = StringIO()
    seat = Seat(1, "小林", ("销售",), (Room("1", "单聊", "direct"),))
    firm = Firm("测试五金", "单据", 1, (seat,), "Asia/Shanghai", {1: ("sales",)})
    data = {"at": "2026-11-24T02:00:00+00:00", "room": "1", "from": None, "text": "好", "seq": 2}
    show_message(Console(file=out, width=80), data, firm, seat, 0)
    assert "单据 10:00" in out.getvalue()


async def test_say_to_a_group_and_plainly(desk: Desk) -> None:
    out = StringIO()
    code = await asyncio.to_thread(
        terminal.say, base(desk), "销售", "@单据 草稿", room="销售群", plain=True, console=Console(file=out)
    )
    assert (code, desk.door.last.chat, desk.door.last.to_bot) == (0, "group:sales", True)


@pytest.mark.parametrize(("who", "room", "words"), [("张三", "", "不知道是谁"), ("仓管", "销售群", "没有“销售群”")])
async def test_say_explains_what_is_wrong(desk: Desk, who: str, room: str, words: str) -> None:
    out = StringIO()
    code = await asyncio.to_thread(terminal.say, base(desk), who, "喂", room=room, console=Console(file=out))
    assert code == 1
    assert words in out.getvalue()


def test_without_a_service_there_is_a_sentence() -> None:
    out = StringIO()
    assert terminal.say("http://127.0.0.1:9", "销售", "喂", console=Console(file=out)) == 1
    assert "danju serve" in out.getvalue()


async def test_buttons_selects_and_inputs_by_number(desk: Desk) -> None:
    ref = await show(desk, "a", "card", card_json.dumps(CARD))
    desk.door.answer = ClickResult("好了", "good")
    async with talking(desk, ["n", "y"]) as (chat, printed):
        for line in ("/select 2", "/fill 1 13800001111", "/1", "/2", "/2", "/1:1", "/9", "/7:1", "/select 5 5"):
            assert await chat.take(line)
        clicks = [(click.token, click.values, click.message_ref) for click in desk.door.clicked]
        assert clicks == [
            ("t-c", {"line2": "10"}, ref),
            ("t-1", {"phone": "13800001111"}, ref),
            ("t-2", {"phone": ""}, ref),  # the first 取消 was not confirmed
            ("t-1", {"phone": ""}, ref),
        ]
        assert printed().count("好了") == 4
        for words in ("没有第 9 个按钮", "没有卡片 7", "有 1 个选择"):
            assert words in printed()
        assert not await chat.take("/quit")


async def test_talking_quoting_recalling_and_files(desk: Desk, tmp_path: Path) -> None:
    picture = tmp_path / "手写 单.png"
    picture.write_bytes(PNG)
    ref = await show(desk, "a", "text", "哪一种？")
    async with talking(desk) as (chat, printed):
        await chat.take("/quote M8的")
        assert desk.door.last.quoted_ref == ref
        await chat.take(f"/file '{picture}'")
        assert desk.door.last.files[0].name == "手写 单.png"
        await chat.take("/recall")
        assert desk.door.last.kind == "recall"
        await chat.take("/room 全员群")
        await chat.take("大家好")
        assert desk.door.last.chat == "group:all"
        await desk.say("收到", 4, "group:all")
        await chat.take("/room 单据")
        for line in ("/room 月球", "/file 没有.png", "/recall", "/recall", "/nonsense", ""):
            assert await chat.take(line)
        for words in (
            "已撤回",
            "方主管",
            "收到",
            "可以去：单据、全员群、销售群",
            "读不了文件",
            "没有可撤回的",
            "/quit",
        ):
            assert words in printed()
    assert desk.door.last.sender == str(SELLER)
