"""The simulated Feishu's events over HTTP: what goes out, when it goes out again, and what clicks get."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.simulator.faults import Faults, Profile
from bot.simulator.feishu import FeishuConfig, FeishuSim, taps
from bot.simulator.feishu.crypto import encrypt
from bot.simulator.parts import Pace
from bot.simulator.server import Simulator

LI = "ou_li"
Answer = Callable[[dict[str, Any]], Awaitable[web.Response]]


async def fine(_envelope: dict[str, Any]) -> web.Response:
    return web.json_response({})


def opened(encrypt_key: str, cipher: str) -> bytes:
    data = base64.b64decode(cipher)
    key = hashlib.sha256(encrypt_key.encode()).digest()
    decryptor = Cipher(algorithms.AES(key), modes.CBC(data[:16])).decryptor()
    padded = decryptor.update(data[16:]) + decryptor.finalize()
    return padded[: -padded[-1]]


class Receiver:
    """An endpoint that verifies by hand and answers as told."""

    def __init__(self, config: FeishuConfig) -> None:
        self.config = config
        self.got: list[dict[str, Any]] = []
        self.answer: Answer = fine
        self.change = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        raw = await request.read()
        headers = request.headers
        signed = "X-Lark-Signature" in headers
        if signed:
            start = headers["X-Lark-Request-Timestamp"] + headers["X-Lark-Request-Nonce"] + self.config.encrypt_key
            assert hashlib.sha256(start.encode() + raw).hexdigest() == headers["X-Lark-Signature"]
        body = json.loads(raw)
        assert raw == json.dumps(body, separators=(",", ":")).encode()
        envelope = json.loads(opened(self.config.encrypt_key, body["encrypt"]))
        if envelope.get("type") == "url_verification":
            assert not signed
            return web.json_response({"challenge": envelope["challenge"]})
        assert signed
        assert envelope["header"]["token"] == self.config.verification_token
        self.got.append(envelope)
        self.change.set()
        return await self.answer(envelope)

    def texts(self) -> list[str]:
        return [json.loads(one["event"]["message"]["content"])["text"] for one in self.got]

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.got) < count:
                self.change.clear()
                await self.change.wait()


class Stage:
    def __init__(self, sim: FeishuSim, receiver: Receiver) -> None:
        self.sim, self.receiver = sim, receiver

    async def quiet(self) -> None:
        async with asyncio.timeout(20):
            await self.sim.settled()

    def card(self, *elements: dict[str, Any]) -> str:
        """A card of the bot in Li's chat; returns its message id."""
        card = {"schema": "2.0", "config": {"update_multi": True}, "body": {"elements": list(elements)}}
        return self.sim.show_card(LI, card)


def button(token: str, name: str = "", **more: Any) -> dict[str, Any]:
    made = {
        "tag": "button",
        "text": {"tag": "plain_text", "content": "确认"},
        "behaviors": [{"type": "callback", "value": {"token": token}}],
        **more,
    }
    return made | ({"name": name} if name else {})


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    config = FeishuConfig(mode="webhook", deadline_seconds=0.5)
    receiver = Receiver(config)
    app = web.Application()
    app.router.add_post("/feishu/events", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    config.callback_url = f"http://127.0.0.1:{runner.addresses[0][1]}/feishu/events"
    sim = FeishuSim(config, users={LI: "李雷"}, pace=Pace(speed=1000.0))
    simulator = Simulator(sim)
    await simulator.start()
    yield Stage(sim, receiver)
    await simulator.stop()
    await runner.cleanup()


def test_the_documented_vector_is_met() -> None:
    cipher = "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="
    assert encrypt("test key", b"hello world", base64.b64decode(cipher)[:16]) == cipher


async def test_a_text_arrives_signed_encrypted_and_compact(stage: Stage) -> None:
    ref = await stage.sim.say(LI, "苹果 3 箱")
    await stage.quiet()
    event = stage.receiver.got[0]["event"]
    assert event["message"]["message_id"] == ref
    assert event["message"]["chat_type"] == "p2p"
    assert event["sender"]["sender_id"]["open_id"] == LI
    assert isinstance(event["message"]["create_time"], str)
    assert stage.sim.acknowledged() == {f"feishu:{stage.sim.config.app_id}:{ref}"}


async def test_the_challenge_is_encrypted_and_unsigned(stage: Stage) -> None:
    assert await stage.sim.webhook.challenge()


async def test_the_wire_log_has_the_request_the_decrypted_event_and_the_answer_but_no_token(stage: Stage) -> None:
    await stage.sim.say(LI, "苹果 3 箱")
    await stage.quiet()
    (exchange,) = stage.sim.wire.exchanges
    assert exchange.what == "callback im.message.receive_v1"
    assert exchange.event["event"]["message"]["chat_type"] == "p2p"
    assert exchange.request["body"].startswith('{"encrypt":"')
    assert (exchange.answer, exchange.status) == ({}, 200)
    stage.sim.config.encrypt_key = ""
    ref = stage.card(button("tok"))
    assert (await stage.sim.click(LI, ref, "tok")).error  # plain: this receiver wants it encrypted
    log = json.dumps([[one.request, one.event] for one in stage.sim.wire.exchanges])
    assert stage.sim.config.verification_token not in log
    assert '"tok"' in log


async def test_what_one_person_says_arrives_in_order(stage: Stage) -> None:
    said = [f"第{number}句" for number in range(30)]
    for text in said:
        await stage.sim.say(LI, text)
    await stage.quiet()
    assert stage.receiver.texts() == said


async def test_in_groups_only_what_names_the_bot_is_told(stage: Stage) -> None:
    sim = stage.sim
    group = sim.add_group("销售群", [LI, "ou_wang"])
    await sim.say(LI, "大家好", group)
    await sim.say(LI, "@单据 苹果 3 箱", group)
    await stage.quiet()
    (envelope,) = stage.receiver.got
    message = envelope["event"]["message"]
    assert json.loads(message["content"]) == {"text": "@_user_1 苹果 3 箱"}
    assert message["mentions"][0]["id"]["open_id"] == sim.config.bot_open_id
    assert message["chat_type"] == "group"
    assert [one.body for one in sim.shown.of_chat(group)] == ["大家好", "@单据 苹果 3 箱"]


async def test_pictures_files_posts_quotes_recalls_menus_and_entering(stage: Stage) -> None:
    sim = stage.sim
    first = await sim.say(LI, "单子")
    await sim.say(LI, "改成 5 箱", quote=first)
    await sim.send_file(LI, "a.jpg", b"\xff\xd8\xff")
    await sim.send_file(LI, "单.xlsx", b"PK")
    await sim.send_post(LI, "看这个", [("b.png", b"\x89PNG\r\n\x1a\n")])
    await sim.recall(LI, first)
    await sim.enter(LI)
    await sim.menu(LI, "stock")
    await stage.quiet()
    kinds = [one["event"]["message"]["message_type"] for one in stage.receiver.got if "message" in one["event"]]
    assert kinds == ["text", "text", "image", "file", "post"]
    assert stage.receiver.got[1]["event"]["message"]["parent_id"] == first
    assert [one["header"]["event_type"] for one in stage.receiver.got[5:]] == [
        "im.message.recalled_v1",
        "im.chat.access_event.bot_p2p_chat_entered_v1",
        "application.bot.menu_v6",
    ]
    content = json.loads(stage.receiver.got[4]["event"]["message"]["content"])
    assert [row[0]["tag"] for row in content["content"]] == ["text", "img"]


async def test_what_is_refused_or_late_comes_again_until_it_is_taken(stage: Stage) -> None:
    tries = 0

    async def third(_envelope: dict[str, Any]) -> web.Response:
        nonlocal tries
        tries += 1
        if tries == 1:
            return web.Response(status=500)
        if tries == 2:
            await asyncio.sleep(5)
        return web.json_response({})

    stage.receiver.answer = third
    await stage.sim.say(LI, "你好")
    await stage.receiver.until(3)
    await stage.quiet()
    assert len(stage.receiver.got) == 3
    assert len(stage.sim.acknowledged()) == 1
    assert len({one["event"]["message"]["message_id"] for one in stage.receiver.got}) == 1


async def test_after_four_redeliveries_an_event_is_lost() -> None:
    config = FeishuConfig(mode="webhook", callback_url="http://127.0.0.1:9/nobody")
    sim = FeishuSim(config, pace=Pace(speed=1_000_000.0))
    await sim.start()
    await sim.say(LI, "你好")
    async with asyncio.timeout(20):
        await sim.settled()
    assert len(sim.courier.lost) == 1
    assert sim.courier.deliveries == 5
    assert not sim.acknowledged()
    await sim.stop()


async def test_duplicates_come_twice_and_held_back_ones_are_overtaken(stage: Stage) -> None:
    stage.sim.faults.profile = Profile(duplicate=1.0, hold_back_seconds=(0.0, 0.01))
    await stage.sim.say(LI, "一")
    await stage.quiet()
    assert stage.receiver.texts() == ["一", "一"]
    stage.receiver.got.clear()
    stage.sim.faults.profile = Profile(reorder=1.0, hold_back_seconds=(0.2, 0.2))
    await stage.sim.say(LI, "二")
    stage.sim.faults.profile = Profile()
    await stage.sim.say(LI, "三")
    await stage.quiet()
    assert stage.receiver.texts() == ["三", "二"]


async def test_a_cut_delivery_comes_again(stage: Stage) -> None:
    stage.sim.faults.profile = Profile(drop_connection=1.0)
    await stage.sim.say(LI, "一")
    await stage.quiet()
    assert stage.receiver.texts() == ["一"]
    assert stage.sim.courier.deliveries == 1


async def test_under_every_fault_all_is_delivered_in_the_end(stage: Stage) -> None:
    chance = random.Random(5)
    refused: set[str] = set()
    answered: set[str] = set()

    async def moody(envelope: dict[str, Any]) -> web.Response:
        ref = envelope["event"]["message"]["message_id"]
        if ref not in refused and chance.random() < 0.5:
            refused.add(ref)
            return web.Response(status=503)
        answered.add(ref)
        return web.json_response({})

    stage.receiver.answer = moody
    stage.sim.faults.profile = Profile(duplicate=0.3, reorder=0.3, drop_connection=0.2, hold_back_seconds=(0.0, 0.02))
    said = {await stage.sim.say(LI, f"第{number}句") for number in range(40)}
    await stage.quiet()
    assert answered == said
    assert refused
    assert {f"feishu:{stage.sim.config.app_id}:{ref}" for ref in said} == stage.sim.acknowledged()
    assert not stage.sim.lost
    assert len(stage.receiver.got) > len(said)


# -------------------------------------------------------------------- clicks


async def test_a_click_carries_the_buttons_value_and_its_card_is_changed_by_the_answer(stage: Stage) -> None:
    new = {"schema": "2.0", "body": {"elements": [{"tag": "hr"}]}}

    async def answer(_envelope: dict[str, Any]) -> web.Response:
        return web.json_response(
            {"toast": {"type": "success", "content": "好了"}, "card": {"type": "raw", "data": new}}
        )

    stage.receiver.answer = answer
    ref = stage.card(button("tok"))
    clicked = await stage.sim.click(LI, ref, "tok")
    assert (clicked.toast, clicked.tone, clicked.error) == ("好了", "success", "")
    assert stage.sim.shown.messages[ref].body == new
    (envelope,) = stage.receiver.got
    assert envelope["header"]["event_type"] == "card.action.trigger"
    assert envelope["event"]["context"]["open_message_id"] == ref
    assert envelope["event"]["action"] == {"tag": "button", "value": {"token": "tok"}}
    assert len(envelope["header"]["create_time"]) == 16  # microseconds
    # a tap on a screen that still shows the old card
    assert not (await stage.sim.click(LI, ref, "tok")).error


async def test_a_form_sends_what_was_typed_and_chosen(stage: Stage) -> None:
    word = {"tag": "plain_text", "content": "x"}
    form = {
        "tag": "form",
        "name": "f",
        "elements": [
            {"tag": "input", "name": "amount", "required": True},
            {"tag": "input", "name": "note", "default_value": "急"},
            {"tag": "select_static", "name": "unit", "options": [{"text": word, "value": "箱"}]},
            button("tok", "submit_1", form_action_type="submit"),
        ],
    }
    ref = stage.card(form)
    assert (await stage.sim.click(LI, ref, "tok")).error == "client"  # a required field is empty
    assert not stage.receiver.got
    assert not (await stage.sim.click(LI, ref, "tok", {"amount": "5", "unit": "箱"})).error
    action = stage.receiver.got[0]["event"]["action"]
    assert action["form_value"] == {"amount": "5", "note": "急", "unit": "箱"}
    assert action["name"] == "submit_1"
    with pytest.raises(taps.NoSuchButton):
        await stage.sim.click(LI, ref, "tok", {"colour": "rot"})


async def test_a_select_outside_a_form_sends_its_option(stage: Stage) -> None:
    word = {"tag": "plain_text", "content": "x"}
    select = {
        "tag": "select_static",
        "options": [{"text": word, "value": "p1"}, {"text": word, "value": "p2"}],
        "behaviors": [{"type": "callback", "value": {"token": "pick"}}],
    }
    ref = stage.card(select)
    await stage.sim.click(LI, ref, "pick", {"product": "p2"})
    assert stage.receiver.got[0]["event"]["action"]["option"] == "p2"
    with pytest.raises(taps.NoSuchButton):
        await stage.sim.click(LI, ref, "pick", {"product": "p3"})
    with pytest.raises(taps.NoSuchButton):
        await stage.sim.click(LI, ref, "another")


BAD: list[tuple[Any, str]] = [
    ({"toast": {"type": "success"}}, "200672"),
    ({"toast": {"type": "purple", "content": "x"}}, "200672"),
    ({"msg": "success"}, "200672"),
    ([], "200672"),
    ({"card": {"schema": "2.0"}}, "200672"),
    ({"card": {"type": "raw", "data": {"schema": "2.0", "body": {"elements": [{"tag": "note"}]}}}}, "200672"),
]


@pytest.mark.parametrize(("body", "code"), BAD)
async def test_an_answer_of_the_wrong_shape_is_an_error_in_the_client(stage: Stage, body: Any, code: str) -> None:
    async def answer(_envelope: dict[str, Any]) -> web.Response:
        return web.json_response(body)

    stage.receiver.answer = answer
    ref = stage.card(button("tok"))
    assert (await stage.sim.click(LI, ref, "tok")).error == code
    assert len(stage.sim.shown.messages[ref].versions) == 1


async def test_a_late_or_refused_click_is_not_sent_again(stage: Stage) -> None:
    async def late(_envelope: dict[str, Any]) -> web.Response:
        await asyncio.sleep(5)
        return web.json_response({})

    async def refuse(_envelope: dict[str, Any]) -> web.Response:
        return web.Response(status=500)

    ref = stage.card(button("tok"))
    stage.receiver.answer = late
    assert (await stage.sim.click(LI, ref, "tok")).error == "200341"
    stage.receiver.answer = refuse
    assert (await stage.sim.click(LI, ref, "tok")).error == "200671"
    stage.sim.config.callback_url = ""
    assert (await stage.sim.click(LI, ref, "tok")).error == "200340"
    await stage.quiet()
    assert len(stage.receiver.got) == 2
    assert not stage.sim.acknowledged()


async def test_faults_decide_by_seed_and_not_by_time() -> None:
    profile = Profile(duplicate=0.5, reorder=0.5)
    one, two = (Faults(3, profile) for _ in range(2))
    assert [one.push() for _ in range(30)] == [two.push() for _ in range(30)]
