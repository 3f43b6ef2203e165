"""The written part of YAML against a YAML library, and names in place of numbers."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from bot.simulator.scenario import Names, dump

WORDS = st.text(max_size=30) | st.sampled_from(
    [
        "yes",
        "1.50",
        "277.50元",
        "a: b",
        "b:",
        "#x",
        "x #y",
        "2026-11-24",
        "12:30",
        "M8*30 镀锌",
        "两行\n  深",
        "",
        " 前",
        "a\n\nb",
        "~",
    ]
)
VALUES = st.recursive(
    WORDS | st.booleans(),
    lambda inner: (
        st.lists(inner.filter(lambda one: not isinstance(one, list)), max_size=4)
        | st.dictionaries(WORDS, inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(WORDS, VALUES, min_size=1, max_size=4))
@example({"a": "两行\n深"})
@example({"": "0\n\x1b"})
@example({"a": [{"b": ["c"], "d": {"e": "f"}}]})
def test_what_is_written_is_read_back(value: dict[str, Any]) -> None:
    text = dump(value)
    assert yaml.safe_load(text) == value, text


def test_numbers_get_names_that_lead_back() -> None:
    names = Names()
    said = "请把 4711 告诉管理员；销售单 XS-0065、XS-0066 和 草稿84，11月25日(周三) 10:32"
    assert names.hide(said) == "请把 ‹码1› 告诉管理员；销售单 ‹XS-1›、‹XS-2› 和 ‹草稿1›，‹日期› ‹时刻›"
    assert names.hide("同意 XS-0065") == "同意 ‹XS-1›"
    assert names.show("绑定 ‹码1›，驳回 ‹XS-2›") == "绑定 4711，驳回 XS-0066"
    assert names.hide("草稿845 和 XS-00651") == "‹草稿2› 和 ‹XS-3›"
