"""The client of Feishu's open API: tokens, every family of error codes, uploads, downloads, and nothing secret told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import structlog

from bot.channel import CardGone, NotYet, SendFailed
from bot.feishu.api import FeishuApi
from bot.feishu.errors import CardRefused, ResourceRefused, TooOften
from tests.support.feishu_out import APP, PNG, SECRET, Say, ScriptedFeishu, error, session


@pytest.fixture
async def feishu() -> AsyncIterator[ScriptedFeishu]:
    server = ScriptedFeishu()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def api(feishu: ScriptedFeishu) -> AsyncIterator[FeishuApi]:
    async with session() as pooled:
        client = FeishuApi(feishu.url, APP, SECRET, lambda: pooled)
        yield client
        await client.close()


async def test_fifty_sends_at_once_ask_for_one_token(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    refs = await asyncio.gather(*(api.send("oc_1", "text", "{}", f"u{number}") for number in range(50)))
    assert len(set(refs)) == 50
    assert feishu.token_requests == 1


async def test_who_it_goes_to_decides_the_kind_of_id(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    await api.send("ou_li", "text", '{"text":"好"}', "u1")
    await api.send("oc_1", "text", "{}", "u2")
    assert [asked.query["receive_id_type"] for asked in feishu.asked] == ["open_id", "chat_id"]
    assert feishu.asked[0].body == {
        "receive_id": "ou_li",
        "msg_type": "text",
        "content": '{"text":"好"}',
        "uuid": "u1",
    }
    assert "好".encode() in feishu.asked[0].raw


async def test_a_revoked_token_is_replaced_once_for_everybody(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    await api.send("oc_1", "text", "{}", "u0")
    feishu.good_tokens = {"t-2"}
    await asyncio.gather(*(api.send("oc_1", "text", "{}", f"u{number}") for number in range(1, 20)))
    assert feishu.token_requests == 2


async def test_a_token_refused_twice_is_no_loop(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    feishu.good_tokens = set()
    with pytest.raises(SendFailed) as caught:
        await api.send("oc_1", "text", "{}", "u1")
    assert not caught.value.permanent
    assert (feishu.token_requests, len(feishu.asked)) == (2, 2)


@pytest.mark.parametrize("code", [99991663, 99991664, 99991665])
async def test_every_token_code_has_one_more_try_with_the_same_uuid(
    feishu: ScriptedFeishu, api: FeishuApi, code: int
) -> None:
    feishu.script = [error(code)]
    await api.send("oc_1", "text", "{}", "u1")
    assert [asked.body["uuid"] for asked in feishu.asked] == ["u1", "u1"]
    assert [asked.token for asked in feishu.asked] == ["t-1", "t-2"]


async def test_a_token_of_four_kilobytes_is_taken_and_a_broken_one_is_not(
    feishu: ScriptedFeishu, api: FeishuApi
) -> None:
    long = "t-" + "x" * 4000
    feishu.token_script = [Say({"code": 0, "tenant_access_token": "t-1\r\nX: y", "expire": 7200})]
    with pytest.raises(SendFailed, match="令牌"):
        await api.send("oc_1", "text", "{}", "u1")
    feishu.token_script = [Say({"code": 0, "tenant_access_token": long, "expire": 7200})]
    await api.send("oc_1", "text", "{}", "u1")
    assert feishu.asked[-1].token == long


async def test_429_waits_as_long_as_the_header_says(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    feishu.script = [error(99991400, "too many", 429, x_ogw_ratelimit_reset="7")]
    with pytest.raises(TooOften) as caught:
        await api.send("oc_1", "text", "{}", "u1")
    assert (caught.value.retry_after, caught.value.told, caught.value.everywhere) == (7.0, True, True)
    assert isinstance(caught.value, NotYet)


@pytest.mark.parametrize("header", ["", "soon", "nan", "-3", "99999999"])
async def test_an_odd_header_is_not_believed(feishu: ScriptedFeishu, api: FeishuApi, header: str) -> None:
    feishu.script = [error(99991400, status=400, x_ogw_ratelimit_reset=header)]
    with pytest.raises(TooOften) as caught:
        await api.send("oc_1", "text", "{}", "u1")
    assert 0.2 <= (caught.value.retry_after or 0) <= 300


@pytest.mark.parametrize(("code", "everywhere"), [(11232, True), (11233, False), (230020, False)])
async def test_limits_without_a_header(feishu: ScriptedFeishu, api: FeishuApi, code: int, everywhere: bool) -> None:
    feishu.script = [error(code)]
    with pytest.raises(TooOften) as caught:
        await api.send("oc_1", "text", "{}", "u1")
    assert (caught.value.told, caught.value.everywhere) == (False, everywhere)


@pytest.mark.parametrize("code", [230011, 230110, 231003, 230031, 230001, 99992354])
async def test_a_card_that_cannot_be_changed_any_more(feishu: ScriptedFeishu, api: FeishuApi, code: int) -> None:
    feishu.script = [error(code)]
    with pytest.raises(CardGone):
        await api.change_card("om_1", "{}")
    assert (feishu.asked[0].method, feishu.asked[0].path) == ("PATCH", "/open-apis/im/v1/messages/om_1")


async def test_a_bad_parameter_in_a_send_is_no_lost_card(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    feishu.script = [error(230001)]
    with pytest.raises(SendFailed) as caught:
        await api.send("oc_1", "text", "{}", "u1")
    assert caught.value.permanent
    assert not isinstance(caught.value, CardGone)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (99991662, "停用"),
        (10014, "停用"),
        (230002, "加进群"),
        (230006, "机器人"),
        (230013, "可用范围"),
        (230035, "发言"),
        (230053, "停收"),
        (230022, "敏感"),
        (230028, "手机号"),
        (99992361, "另一个飞书应用"),
    ],
)
async def test_what_the_operator_has_to_mend_says_how(
    feishu: ScriptedFeishu, api: FeishuApi, code: int, words: str
) -> None:
    feishu.script = [error(code, "why")]
    with pytest.raises(SendFailed, match=words) as caught:
        await api.send("oc_1", "text", "{}", "u1")
    assert caught.value.permanent
    assert caught.value.no_effect
    assert "LOG7" in str(caught.value)
    assert str(code) in str(caught.value)


async def test_a_missing_scope_is_named(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    said = "Access denied. One of the following scopes is required: [im:message, im:message:send_as_bot]. https://open"
    feishu.script = [error(99991672, said)]
    with pytest.raises(SendFailed, match="im:message、im:message:send_as_bot，再发布") as caught:
        await api.send("oc_1", "text", "{}", "u1")
    assert caught.value.permanent


async def test_a_refused_card_and_a_locked_card(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    feishu.script = [
        error(230099, "Failed to create card content, ext=ErrCode: 11310; ErrMsg: card action is lock"),
        error(230099, "Failed to create card content, ext=ErrCode: 200621; ErrMsg: parse card json err"),
    ]
    with pytest.raises(NotYet) as locked:
        await api.change_card("om_1", "{}")
    assert locked.value.retry_after == 0.5
    with pytest.raises(CardRefused):
        await api.change_card("om_1", "{}")


@pytest.mark.parametrize(
    "say",
    [
        error(2200, "internal"),
        error(0, "ok", 503),
        Say(raw=b"<html>bad gateway</html>", status=502),
        Say(raw=b"<html>please log in</html>", status=200),
        Say(raw=b"<html>proxy says no</html>", status=403),
        Say([1, 2]),
        Say({"code": 0, "data": {}}),
        Say({"code": 0}),
    ],
)
async def test_trouble_that_passes_is_tried_again(feishu: ScriptedFeishu, api: FeishuApi, say: Say) -> None:
    feishu.script = [say]
    with pytest.raises(SendFailed) as caught:
        await api.send("oc_1", "text", "{}", "u1")
    assert not caught.value.permanent
    assert not caught.value.no_effect


async def test_a_code_nobody_knows_is_given_up(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    feishu.script = [error(777001, "what", 200)]
    with pytest.raises(SendFailed, match="777001") as caught:
        await api.send("oc_1", "text", "{}", "u1")
    assert caught.value.permanent


async def test_uuid_in_flight_waits_a_moment(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    feishu.script = [error(230049)]
    with pytest.raises(NotYet) as caught:
        await api.send("oc_1", "text", "{}", "u1")
    assert caught.value.retry_after == 1.0


async def test_a_cut_line_is_tried_again_and_nobody_listening_had_no_effect(
    feishu: ScriptedFeishu, api: FeishuApi
) -> None:
    feishu.script = [Say(hang_up=True)]
    with pytest.raises(SendFailed) as cut:
        await api.send("oc_1", "text", "{}", "u1")
    assert (cut.value.permanent, cut.value.no_effect) == (False, False)
    await feishu.stop()
    async with session() as pooled:
        with pytest.raises(SendFailed) as silent:
            await FeishuApi(feishu.url, APP, SECRET, lambda: pooled).send("oc_1", "text", "{}", "u1")
    assert (silent.value.permanent, silent.value.no_effect) == (False, True)


async def test_no_secret_and_no_token_is_ever_told(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    told: list[str] = []
    with structlog.testing.capture_logs() as logs:
        feishu.token_script = [error(10015, f"app secret invalid: {SECRET}")]
        for say in (None, error(99991663, "token"), Say(hang_up=True), error(230099, "card")):
            feishu.script = [say] if say else []
            try:
                await api.send("oc_1", "text", "{}", "u1")
            except SendFailed as failure:
                told += [str(failure), repr(failure.__cause__)]
    everything = " ".join(told) + json.dumps(logs, default=str)
    assert "App Secret 不对" in everything
    assert SECRET not in everything
    assert "t-1" not in everything
    assert "t-2" not in everything


async def test_uploads(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    feishu.good_tokens = {"t-2"}  # a form can be sent once only, and the token is refused in the middle
    assert await api.upload_image(PNG) == "img_1"
    assert PNG in feishu.asked[-1].raw
    assert b'name="image_type"\r\n\r\nmessage' in feishu.asked[-1].raw
    assert await api.upload_file("送货单 3.pdf", "pdf", b"%PDF-1.7") == "file_1"
    assert "送货单 3.pdf".encode() in feishu.asked[-1].raw


async def test_a_download_is_bytes_and_an_error_is_json(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    feishu.script = [
        Say(raw=PNG, headers={"Content-Type": "image/png"}),
        error(234043, "Unsupported message type"),
        Say({"code": 234003, "msg": "File not in msg."}, 200),
        Say(raw=b'{"a": 1}', headers={"Content-Type": "application/json", "Content-Disposition": "attachment"}),
        Say(raw=b"x" * 2000, headers={"Content-Type": "application/octet-stream"}),
    ]
    assert await api.download("om_1", "img_v3_k", "image", 1000) == PNG
    assert feishu.asked[-1].path == "/open-apis/im/v1/messages/om_1/resources/img_v3_k"
    assert feishu.asked[-1].query == {"type": "image"}
    with pytest.raises(ResourceRefused, match="单独发给我") as caught:
        await api.download("om_1", "k", "image", 1000)
    assert caught.value.permanent
    with pytest.raises(ResourceRefused, match="直接发给我"):
        await api.download("om_1", "k", "file", 1000)
    assert await api.download("om_1", "k", "file", 1000) == b'{"a": 1}'
    with pytest.raises(ResourceRefused, match="收不下"):
        await api.download("om_1", "k", "file", 1000)


async def test_a_download_with_a_revoked_token(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    feishu.good_tokens = {"t-2"}
    feishu.script = [Say(raw=PNG, headers={"Content-Type": "image/png"})]
    assert await api.download("om_1", "k", "image", 1000) == PNG


async def test_who_is_who(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    feishu.script = [
        Say({"code": 0, "bot": {"open_id": "ou_bot"}}),
        Say({"code": 0, "data": {"user": {"name": "李雷"}}}),
        Say({"code": 0, "data": {"user": {}}}),
    ]
    assert await api.bot_open_id() == "ou_bot"
    assert await api.user_name("ou_li") == "李雷"
    assert await api.user_name("ou_li") == ""


async def test_half_a_character_in_an_answer_can_be_stored(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    feishu.script = [
        Say({"code": 0, "data": {"message_id": "om_\ud800"}}),
        Say({"code": 0, "bot": {"open_id": "ou_\udfff"}}),
    ]
    assert (await api.send("oc_1", "text", "{}", "u1")).encode() == "om_\ufffd".encode()
    assert (await api.bot_open_id()).encode() == "ou_\ufffd".encode()


async def test_ids_cannot_leave_their_place_in_the_address(feishu: ScriptedFeishu, api: FeishuApi) -> None:
    await api.change_card("../../auth?x=1#", "{}")
    assert feishu.asked[0].path == "/open-apis/im/v1/messages/../../auth?x=1#"  # as one part, decoded by the server
    assert feishu.asked[0].query == {}
