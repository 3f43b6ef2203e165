"""The page in a real browser: people side by side write, click, quote, recall, trace; on a phone one by one."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, FilePayload, Page, ViewportSize, async_playwright, expect

from bot.channel import Outgoing
from bot.console.api import PREFIX
from bot.inbound import Inbound
from handlers.turn import ClickResult
from notifications import card_json
from notifications.card import Button, Card, Choice, Field, Input, Note, Option, Style, Table, Tone
from tests.support.console import BOSS, KEEPER, PNG, SELLER, SUPERVISOR, Desk, RememberingDoor
from tests.support.console import desk as serve

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = pytest.mark.browser

DRAFT = Card(
    "销售单 草稿1",
    Tone.WARN,
    "小林",
    (Field("客户", "城东<b>机电</b>"),),
    Table(("行", "货品", "数量"), (("1", "平垫 M8", "5包"), ("2", "“生料带”？", "20卷")), (Tone.NEUTRAL, Tone.BAD)),
    (Note("第2行没定", Tone.BAD),),
    (
        Choice("line2", "第2行是哪一种？", "t-pick", (Option("12mm", "12"), Option("19mm", "19"))),
        Choice("price", "按哪个价？", "t-price", tuple(Option(f"{n} 元", str(n)) for n in range(1, 9))),
    ),
    (Input("note", "备注", "可不填"),),
    (Button("确认", "t-ok", Style.PRIMARY), Button("取消", "t-no", confirm="取消 草稿1？")),
    hint="也可以说：第2行要12mm的",
)
DONE = Card("销售单 XS-0001 已审核", Tone.GOOD, "小林", (Field("客户", "城东机电"),))


class AnsweringDoor(RememberingDoor):
    """Answers an order with a draft card, and a click on 确认 with the posted document's card."""

    desk: Desk

    async def accept(self, inbound: Inbound) -> int:
        inbox = await super().accept(inbound)
        if "平垫" in inbound.text:
            body = card_json.dumps(DRAFT)
            await self.desk.console.channel.send(
                Outgoing(1, f"r{inbox}", inbound.chat, "card", body, reply_to=inbound.message_ref)
            )
        return inbox

    async def click(self, inbound: Inbound) -> ClickResult:
        await super().click(inbound)
        if inbound.token == "t-ok":
            body = card_json.dumps(DONE)
            await self.desk.console.channel.send(
                Outgoing(2, inbound.event_key, inbound.chat, "card_update", body, inbound.message_ref)
            )
        return ClickResult({"t-ok": "已确认，单号 XS-0001"}.get(inbound.token, "好了"), "good")


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    door = AnsweringDoor()
    async with serve(door) as running:
        door.desk = running
        yield running


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield found
        await found.close()


async def opened(browser: Browser, desk: Desk, width: int, height: int, path: str = "/") -> Page:
    """The page, connected. Anything it complains about fails the test."""
    size: ViewportSize = {"width": width, "height": height}
    context = await browser.new_context(viewport=size, locale="zh-CN", has_touch=width < 700, is_mobile=width < 700)
    page = await context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: pytest.fail(f"the page threw {error}"))
    page.on("console", lambda message: pytest.fail(message.text) if "Content Security" in message.text else None)
    await page.goto(f"http://127.0.0.1:{desk.client.port}{PREFIX}{path}")
    await expect(page.locator("#live")).to_have_class("live on")
    return page


async def test_an_order_from_words_to_a_posted_document(desk: Desk, browser: Browser) -> None:
    page = await opened(browser, desk, 1440, 900)
    await expect(page.locator(".pane")).to_have_count(3)
    seller = page.locator(f".pane[data-person='{SELLER}']")
    area = seller.get_by_label("说点什么")
    await area.fill("城东 平垫M8 5包")
    await area.press("Shift+Enter")
    await area.type("生料带20卷")
    await area.press("Enter")
    await expect(area).to_have_value("")
    await expect(seller.locator(".msg.mine .bubble")).to_have_text("城东 平垫M8 5包\n生料带20卷")
    card = seller.locator(".card")
    await expect(card.locator("h3")).to_have_text("销售单 草稿1")
    await expect(card.locator("dd")).to_have_text("城东<b>机电</b>")  # as written, not as HTML
    await expect(card.locator("tr.bad td").nth(1)).to_have_text("“生料带”？")
    await expect(card.locator(".note.bad")).to_have_text("第2行没定")
    await expect(card.locator(".hint")).to_contain_text("12mm")

    await card.get_by_role("button", name="19mm").click()
    await expect(seller.locator(".toast").last).to_have_text("好了")
    await card.locator("select").select_option("3")
    await expect(seller.locator(".toast")).to_have_count(2)
    await card.get_by_role("button", name="取消").click()
    await page.locator("dialog").get_by_role("button", name="再想想").click()
    await card.get_by_label("备注").fill("急")
    await card.get_by_role("button", name="确认").click()
    await expect(card.locator("h3")).to_have_text("销售单 XS-0001 已审核")
    await expect(seller.locator(".toast").last).to_have_text("已确认，单号 XS-0001")
    assert [(click.token, click.values) for click in desk.door.clicked] == [
        ("t-pick", {"line2": "19"}),
        ("t-price", {"price": "3"}),
        ("t-ok", {"note": "急"}),
    ]


async def test_side_by_side_in_a_group_with_quotes_files_and_recall(desk: Desk, browser: Browser) -> None:
    page = await opened(browser, desk, 1440, 900)
    seller, boss = (page.locator(f".pane[data-person='{who}']") for who in (SELLER, SUPERVISOR))
    for pane in (seller, boss):
        await pane.get_by_role("tab", name="销售群").click()
    await seller.get_by_label("说点什么").fill("今天谁去送货？")
    await seller.get_by_label("说点什么").press("Enter")
    await expect(boss.locator(".msg .who")).to_have_text("小林")
    said = boss.locator(".msg").first
    await said.hover()
    await said.get_by_role("button", name="引用").click()
    await boss.get_by_title("@单据").click()
    await boss.get_by_label("说点什么").press("End")
    await boss.get_by_label("说点什么").type("草稿")
    await boss.get_by_label("说点什么").press("Enter")
    await expect(seller.locator(".quoted")).to_contain_text("今天谁去送货？")
    assert (desk.door.last.text, desk.door.last.quoted_ref, desk.door.last.to_bot) == ("草稿", "1", True)

    chosen: list[FilePayload] = [
        {"name": "手写单.png", "mimeType": "image/png", "buffer": PNG},
        {"name": "价格表.csv", "mimeType": "text/csv", "buffer": b"a,b"},
    ]
    await seller.locator("input[type=file]").set_input_files(chosen)
    await expect(seller.locator(".chip")).to_have_count(2)
    await seller.get_by_title("发送").click()
    await expect(boss.locator(".file b")).to_have_text("价格表.csv")
    await expect(boss.locator(".msg img.pic")).to_have_count(1)

    own = seller.locator(".msg.mine").first
    await own.hover()
    await own.get_by_role("button", name="撤回").click()
    await page.locator("dialog").get_by_role("button", name="撤回").click()
    await expect(seller.locator(".recalled")).to_have_text("你撤回了一条消息")
    await expect(boss.locator(".recalled")).to_have_text("小林撤回了一条消息")
    assert desk.door.last.kind == "recall"


async def test_a_file_dragged_in_waits_to_be_sent(desk: Desk, browser: Browser) -> None:
    page = await opened(browser, desk, 1440, 900)
    pane = page.locator(f".pane[data-person='{KEEPER}']")
    transfer = await page.evaluate_handle(
        "() => { const t = new DataTransfer(); t.items.add(new File(['abc'], '入库.txt')); return t; }"
    )
    await pane.dispatch_event("dragenter", {"dataTransfer": transfer})
    await expect(pane.locator(".drop")).to_be_visible()
    await pane.dispatch_event("drop", {"dataTransfer": transfer})
    await expect(pane.locator(".drop")).to_be_hidden()
    await expect(pane.locator(".chip")).to_contain_text("入库.txt")
    await pane.get_by_label("说点什么").press("Enter")
    await expect(pane.locator(".file b")).to_have_text("入库.txt")


async def test_the_trace_of_a_message_and_what_was_set_aside(desk: Desk, browser: Browser) -> None:
    seq = await desk.say("城东 平垫 5包")
    page = await opened(browser, desk, 1440, 900)
    message = page.locator(f"#m{SELLER}-{seq}")
    await message.hover()
    await message.get_by_role("button", name="轨迹").click()
    drawer = page.get_by_label("消息轨迹")
    await expect(drawer.locator(".steps b")).to_have_text(["收到", "理解", "制单", "发出"])
    await expect(drawer.locator(".steps time").nth(1)).to_contain_text("+40 ms")
    await expect(drawer.locator(".json")).to_have_text(json.dumps({"intent": "sales_order"}, indent=2))
    await drawer.get_by_title("看这条消息").click()
    await expect(drawer).to_be_hidden()
    await expect(page.locator(f"#m{SELLER}-2")).to_have_class(re.compile("found"))

    await page.get_by_role("button", name="搁置的消息").click()
    problems = page.locator(".problem")
    await expect(problems).to_have_count(2)
    await problems.first.get_by_role("button", name="重试").click()
    await expect(problems.first.get_by_role("status")).to_have_text("已重新排队，马上处理")
    assert desk.records.retried == [("inbox", 3)]
    await page.keyboard.press("Escape")
    await expect(page.locator("#drawer")).to_be_hidden()


async def test_what_was_missed_while_the_service_was_away_arrives_once(desk: Desk, browser: Browser) -> None:
    page = await opened(browser, desk, 1440, 900)
    context = page.context
    pane = page.locator(f".pane[data-person='{SELLER}']")
    await context.set_offline(True)
    await pane.get_by_label("说点什么").fill("断网时写的")
    await pane.get_by_label("说点什么").press("Enter")
    await expect(pane.locator(".failed")).to_contain_text("连不上服务")
    await desk.console.channel.send(Outgoing(1, "k", str(SELLER), "text", "断网时来的"))
    await context.set_offline(False)
    await pane.get_by_role("button", name="重发").click()
    await expect(pane.locator(".bubble", has_text="断网时来的")).to_have_count(1)
    await expect(pane.locator(".bubble", has_text="断网时写的")).to_have_count(1)
    await expect(pane.locator(".failed")).to_have_count(0)


async def test_a_phone_shows_one_person_at_a_time(desk: Desk, browser: Browser) -> None:
    page = await opened(browser, desk, 390, 844)
    await expect(page.locator(".pane:visible")).to_have_count(1)
    await desk.console.channel.send(Outgoing(1, "k", str(BOSS), "card", card_json.dumps(DRAFT)))
    chip = page.locator(f".person[data-id='{BOSS}']")
    await expect(chip.locator(".badge")).to_have_text("1")
    await chip.tap()
    await expect(page.locator(".pane:visible")).to_have_attribute("data-person", str(BOSS))
    await expect(page.locator(".pane:visible .card h3")).to_have_text("销售单 草稿1")
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
