"""The language of the 单位换算 column: ``1箱=20盒;1盒=100支`` into exact ratios to the base unit, and back.

Ratios are (num, den): base units in one unit. Errors are: a statement that contradicts another (a cycle that does not
close), a unit that cannot be reached from the base unit, a unit that is not a whole number of the smallest quantity.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Mapping
from fractions import Fraction

MAX_UNITS = 12
MAX_RATIO = 10**9

_SPLIT = re.compile(r"[;,、\n|]+|(?<=\D)/(?=\d)")
_SIDE = re.compile(r"^(\d+(?:\.\d+)?)?\s*([^\d\s=][^\s=]{0,7})$")

# Units that are measured, not counted: how many decimals a quantity in them keeps when the file does not say.
_SCALES = {"kg": 3, "公斤": 3, "千克": 3, "斤": 3, "吨": 3, "升": 3, "l": 3, "米": 2, "m": 2, "平方米": 2, "立方米": 3}


def default_scale(base_unit: str) -> int:
    """Decimals kept for quantities in ``base_unit``: 3 for weights and volumes, 2 for lengths, 0 for pieces."""
    return _SCALES.get(base_unit.lower(), 0)


def parse_conversions(text: str, base_unit: str, scale: int = 0) -> dict[str, tuple[int, int]]:
    """Ratios of all units named in ``text``, the base unit included; ValueError carries one Chinese sentence."""
    edges: dict[str, list[tuple[str, Fraction]]] = {base_unit: []}
    for piece in _SPLIT.split(unicodedata.normalize("NFKC", text)):
        if piece.strip():
            _statement(piece.strip(), edges)
    ratios = _solve(edges, base_unit)
    missing = [unit for unit in edges if unit not in ratios]
    if missing:
        raise ValueError(f"单位“{missing[0]}”和基本单位“{base_unit}”没有关系，请写成“1{missing[0]}=几{base_unit}”")
    if len(ratios) > MAX_UNITS:
        raise ValueError(f"单位太多（{len(ratios)} 个），最多 {MAX_UNITS} 个")
    for unit, ratio in ratios.items():
        if ratio > MAX_RATIO:
            raise ValueError(f"“1{unit}”换算出来超过 {MAX_RATIO} {base_unit}，请检查数字")
        if (ratio * 10**scale).denominator != 1:
            if scale or ratio > 1:
                raise ValueError(f"“1{unit}”不是整数个最小数量（“{base_unit}”保留 {scale} 位小数），请改换算或“小数位”")
            raise ValueError(f"“{unit}”比基本单位“{base_unit}”还小，请把最小的单位作为基本单位")
    return {unit: (ratio.numerator, ratio.denominator) for unit, ratio in ratios.items()}


def format_conversions(units: Mapping[str, tuple[int, int]], base_unit: str) -> str:
    """The statements that ``parse_conversions`` reads back into the same ratios, biggest unit first."""
    said = []
    for unit, (num, den) in sorted(units.items(), key=lambda item: (-Fraction(*item[1]), item[0])):
        if unit != base_unit:
            said.append(f"{den}{unit}={num}{base_unit}")
    return ";".join(said)


def _statement(piece: str, edges: dict[str, list[tuple[str, Fraction]]]) -> None:
    sides = [_side(side.strip(), piece) for side in piece.split("=")]
    if len(sides) < 2:
        raise ValueError(f"看不懂“{piece}”，请写成“1箱=20盒;1盒=100支”")
    (count, unit), rest = sides[0], sides[1:]
    for other_count, other in rest:
        if other == unit:
            raise ValueError(f"“{piece}”两边是同一个单位“{unit}”")
        edges.setdefault(unit, []).append((other, other_count / count))
        edges.setdefault(other, []).append((unit, count / other_count))


def _side(side: str, piece: str) -> tuple[Fraction, str]:
    match = _SIDE.match(side)
    if match is None:
        raise ValueError(f"看不懂“{piece}”，请写成“1箱=20盒;1盒=100支”")
    count = Fraction(match[1] or 1)
    if count <= 0:
        raise ValueError(f"“{piece}”里的数字要大于 0")
    return count, match[2]


def _solve(edges: Mapping[str, list[tuple[str, Fraction]]], base_unit: str) -> dict[str, Fraction]:
    ratios = {base_unit: Fraction(1)}
    queue = deque([base_unit])
    while queue:
        unit = queue.popleft()
        for other, per in edges.get(unit, ()):  # one unit = per other
            ratio = ratios[unit] / per
            if other not in ratios:
                ratios[other] = ratio
                queue.append(other)
            elif ratios[other] != ratio:
                raise ValueError(f"“{unit}”和“{other}”的换算前后矛盾（绕一圈对不上），请只保留正确的一条")
    return ratios
