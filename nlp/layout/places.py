"""Addresses said in passing: 送金城路358号2单元1802, 发107国道与35号路口东300米. Their numbers count nothing."""

from __future__ import annotations

import re

_LEAD = r"(?:送|发|寄|卸|拉|运|放)(?:货)?(?:到|去|至|往|在)?|地址(?:是|:)?|(?:送货|收货)?地点(?:是|:)?"
# What makes a place of the words behind a verb: a street with its number or corner, a house, a road with a number.
_MARK = (
    r"\d{3}(?:国道|省道|县道)|(?:路|街|大道|国道|巷|弄|胡同)(?=\d|口|与|和|交叉|中段|东段|西段|南段|北段)"
    r"|\d{1,4}(?:号楼|栋|幢|单元|号门|号院|号库|号仓)"
)
_REST = (
    r"(?:\d{1,5}(?=[号楼栋幢单室层门米弄巷组队-]|[\s,;。)!]|$)|(?:路口|交叉口|门口|对面|旁边|附近|单元|国道|省道|仓库|工地|大厦|广场)"
    r"|[号楼栋幢室层东西南北侧边院座口与和路街道巷弄米组-]){0,16}"
)
_PLACE = re.compile(rf"(?:{_LEAD})[ \t]*(?:[^\s,;。:!?\d]{{1,6}}[ \t]+)?([^\s,;。:!?\d]{{0,14}}?(?:{_MARK}){_REST})")


# A street with its number says by itself that it is an address: 衢江区百灵路18号设计大厦7楼.
_STREET = re.compile(r"[^\s,;。:!?\d]{0,14}[\u4e00-\u9fff](?:路|大街|大道|巷|弄)\d{1,5}号(?!线)[^\s,;。!?]{0,20}")


def places(text: str) -> list[tuple[int, int]]:
    """Where addresses stand in a folded text that no label announces."""
    found = [match.span(1) for match in _PLACE.finditer(text)]
    return found + [
        m.span() for m in _STREET.finditer(text) if not any(a < m.end() and m.start() < b for a, b in found)
    ]
