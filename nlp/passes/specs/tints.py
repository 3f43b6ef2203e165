"""A plain colour said of goods that come in shades of it: 灰色 of goods in 中灰, 白色 of 瓷白, where none is called
just so. With two shades of it the goods stay undecided."""

from __future__ import annotations

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.notation import values
from nlp.catalogue.numbered import kin
from nlp.catalogue.resolve import is_head, meaning, narrow
from nlp.catalogue.terms import SINGLE
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_COLOURS = SINGLE & frozenset("红黄蓝绿黑白灰紫粉橙棕银金青咖")
_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)
_OF = ("的", "那种", "那个", "款")
_MOST = 200
_WORDS = 11  # of one item


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such a colour says which of the goods beside it are meant."""
    if not any(_tint(tokens, at) for at in range(len(tokens))):
        return tokens
    result: list[Token] = []
    run: list[Token] = []
    heads: frozenset[int] = frozenset()
    at = 0
    while at < len(tokens):
        token, end = tokens[at], _tint(tokens, at)
        if end and (found := _shades(token, _goods(run, tokens[end : end + 8], heads, lexicon), lexicon)):
            text = "".join(t.text for t in tokens[at:end])
            token = Token(T.SPEC, token.start, tokens[end - 1].end, text, found=found)
            at = end - 1
        result.append(token)
        if token.kind in _ITEMS:
            run = [*run[-_WORDS:], token]
            if is_head(token, lexicon):
                found = meaning(token, lexicon)
                heads = kin(found, lexicon) if len(found) == 1 else found
        elif token.kind is not T.GAP and token.text not in _OF:
            base = narrow([w for w in run if meaning(w, lexicon)], lexicon) if run else frozenset()
            if base and len(base) <= _MOST and len({lexicon.product(n).name for n in base}) == 1:
                heads = kin(base, lexicon)
            run = []
        at += 1
    return result


def _tint(tokens: list[Token], at: int) -> int:
    """Where 灰色 that begins here ends, 0 when it is none."""
    token = tokens[at]
    if token.kind is T.ITEM and len(token.text) == 2 and token.text[0] in _COLOURS and token.text[1] == "色":
        return at + 1
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    glued = after is not None and after.text == "色" and after.kind is T.UNKNOWN and after.start == token.end
    return at + 2 if glued and token.text in _COLOURS and token.kind in (T.ITEM, T.UNKNOWN) else 0


def _goods(run: list[Token], following: list[Token], heads: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    ahead: list[Token] = []
    for token in following:
        if token.kind in _ITEMS:
            ahead.append(token)
        elif token.kind is not T.GAP and token.text not in _OF:
            break
    known = [word for word in run if meaning(word, lexicon)]
    if any(is_head(word, lexicon) for word in known):
        return narrow(known, lexicon)
    both = [*known, *(word for word in ahead if meaning(word, lexicon))]
    found = narrow(both, lexicon) if both else frozenset()
    if any(is_head(word, lexicon) for word in both) and found:
        return found
    return (heads & found if heads & found else found) if both else heads


def _shade_of(said: str, word: str) -> bool:
    """Whether a value is a shade of a colour; 咖 of 咖啡 is one by its beginning."""
    return len(word) <= 4 and (word.removesuffix("色").endswith(said) or (said == "咖" and word.startswith(said)))


def _shades(token: Token, base: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    if not base or len(base) > _MOST or base & lexicon.postings(token.text[0] + "色"):
        return frozenset()
    said = token.text[0]
    found = frozenset(
        n for n in base
        if any(_shade_of(said, word) for word in values(fold_key(lexicon.product(n).spec)))
    )  # fmt: skip
    return found if len(found) < len(base) or len(base) == 1 else frozenset()
