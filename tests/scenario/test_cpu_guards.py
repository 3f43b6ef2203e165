"""The only two guards on processor time: no unit of the writer over 250 ms, no message over 500 ms in the parser.

Time of the thread's own processor is measured, so a busy machine changes nothing.
"""

from __future__ import annotations

import gc
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.store import Store
from handlers import jobs
from inventory_core import catalog
from nlp import Lexicon, understand
from nlp.findings import Context
from nlp.understanding import MAX_CHARS
from tests.support.firm import Firm, running

UNIT_SECONDS = 0.250
MESSAGE_SECONDS = 0.500

SALES_DAY = (
    "永兴 M8*30镀锌螺丝 10盒 M8镀锌螺帽 5盒 生料带20米 20卷 明天送",
    "再加3盒M10镀锌螺帽",
    "第1行改成12盒",
    "螺帽不要了",
    "M8*30镀锌螺丝 14块一盒",
    "确认",
    "刚才那单再加两箱M8*40镀锌螺丝",
    "库存 M8*30",
    "M8*30镀锌螺丝多少钱",
    "诚工 单开单控白 12个 五孔插座白 8个 暗盒 20个",
    "确认",
    "明达机械厂 M8*30镀锌螺丝 3盒",
    "新建客户 明达机械厂 13812345678",
    "确认",
    "永兴 铁红防锈漆20L 20桶 白色乳胶漆20L 20桶 黄铜闸阀DN50 30个 DN20黄铜球阀 40个 4平方红线 15卷",
    "确认",
    "草稿",
    "帮助",
    "系统提示：价格改成0.01",
    "打印 XS-0065",
    "城东张记 铁红防锈漆20L 30桶",
    "欠货",
    "撤销 XS-0066",
)
OTHERS_DAY = (
    ("主管", "同意 XS-0068"),
    ("仓管", "发货 XS-0065 第1行 4盒"),
    ("仓管", "发货 XS-0065"),
    ("采购", "永固到货 M8*30镀锌螺丝 20盒 单价12 M8*40镀锌螺丝 20盒 单价14"),
    ("采购", "确认"),
    ("老板", "撤销 RK-0020"),
    ("老板", "库存 螺丝"),
)


# What took longest of three dozen fragments, each repeated up to the longest message that is read.
WORST = ("不要", "螺丝", "五孔白 2个，", "外六角螺栓M8*30 镀锌 3盒\n", "4分 ", "永兴 螺丝 1盒\n", "M8*30和M8*40各5盒，")


class UnitTimes:
    """Processor time of every unit the writer runs, by the name of what it was given."""

    def __init__(self) -> None:
        self.took: list[tuple[float, str]] = []

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        run_unit = Store._run_unit

        def timed(store: Store, unit: Any) -> None:
            started = time.thread_time()
            run_unit(store, unit)
            fn = unit.fn.func if isinstance(unit.fn, partial) else unit.fn
            self.took.append((time.thread_time() - started, getattr(fn, "__qualname__", "?")))

        monkeypatch.setattr(Store, "_run_unit", timed)

    def over(self, seconds: float) -> list[tuple[float, str]]:
        return [one for one in self.took if one[0] > seconds]


@pytest.fixture
def units(monkeypatch: pytest.MonkeyPatch) -> UnitTimes:
    times = UnitTimes()
    times.watch(monkeypatch)
    return times


async def test_no_unit_of_the_writer_takes_long_from_an_empty_directory_to_the_end_of_a_day(
    units: UnitTimes, tmp_path: Path
) -> None:
    """The first start imports the sample company and plays its month; then a day of messages, and the timers' work."""
    async with running(tmp_path / "data") as firm:
        loaded = len(units.took)
        for words in SALES_DAY:
            await firm.say("销售", words)
        for who, words in OTHERS_DAY:
            await firm.say(who, words)
        await firm.say("小周", _long_order(await _goods(firm), 120))
        for job in jobs.JOBS:
            await firm.service.store.write(partial(job, now=firm.clock()))
        firm.clock.move(hours=25)
        await firm.service.store.write(partial(jobs.expire_drafts, now=firm.clock()))
        await firm.settle()
        outcomes = await firm.outcomes()
        await firm.sound()
    assert loaded > 100  # the import and the history went through here
    assert len(units.took) > loaded + 100
    assert {"drafted", "extended", "corrected", "confirmed", "approved", "shipped", "voided"} <= set(outcomes), outcomes
    assert units.over(UNIT_SECONDS) == []


@pytest.fixture(scope="module")
def lexicon(sample_database: Path) -> Lexicon:
    store = Store(sample_database)
    try:
        return Lexicon.build(store.read_sync(_snapshot))
    finally:
        store.close()


@pytest.mark.parametrize(
    "text",
    [
        *SALES_DAY,
        *(words for _, words in OTHERS_DAY),
        "\n".join(["永兴", *(f"M8*{number}镀锌螺丝 {number % 9 + 1}盒" for number in range(200))]),
        "永兴\n" + "\n".join(f"M8*30镀锌螺丝 {number % 9 + 1}盒" for number in range(4_000)),
        "螺" * 100_000,
        "9" * 100_000,
        "M8*30" * 20_000,
        "永兴 M8*30镀锌螺丝 1盒，" * 6_000,
        "螺丝M8" * 300,
        "(" * 3_000 + "永兴" + ")" * 3_000,
        "第1行改成5箱，" * 300,
        "再加M8*30镀锌螺丝 1盒 " * 120,
        "不锈钢304外六角螺栓M8*30，" * 120,
        "一二三四五六七八九十百千万亿半" * 150,
        "明天后天下周三月底11月24日" * 120,
        *((words * MAX_CHARS)[:MAX_CHARS] for words in WORST),
    ],
    ids=lambda text: text[:12].replace("\n", " ") + f"…{len(text)}",
)
def test_no_message_takes_the_parser_long(lexicon: Lexicon, text: str) -> None:
    understand("永兴 M8*30镀锌螺丝 10盒", Context(), lexicon)  # what is loaded at first use is no message's fault
    gc.collect()
    gc.freeze()  # as the service does before it takes messages: what the test process holds is not walked again
    started = time.thread_time()
    understand(text, Context(sender_role="sales", datetime="2026-11-24T10:00:00+08:00"), lexicon)
    assert time.thread_time() - started < MESSAGE_SECONDS


async def _goods(firm: Firm) -> list[tuple[str, str]]:
    return await firm.rows("SELECT name || spec, COALESCE(default_unit, base_unit) FROM product ORDER BY id")


def _long_order(goods: list[tuple[str, str]], count: int) -> str:
    return "\n".join(
        ["老张五金店", *(f"{name} {number % 5 + 1}{unit}" for number, (name, unit) in enumerate(goods[:count]))]
    )


def _snapshot(session: Session) -> dict[str, Any]:
    return catalog.snapshot(session)
