"""Second thoughts inside one message: 白雪纺5匹,黑的2匹,白的改6匹好了; 黑笔10盒,红笔5盒,黑笔减2盒. The amount said last
stands for the one before it or is taken off it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from nlp.grammar.entries import Entry
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_INSTEAD = c.words(
    """
    改 改成 改为 换成 改到 改要 改拿 变成 加到 减到 调到 调成 降到 增到 还是 是 应该是 应为 只要 就要 只拿 改做 还是要
    """
)
_CLAUSE = 40  # tokens looked back
_ENOUGH = ("够", "就够", "就行", "够了", "就够了", "就可以", "就好")
_STAYING = ("不变", "不动", "没变", "照旧", "照样")
_THOUGHTS = re.compile(
    r"[啊哦噢哎唉诶欸呃嗯,]*(?:算了|哦|噢|不对|不不|不是|错了|说错|写错|搞错|等等|等下|等一下|等会|等我|更正|哎|诶|欸|啊不|再想想|还是)"
)


def restated(tokens: Sequence[Token], at: int) -> str:
    """How the amount at ``at`` stands to one said before of the same goods: "=", "-" or nothing."""
    before = [t for t in tokens[max(0, at - 4) : at] if t.kind is not T.GAP]
    if before and before[-1].has(c.LESS) and not before[-1].has(c.ADD):
        return "-"
    if before and before[-1].text in _INSTEAD:
        return "="
    if [t.text for t in before[-2:]] == ["那", "就"]:
        return "="  # 那就1箱, when no more are left
    after = "".join(t.text for t in tokens[at + 1 : at + 4])
    if after.startswith(_STAYING):
        return "="  # 洗脸巾两箱不变
    if before and before[-1].text == "先" and any(t.kind is T.STOP for t in islice(tokens, at)):
        return "="  # 湿巾先一箱吧, some lines further down
    if after.startswith(_ENOUGH) and not after.startswith("够不"):
        return "="  # 飞盘要3个就好, behind five of them
    first = max(-1, at - _CLAUSE)
    start = next((n for n in range(at - 1, first, -1) if tokens[n].kind in (T.COMMA, T.STOP, T.QTY)), first)
    said = "".join(t.text for t in tokens[start + 1 : at] if t.kind is not T.GAP)
    return "=" if _THOUGHTS.match(said) else ""


# 说反了, and nothing behind it: the two amounts belong the other way round.
_TURNED = re.compile(r"(?:反了|反啦|说反了|我说反了|[写弄搞填打记报说]反[了啦]?|对调|互换|倒过来|对换)$")
_NEVER = ("别", "不要", "莫", "勿", "不能", "别给", "上次", "上回", "容易", "会", "怕")
_MORE = ("再", "另", "另外", "还", "还要", "多", "也", "也要")


def said_again(entry: Entry, entries: Sequence[Entry], tokens: Sequence[Token]) -> str:
    """说错了,黑的5盒红的3盒: goods that were counted before somebody took something back stand for those."""
    first = min((t.at for t in entry.item.words), default=0)
    if any(t.has(c.ADD) or t.text in _MORE for t in tokens[max(0, first - 3) : first]):
        return ""
    same = (e for e in entries if e is not entry and e.qty is not None and not e.gift and e.section == entry.section)
    return "=" if any(e.item.found == entry.item.found for e in same) else ""


def turned(entries: Sequence[Entry], tokens: Sequence[Token]) -> list[str]:
    """Put amounts right that were said the other way round; the doubts when nobody can tell which."""
    lines = [e for e in entries if e.qty is not None and not e.gift and not e.dropped]
    last = max((e.item.end for e in lines), default=0)
    said = [t for t in tokens if t.start >= last and t.kind is T.CUE and _TURNED.search(t.text)]
    for token in said:
        before = "".join(t.text for t in tokens[max(0, token.at - 3) : token.at] if t.kind is not T.COMMA)
        after = "".join(t.text for t in tokens[token.at + 1 : token.at + 6])
        if before.endswith(_NEVER) or (lines and re.search(r"\d|[一二两三四五六七八九十]", after)):
            continue
        if len(lines) != 2 or "价" in after or "色" in after:
            return ["target_ambiguous"] if lines else []
        one, other = lines
        one.qty, other.qty, one.unit, other.unit = other.qty, one.qty, other.unit, one.unit
        one.spans["qty"], other.spans["qty"] = other.spans["qty"], one.spans["qty"]
        break
    return []


def revised(entries: Sequence[Entry]) -> tuple[list[Entry], list[str]]:
    """Lines with the amounts said last, and the doubts of amounts nobody can place."""
    kept: list[Entry] = []
    doubts: list[str] = []
    for entry in entries:
        own = entry.item.found
        if not entry.revised:
            kept.append(entry)
            continue
        earlier = [
            e for e in kept if e.section == entry.section and e.item.found == own and not e.gift and e.qty is not None
        ]
        wider = [  # 猫砂盆要1个就好, behind two closed ones: no other kind
            e for e in kept if e.section == entry.section and e.item.known and e.item.found < own and e.qty is not None
            and not e.gift and not e.item.clash and e.segment != entry.segment
        ]  # fmt: skip
        if not own or entry.gift or (not earlier and not (wider and entry.item.known) and entry.revised == "="):
            kept.append(entry)
            continue
        if not earlier and entry.revised == "=":
            earlier = wider
        line = earlier[-1] if len(earlier) == 1 else None
        less = entry.revised == "-"
        if line is None or entry.qty is None or (less and entry.unit not in (None, line.unit)):
            doubts.append("target_ambiguous")
            kept.append(entry)
            continue
        assert line.qty is not None
        if less and line.qty <= entry.qty:
            doubts.append("target_ambiguous")
        line.qty = line.qty - entry.qty if less else entry.qty
        line.unit, line.approx = (line.unit, line.approx) if less else (entry.unit or line.unit, entry.approx)
        line.spans["qty"] = entry.spans["qty"]
        if entry.price is not None:
            line.price, line.price_unit = entry.price, entry.price_unit
            line.spans["unit_price"] = entry.spans["unit_price"]
    return kept, doubts
