"""Which firm a command means, and on which platforms."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli import where
from inventory_core.errors import DanjuError


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


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (
            "DANJU_FEISHU_MODE",
            "http",
            "DANJU_FEISHU_MODE 或 danju.toml 里的 feishu_mode 填得不对：只能是 'ws'、'webhook'",
        ),
        ("DANJU_PORT", "八千", "DANJU_PORT 或 danju.toml 里的 port 填得不对：要写一个数字"),
        ("DANJU_TIMEZONE", "Asia/Beijing", "没有这个时区，如 Asia/Shanghai"),
        ("DANJU_TIMEZONE", "../etc", "没有这个时区"),
        ("DANJU_WECOM_SECRET_FILE", "/nowhere/secret", "/nowhere/secret 读不了"),
        ("DANJU_CONFIG", "broken.toml", "broken.toml 读不了"),
        ("DANJU_CONFIG", "odd.toml", "DANJU_WECOM_SECRET 或 danju.toml 里的 wecom_secret 填得不对"),
        ("DANJU_WECOM_GROUP_WEBHOOKS", "仓库群", "DANJU_WECOM_GROUP_WEBHOOKS 要写成 群名=key"),
        ("DANJU_DATABASE_URL", "postgresql://db/danju", "DANJU_DATABASE_URL 目前只支持"),
    ],
)
def test_a_wrong_setting_is_a_sentence_and_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.toml").write_text("port = = 1\n", encoding="utf-8")
    (tmp_path / "odd.toml").write_text("wecom_secret = 4711\n", encoding="utf-8")
    monkeypatch.setenv("DANJU_DATA_DIR", str(tmp_path))
    monkeypatch.setenv(name, value)

    def use() -> object:
        found = where.settings()
        return found.group_webhooks, found.database_path

    with pytest.raises(DanjuError) as caught:
        use()
    assert words in str(caught.value)
    assert "4711" not in str(caught.value)
