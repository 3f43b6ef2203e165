"""So many of all, in a proportion: 白板笔黑红蓝3:2:1共6盒 is three, two and one."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from decimal import Decimal

from nlp.scanning.tokens import T, Token

_MOST = 6
_LEADS = re.compile(r"(?:的?比例|配比|按|的|来|要|拿|发|配|一共|总共|共|合计|凑|就|给|,)*")
_REACH = 6  # tokens between the shares and their sum


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens in which a proportion with its sum behind is as many amounts side by side; one without a sum that can be
    shared out so is a word nobody can use."""
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        shares = _shares(tokens, at)
        if not shares:
            result.append(tokens[at])
            at += 1
            continue
        end = at + 2 * len(shares) - 1
        total, behind = _total(tokens, end)
        parts = _parts(shares, total)
        if total is None or not parts:
            first, last = tokens[at], tokens[end - 1]
            text = "".join(t.text for t in tokens[at:end])
            result.append(Token(T.ID, first.start, last.end, text))
            at = end
            continue
        for place, (part, share) in enumerate(zip(parts, shares, strict=True)):
            if place:
                result.append(replace(tokens[at + 2 * place - 1], kind=T.SIGN, text="/"))
            closing = place + 1 == len(parts)
            kind, unit = (T.QTY, total.unit) if closing else (T.NUM, None)
            result.append(replace(share, kind=kind, unit=unit, value=part))
        at = behind
    return result


def _shares(tokens: list[Token], at: int) -> list[Token]:
    """The numbers of 3:2:1 that begins here behind the goods; two are a scale or a time of day."""
    if at and tokens[at - 1].text == ":":
        return []
    shares: list[Token] = []
    while at < len(tokens) and tokens[at].kind in (T.NUM, T.PRICE) and tokens[at].value and len(shares) < _MOST:
        shares.append(tokens[at])
        if at + 1 >= len(tokens) or tokens[at + 1].text != ":" or tokens[at + 1].start != tokens[at].end:
            break
        at += 2
    apart = any(one.end + 1 != other.start for one, other in itertools.pairwise(shares))
    return [] if len(shares) < 3 or apart else shares


def _total(tokens: list[Token], at: int) -> tuple[Token | None, int]:
    """The amount of all of them right behind, and where it ends."""
    for end in range(at, min(at + _REACH, len(tokens))):
        if tokens[end].kind is T.QTY and not tokens[end].approx:
            said = "".join(t.text for t in tokens[at:end] if t.kind is not T.GAP)
            return (tokens[end], end + 1) if _LEADS.fullmatch(said) else (None, at)
    return None, at


def _parts(shares: list[Token], total: Token | None) -> list[Decimal]:
    """What each share comes to; nothing when that would be pieces."""
    if total is None or total.value is None:
        return []
    values = [share.value or Decimal(0) for share in shares]
    parts = [total.value * value / sum(values) for value in values]
    return parts if all(part == int(part) for part in parts) else []
