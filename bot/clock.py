"""Time as the service passes it on: aware, UTC, and from one place, so that a test can put the clock back an hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)
