"""``danju simulate``: both simulated platforms, the real service on demo data with its real channels pointed at them,
and every person of the demo firm with an account on each platform. All of it on loopback, in one process."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr
from sqlmodel import Session as Database

from bot.clock import Clock, utc_now
from bot.service import Service
from bot.settings import Settings, load
from bot.simulator.board import Board
from bot.simulator.cast import GROUPS, PLATFORMS, STRANGER, Group, Member, account_of, bind_everybody, group_id
from bot.simulator.control import PROFILES
from bot.simulator.faults import Faults
from bot.simulator.feishu import FeishuConfig, FeishuSim
from bot.simulator.parts import ClickAnswer, Pace, Platform, Shown, WireLog
from bot.simulator.server import Simulator
from bot.simulator.wecom.app import WecomSim
from bot.simulator.wecom.bot import BotSim
from bot.simulator.wecom.config import BotConfig, WecomConfig
from inventory_core.errors import DanjuError
from inventory_core.sql import run
from inventory_core.views import Role

SPEED = 20.0  # how many times faster missed events are delivered again
_PATIENCE = 60.0
# Stable over runs, so that what the data directory remembers of chats and accounts stays true.
_APP_ID, _TENANT = "cli_simulated00000001", "simulated0000001"


class SimulateRefused(DanjuError):
    """The simulator may not run here; the text says why and what to do."""


class CannotDo(DanjuError):
    """This platform cannot do that; the text says why."""


class Session:
    """Started once, stopped once. People are named by their names, groups by theirs; ``room`` "" is a person's direct
    chat with the bot. ``home``: where everybody is reachable before they have written anything."""

    def __init__(
        self,
        data: Path,
        *,
        seed: int = 0,
        profile: str = "perfect",
        mode: str = "ws",
        home: str = "feishu",
        clock: Clock = utc_now,
    ) -> None:
        self._data, self._mode, self._home, self._clock = data, mode, home, clock
        self.board = Board()
        self.run = secrets.token_hex(6)  # tells a page that everything began anew
        self.wire = WireLog(on_change=self.board.exchanged)
        pace, faults = Pace(SPEED), [Faults(seed + place, PROFILES[profile]) for place in range(3)]
        config = FeishuConfig(app_id=_APP_ID, tenant_key=_TENANT, clock=lambda: clock().timestamp())
        self.feishu = FeishuSim(
            config, faults=faults[0], pace=pace, wire=self.wire, shown=self._shown("feishu"), seed=seed
        )
        self.wecom = WecomSim(
            WecomConfig(corp_id="wwsimulated000001"),
            faults=faults[1],
            pace=Pace(),
            wire=self.wire,
            shown=self._shown("wecom"),
            seed=seed,
        )
        self.bot = BotSim(
            BotConfig(bot_id="aibsimulated0000000000001"),
            faults=faults[2],
            pace=Pace(),
            wire=self.wire,
            shown=self._shown("wecombot"),
            seed=seed,
        )
        self.platforms: dict[str, Platform] = {"feishu": self.feishu, "wecom": self.wecom, "wecombot": self.bot}
        self.simulator = Simulator(self.feishu, self.wecom, self.bot, self.wire)
        self.members: dict[str, Member] = {}
        self.groups: dict[str, Group] = {}
        self._files: dict[tuple[str, str], tuple[str, bytes]] = {}  # what people sent
        self.listeners: list[Callable[[Act], None]] = []
        self.service: Service

    def _shown(self, platform: str) -> Shown:
        return Shown(platform, lambda message: self.board.changed(platform, message))

    # ---------------------------------------------------------------- life

    async def start(self) -> None:
        """Everything up and connected.

        Raises:
            SimulateRefused: real credentials are set, or a connection does not come about.
            StoreError: the data directory is taken or unsuitable.
        """
        if load().has_real_credentials:
            raise SimulateRefused(
                "这台机器的设置里有真实的飞书或企业微信凭证，模拟器不启动。"
                "请换一个目录运行，或先去掉 danju.toml、环境变量和 secrets 文件夹里的凭证"
            )
        await self.simulator.start()
        try:
            self.service = Service(self._settings(), demo=True, clock=self._clock)
            await self.service.start()
            try:
                self.wecom.config.callback_url = f"{self.service.url}/wecom/callback"
                if self._mode == "webhook":
                    self.feishu.set_callback(f"{self.service.url}/feishu/events")
                await self._people()
                await self._connected()
            except BaseException:  # given back whatever went wrong, then told
                await self.service.stop()
                raise
        except BaseException:  # the same for the platforms
            await self.simulator.stop()
            raise

    async def stop(self) -> None:
        await self.service.stop()
        await self.simulator.stop()

    def _settings(self) -> Settings:
        feishu, wecom, bot = self.feishu.config, self.wecom.config, self.bot.config
        return Settings(
            data_dir=self._data,
            database_url="",
            host="127.0.0.1",
            port=0,
            public_url="",
            feishu_mode="webhook" if self._mode == "webhook" else "ws",
            feishu_app_id=feishu.app_id,
            feishu_app_secret=SecretStr(feishu.app_secret),
            feishu_encrypt_key=SecretStr(feishu.encrypt_key),
            feishu_verification_token=SecretStr(feishu.verification_token),
            feishu_base_url=self.simulator.url,
            wecom_corp_id=wecom.corp_id,
            wecom_agent_id=wecom.agent_id,
            wecom_secret=SecretStr(wecom.secret),
            wecom_token=SecretStr(wecom.token),
            wecom_aes_key=SecretStr(wecom.aes_key),
            wecom_base_url=self.simulator.url,
            wecom_bot_id=bot.bot_id,
            wecom_bot_secret=SecretStr(bot.secret),
            wecom_bot_url=self.simulator.environment()["DANJU_WECOM_BOT_URL"],
            wecom_group_webhooks=SecretStr(""),
        )

    async def _people(self) -> None:
        """Accounts on the platforms for everybody, bound in the books, and the groups."""
        now, home = self._clock(), self._home
        chat_of = self.feishu.direct_chat if home == "feishu" else str
        known = await self.service.store.write(
            lambda session: [
                (person.name, tuple(role.label for role in Role if role in person.roles), person.roles)
                for person in bind_everybody(session, home, chat_of, now)
            ]
        )
        for name, words, _roles in known:
            self._meet(name, words)
            self.bot.replies.spoken.add(self.members[name].accounts["wecombot"])  # they have, on days before
        self._meet(STRANGER, ())
        for group, roles in GROUPS:
            self.add_group(group, [name for name, _words, theirs in known if theirs & roles])

    def _meet(self, name: str, words: tuple[str, ...]) -> None:
        accounts = {platform: account_of(platform, name) for platform in PLATFORMS}
        self.members[name] = Member(name, words, accounts)
        for platform, account in accounts.items():
            self.platforms[platform].users[account] = name

    def add_group(self, name: str, members: Sequence[str]) -> Group:
        """A group with the bot in it, on Feishu and for the intelligent bot; self-built apps cannot be in groups."""
        theirs = [self.members[one].accounts for one in members]
        chats = {
            "feishu": self.feishu.add_group(name, [one["feishu"] for one in theirs], chat=group_id(name)),
            "wecombot": self.bot.add_group(name, [one["wecombot"] for one in theirs]),
        }
        group = self.groups[name] = Group(name, tuple(members), chats)
        return group

    async def _connected(self) -> None:
        """Wait until Danju listens on every long connection and can read its first message."""
        try:
            async with asyncio.timeout(_PATIENCE):
                while not self._there():  # noqa: ASYNC110  the gateways tell nobody of a connection
                    await asyncio.sleep(0.05)
                await self.service.wait_ready()
        except TimeoutError:
            raise SimulateRefused(f"单据没有连上模拟平台，看 {self.service.settings.logs_dir} 里的日志") from None

    def _there(self) -> bool:
        return self.bot.courier.live is not None and (self._mode != "ws" or bool(self.feishu.gateway.connections))

    async def settle(self) -> None:
        """Until the platforms have nothing to deliver and the service nothing to do or to send, at most a minute."""
        calm, end = 0, asyncio.get_running_loop().time() + _PATIENCE
        while calm < 3 and asyncio.get_running_loop().time() < end:
            busy = sum(platform.pending() for platform in self.platforms.values())
            busy += self.service.dispatcher.in_work + self.service.sender.busy + self.board.clicks
            busy += await self.service.store.read(_waiting)  # what a platform's limit or lock holds back counts too
            calm = 0 if busy else calm + 1
            await asyncio.sleep(0.03)

    # ---------------------------------------------------------------- where

    def chat(self, who: str, platform: str, room: str = "") -> str:
        """The chat id of a room as this platform names it.

        Raises:
            CannotDo: there is no such room for this person there.
        """
        member = self.members.get(who)
        if member is None or platform not in PLATFORMS:
            raise CannotDo("没有这个人或这个平台")
        account = member.accounts[platform]
        if not room:
            return self.feishu.direct_chat(account) if platform == "feishu" else account
        group = self.groups.get(room)
        if group is None or who not in group.members:
            raise CannotDo(f"{who}不在“{room}”里")
        if platform not in group.chats:
            raise CannotDo("企业微信自建应用进不了群；群里请用机器人")
        return group.chats[platform]

    # ---------------------------------------------------------------- what people do

    async def say(self, who: str, platform: str, text: str, room: str = "", quote: str | None = None) -> str:
        """Write something; returns the message's ref."""
        chat = self.chat(who, platform, room)
        self._tell(Act("say", who, platform, room, text=text, quote=quote))
        account = self.members[who].accounts[platform]
        return await self.platforms[platform].say(account, text, chat if room else None, quote)

    async def send_file(self, who: str, platform: str, name: str, data: bytes, room: str = "") -> str:
        """Send a picture or file, told apart by the name's ending."""
        chat = self.chat(who, platform, room)
        self._tell(Act("file", who, platform, room, text=name, data=data))
        account = self.members[who].accounts[platform]
        ref = await self.platforms[platform].send_file(account, name, data, chat if room else None)
        self._files[platform, ref] = (name, data)
        return ref

    def file(self, platform: str, ref: str) -> tuple[str, bytes] | None:
        """Name and bytes of the picture or file that a message carries."""
        kept = self._files.get((platform, ref))
        message = self.platforms[platform].shown.messages.get(ref) if platform in PLATFORMS else None
        if kept is not None or message is None or not isinstance(message.body, dict):
            return kept
        if platform == "feishu":
            key = message.body.get("image_key") or message.body.get("file_key") or ""
            resource = self.feishu.world.resources.get(key)
            return None if resource is None else (resource.name, resource.data)
        store = self.wecom.media if platform == "wecom" else self.bot.media
        medium = store.get(str(message.body.get("media_id", "")))
        return None if medium is None else (medium.name, medium.data)

    async def click(
        self, who: str, platform: str, ref: str, token: str, values: dict[str, str] | None = None, room: str = ""
    ) -> ClickAnswer:
        """Tap what carries ``token`` on a card.

        Raises:
            CannotDo: nothing on the card can be tapped so.
        """
        self.chat(who, platform, room)
        act = Act("click", who, platform, room, ref=ref, token=token, values=dict(values or {}))
        self._tell(act)
        with self.board.clicking():
            try:
                account = self.members[who].accounts[platform]
                act.answer = await self.platforms[platform].click(account, ref, token, values)
            except LookupError as error:
                raise CannotDo("这张卡片上没有这个按钮了") from error
        if platform == "wecombot" and ref in self.bot.shown.messages:
            self.board.changed(platform, self.bot.shown.messages[ref])  # one person's view of a group's card
        return act.answer

    async def recall(self, who: str, platform: str, ref: str, room: str = "") -> None:
        """Take one's own message back.

        Raises:
            CannotDo: the platform tells nobody of recalls, or it is somebody else's message.
        """
        if platform != "feishu":
            raise CannotDo("企业微信撤回消息不通知应用和机器人，单据不会知道；请直接说要改什么")
        self._tell(Act("recall", who, platform, room, ref=ref))
        try:
            await self.feishu.recall(self.members[who].accounts[platform], ref)
        except (PermissionError, KeyError) as error:
            raise CannotDo("只能撤回自己发的消息") from error
        self.board.changed("feishu", self.feishu.shown.messages[ref])

    def _tell(self, act: Act) -> None:
        for listener in self.listeners:
            listener(act)


@dataclass(slots=True)
class Act:
    """One thing a person did, told before it happens; ``answer`` is filled in when a click was answered."""

    kind: str  # say|file|click|recall
    who: str
    platform: str
    room: str
    text: str = ""
    quote: str | None = None
    ref: str = ""
    token: str = ""
    values: dict[str, str] = field(default_factory=dict)
    data: bytes = b""
    answer: ClickAnswer | None = None


def _waiting(session: Database) -> int:
    rows = run(session, "SELECT COUNT(*) FROM outbox WHERE state IN ('new', 'sending')")
    return int(rows[0][0])
