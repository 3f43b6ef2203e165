"""The tuned corpora's messages about the goods and firms of another catalogue: same sentences, other words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

CORPUS = Path(__file__).parents[1] / "corpus"


def folders() -> list[Path]:
    """The labelled folders rules were tuned on; never the ones held back."""
    return sorted(path.parent for path in CORPUS.glob("*/messages.jsonl"))


def labelled(folder: Path) -> list[dict[str, Any]]:
    """The messages of a folder."""
    return [json.loads(line) for line in (folder / "messages.jsonl").read_text(encoding="utf-8").splitlines()]


class Wardrobe:
    """Puts the goods and firms of ``catalog`` in the place of one folder's."""

    def __init__(self, folder: Path, catalog: Mapping[str, Any], chance: Random) -> None:
        own = json.loads((folder / "catalog.json").read_text(encoding="utf-8"))
        self._skus: dict[str, dict[str, Any]] = {}
        self._ids: dict[str, str] = {}
        self._words: dict[str, str] = {}
        same = [p for p in catalog["products"] if p["category"] == folder.name] or list(catalog["products"])
        for mine in own["products"]:
            theirs = chance.choice(same)
            self._skus[mine["sku"]] = theirs
            self._put(mine["sku"], theirs["sku"])
            self._put(mine.get("barcode") or "", theirs["barcode"])
            called = theirs["aliases"] or [theirs["name"]]
            for alias in mine.get("aliases") or ():
                self._put(alias, chance.choice(called))
            self._put(mine["name"], theirs["name"])
            for length in range(2, len(mine["name"])):  # 螺栓 for 外六角螺栓
                self._put(mine["name"][-length:], theirs["name"][-length:])
            parts, others = mine["spec"].split(), theirs["spec"].split()
            for at, part in enumerate(parts):
                self._put(part, others[min(at, len(others) - 1)])
        for key in ("customers", "suppliers"):
            for mine in own[key]:
                theirs = chance.choice(catalog[key])
                self._ids[mine["id"]] = theirs["id"]
                self._put(mine["name"], theirs["name"])
                called = theirs["aliases"] or [theirs["name"][2:]]
                for alias in mine.get("aliases") or ():
                    self._put(alias, chance.choice(called))
        longest = sorted(self._words, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest)), re.IGNORECASE)

    def _put(self, word: str, other: str) -> None:
        if len(word) >= 2:
            self._words.setdefault(word.lower(), other)

    def dress(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """The message with the other words, its chat and its draft with the other ids; its label is left off."""
        text = self._pattern.sub(lambda found: self._words[found[0].lower()], str(message["text"]))
        context = dict(message.get("context") or {})
        for key in ("chat_customer", "chat_supplier"):
            if context.get(key):
                context[key] = self._ids.get(context[key])
        draft = context.get("draft")
        if draft:
            context["draft"] = {
                **draft,
                "party": self._ids.get(draft.get("party")),
                "lines": [self._line(line) for line in draft["lines"]],
            }
        return {key: message[key] for key in ("id", "sender_role", "datetime")} | {"text": text, "context": context}

    def _line(self, line: Mapping[str, Any]) -> dict[str, Any]:
        other = self._skus.get(line["sku"])
        if other is None:
            return dict(line)
        unit = line.get("unit")
        return {**line, "sku": other["sku"], "unit": unit if unit in other["units"] else other["default_unit"]}


def messages(catalog: Mapping[str, Any], times: int, seed: int) -> Iterator[dict[str, Any]]:
    """Every tuned message ``times`` times, each time in other clothes."""
    for folder in folders():
        told = labelled(folder)
        for time in range(times):
            wardrobe = Wardrobe(folder, catalog, Random(f"{seed}:{folder.name}:{time}"))
            yield from (wardrobe.dress(message) for message in told)


def long_orders(catalog: Mapping[str, Any], count: int, lines: int, seed: int) -> Iterator[dict[str, Any]]:
    """Orders of so many lines, written in the ways people write them."""
    chance = Random(f"long:{seed}")
    goods: Sequence[dict[str, Any]] = catalog["products"]
    for number in range(count):
        form = chance.choice(("{name} {spec} {qty}{unit}", "{spec}{name}{qty}{unit}", "{row}. {name}{spec}*{qty}{unit}",
                              "{name}\t{spec}\t{unit}\t{qty}", "{alias} {qty}{unit} {price}一{unit}"))  # fmt: skip
        rows = []
        for row in range(lines):
            one = chance.choice(goods)
            alias = one["aliases"][0] if one["aliases"] else one["spec"].split()[0] + one["name"][-2:]
            rows.append(form.format(row=row + 1, qty=chance.randint(1, 40), unit=one["default_unit"], alias=alias,
                                    name=one["name"], spec=one["spec"], price=one["list_price"]))  # fmt: skip
        text = chance.choice(catalog["customers"])["name"] + "：\n" + "\n".join(rows) + "\n明天送"
        yield {"id": f"L{number}", "text": text, "sender_role": "sales", "datetime": "2026-11-24T09:30:00+08:00"}
