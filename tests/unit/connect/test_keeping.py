"""Settings are added to what stands there; secrets are files only their owner can read."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest

from bot.connect import keeping
from bot.settings import Settings
from inventory_core.errors import Refused


def test_what_stands_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "danju.toml"
    path.write_text(
        '# ours\nport = 9000\nfeishu_app_id = "old"  # the first\n\n[other]\nfeishu_app_id = "x"\n', "utf-8"
    )
    keeping.write_config(path, {"feishu_app_id": 'cli_1"\\', "feishu_mode": "ws"})
    text = path.read_text("utf-8")
    assert text.startswith("# ours\nport = 9000\n")
    assert tomllib.loads(text) == {
        "port": 9000,
        "feishu_app_id": 'cli_1"\\',
        "feishu_mode": "ws",
        "other": {"feishu_app_id": "x"},
    }
    keeping.write_config(path, {"feishu_mode": "webhook"})
    assert tomllib.loads(path.read_text("utf-8"))["feishu_mode"] == "webhook"
    assert path.read_text("utf-8").count("feishu_mode") == 1


def test_a_new_file_is_made(tmp_path: Path) -> None:
    path = tmp_path / "danju.toml"
    keeping.write_config(path, {"wecom_bot_id": "机器人"})
    assert tomllib.loads(path.read_text("utf-8")) == {"wecom_bot_id": "机器人"}


def test_a_broken_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "danju.toml"
    path.write_text("port = = 1\n", "utf-8")
    with pytest.raises(Refused, match="TOML"):
        keeping.write_config(path, {"feishu_mode": "ws"})
    assert path.read_text("utf-8") == "port = = 1\n"


def test_secrets_are_private_and_read_back(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    path = keeping.write_secret(settings, "feishu_app_secret", "s3cret")
    keeping.write_secret(settings, "feishu_app_secret", "s3cret2")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["feishu_app_secret"]
    assert Settings(data_dir=tmp_path).feishu_app_secret.get_secret_value() == "s3cret2"


def test_the_environment_that_wins_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANJU_FEISHU_APP_ID", "other")
    assert keeping.shadowed({"feishu_app_id": "cli_1", "feishu_mode": "ws"}) == ["DANJU_FEISHU_APP_ID"]
    assert keeping.shadowed({"feishu_app_id": "other"}) == []
