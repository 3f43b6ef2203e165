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
from urllib.parse import urljoin

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from pypdfium2 import PdfDocument

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
    """Order, correction, confirmation, shipment, delivery note, approval; a picture at each station."""
    page = browser.new_context(viewport={"width": 1500, "height": 940}, locale="zh-CN").new_page()
    page.goto(url)
    expect(page.locator("#live")).to_have_class("live on")
    pane = {name: page.get_by_role("region", name=name, exact=True) for name in ("小李", "老周", "王主管")}
    seller, keeper, supervisor = pane["小李"], pane["老周"], pane["王主管"]

    say(seller, "永兴建材店：\nM8*30 5盒\nM6*20镀锌螺丝 3盒\n生料带20卷\n明天送")
    expect(newest(seller)).to_contain_text("要定")
    shoot(page, "console-question")
    press(seller, "外六角螺栓")
    press(seller, "镀锌")
    press(seller, "10米")
    say(seller, "第2行改成5盒")
    expect(newest(seller)).to_contain_text("3盒 → 5盒")
    shoot(page, "console-order")
    press(seller, "确认")
    expect(newest(seller)).to_contain_text("已审核")

    press(keeper, "发货")
    expect(page.locator("dialog")).to_be_visible()
    shoot(page, "console-dialog")
    page.locator("dialog").get_by_role("button", name="确定").click()
    expect(newest(keeper)).to_contain_text("来自 XS")
    expect(seller).to_contain_text("已由老周发货")
    press(keeper, "打印")
    note = keeper.locator("a").filter(has_text="送货单").last
    expect(note).to_be_visible(timeout=20_000)
    shoot(page, "console-shipped")
    draw(page.request.get(urljoin(url, note.get_attribute("href") or "")).body(), OUT / "delivery-note.png")

    say(seller, "新绿园林 M8*30镀锌螺栓 20盒 单价12，下周一送")
    expect(newest(seller)).to_contain_text("确认后要主管同意")
    press(seller, "确认")
    expect(newest(supervisor)).to_contain_text("待审核")
    shoot(page, "console-approval")
    press(supervisor, "同意")
    expect(newest(seller)).to_contain_text("王主管已同意")


def newest(pane: Locator) -> Locator:
    return pane.locator(".card").last


def shoot(page: Page, name: str) -> None:
    """A picture of the page when it has come to rest, without the short messages that pass over it."""
    page.mouse.move(5, 5)
    page.wait_for_timeout(700)
    expect(page.locator(".toast")).to_have_count(0, timeout=15_000)
    page.screenshot(path=OUT / f"{name}.png")


def draw(pdf: bytes, path: Path) -> None:
    """The first page of a PDF as a picture."""
    document = PdfDocument(pdf)
    document[0].render(scale=1.6).to_pil().save(path)
    document.close()


def press(pane: Locator, name: str) -> None:
    """Press a button of the newest card, as soon as there is one of that name."""
    button = newest(pane).get_by_role("button", name=name)
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
        environment: dict[str, str | float | bool] = {**os.environ, "XDG_DATA_HOME": str(fonts.parent)}
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS, env=environment)
        story(browser, url)
        phone(browser, url)
        browser.close()


if __name__ == "__main__":
    main()
