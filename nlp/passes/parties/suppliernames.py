"""A maker whose name is a word of its goods too: 泉悦那边补5箱, 跟铁城补10箱 speak of the firm, 泉悦软管 does not."""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.lexicon import SUPPLIER
from nlp.scanning.cues import words
from nlp.scanning.tokens import T, Token

_SIDE = words("那边 那里 这边 那家 厂家 厂里 厂 公司 他家 家")
_FROM = words("跟 向 从 找 问 让 叫 和 去 到")
_BUYS = (
    "补",
    "订",
    "定",
    "拿",
    "要",
    "采购",
    "进",
    "进货",
    "补货",
    "报",
    "来",
    "订购",
    "下单",
    "下",
    "加",
    "再补",
    "再订",
    "再进",
)


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens in which such a word is the supplier."""
    result = list(tokens)
    for at, token in enumerate(tokens):
        if token.kind is not T.ITEM or not any(party.kind == SUPPLIER for party in token.parties):
            continue
        before = next((t for t in reversed(tokens[:at]) if t.kind is not T.GAP), None)
        after = next((t for t in tokens[at + 1 :] if t.kind is not T.GAP), None)
        if after is None:
            continue
        asked = before is not None and before.text in _FROM and after.text in _BUYS
        if asked or after.text in _SIDE:
            result[at] = replace(token, kind=T.PARTY, term=None, exact=False)
    return result
