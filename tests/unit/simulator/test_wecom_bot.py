"""The simulated gateway of the intelligent bot does what is known of the real one."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.simulator.faults import Faults, Profile
from bot.simulator.parts import Pace
from bot.simulator.wecom import BotConfig, BotSim

USERS = {"ZhangWei": "张伟", "LiNa": "李娜", "ChenJie": "陈洁"}


def card(task_id: str = "t-1", title: str = "销售单 草稿3") -> dict[str, Any]:
    return {
        "card_type": "button_interaction",
        "task_id": task_id,
        "main_title": {"title": title},
        "button_list": [{"text": "确认", "key": "ok"}],
    }


class Client:
    """A bare client: one socket, frames in order."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, sim: BotSim) -> None:
        self.socket, self.sim = socket, sim
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = itertools.count(1)
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type is WSMsgType.TEXT:
                frame = message.json()
                if "cmd" in frame:
                    self.events.put_nowait(frame)
                elif frame["headers"]["req_id"] in self.answers:
                    self.answers.pop(frame["headers"]["req_id"]).set_result(frame)

    async def ask(self, cmd: str, body: Any = None, req_id: str = "") -> dict[str, Any]:
        req_id = req_id or f"{cmd}-{next(self._numbers)}"
        self.answers[req_id] = asyncio.get_running_loop().create_future()
        frame = {"cmd": cmd, "headers": {"req_id": req_id}}
        await self.socket.send_json(frame if body is None else {**frame, "body": body})
        async with asyncio.timeout(5):
            return await self.answers[req_id] if req_id in self.answers else {}

    async def subscribe(self, secret: str = "") -> int:
        body = {"bot_id": self.sim.config.bot_id, "secret": secret or self.sim.config.secret}
        return int((await self.ask("aibot_subscribe", body))["errcode"])

    async def event(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            return await self.events.get()


class Firm:
    def __init__(self, config: BotConfig | None = None, **options: Any) -> None:
        self.sim = BotSim(config, users=USERS, **options)

    async def __aenter__(self) -> Firm:
        app = web.Application()
        app.add_routes(self.sim.routes())
        self.server = TestServer(app)
        await self.server.start_server()
        self.http = aiohttp.ClientSession()
        await self.sim.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.sim.stop()
        await self.http.close()
        await self.server.close()

    async def connect(self, *, subscribe: bool = True) -> Client:
        client = Client(await self.http.ws_connect(self.server.make_url("/aibot")), self.sim)
        if subscribe:
            assert await client.subscribe() == 0
        return client

    async def until(self, done: Any) -> None:
        async with asyncio.timeout(5):
            while not done():  # noqa: ASYNC110  # the simulator has no event for every state a test wants
                await asyncio.sleep(0.005)


# ---------------------------------------------------------------- subscription


async def test_a_bad_pair_is_refused_and_nothing_works_before() -> None:
    async with Firm() as firm:
        client = await firm.connect(subscribe=False)
        assert (await client.ask("ping"))["errcode"] == 0
        assert (await client.ask("aibot_send_msg", {}))["errcode"] == 846609
        assert await client.subscribe("wrong") == 853000
        assert await client.subscribe() == 0
        assert firm.sim.config.secret not in str(firm.sim.wire.exchanges)


async def test_a_subscription_may_need_a_moment() -> None:
    async with Firm(BotConfig(hesitant_seconds=0.1)) as firm:
        client = await firm.connect()
        body = {"chatid": "LiNa", "chat_type": 1, "msgtype": "markdown", "markdown": {"content": "到货"}}
        await firm.sim.say("LiNa", "在吗")
        assert (await client.ask("aibot_send_msg", body))["errcode"] == 846609
        await asyncio.sleep(0.12)
        assert (await client.ask("aibot_send_msg", body))["errcode"] == 0


async def test_a_new_subscription_evicts_the_old_one() -> None:
    async with Firm() as firm:
        old = await firm.connect()
        await firm.connect()
        event = await old.event()
        assert event["body"]["event"] == {"eventtype": "disconnected_event"}
        await old.reading
        assert old.socket.close_code == 1000
        assert await firm.sim.connections("count") == 1


# ---------------------------------------------------------------- messages


async def test_a_text_arrives_and_counts_as_acknowledged_when_it_was_read() -> None:
    async with Firm() as firm:
        client = await firm.connect()
        ref = await firm.sim.say("LiNa", "远山要 M6*30 五盒")
        frame = await client.event()
        assert frame["cmd"] == "aibot_msg_callback"
        body = frame["body"]
        assert (body["msgid"], body["chattype"], body["from"]) == (ref, "single", {"userid": "LiNa"})
        assert body["text"]["content"] == "远山要 M6*30 五盒"
        await firm.until(lambda: not firm.sim.pending())
        assert firm.sim.acknowledged() == {f"wecombot:{firm.sim.config.bot_id}:{ref}"}


async def test_only_what_names_the_bot_arrives_from_a_group() -> None:
    async with Firm() as firm:
        client = await firm.connect()
        group = firm.sim.add_group("仓库群", ["LiNa", "ChenJie"])
        await firm.sim.say("LiNa", "中午吃什么", group)
        await firm.sim.send_file("LiNa", "发票.jpg", b"x", group)
        ref = await firm.sim.say("LiNa", "@单据 M6*30 还有吗", group)
        frame = await client.event()
        assert (frame["body"]["msgid"], frame["body"]["chatid"]) == (ref, group)
        assert client.events.empty()
        assert len(firm.sim.shown.of_chat(group)) == 3
        with pytest.raises(ValueError, match="not a member"):
            await firm.sim.say("ZhangWei", "@单据 在吗", group)


async def test_a_file_is_encrypted_with_its_own_key_and_its_address_dies() -> None:
    async with Firm(pace=Pace(speed=300 / 0.2)) as firm:
        client = await firm.connect()
        data = b"%PDF-1.7 " + bytes(range(256))
        await firm.sim.send_file("LiNa", "对账单.pdf", data)
        part = (await client.event())["body"]["file"]
        key = base64.b64decode(part["aeskey"])
        async with firm.http.get(part["url"]) as answer:
            sealed = await answer.read()
        opener = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = opener.update(sealed) + opener.finalize()
        assert plain[: -plain[-1]] == data
        assert len(plain) % 32 == 0
        await asyncio.sleep(0.25)
        async with firm.http.get(part["url"]) as answer:
            assert answer.status == 403
        assert part["aeskey"] not in str(firm.sim.wire.exchanges)


async def test_quotes_voices_and_mixed_messages() -> None:
    async with Firm() as firm:
        client = await firm.connect()
        first = await firm.sim.say("LiNa", "远山要五盒")
        await firm.sim.say("LiNa", "改成六盒", quote=first)
        await firm.sim.send_voice("LiNa", "库存还有多少")
        await firm.sim.send_mixed("LiNa", "照这个下单", {"a.png": b"123456"})
        await client.event()
        assert (await client.event())["body"]["quote"] == {"msgtype": "text", "text": {"content": "远山要五盒"}}
        assert (await client.event())["body"]["voice"] == {"content": "库存还有多少"}
        items = (await client.event())["body"]["mixed"]["msg_item"]
        assert [item["msgtype"] for item in items] == ["text", "image"]
        assert items[1]["image"]["url"].startswith("http://")


async def test_what_is_said_while_nobody_is_connected_waits_a_little() -> None:
    async with Firm(pace=Pace(speed=100)) as firm:
        kept = await firm.sim.say("LiNa", "在吗")
        client = await firm.connect()
        assert (await client.event())["body"]["msgid"] == kept
        await firm.until(lambda: not firm.sim.pending())
        await firm.sim.connections("abort")
        await firm.until(lambda: not firm.sim.courier.connections)
        gone = await firm.sim.say("LiNa", "有人吗")
        await firm.until(lambda: not firm.sim.pending())
        assert firm.sim.lost == [f"wecombot:{firm.sim.config.bot_id}:{gone}"]
        late = await firm.connect()
        assert (await late.ask("ping"))["errcode"] == 0
        assert late.events.empty()


async def test_frames_come_twice_and_connections_are_cut_by_the_seed() -> None:
    async with Firm(faults=Faults(1, Profile(duplicate=1.0))) as firm:
        client = await firm.connect()
        await firm.sim.say("LiNa", "在吗")
        assert await client.event() == await client.event()
        firm.sim.faults.profile = Profile(drop_connection=1.0)
        ref = await firm.sim.say("LiNa", "还在吗")
        await client.reading
        again = await firm.connect()
        assert (await again.event())["body"]["msgid"] == ref


# ---------------------------------------------------------------- saying


async def test_nothing_is_sent_where_nobody_has_spoken() -> None:
    async with Firm() as firm:
        client = await firm.connect()
        body = {"chatid": "LiNa", "chat_type": 1, "msgtype": "markdown", "markdown": {"content": "到货 3 单"}}
        assert (await client.ask("aibot_send_msg", body))["errcode"] == 93006
        await firm.sim.say("LiNa", "在吗")
        assert (await client.ask("aibot_send_msg", body))["errcode"] == 0
        assert (await client.ask("aibot_send_msg", {**body, "chat_type": 2}))["errcode"] == 93006
        text = {"chatid": "LiNa", "msgtype": "text", "text": {"content": "到货"}}
        assert (await client.ask("aibot_send_msg", text))["errcode"] == 40008
        long = {**body, "markdown": {"content": "单" * 6827}}
        assert (await client.ask("aibot_send_msg", long))["errcode"] == 45002
        assert [message.body for message in firm.sim.shown.of_chat("LiNa")] == ["在吗", "到货 3 单"]


async def test_thirty_a_minute_and_conversation() -> None:
    async with Firm() as firm:
        client = await firm.connect()
        await firm.sim.say("LiNa", "在吗")
        reply = (await client.event())["headers"]["req_id"]
        body = {"msgtype": "markdown", "markdown": {"content": "在"}}
        codes = [(await client.ask("aibot_respond_msg", body, reply))["errcode"] for _ in range(31)]
        assert codes == [0] * 30 + [45009]


async def test_a_stream_is_one_message_shown_anew() -> None:
    async with Firm() as firm:
        client = await firm.connect()
        await firm.sim.say("LiNa", "库存")
        reply = (await client.event())["headers"]["req_id"]
        codes = []
        for content, finish in (("正在查", False), ("M6*30 有 12 盒", True), ("还有", True)):
            body = {"msgtype": "stream", "stream": {"id": "s1", "content": content, "finish": finish}}
            codes.append((await client.ask("aibot_respond_msg", body, reply))["errcode"])
        assert codes == [0, 0, 846608]
        shown = firm.sim.shown.of_chat("LiNa")[-1]
        assert shown.versions == ["正在查", "M6*30 有 12 盒"]


async def test_an_answer_needs_the_req_id_of_a_callback() -> None:
    async with Firm() as firm:
        client = await firm.connect()
        body = {"msgtype": "markdown", "markdown": {"content": "在"}}
        assert (await client.ask("aibot_respond_msg", body))["errcode"] == 846605


async def test_entering_is_welcomed_once() -> None:
    async with Firm() as firm:
        client = await firm.connect()
        await firm.sim.enter("LiNa")
        frame = await client.event()
        assert frame["body"]["event"] == {"eventtype": "enter_chat"}
        welcome = {"msgtype": "text", "text": {"content": "发订单给我就行"}}
        req_id = frame["headers"]["req_id"]
        assert (await client.ask("aibot_respond_welcome_msg", welcome, req_id))["errcode"] == 0
        assert (await client.ask("aibot_respond_welcome_msg", welcome, req_id))["errcode"] == 846605


async def test_other_events_and_videos() -> None:
    async with Firm() as firm:
        client = await firm.connect()
        firm.sim.send_event("LiNa", {"eventtype": "feedback_event", "feedback_event": {"id": "f", "type": 1}})
        assert (await client.event())["body"]["event"]["eventtype"] == "feedback_event"
        await firm.sim.send_file("LiNa", "仓库.mp4", b"....ftypmp42")
        assert (await client.event())["body"]["video"]["url"].startswith("http://")


# ---------------------------------------------------------------- clicks


async def group_with_card(firm: Firm, client: Client) -> str:
    group = firm.sim.add_group("仓库群", ["LiNa", "ChenJie"])
    await firm.sim.say("LiNa", "@单据 下单", group)
    await client.event()
    body = {"chatid": group, "chat_type": 2, "msgtype": "template_card", "template_card": card()}
    assert (await client.ask("aibot_send_msg", body))["errcode"] == 0
    return group


async def test_a_click_takes_one_update_for_everybody_or_for_some() -> None:
    async with Firm() as firm:
        client = await firm.connect()
        await group_with_card(firm, client)
        click = asyncio.create_task(firm.sim.click("LiNa", "t-1", "ok"))
        frame = await client.event()
        tap = frame["body"]["event"]["template_card_event"]
        assert (tap["event_key"], tap["task_id"], tap["card_type"]) == ("ok", "t-1", "button_interaction")
        update = {"response_type": "update_template_card", "template_card": card(title="已确认")}
        other = {**update, "template_card": card("t-2")}
        req_id = frame["headers"]["req_id"]
        assert (await client.ask("aibot_respond_update_msg", other, req_id))["errcode"] == 42014
        assert (await client.ask("aibot_respond_update_msg", update, req_id))["errcode"] == 0
        assert (await client.ask("aibot_respond_update_msg", update, req_id))["errcode"] == 846605
        assert (await click).card["main_title"]["title"] == "已确认"
        assert len(firm.sim.shown.messages["t-1"].versions) == 2

        click = asyncio.create_task(firm.sim.click("LiNa", "t-1", "ok"))
        req_id = (await client.event())["headers"]["req_id"]
        mine = {**update, "template_card": card(title="只给李娜"), "userids": ["LiNa"]}
        assert (await client.ask("aibot_respond_update_msg", mine, req_id))["errcode"] == 0
        assert (await click).card["main_title"]["title"] == "只给李娜"
        assert firm.sim.replies.seen("t-1", "ChenJie")["main_title"]["title"] == "已确认"


async def test_after_its_window_a_click_takes_nothing() -> None:
    async with Firm(BotConfig(click_seconds=0.05)) as firm:
        client = await firm.connect()
        await group_with_card(firm, client)
        answer = await firm.sim.click("LiNa", "t-1", "ok")
        assert answer.error
        req_id = (await client.event())["headers"]["req_id"]
        update = {"response_type": "update_template_card", "template_card": card(title="已确认")}
        assert (await client.ask("aibot_respond_update_msg", update, req_id))["errcode"] == 846605
        message = {"msgtype": "markdown", "markdown": {"content": "处理中"}}
        assert (await client.ask("aibot_respond_msg", message, req_id))["errcode"] == 846605
        assert (await firm.sim.click("ZhangWei", "t-1", "ok")).error == "this person has no such card"


# ---------------------------------------------------------------- uploads


@pytest.mark.parametrize("first", [0, 1])
async def test_pieces_make_a_file(first: int) -> None:
    async with Firm() as firm:
        client = await firm.connect()
        await firm.sim.say("LiNa", "在吗")
        data = bytes(range(256)) * 3000
        pieces = [data[at : at + 512 * 1024] for at in range(0, len(data), 512 * 1024)]
        init = {
            "type": "file",
            "filename": "对账单.pdf",
            "total_size": len(data),
            "total_chunks": len(pieces),
            "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
        }
        upload = (await client.ask("aibot_upload_media_init", init))["body"]["upload_id"]
        for index, piece in enumerate(pieces, first):
            body = {"upload_id": upload, "chunk_index": index, "base64_data": base64.b64encode(piece).decode()}
            assert (await client.ask("aibot_upload_media_chunk", body))["errcode"] == 0
        finish = await client.ask("aibot_upload_media_finish", {"upload_id": upload})
        media_id = finish["body"]["media_id"]
        assert firm.sim.media.get(media_id).data == data  # type: ignore[union-attr]
        body = {"chatid": "LiNa", "chat_type": 1, "msgtype": "file", "file": {"media_id": media_id}}
        assert (await client.ask("aibot_send_msg", body))["errcode"] == 0


async def test_uploads_are_checked() -> None:
    async with Firm() as firm:
        client = await firm.connect()
        init = {"type": "file", "filename": "a.bin", "total_size": 10, "total_chunks": 2}
        for change in ({"total_size": 21 * 1024 * 1024}, {"total_size": 3}, {"total_chunks": 101}, {"type": "zip"}):
            assert (await client.ask("aibot_upload_media_init", {**init, **change}))["errcode"] != 0
        wrong = await client.ask("aibot_upload_media_init", {**init, "total_chunks": 1, "md5": "0" * 32})
        upload = {"upload_id": wrong["body"]["upload_id"]}
        assert (await client.ask("aibot_upload_media_finish", upload))["errcode"] != 0
        piece = {**upload, "chunk_index": 0, "base64_data": base64.b64encode(b"0123456789").decode()}
        assert (await client.ask("aibot_upload_media_chunk", piece))["errcode"] == 0
        assert (await client.ask("aibot_upload_media_finish", upload))["errcode"] != 0


# ---------------------------------------------------------------- failures on demand


async def test_failures_on_demand() -> None:
    async with Firm() as firm:
        for code in (1000, 1001):
            client = await firm.connect()
            assert await firm.sim.connections("close", code) == 1
            await client.reading
            assert client.socket.close_code == code
        client = await firm.connect()
        await firm.sim.connections("abort")
        await client.reading
        await firm.sim.connections("refuse", 503)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await firm.connect()
        await firm.sim.connections("refuse", 853000)
        client = await firm.connect(subscribe=False)
        assert await client.subscribe() == 853000
        await firm.sim.connections("refuse", 0)
        assert await client.subscribe() == 0
        assert await firm.sim.connections("evict") == 1
        assert (await client.event())["body"]["event"]["eventtype"] == "disconnected_event"
        with pytest.raises(ValueError, match="do is one of"):
            await firm.sim.connections("explode")


async def test_a_silent_connection_hears_and_says_nothing_and_what_was_said_meanwhile_waits() -> None:
    async with Firm() as firm:
        client = await firm.connect()
        await firm.sim.connections("silent")
        await client.socket.send_json({"cmd": "ping", "headers": {"req_id": "p"}})
        ref = await firm.sim.say("LiNa", "在吗")
        again = await firm.connect()
        assert (await again.event())["body"]["msgid"] == ref
        assert client.events.empty()


async def test_a_command_may_take_effect_without_an_answer() -> None:
    async with Firm() as firm:
        client = await firm.connect()
        await firm.sim.say("LiNa", "在吗")
        await client.event()
        firm.sim.faults.profile = Profile(too_many=1.0)
        body = {"chatid": "LiNa", "chat_type": 1, "msgtype": "markdown", "markdown": {"content": "到货"}}
        assert (await client.ask("aibot_send_msg", body))["errcode"] == 45009
        firm.sim.faults.profile = Profile(timeout_after_effect=1.0)
        await client.socket.send_json({"cmd": "aibot_send_msg", "headers": {"req_id": "x"}, "body": body})
        await client.reading  # the connection went with the answer
        assert [message.body for message in firm.sim.shown.of_chat("LiNa")] == ["在吗", "到货"]
