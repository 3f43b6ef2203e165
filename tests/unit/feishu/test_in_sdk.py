"""What is relied on in lark-oapi, and that nobody but the child imports it. An upgrade that changes it fails here."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.support.processes import ROOT


def python(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def sdk() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(python("-m", "tests.support.feishu_sdk_probe"))
    return found


def test_the_version_that_was_read(sdk: dict[str, Any]) -> None:
    """With another one, read ``lark_oapi/ws/client.py`` again before changing this line."""
    assert sdk["version"] == "1.7.5"


def test_names_and_kinds_of_what_is_replaced_or_called(sdk: dict[str, Any]) -> None:
    plain = {"_configure", "_get_conn_url"}
    assert {name for name, is_coroutine in sdk["coroutines"].items() if not is_coroutine} == plain
    assert sdk["parameters"][:4] == ["self", "app_id", "app_secret", "log_level"]
    assert "domain" in sdk["parameters"]
    assert sdk["attributes"] == ["_conn", "_lock", "_ping_interval"]
    assert sdk["errors"] == ["ClientException", "ServerException"]
    assert sdk["silent"] >= 50


def test_frames_and_the_end_of_a_connection_reach_us(sdk: dict[str, Any]) -> None:
    assert sdk["calls"] == ["data Frame", "configure 7", "disconnect", "reconnect None"]


def test_cards_are_dropped_without_us(sdk: dict[str, Any]) -> None:
    assert sdk["card_is_dropped"]


def test_connecting_uses_the_address_found_before_and_leaves_the_lock_free(sdk: dict[str, Any]) -> None:
    url = "ws://127.0.0.1:1/?device_id=d&service_id=7"
    assert sdk["opened"] == {"asked": [url, "receiving"], "locked": False, "service": "7"}


def test_discovery_has_no_timeout_but_for_ours_and_tells_codes(sdk: dict[str, Any]) -> None:
    asked = {"AppID": "cli_0123456789abcdef", "AppSecret": "secret"}
    assert sdk["discovered"] == {
        "posts": [["http://127.0.0.1:1/callback/ws/endpoint", ["headers", "json"], asked]],
        "code": 1000040350,
    }


def test_only_the_child_imports_it() -> None:
    code = (
        "import sys, bot.feishu.channel, bot.feishu.child, bot.feishu.inbound, bot.feishu.long, bot.feishu.webhook;"
        "import bot.cli, bot.service;"
        "print([name for name in sys.modules if name.split('.')[0] == 'lark_oapi'])"
    )
    assert python("-c", code) == "[]"
