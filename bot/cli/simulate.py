"""``danju simulate``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import typer

DATA = Path("var/simulate")


def add_to(app: typer.Typer) -> None:
    app.command("simulate")(simulate)


def simulate(
    port: Annotated[int, typer.Option("--port", help="页面的端口；0 随便找一个空的")] = 8777,
    data: Annotated[Path | None, typer.Option("--data", help="演示数据放哪里；不写就是 var/simulate")] = None,
    seed: Annotated[int, typer.Option("--seed", help="同一个数，故障出现得一样")] = 0,
    profile: Annotated[
        Literal["perfect", "everything"],
        typer.Option("--profile", help="perfect 平台不出错；everything 各种故障一起来"),
    ] = "perfect",
    mode: Annotated[Literal["ws", "webhook"], typer.Option("--mode", help="飞书走长连接还是 HTTP 回调")] = "ws",
    record: Annotated[
        Path | None,
        typer.Option("--record", help="把这次说的、点的、看到的记成 YAML；不写 --data 就用一份新的演示数据"),
    ] = None,
) -> None:
    """模拟飞书和企业微信：不用账号，在浏览器里试单据。"""
    import tempfile

    from bot import logs
    from bot.cli import where
    from bot.settings import Settings

    with tempfile.TemporaryDirectory(prefix="danju-simulate-") as fresh:
        # A recording starts from untouched sample data, so that it can be replayed.
        folder = data or (Path(fresh) / "data" if record else where.home() / DATA)
        settings = Settings(data_dir=folder)
        logs.configure("WARNING", settings.logs_dir, terminal=False)
        asyncio.run(_run(folder, port=port, seed=seed, profile=profile, mode=mode, record=record))


async def _run(folder: Path, *, port: int, seed: int, profile: str, mode: str, record: Path | None) -> None:
    from bot.simulator.page.run import run

    def announce(url: str, console: str) -> None:
        typer.echo(f"\n  模拟的飞书和企业微信已启动，用浏览器打开：{url}")
        typer.echo(f"  同一家公司的控制台：{console}")
        if record is not None:
            typer.echo(f"  正在记录到 {record}")
        typer.echo("  停止：Ctrl-C\n")

    typer.echo("  正在启动，第一次要准备演示数据，稍等几秒……")
    await run(folder, port=port, seed=seed, profile=profile, mode=mode, record=record, announce=announce)
