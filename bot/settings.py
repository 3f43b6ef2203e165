"""Settings: environment variables ``DANJU_*`` first, then ``danju.toml``, then defaults.

``danju.toml`` is looked for in the working directory, or where ``DANJU_CONFIG`` says.
"""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


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

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        ZoneInfo(value)
        return value

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def database_path(self) -> Path:
        """The SQLite file.

        Raises:
            ValueError: ``database_url`` names another kind of database.
        """
        if not self.database_url:
            return self.data_dir / "danju.db"
        if self.database_url.startswith("sqlite:///"):
            return Path(self.database_url.removeprefix("sqlite:///"))
        raise ValueError("DANJU_DATABASE_URL 目前只支持 sqlite:///文件路径；PostgreSQL 还没有接上")

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
