"""Feishu's error codes and what to do about each. Messages for the operator and the sender are Chinese and say what to
do next; codes are those of the open platform's pages about messages, resources and tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bot.channel import CardGone, NotYet, SendFailed

OK = 0
LOCKED_SECONDS = 0.5  # for which a click holds a card after its answer
TOKEN_REFUSED = frozenset({99991663, 99991664, 99991665})  # drop the token, fetch a new one, ask once more

_APP_LIMITS = frozenset({99991400, 11232, 1000004, 1000005})  # the whole app has to slow down
_CHAT_LIMITS = frozenset({11233, 230020})  # one chat or one message
_BUSY = {230049: 1.0, 200810: LOCKED_SECONDS}  # seconds: the same uuid is under way; a click holds the card
_GONE = frozenset({230011, 230110, 231003, 230031})  # recalled, deleted, older than 14 days
_NO_CARD = frozenset({230001, 99992354})  # for a change or a reply: the message named is none that can take it
_TROUBLE = frozenset({2200, 5000, 1663})  # theirs, and it passes
_CARD_REFUSED = frozenset({230099, 230025, 11310})

_OPERATOR = {
    99991661: "请求没有带令牌，是程序的毛病，请报给维护的人",
    99991671: "令牌的种类不对，是程序的毛病，请报给维护的人",
    99991662: "飞书应用被停用了，请企业管理员在飞书管理后台的应用管理里启用它",
    99991673: "飞书应用被停用了，请企业管理员在飞书管理后台的应用管理里启用它",
    10014: "飞书应用被停用了，请企业管理员在飞书管理后台的应用管理里启用它",
    10003: "飞书的 App ID 或 App Secret 不对，请对照开放平台的“凭证与基础信息”，再运行 danju setup feishu",
    10015: "飞书的 App ID 或 App Secret 不对，请对照开放平台的“凭证与基础信息”，再运行 danju setup feishu",
    230001: "飞书说请求的内容不对，重发没有用，请报给维护的人",
    230002: "机器人不在这个群里，请先把它加进群，再重发",
    230006: "飞书应用没有开通机器人，请在开放平台“添加应用能力”里开通，再发布一个新版本",
    230013: "对方不在应用的可用范围里，或者已经离职；请在开放平台“版本管理与发布”里把他加进可用范围，再重发",
    230035: "机器人在这个群里不能发言，请群主放开发言权限，再重发",
    230053: "对方停收了机器人的消息，请他在飞书里重新打开，再重发",
    230022: "内容被飞书当成敏感信息拦下了，请换个说法，或当面告诉对方",
    230028: "内容被公司的防泄漏规则拦下了（常见的是完整的手机号），请安全管理员放行，或换个说法",
    230034: "收件人的编号飞书不认，请让他给机器人发句话，再重发",
    99992351: "收件人的编号飞书不认，请让他给机器人发句话，再重发",
    99992354: "飞书找不到那条消息，不用再发",
    99992361: "收件人的编号是另一个飞书应用的（换过应用就会这样），请让他给机器人发句话，重新绑定",
}
_SCOPE_MISSING = frozenset({99991672, 99991679})
_SCOPE = re.compile(r"\b[a-z]+:[a-z_.]+(?::[a-z_.]+)*")

_NOT_OURS = "这个文件在飞书里取不到，请不要转发，直接发给我"
_RESOURCE = {
    230017: _NOT_OURS,
    234003: _NOT_OURS,
    234004: "我不在那个群里，取不到这个文件，请直接发给我",
    234006: "文件太大，飞书不收",
    234010: "文件是空的，请看看发的是不是这一个",
    234011: "图片的格式飞书不认",
    234037: "文件超过 100 MB，取不下来，请拆小了再发",
    234038: "公司设了保密，这个文件机器人取不到，请另存一份再发",
    234039: "图片的边太长，飞书不收",
    234043: "转发记录和卡片里的图片、文件我取不到，请把它单独发给我",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform said to one request. ``code`` is -1 where there was none, ``reset`` is
    ``x-ogw-ratelimit-reset`` in seconds."""

    status: int
    code: int
    msg: str = ""
    log_id: str = ""
    reset: float | None = None
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, Any]:
        """The part most answers carry their result in; empty when there is none."""
        found = self.body.get("data")
        return found if isinstance(found, dict) else {}

    @property
    def source(self) -> str:
        """Whom to ask, and about what: ``飞书 230002: bot not in chat，日志号 2026…``."""
        log_id = f"，日志号 {self.log_id}" if self.log_id else ""
        return f"飞书 {self.code if self.code > OK else f'HTTP {self.status}'}: {self.msg[:200]}{log_id}"


class TooOften(NotYet):
    """A limit of the platform. ``everywhere``: the whole app must wait. ``told``: the seconds are the platform's, not
    a guess."""

    def __init__(self, seconds: float, reason: str, *, everywhere: bool, told: bool) -> None:
        super().__init__(seconds, reason)
        self.everywhere = everywhere
        self.told = told


class CardRefused(SendFailed):
    """The platform does not take this card (or text of this length); the same words may go as a plain text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=True)


class ResourceRefused(SendFailed):
    """A picture or file that no further try will bring; the text is for the person who sent it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=True)


def failure(answer: Answer, *, names_message: bool = False) -> SendFailed:
    """What an answer that is not ``OK`` means.

    Args:
        names_message: the request changes a message or replies to one, so that a bad id means that one is gone.
    """
    found = _meaning(answer, names_message)
    found.no_effect = answer.status < 500 and answer.code > OK and answer.code not in _TROUBLE  # refused, not lost
    return found


def _meaning(answer: Answer, names_message: bool) -> SendFailed:
    code = answer.code
    if answer.status == 429 or code in _APP_LIMITS or code in _CHAT_LIMITS:
        told = answer.reset is not None
        everywhere = code not in _CHAT_LIMITS
        return TooOften(answer.reset or 1.0, f"发得太快（{answer.source}）", everywhere=everywhere, told=told)
    if code in _BUSY:
        return NotYet(_BUSY[code], f"还在处理上一次（{answer.source}）")
    if code in _GONE or (names_message and code in _NO_CARD):
        return CardGone(f"那条消息改不了了（{answer.source}）")
    if code in _CARD_REFUSED:
        if "action is lock" in answer.msg.lower():
            return NotYet(LOCKED_SECONDS, f"卡片正被点着（{answer.source}）")
        return CardRefused(f"这样的卡片或这么长的内容飞书不收（{answer.source}）")
    if code in _RESOURCE:
        return ResourceRefused(_RESOURCE[code])
    if code in _SCOPE_MISSING:
        scopes = "、".join(dict.fromkeys(_SCOPE.findall(answer.msg))) or "报错里写的那一项"
        words = f"飞书应用缺权限：请在开放平台“权限管理”里开通 {scopes}，再发布一个新版本"
        return SendFailed(f"{words}（{answer.source}）", permanent=True)
    if code in _OPERATOR:
        return SendFailed(f"{_OPERATOR[code]}（{answer.source}）", permanent=True)
    if code in TOKEN_REFUSED:
        return SendFailed(f"飞书连新令牌也不认（{answer.source}）")
    if code in _TROUBLE or answer.status >= 500 or code == OK:
        return SendFailed(f"飞书那边出了点问题，过会儿再试（{answer.source}）")
    if code < OK:  # no answer of Feishu's at all: something between us and it
        return SendFailed(f"回答的不是飞书，请看看这台电脑的网络和代理（{answer.source}）")
    # A code nobody here knows says that the request is at fault. Trying it again for a day would silence its chat.
    return SendFailed(f"飞书没收（{answer.source}）", permanent=True)
