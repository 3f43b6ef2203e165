"""``danju init | migrate | doctor | backup | restore``. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

MARKS = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[dim]·[/]"}


def add_to(app: typer.Typer) -> None:
    for command in (init, migrate, doctor, backup, restore):
        app.command(command.__name__)(command)


def init(
    name: Annotated[str, typer.Option(prompt="公司名称")],
    administrator: Annotated[str, typer.Option(prompt="管理员姓名")],
    zone: Annotated[str, typer.Option(help="时区；不写就用 DANJU_TIMEZONE，默认 Asia/Shanghai")] = "",
) -> None:
    """建一家空公司。"""
    from bot import setup
    from bot.cli import reach, where
    from bot.cli.people import spaced
    from bot.clock import utc_now
    from handlers import codes

    settings = where.settings(own=True)
    zone = zone or settings.timezone
    with reach.offline(settings) as store:
        person = store.write_sync(lambda session: setup.create_firm(session, name, zone, administrator, utc_now()))
        code = store.write_sync(lambda session: codes.make(session, person.id, utc_now()))
    typer.echo(f"公司“{name}”建好了，管理员：{person.name}。")
    typer.echo("下一步：danju firm --phone 电话 --address 地址（印在单据上）")
    typer.echo("然后：danju template 取表格模板，填好后 danju import 文件")
    typer.echo("接飞书或企业微信：danju setup feishu 或 danju setup wecom，再 danju serve")
    typer.echo(f"接好后，{person.name}和机器人单聊，把这 8 位码发过去：{spaced(code)}")
    typer.echo(f"（24 小时内有效，只能用一次；过期了运行 danju people code {person.name}）")


def migrate() -> None:
    """把数据库升级到程序要的版本（先自动备份）。"""
    from bot.cli import reach, where

    settings = where.settings()
    with reach.offline(settings):
        typer.echo(f"数据库已是最新：{settings.database_path}")


def doctor(
    online: Annotated[bool, typer.Option("--online", help="也问一问飞书、企业微信：凭证、权限、回调地址")] = False,
) -> None:
    """检查运行环境、数据、账，以及飞书和企业微信的连接。"""
    from rich.console import Console

    from bot import doctor as doctors
    from bot.cli import where

    if online:
        from bot.connect import checks

        checks.quiet()
    console = Console(soft_wrap=True)
    findings = doctors.examine(where.settings(), online=online)
    for finding in findings:
        console.print(f"{MARKS[finding.good]} {finding.name}：{finding.text}", highlight=False)
    if any(finding.good is False for finding in findings):
        sys.exit(1)


def backup() -> None:
    """现在做一份备份。"""
    from bot.cli import reach, where

    answer = reach.run(where.settings(), "backup")
    typer.echo(f"备份好了：{answer['path']}（附件 {answer['attachments']} 个）")


def restore(
    which: Annotated[str, typer.Argument(help="备份的名字或路径；不写就用最近的一份")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False,
) -> None:
    """用备份替换现在的数据（服务要先停）。"""
    from bot import backup as backups
    from bot.cli import where
    from bot.store.directory import DirectoryLock

    settings = where.settings()
    lock = DirectoryLock(settings.data_dir)
    lock.acquire()
    try:
        kept = backups.listing(settings.backups_dir)
        if not which and not kept:
            typer.echo("没有备份可以恢复")
            sys.exit(1)
        chosen = Path(which) if which and Path(which).is_dir() else settings.backups_dir / (which or kept[-1].name)
        if not yes and not typer.confirm(f"用 {chosen.name} 替换现在的数据？现在的会另存为 .before-restore"):
            sys.exit(1)
        done = backups.restore(chosen, settings.database_path, settings.attachments_dir)
    finally:
        lock.release()
    typer.echo(f"恢复好了：{done.made_at} 的数据，附件 {done.attachments} 个")
