"""Goods told by what they have not: 卫衣不加绒的, 插座带USB的两盒不带的5盒."""

from __future__ import annotations

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import kin
from nlp.catalogue.resolve import is_head, meaning, narrow
from nlp.scanning.tokens import T, Token

_NOT = ("不", "没", "非", "无")
_HAS = ("带", "加", "含", "有")
_OF = ("的", "款", "那种", "那个", "版")
_MOST = 400


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such words say which of the goods named last are meant."""
    if not any(t.text in _NOT or t.text[:2] in ("不带", "不加", "没带", "不含") for t in tokens):
        return tokens
    result: list[Token] = []
    heads: frozenset[int] = frozenset()
    told: Token | None = None  # 带USB, said of these goods before
    at = 0
    while at < len(tokens):
        token = tokens[at]
        found, end = _lacking(tokens, at, heads, told, lexicon)
        if end and not found:  # 不带绳 of goods that all have one: never those with it
            word = "".join(t.text for t in tokens[at:end])
            result.append(Token(T.UNKNOWN, token.start, tokens[end - 1].end, word))
            at = end
            continue
        if end:
            text = "".join(t.text for t in tokens[at:end])
            result.append(Token(T.SPEC, token.start, tokens[end - 1].end, text, found=found))
            at = end
            continue
        if token.kind is T.ITEM:
            if token.text[0] in _HAS and len(token.text) > 1:
                told = token
            if is_head(token, lexicon) and len(token.text) > 1:
                found = meaning(token, lexicon)
                heads = kin(found, lexicon) if len(found) == 1 else found
        result.append(token)
        at += 1
    return result


def _lacking(
    tokens: list[Token], at: int, heads: frozenset[int], told: Token | None, lexicon: Lexicon
) -> tuple[frozenset[int], int]:
    """The goods without it, and where the words end; nothing when the catalogue says 不带 itself."""
    token = tokens[at]
    if token.text not in _NOT or at + 1 >= len(tokens):
        return frozenset(), 0
    word, end = tokens[at + 1], at + 2
    if word.start != token.end:
        return frozenset(), 0
    heads = heads if 1 < len(heads) <= _MOST else _ahead(tokens, end, lexicon) or _beside(tokens, at, lexicon)
    if not 1 < len(heads) <= _MOST:
        return frozenset(), 0
    follows = tokens[end].text if end < len(tokens) else ""
    if word.kind is T.ITEM and word.text[0] in _HAS and len(word.text) > 1:
        return _plainly_without(word.text, heads, lexicon), end + (follows in _OF)
    if word.text in _HAS and follows in _OF and told is not None:
        having = meaning(told, lexicon)
    elif word.kind is T.ITEM and len(word.text) > 1 and follows in _OF:
        said = frozenset(n for negative in "非未无免" for n in lexicon.postings(negative + word.text))
        if said & heads:
            return said & heads, end + 1  # 不灭菌的 of goods that are 非灭菌
        having = lexicon.postings(word.term or word.text)
    else:
        return frozenset(), 0
    rest = heads - having
    if not rest or rest == heads or lexicon.has_term(token.text + word.text):
        return frozenset(), 0
    return rest, end + 1


def _ahead(tokens: list[Token], at: int, lexicon: Lexicon) -> frozenset[int]:
    """1000μl不带滤芯盒装的吸头: the goods named behind the words."""
    for token in tokens[at : at + 6]:
        if token.kind is T.ITEM and len(token.text) > 1 and is_head(token, lexicon):
            found = meaning(token, lexicon)
            return kin(found, lexicon) if len(found) == 1 else found
        if token.kind not in (T.ITEM, T.MEASURE, T.SPEC, T.GAP) and token.text not in _OF:
            break
    return frozenset()


def _beside(tokens: list[Token], at: int, lexicon: Lexicon) -> frozenset[int]:
    """耳带KN95不带阀, 不带阀那个耳带KN95: goods called by their spec alone, in front of the words or behind them."""
    for beside in (reversed(tokens[max(0, at - 6) : at]), tokens[at + 2 : at + 8]):
        words: list[Token] = []
        for token in beside:
            if token.kind in (T.ITEM, T.SPEC, T.MEASURE) and meaning(token, lexicon):
                words.append(token)
            elif token.kind is not T.GAP and token.text not in _OF:
                break
        if words and (found := narrow(words, lexicon)):
            return found if len(found) > 1 else kin(found, lexicon)
    return frozenset()


def _plainly_without(word: str, heads: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """Of these goods the ones that say 无滤芯 when 不带滤芯 is wanted, else those that do not say 带滤芯; nothing when
    all have it, so that it is asked about."""
    core = word[1:]
    said: frozenset[int] = frozenset()
    for negative in ("无", "免", "未", "不带", "不含", "不加", "非"):
        said |= lexicon.postings(negative + core)
    if said & heads:
        return said & heads
    return heads - lexicon.postings(word)
