"""Numbers behind a word that says what they are: 房号3021, 会议号 482 7719 305, 手机尾号3312."""

from __future__ import annotations

import re

# Numbers that say themselves what they are.
LABELLED = re.compile(
    r"(?:尾号|手机尾号|后四位|门牌号?|会议号|会议id|会议室号?|入会码|验证码|取件码|提货码|邀请码|密码|房号|"
    r"房间号?|工位|qq|微信号?|合同号?|税号|账号|卡号|批号|工号|车牌号?)[ :]{0,3}"
    r"(?=[a-z0-9\u4e00-\u9fff]{0,1}[a-z0-9-]*\d)[a-z0-9\u4e00-\u9fff]?[a-z0-9-]{1,24}(?!\d)"
)
LABELS = frozenset("尾手后门会入验取提邀密房工q微合税账卡批车")
