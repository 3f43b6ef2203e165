"""What the platform's REST side says: the reply envelope and its refusals (facts/feishu.md §3)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: JSON in ``body``, or bytes with their type in ``raw``."""

    body: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None


class Refused(Exception):
    """The platform refuses a call."""

    def __init__(
        self, code: int, msg: str, *, status: int = 400, headers: Mapping[str, str] | None = None, plain: bool = False
    ) -> None:
        super().__init__(f"{code} {msg}")
        self.code = code
        self.msg = msg
        self.status = status
        self.headers = dict(headers or {})
        self.plain = plain  # older errors carry no ``error`` part

    def reply(self, log_id: str) -> Reply:
        body: dict[str, Any] = {"code": self.code, "msg": self.msg}
        if not self.plain:
            body["error"] = {
                "log_id": log_id,
                "troubleshooter": f"排查建议查看(Troubleshooting suggestions): code {self.code}, log_id {log_id}",
            }
        return Reply(body, self.status, self.headers)


def ok(data: dict[str, Any] | None = None) -> Reply:
    return Reply({"code": 0, "data": data if data is not None else {}, "msg": "success"})


def bad_parameter(what: str) -> Refused:
    return Refused(230001, f"Your request contains an invalid request parameter, ext={what}")


def card_refused(error_code: int, why: str) -> Refused:
    """230099: the card's JSON is not accepted; the inner code stands in the message."""
    return Refused(230099, f"Failed to create card content, ext=ErrCode: {error_code}; ErrMsg: {why}; ErrorValue: ")


def too_many(seconds: int) -> Refused:
    """The gateway's limit: 429 with the seconds to wait."""
    headers = {"x-ogw-ratelimit-limit": "50", "x-ogw-ratelimit-reset": str(seconds)}
    return Refused(99991400, "request trigger frequency limit", status=429, headers=headers, plain=True)


def new_log_id() -> str:
    return secrets.token_hex(16).upper()
