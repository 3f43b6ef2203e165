"""Which numbers a message says, told by its digits alone and without the parser's grammars."""

from __future__ import annotations

import re
import unicodedata

from nlp.findings import Line

_HAN = {
    **{char: str(value) for value, chars in enumerate(
        ("零〇", "一壹幺", "二两贰俩双对兩貳", "三叁仨參", "四肆", "五伍半", "六陆陸", "七柒", "八捌", "九玖")
    ) for char in chars},
    "廿": "2", "卅": "3", "十": "1", "拾": "1",
}  # fmt: skip
_TENS = "十拾"
_PLAIN = re.compile(r"\d{1,13}(\.\d{1,8})?")
# Words by which a number is worked out from others: so many more, a share of it, a dozen, one for every ten.
_WORKED_OUT = re.compile(
    r"[加减减少多降涨翻倍让送贵低高半折各每共打平分齐补到至~～\-—买赠搭另扣除退缺/%点升凑]|一[样双]|分别|对|互换|换"
)


def stream(text: str) -> str:
    """The digits of a text in order, Chinese ones too; 十二 is 12 and 三十二 is 32."""
    found = []
    before = ""
    for char in unicodedata.normalize("NFKC", text.replace("½", "半")):
        if unicodedata.category(char) in ("Cf", "Cc"):
            continue  # unseen: 七 and 十二 with one between them are 72 to everybody
        if char.isdecimal():
            found.append(str(unicodedata.decimal(char)))
        elif char in _TENS and before in _HAN and before not in _TENS:
            pass
        elif char in _HAN:
            found.append(_HAN[char])
        before = char
    return "".join(found)


def is_plain(value: str) -> bool:
    """Decimal text as documents carry it: no sign, no exponent, no more places than any unit has."""
    return _PLAIN.fullmatch(value) is not None


def says(digits: str, value: str) -> bool:
    """Whether a run of digits says a value, whatever stands between them; 一 need not be said."""
    wanted = value.replace(".", "").strip("0")
    return wanted in ("", "1") or wanted in digits or wanted.replace("0", "") in digits.replace("0", "")


def may_be_worked_out(line: Line, name: str, text: str, fixing: bool) -> bool:
    """Gifts are counted by rule, and a change may be said by how much."""
    return line.gift or ((fixing or name == "qty") and _WORKED_OUT.search(text) is not None)
