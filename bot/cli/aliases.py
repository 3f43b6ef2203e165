"""``danju aliases``: what customers call goods, as learned from confirmed documents."""

from __future__ import annotations

from typing import Annotated, Any

import typer

aliases = typer.Typer(help="叫法：各家客户怎么叫货品，确认过的才记", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(aliases, name="aliases")


@aliases.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="不再认的、还在学的也列出来")] = False,
    limit: Annotated[int, typer.Option(help="最多列几个")] = 100,
) -> None:
    """列出记住的叫法，新的在前。"""
    from rich.console import Console
    from rich.table import Table

    answer = _run("aliases_list", every=every, limit=limit)
    table = Table("编号", "谁说的", "叫法", "货品", "状态", "确认")
    for row in answer["rows"]:
        confirmed = f"{row['by']} {row['confirmed']}次 {row['used_at'][5:10]}".strip()
        table.add_row(str(row["id"]), row["who"], row["words"], row["product"], row["state"], confirmed)
    console = Console()
    console.print(table)
    if answer["count"] > len(answer["rows"]):
        console.print(f"共{answer['count']}个，只列了{len(answer['rows'])}个；多列一些：--limit", highlight=False)


@aliases.command("forget")
def forget(number: Annotated[int, typer.Argument(help="list 里的编号")]) -> None:
    """忘掉一个叫法，下次说到会再问。"""
    answer = _run("aliases_forget", id=number)
    typer.echo(f"已忘记：{answer['who']}说的“{answer['words']}”不再当成 {answer['product']}")


def _run(name: str, **parameters: Any) -> dict[str, Any]:
    from bot.cli import reach, where

    return reach.run(where.settings(), name, **parameters)
