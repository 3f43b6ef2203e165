"""XML as the platform writes it, and as it reads passive replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element  # only the type: parsing is defusedxml's

from defusedxml.ElementTree import ParseError, fromstring


def _inside(value: Any) -> str:
    if isinstance(value, Mapping):
        return "".join(_element(name, item) for name, item in value.items())
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("]]>", "]]]]><![CDATA[>")  # a section cannot hold its own end
    return f"<![CDATA[{escaped}]]>"


def _element(name: str, value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(_element(name, item) for item in value)
    return f"<{name}>{_inside(value)}</{name}>"


def write(tree: Mapping[str, Any]) -> str:
    """``<xml>…</xml>``: texts as CDATA, numbers bare, lists as repeated siblings, mappings as nested elements."""
    return _element("xml", tree)


def _read(element: Element) -> Any:
    if len(element) == 0:
        return element.text or ""
    found: dict[str, Any] = {}
    for child in element:
        value = _read(child)
        if child.tag in found:
            before = found[child.tag]
            found[child.tag] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            found[child.tag] = value
    return found


def read(text: str | bytes) -> dict[str, Any]:
    """The tree of an ``<xml>`` document; repeated siblings become a list.

    Raises:
        ValueError: not well formed, entities or a DTD in it, another root.
    """
    try:
        root = fromstring(text, forbid_dtd=True)
    except ParseError as error:
        raise ValueError(f"not XML: {error}") from error
    tree = _read(root)
    if root.tag != "xml" or not isinstance(tree, dict):
        raise ValueError("the root is not <xml>")
    return tree


def many(value: Any) -> list[Any]:
    """A list of what may be absent, single or repeated."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list) else [value]
