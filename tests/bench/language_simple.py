"""The yardstick: a reader as one writes it in an afternoon, of jieba, regular expressions and rapidfuzz.

It cuts a message into clauses, takes numbers with a unit for quantities and numbers with 元 or 块 for prices, and the
product most like the rest. It never asks. What it costs is what the machine's speed is compared with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import jieba
from rapidfuzz import fuzz, process

_CLAUSE = re.compile(r"[\n,，;；。]+")
_QTY = re.compile(r"(\d+(?:\.\d+)?|[一二两三四五六七八九十百半]+)\s*([\u4e00-\u9fff]|kg|g)")
_PRICE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:元|块|/)")
_ORDER = re.compile(r"要|来|发|送|拿|订|给")
_ASK = re.compile(r"多少|吗|么|有没有|\?|？")
_LIKE = 60


class SimpleReader:
    """Products and parties as lists of strings."""

    def __init__(self, catalog: Mapping[str, Any]) -> None:
        self._cutter = jieba.Tokenizer()
        jieba.setLogLevel("WARNING")
        self._cutter.initialize()
        for name in {p["name"] for p in catalog["products"]}:
            self._cutter.add_word(name)
        self._products = [f"{p['name']} {p['spec']}".lower() for p in catalog["products"]]
        self._skus = [p["sku"] for p in catalog["products"]]
        self._parties = {name: each["id"] for key in ("customers", "suppliers") for each in catalog[key]
                         for name in (each["name"], *each["aliases"])}  # fmt: skip

    def read(self, text: str) -> dict[str, Any]:
        """Intent, party and lines; lines of products that are like enough."""
        party = next((id_ for name, id_ in self._parties.items() if name in text), None)
        lines = []
        for clause in _CLAUSE.split(text.lower()):
            quantity = _QTY.search(clause)
            if quantity is None:
                continue
            price = _PRICE.search(clause)
            rest = " ".join(self._cutter.cut(_PRICE.sub(" ", _QTY.sub(" ", clause))))
            best = process.extractOne(rest, self._products, scorer=fuzz.token_set_ratio, score_cutoff=_LIKE)
            if best is not None:
                lines.append((self._skus[best[2]], quantity[1], quantity[2], price[1] if price else None))
        asks = _ASK.search(text)
        intent = "price_inquiry" if asks else "sales_order" if lines or _ORDER.search(text) else "none"
        return {"intent": intent, "party": party, "lines": lines}
