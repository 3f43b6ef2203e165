"""An order behind a complaint or a word about the past: 昨天的可乐少了一箱,今天补上,另外再要2箱黑啤; or in front of it.

What went wrong is for people to settle; the goods wanted besides are read by themselves.
"""

from __future__ import annotations

from dataclasses import replace

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_OPENS = c.words(
    "另外 再 另 顺便 还要 再要 再来 再拿 再订 追加 外加 另加 顺带 还有 麻烦 然后 再给 再发 这次 这回 本次 这趟"
)
_BREAKS = ("另外", "顺便", "顺带", "外加", "还要", "再要", "再来")
_KEPT = (T.PARTY, T.GAP, T.COMMA, T.STOP, T.COLON)
_NO_ORDER = (c.TROUBLE, c.PAY, c.HOLD, c.MUCH, c.ASK_STOCK, c.ASK_PRICE)


def fold(tokens: list[Token], text: str) -> tuple[list[Token], str] | None:
    """The message with what stands in front of such an order made fillers, in the tokens and in the folded text; None
    when there is no order of that kind. Offsets and places stay as they are."""
    for at in range(1, len(tokens)):
        apart = tokens[at - 1].kind is T.GAP and tokens[at].text in _BREAKS  # …来收 顺便带清爽20箱
        if not (apart or tokens[at - 1].kind in (T.COMMA, T.STOP)) or not _opens(tokens, at):
            continue
        head, tail = tokens[:at], tokens[at:]
        if any(t.has(*_NO_ORDER) or t.past for t in tail) or not any(t.has(c.TROUBLE) or t.past for t in head):
            continue
        if any(t.kind is T.ITEM for t in tail) and any(t.kind in (T.QTY, T.NUM) for t in tail):
            quiet = [t if t.kind in _KEPT else replace(t, kind=T.CUE, cues=(c.FILLER,), term=None) for t in head]
            start = tokens[at].start
            return [*quiet, *tail], " " * start + text[start:]
    return _first(tokens, text)


def _first(tokens: list[Token], text: str) -> tuple[list[Token], str] | None:
    """戚风粉4袋,上次的糖粉结块了: an order, and behind it what went wrong with other goods another time."""
    at = next((n for n, t in enumerate(tokens) if t.past or t.has(c.TROUBLE)), 0)
    begun = next((n for n in range(at - 1, 0, -1) if tokens[n].kind in (T.COMMA, T.STOP)), 0)
    head, tail = tokens[:begun], tokens[begun:]
    if not begun or not tokens[at].past or any(t.has(*_NO_ORDER) or t.has(c.DROP) for t in head):
        return None
    wanted = {t.term or t.text for t in head if t.kind is T.ITEM}
    others = {t.term or t.text for t in tail if t.kind is T.ITEM and len(t.text) > 1}
    if not wanted or not others or wanted & others or not any(t.kind is T.QTY for t in head):
        return None
    if any(t.has(c.ADD, c.CHANGE, c.DROP, c.ASK_STOCK, c.ASK_PRICE, c.MUCH) for t in tail):
        return None
    quiet = [t if t.kind in _KEPT else replace(t, kind=T.CUE, cues=(c.FILLER,), term=None) for t in tail]
    return [*head, *quiet], text[: tokens[begun].start]


def _opens(tokens: list[Token], at: int) -> bool:
    """Whether a clause begins with the words of somebody who wants more."""
    spoken = [t for t in tokens[at : at + 4] if t.kind is not T.GAP][:2]
    return any(t.text in _OPENS for t in spoken)
