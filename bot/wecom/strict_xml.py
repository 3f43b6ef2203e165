"""The strict reader for WeCom's XML: what xmltodict and ElementTree would let pass is refused before they see it."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from inventory_core.errors import DanjuError

DEPTH_LIMIT = 8  # elements within elements
ELEMENT_LIMIT = 2000

#: (parent, element) that may come several times; any other repetition is refused.
REPEATED = frozenset(
    {
        ("SelectedItems", "SelectedItem"),
        ("OptionIds", "OptionId"),
        ("PicList", "item"),
        ("ExtAttr", "Item"),
    }
)


class BadXml(DanjuError):
    """Not the XML that WeCom writes; ``str(error)`` says in Chinese what is odd about it."""


Tree = dict[str, Any]  # element name → text, Tree, or a list of these for REPEATED ones


def read(data: bytes) -> Tree:
    """The children of ``<xml>``. No DTD, so no entities but the five of XML; no attributes, no processing
    instructions, no text beside elements, nothing twice but :data:`REPEATED`, nothing deep.

    Raises:
        BadXml: the document is anything else.
    """
    if (
        b"\0" in data
    ):  # expat recognises UTF-16 whatever it was told; WeCom writes UTF-8, and who parses next expects it
        raise BadXml("XML 不是 UTF-8")
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    parser.ProcessingInstructionHandler = reader.refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, UnicodeDecodeError, ValueError):
        raise BadXml("XML 读不了") from None
    return reader.root


class _Reader:
    def __init__(self) -> None:
        self.root: Tree = {}
        self._names: list[str] = []
        self._nodes: list[Tree] = []
        self._texts: list[list[str]] = []
        self._elements = 0

    def refuse(self, *_declaration: Any) -> None:
        raise BadXml("XML 里有声明或实体")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if attributes:
            raise BadXml("XML 元素带了属性")
        if len(self._names) >= DEPTH_LIMIT or self._elements > ELEMENT_LIMIT:
            raise BadXml("XML 太深或太多")
        if not self._names and name != "xml":
            raise BadXml("XML 的根不是 xml")
        self._names.append(name)
        self._nodes.append({})
        self._texts.append([])

    def text(self, data: str) -> None:
        self._texts[-1].append(data)

    def end(self, name: str) -> None:
        self._names.pop()
        node, text = self._nodes.pop(), "".join(self._texts.pop())
        if node and text.strip():
            raise BadXml("XML 里文字和元素混在一起")
        if not self._names:
            if text.strip():
                raise BadXml("XML 里只有文字")
            self.root = node
            return
        parent = self._nodes[-1]
        value: Any = node or text
        if name not in parent:
            parent[name] = value
        elif (self._names[-1], name) not in REPEATED:
            raise BadXml(f"{name[:40]} 出现了不止一次")
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]
