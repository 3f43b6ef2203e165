"""The intelligent bot's callbacks as Inbound: documented shapes, odd ones, and anything at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.inbound import Inbound, InboundKind
from bot.wecom.bot_inbound import BotName, selections, translate
from bot.wecom.cards import tapped

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def inbound(body: Any, cmd: str = "aibot_msg_callback", name: BotName | None = None) -> Inbound | None:
    frame = {"cmd": cmd, "headers": {"req_id": "r1"}, "body": body}
    return translate(frame, bot_id="bot-1", now=NOW, name=name or BotName(), tapped=tapped)


def message(kind: str = "text", content: Any = None, **more: Any) -> dict[str, Any]:
    body = {"msgid": "m1", "aibotid": "bot-1", "chattype": "single", "from": {"userid": "zhangwei"}, "msgtype": kind}
    return body | {kind: {"content": "来10箱螺丝"} if content is None else content} | more


def taken(body: Any, **more: Any) -> Inbound:
    found = inbound(body, **more)
    assert found is not None
    return found


def test_a_text_in_single_chat() -> None:
    found = taken(message(create_time=1_795_485_600))
    assert (found.platform, found.event_key, found.kind) == ("wecombot", "wecombot:bot-1:m1", InboundKind.TEXT)
    assert (found.chat, found.sender, found.chat_kind, found.to_bot) == ("zhangwei", "zhangwei", "direct", False)
    assert (found.text, found.message_ref) == ("来10箱螺丝", "m1")
    assert found.sent_at == datetime.fromtimestamp(1_795_485_600, UTC)


def test_a_text_in_a_group_loses_the_name_it_was_called_by() -> None:
    found = taken(message(content={"content": "@单据 来10箱螺丝"}, chattype="group", chatid="wr1"))
    assert (found.chat, found.chat_kind, found.to_bot, found.text) == ("wr1", "group", True, "来10箱螺丝")


def test_voice_comes_as_words() -> None:
    found = taken(message("voice", {"content": "明天送五箱"}))
    assert (found.kind, found.text) == (InboundKind.TEXT, "明天送五箱")


@pytest.mark.parametrize(
    ("kind", "neutral", "stored"),
    [("image", InboundKind.PICTURE, "picture"), ("file", InboundKind.FILE, "file")],
)
def test_files_carry_their_address_and_key(kind: str, neutral: InboundKind, stored: str) -> None:
    found = taken(message(kind, {"url": "https://files.example/a?b=1", "aeskey": "a2V5"}))
    assert found.kind is neutral
    (file,) = found.files
    assert file.kind == stored
    assert json.loads(file.ref) == {"url": "https://files.example/a?b=1", "aeskey": "a2V5", "kind": stored}


def test_words_and_pictures_together() -> None:
    items = [
        {"msgtype": "text", "text": {"content": "按这个"}},
        {"msgtype": "image", "image": {"url": "https://files.example/1", "aeskey": "k"}},
        {"msgtype": "image", "image": {"url": "https://files.example/2", "aeskey": "k"}},
        {"msgtype": "text", "text": {"content": "各一箱"}},
    ]
    found = taken(message("mixed", {"msg_item": items}))
    assert (found.kind, found.text, len(found.files)) == (InboundKind.MIXED, "按这个\n各一箱", 2)


def test_a_video_is_answered_not_fetched() -> None:
    (file,) = taken(message("video", {"url": "https://files.example/v", "aeskey": "k"})).files
    assert file.ref == ""
    assert "照片" in file.problem


def test_what_is_quoted_goes_along() -> None:
    quote = {"msgtype": "text", "text": {"content": "M8*40 十箱"}}
    assert taken(message(quote=quote)).quoted_text == "M8*40 十箱"


def test_a_quoted_picture_is_taken_in_a_group_only() -> None:
    quote = {"msgtype": "image", "image": {"url": "https://files.example/1", "aeskey": "k"}}
    direct = taken(message(quote=quote))
    assert (direct.kind, direct.files) == (InboundKind.TEXT, ())
    group = taken(message(quote=quote, content={"content": "@单据 按图下单"}, chattype="group", chatid="wr1"))
    assert (group.kind, group.text, len(group.files)) == (InboundKind.MIXED, "按图下单", 1)


def click(**event: Any) -> dict[str, Any]:
    nested = {"card_type": "button_interaction", "event_key": "tok", "task_id": "dj1"} | event
    return {
        "msgid": "e1",
        "create_time": 1_795_485_600,
        "from": {"userid": "lisi"},
        "chattype": "group",
        "chatid": "wr1",
        "msgtype": "event",
        "event": {"eventtype": "template_card_event", "template_card_event": nested},
    }


def test_a_click_with_a_choice() -> None:
    one = {"selected_item": [{"question_key": "line2", "option_ids": {"option_id": ["p7"]}}]}
    found = taken(click(selected_items=one), cmd="aibot_event_callback")
    assert (found.kind, found.token, found.values) == (InboundKind.CLICK, "tok", {"line2": "p7"})
    assert (found.message_ref, found.chat, found.sender) == ("dj1", "wr1", "lisi")
    assert found.event_key == "wecombot:bot-1:e1"


def test_a_click_as_the_sdks_types_have_it() -> None:
    body = click()
    body["event"] = {"eventtype": "template_card_event", "event_key": "tok", "task_id": "dj1"}
    found = taken(body, cmd="aibot_event_callback")
    assert (found.token, found.message_ref) == ("tok", "dj1")


def test_a_button_that_means_nothing_is_nobodys() -> None:
    assert inbound(click(event_key="danju-seen"), cmd="aibot_event_callback") is None
    assert inbound(click(event_key=""), cmd="aibot_event_callback") is None


def test_one_item_may_stand_for_a_list() -> None:
    single = {"selected_item": {"question_key": "q", "option_ids": {"option_id": "a"}}}
    assert selections(single) == {"q": ["a"]}
    assert selections({"selected_item": "x"}) == {}


def test_entering_and_feedback() -> None:
    body = {"msgid": "e2", "from": {"userid": "lisi"}, "msgtype": "event", "event": {"eventtype": "enter_chat"}}
    found = taken(body, cmd="aibot_event_callback")
    assert (found.kind, found.chat, found.chat_kind) == (InboundKind.ENTER, "lisi", "direct")
    body["event"] = {"eventtype": "feedback_event", "feedback_event": {"type": 2}}
    assert inbound(body, cmd="aibot_event_callback") is None


def test_an_event_without_an_id_has_a_key_of_its_own() -> None:
    first = click()
    del first["msgid"]
    again, other = dict(first), first | {"create_time": 1_795_485_601}
    keys = [taken(body, cmd="aibot_event_callback").event_key for body in (first, again, other)]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize(
    "body",
    [None, [], "x", {}, {"msgid": 1}, message() | {"from": "zhangwei"}, message() | {"msgid": ""}, {"from": {}}],
)
def test_frames_that_are_nobodys(body: Any) -> None:
    assert inbound(body) is None


def test_numeric_ids_are_text() -> None:
    found = taken(message() | {"from": {"userid": 10001}, "msgid": 7})
    assert (found.sender, found.message_ref) == ("10001", "7")


# -- the bot's name ----------------------------------------------------------------------------------------------------


def test_the_name_is_what_all_messages_share() -> None:
    name = BotName()
    name.hear("@张三 @单据 看一下")
    assert name.known == ""
    assert name.without_name("@单据 看一下") == "看一下"
    name.hear("来两箱 @单据")
    assert name.known == "单据"
    assert name.without_name("@张三 @单据 看一下") == "@张三 看一下"
    assert name.without_name("来两箱 @单据 明天要") == "来两箱 明天要"
    assert name.without_name("@单据\u2005来两箱") == "来两箱"


def test_an_address_is_no_name() -> None:
    name = BotName()
    name.hear("@单据 发到 wang@example.com")
    assert name.known == "单据"
    assert name.without_name("@单据 发到 wang@example.com") == "发到 wang@example.com"


def test_a_bot_that_is_renamed_is_learned_again() -> None:
    name = BotName()
    name.hear("@旧名 你好")
    name.hear("@新名 你好")
    assert name.known == "新名"


# -- anything at all ---------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KINDS = st.sampled_from(["text", "voice", "image", "file", "video", "mixed", "event", "stream", "?"])
CONTENT = JSON | st.fixed_dictionaries({}, optional={"content": JSON, "url": JSON, "aeskey": JSON, "msg_item": JSON})
BODY = st.fixed_dictionaries(
    {"msgid": st.text(max_size=300) | JSON, "from": st.fixed_dictionaries({"userid": st.text(max_size=300) | JSON})},
    optional={
        "msgtype": KINDS | JSON,
        "chattype": st.sampled_from(["single", "group"]) | JSON,
        "chatid": st.text(max_size=30) | JSON,
        "create_time": st.integers() | JSON,
        "quote": st.fixed_dictionaries({"msgtype": KINDS}, optional={"text": CONTENT, "image": CONTENT}) | JSON,
        "text": CONTENT,
        "voice": CONTENT,
        "image": CONTENT,
        "file": CONTENT,
        "mixed": CONTENT,
        "event": st.fixed_dictionaries(
            {"eventtype": st.sampled_from(["enter_chat", "template_card_event", "feedback_event"])},
            optional={
                "template_card_event": JSON
                | st.fixed_dictionaries(
                    {"event_key": st.text(max_size=20)}, optional={"task_id": JSON, "selected_items": JSON}
                )
            },
        )
        | JSON,
    },
)


@given(st.sampled_from(["aibot_msg_callback", "aibot_event_callback", "x"]), BODY | JSON)
def test_any_frame_is_an_inbound_or_nothing(cmd: str, body: Any) -> None:
    found = inbound(body, cmd=cmd)
    if found is None:
        return
    assert Inbound.from_json(found.to_json()) == found
    assert found.sender
    assert found.chat
    assert found.event_key.startswith("wecombot:bot-1:")
    assert found.sent_at.tzinfo is not None
    if found.kind is InboundKind.CLICK:
        assert found.token
    for file in found.files:
        assert file.problem or json.loads(file.ref)["url"].startswith("http")


@given(st.lists(st.text(max_size=30), max_size=5))
def test_learning_names_survives_anything(texts: list[str]) -> None:
    name = BotName()
    for text in texts:
        name.hear(text)
        assert len(name.without_name(text)) <= len(text)
