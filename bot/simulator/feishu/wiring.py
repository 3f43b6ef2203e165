"""Entries of the wire log without secrets."""

from __future__ import annotations

from typing import Any

_SECRET = frozenset(
    {
        "app_secret",
        "appsecret",
        "tenant_access_token",
        "token",
        "authorization",
        "access_key",
        "ticket",
        "url",
        "encrypt_key",
    }
)
_BLANK = "***"
_LONG = 4000


def blanked(value: Any, *, keep: frozenset[str] = frozenset()) -> Any:
    """A copy with secrets and tokens blanked. ``keep`` names keys that hold none here (a card's own ``token``)."""
    if isinstance(value, dict):
        return {
            key: _BLANK if key.lower() in _SECRET - keep and item else blanked(item, keep=keep)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [blanked(item, keep=keep) for item in value]
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if isinstance(value, str) and len(value) > _LONG * 10:
        return value[:_LONG] + f"… <{len(value)} characters>"
    return value


def event_without_token(envelope: dict[str, Any]) -> dict[str, Any]:
    """A decrypted event with the verification token and the click's update token blanked. Values that a card carried
    stay: they are what one wants to see."""
    shown = {**envelope, "header": {**envelope["header"], "token": _BLANK}}
    event = envelope["event"]
    if isinstance(event, dict) and "token" in event:
        shown["event"] = {**event, "token": _BLANK}
    return shown
