"""Goods of an open draft told by what their name or spec ends in, and what they are to be by the word in front of it:
膜要哑的, of a 光膜 that comes as 哑膜 as well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.terms import full_key
from nlp.scanning import cues as c
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token

_VERBS = ("要", "换", "换成", "改", "改成", "改为", "换为", "应该是", "是", "改要", "得是")
_BETWEEN = ("的", "那个", "那款", "这个", "都", "全")
_ENDS = ("的", "款", "那种", "吧", "面", "色")
_SAYS_NOTHING = frozenset("把给来拿发下的了是单点些份做这那就也再还另先我你他要不别请帮和跟一共货款品")
_MOST = 60


def named(tokens: list[Token], draft: Mapping[str, Any], lexicon: Lexicon) -> list[Token]:
    """Tokens of a message beside a draft with such words as goods."""
    tokens = _short_names(tokens, draft, lexicon)
    for at, token in enumerate(tokens):
        if token.text not in _VERBS or not 0 < at < len(tokens) - 1 or tokens[at + 1].kind is not T.UNKNOWN:
            continue
        place = at - 1
        while place > 0 and tokens[place].text in _BETWEEN:
            place -= 1
        end = at + 1
        while end < len(tokens) and tokens[end].kind is T.UNKNOWN and end - at < 3:
            end += 1
        after = tokens[end] if end < len(tokens) else None
        if after is not None and after.kind not in (T.COMMA, T.STOP, T.GAP) and after.text not in _ENDS:
            continue
        word, said = tokens[place], "".join(t.text for t in tokens[at + 1 : end])
        if word.kind not in (T.ITEM, T.CUE, T.UNKNOWN) or not is_han(word.text[-1]):
            continue
        found = _meant(word.text, said, draft, lexicon)
        if found is None:
            continue
        own, others = found
        head = replace(word, kind=T.ITEM, cues=(), term=word.text, found=frozenset((own,)))
        verb = replace(token, kind=T.CUE, text="换成", cues=(c.CHANGE,))
        which = Token(T.SPEC, tokens[at + 1].start, tokens[end - 1].end, said, found=others)
        return [*tokens[:place], head, *tokens[place + 1 : at], verb, which, *tokens[end:]]
    return tokens


def _short_names(tokens: list[Token], draft: Mapping[str, Any], lexicon: Lexicon) -> list[Token]:
    """锁每盒便宜两块, of a 抽屉锁: a word that says nothing elsewhere names the one line that ends in it."""
    result = list(tokens)
    names: list[tuple[str, int]] | None = None
    for at, token in enumerate(tokens):
        if token.cues != (c.FILLER,) or len(token.text) > 2 or token.text[0] in _SAYS_NOTHING:
            continue
        before = tokens[at - 1] if at else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        opens = before is None or before.kind in (T.COMMA, T.STOP, T.GAP) or before.text in ("把", "那个", "那", "这个")
        acts = after is not None and (after.kind is T.QTY or (after.kind is T.CUE and after.cues != (c.FILLER,)))
        if not opens or not acts:
            continue
        if names is None:
            lines = [(lexicon.by_sku(line.get("sku")), line) for line in draft.get("lines") or ()]
            known = [(product, lexicon.number(product.sku)) for product, _ in lines if product is not None]
            names = [(fold_key(product.name), number) for product, number in known if number is not None]
        own = [number for name, number in names if name.endswith(token.text) and name != token.text]
        if len(own) == 1:
            result[at] = replace(token, kind=T.ITEM, cues=(), term=token.text, found=frozenset(own))
    return result


def _meant(word: str, said: str, draft: Mapping[str, Any], lexicon: Lexicon) -> tuple[int, frozenset[int]] | None:
    """The one line whose name or spec ends so, and the goods of its name that say it with the word in front."""
    hits: list[tuple[int, frozenset[int]]] = []
    for line in draft.get("lines") or ():
        product, number = lexicon.by_sku(line.get("sku")), lexicon.number(line.get("sku") or "")
        if product is None or number is None:
            continue
        for tail in {word, word[-1]}:
            if tail not in fold_key(f"{product.name}{product.spec}"):
                continue
            kin = list(lexicon.exact(full_key(fold_key(product.name))))[:_MOST]
            found = frozenset(n for n in kin if said + tail in fold_key(lexicon.product(n).spec))
            if found and number not in found:
                hits.append((number, found))
                break
    return hits[0] if len(hits) == 1 else None
