"""Which goods a question for the price or the stock is about, and which are only told beside it: 业主反映水管不够长,
伸缩管30米的还有吗."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlp.findings import Line

_BREAK = re.compile(r"[,，。;；!！?？\n]")
_ASKS = re.compile(r"[吗呢没么不嘛伐]\s*$|有|几|多少|啥|什么|怎么|价|报|查|(?<!不)够|剩|[?？]|哪")


def asked(lines: Sequence[Line], text: str) -> tuple[tuple[Line, ...], bool]:
    """The lines asked about, without their doubts, and whether something asked about is unknown. ``text``: as it was
    written."""
    known = [line for line in lines if (line.sku or line.candidates) and "sku_unknown" not in line.doubts]
    kept: list[Line] = []
    unknown = False
    for line in lines:
        strange = "sku_unknown" in line.doubts
        if strange and known and line.qty is None and _told(line, known, text):
            continue
        unknown = unknown or strange
        if line.sku or line.candidates:
            kept.append(replace(line, doubts=()))
    return tuple(kept), unknown


def _told(line: Line, known: Sequence[Line], text: str) -> bool:
    """Whether a line stands in a clause in front of those asked about that asks nothing itself."""
    if "sku" not in line.spans:
        return False
    start, end = line.spans["sku"]
    begun = max((m.end() for m in _BREAK.finditer(text, 0, start)), default=0)
    stop = _BREAK.search(text, end)
    if stop is None or any(begun <= other.spans.get("sku", (-1, 0))[0] < stop.start() for other in known):
        return False
    later = any(other.spans.get("sku", (-1, 0))[0] >= stop.end() for other in known)
    return later and stop[0] not in "?？" and _ASKS.search(text[begun : stop.start()]) is None
