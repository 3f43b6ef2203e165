"""How the platform encrypts and signs what it pushes (facts/feishu.md §1)."""

from __future__ import annotations

import base64
import hashlib
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

_BLOCK_BITS = 128


def encrypt(encrypt_key: str, plain: bytes, iv: bytes | None = None) -> str:
    """base64(iv + AES-256-CBC(sha256(key), PKCS7)); ``iv`` is random unless given."""
    iv = secrets.token_bytes(16) if iv is None else iv
    padder = PKCS7(_BLOCK_BITS).padder()
    padded = padder.update(plain) + padder.finalize()
    cipher = Cipher(algorithms.AES(hashlib.sha256(encrypt_key.encode()).digest()), modes.CBC(iv)).encryptor()
    return base64.b64encode(iv + cipher.update(padded) + cipher.finalize()).decode("ascii")


def sign(encrypt_key: str, timestamp: str, nonce: str, body: bytes) -> str:
    """The hex of plain SHA-256 over timestamp, nonce, key and the raw body as sent."""
    return hashlib.sha256((timestamp + nonce + encrypt_key).encode() + body).hexdigest()


def signed_headers(encrypt_key: str, body: bytes, timestamp: int) -> dict[str, str]:
    """The headers of one signed push. ``timestamp`` in seconds since the epoch."""
    nonce = secrets.token_hex(8)
    return {
        "X-Lark-Request-Timestamp": str(timestamp),
        "X-Lark-Request-Nonce": nonce,
        "X-Lark-Signature": sign(encrypt_key, str(timestamp), nonce, body),
    }
