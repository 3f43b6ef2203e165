"""How goods are packed, said behind their amount or their price: 切割片5盒(50片一盒), 网线560一箱(305米)."""

from __future__ import annotations

from nlp.grammar.ratioreader import RatioReader
from nlp.scanning.tokens import T, Token


class PackReader(RatioReader):
    """The part of the grammar that deals with such amounts, which order nothing."""

    def _packing(self, token: Token, at: int) -> bool:
        """切割片5盒(50片一盒), 白糖两袋(50公斤的): how it is packed, when the catalogue says the same."""
        if self._pack_priced(token, at):
            return True
        counted = [e for e in self.out.entries[-3:] if e.qty is not None]
        aside = self._text(at - 1) == "(" or self._text(at - 2) == "每"
        if (self.pending and not aside) or not counted or token.value is None or token.unit is None:
            return False
        last = counted[-1] if aside else self.out.entries[-1]
        if last.qty is None or last.unit is None or len(last.item.found) != 1 or token.unit == last.unit:
            return False
        product = self.lexicon.product(next(iter(last.item.found)))
        one, pack = product.factor(token.unit), product.factor(last.unit)
        following = self._next(at)
        per = following is not None and following.kind is T.QTY and following.value == 1 and following.unit == last.unit
        inside = self._text(at - 1) == "(" and following is not None and following.text in ("的", ")", "装", "/")
        if one is None or pack is None:
            return False
        every = "".join(t.text for t in self.tokens[max(0, at - 2) : at]) == f"每{last.unit}"  # 两箱,每箱40斤的
        comes_to = inside and one * token.value == pack * last.qty  # 2箱(24瓶)
        close = following is not None and following.text in ("装", "的", "装的") and "qty" in last.spans
        close = close and token.start - last.spans["qty"][1] <= 1  # 白糖两袋50公斤装
        if not comes_to and (one * token.value != pack or not (per or inside or every or close)):
            return False
        token.used = True
        if per and following is not None:
            following.used = True
            self.packed = following
        return True

    def _pack_priced(self, token: Token, at: int) -> bool:
        """网线560一箱(305米): how much is in what was priced."""
        inside = self._text(at - 1) == "(" and self._text(at + 1) == ")"
        last = self.out.entries[-1] if self.out.entries else None
        if not inside or last is None or last.price is None or last.price_unit is None or len(last.item.found) != 1:
            return False
        product = self.lexicon.product(next(iter(last.item.found)))
        one, pack = product.factor(token.unit or ""), product.factor(last.price_unit)
        token.used = one is not None and pack is not None and one * (token.value or 0) == pack
        return token.used
