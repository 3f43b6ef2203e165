"""How the connections are, for ``danju doctor``: what the running service noted, what came in and went out last, and,
when asked, what the platforms say now."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field

from bot.connect.checks import Check
from bot.settings import Settings
from bot.store.directory import running_service

Notes = dict[str, tuple[str, float]]  # key → (value, seconds since the epoch)

FRESH_SECONDS = 24 * 3600.0  # an error older than this is history
QUIET_SECONDS = 3 * 24 * 3600.0  # nothing in for so long is worth a word

NOTHING_YET = {
    "feishu": "还没收到过消息。单聊机器人发一句试试；没反应就看：事件和回调两个标签都选了同一种方式并保存，"
    "权限开通了，最近一次改动后发布了版本，本人在可用范围里",
    "wecom": "还没收到过消息。在应用里发一句试试；没反应就看：“接收消息”的 URL 已保存成功，本人在可见范围里",
    "wecombot": "还没收到过消息。单聊机器人发一句试试；没反应就看：机器人是 API 模式、长连接方式，本人在可见范围里",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the database tells about one platform. Times in seconds since the epoch."""

    notes: Notes = field(default_factory=dict)
    last_in: float | None = None
    last_out: float | None = None
    error: tuple[str, float] | None = None  # the newest send that failed and its reason
    dead: int = 0


def examine(settings: Settings, *, online: bool = False) -> list[Check]:
    """One or more findings for each configured platform; none for those that are not configured."""
    running = running_service(settings.data_dir) is not None
    found: list[Check] = []
    if settings.has_feishu:
        found += _feishu(settings, see(settings, "feishu"), running)
    if settings.has_wecom_bot:
        found += _wecom_bot(see(settings, "wecombot"), running)
    if settings.has_wecom_app:
        found += _wecom_app(see(settings, "wecom"), running)
    if settings.wecom_group_webhooks.get_secret_value():
        found += _group(settings, see(settings, "wecomgroup"))
    if found:
        found.append(_administrator(settings))
    if online:
        found += asyncio.run(_online(settings, running))
    return found


def see(settings: Settings, platform: str) -> Seen:
    """Read a platform's traces over a read-only connection; empty when there is no database yet."""
    path = settings.database_path
    if not path.exists():
        return Seen()
    try:
        with closing(sqlite3.connect(f"file:{path.as_posix()}?mode=ro", uri=True)) as database:
            ask = database.execute
            notes = ask("SELECT key, value, at FROM channel_note WHERE platform = ?", (platform,)).fetchall()
            last_in = ask("SELECT MAX(received_at) FROM inbox WHERE platform = ?", (platform,)).fetchone()[0]
            last_out = ask("SELECT MAX(sent_at) FROM outbox WHERE platform = ?", (platform,)).fetchone()[0]
            error = ask(
                "SELECT error, created_at FROM outbox WHERE platform = ? AND error IS NOT NULL AND state <> 'sent'"
                " ORDER BY id DESC LIMIT 1",
                (platform,),
            ).fetchone()
            dead = ask("SELECT COUNT(*) FROM outbox WHERE platform = ? AND state = 'dead'", (platform,)).fetchone()[0]
    except sqlite3.Error:
        return Seen()  # the database's own finding says what is wrong with it
    return Seen(
        {key: (value, at / 1e6) for key, value, at in notes},
        None if last_in is None else last_in / 1e6,
        None if last_out is None else last_out / 1e6,
        None if error is None else (str(error[0]), error[1] / 1e6),
        int(dead),
    )


def ago(moment: float) -> str:
    """How long ago, as people say it."""
    seconds = max(0.0, time.time() - moment)
    if seconds < 90:
        return "刚刚"
    if seconds < 5400:
        return f"{seconds / 60:.0f} 分钟前"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.0f} 小时前"
    return f"{seconds / 86400:.0f} 天前"


# -- one platform each -------------------------------------------------------------------------------------------------


def _feishu(settings: Settings, seen: Seen, running: bool) -> list[Check]:
    if settings.feishu_mode == "webhook":
        line = Check("飞书", None, "用 HTTP 回调；地址通不通用 danju doctor --online 自检")
    else:
        line = _connection("飞书长连接", seen, running)
    return [line, _incoming("飞书收消息", "feishu", seen), *_outgoing("飞书发消息", seen)]


def _connection(name: str, seen: Seen, running: bool) -> Check:
    if not running:
        return Check(name, None, "服务没在运行，没有连接；用 danju serve 启动")
    state, at = seen.notes.get("connection", ("", 0.0))
    problem = seen.notes.get("problem", ("", 0.0))[0]
    if state == "connected":
        return Check(name, True, f"连着（{ago(at)}连上）")
    if not state:
        return Check(name, None, "刚启动，还没连上；等一会儿再看")
    return Check(name, False, problem or f"没连上（{state}）。一直这样请重启服务，再看 danju doctor --online")


def _wecom_bot(seen: Seen, running: bool) -> list[Check]:
    name = "企业微信机器人"
    error, failed_at = seen.notes.get("error", ("", 0.0))
    connected_at = seen.notes.get("connected", ("", 0.0))[1]
    if not running:
        line = Check(name, None, "服务没在运行，没有连接；用 danju serve 启动")
    elif error and failed_at >= connected_at:
        line = Check(name, False, error)  # evicted, wrong secret, no network: the gateway's sentence says what to do
    elif connected_at:
        line = Check(name, True, f"连着（{ago(connected_at)}连上）")
    else:
        line = Check(name, None, "刚启动，还没连上；等一会儿再看")
    return [line, _incoming("机器人收消息", "wecombot", seen), *_outgoing("机器人发消息", seen)]


def _wecom_app(seen: Seen, running: bool) -> list[Check]:
    error, failed_at = seen.notes.get("error", ("", 0.0))
    token_at = seen.notes.get("token", ("", 0.0))[1]
    found: list[Check] = []
    if error and failed_at >= token_at and time.time() - failed_at < FRESH_SECONDS:
        found.append(Check("企业微信应用", False, f"{error}（{ago(failed_at)}）"))
    else:
        found.append(Check("企业微信应用", True if token_at else None, "凭证正常" if token_at else "还没有用过凭证"))
    verified_at = seen.notes.get("verified", ("", 0.0))[1]
    refused = [
        (at, value)
        for key, (value, at) in seen.notes.items()
        if key.startswith("callback_") and at > max(verified_at, seen.last_in or 0.0)
    ]
    if refused:
        at, value = max(refused)
        found.append(Check("企业微信回调", False, f"{value}（{ago(at)}）"))
    elif verified_at:
        found.append(Check("企业微信回调", True, f"URL 验证通过（{ago(verified_at)}）"))
    elif running:
        found.append(Check("企业微信回调", None, "企业微信还没验证过 URL：到应用的“接收消息”页面点保存"))
    return [*found, _incoming("应用收消息", "wecom", seen), *_outgoing("应用发消息", seen)]


def _group(settings: Settings, seen: Seen) -> list[Check]:
    try:
        names = "、".join(settings.group_webhooks)
    except ValueError as wrong:
        return [Check("企业微信群", False, str(wrong))]
    trouble, failed_at = seen.notes.get("error", ("", 0.0))
    if trouble and failed_at > (seen.last_out or 0.0):
        return [Check("企业微信群", False, f"{trouble}（{ago(failed_at)}）")]
    return [Check("企业微信群", True, f"只发：{names}"), *_outgoing("企业微信群发消息", seen)]


def _incoming(name: str, platform: str, seen: Seen) -> Check:
    moments = [at for at in (seen.last_in, seen.notes.get("inbound", ("", None))[1]) if at is not None]
    if not moments:
        return Check(name, None, NOTHING_YET[platform])
    last = max(moments)
    if time.time() - last > QUIET_SECONDS:
        return Check(name, None, f"最近一条：{ago(last)}。平时不该这么安静的话，单聊机器人发一句试试")
    return Check(name, True, f"最近一条：{ago(last)}")


def _outgoing(name: str, seen: Seen) -> list[Check]:
    noted, noted_at = seen.notes.get("send_error", ("", 0.0))
    if noted and noted_at > max(seen.notes.get("send_ok", ("", 0.0))[1], seen.last_out or 0.0):
        return [Check(name, False, f"{noted}（{ago(noted_at)}）")]
    if seen.dead and seen.error is not None:
        text = f"{seen.dead} 条没发成，最近一条：{seen.error[0]}（{ago(seen.error[1])}）。danju outbox list 看全部"
        return [Check(name, False, text)]
    if seen.error is not None and seen.error[1] > (seen.last_out or 0.0):
        return [Check(name, None, f"正在重试：{seen.error[0]}")]
    return [] if seen.last_out is None else [Check(name, True, f"最近一条：{ago(seen.last_out)}")]


def _administrator(settings: Settings) -> Check:
    """Without an administrator who can be reached nobody hears of strangers."""
    path = settings.database_path
    name = "管理员"
    if not path.exists():
        return Check(name, False, "还没有公司；先 danju init")
    try:
        with closing(sqlite3.connect(f"file:{path.as_posix()}?mode=ro", uri=True)) as database:
            rows = database.execute(
                "SELECT p.name, COUNT(a.account) FROM person p JOIN person_role r ON r.person_id = p.id"
                " AND r.role = 'admin' LEFT JOIN account a ON a.person_id = p.id AND a.platform <> 'console'"
                " WHERE p.active = 1 GROUP BY p.id"
            ).fetchall()
    except sqlite3.Error:
        return Check(name, None, "读不了数据库，看上面的“数据库”一项")
    if any(count for _, count in rows):
        return Check(name, True, "、".join(person for person, count in rows if count) + " 能收到登记申请")
    if not rows:
        return Check(name, False, "没有管理员。运行 danju people role 姓名 管理员")
    text = f"{rows[0][0]} 还没有绑定账号。运行 danju people code {rows[0][0]}，把码单聊发给机器人"
    return Check(name, False, text)


# -- asking the platforms ----------------------------------------------------------------------------------------------


async def _online(settings: Settings, running: bool) -> list[Check]:
    found: list[Check] = []
    served = running_service(settings.data_dir)
    base = settings.public_url or (served.url if served is not None else "")
    if settings.has_feishu:
        from bot.connect import feishu

        found += await feishu.check(settings)
        if settings.feishu_mode == "webhook" and base:
            found.append(await feishu.own_url(settings, base))
        elif settings.feishu_mode == "ws" and not running:
            async with feishu.held(settings) as check:
                found.append(check)
    if settings.has_wecom_bot and not running:  # a second subscription would evict the running service
        from bot.connect import wecom

        found.append(await wecom.bot(settings))
    if settings.has_wecom_app:
        from bot.connect import wecom

        found += wecom.shapes(settings) + await wecom.app(settings)
        if base:
            found.append(await wecom.own_url(settings, base))
    return found
