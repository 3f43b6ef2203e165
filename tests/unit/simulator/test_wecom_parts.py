"""The pieces of the simulated WeCom, each against something that was not made with it."""

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.simulator.parts import Platform
from bot.simulator.wecom import BotSim, WecomConfig, WecomSim, card_rules, passive, taps, xml
from bot.simulator.wecom.crypto import BadCipher, CallbackCrypto
from bot.simulator.wecom.media import refusal
from bot.simulator.wecom.quota import Quota

CONFIG = WecomConfig()
CRYPTO = CallbackCrypto(CONFIG.token, CONFIG.aes_key, CONFIG.corp_id)
#: What XML 1.0 can carry.
CARRIED = st.text(st.characters(min_codepoint=32, codec="utf-8", exclude_characters="\ufffe\uffff"))


def peer() -> Any:
    """wechatpy's crypto; the library has no types."""
    return importlib.import_module("wechatpy.enterprise.crypto")


def test_both_are_platforms() -> None:
    platforms: list[Platform] = [WecomSim(), BotSim()]
    assert [platform.name for platform in platforms] == ["wecom", "wecombot"]


# ---------------------------------------------------------------- crypto and XML


@given(CARRIED)
@settings(max_examples=100, deadline=None)
def test_another_library_reads_what_we_encrypt_and_we_read_what_it_encrypts(text: str) -> None:
    theirs = peer().PrpCrypto(CRYPTO._key)
    assert theirs.decrypt(CRYPTO.encrypt(text), CONFIG.corp_id) == text
    assert CRYPTO.decrypt(theirs.encrypt(text, CONFIG.corp_id).decode()) == text


@pytest.mark.parametrize("damage", ["", "A", "AAAA", "not base64!", "foreign", "cut", "flipped"])
def test_what_is_not_ours_is_refused(damage: str) -> None:
    sealed = CRYPTO.encrypt("<xml></xml>")
    if damage == "foreign":
        damage = CallbackCrypto(CONFIG.token, CONFIG.aes_key, "ww-other").encrypt("<xml></xml>")
    elif damage == "cut":
        damage = sealed[:-24]
    elif damage == "flipped":
        damage = ("B" if sealed[-10] != "B" else "C").join((sealed[:-10], sealed[-9:]))
    with pytest.raises(BadCipher):
        CRYPTO.decrypt(damage)


@given(CARRIED, st.lists(CARRIED, min_size=2, max_size=4))
@settings(max_examples=100, deadline=None)
def test_xml_keeps_every_text(text: str, several: list[str]) -> None:
    tree = {"Content": f"]]>{text}]]", "Outer": {"Item": several}, "Number": 7}
    written = xml.write(tree)
    expected = {"Content": tree["Content"], "Outer": {"Item": several}, "Number": "7"}
    assert xml.read(written) == json.loads(json.dumps(expected).replace("\\r\\n", "\\n").replace("\\r", "\\n"))


@pytest.mark.parametrize(
    "text",
    ["", "<xml>", "<other><A>1</A></other>", '<!DOCTYPE x [<!ENTITY a "b">]><xml><A>&a;</A></xml>', "<xml>text</xml>"],
)
def test_xml_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        xml.read(text)


def test_keys_are_as_the_administration_page_makes_them() -> None:
    for _ in range(20):
        key = WecomConfig().aes_key
        assert (len(key), key.isalnum()) == (43, True)
    with pytest.raises(ValueError, match="43"):
        CallbackCrypto("t", "short", "ww")


# ---------------------------------------------------------------- cards


def vote(mode: int) -> dict[str, Any]:
    options = [{"id": "a", "text": "甲", "is_checked": True}, {"id": "b", "text": "乙"}, {"id": "c", "text": "丙"}]
    return {
        "card_type": "vote_interaction",
        "task_id": "t",
        "main_title": {"title": "盘点"},
        "checkbox": {"question_key": "q", "mode": mode, "option_list": options},
        "submit_button": {"text": "提交", "key": "go"},
    }


def selects(count: int) -> dict[str, Any]:
    options = [{"id": "a", "text": "甲"}, {"id": "b", "text": "乙"}]
    questions = [{"question_key": f"q{n}", "title": "哪种", "option_list": options} for n in range(count)]
    return {
        "card_type": "multiple_interaction",
        "task_id": "t",
        "main_title": {"title": "两处要选"},
        "select_list": questions,
        "submit_button": {"text": "提交", "key": "go"},
    }


def test_votes_and_selectors() -> None:
    assert taps.selected(vote(1), {"q": "b|c"}) == [("q", ["b", "c"])]
    assert taps.selected(vote(0), None) == [("q", ["a"])]
    with pytest.raises(taps.CannotTap):
        taps.selected(vote(0), {"q": "b|c"})
    chosen = taps.selected(card_rules.check(selects(2), card_rules.APP), {"q1": "b"})
    assert chosen == [("q0", ["a"]), ("q1", ["b"])]
    with pytest.raises(card_rules.CardRefused):
        card_rules.check(selects(4), card_rules.APP)


def test_grey_buttons_and_older_versions() -> None:
    old = {**vote(0), "submit_button": {"text": "提交", "key": "old"}}
    assert taps.version_with([old, vote(0)], "old") is old
    with pytest.raises(taps.CannotTap, match="grey"):
        taps.version_with([old, {**vote(0), "replace_text": "已提交"}], "go")


@pytest.mark.parametrize("surface", [card_rules.APP, card_rules.BOT, card_rules.GROUP])
def test_notices(surface: str) -> None:
    notice = {
        "card_type": "text_notice",
        "sub_title_text": "今日到货 3 单",
        "card_action": {"type": 1, "url": "https://x.example"},
    }
    assert card_rules.check(notice, surface) == notice
    with pytest.raises(card_rules.CardRefused):
        card_rules.check({**notice, "card_action": None}, surface)
    attached = {**notice, "horizontal_content_list": [{"keyname": "附件", "type": 2, "media_id": "m"}]}
    if surface == card_rules.BOT:
        with pytest.raises(card_rules.CardRefused):
            card_rules.check(attached, surface)
    else:
        card_rules.check(attached, surface)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    *("source", "main_title", "sub_title_text", "quote_area", "horizontal_content_list", "jump_list", "card_action"),
    *("button_selection", "button_list", "checkbox", "select_list", "submit_button", "action_menu", "task_id"),
)


@given(st.sampled_from(card_rules.TYPES), st.dictionaries(st.sampled_from(FIELDS), json_values))
@settings(max_examples=300, deadline=None)
def test_any_card_is_taken_or_refused(kind: str, fields: dict[str, Any]) -> None:
    """Never another exception: a card of any shape gets the platform's answer."""
    card = {"card_type": kind, "task_id": "t", "main_title": {"title": "单"}, **fields}
    try:
        taken = card_rules.check(card, card_rules.APP)
    except card_rules.CardRefused:
        return
    card_rules.cut_off(taken)
    for key in taps.keys(taken):
        taps.selected(taps.version_with([taken], key), None)


def test_what_a_phone_would_cut_is_told() -> None:
    card = {**vote(0), "main_title": {"title": "单" * 27}}
    assert card_rules.cut_off(card) == ["main_title.title: 27 > 26"]


# ---------------------------------------------------------------- passive replies

ABOUT = {"FromUserName": "LiNa", "ToUserName": "ww1", "MsgType": "event", "Event": "template_card_event"}
REPLY = {"ToUserName": "LiNa", "FromUserName": "ww1", "CreateTime": "1", "MsgType": "update_button"}


@pytest.mark.parametrize(
    ("reply", "about"),
    [
        ({"MsgType": "update_button"}, ABOUT),
        ({**REPLY, "ToUserName": "ChenJie"}, ABOUT),
        ({**REPLY, "MsgType": "text"}, ABOUT),
        ({**REPLY, "MsgType": "markdown"}, ABOUT),
        ({**REPLY, "MsgType": ["update_button", "text"]}, ABOUT),
        (REPLY, {"FromUserName": "LiNa", "ToUserName": "ww1", "MsgType": "text"}),
    ],
)
def test_replies_that_do_not_fit(reply: dict[str, Any], about: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        passive.check(reply, about)


def test_a_card_in_camel_case() -> None:
    tree = {
        "CardType": "button_interaction",
        "MainTitle": {"Title": "已选", "Desc": "第2行"},
        "ButtonList": {"Text": "确认", "Style": "1", "Key": "k"},
        "ButtonSelection": {
            "QuestionKey": "q",
            "OptionList": [{"Id": "a", "Text": "甲"}],
            "SelectedId": "a",
            "Disable": "true",
        },
    }
    assert passive.card_of(tree) == {
        "card_type": "button_interaction",
        "main_title": {"title": "已选", "desc": "第2行"},
        "button_list": [{"text": "确认", "style": 1, "key": "k"}],
        "button_selection": {
            "question_key": "q",
            "option_list": [{"id": "a", "text": "甲"}],
            "selected_id": "a",
            "disable": True,
        },
    }


# ---------------------------------------------------------------- quotas and media


def test_a_quota_of_two_rules() -> None:
    now = [0.0]
    quota = Quota([(2, 60.0), (3, 3600.0)], lambda: now[0])
    assert [quota.spend("a") for _ in range(3)] == [True, True, False]
    assert quota.spend("b")
    now[0] = 60.0
    assert [quota.spend("a") for _ in range(2)] == [True, False]
    now[0] = 3600.0
    assert quota.spend("a")


def test_uploads_within_their_limits() -> None:
    assert refusal("file", "a.pdf", 20 * 1024 * 1024) is None
    assert refusal("file", "a.pdf", 20 * 1024 * 1024 + 1) is not None
    assert refusal("image", "a.gif", 100) is not None
    assert refusal("image", "a.png", 5) is not None
    assert refusal("zip", "a.zip", 100) is not None
