"""``python -m tools.screenshots_wire``: one order and its approval as Feishu card, as WeCom cards and as console card,
and what went over the wire, from the running ``danju simulate``.

Needs Chromium. Where no Chinese font is installed, the one that printing uses is lent to the browser.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from notifications.paper.font import font_path
from tools.screenshots import ARGUMENTS, OUT, ROOT

ORDER = "新绿园林：\nM8*30镀锌螺栓 20盒 单价12\nM6*20镀锌螺丝 3盒\n生料带20卷\n下周一送"
APPROVAL = "新绿园林 M8*30镀锌螺栓 15盒 单价12"


@contextmanager
def simulator(folder: Path) -> Iterator[tuple[str, str]]:
    """The addresses of the page and of the console, until the block ends."""
    command = [sys.executable, "-m", "bot", "simulate", "--port", "0", "--data", str(folder / "data")]
    environment = dict(os.environ, PYTHONUNBUFFERED="1", PYTHONIOENCODING="utf-8")
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        try:
            told = ""
            while "Ctrl-C" not in told:
                line = process.stdout.readline()
                if not line:
                    raise RuntimeError(told)
                told += line
            page, console = re.findall(r"http://[\d.]+:\d+/", told)
            yield page, console
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def opened(browser: Browser, url: str, width: int = 1500) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 960}, locale="zh-CN", device_scale_factor=1.5)
    page = context.new_page()
    page.goto(url)
    expect(page.locator("#live")).to_have_class("live on")
    return page


def say(pane: Locator, text: str) -> None:
    area = pane.get_by_label("说点什么")
    area.fill(text)
    area.press("Enter")


def story(pane: Locator, other: Locator, platform: str, card: str) -> None:
    """The order, its question, a correction; then one that needs approval, which the other person sees."""
    for one in (pane, other):
        one.get_by_role("radio", name=platform).click()
    say(other, "草稿")  # so that the approval reaches them here
    expect(other.locator(".msg.bot")).not_to_have_count(0, timeout=15_000)
    say(pane, ORDER)
    newest = pane.locator(card).last
    expect(newest).to_contain_text("要定", timeout=15_000)


def settle(page: Page) -> None:
    page.mouse.move(4, 4)
    page.wait_for_timeout(900)
    expect(page.locator(".toast")).to_have_count(0, timeout=15_000)


def approve(pane: Locator, other: Locator, card: str) -> None:
    say(pane, "取消")
    pane.page.wait_for_timeout(1500)
    say(pane, APPROVAL)
    newest = pane.locator(card).last
    expect(newest).to_contain_text("待确认", timeout=15_000)
    newest.get_by_role("button", name="确认").click()
    expect(other.locator(card).last).to_contain_text("待审核", timeout=15_000)


def platforms(browser: Browser, url: str) -> None:
    for platform, card, name in (
        ("飞书", ".fs-card", "feishu-card"),
        ("企微应用", ".wx-card", "wecom-card"),
        ("企微机器人", ".wx-card", "wecom-bot-card"),
    ):
        page = opened(browser, url, 1120)
        if page.locator("#wire-toggle").get_attribute("aria-pressed") == "true":
            page.locator("#wire-toggle").click()
        pane, other = (page.locator(f"section[data-pane={side}]") for side in ("left", "right"))
        story(pane, other, platform, card)
        settle(page)
        page.screenshot(path=OUT / f"{name}-question.png")
        approve(pane, other, card)
        settle(page)
        page.screenshot(path=OUT / f"{name}.png")
        other.locator(card).last.get_by_role("button", name="同意").click()
        expect(other.locator(card).last).not_to_contain_text("待审核", timeout=15_000)
        page.context.close()


def console(browser: Browser, url: str) -> None:
    """The same approval as the console draws it."""
    page = opened(browser, url)
    seller, boss = (page.get_by_role("region", name=name, exact=True) for name in ("小李", "王主管"))
    say(boss, "草稿")
    page.wait_for_timeout(1500)
    say(seller, ORDER)
    expect(seller.locator(".card").last).to_contain_text("要定", timeout=15_000)
    approve(seller, boss, ".card")
    settle(page)
    page.screenshot(path=OUT / "console-card.png")
    page.context.close()


def wire(browser: Browser, url: str) -> None:
    page = opened(browser, url)
    if page.locator("#wire-toggle").get_attribute("aria-pressed") != "true":
        page.locator("#wire-toggle").click()
    pane = page.locator("section[data-pane=left]")
    pane.get_by_role("radio", name="企微应用").click()
    say(pane, "库存 M8*30镀锌螺栓")
    expect(pane.locator(".msg.bot .bubble").last).to_contain_text("可发", timeout=15_000)
    last = page.locator(".exchange").filter(has_text="callback text").last
    last.locator("summary").click()
    last.scroll_into_view_if_needed()
    settle(page)
    page.screenshot(path=OUT / "wire-pane.png")
    page.context.close()


def main() -> None:
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, simulator(Path(name)) as (url, other), sync_playwright() as playwright:
        fonts = Path(name) / "share" / "fonts"
        fonts.mkdir(parents=True)
        shutil.copy(str(font_path()), fonts)
        environment: dict[str, str | float | bool] = {**os.environ, "XDG_DATA_HOME": str(fonts.parent)}
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS, env=environment)
        platforms(browser, url)
        console(browser, other)
        wire(browser, url)
        browser.close()


if __name__ == "__main__":
    main()
