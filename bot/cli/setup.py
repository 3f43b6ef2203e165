"""``danju setup feishu | wecom``: asks, tests, keeps. Can be run again at any time; what is not answered stays."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import SecretStr

from inventory_core.errors import Refused

if TYPE_CHECKING:
    from bot.connect.checks import Check
    from bot.settings import Settings

setup = typer.Typer(help="接上飞书或企业微信：一步一步问，每一步都测", no_args_is_help=True)

Yes = Annotated[bool, typer.Option("--yes", help="不提问：只用选项和已有的设置")]
Offline = Annotated[bool, typer.Option("--offline", help="只保存，不连平台测试")]


def add_to(app: typer.Typer) -> None:
    app.add_typer(setup, name="setup")


@dataclass
class Answers:
    """What is going to be kept, on top of what stands."""

    settings: Settings
    yes: bool
    plain: dict[str, str]
    secret: dict[str, str]

    def ask(self, name: str, label: str, given: str = "", *, needed: bool = True) -> str:
        """A setting: as given, else asked for, else as it stands."""
        old = str(getattr(self.settings, name))
        value = given or old
        if not given and not self.yes:
            value = typer.prompt(label, default=old, show_default=bool(old)).strip()
        if not value and needed:
            raise Refused(f"还差“{label}”，请带上 --{name.split('_', 1)[1].replace('_', '-')}")
        if value != old:
            self.plain[name] = value
        return str(value)

    def hide(self, name: str, label: str, given: str = "", problem: Callable[[str], str | None] | None = None) -> None:
        """A secret: never shown, not even its length; an empty answer keeps the old one."""
        has = bool(getattr(self.settings, name).get_secret_value())
        value = given
        while not value and not self.yes:
            words = f"{label}（输入时不显示{'；直接回车用原来的' if has else ''}）"
            value = typer.prompt(words, default="", hide_input=True, show_default=False).strip()
            wrong = problem(value) if problem and value else None
            if wrong:
                typer.echo(f"✗ {wrong}")
                value = ""
            elif has:
                break
        if value:
            wrong = problem(value) if problem else None
            if wrong:
                raise Refused(wrong)
            self.secret[name] = value
        elif not has:
            raise Refused(f"还差“{label}”，请带上 --{name.split('_', 1)[1].replace('_', '-')}")

    def candidate(self) -> Settings:
        """The settings as they will be."""
        hidden = {name: SecretStr(value) for name, value in self.secret.items()}
        return self.settings.model_copy(update={**self.plain, **hidden})

    def keep(self) -> None:
        """Write it all down; prints where, never what."""
        from bot.connect import keeping

        if self.plain:
            path = keeping.config_path()
            keeping.write_config(path, self.plain)
            typer.echo(f"设置写进了 {path}")
        for name, value in self.secret.items():
            typer.echo(f"密钥存进了 {keeping.write_secret(self.settings, name, value)}（只有本用户能读）")
        for name in keeping.shadowed({**self.plain, **self.secret}):
            typer.echo(f"注意：环境变量 {name} 另有值，会盖过刚存的。要用刚存的，请去掉它")


@setup.command("feishu")
def feishu(
    mode: Annotated[str, typer.Option(help="ws（长连接，不要公网地址）或 webhook")] = "",
    app_id: Annotated[str, typer.Option(help="App ID，cli_ 开头")] = "",
    app_secret: Annotated[str, typer.Option(help="App Secret；不写就提问")] = "",
    encrypt_key: Annotated[str, typer.Option(help="webhook：Encrypt Key")] = "",
    verification_token: Annotated[str, typer.Option(help="webhook：Verification Token")] = "",
    public_url: Annotated[str, typer.Option(help="webhook：外面能打开的地址，如 https://danju.example.com")] = "",
    base_url: Annotated[str, typer.Option(help="开放平台地址；一般不用改")] = "",
    yes: Yes = False,
    offline: Offline = False,
) -> None:
    """接飞书。"""
    from bot.connect import feishu as checks
    from bot.connect import steps

    answers = _begin(yes)
    if mode not in ("", "ws", "webhook"):
        raise Refused("--mode 写 ws 或 webhook")
    if base_url:
        answers.plain["feishu_base_url"] = base_url.rstrip("/")
    if mode and mode != answers.settings.feishu_mode:
        answers.plain["feishu_mode"] = mode
    webhook = (mode or answers.settings.feishu_mode) == "webhook"
    typer.echo(steps.FEISHU_APP)
    answers.ask("feishu_app_id", "App ID", app_id)
    answers.hide("feishu_app_secret", "App Secret", app_secret)
    if webhook:
        if public_url or not answers.settings.public_url:
            answers.ask("public_url", "外面能打开的地址（https://…）", public_url.rstrip("/"))
        typer.echo(steps.FEISHU_WEBHOOK.format(url=checks.webhook_url(answers.candidate().public_url)))
        answers.hide("feishu_encrypt_key", "Encrypt Key", encrypt_key)
        answers.hide("feishu_verification_token", "Verification Token", verification_token)
    else:
        typer.echo(steps.FEISHU_WS)
        if encrypt_key:
            answers.hide("feishu_encrypt_key", "Encrypt Key", encrypt_key)
        if verification_token:
            answers.hide("feishu_verification_token", "Verification Token", verification_token)
    settings = answers.candidate()
    good = True
    if not offline:
        good = _may_keep(answers, asyncio.run(checks.check(settings)))
    answers.keep()
    if good and not offline:
        good = asyncio.run(_feishu_line(settings, webhook, yes))
    typer.echo(steps.FEISHU_PUBLISH)
    _end(good)


async def _feishu_line(settings: Settings, webhook: bool, yes: bool) -> bool:
    """The way messages come in: our address, or a long connection held while the console is saved."""
    from bot.connect import feishu as checks

    if _is_served(settings):
        typer.echo("服务正在运行：重启它（停掉再 danju serve）就用新设置，然后 danju doctor --online 看结果")
        return True
    if webhook:
        typer.echo("启动 danju serve 后，在两个标签里保存地址，再用 danju doctor --online 自检")
        return True
    typer.echo("正在连长连接（第一次要十几秒）……")
    async with checks.held(settings) as check:
        good = _show([check])
        if good and not yes:
            await asyncio.to_thread(
                typer.prompt, "现在去两个标签里选长连接并保存，好了按回车", default="", show_default=False
            )
        return good


@setup.command("wecom")
def wecom(
    bot_id: Annotated[str, typer.Option(help="智能机器人的 Bot ID")] = "",
    bot_secret: Annotated[str, typer.Option(help="智能机器人长连接的 Secret；不写就提问")] = "",
    bot_url: Annotated[str, typer.Option(help="长连接地址；一般不用改")] = "",
    corp_id: Annotated[str, typer.Option(help="自建应用：企业 ID，ww 开头")] = "",
    agent_id: Annotated[str, typer.Option(help="自建应用：AgentId")] = "",
    secret: Annotated[str, typer.Option(help="自建应用：Secret")] = "",
    token: Annotated[str, typer.Option(help="自建应用：接收消息的 Token")] = "",
    aes_key: Annotated[str, typer.Option(help="自建应用：EncodingAESKey，43 个字符")] = "",
    public_url: Annotated[str, typer.Option(help="自建应用：外面能打开的地址")] = "",
    group: Annotated[list[str] | None, typer.Option(help="群机器人：群名=key，可写多次")] = None,
    base_url: Annotated[str, typer.Option(help="接口地址；一般不用改")] = "",
    say_hello: Annotated[bool, typer.Option("--say-hello", help="往每个群发一条测试消息")] = False,
    yes: Yes = False,
    offline: Offline = False,
) -> None:
    """接企业微信。"""
    from bot.connect import steps

    answers = _begin(yes)
    for name, value in (("wecom_base_url", base_url.rstrip("/")), ("wecom_bot_url", bot_url)):
        if value:
            answers.plain[name] = value
    old = answers.settings
    wants_bot = bool(bot_id or bot_secret) or (old.has_wecom_bot if yes else False)
    wants_app = bool(corp_id or agent_id or secret) or (old.has_wecom_app if yes else False)
    if not yes:
        typer.echo(steps.WECOM_BOT)
        wants_bot = wants_bot or typer.confirm("接智能机器人吗？", default=True)
    if wants_bot:
        answers.ask("wecom_bot_id", "Bot ID", bot_id)
        answers.hide("wecom_bot_secret", "长连接 Secret", bot_secret)
    if not yes:
        url = (public_url or old.public_url or "https://您的域名") + "/wecom/callback"
        typer.echo(steps.WECOM_APP.format(url=url))
        wants_app = wants_app or typer.confirm("接自建应用吗？", default=old.has_wecom_app)
    if wants_app:
        _ask_app(answers, corp_id, agent_id, secret, token, aes_key, public_url.rstrip("/"))
    groups = _groups(answers, group or [])
    if not (wants_bot or wants_app or groups or answers.plain):
        raise Refused("没有要接的。接智能机器人请带 --bot-id，自建应用带 --corp-id，群带 --group 群名=key")
    settings = answers.candidate()
    good = True
    if not offline:
        found = asyncio.run(_wecom_checks(settings, wants_bot, wants_app, groups if say_hello else []))
        good = _may_keep(answers, found)
    answers.keep()
    typer.echo(steps.WECOM_DONE)
    _end(good)


def _ask_app(
    answers: Answers, corp_id: str, agent_id: str, secret: str, token: str, aes_key: str, public_url: str
) -> None:
    from bot.wecom.guards import key_problem

    answers.ask("wecom_corp_id", "企业 ID", corp_id)
    answers.ask("wecom_agent_id", "AgentId", agent_id)
    answers.hide("wecom_secret", "应用 Secret", secret)
    answers.hide("wecom_token", "接收消息的 Token", token)
    answers.hide("wecom_aes_key", "EncodingAESKey", aes_key, key_problem)
    answers.ask("public_url", "外面能打开的地址（没有就直接回车）", public_url, needed=False)


def _groups(answers: Answers, given: list[str]) -> list[str]:
    """Group webhooks, added to those there are; the same name is replaced. Returns the names given."""
    from bot.connect import steps

    if not given and not answers.yes:
        typer.echo(steps.WECOM_GROUP)
        while True:
            entry = typer.prompt("群名=key（没有就直接回车）", default="", hide_input=True, show_default=False).strip()
            if not entry:
                break
            given.append(entry)
    found = dict(answers.settings.group_webhooks)
    names = []
    for entry in given:
        name, equals, key = (part.strip() for part in entry.partition("="))
        if not (name and equals and key) or "," in entry:
            raise Refused("群机器人要写成 群名=key，一次一个")
        found[name] = key.rsplit("key=", 1)[-1]
        names.append(name)
    if names:
        answers.secret["wecom_group_webhooks"] = ",".join(f"{name}={key}" for name, key in found.items())
    return names


async def _wecom_checks(settings: Settings, bot: bool, app: bool, hello: list[str]) -> list[Check]:
    from bot.connect import wecom as checks
    from bot.connect.checks import Check

    found: list[Check] = []
    served = _is_served(settings)
    if bot and served:
        text = "服务正在运行，再连一次会把它挤下线，先不测。重启服务后用 danju doctor 看"
        found.append(Check("智能机器人", None, text))
    elif bot:
        found.append(await checks.bot(settings))
    if app:
        found += checks.shapes(settings) + await checks.app(settings)
        if served and settings.public_url:
            found.append(await checks.own_url(settings, settings.public_url))
        else:
            text = "启动 danju serve 后到“接收消息”页面保存 URL，再用 danju doctor --online 自检"
            found.append(Check("企业微信回调地址", None, text))
    found += [await checks.group(settings, name, "单据接好了，以后的通知会发到这里") for name in hello]
    return found


# -- the same for both -------------------------------------------------------------------------------------------------


def _begin(yes: bool) -> Answers:
    """The settings to start from.

    Raises:
        Refused: the data directory is a demo's.
    """
    from bot.cli import where
    from bot.connect import checks

    settings = where.settings(own=True)
    if _is_demo(settings):
        raise Refused("这是演示数据，不能接真的飞书或企业微信。请先 danju init 建自己的公司，或换一个 DANJU_DATA_DIR")
    checks.quiet()
    return Answers(settings, yes, {}, {})


def _is_demo(settings: Settings) -> bool:
    import sqlite3

    from bot.cli import where

    if settings.data_dir.resolve() == (where.home() / where.DEMO).resolve():
        return True
    path = settings.database_path
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"file:{path.as_posix()}?mode=ro", uri=True)) as database:
            row: Any = database.execute("SELECT value FROM setting WHERE key = 'demo'").fetchone()
    except sqlite3.Error:
        return False  # not a database of ours: doctor says what is wrong with it
    return row is not None and str(row[0]) not in ("", "0")


def _is_served(settings: Settings) -> bool:
    from bot.store.directory import running_service

    return running_service(settings.data_dir) is not None


def _show(found: list[Check]) -> bool:
    from rich.console import Console

    from bot.cli.admin import MARKS
    from bot.connect.checks import all_good

    console = Console(soft_wrap=True)
    for check in found:
        console.print(f"{MARKS[check.good]} {check.name}：{check.text}", highlight=False)
    return all_good(found)


def _may_keep(answers: Answers, found: list[Check]) -> bool:
    """Show what was found; whether all is good. What cannot work as it is, such as a wrong secret, is kept only when
    wished: it must not replace a good one unasked."""
    good = _show(found)
    if any(check.good is False and not check.later for check in found) and (
        answers.yes or not typer.confirm("有一项没通过。仍然保存这些设置吗？", default=False)
    ):
        typer.echo("没有保存。改好后再运行一次；只存不测请加 --offline")
        sys.exit(1)
    return good


def _end(good: bool) -> None:
    if not good:
        sys.exit(1)
