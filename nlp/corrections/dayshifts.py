"""Days moved by so many, or to another one: 推迟一天, 交期延一周, 这单交期往后挪到下周四."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from nlp.scanning.numbers import number_at
from nlp.scanning.tokens import T, Token

_LATER = (
    "推后|推迟|推延|推|拖后|拖|延后|延迟|延期|延长|延|顺延|往后推|往后延|往后挪|往后放|往后拖|往后移|往后|后延|后推|后移"
    "|晚|迟|缓"
)
_EARLIER = "提前|提早|往前提|往前挪|往前赶|往前移|往前|早"
SHIFT = re.compile(
    rf"(?:再|要|改|得)?({_LATER}|{_EARLIER})(?:了|个|上)?([一二两俩三四五六七八九十\d]{{1,3}})个?(天|日|周|星期|礼拜)"
    r"(?:再?(?:送货?|到货?|发货?|要|交货?|来))?[吧了啊]?(?!前|后|之|内)"
)
_MOST_DAYS = 60
_MOVING = re.compile(
    r"(?:推迟|推后|延后|延迟|延期|顺延|往后[推延挪放拖移]|往前[提挪赶移]|提前|提早|改|挪|推|拖|延|调整?)"
    r"(?:到|至|成|为)[ ]?$"
)


def by(match: re.Match[str]) -> timedelta | None:
    """How far a day is moved."""
    found = number_at(match[2], 0)
    if found is None or not 0 < found[1] <= _MOST_DAYS:
        return None
    days = int(found[1]) * (1 if match[3] in "天日" else 7)
    return timedelta(days=days if re.fullmatch(_LATER, match[1]) else -days)


def moved(tokens: Sequence[Token]) -> bool:
    """Whether a message moves the day of what is open, whatever is said around it."""
    said = "".join(t.text for t in tokens)
    if SHIFT.search(said):
        return not any(t.kind in (T.ITEM, T.QTY, T.PARTY) for t in tokens)
    before = ""
    for token in tokens:
        if token.kind is T.DATE and token.day is not None and _MOVING.search(before[-8:]):
            return True
        before += token.text
    return False
