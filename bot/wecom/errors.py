"""WeCom's error codes (facts 2.3) as what the sender understands, with sentences for the firm's administrator."""

from __future__ import annotations

import re

from bot.channel import NotYet, SendFailed

TOKEN_CODES = frozenset({40014, 42001})  # the access token is no longer good
MAYBE_TOKEN = 40001  # from gettoken a wrong secret; from everything else a dead token
TOO_LARGE_FOR_ONE = 830002
BUSY_SECONDS = 2.0
QUIET_SECONDS = 60.0  # a blocked minute
MEND_SECONDS = 300.0  # somebody has to change a setting; then it should go on by itself

#: Wrong in our settings or in WeCom's console: nothing is lost, it goes on when mended.
SETTINGS = {
    40001: "企业微信说应用的 Secret 不对：请在管理后台“应用管理”里重新查看 Secret，再跑一次 danju setup wecom",
    40013: "企业微信说企业 ID 不对：它在管理后台“我的企业”最下面，以 ww 开头；改好后再跑一次 danju setup wecom",
    40056: "企业微信说 AgentId 不对：请核对应用详情页上的 AgentId，再跑一次 danju setup wecom",
    41011: "企业微信没有收到 AgentId：请核对应用详情页上的 AgentId，再跑一次 danju setup wecom",
    43012: "这个应用没有设置“接收消息”的回调 URL，企业微信不让发带按钮的卡片：请在应用详情页设置 API 接收消息",
    48002: "这个应用没有调用这个接口的权限：请在管理后台打开应用的相应权限",
    301002: "这个应用没有权限：请核对 AgentId 和 Secret 是不是同一个应用的",
}

#: About one message or one person; no other try helps.
FINAL = {
    40003: "企业微信不认识这个账号：可能已经离职，或账号改过",
    40004: "企业微信不认识这种文件",
    40006: "文件大小不合企业微信的要求（至少 6 个字节，最多 20 MB）",
    40007: "这个文件在企业微信里已经过期（只留 3 天），请重新发一次",
    40008: "企业微信不认识这种消息",
    40009: "图片太大，企业微信最多收 10 MB",
    40033: "企业微信说内容里有不合规的字符",
    40058: "企业微信说内容不合规矩",
    41016: "企业微信说卡片没有标题",
    42017: "企业微信说卡片上的按钮已经不在了",
    44004: "企业微信说内容是空的",
    45002: "企业微信说内容太长",
    60011: "应用看不到这个人：请管理员在应用详情页的“可见范围”里加上他",
    60111: "企业微信里没有这个账号：可能已经离职",
    81013: "消息没有人能收到：收的人不在应用的可见范围里，请管理员在应用详情页的“可见范围”里加上",
    93000: "群机器人的地址不对：请在群里重新复制 Webhook 地址里的 key，写进 DANJU_WECOM_GROUP_WEBHOOKS",
    93001: "这个群不让机器人发消息",
    93006: "企业微信不认识这个群",
    93008: "机器人不在这个群里了：请在群里重新添加",
    93017: "企业微信说内容是空的",
    93018: "图片太大，群机器人最多发 2 MB",
    93019: "企业微信不认识这个机器人：请在群里重新添加，把新的 key 写进 DANJU_WECOM_GROUP_WEBHOOKS",
    95000: "群机器人发不了这条消息",
}

_IP = re.compile(r"from ip:?\s*([0-9a-fA-F.:]{3,45})")


class Refusal(SendFailed):
    """WeCom answered with an error code: it certainly did nothing."""

    def __init__(self, code: int, reason: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(reason, permanent=permanent, retry_after=retry_after, no_effect=True)
        self.code = code


class Unreachable(SendFailed):
    """No connection came about: WeCom certainly saw nothing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, no_effect=True)


class Unknown(SendFailed):
    """The connection broke, or the answer was none of WeCom's: it may have done it or not."""


def egress_ip(errmsg: str) -> str:
    """The address WeCom saw us come from, out of the text of a 60020; empty when it does not say."""
    found = _IP.search(errmsg)
    return found.group(1).rstrip(".:") if found else ""


def failure(code: int, errmsg: str) -> SendFailed:
    """What an error code means for the row that met it. ``errmsg`` is WeCom's text; only the address in a 60020 is
    taken from it, for the rest of it is nobody's language."""
    if code in (45009, 45033):
        return NotYet(QUIET_SECONDS, f"企业微信说发得太快（{code}），一分钟后再发")
    if code == -1:
        return Refusal(code, "企业微信正忙（-1），马上再试", permanent=False, retry_after=BUSY_SECONDS)
    if code == 60020:
        return Refusal(code, trusted_ip(egress_ip(errmsg)), permanent=False, retry_after=MEND_SECONDS)
    if code in SETTINGS:
        return Refusal(code, f"{SETTINGS[code]}（{code}）", permanent=False, retry_after=MEND_SECONDS)
    if code in TOKEN_CODES:
        return Refusal(code, f"企业微信不认刚换的访问令牌（{code}），过一会儿再试", permanent=False, retry_after=60.0)
    if code in FINAL:
        return Refusal(code, f"{FINAL[code]}（{code}）", permanent=True)
    return Refusal(code, f"企业微信没有收下，错误码 {code}；请把这个号码告诉管理员", permanent=True)


def trusted_ip(address: str) -> str:
    """The sentence for 60020: which address is to be entered where."""
    which = f"的出口 IP {address}" if address else "的出口 IP"
    return (
        f"企业微信不认这台机器{which}：请在管理后台打开这个应用，在最下面的“企业可信IP”里加上"
        f"{address or '它'}，几分钟后会自动接着发（60020）"
    )
