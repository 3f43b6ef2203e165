"""Settings: environment variables ``DANJU_*`` first, then ``danju.toml``, then defaults.

``danju.toml`` is looked for in the working directory, or where ``DANJU_CONFIG`` says. A secret may also stand in a file
of its own: where ``DANJU_…_FILE`` says, or in the folder ``secrets`` of the data directory under the setting's name,
which is where ``danju setup`` puts it. Secrets are never printed: pydantic shows them as stars.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from inventory_core.errors import DanjuError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
NO_SECRET = SecretStr("")

#: Settings that may stand in a file of their own.
SECRETS = (
    "feishu_app_secret",
    "feishu_encrypt_key",
    "feishu_verification_token",
    "wecom_secret",
    "wecom_token",
    "wecom_aes_key",
    "wecom_bot_secret",
    "wecom_group_webhooks",
)


class BadSetting(DanjuError, ValueError):
    """A setting is wrong; the sentence says which and what it may be, never what a secret was."""


def load(**given: Any) -> Settings:
    """The settings as environment and file have them; ``given`` goes first.

    Raises:
        BadSetting: one of them cannot be used.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        where = f"环境变量 DANJU_{name.upper()} 或 danju.toml 里的 {name}" if name else "设置"
        raise BadSetting(f"{where} 填得不对：{_reason(first)}。改好再运行一次") from None
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(
            f"设置文件 {os.environ.get('DANJU_CONFIG', 'danju.toml')} 读不了：{error}。改好再运行一次"
        ) from None
    except OSError as error:
        raise BadSetting(f"设置里写的文件 {error.filename} 读不了（{error.strerror}）。改好再运行一次") from None


def _reason(error: Any) -> str:
    if error["type"] == "literal_error":
        return f"只能是 {str(error['ctx']['expected']).replace(' or ', '、')}"
    if error["type"].startswith("int_"):
        return "要写一个数字"
    return str(error["msg"]).removeprefix("Value error, ")


class Settings(BaseSettings):
    """How one service runs."""

    model_config = SettingsConfigDict(env_prefix="DANJU_", extra="ignore")

    data_dir: Path = Path("var/danju")
    database_url: str = ""  # empty: the SQLite file in data_dir
    host: str = "127.0.0.1"
    port: int = 8765
    public_url: str = ""  # without it no card carries a link
    timezone: str = "Asia/Shanghai"
    log_level: str = "INFO"
    parsers: int = 1

    feishu_mode: Literal["ws", "webhook"] = "ws"
    feishu_app_id: str = ""
    feishu_app_secret: SecretStr = NO_SECRET
    feishu_encrypt_key: SecretStr = NO_SECRET
    feishu_verification_token: SecretStr = NO_SECRET
    feishu_base_url: str = "https://open.feishu.cn"

    wecom_corp_id: str = ""
    wecom_agent_id: str = ""
    wecom_secret: SecretStr = NO_SECRET
    wecom_token: SecretStr = NO_SECRET
    wecom_aes_key: SecretStr = NO_SECRET
    wecom_base_url: str = "https://qyapi.weixin.qq.com"

    wecom_bot_id: str = ""
    wecom_bot_secret: SecretStr = NO_SECRET
    wecom_bot_url: str = "wss://openws.work.weixin.qq.com"

    wecom_group_webhooks: SecretStr = NO_SECRET  # name=key, separated by commas; a key is as good as a password

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, OSError, ValueError):
            raise ValueError("没有这个时区，如 Asia/Shanghai") from None
        return value

    @model_validator(mode="after")
    def _secrets_from_files(self) -> Settings:
        for name in SECRETS:
            if not getattr(self, name).get_secret_value():
                named = os.environ.get(f"DANJU_{name.upper()}_FILE")
                path = Path(named) if named else self.data_dir / "secrets" / name
                if named or path.is_file():
                    setattr(self, name, SecretStr(path.read_text(encoding="utf-8").strip()))
        return self

    @field_validator("public_url", "feishu_base_url", "wecom_base_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def database_path(self) -> Path:
        """The SQLite file.

        Raises:
            BadSetting: ``database_url`` names another kind of database.
        """
        if not self.database_url:
            return self.data_dir / "danju.db"
        if self.database_url.startswith("sqlite:///"):
            return Path(self.database_url.removeprefix("sqlite:///"))
        raise BadSetting("DANJU_DATABASE_URL 目前只支持 sqlite:///文件路径；PostgreSQL 还没有接上")

    @property
    def attachments_dir(self) -> Path:
        return self.data_dir / "attachments"

    @property
    def backups_dir(self) -> Path:
        return self.data_dir / "backups"

    @property
    def logs_dir(self) -> Path:
        return self.data_dir / "logs"

    @property
    def on_loopback(self) -> bool:
        return self.host in LOOPBACK

    @property
    def has_feishu(self) -> bool:
        return bool(self.feishu_app_id)

    @property
    def has_wecom_app(self) -> bool:
        return bool(self.wecom_corp_id and self.wecom_agent_id)

    @property
    def has_wecom_bot(self) -> bool:
        return bool(self.wecom_bot_id)

    @property
    def group_webhooks(self) -> dict[str, str]:
        """Name → key of the group webhooks.

        Raises:
            BadSetting: an entry is not name=key.
        """
        found: dict[str, str] = {}
        for entry in self.wecom_group_webhooks.get_secret_value().split(","):
            if not entry.strip():
                continue
            name, equals, key = entry.strip().partition("=")
            if not (name.strip() and equals and key.strip()):
                raise BadSetting("DANJU_WECOM_GROUP_WEBHOOKS 要写成 群名=key，多个用逗号隔开")
            found[name.strip()] = key.strip()
        return found

    @property
    def has_real_credentials(self) -> bool:
        """Whether a channel would talk to a platform that is not on this machine."""
        used = (
            (self.has_feishu, self.feishu_base_url),
            (self.has_wecom_app, self.wecom_base_url),
            (self.has_wecom_bot, self.wecom_bot_url),
            (bool(self.wecom_group_webhooks.get_secret_value()), self.wecom_base_url),
        )
        return any(wanted and urlsplit(url).hostname not in LOOPBACK for wanted, url in used)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, os.environ.get("DANJU_CONFIG", "danju.toml"))
        return init_settings, env_settings, toml
