"""Short sentences that decide about a document: approve, reject, cancel."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp import cues as c
from nlp.cues import words
from nlp.findings import Intent
from nlp.tokens import T, Token

_REJECT = words("""
    驳回 打回去 打回 退回去 退回重做 不同意 不批 不批准 不通过 不予通过 不能批 不能过 否了 否决 拒绝 重做 不准
    打回来 退回来 给我退回 退回修改 不能走 不能发 不给过 卡住 拒了 驳了 先别过 不可以 过不了 不让过 这单不行
    不行
""")
_APPROVE = words("""
    同意 通过 批准 准了 批了 放行 审核通过 审批通过 没意见 同意了 走吧 发吧 做吧 可以发 可以走 可以做 可以过
    没问题 准 批 过了 给他过 就这样做 就这么办 按这个走 按这个做 照办 批准了 已批 已阅同意 同意发货 给过 让他走
    可以通过 可以批 行走吧 按这个发 按这个来 按这个下 按这个开 就按这个 照这个发 照这个做 就这么发 就这样发
""")
# Said of papers and of nothing else: they want a document even when none is open.
_PAPER = words("撤单 作废 删单 退单 废单 消单 撤销订单 撤销单子 取消订单 取消单子")
_SENT_BACK = words(
    "退回 退回吧 退了 退 打回 退单"
)  # by the one who decides, as the first words and with no goods named
_SOFT = words("可以 行 ok 好 好的 嗯 可 中 成 可以的 好吧 没毛病 yes 过")
_CANCEL = words("""
    不做了 作废 撤单 撤了 撤销 取消 不要了 不下了 删单 算了 不订了 废掉 取消掉 取消了 不用做了 别做了 不用发了
    先不要了 不买了 不要做了 取消吧 单子不要 别下了 不用下了 退单 不发了 撤掉 先取消 废了 不需要了 黄了 不弄了
    不搞了
""")
_WHOLE = words("""
    整单 全部取消 这单 这票 这张 单子 那单 那票 那张 订单 全单 这笔 那笔 刚才 刚刚 上一单 都不要 全不要 全都
""")
_NUMBERED = re.compile(r"[ ]*[a-z]{1,4}[- ]?\d{1,10}(?:-\d{1,8}){0,3}[ :,]*")  # CG-120906退回,…
_PAPERS = ("单", "张", "票", "货")
_ASKING = ("?", "吗", "什么时候", "啥时", "几时", "何时", "多久", "能不能", "可不可以", "行不行", "了没", "没有啊")
_REASON_LEAD = (",", ":", "。", ";", " ", "!", "、", "\n", "因为", "理由", "原因", "是", "了", "吧", "掉")


_OUTRIGHT = re.compile(
    r"(?:这|整|全|本)(?:张|个|笔|票)?订?单子?(?:都|就|先|也)?(?:取消|作废|不要了|撤了|撤掉)[吧了啊]?$"
    r"|(?:取消|作废|撤销)(?:这|整|全)(?:张|个|笔|票)?订?单[吧了啊]?$"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided, and where the words after the verdict begin in the folded text."""

    intent: Intent
    reason_at: int


def _find(text: str, table: frozenset[str]) -> tuple[int, int] | None:
    best: tuple[int, int] | None = None
    for word in table:
        at = text.find(word)
        if at >= 0 and (best is None or (at, -len(word)) < (best[0], best[0] - best[1])):
            best = (at, at + len(word))
    return best


def verdict(text: str, tokens: list[Token], *, role: str, has_draft: bool, refs: bool) -> Verdict | None:
    """The verdict of a short sentence, if it is one. Quantities of named items mean it is an edit instead."""
    counted = any(t.kind in (T.QTY, T.ROW, T.PRICE) for t in tokens)
    named = any(t.kind is T.ITEM and len(t.text) > 1 for t in tokens)
    head = text[:40]
    target = has_draft or refs
    rejected = _find(head, _REJECT)
    if (
        rejected is not None
        and rejected[0] <= 14 + sum(len(t.text) for t in tokens if t.kind is T.REF)
        and (role == "boss" or refs or rejected[0] <= 2)
        and role not in ("customer", "supplier")
    ):
        return Verdict(Intent.REJECT, _reason(text, rejected[1]))
    if role == "boss" and target and not (named and counted) and _sent_back(text):
        return Verdict(Intent.REJECT, _reason(text, len(_first_words(text))))
    named_first = _NUMBERED.match(text) if refs and role == "boss" else None
    if named_first is not None and not named and _sent_back(text[named_first.end() :]):
        head_end = named_first.end() + len(_first_words(text[named_first.end() :]))
        return Verdict(Intent.REJECT, _reason(text, head_end))
    if counted or any(t.has(c.INSTRUCT) for t in tokens) or any(word in text for word in _ASKING):
        return None
    cancelled = _find(head, _CANCEL)
    if target and not refs and _paper_gone(text):
        return Verdict(Intent.CANCEL, len(text))
    first = next((t for t in tokens if t.kind is not T.GAP), None)
    goods = named or (first is not None and first.kind is T.ITEM and first.text not in _PAPERS)  # 米先不要了
    if cancelled is not None and not goods and len(text) <= 40:
        whole = any(word in text for word in _WHOLE) or refs
        whole = whole or (len(text) <= 12 and any(word in text for word in _PAPER))
        if whole or (target and cancelled[0] <= 4):
            return Verdict(Intent.CANCEL, _reason(text, cancelled[1]))
    if target and len(text) <= 40 and _OUTRIGHT.search(text):
        return Verdict(Intent.CANCEL, _reason(text, len(text)))  # 口罩不要了,这单取消
    changed = any(t.kind is T.NUM or (t.has(c.CHANGE) and t.text != "要") for t in tokens)
    stated = _first_words(text.lstrip()) in ("同意", "通过", "批准", "可以通过", "同意了")  # 同意,价格下次注意
    stated = stated or any(word in head for word in ("按这个", "照这个"))
    changed = changed or (any(t.has(c.PRICE) for t in tokens) and not stated)
    if role in ("customer", "supplier") or len(text) > 40 or named or changed:
        return None
    approved = _find(head, _APPROVE)
    if approved is not None and any(char in "别不没未勿" for char in head[max(0, approved[0] - 2) : approved[0]]):
        return None
    allowed = role == "boss" or refs or (has_draft and approved is not None and _explicit(head, approved))
    named_ref = sum(len(t.text) for t in tokens if t.kind is T.REF)
    if approved is not None and approved[0] <= 14 + named_ref and allowed:
        return Verdict(Intent.APPROVE, _reason(text, approved[1]))
    bare = text.strip(" ,.。!~的吧了啊哈\n")
    soft = bare in _SOFT or any(head.startswith(word) for word in ("可以", "行", "ok", "好"))
    if role == "boss" and target and soft and len(text) <= 12:
        return Verdict(Intent.APPROVE, len(text))
    return None


def _paper_gone(text: str) -> bool:
    """工地停了,线管先不发,这张单作废吧: the last clause takes back the whole paper, whatever the others say why."""
    last = re.split(r"[,。;!\n]", text.strip(" ,。;!\n"))[-1].strip("吧了啊呀 ")
    return len(text) <= 60 and any(
        last in (paper + verb, verb + paper)
        for paper in (
            "这张单",
            "这单",
            "这个单",
            "这张单子",
            "这个单子",
            "整单",
            "单子",
            "订单",
            "这票",
            "那单",
            "那张单",
        )
        for verb in (
            "作废",
            "取消",
            "撤了",
            "撤掉",
            "不要",
            "不做",
            "废掉",
            "先作废",
            "先取消",
            "就作废",
            "就取消",
            "撤销",
            "删掉",
        )
    )


def _first_words(text: str) -> str:
    """The words up to the first break."""
    end = next((at for at, char in enumerate(text) if char in ",:。;!、\n "), len(text))
    return text[:end]


def _sent_back(text: str) -> bool:
    """退回，单价没写清: the verdict stands by itself, the reason behind it."""
    first = _first_words(text.lstrip())
    return first in _SENT_BACK and len(text.strip()) > len(first)


def _explicit(text: str, found: tuple[int, int]) -> bool:
    return text[found[0] : found[1]] in ("同意", "通过", "批准", "审核通过", "审批通过", "同意发货", "同意了", "批准了")


def _reason(text: str, at: int) -> int:
    moved = True
    while moved:
        moved = False
        for lead in _REASON_LEAD:
            if text.startswith(lead, at):
                at += len(lead)
                moved = True
    return at
