"""Which data directory a command means when nobody said: the checkout's ``var/danju``, or ``var/demo`` while there is
no firm of one's own. An installed Danju looks in the working directory."""

from __future__ import annotations

from pathlib import Path

import bot
from bot.settings import Settings, load

OWN, DEMO = Path("var/danju"), Path("var/demo")


def home() -> Path:
    """The checkout, or the working directory of an installed program."""
    root = Path(bot.__file__).resolve().parents[1]
    return root if (root / "run.py").is_file() else Path()


def settings(*, demo: bool = False, own: bool = False) -> Settings:
    """The settings of a command; ``demo`` means the demo firm, ``own`` the firm of one's own even before it is made.
    A directory named by environment or file always wins."""
    found = load()
    if "data_dir" in found.model_fields_set:
        return _alone(found) if demo else found
    mine, sample = home() / OWN, home() / DEMO
    if demo or (sample.exists() and not mine.exists() and not own):
        return _alone(load(data_dir=sample))  # built anew, because secrets are read from the data directory
    return load(data_dir=mine)


def _alone(found: Settings) -> Settings:
    """The demo firm is on no platform: what danju.toml or the environment says of one is meant for one's own firm."""
    platform = ("feishu_", "wecom_")
    plain = {name: field.default for name, field in Settings.model_fields.items() if name.startswith(platform)}
    return found.model_copy(update=plain)
