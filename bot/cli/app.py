"""All commands. Errors of the tree end a command with one sentence and exit code 1, never with a trace."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from bot.cli import admin, aliases, boxes, firm, masters, people, setup, simulate, talk
from bot.cli.serve import serve
from inventory_core.errors import DanjuError

app = typer.Typer(
    name="danju",
    help="单据：把聊天里说的话变成单据。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve)
boxes.add_to(app)
admin.add_to(app)
firm.add_to(app)
people.add_to(app)
aliases.add_to(app)
setup.add_to(app)
masters.add_to(app)
talk.add_to(app)
simulate.add_to(app)


def _version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"danju {version('danju')}")
        except PackageNotFoundError:  # run from a checkout
            typer.echo("danju (checkout)")
        raise typer.Exit


@app.callback()
def options(
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本号")
    ] = False,
) -> None:
    """Options before the command."""


def main() -> None:
    """The console script."""
    try:
        app()
    except DanjuError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
