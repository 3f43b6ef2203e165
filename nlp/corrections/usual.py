"""老样子, 照上次再来一份: an order that says what it holds by another one, and perhaps what is different this time.

The other order is the caller's to find (``Context.usual``); changes said beside it are read by the grammar of
corrections, as if that order were the open draft.
"""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.corrections.operations import correct
from nlp.findings import Context, Doc, Intent
from nlp.scanning import cues as c
from nlp.scanning.text import Folded, fold_key
from nlp.scanning.tokens import T, Token

_GOODS = (T.ITEM, T.QTY, T.ROW, T.SPEC, T.MEASURE, T.PRICE)
_EDITS = (c.ADD, c.LESS, c.DROP, c.CHANGE, c.SWAP, c.TIMES, c.KEEP)
# 其他照旧 leaves the rest as it is, 价格照旧 speaks of prices: neither asks for the last order again.
_OTHERWISE = ("其他", "其它", "其余", "别的", "剩下的", "剩下", "价格", "价", "单价", "地址", "数量", "时间", "都")
_MORE = ("另外", "外加", "另加", "还要", "加", "再加")


_WORDS = tuple(word for word, kinds in c.CUES.items() if c.SAME in kinds)


def hinted(text: str) -> bool:
    """Whether a message has words for "the same again" at all; looked at before it is read."""
    key = fold_key(text)
    return any(word in key for word in _WORDS)


def said(text: str, tokens: list[Token]) -> bool:
    """Whether the message asks for an order like an earlier one: the words come before any goods, and goods only
    behind words that change or add."""
    first = next((token for token in tokens if token.has(c.SAME)), None)
    if first is None or any(token.kind in _GOODS or token.has(c.LAST_PRICE) for token in tokens[: tokens.index(first)]):
        return False
    if text[: first.start].rstrip(" ,:").endswith(_OTHERWISE):
        return False
    return not _goods(tokens) or any(t.has(*_EDITS) or t.text in _MORE for t in tokens if not t.has(c.SAME))


def alone(tokens: list[Token]) -> bool:
    """Whether a word for "the same again" stands in a clause without goods; 大方灯照旧5盏 is about one line."""
    clause: list[Token] = []
    for token in [*tokens, Token(T.STOP, 0, 0, "")]:
        if token.kind not in (T.COMMA, T.STOP):
            clause.append(token)
            continue
        money = any(t.has(c.FEE, c.PAY) for t in clause)  # 运费照旧月结
        if (
            any(t.has(c.SAME) for t in clause)
            and not money
            and not (any(t.kind is T.ITEM for t in clause) and any(t.kind is T.QTY for t in clause))
        ):
            return True
        clause = []
    return False


def _goods(tokens: list[Token]) -> bool:
    return any(token.kind in _GOODS for token in tokens)


def changes(tokens: list[Token]) -> bool:
    """Whether something is said to be different this time."""
    rest = [token for token in tokens if not token.has(c.SAME)]
    return _goods(rest) or any(token.has(c.DROP, c.KEEP, c.SWAP, c.TIMES) for token in rest)


def blanked(text: str, tokens: list[Token]) -> str:
    """The text without the words for "the same again"; offsets stay."""
    for token in tokens:
        if token.has(c.SAME):
            text = text[: token.start] + " " * (token.end - token.start) + text[token.end :]
    return text


def changed(
    tokens: list[Token], context: Context, lexicon: Lexicon, folded: Folded, original: str
) -> tuple[Doc, list[str], list[Token]] | None:
    """The usual order after what is different this time, the doubts about it and the words left over; None when the
    words change nothing of it. ``tokens``: of the text without the words for "the same again"."""
    assert context.usual is not None
    found = correct(tokens, replace(context, draft=context.usual), lexicon, folded, original)
    if found is None:
        return None
    doc, doubts, left = found
    return replace(doc, intent=Intent.SALES_ORDER, ref=str(context.usual.get("doc_no") or "") or None), doubts, left
