"""Rows of the outbox on their way to the simulated Feishu: the same bytes in every try, one message whatever happens,
limits kept, cards that cannot be shown told in words."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.channel import CardGone, NotYet, Outgoing, SendFailed
from bot.feishu import card_lint, cards, resources, wire
from bot.feishu.api import FeishuApi
from bot.feishu.desk import Desk
from bot.feishu.pacing import CardPace
from bot.simulator.faults import Faults, Profile
from bot.simulator.feishu import FeishuConfig, FeishuSim
from bot.simulator.parts import Message
from bot.simulator.server import Simulator
from notifications import card_json
from notifications.card import Button, Card, Choice, Field, Note, Option, Table
from tests.support.feishu_out import PNG, HandClock, Shelf, item, session

LI = "ou_li"
MINUTES_14_DAYS = 14 * 24 * 60

CARD = Card(
    "销售订单 草稿3 · 待确认",
    fields=(Field("客户", "宏达五金"),),
    table=Table(("#", "商品", "数量"), (("1", "外六角螺栓 M8*30", "5盒"),)),
    notes=(Note("第1行库存只剩 3 盒"),),
    choices=(Choice("n1", "哪个规格", "tok_c", (Option("镀锌", "a"), Option("不锈钢", "b"))),),
    buttons=(Button("确认", "tok_1"), Button("取消", "tok_2")),
    hint="也可以直接回复：确认",
)


@dataclass
class Post:
    """A desk before a simulated Feishu."""

    sim: FeishuSim
    desk: Desk
    clock: HandClock
    shelf: Shelf
    cards: CardPace
    chat: str
    new_desk: Callable[[], Desk]

    def shown(self) -> list[Message]:
        return [message for message in self.sim.shown.of_chat(self.chat) if message.sender == "bot"]

    def row(self, kind: str = "text", body: str = "好的", **more: Any) -> Outgoing:
        return item(kind, body, chat=self.chat, **more)

    def card(self, card: Card = CARD, **more: Any) -> Outgoing:
        return self.row("card", card_json.dumps(card), **more)

    async def send(self, row: Outgoing) -> str:
        """As the sender does it: prepared once, then sent, patient with limits."""
        row = replace(row, wire=row.wire or await self.desk.prepare(row))
        for _ in range(20):
            try:
                return await self.desk.send(row)
            except NotYet as limit:
                self.clock.go((limit.retry_after or 1.0) + 0.001)
        raise AssertionError("never sent")


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    clock = HandClock()
    config = FeishuConfig(clock=clock.seconds, silence_seconds=0.01)
    sim = FeishuSim(config, users={LI: "李雷"}, faults=Faults(7))
    simulator = Simulator(sim)
    url = await simulator.start()
    shelf = Shelf()
    async with session() as pooled:
        api = FeishuApi(url, config.app_id, config.app_secret, lambda: pooled)
        card_pace = CardPace(clock.pace)

        def new_desk() -> Desk:
            return Desk(api, resources.Uploads(api, shelf), card_pace, clock, clock.pace)

        yield Post(sim, new_desk(), clock, shelf, card_pace, sim.direct_chat(LI), new_desk)
        await api.close()
    await simulator.stop()


def requests_of(post: Post, what: str) -> list[Any]:
    return [exchange.request["body"] for exchange in post.sim.wire.exchanges if what in exchange.what]


# ---------------------------------------------------------------- texts


async def test_a_text_arrives_and_does_nothing_it_should_not(post: Post) -> None:
    ref = await post.send(post.row(body='<at user_id="all"></at> M8<M10，[看](http://x)'))
    (shown,) = post.shown()
    assert shown.ref == ref
    assert shown.body == '＜at user_id="all">＜/at> M8＜M10，[看]（http://x)'


async def test_an_account_can_be_written_to_before_it_ever_wrote(post: Post) -> None:
    await post.send(item(body="有新单要批", chat=LI))
    assert [message.body for message in post.shown()] == ["有新单要批"]


async def test_a_long_text_goes_in_pieces_at_line_ends(post: Post) -> None:
    line = "外六角螺栓 M8*30 镀锌 5盒\n"
    await post.send(post.row(body=line * 4000))
    bodies = [message.body for message in post.shown()]
    assert len(bodies) == 2
    assert "\n".join(bodies) == (line * 4000).rstrip("\n") + "\n"


async def test_the_wire_is_the_same_to_the_byte_in_every_try(post: Post) -> None:
    row = post.card()
    first, second = await post.desk.prepare(row), await post.new_desk().prepare(row)
    assert first == second
    row = replace(row, wire=first)
    post.sim.faults.profile = Profile(timeout_after_effect=1.0)
    for _ in range(3):
        with pytest.raises(SendFailed) as caught:
            await post.new_desk().send(row)  # a new desk: nothing is remembered over a restart
        assert not caught.value.permanent
        assert not caught.value.no_effect
    post.sim.faults.profile = Profile()
    ref = await post.new_desk().send(row)
    (shown,) = post.shown()
    assert (shown.ref, shown.hidden_repeats) == (ref, 3)
    bodies = requests_of(post, "POST /open-apis/im/v1/messages")
    assert len(bodies) == 4
    assert all(body == bodies[0] for body in bodies)
    assert len(bodies[0]["uuid"]) == 40


async def test_the_same_key_of_another_row_is_another_message(post: Post) -> None:
    await post.send(post.row())
    await post.send(replace(post.row(), created_at=post.clock.now + timedelta(days=1)))
    assert len(post.shown()) == 2


async def test_a_revoked_token_in_the_middle(post: Post) -> None:
    await post.send(post.row(key="a"))
    post.sim.world.revoke_tokens()
    await post.send(post.row(key="b"))
    assert len(post.shown()) == 2


async def test_a_reply_quotes_and_a_recalled_question_is_answered_all_the_same(post: Post) -> None:
    asked = await post.sim.say(LI, "M8螺栓还有吗")
    await post.send(post.row(key="a", reply_to=asked))
    await post.sim.recall(LI, asked)
    await post.send(post.row(key="b", reply_to=asked))
    await post.send(post.row(key="c", reply_to="om_unknown"))
    assert [message.reply_to for message in post.shown()] == [asked, None, None]


async def test_wire_that_nobody_can_read_is_given_up(post: Post) -> None:
    for broken in ("", "[1]", '[{"a": 1}]', "{"):
        with pytest.raises(SendFailed) as caught:
            await post.desk.send(post.row(wire=broken))
        assert caught.value.permanent


# ---------------------------------------------------------------- limits


async def test_a_chat_gets_four_a_second_and_the_platform_never_has_to_say_no(post: Post) -> None:
    rows = [post.row(key=f"k{number}") for number in range(5)]
    for row in rows[:4]:
        await post.desk.send(row)
    with pytest.raises(NotYet) as caught:
        await post.desk.send(rows[4])
    assert caught.value.retry_after == pytest.approx(1.0)
    for number in range(40):
        await post.send(post.row(key=f"m{number}"))
    assert {exchange.status for exchange in post.sim.wire.exchanges} == {200}


async def test_what_went_out_before_a_restart_counts(post: Post) -> None:
    post.desk.remember([(post.chat, post.clock.now)] * 4)
    with pytest.raises(NotYet):
        await post.desk.send(post.row())


async def test_one_429_holds_its_chat_and_a_second_one_everybody(post: Post) -> None:
    post.sim.faults.profile = Profile(too_many=1.0)
    with pytest.raises(NotYet) as first:
        await post.desk.send(post.row(key="a"))
    assert first.value.retry_after == 1.0
    asked = len(post.sim.wire.exchanges)
    with pytest.raises(NotYet):
        await post.desk.send(item(key="b", chat="oc_other"))
    with pytest.raises(NotYet):
        await post.desk.send(item(key="c", chat="oc_third"))
    assert len(post.sim.wire.exchanges) == asked + 1  # the third did not even ask
    post.sim.faults.profile = Profile()
    post.clock.go(1.0)
    await post.desk.send(post.row(key="a"))


async def test_the_second_part_waits_without_the_first_going_out_again(post: Post) -> None:
    row = post.row(body="x" * (wire.TEXT_BYTES + 1))
    row = replace(row, wire=await post.desk.prepare(row))
    for number in range(3):
        await post.desk.send(post.row(key=f"k{number}"))
    with pytest.raises(NotYet):
        await post.desk.send(row)
    post.clock.go(1.0)
    await post.desk.send(row)
    assert [message.hidden_repeats for message in post.shown()] == [0] * 5


# ---------------------------------------------------------------- cards


async def test_a_card_and_its_update(post: Post) -> None:
    ref = await post.send(post.card())
    update = post.row("card_update", card_json.dumps(replace(CARD, buttons=())), key="u", target_ref=ref)
    assert await post.send(update) == ref
    (shown,) = post.shown()
    assert shown.kind == "card"
    assert len(shown.versions) == 2
    assert "tok_1" not in json.dumps(shown.body)


async def test_a_tapped_card_is_left_alone_until_half_a_second_after(post: Post) -> None:
    ref = await post.send(post.card())
    update = post.row("card_update", card_json.dumps(CARD), key="u", target_ref=ref)
    post.cards.tapped(ref)
    with pytest.raises(NotYet):
        await post.desk.send(update)
    post.clock.go(2.0)
    post.cards.answered(ref)
    with pytest.raises(NotYet) as caught:
        await post.desk.send(update)
    assert caught.value.retry_after == pytest.approx(0.5)
    post.clock.go(0.5)
    await post.desk.send(update)
    with pytest.raises(NotYet) as caught:
        await post.desk.send(replace(update, key="v"))
    assert caught.value.retry_after == pytest.approx(0.25)


@pytest.mark.parametrize("fate", ["recalled", "old", "words"])
async def test_a_card_that_is_gone(post: Post, fate: str) -> None:
    ref = await post.send(post.row() if fate == "words" else post.card())
    if fate == "recalled":
        post.sim.world.messages[ref].deleted = True
    if fate == "old":
        post.clock.go(MINUTES_14_DAYS * 60 + 1)
    with pytest.raises(CardGone):
        await post.desk.send(post.row("card_update", card_json.dumps(CARD), key="u", target_ref=ref))


async def test_a_card_the_platform_refuses_goes_as_words_once(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = cards.Rendered(
        {"schema": "2.0", "config": {"update_multi": True}, "body": {"elements": [{"tag": "note"}]}}
    )
    monkeypatch.setattr(cards, "render", lambda *_args, **_more: broken)
    monkeypatch.setattr(card_lint, "problems", lambda _card: [])
    row = post.card()
    row = replace(row, wire=await post.desk.prepare(row))
    ref = await post.desk.send(row)
    assert await post.desk.send(row) == ref
    assert await post.new_desk().send(row) == ref
    (shown,) = post.shown()
    assert shown.body.splitlines() == [
        "【销售订单 草稿3 · 待确认】",
        "客户：宏达五金",
        "1 外六角螺栓 M8*30 5盒",
        "第1行库存只剩 3 盒",
        "哪个规格：镀锌 / 不锈钢",
        "也可以直接回复：确认",
        "也可以回复：确认 / 取消",
    ]
    # What changes later can no longer change that message: it becomes a new one.
    with pytest.raises(CardGone):
        await post.send(post.row("card_update", card_json.dumps(CARD), key="u", target_ref=ref))


async def test_an_update_the_platform_refuses_is_told_in_a_reply(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = await post.send(post.card())
    broken = cards.Rendered(
        {"schema": "2.0", "config": {"update_multi": True}, "body": {"elements": [{"tag": "note"}]}}
    )
    monkeypatch.setattr(cards, "render", lambda *_args, **_more: broken)
    monkeypatch.setattr(card_lint, "problems", lambda _card: [])
    update = post.row("card_update", card_json.dumps(CARD), key="u", target_ref=ref)
    assert await post.send(update) == ref
    assert [(message.kind, message.reply_to) for message in post.shown()] == [("card", None), ("text", ref)]


async def test_a_card_that_breaks_our_own_rules_is_never_sent(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_lint, "problems", lambda _card: ["too large"])
    await post.send(post.card())
    assert [message.kind for message in post.shown()] == ["text"]


async def test_what_does_not_fit_goes_before_the_card(post: Post) -> None:
    rows = tuple((str(number), f"内六角圆柱头螺钉 M{number}*{number * 2} 不锈钢304", "5盒") for number in range(400))
    await post.send(post.card(replace(CARD, table=Table(("#", "商品", "数量"), rows))))
    assert [message.kind for message in post.shown()] == ["text", "card"]
    assert "M399*798" in post.shown()[0].body


async def test_a_card_with_a_picture_uploads_it_once(post: Post) -> None:
    sha256 = post.shelf.put(PNG)
    first = await post.send(post.card(replace(CARD, picture=sha256)))
    update = card_json.dumps(replace(CARD, picture=sha256, buttons=()))
    await post.send(post.row("card_update", update, key="u", target_ref=first))
    assert len(requests_of(post, "/images")) == 1
    assert "img_v3_" in json.dumps(post.shown()[0].body)


async def test_a_card_whose_picture_is_none_does_without(post: Post) -> None:
    await post.send(post.card(replace(CARD, picture=post.shelf.put(b"no picture"))))
    await post.send(post.card(replace(CARD, picture="0" * 64), key="b"))
    assert [message.kind for message in post.shown()] == ["card", "card"]


# ---------------------------------------------------------------- files


def _file(post: Post, name: str, data: bytes, key: str = "f") -> Outgoing:
    return post.row("file", json.dumps({"name": name, "sha256": post.shelf.put(data)}), key=key)


async def test_a_picture_goes_as_picture_and_a_file_with_its_name(post: Post) -> None:
    await post.send(_file(post, "照片.dat", PNG, "a"))
    await post.send(_file(post, "送货单 3.pdf", b"%PDF-1.7 ...", "b"))
    await post.send(_file(post, "报价.png", b"not a picture", "c"))
    assert [message.kind for message in post.shown()] == ["image", "file", "file"]
    names = [message.body["name"] for message in post.shown()]
    assert names[1:] == ["送货单 3.pdf", "报价.png"]
    types = [body["file_type"] for body in requests_of(post, "/files")]
    assert types == ["pdf", "stream"]


async def test_a_picture_above_ten_megabytes_is_a_file(post: Post) -> None:
    await post.send(_file(post, "大图.png", PNG + b"0" * resources.IMAGE_BYTES))
    assert [message.kind for message in post.shown()] == ["file"]


async def test_what_feishu_does_not_take_is_told(post: Post) -> None:
    await post.send(_file(post, "全部照片.zip", b"0" * (resources.FILE_BYTES + 1), "a"))
    await post.send(_file(post, "空.pdf", b"", "b"))
    bodies = [message.body for message in post.shown()]
    assert "“全部照片.zip”有 30.1 MB，超过飞书 30 MB 的上限" in bodies[0]
    assert "“空.pdf”是空的" in bodies[1]


async def test_a_file_the_platform_refuses_is_told(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.simulator.feishu.media._MAX_FILE", 3)
    await post.send(_file(post, "报价.pdf", b"%PDF"))
    assert [message.body for message in post.shown()] == ["“报价.pdf”发不过来：文件太大，飞书不收。"]


async def test_a_retry_uploads_nothing_again(post: Post) -> None:
    row = _file(post, "送货单.pdf", b"%PDF")
    row = replace(row, wire=await post.desk.prepare(row))
    post.sim.faults.profile = Profile(timeout_after_effect=1.0)
    with pytest.raises(SendFailed):
        await post.desk.send(row)
    post.sim.faults.profile = Profile()
    await post.desk.send(row)
    assert len(requests_of(post, "/files")) == 1
    assert len(post.shown()) == 1


async def test_a_file_that_is_not_there_is_given_up(post: Post) -> None:
    with pytest.raises(SendFailed) as caught:
        await post.desk.prepare(post.row("file", json.dumps({"name": "a", "sha256": "0" * 64})))
    assert caught.value.permanent
    with pytest.raises(SendFailed) as caught:
        await post.desk.prepare(post.row("file", "[]"))
    assert caught.value.permanent
