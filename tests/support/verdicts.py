"""Verdicts of several receivers on the same requests, compared; a deviation is either in a table or a failure.

A case belongs to a family; the table names (family, receiver) with the reason why that receiver judges some of the
family's cases otherwise than Danju, and how many. What deviates without being named fails, and so does an entry that
is not true of as many cases. Cases are made from a seed and a list written by hand, in verdicts_feishu.py and
verdicts_wecom.py beside this file.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

#: What the texts of generated messages are made of: everything that is awkward in JSON, XML, UTF-8 or base64.
_PIECES = (
    *("苹果 3 箱", "M8*30", "急", "a", " ", "\n", "\t", "🙏", "é", "é", "\u200b", "\u2028", "﷽"),
    *("<b>", "&amp;", "&", "]]>", "<![CDATA[", '"', "'", "\\", "\\u0041", "%s", "{0}", "+", "/", "=", "\x7f"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One request. ``taken``: what Danju is to do with it. ``query`` for WeCom, ``headers`` for Feishu."""

    name: str
    family: str
    taken: bool
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    query: tuple[tuple[str, str], ...] = ()
    method: str = "POST"

    def first(self, name: str) -> str | None:
        """The first value of a query parameter, as most frameworks give it."""
        return next((value for key, value in self.query if key == name), None)


def words(chance: random.Random) -> str:
    """A text that somebody might write, or not."""
    return "".join(chance.choice(_PIECES) for _ in range(chance.randrange(1, 30)))


def cuts(chance: random.Random, data: bytes, count: int) -> list[bytes]:
    """Beginnings of the data."""
    return [data[: chance.randrange(len(data))] for _ in range(count)]


def flips(chance: random.Random, data: bytes, count: int) -> list[bytes]:
    """The data with one bit turned over."""
    found = []
    for _ in range(count):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        found.append(bytes(changed))
    return found


@dataclass(slots=True)
class Comparison:
    """What came of it; ``complaints`` is empty when every deviation is known."""

    lines: list[str]
    complaints: list[str]


def compare(
    cases: Sequence[Case],
    ours: Mapping[str, bool],
    theirs: Mapping[str, Mapping[str, bool]],
    known: Mapping[tuple[str, str], tuple[int, str]],
) -> Comparison:
    """``theirs``: receiver → case name → accepted; a case that is missing there was not put to that receiver.
    ``known``: (family, receiver) → how many cases of the family it judges otherwise, and why."""
    complaints = [
        f"Danju {'takes' if ours[case.name] else 'refuses'} {case.name} [{case.family}]"
        for case in cases
        if ours[case.name] is not case.taken
    ]
    taken = sum(ours.values())
    lines = [f"{len(cases)} requests: Danju takes {taken}, refuses {len(cases) - taken}"]
    for receiver, verdicts in theirs.items():
        asked = [case for case in cases if case.name in verdicts]
        other = [case for case in asked if verdicts[case.name] is not ours[case.name]]
        families = Counter(case.family for case in other)
        complaints += [
            f"{receiver} {'takes' if verdicts[case.name] else 'refuses'} {case.name} [{case.family}]"
            for case in other
            if (case.family, receiver) not in known
        ]
        complaints += [
            f"{receiver} judges {families[family]} of [{family}] otherwise, not {count}"
            for (family, named), (count, _reason) in known.items()
            if named == receiver and families[family] != count
        ]
        same = len(asked) - len(other)
        lines.append(f"{receiver}: {len(asked)} asked, {same} the same verdict, {len(other)} known deviations")
        lines += [
            f"  {count:3} {family}: {known.get((family, receiver), (0, 'UNKNOWN'))[1]}"
            for family, count in families.items()
        ]
    return Comparison(lines, complaints)


def unique(cases: Iterable[Case]) -> list[Case]:
    """The cases as a list.

    Raises:
        ValueError: two have one name.
    """
    found = list(cases)
    twice = [name for name, count in Counter(case.name for case in found).items() if count > 1]
    if twice:
        raise ValueError(f"named twice: {twice}")
    return found
