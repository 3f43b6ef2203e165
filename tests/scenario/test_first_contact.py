"""Somebody the firm does not know yet writes; an administrator says who it is, and what was written is done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from handlers import codes
from inventory_core import people
from inventory_core.views import PersonView, Role
from tests.support.firm import Firm, Shown
from tests.support.other_platform import Platform, service_with


class House(NamedTuple):
    firm: Firm
    wecom: Platform


@pytest.fixture
async def house(data: Path) -> AsyncIterator[House]:
    async with service_with(data, "feishu", names={"ou_fang": "王芳"}) as (firm, platforms):
        yield House(firm, platforms["feishu"])


async def administrator(firm: Firm) -> PersonView:
    found: list[PersonView] = await firm.service.store.read(lambda session: people.with_role(session, Role.ADMIN))
    return found[0]


async def owner(firm: Firm, account: str, platform: str = "feishu") -> PersonView | None:
    return await firm.service.store.read(lambda session: people.person_of(session, platform, account))


async def asked(house: House) -> tuple[str, Shown]:
    """The administrator's name and the card about the stranger."""
    admin = await administrator(house.firm)
    await house.firm.look()
    return admin.name, house.firm.card(admin.name)


def code_in(words: str) -> str:
    return next(word for word in words.split() if word.isdigit())


async def test_a_stranger_is_bound_on_the_card_and_the_first_words_are_done(house: House) -> None:
    firm, feishu = house
    first = await feishu.say("ou_fang", "库存 M8*30螺栓")
    assert len(first) == 1
    assert "还不认识您" in first[0]
    assert await feishu.say("ou_fang", "在吗") == []  # one answer until somebody has decided
    name, card = await asked(house)
    assert card.card.title == "有人要登记"
    assert [field.value for field in card.card.fields][:2] == ["王芳", "飞书"]
    toast = await firm.click(name, card, "绑定", {"name": "王芳", "role": "销售"})
    assert toast.text.startswith("已绑定：王芳（销售）")
    found = await owner(firm, "ou_fang")
    assert found is not None
    assert found.roles == {Role.SALES}
    told = feishu.texts("ou_fang")
    assert told[1] == "登记好了，您是王芳（销售）。刚才发的我这就办"
    assert "可发" in told[2]
    assert feishu.asked == ["ou_fang"]
    assert "已绑定：王芳" in firm.card(name).words
    await firm.sound()


async def test_an_existing_colleague_is_picked_from_the_list(house: House) -> None:
    firm, feishu = house
    await feishu.say("ou_1", "你好")
    name, card = await asked(house)
    option = card.card.choices[0].options[0]
    toast = await firm.choose(name, card, option.label)
    assert toast.tone == "good"
    found = await owner(firm, "ou_1")
    assert found is not None
    assert str(found.id) == option.value
    again = await firm.choose(name, card, option.label)
    assert "已经登记给" in again.text


async def test_typed_binding_asks_for_what_is_missing(house: House) -> None:
    firm, feishu = house
    code = code_in((await feishu.say("ou_2", "东风机电 生料带 5卷"))[0])
    name, _ = await asked(house)
    assert "是谁" in (await firm.say(name, f"绑定 {code}"))[-1].text
    assert "还没有“李雷”这个人" in (await firm.say(name, f"绑定 {code} 李雷"))[-1].text
    assert "没有“经理”这个角色" in (await firm.say(name, f"绑定 {code} 李雷 经理"))[-1].text
    assert "没有 0000 这个码" in (await firm.say(name, "绑定 0000 李雷 销售"))[-1].text
    assert await owner(firm, "ou_2") is None
    shown = await firm.say(name, f"绑定{code} 李雷 销售、仓管")
    assert any("已绑定：李雷（销售、仓管）" in one.words for one in shown)
    found = await owner(firm, "ou_2")
    assert found is not None
    assert found.roles == {Role.SALES, Role.KEEPER}
    _, draft = feishu.card("ou_2")
    assert "草稿" in draft.title
    await firm.sound()


async def test_only_administrators_and_bosses_decide(house: House) -> None:
    firm, feishu = house
    code = code_in((await feishu.say("ou_3", "你好"))[0])
    shown = await firm.say("销售", f"绑定 {code} 韩梅 老板")
    assert "管理员或老板" in shown[-1].text
    _, card = await asked(house)
    now, sales = firm.clock(), firm.seat("销售").id
    await firm.service.store.write(lambda session: people.bind(session, sales, "feishu", "ou_sales", now))
    toast = await feishu.click("ou_sales", card.button("绑定").token, "m", {"name": "韩梅", "role": "老板"})
    assert "管理员或老板" in toast.toast
    assert await owner(firm, "ou_3") is None


async def test_refused_is_silence_until_it_is_taken_back(house: House) -> None:
    firm, feishu = house
    code = code_in((await feishu.say("ou_4", "你好"))[0])
    name, card = await asked(house)
    await firm.click(name, card, "不是我们的人")
    assert await feishu.say("ou_4", "在吗") == []
    assert await feishu.say("ou_4", "库存", to_bot=True, chat="oc_group", chat_kind="group") == []
    await firm.say(name, f"绑定 {code} 李雷 销售")
    assert await owner(firm, "ou_4") is not None
    assert "登记好了" in feishu.texts("ou_4")[1]


async def test_in_a_group_no_code_is_shown(house: House) -> None:
    _firm, feishu = house
    group = {"chat": "oc_group", "chat_kind": "group"}
    assert await feishu.say("ou_5", "中午吃什么", **group) == []
    said = await feishu.say("ou_5", "库存 M8", to_bot=True, **group)
    assert said == ["还不认识您。请先和我单聊发一句话，我告诉您怎么登记"]
    assert await feishu.say("ou_5", "库存 M8", to_bot=True, **group) == []
    alone = await feishu.say("ou_5", "你好")
    assert "告诉管理员" in alone[0]
    assert len(code_in(alone[0])) == 4
    assert await feishu.say("ou_5", "你好") == []


async def test_the_same_event_twice_asks_once(house: House) -> None:
    firm, feishu = house
    event = feishu.inbound("ou_6", "你好")
    await feishu.post(event)
    await feishu.post(event)
    assert len(feishu.texts("ou_6")) == 1
    rows = await firm.rows("SELECT COUNT(*) FROM outbox WHERE key LIKE 'contact:%' AND kind = 'card'")
    admins = await firm.service.store.read(lambda session: people.with_role(session, Role.ADMIN))
    assert rows == [(len(admins),)]


async def test_old_words_and_pictures_are_asked_for_again(house: House) -> None:
    firm, feishu = house
    await feishu.say("ou_7", "东风机电 生料带 5卷")
    firm.clock.move(hours=2)
    await feishu.picture("ou_7")
    name, card = await asked(house)
    await firm.click(name, card, "绑定", {"name": "李雷", "role": "销售"})
    told = feishu.texts("ou_7")
    assert told[-1].startswith("登记好了，您是李雷（销售）。刚才的图片和文件请再发一次")
    assert feishu.cards("ou_7") == {}


async def test_a_printed_code_makes_an_account_a_person(house: House) -> None:
    firm, feishu = house
    admin = await administrator(firm)
    now = firm.clock()
    code = await firm.service.store.write(lambda session: codes.make(session, admin.id, now))
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    assert await feishu.say("ou_8", wrong) == await feishu.say("ou_9", "1234 5678")
    assert await owner(firm, "ou_8") is None
    said = await feishu.say("ou_8", f"{code[:4]} {code[4:]}")
    assert said[0].startswith(f"登记好了，您是{admin.name}")
    found = await owner(firm, "ou_8")
    assert found is not None
    assert found.id == admin.id
    used = await feishu.say("ou_9", code)
    assert used == [feishu.texts("ou_9")[0]]  # used looks like wrong
    assert await owner(firm, "ou_9") is None


async def test_wrong_codes_are_limited_per_account_and_day(house: House) -> None:
    firm, feishu = house
    admin = await administrator(firm)
    now = firm.clock()
    code = await firm.service.store.write(lambda session: codes.make(session, admin.id, now))
    for step in range(1, 6):
        await feishu.say("ou_10", f"{(int(code) + step) % 10**8:08d}")
    assert "不对" in (await feishu.say("ou_10", code))[0]
    assert await owner(firm, "ou_10") is None
    firm.clock.move(hours=23, minutes=30)
    assert "登记好了" in (await feishu.say("ou_10", code))[0]


async def test_an_expired_code_looks_like_a_wrong_one(house: House) -> None:
    firm, feishu = house
    admin = await administrator(firm)
    now = firm.clock()
    code = await firm.service.store.write(lambda session: codes.make(session, admin.id, now))
    firm.clock.move(hours=25)
    assert "不对" in (await feishu.say("ou_11", code))[0]


async def test_who_leaves_on_the_platform_has_no_rights_at_once(house: House) -> None:
    firm, feishu = house
    await feishu.say("ou_fang", "东风机电 生料带 5卷")
    name, card = await asked(house)
    await firm.click(name, card, "绑定", {"name": "王芳", "role": "销售"})
    await feishu.leave("ou_fang")
    assert await owner(firm, "ou_fang") is None
    result = await feishu.press("ou_fang", feishu.card("ou_fang")[1].buttons[0].label)
    assert "没登记" in result.toast
    before = len(feishu.sent)
    await feishu.say("ou_fang", "确认")
    assert len(feishu.sent) == before
    await firm.look()
    assert firm.texts(name)[-1] == "飞书通知：王芳离开了公司，所有权限已失效"
    rows = await firm.rows("SELECT active FROM person WHERE name = '王芳'")
    assert rows == [(0,)]
    await firm.sound()


async def test_who_has_left_sees_nothing_more(house: House) -> None:
    firm, feishu = house
    await feishu.say("ou_fang", "华宇建材 M8*30螺栓 5盒")
    name, card = await asked(house)
    await firm.click(name, card, "绑定", {"name": "王芳", "role": "销售"})
    label = feishu.card("ou_fang")[1].title.split()[1]
    await firm.say(name, "离职 王芳")
    await firm.say(name, "确认离职 王芳")
    before = len(feishu.sent)
    await firm.say("老板", f"取消 {label}")
    assert len(feishu.sent) == before
    assert await feishu.say("ou_fang", f"{label} 第1行改成1盒") == []
    await firm.sound()


async def test_a_name_that_cannot_be_had_keeps_nobody_waiting(house: House) -> None:
    _firm, feishu = house

    async def broken(_account: str) -> str:
        raise RuntimeError("no names today")

    vars(feishu)["name_of"] = broken
    assert "还不认识您" in (await feishu.say("ou_20", "你好"))[0]


async def test_a_message_under_way_when_its_author_leaves_is_not_done(house: House) -> None:
    """What was prepared for a person takes no effect once the account is nobody's."""
    firm, feishu = house
    await feishu.say("ou_fang", "你好")
    name, card = await asked(house)
    await firm.click(name, card, "绑定", {"name": "王芳", "role": "销售"})
    turns = vars(firm.service.dispatcher)["_turns"]
    real = turns._prepare
    left = False

    async def slowly(item: object) -> object:
        nonlocal left
        prepared = await real(item)
        if not left:
            left = True
            now = firm.clock()
            await firm.service.store.write(lambda session: people.unbind(session, "feishu", "ou_fang", now))
        return prepared

    vars(turns)["_prepare"] = slowly
    said = await feishu.say("ou_fang", "华宇建材 M8*30螺栓 5盒")
    assert "还不认识您" in said[0]
    rows = await firm.rows("SELECT COUNT(*) FROM document WHERE platform = 'feishu'")
    assert rows == [(0,)]


async def test_the_last_administrator_who_leaves_is_an_alarm(house: House) -> None:
    firm, feishu = house
    admin = await administrator(firm)
    now = firm.clock()

    def only_feishu(session: object) -> None:
        for platform, account in people.accounts(session, admin.id):  # type: ignore[arg-type]
            people.unbind(session, platform, account, now)  # type: ignore[arg-type]
        people.bind(session, admin.id, "feishu", "ou_admin", now)  # type: ignore[arg-type]

    await firm.service.store.write(only_feishu)
    await feishu.leave("ou_admin")
    assert await owner(firm, "ou_admin") is None
    rows = await firm.rows("SELECT active FROM person WHERE id = :id", id=admin.id)
    assert rows == [(1,)]


async def test_leaving_is_asked_about_once_and_then_done(house: House) -> None:
    firm, _feishu = house
    admin = await administrator(firm)
    assert "管理员或老板" in (await firm.say("销售", f"离职 {admin.name}"))[-1].text
    assert "最后一个管理员" in (await firm.say(admin.name, f"离职 {admin.name}"))[-1].text
    sales = firm.seat("销售").name
    card = (await firm.say(admin.name, f"离职 {sales}"))[-1]
    assert card.card.title == f"{sales}离职？"
    shown = await firm.say(admin.name, "确认")
    assert any(f"{sales}已办离职" in one.words for one in shown)
    rows = await firm.rows("SELECT active FROM person WHERE name = :name", name=sales)
    assert rows == [(0,)]
    toast = await firm.press(admin.name, card, card.button("确认离职").token)
    assert "已经是离职的了" in toast.text


async def test_a_confirmation_after_something_else_confirms_no_leave(house: House) -> None:
    firm, _feishu = house
    admin = await administrator(firm)
    sales = firm.seat("销售").name
    await firm.say(admin.name, f"离职 {sales}")
    await firm.say(admin.name, "库存 M8*30螺栓")
    await firm.say(admin.name, "确认")
    rows = await firm.rows("SELECT active FROM person WHERE name = :name", name=sales)
    assert rows == [(1,)]


async def test_the_same_userid_at_the_other_wecom_door_is_the_same_person(data: Path) -> None:
    async with service_with(data, "wecom", "wecombot") as (firm, platforms):
        contacts = vars(vars(firm.service.dispatcher)["_turns"])["_strangers"]
        contacts.twins = True  # as when both doors are in the settings
        now = firm.clock()
        sales = firm.seat("销售").id
        await firm.service.store.write(lambda session: people.bind(session, sales, "wecom", "zhou", now))
        said = await platforms["wecombot"].say("zhou", "库存 M8*30螺栓")
        assert any("可发" in text for text in said)
        assert not any("不认识" in text for text in said)
        found = await owner(firm, "zhou", "wecombot")
        assert found is not None
        assert found.id == sales
        await platforms["wecom"].leave("zhou")
        assert await owner(firm, "zhou", "wecombot") is None
