"""What both ends of the acknowledgement benchmark agree on: credentials, and signed bodies made before the clock
starts."""

from __future__ import annotations

import json
import secrets
from typing import Any
from urllib.parse import urlencode

from bot.feishu import crypto
from tests.support.wecom_crypto import AGENT, CORP, KEY, TOKEN, message, posted

APP, ENCRYPT_KEY, VERIFICATION = "cli_0123456789abcdef", "an encrypt key", "a verification token"
FEISHU_PATH, WECOM_PATH = "/feishu/events", "/wecom/callback"
PATHS = {"feishu": FEISHU_PATH, "wecom": WECOM_PATH}

SETTINGS: dict[str, Any] = {
    "feishu_mode": "webhook",
    "feishu_app_id": APP,
    "feishu_app_secret": "a secret",
    "feishu_encrypt_key": ENCRYPT_KEY,
    "feishu_verification_token": VERIFICATION,
    "feishu_base_url": "http://127.0.0.1:9",  # nobody listens: nothing goes out here
    "wecom_corp_id": CORP,
    "wecom_agent_id": AGENT,
    "wecom_secret": "a secret",
    "wecom_token": TOKEN,
    "wecom_aes_key": KEY,
    "wecom_base_url": "http://127.0.0.1:9",
}

Signed = tuple[str, dict[str, str], bytes]  # path with query, headers, body


def feishu(text: str, number: int) -> Signed:
    """A text message, signed and encrypted, of somebody new every few."""
    body = {
        "message_id": f"om_{secrets.token_hex(12)}",
        "chat_id": f"oc_{number % 50}",
        "chat_type": "p2p",
        "message_type": "text",
        "content": json.dumps({"text": text}, ensure_ascii=False),
        "create_time": "1760000000123",
    }
    sender = {"sender_id": {"open_id": f"ou_{number % 50}"}, "sender_type": "user"}
    header = {"event_id": secrets.token_hex(8), "event_type": "im.message.receive_v1", "create_time": "1760000000123"}
    header |= {"token": VERIFICATION, "app_id": APP}
    event = {"schema": "2.0", "header": header, "event": {"sender": sender, "message": body}}
    plain = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    sealed = json.dumps({"encrypt": crypto.encrypt(ENCRYPT_KEY, plain)}).encode()
    headers = {
        "X-Lark-Request-Timestamp": "1760000000",
        "X-Lark-Request-Nonce": "n0nce",
        "X-Lark-Signature": crypto.signature("1760000000", "n0nce", ENCRYPT_KEY, sealed),
    }
    return FEISHU_PATH, headers, sealed


def wecom(text: str, number: int) -> Signed:
    """The same for WeCom."""
    found = posted(message(FromUserName=f"u{number % 50}", MsgId=str(secrets.randbits(62)), Content=text))
    return f"{WECOM_PATH}?{urlencode(found.query)}", {"Content-Type": "text/xml"}, found.body


MAKERS = {"feishu": feishu, "wecom": wecom}
