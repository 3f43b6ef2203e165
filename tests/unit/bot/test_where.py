"""Which firm a command means, and on which platforms."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli import where


def test_the_demo_firm_is_on_no_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is started beside one's own firm, whose danju.toml would bring real customers' chats to it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(where, "home", lambda: tmp_path)
    monkeypatch.delenv("DANJU_DATA_DIR", raising=False)
    toml = 'feishu_app_id = "cli_1"\nwecom_bot_id = "aib1"\nport = 8912\n'
    (tmp_path / "danju.toml").write_text(toml, encoding="utf-8")
    monkeypatch.setenv("DANJU_FEISHU_APP_SECRET", "s")
    monkeypatch.setenv("DANJU_WECOM_GROUP_WEBHOOKS", "a=b")
    (tmp_path / "var" / "danju").mkdir(parents=True)
    demo = where.settings(demo=True)
    assert [demo.has_feishu, demo.has_wecom_bot, demo.group_webhooks] == [False, False, {}]
    assert not demo.feishu_app_secret.get_secret_value()
    assert (demo.data_dir, demo.port) == (tmp_path / "var" / "demo", 8912)
    mine = where.settings()
    assert mine.has_feishu
    assert mine.has_wecom_bot
    monkeypatch.setenv("DANJU_DATA_DIR", str(tmp_path / "elsewhere"))
    assert not where.settings(demo=True).has_feishu
