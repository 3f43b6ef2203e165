"""Words of a price list that say which goods: 纯生500罐52/箱 is the 500ml can at 52 a case; 蓝的跟黑的一个价 has the
price of other goods."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import having, kin
from nlp.catalogue.resolve import meaning, names_goods, narrow
from nlp.scanning import cues as c
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_WORDS = (T.ITEM, T.MEASURE, T.SPEC)
_PRICE = re.compile(r"\d{1,6}(?:\.\d{1,4})?")
_MONEY = (T.NUM, T.PRICE)
_LIKE = ("同", "跟", "和", "与", "按", "照", "等同")
_LISTED = ("的", "、", "和", "跟", "与", "/", "色", "都", "同", "是")
_ALIKE = c.words(
    "价 一个价 一样 同价 价格 的价 一样价 一样的价 这个价 这价 价格一样 价一样 一个价格 走 算 同样价 的价格 同样价格"
)


def apart(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which 1ml/5ml/20ml is three words and 10k—15.5 goods and their price, when the catalogue knows them."""
    result: list[Token] = []
    for token in tokens:
        result += (_pieces(token, lexicon) if token.kind is T.SPEC and token.found is None else []) or [token]
    return result


def _pieces(token: Token, lexicon: Lexicon) -> list[Token]:
    if lexicon.has_term(token.text):
        return []
    name, dash, price = token.text.rpartition("-")
    if dash and lexicon.has_term(name) and _PRICE.fullmatch(price):
        end = token.start + len(name)
        return [
            Token(T.ITEM, token.start, end, name, term=name),
            Token(T.COLON, end, end + 1, ":"),
            Token(T.NUM, end + 1, token.end, price, value=Decimal(price)),
        ]
    parts = token.text.split("/")
    if len(parts) < 2 or not all(lexicon.has_term(part) for part in parts):
        return []
    found: list[Token] = []
    start = token.start
    for part in parts:
        if found:
            found.append(Token(T.COMMA, start - 1, start, "、"))
        found.append(Token(T.ITEM, start, start + len(part), part, term=part))
        start += len(part) + 1
    return found


def same_as(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which 跟黑的一个价 is one word that knows the goods it speaks of."""
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        end, words = _likened(tokens, at, lexicon) if tokens[at].text in _LIKE else (0, [])
        if end:
            text = "".join(t.text for t in tokens[at:end])
            found = narrow(words, lexicon)
            result.append(
                Token(T.CUE, tokens[at].start, tokens[end - 1].end, text, cues=(c.SAME_AS,), found=found, term=text)
            )
            at = end
        else:
            result.append(tokens[at])
            at += 1
    return result


def _likened(tokens: list[Token], at: int, lexicon: Lexicon) -> tuple[int, list[Token]]:
    """Where 跟黑的一个价 ends, and the words of the goods in it; 0 when it is none."""
    words: list[Token] = []
    end = at + 1
    while end < len(tokens) and (tokens[end].kind in (*_WORDS, T.GAP) or tokens[end].text in ("的", "那个", "那种")):
        if tokens[end].kind in _WORDS and meaning(tokens[end], lexicon):
            words.append(tokens[end])
        elif tokens[end].kind in _WORDS:
            return 0, []
        end += 1
    said = ""
    best = 0
    for place in range(end, min(end + 4, len(tokens))):
        said += tokens[place].text
        if said in _ALIKE:
            best = place + 1
    return (best, words) if words and narrow(words, lexicon) else (0, [])


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens of a supplier's message in which an amount between goods and their price is a word of their spec, when
    they have its number."""
    result: list[Token] = []
    run: list[Token] = []
    goods: frozenset[int] = frozenset()  # the goods named last and their kin
    for at, said in enumerate(tokens):
        token = said
        if said.kind is T.QTY and (run or goods) and said.value is not None and _costs(tokens, at + 1):
            base = narrow(run, lexicon) if run else goods
            found = _sold(said, having(said.value, base, lexicon), lexicon)
            if found and (run or len(found) == 1):
                token = replace(said, kind=T.SPEC, found=found, unit=None)
        if said.kind is T.NUM and not run and goods and said.value is not None and _opens(result):
            found = having(said.value, goods, lexicon) if _costs(tokens, at + 1) else frozenset()
            if found and found < goods:
                token = replace(said, kind=T.SPEC, found=found)  # BV1.5 118,2.5 186
        if token.kind in _WORDS and meaning(token, lexicon):
            run.append(token)
        elif token.kind is not T.GAP and token.text != "的":
            goods = kin(narrow(run, lexicon), lexicon) if run else goods
            run = []
        result.append(token)
    return result


def of_both(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which 灰白同价 behind the price of goods that come in both says nothing new."""
    if not any(t.has(c.SAME_PRICE) or t.text in _ALIKE for t in tokens):
        return tokens
    result = list(tokens)
    run: list[Token] = []
    goods: frozenset[int] = frozenset()
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = _both(tokens, at, goods, lexicon) if len(goods) > 1 and _opens(result[:at], priced=True) else 0
        if end:
            result[at:end] = [replace(t, kind=T.CUE, cues=(c.FILLER,), used=True) for t in tokens[at:end]]
            at, run = end, []
            continue
        if end := _both_ahead(tokens, at, run, lexicon):
            result[at:end] = [Token(T.GAP, t.start, t.end, " ", at=t.at) for t in tokens[at:end]]
            at = end
            continue
        if token.kind in _WORDS and meaning(token, lexicon):
            run.append(token)
        elif token.kind in _MONEY and run:
            heads = [w for w in run if names_goods(w, lexicon)]
            own = narrow(run, lexicon) or narrow(heads, lexicon)  # BV线1.5/2.5/4平98/158/248,红黄蓝同价
            goods, run = (own if heads else own & kin(goods, lexicon) or own), []
        elif token.kind is T.STOP:
            run = []
        at += 1
    return result


def _both_ahead(tokens: list[Token], at: int, run: list[Token], lexicon: Lexicon) -> int:
    """篮球服红蓝同价,M L 38: where such words end in front of the prices, the comma with them; 0 when none are."""
    if not run or tokens[at].kind not in _WORDS or not any(names_goods(word, lexicon) for word in run):
        return 0
    own = narrow(run, lexicon)
    end = _both(tokens, at, own, lexicon) if len(own) > 1 else 0
    if not end or end + 1 >= len(tokens) or tokens[end].kind not in (T.COMMA, T.COLON, T.GAP):
        return 0
    for token in tokens[end:]:
        if token.kind is T.STOP:
            return 0
        if token.kind in _MONEY:
            return end + 1
    return 0


def _both(tokens: list[Token], at: int, goods: frozenset[int], lexicon: Lexicon) -> int:
    """Where a list of two or more kinds of these goods and 同价 ends; 0 when it is none."""
    end, words = at, 0
    while end < len(tokens) and (tokens[end].kind in (*_WORDS, T.GAP) or tokens[end].text in _LISTED):
        if tokens[end].kind in _WORDS:
            if not meaning(tokens[end], lexicon) & goods:
                return 0
            words += 1
        end += 1
    said, best = "", 0
    for place in range(end, min(end + 5, len(tokens))):
        said += tokens[place].text
        if said.removeprefix("都").removeprefix("全").removeprefix("是") in _ALIKE or tokens[place].has(c.SAME_PRICE):
            best = place + 1
    return best if words > 1 else 0


def _opens(before: list[Token], *, priced: bool = False) -> bool:
    """Whether a breath begins here; ``priced``: or stands right behind a price."""
    last = next((t for t in reversed(before) if t.kind is not T.GAP), None)
    return last is not None and (last.kind in (T.COMMA, T.STOP) or (priced and last.kind in _MONEY))


def _costs(tokens: list[Token], at: int) -> bool:
    """Whether a price follows at once."""
    while at < len(tokens) and (tokens[at].kind is T.GAP or tokens[at].text in ("的", ":", "都是", "都", "均", "统一")):
        at += 1
    return at < len(tokens) and tokens[at].kind in _MONEY


def _sold(token: Token, found: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """Of goods with the number those that come in what was said with it: 500罐 is a can."""
    if token.unit is None or len(found) < 2:
        return found
    said = frozenset(
        n for n in found
        if token.unit in lexicon.product(n).units or token.unit in fold_key(lexicon.product(n).spec)
    )  # fmt: skip
    return said or found
