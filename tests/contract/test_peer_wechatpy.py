"""wechatpy, which nobody here wrote, against the simulated WeCom: it reads our callbacks, and its client works on our
API. It decides whether the simulator speaks the protocol."""

from __future__ import annotations

import asyncio
import importlib
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.simulator.wecom import WecomConfig, WecomSim
from bot.simulator.wecom.crypto import CallbackCrypto

ODD_TEXT = "要 M6*30 五盒 & <b>急</b> ]]> 谢谢🙏"


def enterprise(name: str) -> Any:
    """A module of wechatpy.enterprise; it has no types."""
    return importlib.import_module(f"wechatpy.enterprise.{name}" if name else "wechatpy.enterprise")


def to_xml(tree: dict[str, Any]) -> str:
    return str(importlib.import_module("xmltodict").unparse({"xml": tree}, full_document=False))


class Reader:
    """An endpoint made of nothing but wechatpy."""

    def __init__(self, config: WecomConfig) -> None:
        self.crypto = enterprise("crypto").WeChatCrypto(config.token, config.aes_key, config.corp_id)
        self.messages: list[Any] = []
        self.reply: dict[str, Any] | None = None

    async def handle(self, request: web.Request) -> web.Response:
        query = request.query
        signed = query["msg_signature"], query["timestamp"], query["nonce"]
        if request.method == "GET":
            return web.Response(text=self.crypto.check_signature(*signed, query["echostr"]))
        plain = self.crypto.decrypt_message(await request.read(), *signed)
        message = enterprise("").parse_message(plain)
        self.messages.append(message)
        if self.reply is None:
            return web.Response()
        tree = {**self.reply, "ToUserName": message.source, "FromUserName": message.target, "CreateTime": "1700000000"}
        sealed = self.crypto.encrypt_message(to_xml(tree), "nonce1", "1700000000")
        return web.Response(text=sealed, content_type="application/xml")


@pytest.fixture
async def firm() -> AsyncIterator[tuple[WecomSim, Reader, str]]:
    sim = WecomSim(users={"LiNa": "李娜"})
    reader = Reader(sim.config)
    app = web.Application()
    app.add_routes(sim.routes())
    app.router.add_route("*", "/cb", reader.handle)
    server = TestServer(app)
    await server.start_server()
    sim.config.callback_url = str(server.make_url("/cb"))
    await sim.start()
    yield sim, reader, str(server.make_url("/cgi-bin/"))
    await sim.stop()
    await server.close()


def test_the_documented_vector() -> None:
    """The page 加解密方案说明: what it says is the signature, we compute."""
    crypto = CallbackCrypto("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")
    sealed = (
        "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/"
        "sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYu"
        "R+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallc"
        "rw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z"
        "1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
    )
    assert crypto.signature("1409659813", "1372623149", sealed) == "477715d11cdb4164915debcba66cb864d751f3e6"
    plain = crypto.decrypt(sealed)
    assert "hello" in plain
    assert "4561255354251345929" in plain


async def test_wechatpy_reads_texts_pictures_and_events(firm: tuple[WecomSim, Reader, str]) -> None:
    sim, reader, _base = firm
    ref = await sim.say("LiNa", ODD_TEXT)
    await sim.send_file("LiNa", "发票.jpg", b"\xff\xd8\xff" + bytes(20))
    sim.send_message(
        "LiNa", "location", {"Location_X": "31.2", "Location_Y": "121.4", "Scale": 15, "Label": "嘉定"}, ""
    )
    await sim.settled()
    text, picture, place = reader.messages
    assert (text.type, text.content, str(text.id), text.source) == ("text", ODD_TEXT, ref, "LiNa")
    assert (picture.type, place.type) == ("image", "location")
    assert sim.media.get(picture.media_id) is not None
    sim.send_event("LiNa", "subscribe")
    await sim.settled()
    assert reader.messages[-1].event == "subscribe"
    assert sim.lost == []


async def test_wechatpy_answers_the_check_of_the_address(firm: tuple[WecomSim, Reader, str]) -> None:
    sim, _reader, _base = firm
    assert await sim.verify_callback() == ""


async def test_wechatpy_replies_and_updates_the_card_of_who_clicked(firm: tuple[WecomSim, Reader, str]) -> None:
    sim, reader, base = firm
    card = {
        "card_type": "button_interaction",
        "task_id": "t-1",
        "main_title": {"title": "销售单"},
        "button_list": [{"text": "确认", "key": "ok"}],
    }
    body = {"touser": "LiNa", "agentid": 1000002, "msgtype": "template_card", "template_card": card}
    sent = await asyncio.to_thread(
        _client_call, base, sim.config, lambda client: client.post("message/send", data=body)
    )
    assert sent["response_code"]
    reader.reply = {
        "MsgType": "update_template_card",
        "TemplateCard": {
            "CardType": "text_notice",
            "MainTitle": {"Title": "已确认"},
            "HorizontalContentList": [{"KeyName": "客户", "Value": "远山"}, {"KeyName": "金额", "Value": "12.00"}],
            "CardAction": {"Type": "1", "Url": "https://danju.example/d/1"},
        },
    }
    answer = await sim.click("LiNa", "t-1", "ok")
    assert answer.error == ""
    assert answer.card["main_title"] == {"title": "已确认"}
    assert [row["keyname"] for row in answer.card["horizontal_content_list"]] == ["客户", "金额"]

    reader.reply = {"MsgType": "text", "Content": "收到"}
    await sim.say("LiNa", "在吗")
    await sim.settled()
    assert sim.shown.of_chat("LiNa")[-1].body == "收到"
    assert sim.courier.bad_replies == []


def _client_call(base: str, config: WecomConfig, call: Any) -> dict[str, Any]:
    class Moved(enterprise("").WeChatClient):  # type: ignore[misc]
        API_BASE_URL = base

        def fetch_access_token(self) -> Any:  # wechatpy writes the host of this one call into its code
            query = {"corpid": self.corp_id, "corpsecret": self.secret}
            return self._fetch_access_token(url=f"{base}gettoken", params=query)

    assert threading.current_thread() is not threading.main_thread()
    return dict(call(Moved(config.corp_id, config.secret)))


async def test_wechatpys_client_sends_and_renews_its_token(firm: tuple[WecomSim, Reader, str]) -> None:
    sim, _reader, base = firm

    def work(client: Any) -> dict[str, Any]:
        client.message.send_text(1000002, ["LiNa"], ODD_TEXT)
        sim.desk.tokens.revoke()
        client.message.send_markdown(1000002, ["LiNa"], "**到货** 3 单")  # with a dead token first
        name = client.user.get("LiNa")["name"]
        return {"name": name, "servers": client.misc.get_wechat_ips()}

    found = await asyncio.to_thread(_client_call, base, sim.config, work)
    assert found["name"] == "李娜"
    assert [message.body for message in sim.shown.of_chat("LiNa")] == [ODD_TEXT, "**到货** 3 单"]
    assert sim.desk.calls["/cgi-bin/gettoken"] == 2
