"""Which channels the settings ask for. What is not asked for is not even imported."""

from __future__ import annotations

from collections.abc import Callable

from bot.channel import RunningChannel
from bot.kit import Kit
from bot.settings import Settings
from inventory_core.errors import DanjuError


class ChannelMisconfigured(DanjuError):
    """Settings of a channel are missing or cannot be right; ``str(error)`` says which and what to do."""


def configured(settings: Settings) -> list[Callable[[Kit], RunningChannel]]:
    """What makes each channel.

    Raises:
        ChannelMisconfigured: half a configuration.
    """
    made: list[Callable[[Kit], RunningChannel]] = []
    if settings.has_feishu:
        _need(settings, "飞书", "feishu_app_secret")
        if settings.feishu_mode == "webhook":
            _need(settings, "飞书的回调方式", "feishu_encrypt_key", "feishu_verification_token")
        made.append(_feishu)
    if settings.wecom_corp_id or settings.wecom_agent_id:
        needed = ("wecom_corp_id", "wecom_agent_id", "wecom_secret", "wecom_token", "wecom_aes_key")
        _need(settings, "企业微信自建应用", *needed)
        made.append(_wecom_app)
    if settings.has_wecom_bot:
        _need(settings, "企业微信智能机器人", "wecom_bot_secret")
        made.append(_wecom_bot)
    try:
        webhooks = settings.group_webhooks
    except ValueError as error:
        raise ChannelMisconfigured(str(error)) from None
    if webhooks:
        made.append(_wecom_group)
    return made


def _need(settings: Settings, what: str, *names: str) -> None:
    values = {name: getattr(settings, name) for name in names}
    missing = [
        f"DANJU_{name.upper()}"
        for name, value in values.items()
        if not (value if isinstance(value, str) else value.get_secret_value())
    ]
    if missing:
        platform = "feishu" if "feishu" in names[0] else "wecom"
        raise ChannelMisconfigured(f"{what}还差：{'、'.join(missing)}。运行 danju setup {platform} 补上")


def _feishu(kit: Kit) -> RunningChannel:
    from bot.feishu.channel import FeishuChannel

    return FeishuChannel(kit)


def _wecom_app(kit: Kit) -> RunningChannel:
    from bot.wecom.app import WecomAppChannel

    return WecomAppChannel(kit)


def _wecom_bot(kit: Kit) -> RunningChannel:
    from bot.wecom.bot import WecomBotChannel

    return WecomBotChannel(kit)


def _wecom_group(kit: Kit) -> RunningChannel:
    from bot.wecom.group import WecomGroupChannel

    return WecomGroupChannel(kit)
