"""Feishu's open platform on loopback: REST, events by webhook or long connection, card clicks."""

from bot.simulator.feishu.config import FeishuConfig
from bot.simulator.feishu.platform import FeishuSim

__all__ = ["FeishuConfig", "FeishuSim"]
