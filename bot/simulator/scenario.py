"""A session as a readable YAML scenario: who says or clicks what where, and what is then seen. No ids, tokens, times:
document numbers, drafts, codes and dates are given names in the order in which they appear.

Only writing is here, in the small part of YAML it needs; the tests read the files with a YAML library.
"""

from __future__ import annotations

import json
import re
from typing import Any

_NUMBER = re.compile(r"\b([A-Z]{2})-(\d{4,})\b")
_DRAFT = re.compile(r"草稿(\d+)")
_CODE = re.compile(r"请把 ?(\d{4}) ?告诉")
_DATE = re.compile(r"\d{1,2}月\d{1,2}日(?:\(周.\))?")
_TIME = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)")
_ACCOUNT = re.compile(r"\b(?:ou_[0-9a-f]{16,32}|u[0-9a-f]{10})\b")
_NAME = re.compile(r"‹([^›]+)›")
_ODD = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff"  # what YAML does not print as it is
# Begins like a word, has nothing that YAML could read as its own, and is no number, date or truth value.
_PLAIN = re.compile(rf"[0-9A-Za-z_\u4e00-\u9fff“‹【（+＋](?:(?!: |:\Z| #)[^\[\]{{}}\t\n{_ODD}])*\Z")
_NO_TEXT = re.compile(r"(?=.*\d|[-+.~]*\Z)[-+.0-9_:eExXoOa-fA-FTZ ]*\Z")
_BLOCK = re.compile(rf"[^\s{_ODD}](?:[^\t{_ODD}]*\n)[^\t{_ODD}]*[^\s{_ODD}]\Z")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


class Names:
    """Real numbers ↔ names such as ``‹XS-1›`` that stay the same wherever a scenario is played."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}  # what really stands there → its name
        self._counts: dict[str, int] = {}

    def learn(self, text: str) -> None:
        """Give names to what a text mentions for the first time."""
        for match in _NUMBER.finditer(text):
            self._name(match[0], f"{match[1]}-")
        for match in _DRAFT.finditer(text):
            self._name(match[0], "草稿")
        for match in _CODE.finditer(text):
            self._name(match[1], "码")

    def _name(self, real: str, kind: str) -> None:
        if real not in self._names:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._names[real] = f"‹{kind}{self._counts[kind]}›"

    def hide(self, text: str) -> str:
        """The text with names in place of numbers, codes, dates and times."""
        self.learn(text)
        for real in sorted(self._names, key=len, reverse=True):
            text = re.sub(rf"(?<![0-9A-Za-z]){re.escape(real)}(?!\d)", self._names[real], text)
        return _ACCOUNT.sub("‹账号›", _TIME.sub("‹时刻›", _DATE.sub("‹日期›", text)))

    def show(self, text: str) -> str:
        """The text with what the names stand for here.

        Raises:
            KeyError: nothing of that name has appeared.
        """
        real = {name: found for found, name in self._names.items()}
        return _NAME.sub(lambda match: real[match[0]], text)


def scalar(value: Any, *, inside: bool = False) -> str:
    """A text as plain YAML where that is safe, else in quotes. ``inside``: within a list in brackets."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    risky = _NO_TEXT.match(text) or text.lower() in _WORDS or (inside and "," in text)
    if _PLAIN.match(text) and text == text.strip() and not risky:
        return text
    return re.sub(f"[{_ODD}]", lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def dump(value: Any, indent: int = 0) -> str:
    """Maps, lists and texts as YAML."""
    pad = "  " * indent
    if isinstance(value, dict):
        return "".join(_entry(f"{pad}{scalar(name)}:", inner, indent) for name, inner in value.items())
    lines = []
    for inner in value:
        if isinstance(inner, dict) and inner:
            body = dump(inner, indent + 1)
            lines.append(f"{pad}- {body[len(pad) + 2 :]}")
        else:
            lines.append(_entry(f"{pad}-", inner, indent))
    return "".join(lines)


def _entry(head: str, value: Any, indent: int) -> str:
    if isinstance(value, dict):
        return f"{head}\n{dump(value, indent + 1)}" if value else f"{head} {{}}\n"
    if isinstance(value, list):
        flat = all(isinstance(one, str) and "\n" not in one and len(one) <= 24 for one in value)
        if not value or flat:
            return f"{head} [{', '.join(scalar(one, inside=True) for one in value)}]\n"
        return f"{head}\n{dump(value, indent + 1)}"
    if isinstance(value, str) and _BLOCK.match(value):
        inner = "".join(f"{'  ' * (indent + 1)}{line}\n" if line else "\n" for line in value.split("\n"))
        return f"{head} |-\n{inner}"
    return f"{head} {scalar(value)}\n"
