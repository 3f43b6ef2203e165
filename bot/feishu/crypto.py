"""Feishu's signature and encryption, as its open platform documents them.

A delivery is signed with plain SHA-256 over timestamp, nonce, Encrypt Key and the raw bytes of the body, and encrypted
with AES-256-CBC: key SHA-256 of the Encrypt Key, PKCS#7, base64 over sixteen bytes of IV and the cipher text.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from inventory_core.errors import DanjuError

BLOCK = 16  # bytes
_DEEPEST = 64  # levels of nesting; the deepest documented event has nine


def _no_constant(name: str) -> Any:
    raise ValueError(name)


_JSON = json.JSONDecoder(parse_constant=_no_constant)


class BadEvent(DanjuError):
    """What came in is not what Feishu sends. ``str(error)`` names the fault, and never quotes the input."""


def signature(timestamp: str, nonce: str, encrypt_key: str, body: bytes) -> str:
    """The lowercase hex signature of one delivery; ``body`` is the raw, still encrypted body."""
    return hashlib.sha256(f"{timestamp}{nonce}{encrypt_key}".encode("utf-8", "surrogateescape") + body).hexdigest()


def signed(given: str, timestamp: str, nonce: str, encrypt_key: str, body: bytes) -> bool:
    """Whether ``given`` is the signature; takes as long for a wrong one as for the right one."""
    return same(given, signature(timestamp, nonce, encrypt_key, body))


def same(given: str, wanted: str) -> bool:
    """Whether two secrets agree, in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode("utf-8", "surrogatepass"))


def decrypt(encrypt_key: str, encrypted: str) -> bytes:
    """The plain bytes of an ``encrypt`` field.

    Raises:
        BadEvent: not base64, not whole blocks, or the padding is wrong (another key, or a changed text).
    """
    try:
        data = base64.b64decode(encrypted, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadEvent("encrypt is not base64") from error
    if len(data) < 2 * BLOCK or len(data) % BLOCK:
        raise BadEvent("encrypt is not whole blocks")
    decryptor = _cipher(encrypt_key, data[:BLOCK]).decryptor()
    padded = decryptor.update(data[BLOCK:]) + decryptor.finalize()
    unpadder = PKCS7(BLOCK * 8).unpadder()
    try:
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError as error:
        raise BadEvent("encrypt does not open with this Encrypt Key") from error


def encrypt(encrypt_key: str, plain: bytes, iv: bytes | None = None) -> str:
    """The ``encrypt`` field of some plain bytes. ``iv`` is for vectors only; otherwise it is random."""
    iv = iv or os.urandom(BLOCK)
    padder = PKCS7(BLOCK * 8).padder()
    encryptor = _cipher(encrypt_key, iv).encryptor()
    padded = padder.update(plain) + padder.finalize()
    return base64.b64encode(iv + encryptor.update(padded) + encryptor.finalize()).decode("ascii")


def parse_object(data: bytes | str) -> dict[str, Any]:
    """One JSON object.

    Raises:
        BadEvent: no UTF-8, no JSON, no object, a number that JSON does not have, or nested without end.
    """
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        value = _JSON.decode(text)
    except (ValueError, RecursionError) as error:  # ValueError: bad UTF-8, bad JSON, an int of thousands of digits
        raise BadEvent("not JSON") from error
    if not isinstance(value, dict):
        raise BadEvent("not a JSON object")
    if _deeper(value, _DEEPEST):
        raise BadEvent("nested too deeply")
    return value


def _deeper(value: Any, levels: int) -> bool:
    """Whether the nesting goes beyond ``levels``; so that nobody after us has to fear a RecursionError."""
    layer = [value]
    for _ in range(levels):
        layer = [
            inner
            for outer in layer
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not layer:
            return False
    return True


def _cipher(encrypt_key: str, iv: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES256(hashlib.sha256(encrypt_key.encode()).digest()), modes.CBC(iv))
