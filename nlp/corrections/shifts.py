"""Days counted from the one a draft has: 推后两天, 提前一周."""

from __future__ import annotations

import re

LATER = "推后|推迟|推|拖|延后|延迟|延期|顺延|往后推|往后延|往后挪|往后放|往后拖|后延|晚|迟|缓"
_EARLIER = "提前|提早|往前提|往前挪|往前赶|早"
SHIFT = re.compile(
    rf"(?:再|要|改|得)?({LATER}|{_EARLIER})(?:了|个|上)?([一二两俩三四五六七八九十\d]{{1,3}})个?(天|日|周|星期|礼拜)"
    r"(?:再?(?:送货?|到货?|发货?|要|交货?|来))?[吧了啊]?(?!前|后|之|内)"
)
