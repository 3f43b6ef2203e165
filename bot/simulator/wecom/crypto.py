"""The platform's side of the callback crypto: AES-256-CBC with the key's first half as IV, PKCS#7 to 32 bytes, sha1
signature over the sorted parts."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32
_HEAD = 20  # 16 random bytes and the length


class BadCipher(ValueError):
    """What came back is not what the platform could read."""


def _pad(data: bytes) -> bytes:
    missing = _BLOCK - len(data) % _BLOCK
    return data + bytes([missing]) * missing


def _unpad(data: bytes) -> bytes:
    count = data[-1] if data else 0
    if not 1 <= count <= _BLOCK or len(data) % _BLOCK or data[-count:] != bytes([count]) * count:
        raise BadCipher("padding")
    return data[:-count]


def encrypt_file(data: bytes, key: bytes) -> bytes:
    """A file as the bot's download address serves it; ``key`` has 32 bytes."""
    sealer = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return sealer.update(_pad(data)) + sealer.finalize()


class CallbackCrypto:
    """Signs, encrypts and decrypts for one receiver (an app: the corp id)."""

    def __init__(self, token: str, aes_key: str, receive_id: str) -> None:
        """``aes_key``: the 43 characters of EncodingAESKey.

        Raises:
            ValueError: the key is not 43 characters of Base64.
        """
        if len(aes_key) != 43:
            raise ValueError("EncodingAESKey has 43 characters")
        self.token, self.receive_id = token, receive_id
        self._key = base64.b64decode(aes_key + "=")

    def signature(self, timestamp: str, nonce: str, sealed: str) -> str:
        joined = "".join(sorted((self.token, timestamp, nonce, sealed)))
        return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()

    def encrypt(self, text: str) -> str:
        body = text.encode()
        plain = secrets.token_bytes(16) + struct.pack(">I", len(body)) + body + self.receive_id.encode()
        return base64.b64encode(encrypt_file(plain, self._key)).decode()

    def decrypt(self, sealed: str) -> str:
        """The message inside.

        Raises:
            BadCipher: not Base64, wrong key, padding, length or receive id.
        """
        try:
            raw = base64.b64decode(sealed, validate=True)
        except binascii.Error as error:
            raise BadCipher("base64") from error
        if not raw or len(raw) % 16:
            raise BadCipher("length of the cipher text")
        opener = Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16])).decryptor()
        plain = _unpad(opener.update(raw) + opener.finalize())
        if len(plain) < _HEAD:
            raise BadCipher("too short")
        (length,) = struct.unpack(">I", plain[16:_HEAD])
        if _HEAD + length > len(plain):
            raise BadCipher("length of the message")
        if plain[_HEAD + length :].decode(errors="replace") != self.receive_id:
            raise BadCipher("receive id")
        try:
            return plain[_HEAD : _HEAD + length].decode()
        except UnicodeDecodeError as error:
            raise BadCipher("not UTF-8") from error
