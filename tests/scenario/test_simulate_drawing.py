"""Everything the simulator's page can draw: parts of cards that Danju sends seldom or never, and words that look like
HTML. Shown by the simulated platforms themselves; Danju is not asked."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.simulator.page.server import Page as Server
from bot.simulator.parts import Message
from bot.simulator.session import Session
from tests.support.firm import data, sample_database

__all__ = ["data", "sample_database"]
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
pytestmark = pytest.mark.browser


def words(text: str, **more: str) -> dict[str, Any]:
    return {"tag": "plain_text", "content": text, **more}


def button(label: str, token: str, **more: Any) -> dict[str, Any]:
    behaviors = [{"type": "callback", "value": {"token": token}}]
    return {"tag": "button", "name": f"b_{token}", "text": words(label), "behaviors": behaviors, **more}


ROWS = [{"n": [{"text": str(n), "color": "red" if n == 2 else "neutral"}], "w": f"<b>货{n}</b>"} for n in range(1, 13)]
FEISHU: dict[str, Any] = {
    "schema": "2.0",
    "config": {"update_multi": True},
    "header": {"title": words("<i>题</i>"), "template": "red", "subtitle": words("副题")},
    "body": {
        "elements": [
            {"tag": "markdown", "content": "# 大字\n**粗** 和 `码`\n> 引用\n- 一\n---\n[链](https://a.example/)"},
            {"tag": "div", "text": words("灰的小字", text_size="notation", text_color="grey")},
            {"tag": "div", "fields": [{"text": words("左：1")}, {"text": words("右：2")}]},
            {"tag": "hr"},
            {
                "tag": "table",
                "page_size": 5,
                "columns": [
                    {"name": "n", "display_name": "行", "data_type": "options"},
                    {"name": "w", "display_name": "货", "data_type": "text"},
                ],
                "rows": ROWS,
            },
            {
                "tag": "collapsible_panel",
                "header": {"title": words("更多")},
                "elements": [{"tag": "markdown", "content": "里面"}],
            },
            {
                "tag": "form",
                "name": "f",
                "elements": [
                    {"tag": "input", "name": "why", "label": words("原因"), "required": True},
                    {
                        "tag": "select_static",
                        "name": "which",
                        "placeholder": words("哪个"),
                        "options": [{"text": words("甲"), "value": "a"}, {"text": words("乙"), "value": "b"}],
                    },
                    button("交", "t-form", form_action_type="submit", type="primary_filled"),
                ],
            },
            button("按不了", "t-off", disabled=True),
            {"tag": "chart", "chart_spec": {}},
        ]
    },
}
WECOM: dict[str, Any] = {
    "card_type": "multiple_interaction",
    "task_id": "task-many",
    "source": {"desc": "来源", "desc_color": 3},
    "action_menu": {"desc": "更多", "action_list": [{"text": "不再提醒", "key": "k-menu"}]},
    "main_title": {"title": "<script>alert(1)</script>", "desc": "说明"},
    "emphasis_content": {"title": "120", "desc": "件"},
    "quote_area": {"type": 0, "title": "引", "quote_text": "引文"},
    "sub_title_text": "第一行\n第二行",
    "horizontal_content_list": [
        {"keyname": "客户", "value": "城东"},
        {"keyname": "网页", "value": "看", "type": 1, "url": "https://a.example/"},
    ],
    "select_list": [
        {
            "question_key": "q1",
            "title": "第1行",
            "selected_id": "y",
            "option_list": [{"id": "x", "text": "粗"}, {"id": "y", "text": "细"}],
        }
    ],
    "submit_button": {"text": "提交", "key": "k-submit"},
}
VOTE: dict[str, Any] = {
    "card_type": "vote_interaction",
    "task_id": "task-vote",
    "main_title": {"title": "投票"},
    "checkbox": {
        "question_key": "v",
        "mode": 1,
        "option_list": [{"id": "1", "text": "一"}, {"id": "2", "text": "二", "is_checked": True}],
    },
    "submit_button": {"text": "投", "key": "k-vote"},
}


@pytest.fixture
async def session(data: Path) -> AsyncIterator[Session]:
    session = Session(data, mode="webhook")
    await session.start()
    yield session
    await session.stop()


@pytest.fixture
async def page(session: Session, chromium: str) -> AsyncIterator[Page]:
    server = Server(session)
    url = await server.start()
    async with async_playwright() as playwright:
        browser: Browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1500, "height": 940})
        page.on("pageerror", lambda error: pytest.fail(f"the page threw {error}"))
        page.on("dialog", lambda dialog: pytest.fail(f"something ran: {dialog.message}"))
        await page.goto(url)
        await expect(page.locator("#live")).to_have_class("live on")
        yield page
        await browser.close()
    await server.stop()


def show(session: Session, platform: str, kind: str, body: Any, ref: str) -> None:
    chat = session.chat("小李", platform)
    session.platforms[platform].shown.add(Message(ref, chat, "bot", kind, body, time.time()))


async def sent(page: Page, tap: Locator) -> Any:
    """What the page sends for a tap."""
    async with page.expect_request("**/api/click") as asked:
        await tap.click()
    return (await asked.value).post_data_json


async def test_a_feishu_card_with_everything(session: Session, page: Page) -> None:
    show(session, "feishu", "card", FEISHU, "om_everything")
    card = page.locator("[data-pane=left] .fs-card")
    await expect(card.locator("h3")).to_have_text("<i>题</i>")
    await expect(card.locator(".markdown .heading")).to_have_text("大字")
    await expect(card.locator(".markdown a")).to_have_attribute("href", "https://a.example/")
    await expect(card.locator("tbody tr")).to_have_count(5)
    await expect(card.locator("tbody tr").nth(1)).to_have_text("2<b>货2</b>")
    await card.get_by_label("下一页").click()
    await card.get_by_label("下一页").click()
    await expect(card.locator("tbody tr")).to_have_count(2)
    await expect(card.locator(".fs-pager")).to_contain_text("3 / 3")
    await card.get_by_text("更多").click()
    await expect(card.get_by_text("里面")).to_be_visible()
    await expect(card.get_by_role("button", name="按不了")).to_be_disabled()
    await expect(card.locator(".oddity")).to_contain_text("chart")
    await card.get_by_label("原因").fill("不对")
    await card.locator("select").select_option("b")
    body = await sent(page, card.get_by_role("button", name="交"))
    assert (body["token"], body["values"]) == ("t-form", {"why": "不对", "which": "b"})


async def test_wecom_cards_with_everything(session: Session, page: Page) -> None:
    pane = page.locator("[data-pane=left]")
    await pane.get_by_role("radio", name="企微应用").click()
    show(session, "wecom", "card", WECOM, "task-many")
    show(session, "wecom", "card", VOTE, "task-vote")
    many, vote = pane.locator(".wx-card").first, pane.locator(".wx-card").last
    await expect(many.locator("h3")).to_have_text("<script>alert(1)</script>")
    await expect(many.locator(".wx-big")).to_have_text("120件")
    await expect(many.locator("select")).to_have_value("y")
    await expect(many.locator("dd a")).to_have_attribute("href", "https://a.example/")
    body = await sent(page, many.get_by_role("button", name="提交"))
    assert (body["token"], body["values"]) == ("k-submit", {"q1": "y"})
    await vote.get_by_label("一").check()
    body = await sent(page, vote.get_by_role("button", name="投"))
    assert (body["token"], body["values"]) == ("k-vote", {"v": "1|2"})

    session.wecom.shown.change("task-vote", {**VOTE, "replace_text": "已投"})
    await expect(vote.locator(".wx-replaced")).to_have_text("已投")
    await expect(vote.get_by_role("button")).to_have_count(0)


async def test_words_of_every_kind(session: Session, page: Page) -> None:
    pane = page.locator("[data-pane=left]")
    show(session, "feishu", "text", "<img src=x onerror=alert(1)>\n第二行", "om_text")
    show(session, "feishu", "post", {"zh_cn": {"title": "题", "content": [[{"tag": "text", "text": "文"}]]}}, "om_post")
    await expect(pane.locator(".bubble").first).to_have_text("<img src=x onerror=alert(1)>\n第二行")
    await expect(pane.locator(".bubble").last).to_have_text("题\n文")
    await pane.get_by_role("radio", name="企微机器人").click()
    show(session, "wecombot", "markdown", "**粗**<script>alert(2)</script>\n> 引", "bot-1")
    await expect(pane.locator(".bubble b")).to_have_text("粗")
    await expect(pane.locator(".bubble blockquote")).to_have_text("引")
    await expect(pane.locator(".bubble script")).to_have_count(0)
