"""What goods are not: 粗吸管一箱,不是细的 only makes clear which are meant; 不是粗的,是细的 puts it right."""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import kin
from nlp.catalogue.resolve import is_head, meaning, narrow
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_ONLY = ("只要", "就要", "只拿", "光要", "只来", "仅要", "就拿", "只需")
_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)
_DENIES = ("不是", "而不是", "并不是", "可不是", "不是要", "不是说")
_IS = ("是", "要", "应该是", "应该", "而是", "我要", "都是")
_AFTER = ("的", "哦", "啊", "哈", "呀", "噢", "那种", "那个", "了", "款")
_ENDS = (T.COMMA, T.STOP)
_LONGEST = 6
_MOST = 400


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such a clause takes the other goods back (不要), or says the right ones (不对)."""
    tokens = _thought_again(tokens)
    if not any(t.text in _DENIES for t in tokens):
        return tokens
    result: list[Token] = []
    named = _Named(lexicon)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        denied, end = _run(tokens, at + 1) if token.text in _DENIES else ([], at)
        if not denied or not (base := named.goods()):
            named.follow(token)
            result.append(token)
            at += 1
            continue
        meant, stop = _instead(tokens, end)
        other = _kindred(denied, base, lexicon)
        if meant and other >= base and _kindred(meant, base, lexicon) - base:
            result.append(replace(token, text="不对", cues=(c.FIX,)))
            result += meant
            at = stop
        elif (meant and base <= _kindred(meant, base, lexicon)) or (not meant and _ends(tokens, end)):
            result.append(replace(token, text="不要", cues=(c.DROP,)))
            result += tokens[at + 1 : end]
            at = stop if meant else end
        elif not meant and named.open and tokens[end - 1].text in _AFTER and _counted(tokens, end):
            # 角阀要304的不是201的 20个: the amount is of what was named before
            result += [replace(t, kind=T.CUE, cues=(c.FILLER,), term=None) for t in tokens[at:end]]
            at = end
        else:
            named.follow(token)
            result.append(token)
            at += 1
    return result


def _thought_again(tokens: list[Token]) -> list[Token]:
    """要汤勺…不,漏勺5把: a bare 不 between two breaths takes back what was said before it."""
    kept = list(tokens)
    for at in range(1, len(kept) - 1):
        if kept[at].text != "不" or kept[at].kind not in (T.CUE, T.UNKNOWN):
            continue
        before = next((t for t in reversed(kept[max(0, at - 3) : at]) if t.kind is not T.GAP), None)
        apart = before is not None and (before.kind in _ENDS or before.text in (".", "-", "~", "…"))
        if apart and kept[at + 1].kind in (*_ENDS, T.GAP):
            kept[at] = replace(kept[at], kind=T.CUE, text="不对", cues=(c.FIX,))
    return kept


class _Named:
    """The goods said last."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.run: list[Token] = []
        self.open = False
        self.heads: frozenset[int] = frozenset()

    def follow(self, token: Token) -> None:
        """Take the next token in."""
        if token.kind in _ITEMS and meaning(token, self.lexicon):
            self.run = [*self.run, token] if self.open else [token]
            self.open = True
            if is_head(token, self.lexicon):
                found = meaning(token, self.lexicon)
                self.heads = kin(found, self.lexicon) if len(found) == 1 else found
        elif token.kind is not T.GAP and token.text not in _AFTER:
            self.open = False

    def goods(self) -> frozenset[int]:
        """Which products they may be."""
        found = narrow(self.run, self.lexicon) if self.run else frozenset()
        headed = any(is_head(word, self.lexicon) for word in self.run)
        found = found if headed else self.heads & found or found
        return found if len(found) <= _MOST else frozenset()


def _run(tokens: list[Token], at: int) -> tuple[list[Token], int]:
    """Item words that begin at a place and where they end, with the small words behind them."""
    words: list[Token] = []
    while at < len(tokens) and (tokens[at].kind is T.GAP or (words and tokens[at].text in _AFTER)):
        at += 1
    while at < len(tokens) and len(words) < _LONGEST and tokens[at].kind in _ITEMS:
        words.append(tokens[at])
        at += 1
    while words and at < len(tokens) and tokens[at].text in _AFTER:
        at += 1
    return words, at


def _instead(tokens: list[Token], at: int) -> tuple[list[Token], int]:
    """是细的 behind what it is not: the words, and where they end; nothing when a quantity of their own follows."""
    while at < len(tokens) and tokens[at].kind in (T.GAP, T.COMMA):
        at += 1
    if at >= len(tokens) or tokens[at].text not in _IS:
        return [], at
    words, end = _run(tokens, at + 1)
    return (words, end) if words else ([], at)


def _counted(tokens: list[Token], at: int) -> bool:
    following = next((t for t in tokens[at:] if t.kind is not T.GAP), None)
    return following is not None and following.kind is T.QTY


def _ends(tokens: list[Token], at: int) -> bool:
    while at < len(tokens) and tokens[at].kind is T.GAP:
        at += 1
    return at >= len(tokens) or tokens[at].kind in _ENDS or tokens[at].text == ")"


def _kindred(words: list[Token], base: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """The goods that words mean among those of the names said."""
    found = narrow(words, lexicon)
    return found & kin(base, lexicon) or found


def only_these(tokens: list[Token]) -> list[Token]:
    """白的只要L和XL各15件: which of the white ones; the words in front are no goods of their own."""
    result = tokens
    for at, token in enumerate(tokens):
        if token.text not in _ONLY or at < 2 or at + 2 >= len(tokens):
            continue
        of, word, after = tokens[at - 1], tokens[at - 2], tokens[at + 1]
        said = of.text == "的" and word.kind in (T.ITEM, T.SPEC) and len(word.text) <= 3
        end = next((n for n in range(at + 1, len(tokens)) if tokens[n].kind in (T.COMMA, T.STOP)), len(tokens))
        counted = any(t.kind is T.QTY for t in tokens[at + 1 : end])
        if said and counted and after.kind in (T.ITEM, T.SPEC, T.MEASURE, T.NUM):
            result = [*result[:at], Token(T.CUE, token.start, token.end, "的", cues=(c.FILLER,)), *result[at + 1 :]]
    return result
