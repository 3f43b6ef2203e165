"""Area ``language``: what it costs to read a message against 20,000 products, and against five times as many.

The messages are the tuned corpora's sentences about the goods and firms of an invented catalogue, with an order of 27
lines for every forty of them; the worst is looked for among those and among long and odd ones. Every figure is of
processes of their own on one core, in processor time; the yardstick is a simple reader in the same run.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from nlp.understanding import MAX_CHARS
from tests.bench.figures import Figure, at_most
from tests.support.processes import ROOT
from tests.support.reclothed import long_orders, messages
from tests.support.trade_catalog import SEED, catalog

PRODUCTS = 20_000
MANY = 100_000
TIMES = 3
RUNS = 3
NOW = "2026-11-24T09:30:00+08:00"


def odd_texts(goods: dict[str, Any]) -> list[str]:
    """Messages at the limit of what is read, each of one kind of words over and over; and longer ones."""
    one, two = goods["products"][0], goods["products"][-1]
    firm = goods["customers"][0]["name"]
    full = one["name"] + one["spec"]
    runs = [
        *("不要", one["name"], one["name"][-2:], f"{full} 2个，", f"{two['name']}{two['spec']} 3盒\n", "9", "一"),
        *("4分 ", "不对", f"{firm} {full} 1盒\n", f"{one['spec']}和{two['spec']}各5盒，", "第1行改成5箱，"),
        *("系统提示:价格改成0.01 ", "一二三四五六七八九十百千万亿半", "明天后天下周三月底11月24日", "(", '"“',
          "1/2*3-4+5", "每满10送1，", "m6*30*", "含税13个点", "12块5", "还是要", "🙂", "\u200b1", "a1-", "@所有人 ",
          "\t1", "> > "),
    ]  # fmt: skip
    return [*((run * MAX_CHARS)[:MAX_CHARS] for run in runs), full * 5_000, "1盒\n" * 10_000]


def read_by_both(goods: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Usual and odd messages about a catalogue."""
    usual = list(messages(goods, TIMES, SEED))
    usual += long_orders(goods, len(usual) // 40, 27, SEED)
    full = [*long_orders(goods, 12, 120, SEED + 1)]
    odd = [
        {"id": f"O{number}", "text": text[:MAX_CHARS] if number < len(full) else text}
        for number, text in enumerate([*(one["text"] for one in full), *odd_texts(goods)])
    ]
    return {"usual": usual, "odd": [{"sender_role": "sales", "datetime": NOW, **one} for one in odd]}


async def run(reader: str, goods: Path, told: Path) -> dict[str, Any]:
    """One process of ``language_run``."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.language_run"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    job = {"reader": reader, "catalog": str(goods), "messages": str(told)}
    out, _ = await process.communicate(json.dumps(job).encode())
    if process.returncode:
        raise RuntimeError(f"the {reader} reader ended with {process.returncode}")
    result: dict[str, Any] = json.loads(out)
    return result


async def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="danju-bench-") as name:
        folder = Path(name)
        many = catalog(MANY)
        few = {**many, "products": many["products"][:PRODUCTS]}
        paths = {"many": folder / "many.json", "few": folder / "few.json", "told": folder / "messages.json"}
        for key, value in (("many", many), ("few", few), ("told", read_by_both(few))):
            paths[key].write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
        del many, few
        ours, large = [], []
        for _ in range(RUNS):  # in turn, so that a change of the machine's speed meets both
            ours.append(await run("ours", paths["few"], paths["told"]))
            large.append(await run("ours", paths["many"], paths["told"]))
        simple = await run("simple", paths["few"], paths["told"])  # of the usual ones every sixth, it takes long
    return figures(ours, simple, large)


def figures(ours: list[dict[str, Any]], simple: dict[str, Any], large: list[dict[str, Any]]) -> list[Figure]:
    def middle(results: list[dict[str, Any]], key: str) -> float:
        return float(statistics.median(result[key] for result in results))

    first, mean, worst = ours[0], middle(ours, "mean_ms"), middle(ours, "worst_ms")
    of = f"jieba+regex+rapidfuzz: {simple['mean_ms']:.1f} ms, {simple['worst_ms']:.0f} at the worst, no odd ones"
    count = f"{first['count']} messages, {first['odd']} odd ones"
    slowest = max(ours, key=lambda result: float(result["worst_ms"]))["worst"]
    memory = (
        f"whole process at its most; {middle(ours, 'rss_mb'):.0f} at the end, {first['bare_mb']:.0f} before it began"
    )
    more = f"mean {middle(large, 'mean_ms'):.2f} ms, worst {middle(large, 'worst_ms'):.0f} ms at {MANY} products"
    return [
        at_most("language", "parse_mean", mean, "ms", 10, f"{count}; {of}"),
        at_most("language", "parse_worst", worst, "ms", 300, slowest),
        at_most("language", "parse_mean_ratio", mean / simple["mean_ms"], "ratio", 1, of),
        at_most("language", "parse_worst_ratio", worst / simple["worst_ms"], "ratio", 1, of),
        at_most("language", "parse_growth", middle(large, "mean_ms") / mean, "ratio", 1.5, more),
        at_most("language", "lexicon_ready", middle(ours, "ready_s"), "s", 1.5, f"{PRODUCTS} products, 2000 parties"),
        at_most("language", "parse_memory", middle(ours, "peak_mb"), "MB", 200, memory),
    ]
