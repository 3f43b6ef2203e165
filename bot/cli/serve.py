"""``danju serve``."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.settings import Settings

DEMO_DIR = Path("var/demo")


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="演示：样例公司，数据在 var/demo")] = False,
) -> None:
    """启动服务。"""
    from bot.service import Service  # noqa: PLC0415  only this command needs all of it
    from bot.service import serve as run

    settings = Settings()
    if demo and "DANJU_DATA_DIR" not in os.environ:
        settings = settings.model_copy(update={"data_dir": DEMO_DIR})
    logs.configure(settings.log_level, settings.logs_dir)
    service = Service(settings, demo=demo)
    asyncio.run(run(service, _announce))


def _announce(service: object) -> None:
    from bot.service import Service  # noqa: PLC0415

    assert isinstance(service, Service)
    if service.console is not None:
        typer.echo(f"\n  单据已启动，用浏览器打开：{service.url}/\n  停止：Ctrl-C\n")
    else:
        typer.echo(f"\n  单据已启动：{service.url}\n  停止：Ctrl-C\n")
