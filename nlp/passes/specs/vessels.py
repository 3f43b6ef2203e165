"""What goods come in, said as an attribute: 可乐听装5件, 330可乐罐, 纯生500瓶的10件, 椰汁罐罐儿.

The catalogue says it in its own way: by the unit goods are counted in, or as 罐装 in the spec. A word for a vessel
beside such goods tells them apart; a number of the spec with the vessel behind it is no quantity when one follows.
"""

from __future__ import annotations

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import having, kin
from nlp.catalogue.resolve import is_head, meaning, narrow
from nlp.catalogue.units import TWIN
from nlp.passes.specs.comparatives import measures_of
from nlp.scanning import cues as c
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

VESSELS = frozenset("瓶罐听盒桶坛袋包杯壶管筒支")
_MOST = 400
_COMPARED = 12
_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)
_OF = ("的", "那种", "那个", "款", "装", "装的", "(", ")")
_SIZES = ("大", "小", "中")
_TAILS = ("装", "儿", "子")
_COUNTS = (T.QTY, T.NUM, T.PRICE)


def coming_in(vessel: str, base: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """Products of ``base`` that come in a vessel, by their unit or their spec."""
    words = {vessel, TWIN.get(vessel, vessel)}
    found = []
    for n in list(base)[:_MOST]:
        product = lexicon.product(n)
        spec = fold_key(product.spec)
        if product.base_unit in words or any(f"{word}装" in spec or spec.endswith(f"/{word}") for word in words):
            found.append(n)
    return frozenset(found)


class Vessels:
    """One pass over the tokens of a message."""

    def __init__(self, tokens: list[Token], lexicon: Lexicon) -> None:
        self.tokens = tokens
        self.lexicon = lexicon
        self.out: list[Token] = []
        self.run: list[Token] = []  # item words right before
        self.heads: frozenset[int] = frozenset()  # goods named last

    def walk(self) -> list[Token]:
        """The tokens, vessels that describe goods made spec words."""
        at = 0
        while at < len(self.tokens):
            end, found = self._numbered(at) or self._word(at) or (at, frozenset())
            if end > at:
                text = "".join(t.text for t in self.tokens[at:end])
                word = Token(T.SPEC, self.tokens[at].start, self.tokens[end - 1].end, text, found=found)
                self._push(word)
                at = end
            else:
                self._push(self.tokens[at])
                at += 1
        return self.out

    def _push(self, token: Token) -> None:
        self.out.append(token)
        if token.kind in _ITEMS:
            self.run.append(token)
            if is_head(token, self.lexicon):
                found = meaning(token, self.lexicon)
                self.heads = kin(found, self.lexicon) if len(found) == 1 else found
        elif token.kind is not T.GAP and token.text not in _OF:
            self.run = []

    def _goods(self, end: int) -> frozenset[int]:
        """The goods a word stands with: those before it, else those behind it, else those named last."""
        for run in (self.run, self._ahead(end)):
            known = [word for word in run if meaning(word, self.lexicon)]
            if not known:
                continue
            found = narrow(known, self.lexicon)
            if any(is_head(word, self.lexicon) for word in known):
                return kin(found, self.lexicon) if len(found) == 1 else found
            return self.heads & found or found
        return self.heads

    def _ahead(self, at: int) -> list[Token]:
        run: list[Token] = []
        for token in self.tokens[at : at + 8]:
            if token.kind in _ITEMS:
                run.append(token)
            elif token.kind is not T.GAP and token.text not in _OF:
                break
        return run

    def _numbered(self, at: int) -> tuple[int, frozenset[int]] | None:
        """500瓶 of goods that come in 500ml and in bottles, with a quantity or a price behind it."""
        token = self.tokens[at]
        if token.value is None or token.approx:
            return None
        unit, packed = token.unit, False
        if token.kind is T.MEASURE and not token.exact and token.text[-1] == "装":
            unit, packed = token.text[-2], True
        elif token.kind is not T.QTY:
            return None
        if unit not in VESSELS or token.value < 2:
            return None
        end = at + 1
        if not packed and self._text(end) == "装":
            end, packed = end + 1, True
        if not packed and not self._counted(end, unit):
            return None
        base = self._goods(end)
        told = coming_in(unit, base, self.lexicon)
        found = having(token.value, told, self.lexicon)
        if not found or (not packed and not found < told and not told < base):
            return None
        if not packed and self._told_already(found, base, end):
            return None
        return end, having(token.value, kin(found, self.lexicon), self.lexicon) & coming_in(
            unit, kin(found, self.lexicon), self.lexicon
        )

    def _told_already(self, found: frozenset[int], base: frozenset[int], end: int) -> bool:
        """白乳胶18kg 4桶 @146: the words before say which goods, or others than those of this number."""
        known = [word for word in self.run if meaning(word, self.lexicon)]
        own = narrow(known, self.lexicon) if known else frozenset()
        own = own & self.heads or own
        if own and not own & found:
            return True
        after = next((t for t in self.tokens[end : end + 3] if t.kind is not T.GAP), None)
        priced = after is not None and after.kind is T.PRICE
        unit = self.tokens[end - 1].unit
        same = [t for t in self.tokens[:60] if t.kind is T.QTY and t.unit == unit]
        amounts = [t.value for t in same if t.value is not None and t.value != 1]
        ordered = any(not having(value, base, self.lexicon) for value in amounts)
        return priced and (len(own) == 1 or ordered)

    def _counted(self, at: int, unit: str = "") -> bool:
        """Whether the next thing said is a quantity, a price or a question for them; 500瓶 3块一瓶 is a quantity."""
        for token_at, token in enumerate(self.tokens[at : at + 5], at):
            if token.kind in _COUNTS and (token.unit == unit or (token.value or 0) % 1) and unit:
                return False
            behind = self.tokens[token_at + 1] if token_at + 1 < len(self.tokens) else None
            clings = behind is not None and behind.start == token.end and behind.kind in (T.UNKNOWN, T.SIGN, *_ITEMS)
            if token.kind is T.NUM and (self._text(token_at + 1) == "的" or clings):
                return False  # 6的10支 8的20支, 7.5的10包 10乘10的5包: the next size
            if token.kind in _COUNTS or token.has(c.EACH, c.ASK_PRICE, c.ASK_STOCK, c.MUCH):
                return True
            if token.kind not in (T.GAP, T.COLON) and token.text not in _OF:
                return False
        return False

    def _word(self, at: int) -> tuple[int, frozenset[int]] | None:
        """瓶, 听装, 罐罐儿, 小罐 beside goods of which some come so."""
        end, sized = at, False
        if self._text(at) in _SIZES and self.tokens[at].kind in (T.CUE, T.UNKNOWN, T.ITEM):
            end, sized = at + 1, True
        vessel = self._text(end)
        if len(vessel) == 2 and vessel[0] in _SIZES and self.tokens[end].kind is T.ITEM and not self.tokens[end].exact:
            vessel, sized = vessel[1], True  # 大桶, a word of other goods
        if len(vessel) == 2 and vessel[1] == "装" and self.tokens[end].kind is T.ITEM and not self.tokens[end].exact:
            vessel = vessel[0]  # 桶装, a word of other goods
        if vessel not in VESSELS or self.tokens[end].kind not in (T.UNKNOWN, T.CUE, T.ITEM):
            return None
        before = self.out[-1] if self.out else None
        glued = (
            not sized and before is not None and before.kind in (T.NUM, T.QTY) and before.end == self.tokens[at].start
        )
        if glued and before is not None and (before.unit is None or before.unit in VESSELS):
            return None  # but 瓶5箱罐5箱
        end += 1
        if self._text(end) == vessel:
            end += 1
        while self._text(end) in _TAILS and self.tokens[end].start == self.tokens[end - 1].end:
            end += 1
        base = self._goods(end)
        if not base or len(base) > _MOST:
            return None
        if self.tokens[at].kind is T.ITEM and base & meaning(self.tokens[at], self.lexicon):
            return None  # the catalogue says so itself
        behind = before is not None and before.kind is T.QTY and before.end == self.tokens[at].start  # 一箱袋装的
        if not self.run and not self._ahead(end) and not self._counted(end) and not behind:
            return None
        if sized and before is not None and before.kind is T.NUM and before.end == self.tokens[at].start:
            base = self._called(before, base)
        found = coming_in(vessel, base, self.lexicon)
        if sized and not self._sized(at, end) and not self._extreme(found, base, self._text(at)):
            return None
        return (end, found) if found else None

    def _called(self, number: Token, base: frozenset[int]) -> frozenset[int]:
        """84大桶5kg of what is called 84: the number in front names the goods."""
        named = frozenset(n for n in base if fold_key(self.lexicon.product(n).name).startswith(number.text))
        if not named:
            return base
        number.kind, number.found = T.SPEC, named
        return named

    def _extreme(self, found: frozenset[int], base: frozenset[int], size: str) -> bool:
        """小罐 of goods that come in a can of 250ml and a bottle of 500ml: the can is the only one and the smaller."""
        others = base - found
        if len(found) != 1 or not others or len(base) > _COMPARED:
            return False
        own, *rest = [measures_of(n, self.lexicon)[:1] for n in (*found, *others)]
        if not own or any(not other or other[0][1] != own[0][1] for other in rest):
            return False
        values = [other[0][0] for other in rest]
        return own[0][0] < min(values) if size == "小" else own[0][0] > max(values) if size == "大" else False

    def _sized(self, at: int, end: int) -> bool:
        """小瓶450: the number beside it says how small."""
        for token in (*reversed(self.tokens[max(0, at - 2) : at]), *self.tokens[end : end + 2]):
            if token.kind in (T.NUM, T.MEASURE, T.SPEC):
                return True
        return False

    def _text(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which vessels that say which goods are meant are spec words."""
    if not any(t.text[-1:] in VESSELS or t.unit in VESSELS or t.text[-1:] == "装" for t in tokens):
        return tokens
    return Vessels(tokens, lexicon).walk()
