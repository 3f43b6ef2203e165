"""``python -m tools.screenshots``: act out the main story in the running program and take the READMEs' pictures.

Needs Chromium. Where no Chinese font is installed, the one that printing uses is lent to the browser.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from notifications.paper.font import font_path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def demo(folder: Path) -> Iterator[str]:
    """The demo as ``run.py`` starts it, on a free port and a data directory of its own; ended at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = dict(os.environ, DANJU_DATA_DIR=str(folder / "demo"), DANJU_PORT=str(port), DANJU_LOG_LEVEL="WARNING")
    with subprocess.Popen([sys.executable, "-m", "bot", "serve", "--demo"], cwd=ROOT, env=environment) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            _wait(url + "/readyz")
            yield url
        finally:
            process.terminate()
            process.wait(20)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


def say(pane: Locator, text: str) -> None:
    area = pane.get_by_label("说点什么")
    area.fill(text)
    area.press("Enter")


def story(browser: Browser, url: str) -> None:
    """Order, correction, confirmation, shipment and delivery note; a picture at each station."""
    page = browser.new_context(viewport={"width": 1500, "height": 940}, locale="zh-CN").new_page()
    page.goto(url)
    expect(page.locator("#live")).to_have_class("live on")
    pane = {name: page.locator(".pane").filter(has_text=name).first for name in ("小李", "老周", "王主管")}
    seller = pane["小李"]
    say(seller, "永兴建材店：\nM8*30 5盒\nM6*20镀锌螺丝 3盒\n生料带20卷\n明天送")
    expect(seller.locator(".card").last).to_be_visible()
    page.wait_for_timeout(700)
    page.screenshot(path=OUT / "console-question.png")
    press(seller, "镀锌")
    press(seller, "10米")
    say(seller, "第2行改成5盒")
    page.wait_for_timeout(900)
    page.screenshot(path=OUT / "console-order.png")
    press(seller, "确认")
    press(seller, "打印")
    page.wait_for_timeout(2500)
    keeper = pane["老周"]
    press(keeper, "发货")
    page.wait_for_timeout(1200)
    page.screenshot(path=OUT / "console-shipped.png")


def press(pane: Locator, name: str) -> None:
    """Press a button of the newest card, as soon as there is one of that name."""
    button = pane.locator(".card").last.get_by_role("button", name=name)
    expect(button.first).to_be_visible()
    button.first.click()
    pane.page.wait_for_timeout(700)


def phone(browser: Browser, url: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True, is_mobile=True, device_scale_factor=2
    )
    page: Page = context.new_page()
    page.goto(url)
    expect(page.locator("#live")).to_have_class("live on")
    page.wait_for_timeout(800)
    page.screenshot(path=OUT / "console-phone.png")


def main() -> None:
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, demo(Path(name)) as url, sync_playwright() as playwright:
        fonts = Path(name) / "share" / "fonts"
        fonts.mkdir(parents=True)
        shutil.copy(str(font_path()), fonts)
        environment = {**os.environ, "XDG_DATA_HOME": str(fonts.parent)}
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS, env=environment)
        story(browser, url)
        phone(browser, url)
        browser.close()


if __name__ == "__main__":
    main()
