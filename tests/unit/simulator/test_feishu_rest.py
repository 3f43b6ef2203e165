"""The simulated Feishu's REST side: what facts/feishu.md §3 says it does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.simulator.faults import Faults, Profile
from bot.simulator.feishu import FeishuConfig, FeishuSim
from bot.simulator.parts import Pace
from bot.simulator.server import Simulator

LI = "ou_li"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Client:
    """A bare HTTP client with a token."""

    def __init__(self, sim: FeishuSim, url: str, session: aiohttp.ClientSession) -> None:
        self.sim, self.url, self.session, self.token = sim, url, session, ""
        self.headers: Any = {}

    async def login(self, secret: str = "") -> dict[str, Any]:
        asked = {"app_id": self.sim.config.app_id, "app_secret": secret or self.sim.config.app_secret}
        status, answer = await self.call("POST", "/open-apis/auth/v3/tenant_access_token/internal", asked)
        self.token = answer.get("tenant_access_token", "")
        return answer | {"status": status}

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self.session.request(method, self.url + path, json=body, headers=headers) as response:
            self.headers = response.headers
            return response.status, await response.json()

    async def send(self, content: Any, kind: str = "text", to: str = LI, **more: Any) -> tuple[int, dict[str, Any]]:
        id_type = "chat_id" if to.startswith("oc_") else "open_id"
        body = {"receive_id": to, "msg_type": kind, "content": json.dumps(content), **more}
        return await self.call("POST", f"/open-apis/im/v1/messages?receive_id_type={id_type}", body)

    async def upload(self, path: str, fields: dict[str, str], name: str, data: bytes) -> dict[str, Any]:
        form = aiohttp.FormData(fields)
        form.add_field(name, data, filename="x.bin")
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.session.post(self.url + path, data=form, headers=headers) as response:
            found: dict[str, Any] = await response.json()
            return found

    async def download(self, message: str, key: str, kind: str) -> tuple[int, bytes, str]:
        path = f"/open-apis/im/v1/messages/{message}/resources/{key}?type={kind}"
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.session.get(self.url + path, headers=headers) as response:
            return response.status, await response.read(), response.content_type


def card(text: str = "单", **config: Any) -> dict[str, Any]:
    return {
        "schema": "2.0",
        "config": {"update_multi": True, **config},
        "header": {"title": {"tag": "plain_text", "content": text}, "template": "blue"},
        "body": {
            "elements": [
                {
                    "tag": "button",
                    "text": {"tag": "plain_text", "content": "确认"},
                    "behaviors": [{"type": "callback", "value": {"token": "t1"}}],
                }
            ]
        },
    }


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def client(clock: Clock) -> AsyncIterator[Client]:
    sim = FeishuSim(FeishuConfig(clock=clock, silence_seconds=0.01), users={LI: "李雷"})
    simulator = Simulator(sim)
    url = await simulator.start()
    async with aiohttp.ClientSession() as session:
        client = Client(sim, url, session)
        await client.login()
        yield client
    await simulator.stop()


async def test_a_token_lives_two_hours_and_is_renewed_in_its_last_half_hour(client: Client, clock: Clock) -> None:
    first = client.token
    assert (await client.login())["tenant_access_token"] == first
    clock.now += 90 * 60 + 1
    second = (await client.login())["tenant_access_token"]
    assert second != first
    client.token = first
    assert (await client.send({"text": "a"}))[0] == 200  # the old one stays valid
    clock.now += 30 * 60
    status, answer = await client.send({"text": "a"})
    assert (status, answer["code"]) == (400, 99991663)
    assert client.headers["X-Tt-Logid"] == answer["error"]["log_id"]


async def test_credentials_and_tokens_that_are_none(client: Client) -> None:
    assert (await client.login("falsch"))["code"] == 10015
    assert (await client.send({"text": "a"}))[1]["code"] == 99991661
    for token, code in (("x-1", 99991671), ("t-1", 99991663)):
        client.token = token
        assert (await client.send({"text": "a"}))[1]["code"] == code


async def test_a_revoked_token_is_answered_99991663_and_the_next_login_gives_another(
    client: Client, clock: Clock
) -> None:
    client.sim.faults.profile = Profile(revoke_token_seconds=30)
    clock.now += 31
    assert (await client.send({"text": "a"}))[1]["code"] == 99991663
    await client.login()
    assert (await client.send({"text": "a"}))[0] == 200


async def test_the_same_uuid_makes_one_message_within_an_hour_and_another_after_it(
    client: Client, clock: Clock
) -> None:
    first = (await client.send({"text": "a"}, uuid="u"))[1]["data"]["message_id"]
    clock.now += 3599
    assert (await client.send({"text": "a"}, uuid="u"))[1]["data"]["message_id"] == first
    assert client.sim.shown.messages[first].hidden_repeats == 1
    clock.now += 1
    assert (await client.send({"text": "a"}, uuid="u"))[1]["data"]["message_id"] != first


async def test_people_and_chats_that_cannot_be_written_to(client: Client) -> None:
    other = client.sim.add_group("别的群", [LI], has_bot=False)
    client.sim.world.left.add("ou_gone")
    client.sim.users["ou_gone"] = "走了"
    found = [(await client.send({"text": "a"}, to=to))[1]["code"] for to in ("ou_x", "oc_x", other, "ou_gone")]
    assert found == [99992361, 230034, 230002, 230013]


async def test_five_a_second_to_one_chat_then_230020_and_fifty_to_all_then_429(client: Client, clock: Clock) -> None:
    assert [(await client.send({"text": "a"}))[0] for _ in range(6)] == [200] * 5 + [400]
    people = [f"ou_{number}" for number in range(46)]
    client.sim.users.update(dict.fromkeys(people, "某"))
    codes = [(await client.send({"text": "a"}, to=to))[0] for to in people]
    assert codes == [200] * 45 + [429]
    assert client.headers["x-ogw-ratelimit-reset"] == "1"
    clock.now += 1
    assert (await client.send({"text": "a"}))[0] == 200


async def test_without_limits_nothing_is_counted() -> None:
    sim = FeishuSim(users={LI: "李雷"}, pace=Pace(limits=False))
    simulator = Simulator(sim)
    url = await simulator.start()
    async with aiohttp.ClientSession() as session:
        client = Client(sim, url, session)
        await client.login()
        assert {(await client.send({"text": "a"}))[0] for _ in range(60)} == {200}
    await simulator.stop()


async def test_a_card_is_updated_until_it_is_recalled_or_two_weeks_old(client: Client, clock: Clock) -> None:
    ref = (await client.send(card("一"), "interactive"))[1]["data"]["message_id"]
    path = f"/open-apis/im/v1/messages/{ref}"
    assert (await client.call("PATCH", path, {"content": json.dumps(card("二"))}))[0] == 200
    assert [one["header"]["title"]["content"] for one in client.sim.shown.messages[ref].versions] == ["一", "二"]
    wrong = card("三")
    wrong["config"] = {}
    assert (await client.call("PATCH", path, {"content": json.dumps(wrong)}))[1]["code"] == 230001
    clock.now += 14 * 86400 + 1
    await client.login()
    assert (await client.call("PATCH", path, {"content": json.dumps(card("四"))}))[1]["code"] == 230031
    assert (await client.call("DELETE", path))[0] == 200
    assert (await client.call("PATCH", path, {"content": json.dumps(card("五"))}))[1]["code"] == 230011
    assert (await client.call("POST", path + "/reply", {"msg_type": "text", "content": '{"text":"a"}'}))[1][
        "code"
    ] == 230011


async def test_a_card_refuses_updates_while_its_click_is_in_flight_and_a_moment_longer(
    client: Client, clock: Clock
) -> None:
    ref = (await client.send(card("一"), "interactive"))[1]["data"]["message_id"]
    during: list[dict[str, Any]] = []
    new = json.dumps(card("二"))

    async def endpoint(request: web.Request) -> web.Response:
        during.append((await client.call("PATCH", f"/open-apis/im/v1/messages/{ref}", {"content": new}))[1])
        return web.json_response({})

    app = web.Application()
    app.router.add_post("/", endpoint)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    client.sim.set_callback(f"http://127.0.0.1:{runner.addresses[0][1]}/")
    assert not (await client.sim.click(LI, ref, "t1")).error
    _, after = await client.call("PATCH", f"/open-apis/im/v1/messages/{ref}", {"content": new})
    assert [answer["code"] for answer in (during[0], after)] == [230099, 230099]
    assert "11310" in after["msg"]
    assert "card action is lock" in after["msg"]
    clock.now += client.sim.config.card_lock_seconds
    assert (await client.call("PATCH", f"/open-apis/im/v1/messages/{ref}", {"content": new}))[0] == 200
    await runner.cleanup()


async def test_only_own_cards_are_updated(client: Client) -> None:
    text = (await client.send({"text": "a"}))[1]["data"]["message_id"]
    theirs = await client.sim.say(LI, "你好")
    for ref in (text, theirs):
        path = f"/open-apis/im/v1/messages/{ref}"
        assert (await client.call("PATCH", path, {"content": json.dumps(card())}))[1]["code"] == 230001


async def test_put_edits_texts_and_refuses_cards(client: Client) -> None:
    ref = (await client.send({"text": "一"}))[1]["data"]["message_id"]
    edited = {"msg_type": "text", "content": '{"text":"二"}'}
    assert (await client.call("PUT", f"/open-apis/im/v1/messages/{ref}", edited))[0] == 200
    assert client.sim.shown.messages[ref].versions == ["一", "二"]
    ref = (await client.send(card("一"), "interactive"))[1]["data"]["message_id"]
    sent = {"msg_type": "interactive", "content": json.dumps(card("二"))}
    assert (await client.call("PUT", f"/open-apis/im/v1/messages/{ref}", sent))[1]["code"] == 230001


async def test_uploads_and_downloads(client: Client) -> None:
    image = await client.upload("/open-apis/im/v1/images", {"image_type": "message"}, "image", PNG)
    status, sent = await client.send({"image_key": image["data"]["image_key"]}, "image")
    assert status == 200
    ref, key = sent["data"]["message_id"], image["data"]["image_key"]
    assert await client.download(ref, key, "image") == (200, PNG, "image/png")
    file = await client.upload("/open-apis/im/v1/files", {"file_type": "pdf", "file_name": "单.pdf"}, "file", b"%PDF")
    assert json.loads((await client.download(ref, file["data"]["file_key"], "file"))[1])["code"] == 234003
    fields = {"image_type": "message"}
    codes = [
        (await client.upload("/open-apis/im/v1/images", fields, "image", data))["code"]
        for data in (b"", b"text", PNG + bytes(10 << 20))
    ]
    assert codes == [234010, 234011, 234006]


async def test_the_children_of_a_chat_record_are_listed_but_not_downloaded(client: Client) -> None:
    sim = client.sim
    said = await sim.say(LI, "苹果 3 箱")
    photo = await sim.send_file(LI, "a.png", PNG)
    outer = await sim.forward(LI, [said, photo])
    _, answer = await client.call("GET", f"/open-apis/im/v1/messages/{outer}")
    items = answer["data"]["items"]
    assert [item["msg_type"] for item in items] == ["merge_forward", "text", "image"]
    assert [item.get("upper_message_id") for item in items] == [None, outer, outer]
    key = json.loads(items[2]["body"]["content"])["image_key"]
    assert json.loads((await client.download(items[2]["message_id"], key, "image"))[1])["code"] == 234043
    assert (await client.download(photo, key, "image"))[0] == 200


async def test_a_call_that_times_out_has_had_its_effect(client: Client) -> None:
    client.sim.faults.profile = Profile(timeout_after_effect=1.0)
    with pytest.raises(aiohttp.ClientError):
        await client.send({"text": "一次"}, uuid="u")
    client.sim.faults.profile = Profile()
    status, again = await client.send({"text": "一次"}, uuid="u")
    assert status == 200
    assert [message.ref for message in client.sim.shown.of_chat(client.sim.direct_chat(LI))] == [
        again["data"]["message_id"]
    ]


async def test_too_many_has_no_effect_and_says_how_long(client: Client) -> None:
    client.sim.faults.profile = Profile(too_many=1.0)
    status, answer = await client.send({"text": "a"})
    assert (status, answer["code"]) == (429, 99991400)
    assert int(client.headers["x-ogw-ratelimit-reset"]) >= 1
    assert not client.sim.shown.messages


async def test_people_members_reactions_and_the_bot(client: Client) -> None:
    sim = client.sim
    sim.world.mobiles[LI] = "13800000000"
    group = sim.add_group("销售群", [LI, "ou_wang"])
    _, user = await client.call("GET", f"/open-apis/contact/v3/users/{LI}?user_id_type=open_id")
    assert user["data"]["user"]["name"] == "李雷"
    path = "/open-apis/contact/v3/users/batch_get_id?user_id_type=open_id"
    _, found = await client.call("POST", path, {"mobiles": ["13800000000", "1"]})
    assert found["data"]["user_list"] == [{"mobile": "13800000000", "user_id": LI}, {"mobile": "1"}]
    _, page = await client.call("GET", f"/open-apis/im/v1/chats/{group}/members?member_id_type=open_id&page_size=1")
    assert [page["data"]["items"][0]["member_id"], page["data"]["has_more"]] == [LI, True]
    token = page["data"]["page_token"]
    _, rest = await client.call("GET", f"/open-apis/im/v1/chats/{group}/members?page_size=1&page_token={token}")
    assert rest["data"]["items"][0]["member_id"] == "ou_wang"
    _, bot = await client.call("GET", "/open-apis/bot/v3/info")
    assert bot["bot"]["open_id"] == sim.config.bot_open_id
    ref = await sim.say(LI, "在吗")
    path = f"/open-apis/im/v1/messages/{ref}/reactions"
    assert (await client.call("POST", path, {"reaction_type": {"emoji_type": "OK"}}))[0] == 200


async def test_no_secret_and_no_token_reaches_the_wire_log(client: Client) -> None:
    await client.send({"text": "a"})
    log = json.dumps([exchange.request for exchange in client.sim.wire.exchanges], ensure_ascii=False)
    log += json.dumps([exchange.answer for exchange in client.sim.wire.exchanges], ensure_ascii=False)
    assert client.sim.config.app_secret not in log
    assert client.token not in log
    assert "receive_id" in log


def test_faults_are_seeded() -> None:
    one, two = (Faults(7, Profile(too_many=0.5)) for _ in range(2))
    assert [one.call() for _ in range(20)] == [two.call() for _ in range(20)]


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=6)
    | st.sampled_from(["text", "interactive", LI, "t-"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = ("receive_id", "msg_type", "content", "uuid", "reaction_type", "mobiles", "emails", "app_id", "app_secret")
PATHS = (
    ("POST", "/open-apis/im/v1/messages?receive_id_type=open_id"),
    ("POST", "/open-apis/im/v1/messages?receive_id_type=chat_id"),
    ("POST", "/open-apis/im/v1/messages/{ref}/reply"),
    ("PATCH", "/open-apis/im/v1/messages/{ref}"),
    ("POST", "/open-apis/im/v1/messages/{ref}/reactions"),
    ("GET", "/open-apis/im/v1/messages/{ref}/resources/x?type=image"),
    ("POST", "/open-apis/contact/v3/users/batch_get_id"),
    ("POST", "/open-apis/auth/v3/tenant_access_token/internal"),
    ("POST", "/open-apis/im/v1/images"),
    ("GET", "/open-apis/im/v1/chats/{ref}/members?page_size=%C2%B2"),
    ("POST", "/callback/ws/endpoint"),
)


@settings(max_examples=25)
@given(st.data())
def test_odd_calls_get_an_answer_of_the_platform(data: st.DataObject) -> None:
    async def run() -> None:
        sim = FeishuSim(users={LI: "李雷"}, pace=Pace(limits=False))
        simulator = Simulator(sim)
        url = await simulator.start()
        async with aiohttp.ClientSession() as session:
            client = Client(sim, url, session)
            await client.login()
            refs = [(await client.send(card(), "interactive"))[1]["data"]["message_id"], "om_none"]
            for _ in range(10):
                method, path = data.draw(st.sampled_from(PATHS))
                body = data.draw(st.dictionaries(st.sampled_from(NAMES), ODD) | ODD)
                status, answer = await client.call(method, path.format(ref=data.draw(st.sampled_from(refs))), body)
                assert status in (200, 400)
                assert isinstance(answer["code"], int)
        await simulator.stop()

    asyncio.run(run())
