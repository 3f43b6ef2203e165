"""People from the command line, beside a running service and without one."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import reach
from bot.cli.app import app
from bot.service import Service
from bot.settings import Settings
from inventory_core import people
from inventory_core.errors import DanjuError
from tests.support.firm import Clock
from tests.support.other_platform import service_with


def danju(*words: str) -> str:
    result = CliRunner().invoke(app, ["people", *words], catch_exceptions=True)
    if isinstance(result.exception, DanjuError):
        return str(result.exception)
    assert result.exception is None, result.output
    return result.output


@pytest.fixture
def place(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DANJU_DATA_DIR", str(data))
    monkeypatch.setenv("COLUMNS", "200")
    return data


async def test_beside_a_running_service(place: Path) -> None:
    async with service_with(place, "feishu", names={"ou_1": "王芳"}) as (firm, platforms):
        feishu = platforms["feishu"]
        words = (await feishu.say("ou_1", "库存 M8*30螺栓"))[0]
        code = next(word for word in words.split() if word.isdigit())
        assert f"等登记：王芳 feishu:ou_1，码 {code}" in await asyncio.to_thread(danju, "list")
        assert "要新建请带上角色" in await asyncio.to_thread(danju, "bind", code, "王芳")
        done = await asyncio.to_thread(danju, "bind", code, "王芳", "--role", "销售")
        assert done.strip() == "已绑定：feishu:ou_1 是王芳（销售）"
        await feishu.settle()
        assert "刚才发的我这就办" in feishu.texts("ou_1")[1]
        assert "可发" in feishu.texts("ou_1")[2]
        assert "王芳（销售、仓管）" in await asyncio.to_thread(danju, "role", "王芳", "仓管")
        assert "王芳（仓管）" in await asyncio.to_thread(danju, "role", "王芳", "销售", "--remove")
        assert "wecom:fang 是王芳" in await asyncio.to_thread(danju, "bind", "wecom:fang", "王芳")
        assert "已解绑" in await asyncio.to_thread(danju, "unbind", "wecom:fang")
        told = await asyncio.to_thread(danju, "code", "王芳")
        eight = told.split("：")[1].split("\n")[0]
        assert (await feishu.say("ou_2", eight))[0].startswith("登记好了，您是王芳（仓管）")
        assert "已办离职" in await asyncio.to_thread(danju, "leave", "王芳", "--yes")
        refused = await asyncio.to_thread(danju, "role", "王芳", "销售")
        assert refused == "王芳已离职，角色没有改。人回来了先运行 danju people code 王芳"
        assert await feishu.say("ou_2", "你好") == []
        rows = await firm.rows("SELECT active FROM person WHERE name = '王芳'")
        assert rows == [(0,)]
        told = await asyncio.to_thread(danju, "code", "王芳")  # back in the firm, at the account of before
        eight = told.split("：")[1].split("\n")[0]
        assert (await feishu.say("ou_2", eight))[0].startswith("登记好了，您是王芳（仓管）")
        assert "已办离职" in await asyncio.to_thread(danju, "leave", "王芳", "--yes")
        back = await asyncio.to_thread(danju, "bind", "feishu:ou_2", "王芳")
        assert "王芳（仓管）" in back
        assert await firm.service.store.read(lambda session: people.person_of(session, "feishu", "ou_2")) is not None


def test_without_a_service(place: Path) -> None:
    assert "wecom:li 是李雷（销售）" in danju("bind", "wecom:li", "李雷", "--role", "销售")
    assert "账号请写成" in danju("bind", "qq:1", "李雷")
    assert "没有“没人”这个人" in danju("role", "没人", "销售")
    assert "李雷" in danju("list")
    assert "没有“经理”这个角色" in danju("role", "李雷", "经理")


async def test_the_first_administrator_comes_by_the_code_that_init_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support.other_platform import Platform

    monkeypatch.setenv("DANJU_DATA_DIR", str(tmp_path / "own"))
    made = await asyncio.to_thread(CliRunner().invoke, app, ["init", "--name", "青石五金", "--administrator", "林总"])
    code = re.search(r"发过去：(\d{4} \d{4})", made.output)
    assert code is not None, made.output
    found: list[Platform] = []

    def make(service: Service) -> Platform:
        found.append(Platform(service, "feishu"))
        return found[0]

    service = Service(Settings(data_dir=tmp_path / "own", port=0, log_level="WARNING"), extra=[make])
    await service.start()
    try:
        await service.wait_ready()
        said = await found[0].say("ou_lin", code[1])
        assert said[0].startswith("登记好了，您是林总（老板、管理员）")
        assert "danju template" in said[0]  # there is nothing to order yet
        assert "还不认识您" in (await found[0].say("ou_new", "你好"))[0]
        assert found[0].card("ou_lin")[1].title == "有人要登记"
        told = await found[0].press("ou_lin", "绑定", {"name": "小马", "role": "销售"})
        assert "已绑定：小马（销售）" in told.toast
    finally:
        await service.stop()


async def test_bound_while_nothing_runs_the_first_words_are_done_at_the_next_start(place: Path) -> None:
    async with service_with(place, "feishu") as (_firm, platforms):
        words = (await platforms["feishu"].say("ou_1", "库存 M8*30螺栓"))[0]
    code = next(word for word in words.split() if word.isdigit())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "utc_now", Clock())  # the sample firm's day, not the machine's
        assert "已绑定" in await asyncio.to_thread(danju, "bind", code, "王芳", "--role", "销售")
    async with service_with(place, "feishu") as (firm, platforms):
        feishu = platforms["feishu"]
        await feishu.settle()
        assert "刚才发的我这就办" in feishu.texts("ou_1")[0]
        assert "可发" in feishu.texts("ou_1")[-1]  # on a busy machine behind "正在处理"
        await firm.sound()


async def test_the_firms_settings_are_changed_beside_a_running_service(place: Path) -> None:
    async with service_with(place) as (firm, _):
        result = await asyncio.to_thread(CliRunner().invoke, app, ["firm", "--phone", "0571-12345678"])
        assert result.exception is None
        assert "电话：0571-12345678" in result.output
        assert await firm.rows("SELECT value FROM setting WHERE key = 'phone'") == [("0571-12345678",)]
