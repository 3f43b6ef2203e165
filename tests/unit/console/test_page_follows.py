"""A picture that is still loading when it is put into the chat does not hide the end of it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image
from playwright.async_api import async_playwright, expect

from bot.channel import Outgoing
from bot.console.api import PREFIX
from bot.inbound import Inbound
from tests.support.console import SELLER, Desk, RememberingDoor
from tests.support.console import desk as serve

pytestmark = pytest.mark.browser
FOLLOWS = "list => list.scrollHeight - list.scrollTop - list.clientHeight < 60"


class PictureDoor(RememberingDoor):
    """Answers every picture."""

    desk: Desk

    async def accept(self, inbound: Inbound) -> int:
        inbox = await super().accept(inbound)
        if inbound.kind == "picture":
            sent = Outgoing(1, f"r{inbox}", inbound.chat, "text", "图片收到了", reply_to=inbound.message_ref)
            await self.desk.console.channel.send(sent)
        return inbox


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    door = PictureDoor()
    async with serve(door) as running:
        door.desk = running
        yield running


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (600, 1200), "white").save(file, "PNG")
    return file.getvalue()


async def test_the_end_stays_in_sight_when_a_picture_grows(desk: Desk, chromium: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = await browser.new_page(viewport={"width": 1200, "height": 700})
        await page.goto(f"http://127.0.0.1:{desk.client.port}{PREFIX}/")
        await expect(page.locator("#live")).to_have_class("live on")
        pane = page.locator(f".pane[data-person='{SELLER}']")
        for round_ in range(2):
            await pane.locator("input[type=file]").set_input_files(
                {"name": f"{round_}.png", "mimeType": "image/png", "buffer": picture()}
            )
            await pane.get_by_label("说点什么").press("Enter")
            await expect(pane.get_by_text("图片收到了")).to_have_count(round_ + 1)
            await expect(pane.locator("img.pic")).to_have_count(round_ + 1)
            await page.wait_for_function("() => [...document.querySelectorAll('img.pic')].every(i => i.complete)")
            await expect(pane.get_by_text("图片收到了").last).to_be_in_viewport()
            assert await pane.locator(".list").evaluate(FOLLOWS)
        await browser.close()
