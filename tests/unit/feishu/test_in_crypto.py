"""Feishu's signature and encryption against the documented vector, and against everything that is none."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feishu import crypto
from bot.feishu.crypto import BadEvent


def test_documented_vector() -> None:
    assert crypto.decrypt("test key", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=") == b"hello world"


def test_encrypting_gives_the_documented_text_again() -> None:
    wanted = "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="
    iv = base64.b64decode(wanted)[:16]
    assert crypto.encrypt("test key", b"hello world", iv) == wanted


def test_signature_is_sha256_over_timestamp_nonce_key_and_raw_body() -> None:
    body = b'{"encrypt": "abc="}'
    wanted = hashlib.sha256(b"1700000000" + b"nonce" + b"key" + body).hexdigest()
    assert crypto.signature("1700000000", "nonce", "key", body) == wanted
    assert crypto.signed(wanted, "1700000000", "nonce", "key", body)
    assert not crypto.signed(wanted, "1700000000", "nonce", "key", body.replace(b" ", b""))
    assert not crypto.signed(wanted.upper(), "1700000000", "nonce", "key", body)
    assert not crypto.signed("", "1700000000", "nonce", "key", body)


@given(st.text(), st.binary(max_size=300))
def test_what_was_encrypted_opens_with_the_key(key: str, plain: bytes) -> None:
    try:
        key.encode()
    except UnicodeEncodeError:
        return
    assert crypto.decrypt(key, crypto.encrypt(key, plain)) == plain


@given(st.one_of(st.text(), st.binary().map(lambda data: base64.b64encode(data).decode())))
def test_anything_else_is_a_bad_event(encrypted: str) -> None:
    with contextlib.suppress(BadEvent):
        crypto.decrypt("some key", encrypted)


@given(st.text(), st.text(), st.text(), st.binary())
def test_headers_of_any_characters_are_only_wrong(given_: str, timestamp: str, nonce: str, body: bytes) -> None:
    try:
        (given_ + timestamp + nonce).encode()
    except UnicodeEncodeError:
        return
    assert not crypto.signed(given_, timestamp, nonce, "key", body)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"1",
        b'"x"',
        b"{",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b"\xff\xfe",
        b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"a":' + b"[" * 200 + b"]" * 200 + b"}",
        b'{"a":' + b"9" * 10_000 + b"}",
    ],
)
def test_no_json_object(data: bytes) -> None:
    with pytest.raises(BadEvent):
        crypto.parse_object(data)


@given(st.dictionaries(st.text(), st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.text()))))
def test_json_objects_pass(value: dict[str, object]) -> None:
    assert crypto.parse_object(json.dumps(value)) == value
