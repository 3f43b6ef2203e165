"""``danju firm``: what is printed on the firm's paper, and when an order needs an approval."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from inventory_core.errors import Refused


def add_to(app: typer.Typer) -> None:
    app.command("firm")(firm)


def firm(
    name: Annotated[str | None, typer.Option(help="公司名称，印在单据上")] = None,
    phone: Annotated[str | None, typer.Option(help="电话，印在单据上")] = None,
    address: Annotated[str | None, typer.Option(help="地址，印在单据上")] = None,
    order_limit: Annotated[str | None, typer.Option(help="一张订单超过多少元要审批；写 无 表示不限")] = None,
    self_approval: Annotated[
        bool | None, typer.Option("--self-approval/--no-self-approval", help="能不能审批自己的单（只有一个老板的公司）")
    ] = None,
) -> None:
    """看公司的设置；带上选项就是改。"""
    from bot.cli import reach, where

    said = {"name": name, "phone": phone, "address": address}
    changes = {key: value for key, value in said.items() if value is not None}
    if order_limit is not None:
        changes["order_limit"] = fen(order_limit)
    if self_approval is not None:
        changes["self_approval"] = "1" if self_approval else "0"
    answer = reach.run(where.settings(), "firm", changes=changes)
    limit = answer["order_limit"]
    typer.echo(f"名称：{answer['name']}")
    typer.echo(f"电话：{answer['phone'] or '没填'}")
    typer.echo(f"地址：{answer['address'] or '没填'}")
    typer.echo(f"订单审批：{'不限金额' if limit is None else f'超过 {Decimal(limit) / 100:f} 元'}")
    typer.echo(f"审批自己的单：{'可以，要点两次' if answer['self_approval'] else '不可以'}")
    typer.echo(f"时区：{answer['zone']}")


def fen(text: str) -> str:
    """Yuan as said on the command line → fen as the setting keeps them; empty for no limit.

    Raises:
        Refused: not an amount.
    """
    words = text.strip().removesuffix("元")
    if words in ("无", "不限", ""):
        return ""
    try:
        amount = Decimal(words) * 100
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0 or amount != amount.to_integral_value():
        raise Refused(f"“{text}”不像金额，请写成 20000 这样，单位是元；不限就写 无")
    return str(int(amount))
