"""Typed commands of the product: what buttons do can also be said. These are verbs beside the specification's
intents.
"""

from __future__ import annotations

import re
from decimal import Decimal

from nlp.catalogue.lexicon import CUSTOMER
from nlp.findings import Context, Doc, Intent, Line, Understanding, Verb
from nlp.scanning import cues as c
from nlp.scanning.numbers import number_at, plain
from nlp.scanning.tokens import T, Token

_HELP = ("帮助", "help", "怎么用", "使用说明", "你能做什么", "有什么功能")
_DRAFTS = ("草稿", "我的草稿", "草稿箱", "看草稿", "草稿列表", "查看草稿")
_NO = r"(?:(?:xs|sh|rk|cg|bj|qc|cx)[- ]?\d{1,10}(?![-\d])|草稿[ ]?\d{1,6})"
_CONFIRM = re.compile(
    r"(?:确认|确定|提交|下单吧|没问题,?确认)(?:这单|订单|单子|一下|吧|了|下单|提交|无误){0,3}[ ]*"
    rf"({_NO})?[ 吧了。.!]*$"
)
_RESUME = re.compile(rf"(?:继续|打开|接着做?|恢复)[ ]*({_NO})?[ 吧了。.!]*$")
_UNDO = re.compile(
    rf"(?:撤销|作废|反冲|冲销|红冲)[ ]*(?:单据|单子|这单|订单)?[ ]*({_NO})[ ,:]*(.*)$"
    rf"|({_NO})[ ,:]*(?:撤销|作废|冲销)[ ,:]*(.*)$"
)
_CANCEL = re.compile(rf"(?:取消|不要了|算了)[ ]*({_NO})?[ 吧了。.!]*$")
_SHIP = re.compile(rf"(?:发货|出库|发出)[ ]*({_NO})|({_NO})[ ,:]*(?:发货|出库|全部发货|全发)")
_SHOW = re.compile(rf"(?:打印|查看|看|看下|看一下|显示|查|查一下|查询|打开|单据|pdf)?[ ]*({_NO})[ ?]*$")
_TEXT = re.compile(rf"(?:文本|文字|文字版|文本版|复制)[ ]*({_NO})|({_NO})[ ]*(?:文本|文字版|文字)$")
_PART = re.compile(r"第([一二三四五六七八九十\d]{1,3})[行条项](?:只)?(?:先)?发?[ ]*")
_RECEIVE = ("到货", "收到货", "收货", "入库", "来货", "货到", "到了")


def _moved(following: Token | None) -> bool:
    """Whether what follows a word of coming changes when it comes."""
    if following is None:
        return False
    return (following.has(c.CHANGE) and following.text != "要") or following.text.startswith(
        ("推", "提前", "延", "顺延", "日期", "时间", "放到", "挪")
    )


def command(text: str, tokens: list[Token], refs: tuple[str, ...], context: Context) -> Understanding | None:
    """The command a message gives, or None."""
    bare = text.strip(" \t\n。.!！~")
    if len(bare) <= 12 and bare.rstrip("?") in _HELP:
        return Understanding(verb=Verb.HELP, confidence=0.99)
    if bare.rstrip("?") in _DRAFTS:
        return Understanding(verb=Verb.DRAFTS, confidence=0.99)
    ref = refs[0] if refs else None
    if len(bare) <= 30:
        for pattern, verb in ((_RESUME, Verb.RESUME), (_CONFIRM, Verb.CONFIRM), (_TEXT, Verb.TEXT)):
            if pattern.match(bare):
                return Understanding(verb=verb, refs=refs, confidence=0.98)
        if _SHOW.match(bare) and ref is not None:
            return Understanding(verb=Verb.SHOW, refs=refs, confidence=0.98)
    if bare in ("撤销", "撤回上一步", "撤销上一单") and context.sender_role != "customer" and context.draft is None:
        return Understanding(verb=Verb.UNDO, refs=refs, confidence=0.95)
    if ref is not None and (match := _UNDO.match(bare)):
        if context.draft is not None and str(context.draft.get("doc_no") or "") == ref:
            return None
        reason = (match[2] or match[4] or "").strip(" ,.。") or None
        doc = Doc(intent=Intent.CANCEL, ref=ref, reason=reason)
        return Understanding(intent=Intent.CANCEL, verb=Verb.UNDO, docs=(doc,), refs=refs, confidence=0.97)
    if len(bare) <= 16 and (match := _CANCEL.match(bare)) and match[1] and ref is not None:
        doc = Doc(intent=Intent.CANCEL, ref=ref)
        return Understanding(intent=Intent.CANCEL, docs=(doc,), refs=refs, confidence=0.97)
    if ref is not None and _SHIP.search(bare):
        return _ship(bare, ref, refs)
    return _receive(tokens, context)


def _ship(bare: str, ref: str, refs: tuple[str, ...]) -> Understanding:
    """发货 XS-0012, all of it, or 第1行发5箱 row by row."""
    lines = []
    doubts: list[str] = []
    for match in _PART.finditer(bare):
        row = number_at(match[1], 0)
        amount = number_at(bare, match.end()) if match.end() < len(bare) else None
        if row is None or row[0] != len(match[1]):
            continue
        unit = None
        qty = None
        if amount is not None:
            qty = plain(amount[1])
            rest = re.match(r"[ ]*([\u4e00-\u9fff]|[a-z]{1,3})(?![\u4e00-\u9fff])", bare[amount[0] :])
            unit = rest[1] if rest else None
        elif "不发" not in bare[match.start() : match.end() + 3]:
            doubts.append("qty_missing")
        lines.append(Line(line_no=int(row[1]), qty=qty, unit=unit))
    doc = Doc(intent=Intent.NONE, ref=ref, lines=tuple(lines))
    return Understanding(
        verb=Verb.SHIP, docs=(doc,), refs=refs, ask=bool(doubts), ask_about=tuple(doubts), confidence=0.97,
        question="第几行发多少没看清，请写成“第1行发5箱”。" if doubts else None,
    )  # fmt: skip


def _receive(tokens: list[Token], context: Context) -> Understanding | None:
    """永固到货 M8*30 20盒 单价12: goods that have come, said by somebody of the firm.

    到货 after a date is a delivery date instead.
    """
    if context.sender_role in ("customer", "supplier"):
        return None
    kinds = {party.kind for t in tokens if t.kind is T.PARTY for party in t.parties}
    if context.sender_role == "sales" and kinds == {CUSTOMER}:
        return None  # goods come from suppliers
    for at, token in enumerate(tokens):
        if token.kind is not T.CUE or token.text not in _RECEIVE:
            continue
        following = next((t for t in tokens[at + 1 :] if t.kind is not T.GAP), None)
        if following is not None and following.kind in (T.COLON, T.DATE):
            continue  # 期望到货:12月22号 of a form
        if _moved(following):
            continue  # 到货改成12月28日
        before = [t for t in tokens[:at] if t.kind is not T.GAP]
        after = [t for t in tokens[at + 1 :] if t.kind is not T.GAP]
        if before and before[-1].kind is T.DATE and before[-1].text not in ("今天", "刚才", "刚刚", "今日"):
            return None
        if any(
            t.text in ("吗", "没", "么", "什么时候", "多少", "采购", "前", "之前") for t in tokens
        ) or "?" in "".join(t.text for t in after):
            return None
        counted = any(t.kind is T.QTY and t.value != Decimal(0) for t in tokens)
        if counted and (any(t.kind is T.ITEM for t in after) or context.sender_role == "warehouse"):
            return Understanding(verb=Verb.RECEIVE, confidence=0.9)
    return None
