"""Requests to a Feishu webhook, valid and broken, sealed and signed with the simulator's crypto."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.simulator.feishu.config import FeishuConfig
from bot.simulator.feishu.crypto import encrypt, sign
from tests.support.verdicts import Case, cuts, flips, unique, words

Json = dict[str, Any]
TIMESTAMP, NONCE, SIGNATURE = "X-Lark-Request-Timestamp", "X-Lark-Request-Nonce", "X-Lark-Signature"
MESSAGE, CLICK = "im.message.receive_v1", "card.action.trigger"
RECALLED, MENU = "im.message.recalled_v1", "application.bot.menu_v6"
ENTERED = "im.chat.access_event.bot_p2p_chat_entered_v1"


def compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


class Maker:
    """Cases for one app, the same for one seed."""

    def __init__(self, config: FeishuConfig, seed: int) -> None:
        self.config = config
        self.chance = random.Random(seed)
        self._numbers = itertools.count(1)

    # ---------------------------------------------------------------- events

    def envelope(self, kind: str, event: Any, **header: Any) -> Json:
        base = {
            "event_id": f"{next(self._numbers):032x}",
            "token": self.config.verification_token,
            "create_time": "1790000000123",
            "event_type": kind,
            "tenant_key": self.config.tenant_key,
            "app_id": self.config.app_id,
        }
        return {"schema": "2.0", "header": base | header, "event": event}

    def message(self, kind: str = "text", content: Any = None, **more: Any) -> Json:
        said = {
            "message_id": f"om_{next(self._numbers):032x}",
            "create_time": "1790000000123",
            "chat_id": "oc_1",
            "chat_type": "p2p",
            "message_type": kind,
            "content": json.dumps(content or {"text": "苹果 3 箱"}, ensure_ascii=False),
        }
        sender = {"sender_id": {"open_id": "ou_li", "union_id": "on_li"}, "sender_type": "user", "tenant_key": "t"}
        return self.envelope(MESSAGE, {"sender": sender, "message": said | more})

    def click(self, **action: Any) -> Json:
        event = {
            "operator": {"open_id": "ou_li", "union_id": "on_li", "tenant_key": "t"},
            "token": "c-1",
            "action": {"tag": "button", "value": {"token": "no-such-token"}} | action,
            "host": "im_message",
            "context": {"open_message_id": "om_card", "open_chat_id": "oc_1"},
        }
        return self.envelope(CLICK, event, create_time="1790000000123456")

    def challenge(self, **fields: Any) -> Json:
        return {"challenge": "echo-me", "token": self.config.verification_token, "type": "url_verification"} | fields

    # ---------------------------------------------------------------- requests

    def seal(self, value: Any, key: str = "") -> bytes:
        plain = value if isinstance(value, bytes) else compact(value)
        return compact({"encrypt": encrypt(key or self.config.encrypt_key, plain, self.chance.randbytes(16))})

    def raw(self, padded: bytes, **how: Any) -> bytes:
        """A body whose plain bytes are padded already."""
        return compact({"encrypt": base64.b64encode(self._blocks(padded)).decode()} | how)

    def _blocks(self, padded: bytes) -> bytes:
        iv = self.chance.randbytes(16)
        secret = hashlib.sha256(self.config.encrypt_key.encode()).digest()
        sealer = Cipher(algorithms.AES(secret), modes.CBC(iv)).encryptor()
        return iv + sealer.update(padded) + sealer.finalize()

    def signed(
        self, body: bytes, *, key: str = "", timestamp: str = "1790000000", nonce: str = "n0nce"
    ) -> dict[str, str]:
        mark = sign(key or self.config.encrypt_key, timestamp, nonce, body)
        return {TIMESTAMP: timestamp, NONCE: nonce, SIGNATURE: mark}

    def case(self, name: str, family: str, taken: bool, body: bytes, headers: dict[str, str] | None = None) -> Case:
        """Signed unless ``headers`` are given."""
        return Case(name, family, taken, body, self.signed(body) if headers is None else headers)


def requests(config: FeishuConfig, seed: int = 20261123) -> list[Case]:
    """All of them, in a fixed order."""
    make = Maker(config, seed)
    parts: tuple[Callable[[Maker], Iterator[Case]], ...] = (good, signatures, broken, sealing, odd, challenges)
    return unique(case for part in parts for case in part(make))


def good(make: Maker) -> Iterator[Case]:
    """What the platform sends, written in every way JSON allows."""
    for number in range(60):
        text = words(make.chance)
        yield make.case(f"text {number}", "message", True, make.seal(make.message(content={"text": text})))
    contents: dict[str, Json] = {
        "image": {"image_key": "img_1"},
        "file": {"file_key": "file_1", "file_name": "单.pdf"},
        "audio": {"file_key": "file_1", "duration": 3000},
        "post": {"title": "", "content": [[{"tag": "text", "text": "看"}], [{"tag": "img", "image_key": "img_1"}]]},
        "merge_forward": {"content": "Merged and Forwarded Message"},
        "sticker": {"file_key": "file_1"},
        "hologram": {"of": "tomorrow"},
    }
    for kind, content in contents.items():
        yield make.case(kind, "message", True, make.seal(make.message(kind, content)))
    yield make.case(
        "recall", "event", True, make.seal(make.envelope(RECALLED, {"message_id": "om_1", "chat_id": "oc_1"}))
    )
    yield make.case("menu", "event", True, make.seal(make.envelope(MENU, {"event_key": "stock", "operator": {}})))
    entered = {"chat_id": "oc_1", "operator_id": {"open_id": "ou_li"}}
    yield make.case("enter", "event", True, make.seal(make.envelope(ENTERED, entered)))
    yield make.case("click", "click", True, make.seal(make.click()))
    yield make.case("submit", "click", True, make.seal(make.click(form_value={"q": "3", "w": ["a", "b"]})))
    yield make.case("click with a text", "click whose value is a text", True, make.seal(make.click(value="tok")))
    for kind in ("im.message.reaction.created_v1", "contact.scope.updated_v3", "not.made.yet_v9"):
        yield make.case(kind, "event nobody registered", True, make.seal(make.envelope(kind, {})))
    plain = make.message()
    spaced = json.dumps(plain, indent=2).encode()
    yield make.case("spaced inside", "message", True, make.seal(spaced))
    yield make.case("escaped inside", "message", True, make.seal(json.dumps(make.message()).encode()))
    twice = compact(make.message()).replace(b'"chat_id"', b'"chat_id":"oc_0","chat_id"')
    yield make.case("a field twice inside", "message", True, make.seal(twice))
    for age in ("0", "1", "9999999999", "1790000000123"):
        body = make.seal(make.message())
        yield make.case(f"sent at {age}", "message", True, body, make.signed(body, timestamp=age))
    body = make.seal(make.message())
    yield make.case("nonce empty, signed so", "message", True, body, make.signed(body, nonce=""))
    absent = make.signed(body, nonce="")
    del absent[NONCE]
    yield make.case("nonce absent, signed as empty", "signature", False, body, absent)
    for name, written in {
        "blanks": json.dumps(json.loads(body)).encode(),
        "newline": body + b"\n",
        "indented": json.dumps(json.loads(body), indent=1).encode(),
        "slashes": body.replace(b"/", b"\\/").replace(b"A", b"\\u0041"),
        "twice": body.replace(b'{"', b'{"encrypt":"","', 1),
    }.items():
        yield make.case(f"written with {name}", "JSON written otherwise", True, written)
    yield make.case("more beside", "message", True, compact(json.loads(body) | {"more": [1]}))


def signatures(make: Maker) -> Iterator[Case]:
    """Everything that can be wrong with the signature; the body is good."""
    family = "signature"
    body, other = make.seal(make.message()), make.seal(make.message())
    right = make.signed(body)
    yield make.case("no headers", family, False, body, {})
    for name in right:
        rest = {key: value for key, value in right.items() if key != name}
        yield make.case(f"without {name}", family, False, body, rest)
        yield make.case(f"empty {name}", family, False, body, right | {name: ""})
        yield make.case(f"longer {name}", family, False, body, right | {name: right[name] + "0"})
        yield make.case(
            f"other {name}", family, False, body, right | {name: make.signed(other, timestamp="1", nonce="x")[name]}
        )
    mark = right[SIGNATURE]
    for number in range(20):
        at = make.chance.randrange(64)
        wrong = mark[:at] + ("0" if mark[at] != "0" else "1") + mark[at + 1 :]
        yield make.case(f"digit {number}", family, False, body, right | {SIGNATURE: wrong})
    for name, wrong in {"upper": mark.upper(), "half": mark[:32], "sha1": "0" * 40, "words": "none"}.items():
        yield make.case(f"signature {name}", family, False, body, right | {SIGNATURE: wrong})
    yield make.case("signed with another key", family, False, body, make.signed(body, key="another"))
    token = make.signed(body, key=make.config.verification_token)
    yield make.case("signed with the token", family, False, body, token)
    yield make.case("another body", family, False, other, right)
    for number, changed in enumerate(flips(make.chance, body, 20)):
        yield make.case(f"bit {number}", family, False, changed, right)
    for number, cut in enumerate(cuts(make.chance, body, 12)):
        yield make.case(f"cut {number}", family, False, cut, right)
    yield make.case("plain event, unsigned", family, False, compact(make.message()), {})


def broken(make: Maker) -> Iterator[Case]:
    """Signed, but no JSON object with a cipher text in it."""
    family = "no object with a cipher text"
    for value in (b"", b" ", b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe\xff", b"<xml></xml>", b"encrypt=x"):
        yield make.case(f"body {value!r}", family, False, value)
    for number, cut in enumerate(cuts(make.chance, make.seal(make.message()), 12)):
        yield make.case(f"cut and signed {number}", family, False, cut)
    no_text: tuple[Any, ...] = ("", 1, None, [], {}, True, "***", "A", "AAAA", "A" * 64)
    for odd_value in no_text:
        yield make.case(f"encrypt {odd_value!r}", family, False, compact({"encrypt": odd_value}))
    for empty in (b"{}", b'{"a":1}'):
        yield make.case(f"object {empty!r}", "object without anything known", False, empty)
    yield make.case("plain event, signed", "plain though there is a key", False, compact(make.message()))
    yield make.case("plain click, signed", "plain though there is a key", False, compact(make.click()))
    body = make.seal(make.message())
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-32"):
        yield make.case(f"body in {encoding}", "body in another encoding", False, body.decode().encode(encoding))


def sealing(make: Maker) -> Iterator[Case]:
    """Signed, but the cipher text is not what the platform makes."""
    family = "cipher text"
    plain = compact(make.message())
    missing = 16 - len(plain) % 16
    for name, tail in {
        "zero": bytes(missing),
        "one off": bytes([missing + 1]) * missing,
        "uneven": bytes([missing ^ 1]) * (missing - 1) + bytes([missing]) if missing > 1 else b"\x02",
        "none": b" " * missing,
        "above": bytes([17]) * missing,
        "of 32": bytes([missing + 16]) * (missing + 16),
    }.items():
        yield make.case(f"padding {name}", family, False, make.raw(plain + tail))
    yield make.case("only padding", family, False, make.raw(bytes([16]) * 16))
    yield make.case("only a vector", family, False, make.raw(b""))
    yield make.case("another key", family, False, make.seal(make.message(), "another key"))
    text = json.loads(make.seal(make.message()))["encrypt"]
    data = base64.b64decode(text)
    for size in (8, 16, 17, 31, len(data) - 1, len(data) - 8):
        short = base64.b64encode(data[:size]).decode()
        yield make.case(f"first {size} bytes", family, False, compact({"encrypt": short}))
    for number, changed in enumerate(flips(make.chance, data, 50)):
        body = compact({"encrypt": base64.b64encode(changed).decode()})
        yield make.case(f"sealed bit {number}", "bit of the cipher text, signed anew", False, body)
    rows = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    for name, written in {"rows": rows, "blank": f" {text}", "star": f"{text[:9]}*{text[9:]}"}.items():
        yield make.case(f"base64 {name}", "base64 written otherwise", False, compact({"encrypt": written}))
    yield make.case("base64 one short", "base64 written otherwise", False, compact({"encrypt": text[:-1]}))


#: Family, where, which field, and what stands there.
_ODD: tuple[tuple[str, str, str, tuple[Any, ...]], ...] = (
    ("header odd", "", "header", (1, [], None, "x", {})),
    ("token wrong", "header", "token", ("guessed", "", 7)),
    ("token null", "header", "token", (None,)),
    ("event of another app", "header", "app_id", ("cli_0000000000000000", "", None, 7)),
    ("schema odd", "", "schema", ("1.0", "3.0", 2.0, "", None)),
    ("event type odd", "header", "event_type", (7, None, ["x"], {})),
    ("event odd", "", "event", (7, None, [], "x", {})),
    ("field of another type", "message", "message_id", (None, 7, "")),
    ("field of another type", "message", "chat_id", ([],)),
    ("field of another type", "message", "message_type", (7,)),
    ("field of another type", "message", "content", (7, "no json")),
    ("field of another type", "message", "create_time", ("tomorrow", "-1")),
    ("field of another type", "message", "mentions", (7,)),
)


def odd(make: Maker) -> Iterator[Case]:
    """Sealed and signed as it should be; inside is something else."""
    for value in (b"", b"[]", b"null", b"1", b'"x"', b"{", b"hello world", b"\xef\xbb\xbf{}"):
        yield make.case(f"inside {value!r}", "no object inside", False, make.seal(value))
    yield make.case("inside {}", "object without anything known", False, make.seal(b"{}"))
    for family, part, name, odd_values in _ODD:
        for odd_value in odd_values:
            changed = make.message()
            places = {"": changed, "header": changed["header"], "message": changed["event"]["message"]}
            places[part][name] = odd_value
            yield make.case(f"{part} {name} {odd_value!r}", family, False, make.seal(changed))
    old = {"uuid": "u1", "token": make.config.verification_token, "ts": "1790000000.1", "type": "event_callback"}
    for kind in ("message", "p2p_chat_create"):
        event: Json = {"type": kind, "app_id": make.config.app_id, "open_id": "ou_li", "text": "苹果"}
        yield make.case(f"version 1 {kind}", "event of version 1", False, make.seal(old | {"event": event}))
    deep = compact(make.message())[:-1] + b',"x":' + b"[" * 200 + b"]" * 200 + b"}"
    yield make.case("deep", "nested 200 levels", False, make.seal(deep))
    for name in ("NaN", "Infinity"):
        yield make.case(
            name, "number JSON has not", False, make.seal(compact(make.message())[:-1] + f',"x":{name}}}'.encode())
        )
    digits = compact(make.message())[:-1] + b',"x":' + b"1" * 5000 + b"}"
    yield make.case("5000 digits", "number of 5000 digits", False, make.seal(digits))
    yield make.case(
        "broken UTF-8", "broken UTF-8 inside", False, make.seal(compact(make.message()).replace("苹".encode(), b"\xff"))
    )
    yield make.case("too large", "above the limit", False, make.seal(make.message(content={"text": "货" * 400_000})))


def challenges(make: Maker) -> Iterator[Case]:
    """The check of the address: comes unsigned, sealed or plain."""
    asked = make.challenge()
    yield make.case("challenge", "challenge", True, make.seal(asked), {})
    yield make.case("challenge, signed", "challenge", True, make.seal(asked))
    yield make.case("challenge, plain", "challenge", True, compact(asked), {})
    yield make.case("challenge, wrong signature", "challenge", True, make.seal(asked), {SIGNATURE: "0" * 64})
    yield make.case("challenge, another key", "challenge", False, make.seal(asked, "another"), {})
    for token in ("guessed", None, 7):
        for form in ("sealed", "plain"):
            wrong = make.challenge(token=token)
            body = make.seal(wrong) if form == "sealed" else compact(wrong)
            yield make.case(f"challenge {form}, token {token!r}", "challenge with another token", False, body, {})
    for value in (None, 7, ["x"]):
        yield make.case(
            f"challenge {value!r}", "challenge that is no text", False, make.seal(make.challenge(challenge=value)), {}
        )
    yield make.case(
        "challenge of another type", "challenge of another type", False, make.seal(make.challenge(type="hello")), {}
    )
    yield make.case(
        "long challenge", "challenge above the limit", False, make.seal(make.challenge(challenge="x" * 9000)), {}
    )
