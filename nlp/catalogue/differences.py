"""In which attribute several goods differ, so that a question can be asked about that and nothing else: "镀锌还是
不锈钢?" instead of two long names. Also what a short answer to such a question picks.

Goods are compared by the pieces of their specs, each put under what it says (material, colour, length …). Plain
functions of words; no catalogue is needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlp.catalogue.terms import HAN, MEASURE, MEASURES
from nlp.scanning.cues import words
from nlp.scanning.text import fold_key

NAME, MATERIAL, COLOUR, SIZE, GRADE, WEAR, MODEL, KIND = "品名", "材质", "颜色", "规格", "等级", "尺码", "型号", "款式"
PLAIN = "普通"  # what has no word where others have 加厚
FEW = 6  # values people can choose among at a glance

_MATERIALS = words("""
    镀锌 镀镍 镀铬 热镀 冷镀 发黑 达克罗 不锈钢 碳钢 合金 黄铜 紫铜 铜 铁 铝 塑料 尼龙 橡胶 硅胶 陶瓷 玻璃 木 竹 牛皮
    真皮 棉 涤纶 亚麻 羊毛 pvc ppr pe pp abs upvc
""")
_STEELS = re.compile(r"(?:201|202|304|304l|316|316l|430)")
_HUES = frozenset("红黄蓝绿黑白灰紫粉橙棕银金青咖褐米杏驼")
_SHADES = frozenset("深浅军铁天藏酒大淡亮暗纯双混本彩透明色宝墨枣玫香槟奶咖啡卡其")
_WEAR = re.compile(r"(?:[2-6]?x{0,4}[sl]|m|均码|大码|中码|小码)")
_GRADE = re.compile(r"[0-9.一二三四五六七八九特优甲乙]{1,5}[级等]|\d{1,2}(?:\.\d{1,2})?%")
_CUT = re.compile(r"[\s,，、;；|()（）\[\]【】]+")
_UNIT = "(?:mm|cm|毫米|厘米|米|m(?![a-z]))?"
_JOINED = re.compile(
    rf"[a-zφ]{{0,4}}\d[\d.]{{0,7}}{_UNIT}(?:[*x×/+-][a-zφ]{{0,2}}\d[\d.]{{0,7}}[a-z]{{0,2}}\d{{0,3}}{_UNIT}){{1,3}}"
)
_PARTS = re.compile(
    rf"{_JOINED.pattern}|{MEASURE.pattern}|[a-z]{{1,3}}[型形式款]|[0-9.]{{1,5}}级|[^\u4e00-\u9fff]{{1,30}}|[\u4e00-\u9fff]{{1,30}}"
)
_MEASURED: Mapping[str, str] = {
    unit: name
    for name, units in {
        "长度": "m", SIZE: "mm cm", "厚度": "丝", "重量": "g kg 斤 mg", "容量": "ml l ah mah", "功率": "w kw 匹",
        "电压": "v", "电流": "a", "截面": "平方", "寸数": "寸", "目数": "目", "极数": "p 极", "等级": "级",
        "号数": "号",
    }.items()
    for unit in units.split()
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """``kind``: what the values say (材质, 颜色, 长度 …). ``values``: (the word, positions of the goods that have it),
    in the order of the goods; every good stands under exactly one."""

    kind: str
    values: tuple[tuple[str, tuple[int, ...]], ...]


def difference(goods: Sequence[tuple[str, str]], most: int = 10) -> Difference | None:
    """The attribute that tells these goods, each (name, spec), apart best, with at most ``most`` values.

    The best one leaves the fewest goods in doubt whatever is answered. None when nothing divides them, or only into
    more values than anybody can be shown.
    """
    if len(goods) < 2:
        return None
    taken = [_attributes(name, spec) for name, spec in goods]
    keys = list(dict.fromkeys(key for attributes in taken for key in attributes))
    every = [key for key in keys if all(key in a for a in taken)]
    shared = [_grouped(key[0], [a[key] for a in taken]) for key in every]
    # Of too many sizes the first number is asked before the rest: M8, then M8*30.
    shared += [_grouped(SIZE, [_front(a[key]) for a in taken]) for key in every if key[0] == SIZE]
    found = _goods_first(_best(shared, most), _grouped(NAME, [name.strip() for name, _ in goods]))
    if found is None:
        missing = [_grouped(key[0], [a.get(key, PLAIN) for a in taken]) for key in keys if key[0] == KIND]
        found = _best(missing, most)
    return found or _best([_grouped(NAME, [f"{name} {spec}".strip() for name, spec in goods])], most)


def _goods_first(best: Difference | None, names: Difference) -> Difference | None:
    """成人 儿童 灭菌 N95, each said of one name only: which goods, before which of its kinds."""
    if best is None or best.kind != KIND or not 2 <= len(names.values) < len(best.values):
        return best
    within = all(any(set(at) <= set(whole) for _, whole in names.values) for _, at in best.values)
    return names if within else best


def _best(found: Sequence[Difference], most: int) -> Difference | None:
    usable = [one for one in found if 2 <= len(one.values) <= most]
    # Few enough to read at a glance before a long list; then what leaves least in doubt; then the fewest words.
    return min(usable, key=_rank, default=None)


def _rank(one: Difference) -> tuple[bool, int, int]:
    return len(one.values) > FEW, sum(len(at) ** 2 for _, at in one.values), len(one.values)


def _grouped(kind: str, said: Sequence[str]) -> Difference:
    groups: dict[str, tuple[str, list[int]]] = {}
    for at, word in enumerate(said):
        groups.setdefault(fold_key(word), (word, []))[1].append(at)
    return Difference(kind, tuple((word, tuple(places)) for word, places in groups.values()))


def _front(size: str) -> str:
    """M8 of M8*30."""
    return re.split(r"[*x×/+-]", size, maxsplit=1, flags=re.IGNORECASE)[0]


def _attributes(name: str, spec: str) -> dict[tuple[str, int], str]:
    """What a product's spec says, by kind and by the how-many-eth of its kind; its name is an attribute too."""
    found = {(NAME, 0): name.strip()}
    counts: dict[str, int] = {}
    for piece in _CUT.split(spec):
        for kind, said in _pieces(piece):
            found[kind, counts.get(kind, 0)] = said
            counts[kind] = counts.get(kind, 0) + 1
    return found


def _pieces(piece: str) -> list[tuple[str, str]]:
    """A word of a spec under its kind; what is glued together (M6*30镀锌, 16A三孔) is taken apart."""
    if not piece:
        return []
    whole = _kind(piece)
    if whole != KIND or HAN.fullmatch(piece):
        return [(whole, piece)]
    lower = piece.lower()
    if len(lower) != len(piece):
        return [(KIND, piece)]
    return [(_kind(match.group()), piece[match.start() : match.end()]) for match in _PARTS.finditer(lower)]


def _kind(piece: str) -> str:
    said = fold_key(piece)
    if _JOINED.fullmatch(said):
        return SIZE
    if not _JOINED.search(said) and (_STEELS.fullmatch(said) or any(word in said for word in _MATERIALS)):
        return MATERIAL if not MEASURE.search(said) else KIND
    if _coloured(said):
        return COLOUR
    if _GRADE.fullmatch(said):
        return GRADE
    measure = MEASURE.fullmatch(said)
    if measure:
        return _MEASURED.get(MEASURES[measure[2]], SIZE)
    if _WEAR.fullmatch(said):
        return WEAR
    if said.isascii() and any(char.isdigit() for char in said):
        return MODEL
    return KIND


def _coloured(said: str) -> bool:
    if not HAN.fullmatch(said) or len(said) > 5:
        return False
    return any(char in _HUES for char in said) and all(char in _HUES or char in _SHADES for char in said)


# ---------------------------------------------------------------- answers

_LEAD = re.compile(r"^(?:(?:我|那|就|还是|选|都|全部|全|统一|一律)*(?:要|拿|来|用|是|选|按|发)?)")
_TAIL = re.compile(r"(?:的|那个|那种|这种|款|吧|就行|就好|都行|好了|呢|啊|哈|哦|了|谢谢)*$")
_EVERY = re.compile(r"^(?:那|就)?(?:都|全部|全|统一|一律)(?!行|可以)")
_NTH = re.compile(r"^(?:选|要|就)*第?([0-9一二三四五六七八九十两]{1,2})(?:个|项|种)$|^选?([0-9]{1,2})$")
_DIGITS = {char: at for at, char in enumerate("零一二三四五六七八九十")} | {"两": 2}


@dataclass(frozen=True, slots=True)
class Answer:
    """Which value was meant, and whether for every line that asks the same (都要不锈钢的). ``counted``: it was named
    by its place (第2个); ``bare``: by a number alone."""

    at: int
    every: bool = False
    counted: bool = False
    bare: bool = False


def answered(text: str, labels: Sequence[str]) -> Answer | None:
    """Which of the values a short answer names: by the word, by a part of it that no other has, or by its place. None
    when it names none or could mean several."""
    said = fold_key(text).strip(" ,.。!！~、?？")
    place = _NTH.match(said)
    if place:
        digits = place[1] or place[2]
        number = int(digits) if digits.isdigit() else _DIGITS.get(digits, 0)
        bare = place[2] is not None
        exact = [at for at, label in enumerate(labels) if fold_key(label) == digits]
        if bare and exact:
            return Answer(exact[0])
        return Answer(number - 1, counted=True, bare=bare) if 1 <= number <= len(labels) else None
    every = _EVERY.match(said) is not None
    core = _TAIL.sub("", said)
    core = core[_LEAD.match(core).end() :].strip()  # type: ignore[union-attr]  # it matches the empty string
    if not core:
        return None
    keys = [fold_key(label) for label in labels]
    exact = [at for at, key in enumerate(keys) if core == key]
    if not exact and core.isdigit() and len(core) > 2:
        exact = [at for at, key in enumerate(keys) if re.search(rf"(?<!\d){core}(?!\d)", key)]
    if not exact and not core.isdigit():
        exact = [at for at, key in enumerate(keys) if core in key]
    if not exact:
        exact = [at for at, key in enumerate(keys) if key.rstrip("色") == core or key == core.rstrip("色")]
    return Answer(exact[0], every) if len(exact) == 1 else None
