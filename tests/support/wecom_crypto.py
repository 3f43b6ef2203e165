"""WeCom's callback encryption, written from the facts alone, on `cryptography`: the platform's side of the tests."""

from __future__ import annotations

import base64
import hashlib
import os
import time
from dataclasses import dataclass
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
TOKEN = "QDG6eK"
CORP = "wx5823bf96d3bd56c7"
AGENT = "218"


def pad(data: bytes, block: int = 32) -> bytes:
    count = block - len(data) % block
    return data + bytes([count]) * count


def raw_encrypt(plain: bytes, key: str = KEY) -> str:
    """Encrypt bytes that are padded already."""
    secret = base64.b64decode(key + "=")
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def encrypt(message: bytes, *, corp: str = CORP, key: str = KEY, noise: bytes | None = None) -> str:
    head = (noise if noise is not None else os.urandom(16)) + len(message).to_bytes(4, "big")
    return raw_encrypt(pad(head + message + corp.encode()), key)


def sign(sealed: str, timestamp: str, nonce: str, token: str = TOKEN) -> str:
    return hashlib.sha1("".join(sorted([token, timestamp, nonce, sealed])).encode()).hexdigest()  # noqa: S324


def cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def xml(**fields: str) -> str:
    """An inner document; ``raw_…`` fields are markup already."""
    rows = []
    for name, value in fields.items():
        if name.startswith("raw_"):
            rows.append(f"<{name[4:]}>{value}</{name[4:]}>")
        else:
            rows.append(f"<{name}>{cdata(value)}</{name}>")
    return "<xml>" + "".join(rows) + "</xml>"


def message(kind: str = "text", **fields: str) -> str:
    """A message of WeCom with everything it always has."""
    common = {
        "ToUserName": CORP,
        "FromUserName": "zhang.san",
        "CreateTime": "1700000000",
        "MsgType": kind,
        "MsgId": "4561255354251345929",
        "AgentID": AGENT,
    }
    return xml(**(common | fields))


def event(name: str, **fields: str) -> str:
    common = {
        "ToUserName": CORP,
        "FromUserName": "zhang.san",
        "CreateTime": "1700000000",
        "MsgType": "event",
        "Event": name,
        "AgentID": AGENT,
    }
    return xml(**(common | fields))


@dataclass(frozen=True, slots=True)
class Posted:
    """A request as WeCom would make it."""

    query: dict[str, str]
    body: bytes


def outer(sealed: str, corp: str = CORP, agent: str = AGENT) -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[{escape(corp)}]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt>"
        f"<AgentID><![CDATA[{escape(agent)}]]></AgentID></xml>"
    ).encode()


def posted(
    inner: str | bytes, *, corp: str = CORP, key: str = KEY, token: str = TOKEN, nonce: str = "1372623149"
) -> Posted:
    sealed = encrypt(inner.encode() if isinstance(inner, str) else inner, corp=corp, key=key)
    timestamp = str(int(time.time()))
    query = {"msg_signature": sign(sealed, timestamp, nonce, token), "timestamp": timestamp, "nonce": nonce}
    return Posted(query, outer(sealed))


def signed(body: bytes, sealed: str, *, token: str = TOKEN) -> Posted:
    """Any outer body with a good signature over ``sealed``."""
    query = {"msg_signature": sign(sealed, "1700000000", "n0nce", token), "timestamp": "1700000000", "nonce": "n0nce"}
    return Posted(query, body)
