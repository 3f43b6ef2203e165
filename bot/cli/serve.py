"""``danju serve``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="演示：样例公司，数据在 var/demo")] = False,
) -> None:
    """启动服务。"""
    from bot import logs
    from bot.cli import where
    from bot.service import Service
    from bot.serving import serve as run

    settings = where.settings(demo=demo)
    logs.configure(settings.log_level, settings.logs_dir)
    service = Service(settings, demo=demo)
    asyncio.run(run(service, _announce))


def _announce(service: object) -> None:
    from bot.service import Service

    assert isinstance(service, Service)
    if service.console is not None:
        typer.echo(f"\n  单据已启动，用浏览器打开：{service.url}/\n  停止：Ctrl-C\n")
    else:
        typer.echo(f"\n  单据已启动：{service.url}\n  停止：Ctrl-C\n")
