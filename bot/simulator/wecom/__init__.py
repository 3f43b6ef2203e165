"""The simulated WeCom: the self-built app with its API and callbacks, group webhooks, and the intelligent bot's
gateway. Written from the facts alone; it shares no line with Danju's own WeCom channels."""

from bot.simulator.wecom.app import WecomSim
from bot.simulator.wecom.bot import BotSim
from bot.simulator.wecom.config import BotConfig, WecomConfig

__all__ = ["BotConfig", "BotSim", "WecomConfig", "WecomSim"]
