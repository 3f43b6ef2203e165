"""wechatpy, which nobody here wrote, the other way round: its crypto plays WeCom towards the service's real callback,
and its client moves files on our simulated API."""

from __future__ import annotations

import asyncio
import importlib
import io
import time
from pathlib import Path
from typing import Any

import aiohttp

from bot.simulator.feishu import FeishuSim
from bot.simulator.parts import Pace
from bot.simulator.server import Simulator
from bot.simulator.wecom import WecomConfig, WecomSim
from tests.support.peer_service import running

ODD_TEXT = "要 M6*30 五盒 & <b>急</b> ]]> 谢谢🙏"
JPEG = b"\xff\xd8\xff" + bytes(range(200))


def sealed(config: WecomConfig, text: str, msg_id: str = "1", **wrong: str) -> tuple[dict[str, str], bytes]:
    """Query and body of one delivery, made with wechatpy and xmltodict alone."""
    xmltodict: Any = importlib.import_module("xmltodict")
    crypto_type: Any = importlib.import_module("wechatpy.enterprise.crypto").WeChatCrypto
    told = {"token": config.token, "key": config.aes_key, "corp": config.corp_id} | wrong
    crypto = crypto_type(told["token"], told["key"], told["corp"])
    fields = {"ToUserName": config.corp_id, "FromUserName": "LiNa", "CreateTime": "1790000000", "MsgType": "text"}
    fields |= {"Content": text, "MsgId": msg_id, "AgentID": config.agent_id}
    inner = xmltodict.unparse({"xml": fields}, full_document=False)
    outer = xmltodict.parse(crypto.encrypt_message(inner, "nonce1", str(int(time.time()))))["xml"]
    query = {"msg_signature": outer["MsgSignature"], "timestamp": outer["TimeStamp"], "nonce": outer["Nonce"]}
    body = xmltodict.unparse({"xml": {"ToUserName": told["corp"], "Encrypt": outer["Encrypt"]}}, full_document=False)
    return query, body.encode()


async def test_the_service_takes_what_it_seals_once_and_nothing_that_was_changed(tmp_path: Path) -> None:
    async with running(tmp_path) as danju, aiohttp.ClientSession() as session:
        config = danju.wecom.config

        async def post(query: dict[str, str], body: bytes) -> int:
            async with session.post(danju.wecom_url, params=query, data=body) as answer:
                assert await answer.read() == b""
                return answer.status

        good = sealed(config, ODD_TEXT)
        assert await post(*good) == 200
        assert await post(*good) == 200
        assert await post(*sealed(config, ODD_TEXT)) == 200  # the same message sealed anew
        for length in range(32):  # every padding
            assert await post(*sealed(config, "x" * length, str(100 + length))) == 200
        taken = await danju.inbox("wecom")
        assert taken == [f"wecom:{config.agent_id}:{number}" for number in (1, *range(100, 132))]

        query, body = sealed(config, "改", "2")
        at = body.index(b"<Encrypt>") + 40
        for wrong_query, wrong_body in (
            (query | {"timestamp": "1"}, body),
            (query | {"nonce": "other"}, body),
            (query | {"msg_signature": "0" * 40}, body),
            (query, body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]),
            (query, body[:-20]),
            (query, b""),
            sealed(config, "改", "2", token="guessed"),
            sealed(config, "改", "2", key=WecomConfig().aes_key),
            sealed(config, "改", "2", corp="ww0000000000000000"),
        ):
            assert await post(wrong_query, wrong_body) == 403
        assert await danju.inbox("wecom") == taken
        assert await post(query, body) == 200
        await danju.rest()


async def test_its_client_moves_files_and_reads_our_errors() -> None:
    sim = WecomSim(users={"LiNa": "李娜"}, pace=Pace(limits=False))
    simulator = Simulator(FeishuSim(), sim)
    base = f"{await simulator.start()}/cgi-bin/"
    enterprise: Any = importlib.import_module("wechatpy.enterprise")
    failure: Any = importlib.import_module("wechatpy.exceptions").WeChatClientException

    class Moved(enterprise.WeChatClient):  # type: ignore[misc]
        API_BASE_URL = base

        def fetch_access_token(self) -> Any:  # wechatpy writes the host of this one call into its code
            query = {"corpid": self.corp_id, "corpsecret": self.secret}
            return self._fetch_access_token(url=f"{base}gettoken", params=query)

    def work() -> dict[str, Any]:
        client = Moved(sim.config.corp_id, sim.config.secret)
        found: dict[str, Any] = {}
        stored = client.media.upload("image", ("单.jpg", io.BytesIO(JPEG), "image/jpeg"))
        # media.download() has the platform's host written into it; this is what it does otherwise
        found["back"] = client.get("media/get", params={"media_id": stored["media_id"]}).content
        client.message.send_image(int(sim.config.agent_id), ["LiNa"], stored["media_id"])
        try:
            client.user.get("Nobody")
        except failure as error:
            found["nobody"] = error.errcode
        try:
            client.message.send_image(int(sim.config.agent_id), ["LiNa"], "no-such-media")
        except failure as error:
            found["media"] = error.errcode
        try:
            Moved(sim.config.corp_id, "guessed").user.get("LiNa")
        except failure as error:
            found["secret"] = error.errcode
        return found

    try:
        found = await asyncio.to_thread(work)
    finally:
        await simulator.stop()
    assert found == {"back": JPEG, "nobody": 60111, "media": 40007, "secret": 40001}
    assert [message.kind for message in sim.shown.of_chat("LiNa")] == ["image"]
