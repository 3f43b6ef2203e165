"""One server on loopback that is both simulated platforms."""

from __future__ import annotations

from aiohttp import web

from bot.simulator.control import Control
from bot.simulator.feishu.platform import FeishuSim
from bot.simulator.parts import Platform, WireLog
from bot.simulator.wecom.config import BotConfig, WecomConfig
from bot.simulator.wecom.gateway import PATH as BOT_PATH

_MAX_REQUEST = 140 * 1024 * 1024  # above the largest upload either platform takes, so that they refuse, not we
_LOOPBACK = "127.0.0.1"


class Simulator:
    """``feishu``, and WeCom's two platforms when given, behind one address, with the control API under ``/sim/``.

    ``wire`` is what the control API shows; the platforms write into the log they were made with.
    """

    def __init__(
        self,
        feishu: FeishuSim,
        wecom: Platform | None = None,
        bot: Platform | None = None,
        wire: WireLog | None = None,
    ) -> None:
        self.feishu = feishu
        self.wecom = wecom
        self.bot = bot
        self.wire = wire or feishu.wire
        self.platforms: dict[str, Platform] = {one.name: one for one in (feishu, wecom, bot) if one is not None}
        self.url = ""
        self.port = 0
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> str:
        """Listen on loopback; returns the address. Port 0: any free one."""
        app = web.Application(client_max_size=_MAX_REQUEST)
        for platform in self.platforms.values():
            app.add_routes(platform.routes())
        app.add_routes(Control(self.platforms, self.wire).routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, _LOOPBACK, port)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        self.url = f"http://{_LOOPBACK}:{self.port}"
        for platform in self.platforms.values():
            await platform.start()
        return self.url

    async def stop(self) -> None:
        """Stop delivering, close every connection, stop listening."""
        for platform in self.platforms.values():
            await platform.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def environment(self) -> dict[str, str]:
        """Danju's environment variables for talking to this simulator: invented credentials, and the address in place
        of the real platforms'. Empty before ``start``."""
        if not self.url:
            return {}
        told = {
            "FEISHU_MODE": self.feishu.config.mode,
            "FEISHU_APP_ID": self.feishu.config.app_id,
            "FEISHU_APP_SECRET": self.feishu.config.app_secret,
            "FEISHU_ENCRYPT_KEY": self.feishu.config.encrypt_key,
            "FEISHU_VERIFICATION_TOKEN": self.feishu.config.verification_token,
            "FEISHU_BASE_URL": self.url,
        }
        app, bot = getattr(self.wecom, "config", None), getattr(self.bot, "config", None)
        if isinstance(app, WecomConfig):
            told |= {
                "WECOM_CORP_ID": app.corp_id,
                "WECOM_AGENT_ID": app.agent_id,
                "WECOM_SECRET": app.secret,
                "WECOM_TOKEN": app.token,
                "WECOM_AES_KEY": app.aes_key,
                "WECOM_BASE_URL": self.url,
            }
            if app.webhooks:
                told["WECOM_GROUP_WEBHOOKS"] = ",".join(f"{name}={key}" for name, key in app.webhooks.items())
        if isinstance(bot, BotConfig):
            told |= {
                "WECOM_BOT_ID": bot.bot_id,
                "WECOM_BOT_SECRET": bot.secret,
                "WECOM_BOT_URL": self.url.replace("http", "ws", 1) + BOT_PATH,
            }
        return {f"DANJU_{name}": value for name, value in told.items()}

    def pending(self) -> int:
        """Events still to be delivered, over all platforms."""
        return sum(platform.pending() for platform in self.platforms.values())
