"""The self-built app's messages and events in the neutral form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict

from bot.inbound import Inbound, InboundKind
from bot.wecom.app_inbound import card_code, translate
from bot.wecom.guards import Guard, Untrusted
from tests.support import wecom_crypto as wx

GUARD = Guard(token=wx.TOKEN, aes_key=wx.KEY, corp_id=wx.CORP, agent_id=wx.AGENT)


def fields(inner: str) -> dict[str, Any]:
    """Through encryption, guards and wechatpy, as it really comes."""
    posted = wx.posted(inner)
    return GUARD.message(MultiDict(posted.query), posted.body)


def read(inner: str) -> Inbound | None:
    return translate(fields(inner), agent_id=wx.AGENT)


def some(inner: str) -> Inbound:
    found = read(inner)
    assert found is not None
    return found


def test_a_text() -> None:
    found = some(wx.message(Content="来5箱螺丝"))
    assert found == Inbound(
        platform="wecom",
        event_key="wecom:218:4561255354251345929",
        kind=InboundKind.TEXT,
        chat="zhang.san",
        sender="zhang.san",
        sent_at=datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
        text="来5箱螺丝",
        message_ref="4561255354251345929",
    )


def test_a_numeric_account_stays_text() -> None:
    assert some(wx.message(FromUserName="10086", Content="x")).sender == "10086"


def test_a_picture_is_fetched_by_its_media_id() -> None:
    found = some(wx.message("image", PicUrl="http://elsewhere/p.jpg", MediaId="m_1-x"))
    assert found.kind is InboundKind.PICTURE
    assert [(file.kind, file.ref) for file in found.files] == [("picture", "picture/m_1-x/")]


def test_a_file_keeps_its_name() -> None:
    found = some(wx.message("file", MediaId="m/2", FileName="报价 单.xlsx", FileSize="12"))
    assert found.kind is InboundKind.FILE
    assert found.files[0].name == "报价 单.xlsx"
    assert found.files[0].ref.startswith("file/m%2F2/")


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("voice", {"MediaId": "m", "Format": "amr"}),
        ("video", {"MediaId": "m", "ThumbMediaId": "t"}),
        ("file", {"FileName": "a.pdf"}),
    ],
)
def test_what_cannot_be_read_says_so(kind: str, more: dict[str, str]) -> None:
    found = some(wx.message(kind, **more))
    assert found.kind is InboundKind.FILE
    assert found.files[0].problem


def test_places_and_links_are_words() -> None:
    place = some(wx.message("location", Location_X="23.1", Location_Y="113.3", Scale="20", Label="沿江路8号"))
    link = some(wx.message("link", Title="报价", Description="新的", Url="https://shop.example/1"))
    assert (place.kind, place.text) == (InboundKind.OTHER, "[位置] 沿江路8号")
    assert (link.kind, link.text) == (InboundKind.OTHER, "[链接] 报价 新的 https://shop.example/1")


def test_an_unknown_message_is_kept() -> None:
    assert some(wx.message("hologram")).kind is InboundKind.OTHER


def card_event(selected: str = "", **more: str) -> str:
    parts = {"EventKey": "tok-1", "TaskId": "danju-9", "CardType": "button_interaction", "ResponseCode": "code-1"}
    raw = {"raw_SelectedItems": selected} if selected else {}
    return wx.event("template_card_event", **(parts | more | raw))


def item(key: str, *ids: str) -> str:
    options = "".join(f"<OptionId>{one}</OptionId>" for one in ids)
    return f"<SelectedItem><QuestionKey>{key}</QuestionKey><OptionIds>{options}</OptionIds></SelectedItem>"


def test_a_click() -> None:
    found = some(card_event())
    assert (found.kind, found.token, found.message_ref, found.values) == (InboundKind.CLICK, "tok-1", "danju-9", {})
    code = card_code(fields(card_event()))
    assert code is not None
    assert (code.task_id, code.account, code.code) == ("danju-9", "zhang.san", "code-1")


def test_one_selected_and_several_selected() -> None:
    assert some(card_event(item("partner", "7"))).values == {"partner": "7"}
    both = some(card_event(item("partner", "7") + item("line2", "8")))
    assert both.values == {"partner": "7", "line2": "8"}
    assert some(card_event(item("partner", "7", "8"))).values == {"partner": "7,8"}
    assert some(card_event("<SelectedItem><QuestionKey>q</QuestionKey></SelectedItem>")).values == {}


@pytest.mark.parametrize(
    "selected",
    [
        "<SelectedItem>x</SelectedItem>",
        "<SelectedItem><OptionIds><OptionId>1</OptionId></OptionIds></SelectedItem>",
        item("a", "1") + item("a", "2"),
        "<SelectedItem><QuestionKey>q</QuestionKey><OptionIds><OptionId><b>1</b></OptionId></OptionIds></SelectedItem>",
        "<SelectedItem><QuestionKey>q</QuestionKey><QuestionKey>r</QuestionKey></SelectedItem>",
        "words",
    ],
)
def test_odd_selections_are_refused(selected: str) -> None:
    with pytest.raises(Untrusted):
        read(card_event(selected))


def test_two_clicks_differ_and_a_redelivery_does_not() -> None:
    first, again = some(card_event()).event_key, some(card_event()).event_key
    assert first == again
    assert first.startswith("wecom:218:")
    for change in ({"EventKey": "tok-2"}, {"ResponseCode": "code-2"}, {"TaskId": "t"}, {"FromUserName": "li"}):
        assert some(card_event(**change)).event_key != first


def test_the_button_that_means_nothing_is_acknowledged() -> None:
    assert read(card_event(EventKey="danju-seen")) is None


def test_people_who_enter_and_who_leave() -> None:
    entered = some(wx.event("enter_agent", EventKey=""))
    assert (entered.kind, entered.chat) == (InboundKind.ENTER, "zhang.san")
    gone = wx.event("change_contact", FromUserName="sys", ChangeType="delete_user", UserID="li.si")
    assert (some(gone).kind, some(gone).sender) == (InboundKind.LEFT, "li.si")
    other = wx.event("change_contact", FromUserName="sys", ChangeType="delete_user", UserID="wang.wu")
    assert some(other).event_key != some(gone).event_key


@pytest.mark.parametrize(
    "name", ["subscribe", "unsubscribe", "click", "view", "LOCATION", "batch_job_result", "tomorrow"]
)
def test_events_that_need_nothing(name: str) -> None:
    assert read(wx.event(name, EventKey="k", UserID="x")) is None
    assert read(wx.event("change_contact", ChangeType="update_user", UserID="x")) is None


@pytest.mark.parametrize(
    "change",
    [
        {"MsgId": ""},
        {"MsgId": "abc"},
        {"MsgId": "1" * 21},
        {"MsgId": "١٢"},
        {"CreateTime": ""},
        {"CreateTime": "1700000000.5"},
        {"CreateTime": "999999999999"},
        {"CreateTime": "-1"},
        {"FromUserName": ""},
        {"FromUserName": "@all"},
        {"FromUserName": "a|b"},
        {"FromUserName": "x" * 65},
        {"MsgType": "image"},
    ],
)
def test_odd_messages_are_refused(change: dict[str, str]) -> None:
    with pytest.raises(Untrusted) as refused:
        read(wx.message(**({"Content": "x"} | change)))
    assert refused.value.blame == "form"


NAMES = st.sampled_from(
    [
        "MsgType",
        "Event",
        "EventKey",
        "TaskId",
        "SelectedItems",
        "FromUserName",
        "MsgId",
        "CreateTime",
        "MediaId",
        "Content",
    ]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.sampled_from(["event", "text", "image", "template_card_event", "1700000000", "1"])
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["SelectedItem", "QuestionKey", "OptionIds", "OptionId"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(NAMES, VALUES, max_size=10))
def test_nothing_else_is_raised(data: dict[str, Any]) -> None:
    try:
        translate(data, agent_id="1")
        card_code(data)
    except Untrusted:
        pass
