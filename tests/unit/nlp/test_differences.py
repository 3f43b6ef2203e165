"""In which attribute goods differ, and what a short answer picks."""

from __future__ import annotations

import pytest

from nlp.catalogue.differences import Answer, answered, difference


@pytest.mark.parametrize(
    ("goods", "kind", "values"),
    [
        (["外六角螺栓|M6*30 镀锌", "外六角螺栓|M6*30 不锈钢304"], "材质", ["镀锌", "不锈钢304"]),
        (["外六角螺栓|M6*30镀锌", "外六角螺栓|M6*30 304不锈钢"], "材质", ["镀锌", "304不锈钢"]),
        (["生料带|10米", "生料带|20米 加厚"], "长度", ["10米", "20米"]),
        (["生料带|20米", "生料带|20米 加厚"], "款式", ["普通", "加厚"]),
        (["外六角螺栓|M6*30", "内六角螺栓|M6*30"], "品名", ["外六角螺栓", "内六角螺栓"]),
        (["墙壁插座|16A三孔 白色", "墙壁插座|16A五孔 白色"], "款式", ["三孔", "五孔"]),
        (["圆领T恤|灰色 XL", "圆领T恤|灰色 L"], "尺码", ["XL", "L"]),
        (["酱油|500ml", "酱油|1.8L"], "容量", ["500ml", "1.8L"]),
        (["同名|A1", "同名|A2"], "型号", ["A1", "A2"]),
    ],
)
def test_the_attribute_in_which_goods_differ(goods: list[str], kind: str, values: list[str]) -> None:
    name_spec = [(name, spec) for name, _, spec in (good.partition("|") for good in goods)]
    found = difference(name_spec)
    assert found is not None
    assert (found.kind, [word for word, _ in found.values]) == (kind, values)


def test_the_attribute_that_leaves_least_in_doubt_is_asked_first() -> None:
    goods = [("螺栓", f"M8*{length} {made}") for length in (20, 30, 40) for made in ("镀锌", "不锈钢")]
    found = difference(goods)
    assert found is not None
    assert [(word, len(at)) for word, at in found.values] == [("M8*20", 2), ("M8*30", 2), ("M8*40", 2)]


def test_of_many_sizes_the_first_number_is_asked() -> None:
    found = difference([("螺栓", f"M{wide}*{long}") for wide in (6, 8, 10) for long in (20, 30, 40)])
    assert found is not None
    assert [word for word, _ in found.values] == ["M6", "M8", "M10"]


def test_every_good_stands_under_exactly_one_value() -> None:
    goods = [("螺栓", f"M{wide} {made}") for wide in (6, 8) for made in ("镀锌", "不锈钢", "铜")]
    found = difference(goods)
    assert found is not None
    assert sorted(at for _, places in found.values for at in places) == list(range(len(goods)))


@pytest.mark.parametrize("goods", [[], [("螺栓", "M8")], [("螺栓", "M8"), ("螺栓", "M8")]])
def test_goods_that_do_not_differ(goods: list[tuple[str, str]]) -> None:
    assert difference(goods) is None


def test_more_values_than_anybody_can_be_shown() -> None:
    assert difference([("砂纸", f"{number}目") for number in range(100, 120)]) is None


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("不锈钢", Answer(1)),
        ("不锈钢的", Answer(1)),
        ("要不锈钢的吧", Answer(1)),
        ("304", Answer(1)),
        ("镀锌。", Answer(0)),
        ("第2个", Answer(1, counted=True)),
        ("第二个", Answer(1, counted=True)),
        ("2", Answer(1, counted=True, bare=True)),
        ("都要不锈钢的", Answer(1, every=True)),
        ("全部镀锌", Answer(0, every=True)),
        ("第3个", None),
        ("5盒", None),
        ("不要", None),
        ("确认", None),
        ("都行", None),
        ("", None),
    ],
)
def test_short_answers(said: str, answer: Answer | None) -> None:
    assert answered(said, ["镀锌", "不锈钢304"]) == answer


def test_a_number_that_is_a_value_is_no_place() -> None:
    assert answered("2", ["2", "3"]) == Answer(0)


def test_a_word_that_two_values_have_picks_none() -> None:
    assert answered("不锈钢", ["不锈钢201", "不锈钢304"]) is None
