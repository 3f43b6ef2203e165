"""A pack named in front of its number: 双氧水吨桶4个, 盐酸吨桶的要2个. The catalogue's own words for packs of more than
one character (吨桶, 托盘) are such packs, no goods that happen to be called by their last character."""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning import cues as c
from nlp.scanning.cues import FILLER
from nlp.scanning.tokens import T, Token

PACK = "pack"  # the cue of such a word
_BETWEEN = ("的", "装", "装的", "*", ":", "(", ")", "要", "来", "拿", "规格")
_PIECES = (None, "个", "只", "桶", "袋", "箱", "包", "件", "罐")


def pack_at(text: str, at: int, lexicon: Lexicon) -> tuple[float, Token] | None:
    """The word for a pack that begins at ``at``, with what it costs on the way through the lattice."""
    for word in lexicon.long_units:
        if text.startswith(word, at) and not lexicon.run_at(text, at) > len(word) and not lexicon.is_exact(word):
            return 0.6, Token(T.CUE, at, at + len(word), word, cues=(FILLER, PACK), term=word)
    return None


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens whose amounts behind such a word count packs."""
    if not any(token.has(PACK) for token in tokens):
        return tokens
    result = list(tokens)
    for at, token in enumerate(result):
        if not token.has(PACK):
            continue
        end = at + 1
        while end < len(result) and (result[end].kind is T.GAP or result[end].text in _BETWEEN):
            end += 1
        amount = result[end] if end < len(result) else None
        if amount is None or amount.kind not in (T.QTY, T.NUM) or amount.unit not in _PIECES or amount.approx:
            continue
        priced = amount.kind is T.NUM and (amount.value or 0) % 1
        led = any(t.has(c.PRICE) for t in result[at + 1 : end])
        if (
            not priced
            and not led
            and (amount.unit is None or amount.unit in ("个", "只") or token.text.endswith(amount.unit))
        ):
            result[end] = replace(amount, kind=T.QTY, unit=token.term)
    return result
