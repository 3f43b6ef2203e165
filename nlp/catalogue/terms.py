"""Which words a catalogue entry can be called by.

A name, an alias or a spec is cut into terms: whole words, pieces of Chinese runs, and spec tokens in one canonical
spelling (``70克`` and ``70g`` are one token, so are ``M8×30`` and ``m8*30``). A message is read with the same
functions, so both sides always agree on the spelling of a token.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

_MEASURE_TABLE = """
克=g g=g 公斤=kg 千克=kg kg=kg 斤=斤 mg=mg 毫升=ml ml=ml 升=l l=l 毫米=mm mm=mm 厘米=cm 公分=cm cm=cm 米=m m=m
瓦=w w=w kw=kw 千瓦=kw 伏=v v=v 安=a a=a ah=ah 安时=ah 毫安=mah mah=mah 平方毫米=平方 平方=平方 mm2=平方 平=平方
方=平方 寸=寸 吋=寸 英寸=寸 "=寸 抽=抽 页=页 层=层 目=目 芯=芯 孔=孔 位=位 格=格 色=色 号=号 分=分 度=度 °c=度
°=度 匹=匹 k=k 丝=丝 码=码 p=p mpa=mpa 极=极 路=路 联=联 齿=齿 代=代 级=级 叶=叶 支装=支装 只装=只装 片装=片装
粒装=粒装 个装=个装 瓶装=瓶装 袋装=袋装 包装=包装 头=头 股=股 门=门 斤装=斤装 升装=l
oz=oz 盎司=oz 安士=oz 厘=厘 ul=ul μl=ul 微升=ul um=um μm=um 微米=um
"""
MEASURES = dict(pair.split("=") for pair in _MEASURE_TABLE.split())
# Said for a longer measure: 60安 of a battery, 12安 of denim, 18厘 of a board.
SPOKEN_SHORT = {"安": ("ah", "oz"), "a": ("ah",), "平": ("平方",), "毫": ("mm",), "公": ("kg",), "厘": ("mm", "cm")}
_LATIN = "|".join(sorted((re.escape(w) for w in MEASURES if w[0].isascii() and w.isalnum()), key=len, reverse=True))
_LATIN = _LATIN.replace("mm2", "mm2(?![0-9.个只支条箱盒包袋桶把件套双台瓶罐根张块片])")  # 5mm2箱: two of 5mm
_OTHER = "|".join(
    sorted((re.escape(w) for w in MEASURES if not (w[0].isascii() and w.isalnum())), key=len, reverse=True)
)
MEASURE = re.compile(rf"(-?\d{{1,7}}(?:\.\d{{1,4}})?(?:/\d{{1,3}})?)((?:{_LATIN})(?![a-z])|(?:{_OTHER}))")
# A run that looks like a spec: letters and digits with the joints people use inside one.
SPECISH = re.compile(r"[a-z0-9φ#][a-z0-9φ#./*+\-]{0,30}[a-z0-9#\"]|[a-z0-9φ#]")
HAN = re.compile(r"[\u4e00-\u9fff]+")
_LETTER_TAIL = re.compile(r"[a-z]{1,8}[\u4e00-\u9fff]{1,4}$")  # t恤 of 圆领t恤, led灯
_LETTER_HEAD = re.compile(r"[a-z]{1,3}[\u4e00-\u9fff]{1,3}(?=\d)")  # o圈 of an alias o圈20*2.65
_SIGNED = re.compile(r"(?<![\d.])[+-](\d{1,2})\.(\d\d)(?![\d.])")  # -2.00 of a lens is said 200度, or 200
# snr33db is also said snr33
_RATED = re.compile(rf"([a-z]{{2,5}}\d{{1,4}})(?:{_LATIN}|db)")
_LED_BY_TYPE = re.compile(r"([a-z]{1,2}[型款式])[a-z]")  # v型abs is also said v型
_TYPED = re.compile(r"([a-z]{1,2})型([\u4e00-\u9fff]{1,3})$")  # v型带 is also said v带
_PIECES = re.compile(r"[\s,;|()\[\]、;]+")
_JOINTS = re.compile(r"[*/+]|(?<=\d)-(?=\d)")
_JOINT = re.compile(r"[*/+-]")
_DIGIT = re.compile(r"\d")
_LOOSE = re.compile(r"\d [^\d\s]")
_LETTERS = re.compile(r"[a-z]{1,3}(?=\d)")
_FROM_TO = re.compile(rf"(?<![\d.*/-])(\d{{1,4}}-\d{{2,4}})(?:{_LATIN}|{_OTHER})")  # 300-500g is also said 300-500
# 60离子度 is also said 60度, 1200目数 1200目: the number and the last character of its word
_WORDED = re.compile(
    r"(?<![\d.])(\d{1,5}(?:\.\d{1,2})?)[\u4e00-\u9fff]{1,2}([度级目号位头芯孔层格])(?![\u4e00-\u9fff])"
)
CLOSED = "\x00"  # in front of the digits of a spec of several numbers, so that no quantity is taken for them
_LENGTH = r"(?:mm|cm|m|毫米|厘米|公分|米|寸)"
# 1.27*30m is a width of 1.27m as well: the unit is written once, at the end
_SIDE = r"\d{1,4}(?:\.\d{1,3})?"
_SIDES = re.compile(rf"(?<![a-z0-9.*])({_SIDE}(?:\*{_SIDE}){{1,2}})({_LENGTH})(?![a-z\d*])")
_USED = frozenset("夜晚晨早通专常实备日共适不家商车试耐使费两多单双农军民医公")
SINGLE = frozenset("红黄蓝绿黑白灰紫粉橙棕银金青咖大中小长短厚薄粗细软硬甜咸辣圆方平左右前后上下内外冷热男女")


def measure_key(number: str, unit: str) -> str:
    """Canonical spelling of a spec measure: no trailing zeros, one unit word."""
    if "." in number and "/" not in number:
        number = number.rstrip("0").rstrip(".")
    return number + MEASURES[unit]


_SMALLER = {"m": {"cm": 100, "mm": 1000}, "cm": {"mm": 10}, "kg": {"g": 1000}, "l": {"ml": 1000}, "斤": {"g": 500}}


def spellings(value: Decimal, unit: str) -> list[str]:
    """One measure in the units a catalogue may write it in: 1m, 100cm, 1000mm."""
    found = [measure_key(format(value, "f"), unit)]
    for big, smaller in _SMALLER.items():
        for small, size in smaller.items():
            if unit == big:
                found.append(measure_key(format(value * size, "f"), small))
            elif unit == small:
                found.append(measure_key(format(value / size, "f"), big))
    return found


def spec_terms(spec: str) -> set[str]:
    """Terms of a folded spec (or of the non-Chinese part of a name) beyond the pieces of its Chinese runs."""
    found: set[str] = set()
    pieces = _PIECES.split(spec)
    for piece in pieces:
        if piece:
            found |= _piece_terms(piece)
    for before, after in pairwise(pieces):
        if before[-1:].isalpha() and before.isascii() and after[:1].isdigit() and not _DIGIT.search(before):
            found.add(before + SPECISH.match(after)[0])  # type: ignore[index]  # it begins with a digit
    if len(pieces) > 1 and _LOOSE.search(spec):
        # 2.5 平方 with a space in it is still one measure
        found.update([measure_key(number, unit) for number, unit in MEASURE.findall(spec.replace(" ", ""))])
    return found


@lru_cache(maxsize=16384)
def _piece_terms(piece: str) -> frozenset[str]:
    """Terms of one spec word; catalogues repeat them thousands of times."""
    ascii_only = piece.isascii()
    if not ascii_only and HAN.fullmatch(piece):
        # 驼色 is also said 驼, 藕粉色 藕粉
        if len(piece) == 1:
            return frozenset(piece)  # 铜 of a spec 4分 铜
        short = {piece[:-1]} if piece[-1] == "色" and len(piece) > 1 else set()
        if len(piece) == 2 and piece[1] == "用" and piece[0] not in _USED:
            short = {piece[0]}  # 犬用 is also said 犬
        return SINGLE.intersection(piece) | short
    found = {piece} if len(piece) <= 24 else set()
    if _DIGIT.search(piece):
        found.update([measure_key(number, unit) for number, unit in MEASURE.findall(piece)])
        found.update(_FROM_TO.findall(piece))
        for sides, unit in _SIDES.findall(piece) if "*" in piece else ():
            found.update([measure_key(number, unit) for number in sides.split("*")])
        found.update([number + MEASURES[unit] for number, unit in _WORDED.findall(piece)])
        for whole, hundredths in _SIGNED.findall(piece):
            said = str(int(whole + hundredths))
            found.update((said, said + MEASURES["度"]))
    for token in SPECISH.findall(piece):
        found.add(token)
        if "#" in token and (number := token.strip("#")).isdigit():
            found.update((f"{number}号", f"{number}#", f"#{number}"))  # #5, 5# and 5号 are one
        # m8*30 also answers to m8, and 225/45r17 to r17; bare numbers stay out, they would meet quantities.
        if _JOINT.search(token):
            digits = "".join(_DIGIT.findall(token))
            if "/" in token and 6 <= len(digits) <= 9 and token[0].isdigit():
                found.add(CLOSED + digits)  # 205/55r16 is also written 2055516
            if "-" in token and not (closed := token.replace("-", "")).isdigit():
                found.add(closed)  # 10w-40 is also written 10w40
            found.update([part for part in _JOINTS.split(token) if len(part) > 1 and not part.isdigit()])
            if "*" in token and (letters := _LETTERS.match(token)):
                found.add(token[letters.end() :])  # st4.2*25 is also said 4.2*25
    found.update(match[1] for match in (_RATED.fullmatch(piece), _LED_BY_TYPE.match(piece)) if match)
    return frozenset(found if ascii_only else found | SINGLE.intersection(piece))


def name_terms(name: str) -> set[str]:
    """Terms of a folded product name or alias beyond the pieces of its Chinese runs: single characters only where one
    alone carries meaning (colours, sizes, the head at the end)."""
    runs = HAN.findall(name)
    found: set[str] = set()
    if runs:
        if len(runs[-1]) > 1:
            found.add(runs[-1][-1])
        if len(runs[0]) > 1:
            found |= SINGLE.intersection(name)
        if len(runs[0]) == len(name):
            return found
        if tail := _LETTER_TAIL.search(name) or _LETTER_HEAD.match(name):
            found.add(tail[0])
            if typed := _TYPED.fullmatch(tail[0]):
                found.add(typed[1] + typed[2])
    return found | spec_terms(name)


def full_key(text: str) -> str:
    """Folded text without inner spaces, the way an exact name or code is compared."""
    return text.replace(" ", "").replace("\t", "") if " " in text or "\t" in text else text


_CHUNKS = re.compile(r"[0-9]+(?:\.[0-9]+)?|[a-z]+|[\u4e00-\u9fff]+")


def says_spec(alias: str, term: str, spec: str) -> bool:
    """Whether a folded alias is a word and nothing beside it but parts of the product's own spec: 0.6 EP管."""
    if not alias.endswith(term) or len(alias) == len(term):
        return False
    if (term[0] in SINGLE and term[0] in spec) or any(term[:size] in spec for size in range(2, len(term))):
        return False  # 袋装枪头, 蓝调和漆: a part of the spec is in the word
    chunks = _CHUNKS.findall(alias[: -len(term)])
    return bool(chunks) and all(_in_spec(chunk, spec) for chunk in chunks)


def _in_spec(chunk: str, spec: str) -> bool:
    if chunk in spec or (chunk.isalpha() and chunk.isascii() and MEASURES.get(chunk, "") in spec):
        return True
    rest = chunk
    while rest:  # 灭菌透明 of a spec 透明 灭菌
        size = next((n for n in range(len(rest), 0, -1) if rest[:n] in spec), 0)
        if not size or not is_han_run(rest):
            return False
        rest = rest[size:]
    return True


def is_han_run(text: str) -> bool:
    """Whether a text is Chinese characters and nothing else."""
    return HAN.fullmatch(text) is not None


_WITH_TOU = "枕砖斧锄石木骨馒芋榔镐"  # 枕头 is no other thing than 枕; 插头 is another than 插座


def ends_emptily(char: str, after: str) -> bool:
    """帽子, 盖儿, 枕头: whether the ending behind a noun says nothing."""
    return after in ("子", "儿") if after != "头" else char in _WITH_TOU
