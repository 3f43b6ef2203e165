"""Requests to the callback of a WeCom app, valid and broken, sealed and signed with the simulator's crypto."""

from __future__ import annotations

import base64
import hashlib
import itertools
import random
import struct
from collections.abc import Callable, Iterator
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.simulator.wecom import WecomConfig, xml
from tests.support.verdicts import Case, cuts, flips, unique, words

TIMESTAMP, NONCE = "1790000000", "n0nce"
FOREIGN = "ww0000000000000000"

#: Families in which the outer document itself is odd. @wecom/crypto reads no XML; it is not asked about them.
OUTER = frozenset({"outer document", "outer document odd"})


class Maker:
    """Cases for one app, the same for one seed."""

    def __init__(self, config: WecomConfig, seed: int) -> None:
        self.config = config
        self.chance = random.Random(seed)
        self._numbers = itertools.count(4561255354251345929)

    # ---------------------------------------------------------------- inner documents

    def tree(self, kind: str = "text", **fields: Any) -> dict[str, Any]:
        return {
            "ToUserName": self.config.corp_id,
            "FromUserName": "LiNa",
            "CreateTime": 1_790_000_000,
            "MsgType": kind,
            "MsgId": next(self._numbers),
            "AgentID": int(self.config.agent_id),
        } | fields

    def text(self, **fields: Any) -> str:
        return xml.write(self.tree(**({"Content": "苹果 3 箱"} | fields)))

    def event(self, name: str, **fields: Any) -> str:
        tree = self.tree("event", Event=name, CreateTime=next(self._numbers) % 10**9, **fields)
        del tree["MsgId"]
        return xml.write(tree)

    # ---------------------------------------------------------------- sealing

    def padded(self, inner: str | bytes, corp: str | None = None, length: int | None = None) -> bytes:
        """The plain bytes before encryption."""
        body = inner.encode() if isinstance(inner, str) else inner
        receiver = (self.config.corp_id if corp is None else corp).encode()
        said = len(body) if length is None else length
        plain = self.chance.randbytes(16) + struct.pack(">I", said & 0xFFFFFFFF) + body + receiver
        missing = 32 - len(plain) % 32
        return plain + bytes([missing]) * missing

    def encrypt(self, padded: bytes, key: str = "") -> bytes:
        secret = base64.b64decode((key or self.config.aes_key) + "=")
        sealer = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
        return sealer.update(padded) + sealer.finalize()

    def seal(self, inner: str | bytes, corp: str | None = None, **how: Any) -> str:
        return base64.b64encode(self.encrypt(self.padded(inner, corp, **how))).decode()

    def outer(self, sealed: str) -> bytes:
        return xml.write(
            {"ToUserName": self.config.corp_id, "Encrypt": sealed, "AgentID": self.config.agent_id}
        ).encode()

    def query(self, sealed: str, **wrong: str) -> tuple[tuple[str, str], ...]:
        token = wrong.pop("token", self.config.token)
        joined = "".join(sorted((token, TIMESTAMP, NONCE, sealed))).encode()
        mark = hashlib.sha1(joined, usedforsecurity=False).hexdigest()
        return tuple(({"msg_signature": mark, "timestamp": TIMESTAMP, "nonce": NONCE} | wrong).items())

    # ---------------------------------------------------------------- requests

    def sealed(self, name: str, family: str, taken: bool, text: str, body: bytes | None = None) -> Case:
        """A request whose signature fits its cipher text."""
        return Case(name, family, taken, self.outer(text) if body is None else body, query=self.query(text))

    def case(self, name: str, family: str, taken: bool, inner: str | bytes, corp: str | None = None) -> Case:
        return self.sealed(name, family, taken, self.seal(inner, corp))

    def check(self, name: str, family: str, taken: bool, echo: str, **wrong: str) -> Case:
        """The check of the URL."""
        return Case(name, family, taken, query=(*self.query(echo, **wrong), ("echostr", echo)), method="GET")


def requests(config: WecomConfig, seed: int = 20261123) -> list[Case]:
    """All of them, in a fixed order."""
    make = Maker(config, seed)
    parts: tuple[Callable[[Maker], Iterator[Case]], ...] = (good, outside, signatures, sealing, inside, checks)
    return unique(case for part in parts for case in part(make))


def good(make: Maker) -> Iterator[Case]:
    """What the platform sends."""
    for number in range(50):
        yield make.case(f"text {number}", "message", True, make.text(Content=words(make.chance)))
    for length in range(32):  # every padding there is
        yield make.case(f"length {length}", "message", True, make.text(Content="x" * length))
    media: dict[str, dict[str, Any]] = {
        "image": {"PicUrl": "http://127.0.0.1:9/p", "MediaId": "m1"},
        "voice": {"MediaId": "m1", "Format": "amr"},
        "video": {"MediaId": "m1", "ThumbMediaId": "m2"},
        "location": {"Location_X": "31.2", "Location_Y": "121.4", "Scale": 15, "Label": "嘉定"},
        "link": {"Title": "a", "Description": "b", "Url": "https://danju.example", "PicUrl": ""},
        "file": {"MediaId": "m1", "FileName": "单.pdf", "FileSize": 7},
        "hologram": {"Of": "tomorrow"},
    }
    for kind, fields in media.items():
        yield make.case(kind, "message", True, xml.write(make.tree(kind, **fields)))
    item = {"QuestionKey": "q", "OptionIds": {"OptionId": ["a"]}}
    tap = {"TaskId": "t1", "CardType": "button_interaction", "ResponseCode": "c1", "EventKey": "no-such-token"}
    events: dict[str, dict[str, Any]] = {
        "subscribe": {"EventKey": ""},
        "unsubscribe": {"EventKey": ""},
        "enter_agent": {"EventKey": ""},
        "LOCATION": {"Latitude": "31.2", "Longitude": "121.4", "Precision": "60", "AppType": "wxwork"},
        "click": {"EventKey": "menu"},
        "view": {"EventKey": "https://danju.example"},
        "template_card_event": tap,
        "template_card_menu_event": tap,
        "not_made_yet": {"EventKey": "x"},
    }
    for name, fields in events.items():
        yield make.case(name, "event", True, make.event(name, **fields))
    for count in (1, 2, 3):
        selected = {"SelectedItems": {"SelectedItem": [item | {"QuestionKey": f"q{n}"} for n in range(count)]}}
        yield make.case(f"{count} selected", "event", True, make.event("template_card_event", **tap | selected))


def outside(make: Maker) -> Iterator[Case]:
    """The outer document, written in other ways, and broken."""
    text = make.seal(make.text())
    whole = make.outer(text).decode()
    inner = f"<Encrypt><![CDATA[{text}]]></Encrypt>"
    for name, body in {
        "only Encrypt": f"<xml>{inner}</xml>",
        "spaced": f"\n<xml>\n  {inner}\n</xml>\n",
        "no CDATA": f"<xml><Encrypt>{text}</Encrypt></xml>",
        "declared": f'<?xml version="1.0" encoding="UTF-8"?>{whole}',
        "with a BOM": f"\ufeff{whole}",
        "with a comment": f"<xml><!-- x -->{inner}</xml>",
        "in two sections": f"<xml><Encrypt><![CDATA[{text[:9]}]]><![CDATA[{text[9:]}]]></Encrypt></xml>",
    }.items():
        yield make.sealed(name, "outer document", True, text, body.encode())
    other = make.seal(make.text())
    for name, body in {
        "two Encrypt": f"<xml>{inner}{inner}</xml>",
        "two Encrypt, the other first": f"<xml><Encrypt>{other}</Encrypt>{inner}</xml>",
        "no Encrypt": "<xml><A>1</A></xml>",
        "empty Encrypt": "<xml><Encrypt></Encrypt></xml>",
        "Encrypt in Encrypt": f"<xml><Encrypt>{inner}</Encrypt></xml>",
        "an attribute": f'<xml a="1">{inner}</xml>',
        "another root": f"<html>{inner}</html>",
        "a DTD": f"<!DOCTYPE xml><xml>{inner}</xml>",
        "an entity": f'<!DOCTYPE xml [<!ENTITY e "{text}">]><xml><Encrypt>&e;</Encrypt></xml>',
        "an instruction": f"<xml><?php x ?>{inner}</xml>",
        "two documents": whole + whole,
        "cut": whole[:-3],
        "nothing": "",
        "words": "hello",
        "JSON": '{"encrypt":"x"}',
        "text beside": f"<xml>x{inner}</xml>",
        "too long": f"<xml>{inner}<A>{'x' * 70_000}</A></xml>",
        "too deep": f"<xml>{inner}{'<a>' * 30}{'</a>' * 30}</xml>",
    }.items():
        yield make.sealed(name, "outer document odd", False, text, body.encode())
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        yield make.sealed(f"in {encoding}", "outer document odd", False, text, whole.encode(encoding))
    for number, beginning in enumerate(cuts(make.chance, whole.encode(), 10)):
        yield make.sealed(f"cut {number}", "outer document odd", False, text, beginning)


def signatures(make: Maker) -> Iterator[Case]:
    """Everything that can be wrong with the parameters; the body is good."""
    family = "signature"
    text = make.seal(make.text())
    body, right = make.outer(text), make.query(text)
    for name, value in right:
        rest = tuple(pair for pair in right if pair[0] != name)
        yield Case(f"without {name}", family, False, body, query=rest)
        yield Case(f"empty {name}", family, False, body, query=(*rest, (name, "")))
        yield Case(f"other {name}", family, False, body, query=(*rest, (name, "1" + value[1:] + "0")))
        yield Case(f"twice {name}", "parameter twice", False, body, query=(*right, (name, value)))
    mark = right[0][1]
    for number in range(20):
        at = make.chance.randrange(40)
        wrong = mark[:at] + ("0" if mark[at] != "0" else "1") + mark[at + 1 :]
        yield Case(f"digit {number}", family, False, body, query=make.query(text, msg_signature=wrong))
    for name, wrong in {"upper": mark.upper(), "half": mark[:20], "zeros": "0" * 40, "words": "none"}.items():
        yield Case(f"signature {name}", family, False, body, query=make.query(text, msg_signature=wrong))
    yield Case("no parameters", family, False, body)
    yield Case("signed with another token", family, False, body, query=make.query(text, token="another"))
    yield Case("another message", family, False, make.outer(make.seal(make.text())), query=right)
    start = body.index(text.encode())
    for number, changed in enumerate(flips(make.chance, text.encode(), 20)):
        yield Case(f"bit {number}", family, False, body[:start] + changed + body[start + len(text) :], query=right)


def sealing(make: Maker) -> Iterator[Case]:
    """Signed, but the cipher text is not what the platform makes."""

    def raw(name: str, family: str, padded: bytes, key: str = "") -> Case:
        return make.sealed(name, family, False, base64.b64encode(make.encrypt(padded, key)).decode())

    whole = make.padded(make.text())
    plain = whole[: -whole[-1]]
    missing = 32 - len(plain) % 32
    for name, tail in {
        "zero": bytes(missing),
        "above": bytes([33]) * missing,
        "uneven": bytes([missing ^ 1]) * (missing - 1) + bytes([missing]),
        "one off": bytes([missing + 1]) * missing,
        "of 16 more": bytes([missing + 16]) * (missing + 16),
        "words": b"x" * missing,
    }.items():
        yield raw(f"padding {name}", "padding", plain + tail)
    yield raw("another key", "another key", whole, "A" * 43)
    yield raw("only padding", "no layout", bytes([32]) * 32)
    yield raw("too short", "no layout", make.padded("")[:16] + bytes([16]) * 16)
    for name, corp in {"foreign": FOREIGN, "none": "", "longer": make.config.corp_id + "0"}.items():
        yield make.case(f"receiver {name}", "another firm", False, make.text(), corp)
    size = len(make.text().encode())
    for name, length in {"short": size - 5, "long": size + 5, "huge": 2**31, "negative": -1, "zero": 0}.items():
        sealed = make.seal(make.text(), length=length)
        yield make.sealed(f"length {name}", "length", False, sealed)
    text = make.seal(make.text())
    data = base64.b64decode(text)
    for count in (0, 1, 16, 31, 32, len(data) - 16, len(data) - 1):
        yield make.sealed(f"first {count} bytes", "cut", False, base64.b64encode(data[:count]).decode())
    for number, changed in enumerate(flips(make.chance, data, 40)):
        sealed = base64.b64encode(changed).decode()
        yield make.sealed(f"sealed bit {number}", "bit of the cipher text, signed anew", False, sealed)
    rows = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    for name, written in {
        "rows": rows,
        "blank": f" {text}",
        "star": f"{text[:9]}*{text[9:]}",
        "more": f"{text}====",
    }.items():
        yield make.sealed(f"base64 {name}", "base64 written otherwise", False, written)


_ODD: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("MsgId", ("x", "-1", "1" * 30, {"a": "b"})),
    ("CreateTime", ("tomorrow", "-1", "9" * 30)),
    ("FromUserName", ("@all", "a|b", "x" * 65)),
    ("Content", ({"a": "b"},)),
)


def inside(make: Maker) -> Iterator[Case]:
    """Sealed and signed as it should be; inside is something else."""
    for value in ("", "hello", "{}", "<xml>", "<xml></xml>", "<html></html>", "<xml>x</xml>", "<xml/><xml/>"):
        yield make.case(f"inside {value!r}", "no message inside", False, value)
    for encoding in ("utf-16", "utf-16-le", "gbk"):
        yield make.case(f"inside in {encoding}", "inner document odd", False, make.text().encode(encoding))
    for field, value in (("ToUserName", FOREIGN), ("ToUserName", ""), ("AgentID", "1000009"), ("AgentID", "")):
        yield make.case(f"{field} {value!r}", "for somebody else", False, make.text(**{field: value}))
    for field in ("MsgType", "MsgId", "FromUserName", "CreateTime"):
        tree = make.tree(Content="a")
        del tree[field]
        yield make.case(f"no {field}", f"no {field}", False, xml.write(tree))
    for field, values in _ODD:
        for odd_value in values:
            document = make.text(**{field: odd_value})
            yield make.case(f"{field} {odd_value!r}"[:40], "field of another form", False, document)
    body = make.text()
    extra = "<FromUserName><![CDATA[HanMei]]></FromUserName>"
    for name, document in {
        "sender twice": body.replace("</xml>", f"{extra}</xml>"),
        "text twice": body.replace("</xml>", "<Content>x</Content></xml>"),
        "an attribute": body.replace("<Content>", '<Content a="1">'),
        "a DTD": f"<!DOCTYPE xml>{body}",
        "an entity": f'<!DOCTYPE xml [<!ENTITY e "x">]>{body.replace("</xml>", "<A>&e;</A></xml>")}',
        "an instruction": body.replace("</xml>", "<?x y?></xml>"),
        "text beside": body.replace("</xml>", "words</xml>"),
        "deep": body.replace("</xml>", "<a>" * 30 + "</a>" * 30 + "</xml>"),
        "a control character": body.replace("苹果", "\x01"),
        "two documents": body + body,
    }.items():
        yield make.case(f"inside {name}", "inner document odd", False, document)


def checks(make: Maker) -> Iterator[Case]:
    """The check of the URL."""
    for number in range(12):
        yield make.check(f"check {number}", "check", True, make.seal(str(make.chance.randrange(10**19))))
    echo = make.seal("1616140317555161061")
    while not ("+" in echo and "/" in echo):
        echo = make.seal("1616140317555161061")
    yield make.check("check with plus and slash", "check", True, echo)
    query = (*make.query(echo), ("echostr", echo.replace("+", " ")))
    yield Case("check with a plus nobody escaped", "plus not escaped", True, query=query, method="GET")
    for name, wrong in {
        "signature": {"msg_signature": "0" * 40},
        "timestamp": {"timestamp": "1"},
        "nonce": {"nonce": "x"},
        "token": {"token": "another"},
    }.items():
        yield make.check(f"check, wrong {name}", "signature", False, echo, **wrong)
    yield make.check("check for another firm", "another firm", False, make.seal("1", FOREIGN))
    yield make.check("check, empty", "signature", False, "")
    yield make.check("check, cut", "cut", False, echo[: len(echo) // 2])
    yield make.check("check, no base64", "no layout", False, "hello")
    yield Case("check without echostr", "signature", False, query=make.query(echo), method="GET")
