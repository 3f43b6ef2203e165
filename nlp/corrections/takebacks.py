"""A change taken back in the same breath: 加2箱,不对,加3箱; 去掉,算了还是留着. What the clause before did is undone and
said again with what follows."""

from __future__ import annotations

import copy
from dataclasses import fields, replace

from nlp.corrections.draft import DraftLine
from nlp.corrections.steps import Steps
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_BACK = c.words("""
    不对 哦不 不不 说错了 写错了 打错了 噢不 啊不 说错 打错 口误 错了 看错了 记错了 搞错了 弄错了 不对不对 哦不是
    算了 算了还是
""")
_LEADS = c.words("哦 啊 呃 噢 额 唉 哎 诶 等等 等下 等一下 嗯 不好意思 抱歉 那个 我 又 了 吧 啦")
_LINKS = ("还是", "是", "应该", "应该是", "就是", "要")
_NEVER_MIND = c.words("""
    不加 不改
    不用改 别改 不动 不变 不换 不减 不删 不用换 不用加 别换 别加 照旧 还是原来的 留着 还是留着 别动 不用了 不要改
""")
_ACTS = (c.DROP, c.KEEP, c.SWAP, c.ADD, c.LESS, c.CHANGE, c.TIMES, c.GIFT)
_VALUES = (T.QTY, T.NUM, T.PRICE, T.MEASURE)
_GOODS = (T.ITEM, T.ROW, T.SPEC)
_HEAD = (T.DATE, T.PARTY, T.RATE, T.PHONE)
_FIELDS = tuple(field.name for field in fields(DraftLine))


class _State:
    """Everything a clause may change."""

    def __init__(self, editor: TakeBacks) -> None:
        self._own = {k: copy.copy(v) if isinstance(v, list | dict) else v for k, v in vars(editor).items()}
        known = {id(line): line for line in (*editor.lines, *editor.named, *([editor.lost[1]] if editor.lost else []))}
        self._lines = [(line, {k: copy.copy(getattr(line, k)) for k in _FIELDS}) for line in known.values()]

    def differs(self, editor: TakeBacks) -> bool:
        """Whether something of the document has changed since."""
        return (
            editor.updates != self._own["updates"]
            or editor.kept != self._own["kept"]
            or editor.doubts != self._own["doubts"]
            or editor.lines != self._own["lines"]
            or any(getattr(line, k) != v for line, values in self._lines for k, v in values.items() if k != "spans")
        )

    def restore(self, editor: TakeBacks) -> None:
        for name, value in self._own.items():
            setattr(editor, name, copy.copy(value) if isinstance(value, list | dict) else value)
        for line, values in self._lines:
            for name, value in values.items():
                setattr(line, name, copy.copy(value))


class TakeBacks(Steps):
    """Undoes the clause before when a clause takes it back."""

    said: list[Token] | None = None  # the clause before, when it changed something
    undo: _State | None = None
    taking = False  # 不对 has been said, what follows says it right

    def _clause(self, tokens: list[Token]) -> None:
        spoken = [t for t in tokens if t.kind not in (T.GAP, T.SIGN)]
        rest = self._behind_back(spoken) if self.said is not None else None
        if rest == [] and any(t.text.startswith("应该") for t in self.said or ()):
            return  # 刹车片应该是后面的,写错了: why it is changed
        if rest is not None:
            self.taking, tokens, spoken = True, rest, rest
        if not spoken:
            return
        if self.taking and self.said is not None and self.undo is not None:
            self.taking = False
            if self._again(spoken, self.said, self.undo):
                return
        before, added, repriced = _State(self), self.added, self.repriced
        raised = self.raised
        super()._clause(tokens)
        self.added = None if self.added is added else self.added
        self.raised = None if self.raised is raised else self.raised
        self.repriced = None if self.repriced is repriced else self.repriced
        if before.differs(self):
            self.said, self.undo = spoken, before

    @staticmethod
    def _behind_back(spoken: list[Token]) -> list[Token] | None:
        """What stands behind 不对 at the head of a clause; None when there is no such word."""
        at = 0
        while at < len(spoken) and spoken[at].text in _LEADS:
            at += 1
        if at == len(spoken):
            return None
        word, after = spoken[at], spoken[at + 1].text if at + 1 < len(spoken) else ""
        if not (
            word.text in _BACK or (word.text == "不是" and (at or not after)) or (word.text == "算" and after == "了")
        ):
            return None
        at += 1
        while at < len(spoken) and (spoken[at].text in _LEADS or spoken[at].text in _LINKS):
            at += 1
        return spoken[at:]

    def _again(self, rest: list[Token], said: list[Token], undo: _State) -> bool:
        """Undo the clause before and say it again with what is right; False when the words are about something else."""
        if any(t.kind in _HEAD for t in rest) and not any(t.kind in (*_VALUES, *_GOODS) for t in rest):
            return False  # a day or a party is simply said anew
        items = any(t.kind in _GOODS for t in rest)
        values = [t for t in rest if t.kind in _VALUES and not (t.kind is T.MEASURE and items)]
        acts = any(t.has(*_ACTS) for t in rest)
        meant, place = self.target, self.lost
        if "".join(t.text for t in rest).strip("了吧啊") in _NEVER_MIND:
            undo.restore(self)
            self.said = self.undo = None
            self.fumbled = not self.changed
            return True
        if not (items or values or acts):
            return False
        again = None if acts else _said_again(said, rest, values, items=items)
        if items and acts and not self._same_line(rest, said):
            self.doubts.append("target_ambiguous")  # is the clause before taken back, or does it stand?
            return True
        undo.restore(self)
        if not items:
            self.target = meant if meant in self.lines else place[1] if place and place[1] in self.lines else None
        if again is None and not acts:
            again = rest
        before = _State(self)
        self.fumbled = self.fumbled or not acts  # what follows is what it should be, not so many more
        super()._clause(again if again is not None else rest)
        self.said, self.undo = again or rest, before
        return True

    def _same_line(self, rest: list[Token], said: list[Token]) -> bool:
        """Whether two clauses do the same or speak of the same goods."""
        first = {cue for t in said for cue in t.cues if cue in _ACTS}
        second = {cue for t in rest for cue in t.cues if cue in _ACTS}
        words = {t.term or t.text for t in said if t.kind in _GOODS}
        return bool(first & second) or any((t.term or t.text) in words for t in rest if t.kind in _GOODS)


def _said_again(said: list[Token], rest: list[Token], values: list[Token], *, items: bool) -> list[Token] | None:
    """The clause before with the goods or the number of this one: 加2箱,不对,3箱."""
    result = list(said)
    for value in values[-1:]:
        kinds = (T.PRICE,) if value.kind is T.PRICE else (T.QTY, T.NUM, T.MEASURE)
        at = next((n for n in range(len(result) - 1, -1, -1) if result[n].kind in kinds), None)
        if at is None and value.kind is T.NUM:
            at = next((n for n in range(len(result) - 1, -1, -1) if result[n].kind is T.PRICE), None)
        if at is None:
            return None
        bare = value.kind is T.NUM and result[at].unit is not None
        result[at] = replace(value, kind=result[at].kind, unit=result[at].unit) if bare else value
    if items:
        places = [n for n, t in enumerate(result) if t.kind in (*_GOODS, T.MEASURE) and t not in values]
        if not places:
            return None
        end = places[-1] + 1
        begin = end - 1
        while begin - 1 in places:
            begin -= 1
        words = [t for t in rest if t.kind in (*_GOODS, T.MEASURE) and t not in values]
        result[begin:end] = words
    return result
