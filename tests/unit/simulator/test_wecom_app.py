"""The simulated app does what the platform's pages say, and nothing kinder."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.simulator.faults import Faults, Profile
from bot.simulator.parts import Pace
from bot.simulator.wecom import WecomConfig, WecomSim

USERS = {"ZhangWei": "张伟", "LiNa": "李娜"}


class Danju:
    """Stands where the service stands: counts deliveries, answers as told."""

    def __init__(self, sim: WecomSim) -> None:
        self.sim = sim
        self.deliveries: list[tuple[dict[str, str], str]] = []
        self.status = 200
        self.answer = b""
        self.hang = 0.0

    async def handle(self, request: web.Request) -> web.Response:
        self.deliveries.append((dict(request.query), await request.text()))
        if self.hang:
            await asyncio.sleep(self.hang)
        return web.Response(status=self.status, body=self.answer)


class Firm:
    def __init__(self, deadline: float = 5.0, **options: Any) -> None:
        config = WecomConfig(webhooks={"仓库群": "hook-1"}, deadline_seconds=deadline)
        self.sim = WecomSim(config, users=USERS, **options)
        self.danju = Danju(self.sim)

    async def __aenter__(self) -> Firm:
        app = web.Application()
        app.add_routes(self.sim.routes())
        app.router.add_route("*", "/wecom/callback", self.danju.handle)
        self.server = TestServer(app)
        await self.server.start_server()
        self.http = aiohttp.ClientSession(self.server.make_url("/"))
        self.sim.config.callback_url = str(self.server.make_url("/wecom/callback"))
        await self.sim.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.sim.stop()
        await self.http.close()
        await self.server.close()

    async def token(self) -> str:
        query = {"corpid": self.sim.config.corp_id, "corpsecret": self.sim.config.secret}
        async with self.http.get("/cgi-bin/gettoken", params=query) as answer:
            return str((await answer.json())["access_token"])

    async def call(self, path: str, body: dict[str, Any], token: str | None = None) -> dict[str, Any]:
        query = {"access_token": await self.token() if token is None else token}
        data = json.dumps(body, ensure_ascii=False).encode()
        async with self.http.post(f"/cgi-bin/{path}", params=query, data=data) as answer:
            assert answer.status == 200
            return dict(await answer.json())

    async def text(self, content: str = "库存不足", **more: Any) -> dict[str, Any]:
        body = {"touser": "ZhangWei", "agentid": 1000002, "msgtype": "text", "text": {"content": content}, **more}
        return await self.call("message/send", body)

    async def card(self, card: dict[str, Any], touser: str = "ZhangWei") -> dict[str, Any]:
        body = {"touser": touser, "agentid": 1000002, "msgtype": "template_card", "template_card": card}
        return await self.call("message/send", body)

    async def settled(self) -> None:
        await self.sim.settled()


def order_card(task_id: str = "task-1", **more: Any) -> dict[str, Any]:
    return {
        "card_type": "button_interaction",
        "task_id": task_id,
        "main_title": {"title": "销售单 草稿3", "desc": "请核对"},
        "horizontal_content_list": [{"keyname": "客户", "value": "远山五金"}],
        "button_selection": {
            "question_key": "line2",
            "title": "第2行是哪种",
            "option_list": [{"id": "p7", "text": "M6*30"}, {"id": "p8", "text": "M6*35"}],
        },
        "button_list": [{"text": "确认", "style": 1, "key": "tok-ok"}, {"text": "作废", "style": 3, "key": "tok-no"}],
        **more,
    }


# ---------------------------------------------------------------- tokens


async def test_a_dead_token_is_told_by_both_codes_in_turn() -> None:
    async with Firm() as firm:
        token = await firm.token()
        assert token == await firm.token()
        firm.sim.desk.tokens.revoke()
        codes = [(await firm.call("message/send", {}, token))["errcode"] for _ in range(4)]
        assert codes == [42001, 40014, 42001, 40014]
        assert (await firm.text())["errcode"] == 0


async def test_tokens_live_their_time() -> None:
    async with Firm(pace=Pace(speed=7200 / 0.05)) as firm:
        token = await firm.token()
        await asyncio.sleep(0.06)
        assert (await firm.call("message/send", {}, token))["errcode"] in (42001, 40014)


async def test_wrong_credentials() -> None:
    async with Firm() as firm:
        for corp, secret, code in ((firm.sim.config.corp_id, "no", 40001), ("ww0", firm.sim.config.secret, 40013)):
            query = {"corpid": corp, "corpsecret": secret}
            async with firm.http.get("/cgi-bin/gettoken", params=query) as answer:
                assert (await answer.json())["errcode"] == code
        assert (await firm.call("message/send", {}, ""))["errcode"] == 41001
        assert (await firm.call("message/send", {}, "made-up"))["errcode"] == 40014


async def test_an_untrusted_address_is_named() -> None:
    async with Firm() as firm:
        firm.sim.desk.untrusted_ip = "203.0.113.7"
        answer = await firm.text()
        assert answer["errcode"] == 60020
        assert "203.0.113.7" in answer["errmsg"]


# ---------------------------------------------------------------- sending


async def test_a_text_is_cut_at_2048_bytes_without_a_word() -> None:
    async with Firm() as firm:
        answer = await firm.text("单" * 1000)
        assert answer["errcode"] == 0
        shown = firm.sim.shown.messages[answer["msgid"]]
        assert shown.body == "单" * 682
        assert (shown.chat, shown.sender) == ("ZhangWei", "bot")


async def test_an_equal_body_is_swallowed_inside_the_interval_only() -> None:
    async with Firm(pace=Pace(speed=1800 / 0.2)) as firm:
        check = {"enable_duplicate_check": 1, "duplicate_check_interval": 1800}
        first = await firm.text("三点出库", **check)
        again = await firm.text("三点出库", **check)
        assert (again["errcode"], again["msgid"]) == (0, first["msgid"])
        assert [m.hidden_repeats for m in firm.sim.shown.of_chat("ZhangWei")] == [1]
        await firm.text("三点出库（15:01）", **check)
        assert len(firm.sim.shown.of_chat("ZhangWei")) == 2
        await asyncio.sleep(0.25)
        await firm.text("三点出库", **check)
        assert len(firm.sim.shown.of_chat("ZhangWei")) == 3


async def test_who_cannot_be_reached_is_named_in_small_letters() -> None:
    async with Firm() as firm:
        some = await firm.text(touser="ZhangWei|WangWu")
        assert (some["errcode"], some["invaliduser"]) == (0, "wangwu")
        none = await firm.text(touser="WangWu")
        assert none["errcode"] == 81013


async def test_the_thirty_first_message_in_a_minute_vanishes() -> None:
    async with Firm() as firm:
        answers = [await firm.text(f"第{number}条") for number in range(31)]
        assert {answer["errcode"] for answer in answers} == {0}
        assert len(firm.sim.shown.of_chat("ZhangWei")) == 30
        assert firm.sim.sending.dropped == [("ZhangWei", "第30条")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"main_title": {"desc": "没有标题"}}, 41016),
        ({"button_list": []}, 40058),
        ({"button_list": [{"text": "好", "key": str(n)} for n in range(7)]}, 40058),
        ({"button_list": [{"text": "好", "key": "k"}, {"text": "不", "key": "k"}]}, 40058),
        ({"button_list": [{"text": "好", "key": "键" * 342}]}, 40058),
        ({"task_id": "任务"}, 40058),
        ({"task_id": None}, 40058),
        ({"horizontal_content_list": [{"keyname": "行", "value": "1"}] * 7}, 40058),
        (
            {
                "button_selection": {
                    "question_key": "q",
                    "option_list": [{"id": str(n), "text": "x"} for n in range(11)],
                }
            },
            40058,
        ),
        ({"card_type": "form"}, 40058),
    ],
)
async def test_cards_are_refused_as_documented(change: dict[str, Any], code: int) -> None:
    async with Firm() as firm:
        assert (await firm.card(order_card(**change)))["errcode"] == code
        assert firm.sim.shown.messages == {}


async def test_a_task_id_serves_once_and_cards_need_a_callback() -> None:
    async with Firm() as firm:
        assert (await firm.card(order_card()))["errcode"] == 0
        assert (await firm.card(order_card()))["errcode"] != 0
        firm.sim.config.callback_url = ""
        assert (await firm.card(order_card("task-2")))["errcode"] == 43012


async def test_a_card_that_only_tells_brings_no_code() -> None:
    async with Firm() as firm:
        link = {"type": 1, "url": "https://danju.example/d/1"}
        notice = {"card_type": "text_notice", "task_id": "t", "main_title": {"title": "日报"}, "card_action": link}
        assert "response_code" not in await firm.card(notice)
        menu = {"desc": "更多", "action_list": [{"text": "知道了", "key": "seen"}]}
        assert "response_code" in await firm.card({**notice, "task_id": "t2", "action_menu": menu})
        assert (await firm.sim.click("ZhangWei", "t2", "seen")).error == ""
        assert firm.sim.wire.exchanges[-1].event["Event"] == "template_card_menu_event"


# ---------------------------------------------------------------- card updates


async def test_a_response_code_updates_once_for_named_people_or_all() -> None:
    async with Firm() as firm:
        sent = await firm.card(order_card(), "ZhangWei|LiNa")
        update = {
            "agentid": 1000002,
            "response_code": sent["response_code"],
            "userids": ["LiNa"],
            "button": {"replace_name": "已确认"},
        }
        assert (await firm.call("message/update_template_card", update))["errcode"] == 0
        assert firm.sim.shown.messages["task-1|LiNa"].body["replace_text"] == "已确认"
        assert "replace_text" not in firm.sim.shown.messages["task-1|ZhangWei"].body
        assert (await firm.call("message/update_template_card", update))["errcode"] != 0

        await firm.sim.click("ZhangWei", "task-1", "tok-ok", {"line2": "p8"})
        event = firm.sim.wire.exchanges[-1].event
        assert event["SelectedItems"]["SelectedItem"] == [{"QuestionKey": "line2", "OptionIds": {"OptionId": ["p8"]}}]
        everyone = {
            "agentid": 1000002,
            "response_code": event["ResponseCode"],
            "atall": 1,
            "template_card": order_card(main_title={"title": "已确认"}),
        }
        assert (await firm.call("message/update_template_card", everyone))["errcode"] == 0
        bodies = [message.body["main_title"]["title"] for message in firm.sim.shown.messages.values()]
        assert bodies == ["已确认", "已确认"]
        assert len(firm.sim.shown.messages["task-1|LiNa"].versions) == 3


# ---------------------------------------------------------------- deliveries


async def test_a_text_is_delivered_once_when_it_is_acknowledged() -> None:
    async with Firm() as firm:
        ref = await firm.sim.say("LiNa", "远山要 M6*30 五盒")
        await firm.settled()
        assert len(firm.danju.deliveries) == 1
        assert firm.sim.acknowledged() == {f"wecom:1000002:{ref}"}


@pytest.mark.parametrize("trouble", ["status", "hang", "refused"])
async def test_three_deliveries_of_the_same_bytes_then_lost(trouble: str) -> None:
    async with Firm(0.05, pace=Pace(speed=100)) as firm:
        firm.danju.status = 503 if trouble == "status" else 200
        firm.danju.hang = 0.2 if trouble == "hang" else 0.0
        if trouble == "refused":
            firm.sim.config.callback_url = "http://127.0.0.1:9/"
        ref = await firm.sim.say("LiNa", "在吗")
        await firm.settled()
        assert len(firm.danju.deliveries) == (0 if trouble == "refused" else 3)
        assert len({str(delivery) for delivery in firm.danju.deliveries}) <= 1
        assert firm.sim.lost == [f"wecom:1000002:{ref}"]
        assert firm.sim.acknowledged() == set()


async def test_what_one_person_sends_arrives_in_order() -> None:
    async with Firm() as firm:
        sent = [await firm.sim.say("LiNa", str(number)) for number in range(20)]
        await firm.settled()
        events = [exchange.event["MsgId"] for exchange in firm.sim.wire.exchanges if exchange.direction == "in"]
        assert [str(event) for event in events] == sent


async def test_duplicates_are_delivered_by_the_seed() -> None:
    async with Firm(faults=Faults(1, Profile(duplicate=1.0))) as firm:
        await firm.sim.say("LiNa", "在吗")
        await firm.settled()
        assert len(firm.danju.deliveries) == 2
        assert len({query["nonce"] for query, _body in firm.danju.deliveries}) == 2


async def test_a_call_may_take_effect_without_an_answer() -> None:
    async with Firm() as firm:
        token = await firm.token()
        firm.sim.faults.profile = Profile(timeout_after_effect=1.0)
        body = {"touser": "LiNa", "agentid": 1000002, "msgtype": "text", "text": {"content": "到货"}}
        with pytest.raises(aiohttp.ClientError):
            await firm.call("message/send", body, token)
        assert [message.body for message in firm.sim.shown.of_chat("LiNa")] == ["到货"]
        firm.sim.faults.profile = Profile(too_many=1.0)
        assert (await firm.call("message/send", body, token))["errcode"] == 45009
        assert len(firm.sim.shown.of_chat("LiNa")) == 1


# ---------------------------------------------------------------- clicks


async def test_what_is_not_on_the_card_cannot_be_tapped() -> None:
    async with Firm() as firm:
        await firm.card(order_card())
        click = firm.sim.click
        assert (await click("ZhangWei", "task-1", "tok-forged")).error
        assert (await click("LiNa", "task-1", "tok-ok")).error
        assert (await click("ZhangWei", "task-1", "tok-ok", {"line2": "p9"})).error
        assert (await click("ZhangWei", "task-1", "tok-ok", {"line3": "p7"})).error
        assert firm.danju.deliveries == []
        assert (await click("ZhangWei", "task-1", "tok-ok")).error == ""
        event = firm.sim.wire.exchanges[-1].event
        assert event["SelectedItems"]["SelectedItem"][0]["OptionIds"]["OptionId"] == ["p7"]


# ---------------------------------------------------------------- group webhooks


async def test_a_group_takes_twenty_a_minute_and_no_buttons() -> None:
    async with Firm() as firm:

        async def send(body: dict[str, Any], key: str = "hook-1") -> int:
            async with firm.http.post("/cgi-bin/webhook/send", params={"key": key}, json=body) as answer:
                return int((await answer.json())["errcode"])

        hello = {"msgtype": "markdown", "markdown": {"content": "今日到货 3 单"}}
        assert await send(hello, "wrong") == 93000
        assert await send({"msgtype": "template_card", "template_card": order_card()}) == 40058
        assert [await send(hello) for _ in range(21)] == [0] * 20 + [45009]
        assert len(firm.sim.shown.of_chat("仓库群")) == 20
        assert "hook-1" not in str(firm.sim.wire.exchanges)


# ---------------------------------------------------------------- people, files, the saved address


async def test_who_leaves_the_firm_is_told_and_cannot_be_reached() -> None:
    async with Firm() as firm:
        outcome = await firm.sim.change_contact("delete_user", "LiNa")
        assert outcome.acknowledged
        event = firm.sim.wire.exchanges[-1].event
        assert (event["FromUserName"], event["ChangeType"], event["UserID"]) == ("sys", "delete_user", "LiNa")
        assert (await firm.text(touser="LiNa"))["errcode"] == 81013


async def test_files_go_up_and_down() -> None:
    async with Firm() as firm:
        token = await firm.token()
        form = aiohttp.FormData(quote_fields=False)  # else the name arrives as %E5%AF…, and is shown so
        form.add_field("media", b"x" * 100, filename="对账单.pdf", content_type="application/pdf")
        query = {"access_token": token, "type": "file"}
        async with firm.http.post("/cgi-bin/media/upload", params=query, data=form) as answer:
            media_id = (await answer.json())["media_id"]
        body = {"touser": "LiNa", "agentid": 1000002, "msgtype": "file", "file": {"media_id": media_id}}
        assert (await firm.call("message/send", body))["errcode"] == 0
        assert firm.sim.shown.of_chat("LiNa")[0].body["name"] == "对账单.pdf"

        query = {"access_token": token, "media_id": media_id}
        async with firm.http.get("/cgi-bin/media/get", params=query, headers={"Range": "bytes=10-19"}) as part:
            assert (part.status, part.headers["Content-Range"], await part.read()) == (
                206,
                "bytes 10-19/100",
                b"x" * 10,
            )
        firm.sim.media.expire(media_id)
        async with firm.http.get("/cgi-bin/media/get", params=query) as gone:
            assert (gone.status, (await gone.json())["errcode"]) == (200, 40007)
        assert (await firm.call("message/send", body))["errcode"] == 40007


async def test_what_users_send_can_be_fetched() -> None:
    async with Firm() as firm:
        picture = b"\x89PNG\r\n\x1a\n" + bytes(50)
        await firm.token()  # so that the platform knows by which address it is reached
        await firm.sim.send_file("LiNa", "发票.png", picture)
        await firm.settled()
        event = firm.sim.wire.exchanges[-1].event
        query = {"access_token": await firm.token(), "media_id": event["MediaId"]}
        async with firm.http.get("/cgi-bin/media/get", params=query) as answer:
            assert (answer.content_type, await answer.read()) == ("image/png", picture)
        async with firm.http.get(event["PicUrl"]) as answer:
            assert await answer.read() == picture
        firm.sim.config.delivers_files = False
        await firm.sim.send_file("LiNa", "报价.xlsx", b"PK" + bytes(50))
        assert firm.sim.pending() == 0


async def test_the_address_is_saved_only_if_it_answers_the_bare_text() -> None:
    async with Firm() as firm:
        firm.danju.answer = b'"1234"'
        assert await firm.sim.verify_callback() == "openapi回调地址请求不通过"


async def test_a_recalled_message_is_marked() -> None:
    async with Firm() as firm:
        sent = await firm.text()
        assert (await firm.call("message/recall", {"msgid": sent["msgid"]}))["errcode"] == 0
        assert firm.sim.shown.messages[sent["msgid"]].recalled
        assert (await firm.call("message/recall", {"msgid": "x"}))["errcode"] != 0


async def test_names_of_members() -> None:
    async with Firm() as firm:
        query = {"access_token": await firm.token(), "userid": "zhangwei"}
        async with firm.http.get("/cgi-bin/user/get", params=query) as answer:
            assert (await answer.json())["name"] == "张伟"
        query["userid"] = "nobody"
        async with firm.http.get("/cgi-bin/user/get", params=query) as answer:
            assert (await answer.json())["errcode"] == 60111


async def test_a_video_brings_its_thumbnail() -> None:
    async with Firm() as firm:
        await firm.sim.send_file("LiNa", "仓库.mp4", b"....ftypmp42")
        await firm.settled()
        event = firm.sim.wire.exchanges[-1].event
        assert event["MsgType"] == "video"
        assert firm.sim.media.get(event["ThumbMediaId"]) is not None


async def test_a_response_code_dies_after_72_hours() -> None:
    async with Firm() as firm:
        code = (await firm.card(order_card()))["response_code"]
        firm.sim.sending.codes[code].born -= 72 * 3600 + 1
        update = {"agentid": 1000002, "response_code": code, "atall": 1, "button": {"replace_name": "已确认"}}
        assert (await firm.call("message/update_template_card", update))["errcode"] == 40058


async def test_a_file_for_a_group() -> None:
    async with Firm() as firm:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("media", b"x" * 100, filename="日报.pdf")
        async with firm.http.post(
            "/cgi-bin/webhook/upload_media", params={"key": "hook-1", "type": "file"}, data=form
        ) as answer:
            media_id = (await answer.json())["media_id"]
        body = {"msgtype": "file", "file": {"media_id": media_id}}
        async with firm.http.post("/cgi-bin/webhook/send", params={"key": "hook-1"}, json=body) as answer:
            assert (await answer.json())["errcode"] == 0
        assert firm.sim.shown.of_chat("仓库群")[0].body["name"] == "日报.pdf"


async def test_members_and_addresses() -> None:
    async with Firm() as firm:
        query = {"access_token": await firm.token(), "department_id": "1"}
        async with firm.http.get("/cgi-bin/user/simplelist", params=query) as answer:
            assert [member["name"] for member in (await answer.json())["userlist"]] == list(USERS.values())
        async with firm.http.get("/cgi-bin/getcallbackip", params=query) as answer:
            assert (await answer.json())["ip_list"] == ["127.0.0.1"]


async def test_no_secret_is_in_the_log() -> None:
    async with Firm() as firm:
        token = await firm.token()
        await firm.text()
        logged = str(firm.sim.wire.exchanges)
        assert len(firm.sim.wire.exchanges) == 3
        for secret in (token, firm.sim.config.secret, firm.sim.config.token, firm.sim.config.aes_key):
            assert secret not in logged
