"""Cards for property tests: within the model, but far beyond what any document says."""

from __future__ import annotations

from hypothesis import strategies as st

from notifications.card import Button, Card, Choice, Field, Input, Note, Option, Style, Table, Tone

HOSTILE = (
    "<at id=all></at>",
    '<at user_id="all">所有人</at>',
    "<@all> <@zhang>",
    "[点这里](https://evil.example/x)",
    "![x](https://evil.example/x.png)",
    "<font color='red'>红</font>",
    "<text_tag color='red'>已审核</text_tag>",
    "**粗** _斜_ ~~删~~ `码` | a | b |\n# 标题\n> 引用\n- 项",
    "<a href='https://evil.example'>看</a>",
    "</xml>]]><MsgType>",
    '"},{"tag":"button"',
    "销售订单 草稿3 · 待确认",
    "M8*30 M6*20",
    "第2行\r\n换行\tTab",
    "\u202e反过来\u2066",
    "مرحبا 12 שלום",
    "👩‍👩‍👧‍👦🇨🇳👍🏽",
    "\x00\x07\x1b[31m\x85\ud800",
    " ",
    "",
)


def words(longest: int = 10_000) -> st.SearchStrategy[str]:
    """Short and very long, harmless and hostile."""
    repeated = st.builds(
        lambda text, times: (text * times)[:longest],
        st.text(min_size=1, max_size=8),
        st.sampled_from([20, 200, 10_000]),
    )
    anything = st.characters(exclude_categories=())
    return st.one_of(st.text(max_size=12), st.text(anything, max_size=30), st.sampled_from(HOSTILE), repeated)


_TONES = st.sampled_from(list(Tone))
_TOKENS = st.one_of(
    st.text("0123456789abcdef", min_size=24, max_size=24),
    st.sampled_from(["", "t", "a__2", "x" * 2000, "按钮", '"\\\n']),
)
_NAMES = st.one_of(st.sampled_from(["name", "reason", "line7", "form", "t0_x", "", "partner"]), st.text(max_size=6))
_VALUES = st.one_of(st.integers(0, 10**9).map(str), st.text(max_size=5), st.just("v" * 300))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Up to 500 rows; cells may be missing or too many."""
    columns = draw(st.lists(words(60), max_size=7))
    seeds = draw(st.lists(st.lists(words(400), max_size=8), min_size=1, max_size=6))
    count = draw(st.sampled_from([0, 1, 3, 10, 41, 120, 500]))
    rows = tuple((str(n + 1), *seeds[n % len(seeds)]) for n in range(count))
    return Table(tuple(columns), rows, tuple(draw(st.lists(_TONES, max_size=12))))


def cards() -> st.SearchStrategy[Card]:
    """Any card within the model."""
    options = st.lists(st.builds(Option, words(200), _VALUES), max_size=30).map(tuple)
    return st.builds(
        Card,
        title=words(),
        tone=_TONES,
        subtitle=words(),
        fields=st.lists(st.builds(Field, words(200), words(), _TONES), max_size=16).map(tuple),
        table=st.one_of(st.none(), tables()),
        notes=st.lists(st.builds(Note, words(), _TONES), max_size=16).map(tuple),
        choices=st.lists(
            st.builds(Choice, _NAMES, words(), _TOKENS, options, st.one_of(st.none(), _VALUES)), max_size=5
        ).map(tuple),
        inputs=st.lists(st.builds(Input, _NAMES, words(200), words(200), words()), max_size=8).map(tuple),
        buttons=st.lists(
            st.builds(Button, words(40), _TOKENS, st.sampled_from(list(Style)), st.one_of(st.none(), words())),
            max_size=15,
        ).map(tuple),
        picture=st.one_of(st.none(), st.just("ab" * 32)),
        link=st.one_of(st.none(), st.just("https://danju.example/d/1?t=x"), words(3000)),
        hint=words(),
    )
