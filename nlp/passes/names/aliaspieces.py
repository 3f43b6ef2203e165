"""Pieces of aliases that run across two words: 胶透明 of an alias 防霉胶透明 is 胶 and 透明, which other goods are as
well (玻璃胶透明); the alias as a whole still means its own product."""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.notation import values
from nlp.catalogue.resolve import is_head, meaning
from nlp.catalogue.terms import MEASURES, SINGLE, full_key, measure_key
from nlp.scanning import cues as c
from nlp.scanning.numbers import HAN_NUMERALS, number_at, plain
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token

_MOST = 60
_VESSELS = frozenset("瓶包袋桶盒罐支听箱筒")


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens with such pieces cut where the value of the spec begins or ends."""
    result: list[Token] = []
    for token in tokens:
        before = result[-1] if result else None
        packed = before is not None and before.end == token.start and before.text[-1:] in _VESSELS
        result += (
            (_packed(token, lexicon) if packed else []) or _cut(token, lexicon) or [_of_other_sizes(token, lexicon)]
        )
    return result


def _packed(token: Token, lexicon: Lexicon) -> list[Token]:
    """瓶装洗衣液, where the alias 袋装洗衣液 makes a piece of 装洗衣液."""
    rest = token.text[1:]
    if token.kind is not T.ITEM or token.exact or token.text[:1] != "装" or len(rest) < 2 or not lexicon.has_term(rest):
        return []
    middle = token.start + 1
    return [
        Token(T.CUE, token.start, middle, "装", cues=(c.FILLER,)),
        Token(T.ITEM, middle, token.end, rest, term=rest, exact=lexicon.is_exact(rest)),
    ]


def sized(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which 小瓶, a piece of another product's alias, is a word of size and one for a vessel beside goods of
    their own, and 1公斤装 the measure it is."""
    result: list[Token] = []
    heads: frozenset[int] = frozenset()
    for at, token in enumerate(tokens):
        before = result[-1] if result else None
        if token.kind is T.ITEM and not token.exact:
            number = before is not None and before.kind is T.NUM and before.end == token.start
            unit = token.text.removesuffix("装")
            if number and before is not None and unit != token.text and unit in MEASURES:
                term = measure_key(before.text, unit)
                if lexicon.has_term(term):
                    text = before.text + token.text
                    result[-1] = Token(T.MEASURE, before.start, token.end, text, term=term, exact=True)
                    continue
            foreign = bool(heads) and not heads & meaning(token, lexicon)
            after = tokens[at + 1] if at + 1 < len(tokens) else None
            if after is not None and after.kind is T.ITEM and after.start == token.end and is_head(after, lexicon):
                foreign = not meaning(token, lexicon) & meaning(after, lexicon)  # 小包泡打粉
            if foreign and len(token.text) == 2 and token.text[0] in "大小" and token.text[1] in _VESSELS:
                middle = token.start + 1
                result.append(Token(T.CUE, token.start, middle, token.text[0], cues=(c.FILLER,)))
                result.append(Token(T.UNKNOWN, middle, token.end, token.text[1]))
                continue
        result.append(token)
        if token.kind is T.ITEM and is_head(token, lexicon) and len(token.text) > 1:
            heads = meaning(token, lexicon)
        elif token.kind is T.STOP:
            heads = frozenset()
    return result


def _cut(token: Token, lexicon: Lexicon) -> list[Token]:
    said = token.term or ""
    if token.kind is not T.ITEM or token.exact or token.found is not None or said != token.text:
        return []
    if not 2 <= len(said) <= 8 or not all(is_han(char) for char in said):
        return []
    own = lexicon.postings(said)
    if not own or len(own) > _MOST:
        return []
    for n in own:
        product = lexicon.product(n)
        if said in fold_key(product.name) or said in fold_key(product.spec):
            return []
    if spoken := _number_in_words(token, own, lexicon):
        return spoken
    for at in range(1, len(said)):
        one, other = said[:at], said[at:]
        if not (lexicon.has_term(one) and lexicon.has_term(other)):
            continue
        if not any(all(_value_of(part, n, lexicon) for n in own) for part in (one, other)):
            continue
        if own <= lexicon.postings(one) & lexicon.postings(other):
            middle = token.start + at
            return [
                Token(T.ITEM, token.start, middle, one, term=one, exact=lexicon.is_exact(one)),
                Token(T.ITEM, middle, token.end, other, term=other, exact=lexicon.is_exact(other)),
            ]
    return []


def _of_other_sizes(token: Token, lexicon: Lexicon) -> Token:
    """防爆管, of the aliases 4分防爆管 and 6分防爆管: the 1寸 one is such a hose too, as its spec says 防爆."""
    said = token.text
    if token.kind is not T.ITEM or token.exact or token.found is not None or not 3 <= len(said) <= 6:
        return token
    if token.term != said or not all(is_han(char) for char in said) or not (own := lexicon.postings(said)):
        return token
    if len(own) > _MOST:
        return token
    products = [lexicon.product(n) for n in own]
    front = said[:-1]
    if len({p.name for p in products}) > 1 or any(said in fold_key(f"{p.name} {p.spec}") for p in products):
        return token
    if not all(front in fold_key(p.spec) for p in products):
        return token
    kin = lexicon.exact(full_key(fold_key(products[0].name)))
    more = frozenset(n for n in list(kin)[:_MOST] if front in fold_key(lexicon.product(n).spec))
    return replace(token, found=own | more) if more - own else token


def _number_in_words(token: Token, own: frozenset[int], lexicon: Lexicon) -> list[Token]:
    """安芽三段 of an alias 安芽三段罐装: the goods, and the 3段 that others of them come in as well."""
    said = token.text
    for at in range(1, len(said) - 1):
        one, other = said[:at], said[at:]
        found = number_at(other, 0) if other[0] in HAN_NUMERALS else None
        if found is None or found[0] != len(other) - 1 or not lexicon.has_term(one):
            continue
        spelled = plain(found[1]) + other[found[0] :]
        both = lexicon.postings(spelled) | lexicon.postings(other)
        if lexicon.listed(spelled) and own < lexicon.postings(one) & both:
            middle = token.start + at
            return [
                Token(T.ITEM, token.start, middle, one, term=one, exact=lexicon.is_exact(one)),
                Token(T.ITEM, middle, token.end, other, term=spelled, found=both),
            ]
    return []


def _value_of(part: str, number: int, lexicon: Lexicon) -> bool:
    """Whether a part of the piece is a value of the product's spec, as it is or as people shorten it (白 of 白色)."""
    words = values(fold_key(lexicon.product(number).spec))
    return part in words or f"{part}色" in words or (part in SINGLE and any(part in word for word in words))
