"""The page's own files: nothing from elsewhere, no data as HTML, every import and every stylesheet there."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest

from bot.console.api import PREFIX, _assets
from tests.support.console import Desk

ASSETS = {name: body.decode() for name, (body, _, _) in _assets().items()}
SCRIPTS = sorted(name for name in ASSETS if name.endswith(".js"))


@pytest.mark.parametrize("name", SCRIPTS)
def test_data_is_never_html_and_never_code(name: str) -> None:
    code = re.sub(r"//.*", "", ASSETS[name])
    forbidden = (
        r"\binnerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|createContextual"
    )
    assert not re.search(forbidden, code)


@pytest.mark.parametrize("name", sorted(ASSETS))
def test_nothing_comes_from_elsewhere(name: str) -> None:
    words = ASSETS[name].replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|@import|url\(", words)


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_import_is_there(name: str) -> None:
    folder = PurePosixPath(name).parent
    for wanted in re.findall(r'from "\./([^"]+)"', ASSETS[name]):
        assert str(folder / wanted) in ASSETS


async def test_everything_the_page_names_is_served(desk: Desk) -> None:
    named = re.findall(rf'{PREFIX}/static/([^"]+)"', ASSETS["index.html"])
    assert len(named) >= 6
    for path in (*named, *SCRIPTS):
        async with desk.client.get(f"{PREFIX}/static/{path}") as response:
            assert response.status == 200
            tag = response.headers["ETag"]
        async with desk.client.get(f"{PREFIX}/static/{path}", headers={"If-None-Match": tag}) as response:
            assert response.status == 304


async def test_without_a_slash_and_with_the_problems(desk: Desk) -> None:
    for path in ("", "/", "/problems"):
        async with desk.client.get(PREFIX + path) as response:
            assert response.status == 200
            assert response.content_type == "text/html"


async def test_a_feed_is_not_opened_by_a_head_request(desk: Desk) -> None:
    async with desk.client.head(f"{PREFIX}/api/feed") as response:
        assert response.status == 405
