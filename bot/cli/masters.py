"""``danju import | export | template``."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.attachments import Attachments
from bot.cli import reach, where
from bot.importing.workbook import MAX_FILE
from bot.settings import Settings
from bot.store.directory import running_service
from inventory_core.errors import DanjuError, Refused

POLL_SECONDS = 0.3


def add_to(app: typer.Typer) -> None:
    app.command("import")(import_)
    app.command("export")(export)
    app.command("template")(template)


def import_(
    file: Annotated[Path, typer.Argument(help=".xlsx、.xls 或 .csv 文件")],
) -> None:
    """导入商品、客户、供应商、人员和期初库存。"""
    settings = where.settings()
    try:
        size = file.stat().st_size
        data = file.read_bytes() if size <= MAX_FILE else b""
    except FileNotFoundError:
        raise Refused(f"没有 {file} 这个文件，请检查路径") from None
    except OSError as error:
        raise Refused(f"打不开 {file}：{error.strerror}。请检查权限") from None
    if size > MAX_FILE:
        raise Refused(f"文件有 {size // 1048576} MB，最多 {MAX_FILE // 1048576} MB，请分成几个文件导入")
    sha256 = Attachments(settings.attachments_dir).put(data)
    answer = _with_progress(settings, {"sha256": sha256, "file": file.name})
    typer.echo(answer["text"])


def export(
    target: Annotated[Path, typer.Argument(help="写到哪个文件")] = Path("单据导出.zip"),
) -> None:
    """导出全部资料、库存和单据（一个 zip，里面是 xlsx）。"""
    settings = where.settings()
    answer = reach.run(settings, "export_file")
    _write(target, Attachments(settings.attachments_dir).get(answer["sha256"]))
    typer.echo(f"导出好了：{target}（{answer['size'] // 1024 + 1} KB）")


def template(
    target: Annotated[Path | None, typer.Argument(help="写到哪个文件")] = None,
) -> None:
    """写一份空的导入模板（xlsx）。"""
    from bot.importing import template as maker  # openpyxl is loaded only here

    path = target or Path(maker.NAME)
    if path.exists() and not typer.confirm(f"{path} 已经有了，覆盖吗？"):
        raise Refused("没有写模板；换个文件名再来")
    _write(path, maker.template())
    typer.echo(f"模板写好了：{path}。填好后 danju import {path}")


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise Refused(f"写不了 {path}：{error.strerror}。请换个地方") from None


def _with_progress(settings: Settings, parameters: dict[str, Any]) -> dict[str, Any]:
    """Run the import and show how far it is. The bar needs a running service to ask; without one the work happens in
    this very process, and a line before it has to do."""
    running = running_service(settings.data_dir)
    if running is None:
        typer.echo("正在导入……")
        return reach.run(settings, "import_file", **parameters)
    answer: dict[str, Any] = {}
    failed: list[DanjuError] = []

    def work() -> None:
        try:
            answer.update(reach.ask(running, "import_file", parameters))
        except DanjuError as error:
            failed.append(error)

    thread = threading.Thread(target=work, name="import")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        bar = shown.add_task("读文件", total=None)
        thread.start()
        while thread.is_alive():
            thread.join(POLL_SECONDS)
            told = reach.ask(running, "import_progress", {})
            if told["phase"]:
                shown.update(bar, description=told["phase"], completed=told["done"], total=told["total"])
    if failed:
        raise failed[0]
    return answer
