"""Feishu's events in the neutral form, one by one, and whatever looks like one."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feishu.crypto import BadEvent
from bot.feishu.inbound import translate
from bot.inbound import Inbound, InboundFile, InboundKind

Json = dict[str, Any]

APP = "cli_0123456789abcdef"
BOT = "ou_bot"
CREATED_MS = "1760000000123"
CREATED = datetime.fromtimestamp(1760000000, UTC).replace(microsecond=123_000)


def envelope(kind: str, event: Any, **header: Any) -> Json:
    base = {"event_id": "ev1", "event_type": kind, "create_time": CREATED_MS, "app_id": APP, "token": "t"}
    return {"schema": "2.0", "header": base | header, "event": event}


def message(kind: str, content: Any, **fields: Any) -> Json:
    base = {
        "message_id": "om_1",
        "chat_id": "oc_1",
        "chat_type": "p2p",
        "message_type": kind,
        "content": content if isinstance(content, str) else json.dumps(content),
        "create_time": CREATED_MS,
    }
    sender = {"sender_id": {"open_id": "ou_wang", "union_id": "on_1"}, "sender_type": "user", "tenant_key": "tk"}
    return envelope("im.message.receive_v1", {"sender": sender, "message": base | fields})


def mention(key: str, open_id: str, name: str, **fields: Any) -> Json:
    return {"key": key, "id": {"open_id": open_id}, "name": name} | fields


def read(given_: Json, bot: str = BOT) -> Inbound:
    found = translate(given_, app_id=APP, bot_open_id=bot)
    assert found is not None
    return found


# ---------------------------------------------------------------- messages


def test_a_text() -> None:
    found = read(message("text", {"text": "永兴 M8*30 5箱"}, parent_id="om_0", root_id="om_0"))
    assert found == Inbound(
        platform="feishu",
        event_key=f"feishu:{APP}:om_1",
        kind=InboundKind.TEXT,
        chat="oc_1",
        sender="ou_wang",
        sent_at=CREATED,
        text="永兴 M8*30 5箱",
        message_ref="om_1",
        quoted_ref="om_0",
    )


def test_the_event_id_does_not_matter_for_a_message() -> None:
    first, second = message("text", {"text": "a"}), message("text", {"text": "a"})
    second["header"]["event_id"] = "ev2"
    assert read(first).event_key == read(second).event_key


def test_mentions_in_a_group() -> None:
    named = [mention("@_user_1", BOT, "单据"), mention("@_user_2", "ou_li", "李四")]
    found = read(
        message("text", {"text": "@_user_1 问一下@_user_2 @_all 5箱"}, chat_type="group", mentions=named),
    )
    assert (found.text, found.to_bot, found.chat_kind) == ("问一下@李四 @所有人 5箱", True, "group")


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("@_user_1", ""),
        ("@_user_15箱", "5箱"),
        ("@_user_10 5箱", "@第十 5箱"),
        ("@_user_105箱", "@第十5箱"),
        ("@_user_77 5箱", "@_user_77 5箱"),
        ("发@_user_1 5箱", "发5箱"),
    ],
)
def test_placeholders_beside_digits(said: str, text: str) -> None:
    named = [mention("@_user_1", BOT, "单据"), mention("@_user_10", "ou_10", "第十")]
    expected = text if said != "@_user_77 5箱" else "@_user_77 5箱"
    assert read(message("text", {"text": said}, mentions=named)).text == expected


def test_another_bot_is_not_us() -> None:
    named = [mention("@_user_1", "ou_other", "别的机器人", mentioned_type="bot")]
    found = read(message("text", {"text": "@_user_1 你好"}, chat_type="group", mentions=named))
    assert (found.to_bot, found.text) == (False, "@别的机器人 你好")
    assert read(message("text", {"text": "@_user_1 你好"}, mentions=named), bot="").to_bot


def test_a_picture() -> None:
    found = read(message("image", {"image_key": "img_v3_1"}))
    assert (found.kind, found.files) == (InboundKind.PICTURE, (InboundFile("om_1/img_v3_1/image"),))


def test_a_file() -> None:
    found = read(message("file", {"file_key": "file_1", "file_name": "报价.xlsx"}))
    assert found.kind is InboundKind.FILE
    assert found.files == (InboundFile("om_1/file_1/file", "报价.xlsx", "file"),)


@pytest.mark.parametrize("kind", ["audio", "media"])
def test_sound_and_film_are_kept(kind: str) -> None:
    found = read(message(kind, {"file_key": "file_1", "duration": 3000}))
    assert (found.kind, found.text) == (InboundKind.OTHER, "")
    assert found.files == (InboundFile("om_1/file_1/file", "", "file"),)


@pytest.mark.parametrize("kind", ["share_chat", "share_user", "folder", "hongbao", "whatever_is_next"])
def test_types_without_words(kind: str) -> None:
    found = read(message(kind, {"file_key": "k", "chat_id": "oc_2"}))
    assert (found.kind, found.text, found.files) == (InboundKind.OTHER, "", ())


def test_a_place() -> None:
    found = read(message("location", {"name": "城东仓库", "longitude": "116.3", "latitude": "39.9"}))
    assert (found.kind, found.text) == (InboundKind.OTHER, "城东仓库")


POST = {
    "title": "进货",
    "content": [
        [{"tag": "at", "user_id": "@_user_1", "user_name": "单据"}, {"tag": "text", "text": "永兴送货 "}],
        [{"tag": "img", "image_key": "img_1", "width": 100, "height": 100}],
        [{"tag": "text", "text": "见图，"}, {"tag": "a", "href": "https://example.com", "text": "清单"}],
        [{"tag": "emotion", "emoji_type": "SMILE"}, {"tag": "at", "user_id": "@_user_2", "user_name": "李四"}],
        [{"tag": "code_block", "language": "text", "text": "M8*30 5箱"}, {"tag": "hr"}],
    ],
}
NAMED = [mention("@_user_1", BOT, "单据"), mention("@_user_2", "ou_li", "李四")]


def test_a_post_is_flattened_and_its_pictures_are_photos() -> None:
    found = read(message("post", POST, chat_type="group", mentions=NAMED))
    assert found.kind is InboundKind.MIXED
    assert found.to_bot
    assert found.text == "进货\n永兴送货\n\n见图，清单\n@李四\nM8*30 5箱"
    assert found.files == (InboundFile("om_1/img_1/image"),)


def test_a_post_with_only_a_picture_is_a_picture() -> None:
    found = read(message("post", {"title": "", "content": [[{"tag": "img", "image_key": "img_1"}]]}))
    assert (found.kind, found.text) == (InboundKind.PICTURE, "")


def test_a_post_with_a_language_level() -> None:
    found = read(message("post", {"zh_cn": {"title": "", "content": [[{"tag": "text", "text": "5箱"}]]}}))
    assert (found.kind, found.text) == (InboundKind.TEXT, "5箱")


def test_a_forwarded_card_is_its_words() -> None:
    card = {
        "title": "报价单",
        "elements": [
            [{"tag": "text", "text": "M8*30 "}, {"tag": "text", "text": "0.12元"}],
            [{"tag": "img", "image_key": "img_1"}, {"tag": "button", "text": "同意"}],
            {"tag": "div", "text": {"tag": "plain_text", "content": "含税"}},
        ],
    }
    found = read(message("interactive", card))
    assert (found.kind, found.text, found.files) == (InboundKind.TEXT, "报价单\nM8*30 0.12元\n含税", ())


def test_a_chat_record_is_asked_for() -> None:
    found = read(message("merge_forward", {"content": "Merged and Forwarded Message"}))
    assert (found.text, found.files) == ("", (InboundFile("words:om_1", "聊天记录", "words"),))
    assert read(message("merge_forward", "Merged and Forwarded Message")).files == found.files


def test_nobody_says_a_system_message_and_bots_do_not_talk_to_bots() -> None:
    assert translate(message("system", {"template": "x"}), app_id=APP, bot_open_id=BOT) is None
    assert translate(message("sticker", {"file_key": "x"}), app_id=APP, bot_open_id=BOT) is None
    other = message("text", {"text": "hello"})
    other["event"]["sender"]["sender_type"] = "app"
    assert translate(other, app_id=APP, bot_open_id=BOT) is None


# ---------------------------------------------------------------- other events


def test_a_recall() -> None:
    event = {"message_id": "om_9", "chat_id": "oc_1", "recall_time": "1760000001000", "recall_type": "message_owner"}
    found = read(envelope("im.message.recalled_v1", event))
    assert (found.kind, found.message_ref, found.chat) == (InboundKind.RECALL, "om_9", "oc_1")
    assert found.event_key == f"feishu:{APP}:ev1"
    tidied = envelope("im.message.recalled_v1", event | {"recall_type": "group_manager"})
    assert translate(tidied, app_id=APP, bot_open_id=BOT) is None


def test_a_click_has_its_ids_in_the_context_and_its_time_in_microseconds() -> None:
    event = {
        "operator": {"open_id": "ou_wang", "tenant_key": "tk"},
        "token": "c-1",
        "host": "im_message",
        "context": {"open_message_id": "om_card", "open_chat_id": "oc_1"},
        "action": {"tag": "button", "value": {"token": "tok-1"}},
    }
    found = read(envelope("card.action.trigger", event, create_time="1760000000123456"))
    assert (found.kind, found.message_ref, found.chat, found.token) == (InboundKind.CLICK, "om_card", "oc_1", "tok-1")
    assert found.sent_at == CREATED.replace(microsecond=123_456)
    assert read(envelope("card.action.trigger", event)).sent_at == CREATED
    event["action"] = {"tag": "select_static", "option": "1"}
    assert translate(envelope("card.action.trigger", event), app_id=APP, bot_open_id=BOT) is None


def test_entering_and_leaving() -> None:
    entered = envelope(
        "im.chat.access_event.bot_p2p_chat_entered_v1", {"chat_id": "oc_1", "operator_id": {"open_id": "ou_wang"}}
    )
    assert (read(entered).kind, read(entered).sender, read(entered).chat) == (InboundKind.ENTER, "ou_wang", "oc_1")
    left = read(envelope("contact.user.deleted_v3", {"object": {"open_id": "ou_wang"}}))
    assert (left.kind, left.sender) == (InboundKind.LEFT, "ou_wang")
    resigned = {"object": {"open_id": "ou_wang", "status": {"is_resigned": True}}}
    assert read(envelope("contact.user.updated_v3", resigned)).kind is InboundKind.LEFT
    moved = {"object": {"open_id": "ou_wang", "status": {"is_resigned": False}}}
    assert translate(envelope("contact.user.updated_v3", moved), app_id=APP, bot_open_id=BOT) is None


@pytest.mark.parametrize("kind", ["im.message.reaction.created_v1", "im.chat.member.bot.deleted_v1", "next.year_v9"])
def test_what_is_nothing_for_us(kind: str) -> None:
    assert translate(envelope(kind, {"chat_id": "oc_1"}), app_id=APP, bot_open_id=BOT) is None


# ---------------------------------------------------------------- broken


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"schema": "1.0"},
        {"uuid": "u", "event": {"type": "message"}},
        {"schema": "2.0", "header": None},
        envelope("im.message.receive_v1", {}, app_id="cli_other"),
        envelope("im.message.receive_v1", {}, app_id=1),
        envelope("im.message.receive_v1", []),
        message("text", "not json"),
        message("text", {"text": 5}),
        message("text", "[]"),
        message("image", {}),
        message("image", {"image_key": "a/b"}),
        message("file", {"file_key": ""}),
        message("text", {"text": "x"}, message_id=""),
        message("text", {"text": "x"}, message_id="x" * 1000),
        message("text", {"text": "x"}, mentions={}),
        message("text", {"text": "x"}, mentions=["a"]),
        message("text", {"text": "x"}, create_time="yesterday"),
        message("text", {"text": "x"}, create_time="9" * 19),
        message("text", {"text": "x"}, create_time=-1),
        message("text", {"text": "x"}, create_time=0),
        message("text", {"text": "x"}, create_time=True),
        message("text", {"text": "x"}, create_time=1.5),
        message("text", {"text": "x"}, create_time="²"),
        message("post", {"content": [[["deep"]]]}),
        message("post", {"content": "text"}),
    ],
)
def test_broken_events(broken: Json) -> None:
    with pytest.raises(BadEvent):
        translate(broken, app_id=APP, bot_open_id=BOT)


WORDS = (
    "schema header event event_id event_type create_time app_id token sender sender_id sender_type open_id message"
    " message_id message_type chat_id chat_type content mentions key id name text title tag elements image_key file_key"
    " file_name user_id operator operator_id context open_message_id open_chat_id action value form_value object status"
    " recall_type parent_id zh_cn is_resigned option options input_value checked"
)
NAMES = st.sampled_from(WORDS.split())
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just(CREATED_MS), st.just("@_user_1")
)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)
KINDS = st.sampled_from(
    ["text", "post", "image", "file", "audio", "media", "sticker", "interactive", "merge_forward", "location", "system"]
)
EVENTS = st.sampled_from(
    [
        "im.message.receive_v1",
        "im.message.recalled_v1",
        "card.action.trigger",
        "contact.user.deleted_v3",
        "contact.user.updated_v3",
        "im.chat.access_event.bot_p2p_chat_entered_v1",
    ]
)


def harmless(given_: Json) -> None:
    with contextlib.suppress(BadEvent):
        found = translate(given_, app_id=APP, bot_open_id=BOT)
        assert found is None or Inbound.from_json(found.to_json()) == found


@given(st.dictionaries(NAMES, ANYTHING, max_size=5))
def test_any_json_is_an_event_or_a_bad_one(given_: Json) -> None:
    harmless(given_)


@given(EVENTS, ANYTHING, st.dictionaries(NAMES, LEAVES, max_size=3))
def test_any_event_of_a_known_type(kind: str, event: Any, header: Json) -> None:
    whole = envelope(kind, event)
    whole["header"] |= {name: value for name, value in header.items() if name != "event_type"}
    harmless(whole)


@given(KINDS, ANYTHING, st.dictionaries(NAMES, ANYTHING, max_size=3))
def test_any_content_of_a_message(kind: str, content: Any, fields: Json) -> None:
    whole = message(kind, content)
    whole["event"]["message"] |= fields
    harmless(whole)


@given(st.dictionaries(NAMES, ANYTHING, max_size=4), st.dictionaries(NAMES, ANYTHING, max_size=4))
def test_any_click(action: Json, fields: Json) -> None:
    event = {
        "operator": {"open_id": "ou_wang"},
        "context": {"open_message_id": "om_card", "open_chat_id": "oc_1"},
        "action": action,
    }
    harmless(envelope("card.action.trigger", event | fields))
