"""Attachments: bytes kept once, under the sha256 of their content, in a folder of the data directory."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from inventory_core.errors import NotFound

LIMIT = 30 * 1024 * 1024  # bytes; the largest file Feishu lets a bot upload, above WeCom's 20 MB


class Attachments:
    """A content-addressed folder. Writing the same bytes twice is one file."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def put(self, data: bytes) -> str:
        """Store ``data`` durably; returns its sha256 in hex."""
        name = hashlib.sha256(data).hexdigest()
        path = self._path(name)
        if path.exists():
            return name
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:  # nothing half written stays behind
            Path(temporary).unlink(missing_ok=True)
            raise
        return name

    def get(self, name: str) -> bytes:
        """The bytes of ``name``.

        Raises:
            NotFound: no such attachment.
        """
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            raise NotFound("这个附件不在了，请重新发一次") from None

    def _path(self, name: str) -> Path:
        if len(name) != 64 or not all(letter in "0123456789abcdef" for letter in name):
            raise NotFound("附件编号不对")
        return self.directory / name[:2] / name
