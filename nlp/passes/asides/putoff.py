"""Goods that are counted and put off in one breath: 儿童的一箱改天再发,先发成人的两箱. Whether they belong to the order
is for whoever wrote it to say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nlp.grammar.entries import Entry

_LATER = re.compile(
    r"(?:改天|改日|下次|下回|下趟|回头|以后|过几天|过两天|过阵子|过段时间|晚几天|缓几天|迟几天|年后|有货了|到货了|来货了)"
    r"[ ]?(?:再|才|又)?[ ]?(?:给我们?|跟你|帮我)?(?:发|送|要|拿|订|定|来|说|补|下|安排|配)"
)
_SET_APART = re.compile(r"[,;。!?\n]|其余|其他|其它|别的|剩下|剩余|余下|另外|谢")
_NEAR = 4  # characters between an amount and the words that put it off


def counted(text: str, entries: Iterable[Entry]) -> bool:
    """Whether a clause that puts something off holds the amount of a line. ``text`` is folded."""
    ends = [entry.spans["qty"][1] for entry in entries if entry.qty is not None and "qty" in entry.spans]
    return any(
        0 <= match.start() - end <= _NEAR and not _SET_APART.search(text, end, match.start())
        for match in _LATER.finditer(text)
        for end in ends
    )
