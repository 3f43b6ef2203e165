"""``danju say`` and ``danju chat``: being a person of the demo firm, with the running service or without one."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

As = Annotated[str, typer.Option("--as", help="谁：姓名、编号或角色，如 销售")]
RoomName = Annotated[str, typer.Option("--room", help="群名；不写就是和机器人单聊")]


def add_to(app: typer.Typer) -> None:
    app.command("say")(say)
    app.command("chat")(chat)


def say(
    text: Annotated[str, typer.Argument(help="说的话")],
    who: As,
    room: RoomName = "",
    file: Annotated[list[Path] | None, typer.Option("--file", help="一起发的图片或文件")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="卡片按纯文本显示")] = False,
) -> None:
    """以演示公司里某个人的身份说一句话。"""
    from bot import terminal

    with _service() as url:
        code = terminal.say(url, who, text, room=room, files=file, plain=plain)
    sys.exit(code)


def chat(who: As, room: RoomName = "") -> None:
    """以演示公司里某个人的身份聊天；/quit 结束。"""
    from bot import terminal

    with _service() as url:
        code = terminal.chat(url, who, room=room)
    sys.exit(code)


@contextmanager
def _service() -> Iterator[str]:
    """The address of the demo's running service, or of one that lives as long as the command."""
    from bot.cli import where
    from bot.store.directory import running_service

    settings = where.settings(demo=True)
    running = running_service(settings.data_dir)
    if running is not None:
        yield running.url
        return
    with _own_service(settings) as url:
        yield url


@contextmanager
def _own_service(settings: Settings) -> Iterator[str]:
    from bot import logs
    from bot.service import Service

    logs.configure(settings.log_level, settings.logs_dir, terminal=False)
    service = Service(settings.model_copy(update={"port": 0}), demo=True)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="service", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(service.start(), loop).result()
        yield service.url
        asyncio.run_coroutine_threadsafe(service.stop(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
