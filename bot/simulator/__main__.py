"""``python -m bot.simulator``: both platforms on loopback as a process of their own.

Prints one line of JSON (``url``, ``port``, each platform's invented credentials, and ``environment``: Danju's settings
for it) and runs until its standard input closes or SIGTERM comes, so it survives whatever happens to Danju and goes on
redelivering.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.settings import load
from bot.simulator.control import PROFILES
from bot.simulator.faults import Faults
from bot.simulator.feishu import FeishuConfig, FeishuSim
from bot.simulator.parts import Pace, WireLog
from bot.simulator.server import Simulator
from bot.simulator.wecom.app import WecomSim
from bot.simulator.wecom.bot import BotSim
from bot.simulator.wecom.config import BotConfig, WecomConfig

_REFUSED = 2


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--seed", type=int, default=0, help="replays the faults of a run")
    parser.add_argument("--profile", choices=sorted(PROFILES), default="perfect")
    parser.add_argument("--speed", type=float, default=1.0, help="how many times faster events are delivered again")
    parser.add_argument("--no-limits", action="store_true", help="no rate limits, for benchmarks")
    parser.add_argument(
        "--callback-feishu", default="", help="webhook mode: where events go; without it long connection"
    )
    parser.add_argument("--callback-wecom", default="", help="where the self-built app's callbacks go")
    parser.add_argument(
        "--config",
        type=Path,
        help='JSON file: {"feishu": {app_id, app_secret, …}, "wecom": {…}, "wecombot": {…}, "users": {account: name}}',
    )
    return parser.parse_args(argv)


def _feishu(given: dict[str, Any], callback: str) -> FeishuConfig:
    config = FeishuConfig(**given)
    if callback:
        config.mode, config.callback_url = "webhook", callback
    return config


def _told(config: object) -> dict[str, Any]:
    """A configuration's plain values. They are invented for this run, so they may be printed."""
    if not dataclasses.is_dataclass(config) or isinstance(config, type):
        return {}
    fields = {field.name: getattr(config, field.name) for field in dataclasses.fields(config)}
    return {name: value for name, value in fields.items() if isinstance(value, str | int | float)}


async def _run(arguments: argparse.Namespace) -> None:
    given: dict[str, Any] = {}
    if arguments.config is not None:
        given = json.loads(await asyncio.to_thread(arguments.config.read_text, encoding="utf-8"))
    wire = WireLog()
    pace = Pace(arguments.speed, limits=not arguments.no_limits)
    profile = PROFILES[arguments.profile]
    users: dict[str, str] = given.get("users", {})
    feishu = FeishuSim(
        _feishu(given.get("feishu", {}), arguments.callback_feishu),
        users={account: name for account, name in users.items() if account.startswith("ou_")},
        faults=Faults(arguments.seed, profile),
        pace=pace,
        wire=wire,
        seed=arguments.seed,
    )
    others = {account: name for account, name in users.items() if not account.startswith("ou_")}
    wecom = WecomSim(
        WecomConfig(**{"callback_url": arguments.callback_wecom, **given.get("wecom", {})}),
        users=others,
        faults=Faults(arguments.seed + 1, profile),
        pace=pace,
        wire=wire,
        seed=arguments.seed,
    )
    bot = BotSim(
        BotConfig(**given.get("wecombot", {})),
        users=others,
        faults=Faults(arguments.seed + 2, profile),
        pace=pace,
        wire=wire,
        seed=arguments.seed,
    )
    simulator = Simulator(feishu, wecom, bot, wire)
    over = asyncio.Event()
    _stop_on(over)
    await simulator.start(arguments.port)
    told: dict[str, Any] = {
        "url": simulator.url,
        "port": simulator.port,
        "environment": simulator.environment(),
    }
    for name, platform in simulator.platforms.items():
        told[name] = _told(getattr(platform, "config", None))
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    await over.wait()
    await simulator.stop()


def _stop_on(over: asyncio.Event) -> None:
    """Set ``over`` when standard input closes or a signal says so."""
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, over.set)
        except NotImplementedError:  # Windows
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(over.set))

    def read() -> None:
        while os.read(0, 65536):  # not through sys.stdin: its lock would be held when the interpreter ends
            pass
        try:
            loop.call_soon_threadsafe(over.set)
        except RuntimeError:  # it is over already
            pass

    threading.Thread(target=read, name="stdin", daemon=True).start()


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _arguments(argv)
    if load().has_real_credentials:
        sys.stderr.write(
            "这台机器的设置里有真实的飞书或企业微信凭证，模拟器不启动。\n"
            "请换一个目录，或先去掉 danju.toml、环境变量和 secrets 文件夹里的凭证。\n"
        )
        return _REFUSED
    asyncio.run(_run(arguments))
    return 0


if __name__ == "__main__":
    sys.exit(main())
