"""``danju people``: accounts, roles, codes, and who has left."""

from __future__ import annotations

from typing import Annotated, Any

import typer

people = typer.Typer(help="人员：谁是谁，能做什么，从哪个账号发消息", no_args_is_help=True)

Who = Annotated[str, typer.Argument(help="姓名或编号")]
Roles = Annotated[
    list[str] | None, typer.Option("--role", help="角色：销售、采购、仓管、主管、财务、老板、管理员；可写多次")
]


def add_to(app: typer.Typer) -> None:
    app.add_typer(people, name="people")


@people.command("list")
def list_() -> None:
    """列出所有人、角色和账号，以及等着登记的人。"""
    from rich.console import Console
    from rich.table import Table

    answer = _run("people_list")
    table = Table("编号", "姓名", "角色", "账号")
    for row in answer["rows"]:
        name = row["name"] if row["active"] else f"{row['name']}（已离职）"
        table.add_row(str(row["id"]), name, row["roles"], "\n".join(row["accounts"]) or "还没有")
    console = Console()
    console.print(table)
    for row in answer["waiting"]:
        who = f"{row['name']} " if row["name"] else ""
        console.print(f"等登记：{who}{row['platform']}:{row['account']}，码 {row['code']}", highlight=False)
    if answer["waiting"]:
        console.print("登记：danju people bind 码 姓名 --role 销售", highlight=False)


@people.command("bind")
def bind(
    account: Annotated[str, typer.Argument(help="对方收到的码，或 平台:账号，如 feishu:ou_xxx")],
    who: Who,
    role: Roles = None,
) -> None:
    """把一个账号给一个人；新同事要带 --role。"""
    answer = _run("people_bind", account=account, who=who, roles=" ".join(role or ()))
    typer.echo(f"已绑定：{answer['account']} 是{answer['who']}")


@people.command("unbind")
def unbind(account: Annotated[str, typer.Argument(help="平台:账号，如 feishu:ou_xxx")]) -> None:
    """收回一个账号。"""
    answer = _run("people_unbind", account=account)
    typer.echo(f"已解绑：{answer['account']}" + (f"（原来是{answer['who']}）" if answer["who"] else ""))


@people.command("role")
def role(
    who: Who,
    roles: Annotated[list[str], typer.Argument(help="一个或几个角色，如 销售 仓管")],
    remove: Annotated[bool, typer.Option("--remove", help="去掉这些角色")] = False,
) -> None:
    """加角色，或用 --remove 去掉。"""
    answer = _run("people_role", who=who, role=" ".join(roles), take="1" if remove else "")
    typer.echo(f"现在是：{answer['who']}")


@people.command("code")
def code(who: Who, role: Roles = None) -> None:
    """给一个人一次性的登记码，24 小时有效。"""
    answer = _run("people_code", who=who, roles=" ".join(role or ()))
    typer.echo(f"{answer['who']}的登记码：{spaced(answer['code'])}")
    typer.echo("请本人和机器人单聊，把这 8 位码发过去。24 小时内有效，只能用一次")


@people.command("leave")
def leave(who: Who, yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False) -> None:
    """办离职：账号马上失效，开过的单都留着。"""
    if not yes and not typer.confirm(f"给{who}办离职？账号马上失效"):
        raise typer.Exit(1)
    typer.echo(_run("people_leave", who=who)["text"])


def spaced(code: str) -> str:
    """12345678 → 1234 5678, as people read it out."""
    return f"{code[:4]} {code[4:]}"


def _run(name: str, **parameters: Any) -> dict[str, Any]:
    from bot.cli import reach, where

    return reach.run(where.settings(), name, **parameters)
