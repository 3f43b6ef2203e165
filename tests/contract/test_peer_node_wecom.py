"""@wecom/crypto, which nobody here wrote: as the platform on the service's real callback, and as the receiver of what
our simulated platform sends. The vendor's client of intelligent bots is in test_peer_node_aibot.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.simulator.feishu import FeishuSim
from bot.simulator.parts import Pace
from bot.simulator.server import Simulator
from bot.simulator.wecom import WecomConfig, WecomSim, xml
from tests.support.line_peer import node
from tests.support.peer_service import running

pytestmark = pytest.mark.node

SCRIPT = "wecom_crypto.cjs"
ODD_TEXT = "要 M6*30 五盒 & <b>急</b> ]]> 谢谢🙏"


def message(config: WecomConfig, msg_id: str, text: str, **fields: Any) -> str:
    common = {"ToUserName": config.corp_id, "FromUserName": "LiNa", "CreateTime": 1_700_000_000, "MsgType": "text"}
    return xml.write(common | {"Content": text, "MsgId": msg_id, "AgentID": int(config.agent_id)} | fields)


async def test_the_service_answers_its_check_and_takes_its_messages_once(tmp_path: Path) -> None:
    async with running(tmp_path) as danju, node(SCRIPT) as peer:
        config = danju.wecom.config
        ours = {"url": danju.wecom_url, "token": config.token, "key": config.aes_key, "corp": config.corp_id}
        ours["agent"] = config.agent_id

        checked = await peer.ask("check", plain="1616140317555161061", **ours)
        assert checked == {"status": 200, "body": "1616140317555161061"}
        bare = await peer.ask("check", plain="7", raw=True, **ours)  # a plus sign that nobody escaped
        assert bare == {"status": 200, "body": "7"}
        assert (await peer.ask("check", plain="7", wrong=True, **ours))["status"] == 403
        assert (await peer.ask("check", plain="7", **ours | {"corp": "ww0000000000000000"}))["status"] == 403
        assert (await peer.ask("check", plain="7", **ours | {"token": "guessed"}))["status"] == 403

        async def post(msg_id: str, **wrong: Any) -> tuple[int, str]:
            told = ours | {"xml": message(config, msg_id, ODD_TEXT)} | wrong
            answer = await peer.ask("post", **told)
            return answer["status"], answer["body"]

        def key(msg_id: str) -> str:
            return f"wecom:{config.agent_id}:{msg_id}"

        assert await post("71") == (200, "")
        assert await post("71") == (200, "")  # three deliveries of one message
        assert await post("71", nonce="another") == (200, "")
        assert await danju.inbox("wecom") == [key("71")]

        foreign = WecomConfig(corp_id="ww0000000000000000", agent_id=config.agent_id)
        elsewhere = WecomConfig(corp_id=config.corp_id, agent_id="1000009")
        for wrong in (
            {"corp": foreign.corp_id},
            {"corp": foreign.corp_id, "to": config.corp_id},
            {"corp": ""},
            {"xml": message(foreign, "72", "外人")},
            {"xml": message(elsewhere, "72", "别的应用")},
            {"token": "guessed"},
            {"signature": "0" * 40},
            {"key": WecomConfig().aes_key},
        ):
            assert (await post("72", **wrong))[0] == 403, wrong
        assert await danju.inbox("wecom") == [key("71")]
        assert await post("72") == (200, "")
        assert await danju.inbox("wecom") == [key("71"), key("72")]
        await danju.rest()


async def test_it_opens_what_our_platform_sends_and_we_its_passive_replies() -> None:
    sim = WecomSim(users={"LiNa": "李娜"}, pace=Pace(limits=False))
    simulator = Simulator(FeishuSim(), sim)
    await simulator.start()
    try:
        async with node(SCRIPT) as peer:
            config = sim.config
            port = (await peer.ask("listen", token=config.token, key=config.aes_key))["port"]
            config.callback_url = f"http://127.0.0.1:{port}/cb"
            assert await sim.verify_callback() == ""

            ref = await sim.say("LiNa", ODD_TEXT)
            await sim.settled()
            heard = await peer.next("event", id=config.corp_id)
            inner = xml.read(heard["message"])
            assert (inner["Content"], inner["MsgId"], inner["FromUserName"]) == (ODD_TEXT, ref, "LiNa")
            await sim.send_file("LiNa", "发票.jpg", b"\xff\xd8\xff" + bytes(20))
            sim.send_event("LiNa", "subscribe")
            await sim.settled()
            kinds = [xml.read((await peer.next("event"))["message"])["MsgType"] for _ in range(2)]
            assert sorted(kinds) == ["event", "image"]
            assert sim.lost == []

            reply = {"ToUserName": "LiNa", "FromUserName": config.corp_id, "CreateTime": 1, "MsgType": "text"}
            await peer.ask("answer", xml=xml.write(reply | {"Content": ODD_TEXT}))
            await sim.say("LiNa", "在吗")
            await sim.settled()
            assert sim.shown.of_chat("LiNa")[-1].body == ODD_TEXT
            assert sim.courier.bad_replies == []
            assert peer.count("refused") == 0
    finally:
        await simulator.stop()
