"""Where one clause of a correction ends and the next begins: at commas and stops, where somebody takes back what was
just said, and at a space between two changes that are whole by themselves (可乐不要 水加2箱)."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.corrections.alike import tells_likeness
from nlp.corrections.clauses import RELATIVE
from nlp.corrections.follows import goes_along
from nlp.corrections.scopes import tells_nothing
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

OUTRIGHT = c.words("不对 哦不 说错了 写错了 打错了 噢不 啊不 说错 打错 口误 哦不是 算了")
_OH = ("哦", "啊", "噢", "呃", "哎", "额", "诶")
VALUES = (T.QTY, T.NUM, T.PRICE, T.MEASURE)
_GOODS = (T.ITEM, T.ROW, T.SPEC)
_ALONE = (c.DROP, c.KEEP, c.TIMES, c.SWAP)  # need no more than goods
_MOVES = (c.ADD, c.LESS, c.CHANGE)  # need what they move to
STAYS = ("留着", "不动", "照旧", "不变", "别动", "保留着", "照样")
_REACH = 40


def clauses_of(tokens: Sequence[Token]) -> list[list[Token]]:
    """The clauses of a message, in order."""
    clauses: list[list[Token]] = [[]]
    breath = _Breath()
    for at, token in enumerate(tokens):
        if token.kind is T.COMMA and _lists(clauses[-1], tokens[at + 1 : at + 1 + _REACH], listed=token.text == "、"):
            continue
        if token.kind in (T.COMMA, T.STOP):
            clauses.append([])
            breath = _Breath()
            continue
        oh_no = token.text == "不是" and bool(clauses[-1]) and clauses[-1][-1].text in _OH
        if (
            (breath.told and (token.text in OUTRIGHT or oh_no))
            or (token.kind is T.GAP and breath.told and _only_stays(tokens[at + 1 : at + 1 + _REACH]))
            or (
                token.kind is T.GAP
                and breath.whole
                and _begins(tokens[at + 1 : at + 1 + _REACH], dropped=breath.dropped)
            )
        ):
            clauses.append([])
            breath = _Breath()
        breath.take(token)
        clauses[-1].append(token)
    return clauses


class _Breath:
    """What a clause has said so far."""

    def __init__(self) -> None:
        self.told = False  # something that could be taken back
        self.dropped = False
        self._goods = self._alone = self._moves = self._moved = False

    @property
    def whole(self) -> bool:
        """Whether it is a change by itself."""
        return (self._alone and self._goods) or self._moved

    def take(self, token: Token) -> None:
        content = token.kind in VALUES or token.kind in _GOODS
        self._moved = self._moved or (self._moves and content) or token.has(c.TIMES)
        self._goods = self._goods or token.kind in _GOODS
        self._alone = self._alone or token.has(*_ALONE) or token.text in STAYS
        self._moves = self._moves or (token.has(*_MOVES) and token.text != "要")
        self.dropped = self.dropped or token.has(c.DROP)
        self.told = self.told or token.kind in VALUES or token.has(c.DROP, c.TIMES, c.SWAP)


def _lists(clause: Sequence[Token], rest: Sequence[Token], *, listed: bool) -> bool:
    """乳胶漆、底漆各减2桶: goods and nothing else, and what follows is said of each of them."""
    spoken = [t for t in clause if t.kind is not T.GAP]
    if not spoken or not all(t.kind in _GOODS or t.kind is T.MEASURE or t.text in ("的", "那个") for t in spoken):
        return False
    end = next((n for n, t in enumerate(rest) if t.kind is T.STOP or (t.kind is T.COMMA and t.text != "、")), len(rest))
    following = [t for t in rest[:end] if t.kind is not T.GAP]
    each = any(t.has(c.EACH, c.ALL) for t in following)
    acts = any(t.has(*_ALONE, *_MOVES) for t in following)
    return bool(following) and following[0].kind in _GOODS and each and (listed or acts)


def _only_stays(rest: Sequence[Token]) -> bool:
    """单价39 袋子不变: whether all that follows a space is what stays as it is."""
    end = next((n for n, t in enumerate(rest) if t.kind in (T.COMMA, T.STOP, T.GAP)), len(rest))
    return any(t.kind in _GOODS for t in rest[:end]) and tells_nothing("".join(t.text for t in rest[:end]))


def _begins(rest: Sequence[Token], *, dropped: bool) -> bool:
    """Whether what follows a space is a clause of its own. ``dropped``: something was taken out before it."""
    end = next((n for n, t in enumerate(rest) if t.kind in (T.COMMA, T.STOP)), len(rest))
    clause = [t for t in rest[:end] if t.kind is not T.GAP]
    if not clause:
        return False
    text = "".join(t.text for t in clause)
    counted = any(t.kind in (T.QTY, T.PRICE) for t in clause)
    if clause[0].kind in _GOODS and not counted and goes_along(text):
        return True
    if tells_nothing(text) or (tells_likeness(text) and not counted):
        return True
    first = next((t for t in clause if t.cues != (c.FILLER,)), clause[0])
    if counted and (first.text in RELATIVE or (first.has(c.PRICE) and any(t.text in RELATIVE for t in clause))):
        return True  # 水加10箱 便宜1块
    acts = any((t.has(*_ALONE, *_MOVES) and t.text != "要") or t.text in STAYS for t in clause)
    if any(t.kind is T.DATE for t in clause) and not any(t.kind in (*_GOODS, *VALUES) for t in clause):
        return True  # 加两瓶朗姆酒 送货改到26号
    wish = next((n for n, t in enumerate(clause) if t.text == "要"), 0)
    if not acts and wish and first.kind in _GOODS and clause[-1].text == "的":
        return any(t.kind in (*_GOODS, T.MEASURE) for t in clause[wish + 1 :])  # …换蓝的吧 软抄本要60页的
    if not acts:
        return dropped and first.text == "要" and any(t.kind in _GOODS for t in clause)
    return first.kind in _GOODS or first.has(c.REST, *_ALONE, *_MOVES)
