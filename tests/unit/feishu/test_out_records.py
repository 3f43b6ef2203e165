"""Forwarded chat records as words: laid out so that a name or a time is never read as an order."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feishu import records
from bot.feishu.errors import ResourceRefused
from nlp.layout import recognise as layout
from nlp.scanning import text

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = 1_795_485_600_000  # 2026-11-24 10:00 in Shanghai, ms

Json = dict[str, Any]


def message(said: Any, *, kind: str = "text", upper: str = "om_top", who: str = "ou_han", **more: Any) -> Json:
    content = {"text": said} if isinstance(said, str) else said
    return {
        "message_id": f"om_{abs(hash(json.dumps(content))) % 10**9}",
        "upper_message_id": upper,
        "msg_type": kind,
        "create_time": str(AT),
        "sender": {"id": who, "id_type": "open_id", "sender_type": "user"},
        "body": {"content": json.dumps(content)},
        **more,
    }


NAMES = {"ou_han": "韩梅梅", "ou_shop": "宏达:五金 2号店[总]", "ou_long": "很长" * 12}


async def name_of(account: str) -> str:
    return NAMES.get(account, "")


async def words(*items: Json) -> str:
    return await records.words(list(items), "om_top", SHANGHAI, name_of)


def left(said: str) -> list[str]:
    """What of the record is left to be read as an order."""
    return layout.recognise(text.fold(said).text).text.split()


async def test_a_record_reads_like_a_pasted_chat() -> None:
    said = await words(message("M8螺栓 5盒"), message("再加2箱", who="ou_shop"))
    assert said == "韩梅梅 2026-11-24 10:00\nM8螺栓 5盒\n宏达五金号店总 2026-11-24 10:00\n再加2箱"
    assert left(said) == ["m8螺栓", "5盒", "再加2箱"]


@given(st.text(max_size=40))
async def test_no_name_is_ever_read_as_an_order(name: str) -> None:
    async def named(_account: str) -> str:
        return name

    said = await records.words([message("M8螺栓")], "om_top", SHANGHAI, named)
    assert left(said) == ["m8螺栓"]


async def test_who_cannot_be_named_and_bots() -> None:
    bot = message("在", who="cli_1", sender={"id": "cli_1", "id_type": "app_id"})
    said = await words(message("好", who="ou_nobody"), bot, message("行", who="ou_long"))
    assert [line.split(" ")[0] for line in said.splitlines()[::2]] == [
        "群友",
        "群友",
        "很长很长很长很长很长很长很长很长",
    ]


async def test_everything_that_is_not_text() -> None:
    post = {"title": "", "content": [[{"tag": "text", "text": "照这个做"}], [{"tag": "img", "image_key": "img_1"}]]}
    said = await words(
        message(post, kind="post"),
        message({"image_key": "img_2"}, kind="image"),
        message({"file_key": "f_1", "file_name": "报价单2026年最新版本给客户看的.xlsx"}, kind="file"),
        message({"file_key": "f_2", "duration": 3000}, kind="audio"),
        message({"file_key": "f_3"}, kind="sticker"),
        message({}, kind="system"),
        message({}, kind="hologram"),
        message("撤回的", deleted=True),
    )
    assert said.splitlines()[1::2][:2] == ["照这个做", "韩梅梅 2026-11-24 10:00"]
    assert said.count(records.PICTURE_LINE) == 2
    assert "撤回的" not in said
    assert left(said) == ["照这个做"]


async def test_a_record_inside_a_record_stands_in_its_place() -> None:
    inner = message({"content": "Merged and Forwarded Message"}, kind="merge_forward", message_id="om_inner")
    said = await words(message("一"), inner, message("三"), message("二", upper="om_inner"))
    assert said.splitlines()[1::2] == ["一", "二", "三"]


async def test_a_record_that_contains_itself_ends() -> None:
    loop = message({"content": ""}, kind="merge_forward", message_id="om_top")
    assert (await words(loop, message("一"))).splitlines()[1::2] == ["一"]


@pytest.mark.parametrize(
    "items",
    [
        [],
        [message({}, kind="system")],
        [{"upper_message_id": "om_top"}],
        [message("a", body={"content": "no json"})],
        [message("a", body=None, sender=None, create_time=None)],
        [message("a", upper="om_other")],
    ],
)
async def test_nothing_to_read_is_said(items: list[Json]) -> None:
    with pytest.raises(ResourceRefused, match="单独发给我"):
        await words(*items)


async def test_an_odd_time_leaves_only_what_was_said() -> None:
    assert await words(message("M8螺栓", create_time="soon")) == "M8螺栓"
    assert await words(message("M8螺栓", create_time=AT)) == "韩梅梅 2026-11-24 10:00\nM8螺栓"


async def test_names_are_asked_for_once_and_not_of_a_crowd() -> None:
    asked: list[str] = []

    async def ask(account: str) -> str:
        asked.append(account)
        return "某某"

    crowd = [message(f"第{number}句", who=f"ou_{number % 30}") for number in range(60)]
    await records.words(crowd, "om_top", SHANGHAI, ask)
    assert len(asked) == len(set(asked)) == records.MOST_PEOPLE
