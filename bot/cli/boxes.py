"""``danju inbox`` and ``danju outbox``: what was set aside, and putting it back in line."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

inbox = typer.Typer(help="收到的消息：看搁置的，重新处理。", no_args_is_help=True)
outbox = typer.Typer(help="要发出的消息：看没发成的，重新发送。", no_args_is_help=True)

State = Annotated[str, typer.Option(help="状态")]
Limit = Annotated[int, typer.Option(help="最多几条")]


def add_to(app: typer.Typer) -> None:
    app.add_typer(inbox, name="inbox")
    app.add_typer(outbox, name="outbox")


@inbox.command("list")
def inbox_list(state: State = "poison", limit: Limit = 50) -> None:
    """列出消息（默认只列搁置的）。"""
    rows = _run("inbox_list", state=state, limit=limit)["rows"]
    _table(rows, ("id", "received_at", "sender", "text", "attempts", "error"), "没有搁置的消息")


@inbox.command("show")
def inbox_show(id: int) -> None:  # noqa: A002
    """看一条消息的全部经过。"""
    typer.echo(json.dumps(_run("inbox_show", id=id), ensure_ascii=False, indent=2))


@inbox.command("retry")
def inbox_retry(id: int) -> None:  # noqa: A002
    """重新处理一条搁置的消息。"""
    answer = _run("inbox_retry", id=id)
    typer.echo("已重新排队" if answer["running"] else "已重新排队，服务启动后处理")


@outbox.command("list")
def outbox_list(state: State = "dead", limit: Limit = 50) -> None:
    """列出要发出的消息（默认只列没发成的）。"""
    rows = _run("outbox_list", state=state, limit=limit)["rows"]
    _table(rows, ("id", "created_at", "platform", "chat", "kind", "attempts", "error"), "没有发送失败的消息")


@outbox.command("retry")
def outbox_retry(id: int) -> None:  # noqa: A002
    """重新发送一条没发成的消息。"""
    answer = _run("outbox_retry", id=id)
    typer.echo("已重新发送" if answer["running"] else "已重新排队，服务启动后发送")


def _run(name: str, **parameters: Any) -> dict[str, Any]:
    from bot.cli import reach, where

    return reach.run(where.settings(), name, **parameters)


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...], empty: str) -> None:
    if not rows:
        typer.echo(empty)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for name in columns:
        table.add_column(name, overflow="fold")  # Chinese has no spaces to break at: it would be cut off
    for row in rows:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in columns))
    Console().print(table)
