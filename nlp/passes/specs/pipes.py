"""Pipe sizes: what is 4分 to a plumber is 1/2寸 on one catalogue and DN15 on another. Nominal sizes as in GB/T 1047 and
their names in inches (an eighth of an inch is one 分)."""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning.tokens import T, Token

_SIZES = (
    ("dn8", "2分", "1/4寸"), ("dn10", "3分", "3/8寸"), ("dn15", "4分", "1/2寸"), ("dn20", "6分", "3/4寸"),
    ("dn25", "1寸", "8分"), ("dn32", "1.2寸", "1寸2"), ("dn40", "1.5寸", "1寸半"), ("dn50", "2寸"),
    ("dn65", "2.5寸", "2寸半"),
    ("dn80", "3寸"), ("dn100", "4寸"), ("dn125", "5寸"), ("dn150", "6寸"), ("dn200", "8寸"),
)  # fmt: skip
_NAMES = {name: size for size in _SIZES for name in size}
_LONGEST = 6


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which a size means the goods of that size by whatever name the catalogue has for it."""
    if not any(t.text[:2] == "dn" or t.text[-1:] in "分寸半2" for t in tokens if t.kind in (T.MEASURE, T.SPEC, T.ITEM)):
        return tokens
    return [_widened(token, lexicon) for token in tokens]


def _widened(token: Token, lexicon: Lexicon) -> Token:
    name = token.term or token.text
    if token.kind not in (T.MEASURE, T.SPEC, T.ITEM) or len(name) > _LONGEST or name not in _NAMES:
        return token
    found = frozenset[int]().union(*(lexicon.postings(other) for other in _NAMES[name] if lexicon.has_term(other)))
    own = lexicon.postings(name) if lexicon.has_term(name) else frozenset()
    if not found or found == own:
        return token
    kind = T.MEASURE if token.kind is not T.ITEM else T.ITEM
    return replace(token, kind=kind, term=name if own else _known(name, lexicon), found=found, exact=True)


def _known(name: str, lexicon: Lexicon) -> str:
    return next(other for other in _NAMES[name] if lexicon.has_term(other))
