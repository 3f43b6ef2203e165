"""Why no long connection came about, as a sentence for whoever set Feishu up, and whether trying again soon helps."""

from __future__ import annotations

from dataclasses import dataclass

CHILD_GONE = "飞书长连接的进程意外结束，正在重新启动。一直这样请运行 danju doctor"
LOST = "飞书长连接断开（代码 {code}），正在重连。断开期间的消息飞书会稍后补发"

_BUSY = "飞书暂时没有接受长连接（错误码 {code}），正在重试，不用处理。持续超过十分钟请看飞书开放平台的状态公告"
_UNREACHABLE = "连不上飞书（{say}），正在重试。请检查这台电脑能不能上网、防火墙有没有放行 open.feishu.cn"
_CREDENTIALS = (
    "飞书不认 App ID 或 App Secret（错误码 {code}）。请到飞书开放平台“凭证与基础信息”重新复制，"
    "运行 danju setup feishu 填好后重启"
)
_TOO_MANY = (
    "这个应用的飞书长连接太多了（最多 50 个）。请看是不是有别的电脑或测试环境也在用同一个 App ID，关掉多余的；"
    "空出位置后会自动连上"
)
_FORBIDDEN = (
    "飞书不允许这个应用用长连接（错误码 {code}）。长连接只支持企业自建应用：请在开放平台确认应用类型、已启用机器人、"
    "并已发布版本；海外版 Lark 请把 DANJU_FEISHU_MODE 改成 webhook"
)
_OTHER = "飞书拒绝了长连接（错误码 {code}：{say}）。请在开放平台检查应用是否已发布、“事件与回调”是否选了长连接"


@dataclass(frozen=True, slots=True)
class Refusal:
    """``lasting``: only a person can mend it, so it is tried again rarely."""

    text: str
    lasting: bool


def of(kind: str, code: int, say: str) -> Refusal:
    """The refusal for what the SDK told. ``kind`` is ``client``, ``server`` or ``network``.

    Codes: 1000040344 and 514 credentials, 1000040350 too many connections, 403 forbidden; anything else of kind
    ``server`` is the platform's own trouble.
    """
    if kind == "network":
        return Refusal(_UNREACHABLE.format(say=say), False)
    if code == 1000040350:
        return Refusal(_TOO_MANY, True)
    if code in (514, 1000040344, 10003, 10014, 10015, 401):
        return Refusal(_CREDENTIALS.format(code=code), True)
    if code == 403:
        return Refusal(_FORBIDDEN.format(code=code), True)
    if kind == "server":
        return Refusal(_BUSY.format(code=code), False)
    return Refusal(_OTHER.format(code=code, say=say), True)
