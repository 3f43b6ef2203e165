"""Where ``danju setup`` keeps what it was told: plain settings in ``danju.toml`` beside what stands there, secrets in
files of their own that only this user can read."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from bot.settings import SECRETS, Settings
from inventory_core.errors import Refused

_TABLE = re.compile(r"^\s*\[")


def config_path() -> Path:
    """The settings file that ``Settings`` reads."""
    return Path(os.environ.get("DANJU_CONFIG", "danju.toml"))


def write_config(path: Path, values: Mapping[str, str]) -> None:
    """Set these keys at the top level of a TOML file and leave every other line as it is.

    Raises:
        Refused: the file there is no TOML, or cannot be written.
    """
    try:
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        tomllib.loads(old)
        new = edited(old, values)
        tomllib.loads(new)
        _write(path, new, 0o644)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise Refused(f"{path} 不是能读的 TOML，请先改好或移走，再来一次") from None
    except OSError as error:
        raise Refused(f"写不了 {path}：{error.strerror}。请检查权限") from None


def edited(old: str, values: Mapping[str, str]) -> str:
    """The text with these top-level keys set: in place where they stand, else at the end of the top level."""
    lines = old.splitlines()
    end = next((number for number, line in enumerate(lines) if _TABLE.match(line)), len(lines))
    head, rest = lines[:end], lines[end:]
    for key, value in values.items():
        line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
        same = re.compile(rf"^\s*{re.escape(key)}\s*=")
        places = [number for number, one in enumerate(head) if same.match(one)]
        if places:
            head[places[0]] = line
        else:
            while head and not head[-1].strip():
                head.pop()
            head.append(line)
    if rest and head and head[-1].strip():
        head.append("")
    return "\n".join([*head, *rest]) + "\n"


def write_secret(settings: Settings, name: str, value: str) -> Path:
    """Keep a secret in the data directory, readable by this user alone.

    Raises:
        Refused: it cannot be written.
    """
    assert name in SECRETS, name
    folder = settings.data_dir / "secrets"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        path = folder / name
        _write(path, value + "\n", 0o600)
    except OSError as error:
        raise Refused(f"写不了 {folder}：{error.strerror}。请检查权限") from None
    return path


def _write(path: Path, text: str, mode: int) -> None:
    """Whole or not at all, and never readable by others for an instant."""
    part = path.with_name(path.name + ".new")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def shadowed(values: Mapping[str, str]) -> list[str]:
    """Environment variables that win over what is being written."""
    return [name for key, value in values.items() if os.environ.get(name := f"DANJU_{key.upper()}", value) != value]
