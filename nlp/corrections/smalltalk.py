"""Whether words beside an open draft are about no order at all: 今天真热."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlp.corrections.dayshifts import SHIFT
from nlp.scanning import cues as c
from nlp.scanning.text import is_han
from nlp.scanning.tokens import T, Token

_BRINGS = c.words("送 到 发 要 来 拿 取 装 提 交 出 走 用")


def only_talk(updates: Mapping[str, Any], tokens: list[Token]) -> bool:
    """今天真热: a day beside words nobody knows, and none of bringing or wanting, is about no order."""
    if set(updates) != {"delivery_date"}:
        return False
    if SHIFT.search("".join(t.text for t in tokens)) is not None:
        return False  # 往后拖两天
    strange = sum(len(t.text) for t in tokens if t.kind is T.UNKNOWN and is_han(t.text[0]))
    spoken = any(t.kind not in (T.UNKNOWN, T.GAP, T.COMMA, T.STOP, T.DATE, T.CUE) for t in tokens)
    meant = any(t.has(c.DELIVER, c.CHANGE, c.URGENT, c.FIX) or t.text in _BRINGS for t in tokens)
    return strange > 0 and not spoken and not meant
