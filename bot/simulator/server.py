"""One server on loopback that is both simulated platforms."""

from __future__ import annotations

from aiohttp import web

from bot.simulator.control import Control
from bot.simulator.feishu.platform import FeishuSim
from bot.simulator.parts import Platform, WireLog

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

    def pending(self) -> int:
        """Events still to be delivered, over all platforms."""
        return sum(platform.pending() for platform in self.platforms.values())
