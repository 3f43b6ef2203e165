"""The one question a draft's card asks now: which of the open ones, in a clerk's words, with what can be answered.

What only an answer can settle is asked one at a time: who, then which goods, then how many. The attribute goods differ
in is found by a function the caller brings (``Differ``): knowledge of Chinese does not live here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from inventory_core.views import DocumentView, LineView, Problem, ProductView
from notifications import texts

MAX_OPTIONS = 10

# What only an answer can settle; of everything else a person may say that it is right as it stands.
MUST_ANSWER = frozenset(
    {
        "party_missing",
        "party_ambiguous",
        "party_unknown",
        "party_kind",
        "no_lines",
        "product_inactive",
        "sku_ambiguous",
        "sku_unknown",
        "sku_missing",
        "qty_missing",
        "qty_not_whole",
        "qty_abnormal",
        "unit_unknown",
        "price_missing",
        "shortage",
    }
)
PARTY_CODES = frozenset(("party_missing", "party_ambiguous", "party_unknown"))
_ORDER = ("party_", "no_lines", "sku_", "product_", "qty_", "unit_", "price_")

Picks = tuple[tuple[int, tuple[int, ...]], ...]


class Difference(Protocol):
    """What tells goods apart: the attribute's kind, and (word, positions of the goods that have it) for each value."""

    @property
    def kind(self) -> str: ...
    @property
    def values(self) -> tuple[tuple[str, tuple[int, ...]], ...]: ...


class Differ(Protocol):
    """Finds the attribute in which goods, each (name, spec), differ most usefully; None when nothing divides them."""

    def __call__(self, goods: Sequence[tuple[str, str]], /) -> Difference | None: ...


@dataclass(frozen=True, slots=True)
class Names:
    """What candidates are called: product id → product, partner id → name; and how goods are told apart."""

    products: Mapping[int, ProductView] = field(default_factory=dict)
    partners: Mapping[int, str] = field(default_factory=dict)
    differ: Differ | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that can be answered. ``picks``: per line, the goods it leaves; ``partner_id``: the party it names."""

    label: str
    picks: Picks = ()
    partner_id: int | None = None
    every: bool = False  # settles the same question of further lines too


@dataclass(frozen=True, slots=True)
class Asked:
    """The question asked now. ``left``: how many more wait behind it."""

    problem: Problem
    text: str
    answers: tuple[Answer, ...]
    left: int


def asked(view: DocumentView, names: Names) -> Asked | None:
    """The question to ask now; None when nothing but an assent is wanting."""
    waiting = must_answer(view)
    if not waiting:
        return None
    problem = waiting[0]
    text, answers = problem.text, _answers(view, problem, names)
    line = line_of(view, problem)
    if problem.code in texts.ASK and not (problem.code == "qty_missing" and line is not None and line.qty is not None):
        text = texts.ASK[problem.code].format(what=_what(view, line), who=texts.partner_word(view.kind))
    if problem.code == "sku_ambiguous" and line is not None and problem.candidates:
        text, answers = _which(view, line, names, problem)
    return Asked(problem, text, answers, len(waiting) - 1)


def must_answer(view: DocumentView) -> list[Problem]:
    """The open questions that only an answer settles, in the order in which they are asked."""
    found = [one for one in view.blocking if one.code != "shortage" and must(view, one)]
    return sorted(found, key=lambda one: _rank(one.code))  # stable: lines keep their order


def must(view: DocumentView, problem: Problem) -> bool:
    """Whether only an answer settles it. A quantity that was said vaguely stands for none."""
    if problem.code == "qty_approximate":
        line = line_of(view, problem)
        return line is not None and line.qty is None
    return problem.code in MUST_ANSWER


def _rank(code: str) -> int:
    return next((at for at, prefix in enumerate(_ORDER) if code.startswith(prefix)), len(_ORDER))


def line_of(view: DocumentView, problem: Problem) -> LineView | None:
    """The line a problem is about."""
    return next((line for line in view.lines if line.line_no == problem.line_no), None)


def _what(view: DocumentView, line: LineView | None) -> str:
    """A line in a question: its number when there are others, and its goods or the words for them."""
    if line is None:
        return ""
    row = f"第{line.line_no}行" if len(view.lines) > 1 else ""
    goods = line.product.label if line.product else f"“{texts.brief(_goods_words(line))}”" if line.said else ""
    return f"{row} {goods}".strip() if line.product else f"{row}{goods}"


def _goods_words(line: LineView) -> str:
    """The words for the goods, without the quantity said behind or before them."""
    said = " ".join(line.said.split())
    if line.qty is None:
        return said
    amount = f"{texts.number(line.qty)}{line.unit or ''}"
    before, found, after = said.partition(amount)
    if not found or before[-1:].isdigit() or before[-1:] in (".", "*"):
        return said
    return before.strip(" ,，:：") or after.strip(" ,，:：的") or said


def _answers(view: DocumentView, problem: Problem, names: Names) -> tuple[Answer, ...]:
    if problem.code in PARTY_CODES:
        known = [key for key in problem.candidates if key in names.partners]
        return tuple(Answer(names.partners[key], partner_id=key) for key in known[:MAX_OPTIONS])
    return ()


# ---------------------------------------------------------------- which goods


def _which(view: DocumentView, line: LineView, names: Names, problem: Problem) -> tuple[str, tuple[Answer, ...]]:
    """The question after the attribute in which the candidates differ, and its values as answers."""
    what = _what(view, line)
    known = [names.products[key] for key in problem.candidates if key in names.products]
    split = _split(known, names)
    if split is None:
        answers = tuple(Answer(one.label, ((line.id, (one.id,)),)) for one in known[:MAX_OPTIONS])
        if len(known) > MAX_OPTIONS:
            example = known[0].spec or known[0].name
            return texts.ASK_SPEC.format(what=what, count=len(known), example=example), ()
        return problem.text, answers
    own = {word: (line.id, ids) for word, ids in _groups(split, known)}
    answers = tuple(Answer(word, (pick,)) for word, pick in own.items())
    return texts.ask_which(what, split.kind, list(own)), answers + _for_all(view, line, split, own, names)


def _split(known: Sequence[ProductView], names: Names) -> Difference | None:
    if names.differ is None or len(known) < 2:
        return None
    return names.differ([(one.name, one.spec) for one in known])


def _groups(split: Difference, known: Sequence[ProductView]) -> list[tuple[str, tuple[int, ...]]]:
    return [(word, tuple(known[at].id for at in places)) for word, places in split.values]


def _for_all(
    view: DocumentView, line: LineView, split: Difference, own: Mapping[str, tuple[int, tuple[int, ...]]], names: Names
) -> tuple[Answer, ...]:
    """都是镀锌: where other open lines ask the same, each value that all of them have."""
    others: list[tuple[int, dict[str, tuple[int, ...]]]] = []
    for other in view.lines:
        if other.id == line.id or other.product is not None or not other.candidates:
            continue
        known = [names.products[key] for key in other.candidates if key in names.products]
        same = _split(known, names)
        if same is not None and same.kind == split.kind:
            others.append((other.id, dict(_groups(same, known))))
    if not others:
        return ()
    return tuple(
        Answer(texts.ASK_EVERY.format(value=word), (pick, *((key, values[word]) for key, values in others)), every=True)
        for word, pick in own.items()
        if all(word in values for _, values in others)
    )


def packed(picks: Picks) -> str:
    """Picks as a button's token keeps them: ``5:12,13;6:18``."""
    return ";".join(f"{line_id}:{','.join(map(str, goods))}" for line_id, goods in picks)


def unpacked(text: str) -> Picks:
    """The picks of a token."""
    pairs = (part.split(":") for part in text.split(";"))
    return tuple((int(line_id), tuple(map(int, goods.split(",")))) for line_id, goods in pairs)
