"""``danju simulate`` in a real browser: the same person on Feishu and on WeCom, an approver beside, and the wire."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import yaml
from playwright.async_api import Browser, FilePayload, Locator, Page, ViewportSize, async_playwright, expect

from bot.simulator.page.server import Page as Server
from bot.simulator.session import Session
from tests.support.console import PNG
from tests.support.firm import Clock, data, sample_database
from tests.support.processes import ROOT
from tests.support.recorded import keep_time

__all__ = ["data", "sample_database"]

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
ORDER = "永兴 M8*30镀锌螺丝 10盒 生料带 20卷"


class Desk:
    def __init__(self, session: Session, url: str) -> None:
        self.session = session
        self.url = url


@pytest.fixture
async def desk(data: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    clock = Clock()
    keep_time(monkeypatch, clock)
    session = Session(data, mode="webhook", clock=clock)
    await session.start()
    server = Server(session)
    try:
        yield Desk(session, await server.start())
    finally:
        await server.stop()
        await session.stop()


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield found
        await found.close()


async def opened(browser: Browser, desk: Desk, width: int = 1500, height: int = 940) -> Page:
    """The page, connected. Anything it complains about fails the test."""
    size: ViewportSize = {"width": width, "height": height}
    context = await browser.new_context(viewport=size, locale="zh-CN", has_touch=width < 700, is_mobile=width < 700)
    page = await context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: pytest.fail(f"the page threw {error}"))
    page.on("console", lambda message: pytest.fail(message.text) if "Content Security" in message.text else None)
    await page.goto(desk.url)
    await expect(page.locator("#live")).to_have_class("live on")
    return page


def pane(page: Page, side: str) -> Locator:
    return page.locator(f"section[data-pane={side}]")


async def say(where: Locator, text: str) -> None:
    area = where.get_by_label("说点什么")
    await area.fill(text)
    await area.press("Enter")


@pytest.mark.browser
async def test_one_draft_is_seen_as_both_platforms_cards(desk: Desk, browser: Browser) -> None:
    page = await opened(browser, desk)
    left, right = pane(page, "left"), pane(page, "right")
    await say(left, ORDER)
    card = left.locator(".fs-card")
    await expect(card.locator("h3")).to_contain_text("还有1处要定")
    await expect(card.locator(".fs-head")).to_have_class("fs-head t-orange")
    await expect(card.locator("tbody tr")).to_have_count(2)
    await card.get_by_role("button", name="20米").click()
    await expect(left.locator(".toast")).to_contain_text("选好了")
    await expect(card.locator("h3")).to_contain_text("待确认")

    await left.get_by_role("radio", name="企微应用").click()
    await expect(left.locator(".msg")).to_have_count(0)
    await say(left, "第1行改成12盒")
    here = left.locator(".wx-card")
    await expect(here).to_contain_text("12盒")
    await expect(here.locator(".wx-rows")).to_contain_text("永兴建材店")
    await right.get_by_label("看谁的").select_option("小李")
    await expect(right.locator(".fs-card")).to_contain_text("12盒")  # the copy on the other platform is kept up to date
    await here.get_by_role("button", name="确认").click()
    await expect(here.locator("h3")).to_contain_text("已审核")
    await expect(right.locator(".fs-card h3")).to_contain_text("已审核")


@pytest.mark.browser
async def test_submitter_and_approver_side_by_side_with_a_reason_and_a_confirm_popup(
    desk: Desk, browser: Browser
) -> None:
    page = await opened(browser, desk)
    left, right = pane(page, "left"), pane(page, "right")
    await say(left, "新绿园林 M8*30镀锌螺栓 20盒 单价12")
    await left.locator(".fs-card").get_by_role("button", name="取消").click()
    dialog = page.locator("dialog")
    await expect(dialog).to_contain_text("取消")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await left.locator(".fs-card").get_by_role("button", name="确认").click()
    approval = right.locator(".fs-card")
    await expect(approval.locator("h3")).to_contain_text("待审核")
    await approval.get_by_label("驳回原因").fill("价格太低")
    await approval.get_by_role("button", name="驳回").click()
    if await page.locator("dialog").count():
        await page.locator("dialog").get_by_role("button", name="确定").click()
    await expect(right.locator(".toast").last).to_contain_text("已驳回")
    await expect(left.locator(".fs-card").last).to_contain_text("价格太低")


@pytest.mark.browser
async def test_groups_files_quotes_and_recall(desk: Desk, browser: Browser) -> None:
    page = await opened(browser, desk)
    left, right = pane(page, "left"), pane(page, "right")
    for where in (left, right):
        await where.get_by_role("tab", name="销售群").click()
    await say(left, "今天谁送货？")
    await expect(right.locator(".msg .who")).to_have_text("小李")
    said = right.locator(".msg").first
    await said.hover()
    await said.get_by_role("button", name="引用").click()
    await expect(right.locator(".chip.quote")).to_contain_text("今天谁送货？")
    await say(right, "我去")
    await expect(left.locator(".quoted")).to_contain_text("今天谁送货？")
    chosen: list[FilePayload] = [
        {"name": "手写单.png", "mimeType": "image/png", "buffer": PNG},
        {"name": "价格表.csv", "mimeType": "text/csv", "buffer": b"a,b"},
    ]
    await left.locator("input[type=file]").set_input_files(chosen)
    await expect(left.locator(".chip")).to_have_count(2)
    await left.get_by_title("发送").click()
    await expect(right.locator(".msg img.pic")).to_have_count(1)
    await expect(right.locator(".file b")).to_have_text("价格表.csv")
    own = left.locator(".msg.mine").first
    await own.hover()
    await own.get_by_role("button", name="撤回").click()
    await page.locator("dialog").get_by_role("button", name="撤回").click()
    await expect(right.locator(".recalled")).to_have_text("小李撤回了一条消息")

    await left.get_by_role("radio", name="企微应用").click()
    await expect(left.locator(".list")).to_contain_text("自建应用进不了群")
    await expect(left.get_by_label("说点什么")).to_be_disabled()
    await left.get_by_role("radio", name="企微机器人").click()
    await say(left, "@单据 永兴 生料带20米加厚 5卷")
    await expect(left.locator(".wx-card h3")).to_contain_text("待确认")


@pytest.mark.browser
async def test_the_wire_shows_request_decrypted_event_and_answer_and_no_secret(desk: Desk, browser: Browser) -> None:
    page = await opened(browser, desk)
    left, wire = pane(page, "left"), pane(page, "wire")
    await left.get_by_role("radio", name="企微应用").click()
    await say(left, "库存 M8*30镀锌螺栓")
    await expect(left.locator(".msg.bot .bubble")).to_contain_text("可发")
    callback = wire.locator(".exchange").filter(has_text="callback text")
    await callback.locator("summary").click()
    await expect(callback.locator("h4")).to_have_text(["请求", "解密后的事件", "答复"])
    await expect(callback).to_contain_text("M8*30镀锌螺栓")
    asked = next(one.ref for one in desk.session.wecom.shown.messages.values() if one.sender != "bot")
    await expect(callback).to_contain_text(asked)  # to the last digit of its 64 bits
    for node in await wire.locator("summary").all():
        if not await node.evaluate("node => node.parentElement.open"):
            await node.click()
    told = await wire.inner_text()
    configs = (
        desk.session.wecom.config.secret,
        desk.session.wecom.config.aes_key,
        desk.session.feishu.config.app_secret,
    )
    assert not [secret for secret in configs if secret in told]


@pytest.mark.browser
async def test_by_keyboard_alone_and_on_a_telephone(desk: Desk, browser: Browser) -> None:
    page = await opened(browser, desk)
    left = pane(page, "left")
    await left.get_by_role("radio", name="飞书").focus()
    await page.keyboard.press("ArrowRight")
    await expect(left.get_by_role("radio", name="企微应用")).to_have_attribute("aria-checked", "true")
    await expect(left.get_by_role("radio", name="企微应用")).to_be_focused()
    await page.keyboard.press("ArrowLeft")
    await left.get_by_label("说点什么").focus()
    await page.keyboard.type("永兴 生料带20米加厚 5卷")
    await page.keyboard.press("Enter")
    await left.locator(".fs-card").get_by_role("button", name="确认").focus()
    await page.keyboard.press("Enter")
    await expect(left.locator(".fs-card h3")).to_contain_text("已审核")

    phone = await opened(browser, desk, 390, 844)
    await expect(phone.locator(".pane:visible")).to_have_count(1)
    await expect(phone.locator(".pane:visible .fs-card")).to_have_count(1)
    await phone.locator("#views").get_by_role("tab", name="报文").tap()
    await expect(phone.locator(".pane:visible .exchange").first).to_be_visible()
    assert await phone.evaluate("document.documentElement.scrollWidth") == 390


async def test_foreign_pages_and_odd_requests_are_turned_away(desk: Desk) -> None:
    async with aiohttp.ClientSession() as http:
        bodies: list[tuple[str, object, dict[str, str], int]] = [
            ("say", {"who": "小李", "platform": "feishu", "text": "x"}, {"Origin": "http://elsewhere.example"}, 403),
            ("say", {"who": "小李", "platform": "feishu", "text": "x"}, {"Host": "elsewhere.example"}, 403),
            ("say", {"who": "谁", "platform": "feishu", "text": "x"}, {}, 409),
            ("say", {"who": "小李", "platform": "fax", "text": "x"}, {}, 400),
            ("say", {"who": "小李", "platform": "feishu", "text": "x", "room": "货仓群"}, {}, 409),
            ("click", {"who": "小李", "platform": "feishu", "ref": "om_none", "token": "t"}, {}, 409),
            ("recall", {"who": "小李", "platform": "wecom", "ref": "1"}, {}, 409),
        ]
        for path, body, headers, status in bodies:
            async with http.post(f"{desk.url}api/{path}", json=body, headers=headers) as answer:
                assert (answer.status, "error" in await answer.json()) == (status, True), (path, body)
        async with http.get(desk.url) as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


# -- the command -------------------------------------------------------------------------------------------------------


async def test_the_command_starts_records_and_ends_cleanly(tmp_path: Path) -> None:
    record = tmp_path / "session.yaml"
    process = await command(tmp_path, "--port", "0", "--mode", "ws", "--record", str(record))
    try:
        url = await address(process)
        async with aiohttp.ClientSession() as http, asyncio.timeout(60):
            body = {"who": "小李", "platform": "feishu", "text": "永兴 生料带20米加厚 5卷"}
            async with http.post(f"{url}api/say", json=body) as answer:
                assert answer.status == 200
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(60):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    [step] = yaml.safe_load(record.read_text(encoding="utf-8"))["steps"]
    assert (step["who"], step["at"], step["says"]) == ("小李", "feishu", "永兴 生料带20米加厚 5卷")
    assert step["feishu"][0]["card"] == "销售单 ‹草稿1› · 待确认"


async def test_beside_real_credentials_it_refuses_with_a_sentence(tmp_path: Path) -> None:
    process = await command(tmp_path, "--port", "0", DANJU_FEISHU_APP_ID="cli_0000000000000000")
    async with asyncio.timeout(60):
        told, _ = await process.communicate()
    assert process.returncode == 1
    assert "真实的飞书或企业微信凭证" in told.decode()
    assert "Traceback" not in told.decode()


async def command(folder: Path, *arguments: str, **more: str) -> asyncio.subprocess.Process:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DANJU_")}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "simulate", "--data", str(folder / "data"), *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=environment | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"} | more,
    )


async def address(process: asyncio.subprocess.Process) -> str:
    """The page's address, as the command tells it."""
    assert process.stdout is not None
    told = ""
    async with asyncio.timeout(90):
        while "Ctrl-C" not in told:
            line = (await process.stdout.readline()).decode()
            assert line, told
            told += line
    return next(word.partition("：")[2] for word in told.split() if "打开：" in word)
