"""Short sentences that decide about a document: approve, reject, cancel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import meaning
from nlp.findings import Intent
from nlp.scanning import cues as c
from nlp.scanning.cues import words
from nlp.scanning.tokens import T, Token

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
_SOFT = words("可以 行 ok 好 好的 嗯 可 中 成 可以的 好吧 没毛病 yes 过 走 走起 走着 安排 照走 照发 办")
_CANCEL = words("""
    不做了 作废 撤单 撤了 撤销 取消 不要了 不下了 删单 算了 不订了 废掉 取消掉 取消了 不用做了 别做了 不用发了
    先不要了 不买了 不要做了 取消吧 单子不要 别下了 不用下了 退单 不发了 撤掉 先取消 废了 不需要了 黄了 不弄了
    不搞了
""")
_WHOLE = words("""
    整单 全部取消 那个单 这个单 这单 这票 这张 单子 那单 那票 那张 订单 全单 这笔 那笔
    刚才 刚刚 上一单 都不要 全不要 全都
""")
_TO_ANOTHER = ("转给", "换给", "改给", "让给", "匀给", "调给", "挪给", "转到", "改成", "换成", "改到", "转去")
_PAPERS = ("单", "张", "票", "货")
_ASKING = ("?", "吗", "什么时候", "啥时", "几时", "何时", "多久", "能不能", "可不可以", "行不行", "了没", "没有啊")
_REASON_LEAD = (",", ":", "。", ";", " ", "!", "、", "\n", "因为", "理由", "原因", "是", "了", "吧", "掉")


_THE_PAPER = (
    r"(?:(?:这|那|整|全|本|刚才那|刚刚那)(?:张|个|笔|票|份)?(?:订|草)?单子?|(?:这|那)(?:票|笔|张)|单子|订单|单)"
)
_THEN = r"(?:刚才?|刚刚|昨天|前天|今天|今早|上午|下午|早上|晚上|昨晚|上次)(?:下|订|发|要|报)?的?"
_UNDONE = r"(?:取消|作废|不要|撤销|撤|不做|废|删除|删|不下|不开|不订|不发)"
# A clause that takes back the whole paper: 这张单作废吧, 把这单撤了, 取消这单.
_PAPER_GONE = re.compile(
    rf"(?:那就|那么|那|就|所以|请|麻烦|帮我|帮忙|直接|先|把|将|我们?的?|咱们?的?|{_THEN}){{0,4}}{_THE_PAPER}"
    rf"(?:就|先|也|都|给我|帮我|直接){{0,3}}{_UNDONE}(?:掉|了|一下|下|吧|啊|呀|哈|哦|先){{0,3}}"
    rf"|(?:那就|就|请|麻烦|帮我|直接|先){{0,3}}{_UNDONE}(?:掉|了|一下|下)?(?:我们?的?|{_THEN})?{_THE_PAPER}[吧了啊呀哈]{{0,2}}"
)
_GOODS_PAPER = re.compile(
    rf"[ ]*[^,。;!?\n]{{2,24}}?(?:[那这](?:张|个|笔|票)?单子?|[那这][笔票])"
    rf"(?:就|先|也|都|给我|帮我|直接|麻烦){{0,3}}{_UNDONE}(?:掉|了|一下|下|吧|啊|呀|哈|哦|先){{0,3}}(?=$|[,。;!\n ])"
)
_CANCELLED = re.compile(r"取消|作废|撤|删")
_BREAK = re.compile(r"[,。;!\n ]+")
_PLAIN = words("同意 批准 批 准 通过 审核通过 审批通过 放行 同意发货 可以通过 可以批 给过 照办")
_EDITING = (c.CHANGE, c.DROP, c.SWAP, c.TIMES, c.KEEP)
# What only says the verdict once more: 没问题,过吧; 同意,就按这个价走.
_UNSURE = ("但", "可是", "就是", "不对", "除了", "除非", "有问题", "先别")
_ECHO = re.compile(
    r"(?:那就|就|可以|先)?(?:按|照)(?:这个|这|此)(?:价格?|单子?|数量?)?(?:来|走|发|做|办|开|下|执行)[吧了啊]?|(?:抓紧|尽快|马上)?安排[吧了啊]?"
)


_PUT_FIRST = re.compile(
    r"^(?:(?:这|那|此|该|本)(?:张|个|笔|票|份)?(?:单子?)?|单子|订单)?(?:给我|帮我|先|直接|都|全部|统统){0,2}"
)
_ALL_OFF = re.compile(
    r"(?:(?:那|就|先|帮我|给我|还是|都)?(?:取消|撤单|撤销|作废|撤了|退单)[掉了吧啊呀,。! ]{0,3}){1,3}"
)
_PRICED_WELL = re.compile(
    r"(?:价格?|单价|数量|金额|利润)(?:都|也)?(?:没问题|没意见|没毛病|没啥问题|没什么问题|合理|可以|ok|合适|对的?|行)"
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
        and not (named and counted and not target)  # 德邻退回来3个档案盒
        and rejected[0] <= 14 + sum(len(t.text) for t in tokens if t.kind is T.REF)
        and (role == "boss" or refs or rejected[0] <= 2)
        and not _day_refused(tokens, rejected[0])
        and role not in ("customer", "supplier")
    ):
        return Verdict(Intent.REJECT, _reason(text, rejected[1]))
    said = next((t.text for t in tokens if t.kind is T.REF), "")
    if role == "boss" and target and not (named and counted) and (back := _sent_back(text, said)):
        return Verdict(Intent.REJECT, _reason(text, back))
    if counted or any(t.has(c.INSTRUCT) for t in tokens) or any(word in text for word in _ASKING):
        return None
    if any(t.has(c.REST, c.KEEP, c.EXCEPT) for t in tokens):
        return None  # 只留700的,其他都不要了
    if has_draft and _handed_on(tokens):
        return None  # 越禾不要了,这批转给木棉
    cancelled = _find(head, _CANCEL)
    if _ALL_OFF.fullmatch(text.strip()):
        return Verdict(Intent.CANCEL, len(text))
    if (gone := _paper_gone(text)) and (target or _CANCELLED.search(text[:gone])):
        return Verdict(Intent.CANCEL, _reason(text, gone))  # 口罩不要了,这单取消
    first = next((t for t in tokens if t.kind is not T.GAP and t.text not in ("把", "那个", "那", "这个", "将")), None)
    goods = named or (first is not None and first.kind is T.ITEM and first.text not in _PAPERS)  # 米先不要了
    goods = goods or (first is not None and first.has(c.GIFT) and not refs)  # 赠品不要了
    goods = goods or (
        has_draft and not refs and first is not None and first.kind in (T.NUM, T.MEASURE, T.SPEC)
    )  # 20寸的撤掉
    if target and not goods and len(text) <= 40 and any(_ALL_OFF.fullmatch(part) for part in _BREAK.split(text)):
        return Verdict(Intent.CANCEL, len(text))  # 打电话来说不要了,撤单
    if cancelled is not None and not goods and len(text) <= 40:
        whole = any(word in text for word in _WHOLE) or refs
        whole = whole or (len(text) <= 12 and any(word in text for word in _PAPER))
        if whole or (target and cancelled[0] <= 4):
            return Verdict(Intent.CANCEL, _once(text, _reason(text, cancelled[1]), _CANCEL))
    return _approved(text, head, tokens, role=role, has_draft=has_draft, refs=refs, named=named)


def _day_refused(tokens: list[Token], at: int) -> bool:
    """周五不行,改周日上午送: a day that does not suit, beside one that does."""
    days = [t for t in tokens if t.kind is T.DATE]
    return len(days) > 1 and any(day.end == at for day in days)


def _approved(
    text: str, head: str, tokens: list[Token], *, role: str, has_draft: bool, refs: bool, named: bool
) -> Verdict | None:
    target = has_draft or refs
    changed = any(t.kind is T.NUM or (t.has(c.CHANGE) and t.text != "要") for t in tokens)
    stated = _first_words(text.lstrip()) in ("同意", "通过", "批准", "可以通过", "同意了")  # 同意,价格下次注意
    stated = stated or any(word in head for word in ("按这个", "照这个"))
    fine = _PRICED_WELL.search(text) is not None
    if fine and any(word in text for word in _UNSURE):
        return None  # 价格没问题但是数量不对
    stated = stated or fine
    changed = changed or (any(t.has(c.PRICE) for t in tokens) and not stated)
    if role == "boss" and target and named and len(text) <= 40 and not any(t.has(*_EDITING) for t in tokens):
        at = _said_plainly(text)
        if at:
            return Verdict(Intent.APPROVE, _once(text, _reason(text, at), _APPROVE | _SOFT))
    if role in ("customer", "supplier") or len(text) > 40 or named or changed:
        return None
    approved = _find(head, _APPROVE)
    if approved is not None and any(char in "别不没未勿" for char in head[max(0, approved[0] - 2) : approved[0]]):
        return None
    allowed = role == "boss" or refs or (has_draft and approved is not None and _explicit(head, approved))
    named_ref = sum(len(t.text) for t in tokens if t.kind is T.REF)
    if approved is not None and approved[0] <= 14 + named_ref and allowed:
        return Verdict(Intent.APPROVE, _once(text, _reason(text, approved[1]), _APPROVE | _SOFT))
    bare = text.strip(" ,.。!~的吧了啊哈\n")
    for token in tokens:
        if token.kind is T.REF:  # PO-2612-055 OK
            bare = bare.replace(token.text, "", 1).strip(" ,.。:!")
    soft = bare in _SOFT or any(head.startswith(word) for word in ("可以", "行", "ok", "好"))
    if role == "boss" and target and soft and len(bare) <= 12:
        return Verdict(Intent.APPROVE, len(text))
    return None


def _handed_on(tokens: list[Token]) -> bool:
    """转给木棉, 换给三院, 改成老周: the paper goes to another party, it is not given up."""
    return any(
        t.kind is T.PARTY and "".join(w.text for w in tokens[max(0, n - 3) : n]).strip().endswith(_TO_ANOTHER)
        for n, t in enumerate(tokens)
    )


def _paper_gone(text: str) -> int:
    """工地停了,线管先不发,这张单作废吧: where the clause ends that takes back the whole paper; 0 when none does."""
    if len(text) > 60:
        return 0
    at = 0
    for cut in [*_BREAK.finditer(text), None]:
        end = cut.start() if cut else len(text)
        if at < end and _PAPER_GONE.fullmatch(text, at, end):
            return end
        at = cut.end() if cut else end
    return 0


def whole_of_goods(text: str, tokens: list[Token], draft: Mapping[str, Any], lexicon: Lexicon) -> Verdict | None:
    """魔芋爽和鸭脖那单取消掉: the paper told by what is in it, and all of it taken back."""
    if len(text) > 60 or any(t.kind in (T.QTY, T.ROW, T.PRICE, T.NUM) for t in tokens):
        return None
    gone = _GOODS_PAPER.match(text)
    if gone is None or any(word in text for word in _ASKING) or any(t.has(c.REST, c.KEEP, c.EXCEPT) for t in tokens):
        return None
    had = {lexicon.number(str(line.get("sku"))) for line in draft.get("lines") or () if line.get("sku")}
    goods = [t for t in tokens if t.kind is T.ITEM and len(t.text) > 1 and t.end <= gone.end()]
    if not goods or not all(meaning(t, lexicon) & had for t in goods):
        return None
    return Verdict(Intent.CANCEL, _once(text, _reason(text, gone.end()), _CANCEL))


def _said_plainly(text: str) -> int:
    """水泥价格没问题,批了: where a clause ends that is the verdict and no more; 0 when there is none."""
    at = 0
    for cut in [*_BREAK.finditer(text), None]:
        end = cut.start() if cut else len(text)
        if text[at:end].strip("的吧了啊呀哈就那先") in _PLAIN:
            return end
        at = cut.end() if cut else end
    return 0


def _first_words(text: str) -> str:
    """The words up to the first break."""
    end = next((at for at, char in enumerate(text) if char in ",:。;!、\n "), len(text))
    return text[:end]


def _sent_back(text: str, said: str) -> int:
    """退回，单价没写清: where the first words end that are the verdict by themselves, the reason behind them; else 0.
    ``said``: the document number a message may begin with."""
    begin = len(text) - len(text.lstrip())
    if said and text.startswith(said, begin):
        begin += len(said)
    begin += len(text[begin:]) - len(text[begin:].lstrip(" ,:"))
    first = _first_words(text[begin:])
    return (
        begin + len(first) if _PUT_FIRST.sub("", first) in _SENT_BACK and len(text.rstrip()) > begin + len(first) else 0
    )


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


def _once(text: str, at: int, table: frozenset[str]) -> int:
    """Behind the clauses that only say the verdict once more: they are no reason."""
    while at < len(text):
        cut = _BREAK.search(text, at)
        end = cut.start() if cut else len(text)
        clause = text[at:end].strip("的吧了啊呀哈就那先都全")
        again = clause in table or (_PAPER_GONE if table is _CANCEL else _ECHO).fullmatch(text, at, end)
        if not again:
            return at
        at = _reason(text, cut.end() if cut else end)
    return at
