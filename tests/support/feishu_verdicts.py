"""Requests to a Feishu webhook, valid and broken, and lark-oapi's verdict on them in a process of its own."""

from __future__ import annotations

import base64
import json
import random
import sys
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from bot.feishu import crypto

KEY = "an encrypt key"
TOKEN = "a verification token"
APP = "cli_0123456789abcdef"
TYPES = ("im.message.receive_v1", "im.message.recalled_v1", "card.action.trigger")

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request. Header names in lower case, as Node gives them."""

    name: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps({"body": base64.b64encode(self.body).decode(), "headers": self.headers})


def compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def envelope(kind: str, event: Json, **header: Any) -> Json:
    base = {"event_id": "e", "event_type": kind, "create_time": "1760000000123", "token": TOKEN, "app_id": APP}
    return {"schema": "2.0", "header": base | header, "event": event}


def message(text: str) -> Json:
    content = json.dumps({"text": text}, ensure_ascii=False)
    body = {"message_id": "om_1", "chat_id": "oc_1", "chat_type": "p2p", "message_type": "text", "content": content}
    sender = {"sender_id": {"open_id": "ou_1"}, "sender_type": "user"}
    return envelope(TYPES[0], {"sender": sender, "message": body | {"create_time": "1760000000123"}})


def recalled(ref: str) -> Json:
    return envelope(TYPES[1], {"message_id": ref, "chat_id": "oc_1", "recall_time": "1760000000123"})


def click(token: str) -> Json:
    context = {"open_message_id": "om_1", "open_chat_id": "oc_1"}
    action = {"tag": "button", "value": {"token": token}}
    return envelope(TYPES[2], {"operator": {"open_id": "ou_1"}, "context": context, "action": action})


def sealed(value: Any, key: str = KEY) -> bytes:
    plain = value if isinstance(value, bytes) else compact(value)
    return compact({"encrypt": crypto.encrypt(key, plain)})


def signed(name: str, body: bytes, *, key: str = KEY, timestamp: str = "1760000000", nonce: str = "n0nce") -> Asked:
    headers = {
        "x-lark-request-timestamp": timestamp,
        "x-lark-request-nonce": nonce,
        "x-lark-signature": crypto.signature(timestamp, nonce, key, body),
    }
    return Asked(name, body, headers)


def requests(seed: int = 3) -> list[Asked]:
    """At least 200 requests of every kind."""
    chance = random.Random(seed)
    texts = ["永兴 5箱", "a", "", "]]>", "\\u0000", "😀" * 50, "货" * 3000, '"引号"', "\n\t", "@_user_1 5箱"]
    asked = [signed(f"message {n}", sealed(message(text * (n % 3 + 1)))) for n, text in enumerate(texts * 3)]
    asked += [signed(f"recall {n}", sealed(recalled(f"om_{n}"))) for n in range(10)]
    asked += [signed(f"click {n}", sealed(click(f"tok-{n}")), nonce=str(n)) for n in range(10)]
    asked += [signed(f"old {n}", sealed(message("5箱")), timestamp=str(10**n)) for n in range(10)]

    good = sealed(message("永兴 5箱"))
    whole = signed("good", good)
    for name in whole.headers:
        asked.append(Asked(f"without {name}", good, {k: v for k, v in whole.headers.items() if k != name}))
        asked.append(Asked(f"empty {name}", good, whole.headers | {name: ""}))
        asked.append(Asked(f"other {name}", good, whole.headers | {name: "1" + whole.headers[name]}))
    given = whole.headers["x-lark-signature"]
    for at in range(0, 64, 2):
        forged = given[:at] + ("0" if given[at] != "0" else "1") + given[at + 1 :]
        asked.append(Asked(f"signature changed at {at}", good, whole.headers | {"x-lark-signature": forged}))
    asked.append(Asked("signature in capitals", good, whole.headers | {"x-lark-signature": given.upper()}))
    asked.append(Asked("signature cut", good, whole.headers | {"x-lark-signature": given[:-1]}))
    asked.append(signed("signed with another key", good, key="another"))
    asked.append(signed("sealed with another key", sealed(message("a"), "another")))
    asked.append(Asked("replayed with another body", sealed(message("b")), whole.headers))
    asked += [Asked(f"cut at {at}", good[:at], whole.headers) for at in range(0, len(good), len(good) // 25)]
    asked += [signed(f"cut and signed {at}", good[:at]) for at in range(0, len(good), len(good) // 25)]
    data = base64.b64decode(json.loads(good)["encrypt"])
    for number in range(40):
        broken = bytearray(data)
        broken[chance.randrange(16, 32)] ^= chance.randrange(1, 256)  # the first block: no JSON comes of it
        text = base64.b64encode(bytes(broken)).decode()
        asked.append(signed(f"first block changed {number}", compact({"encrypt": text})))
    for value in (
        b"",
        b"[]",
        b"null",
        b'"x"',
        b"{",
        b"\xff",
        {"schema": "2.0"},
        {"schema": "2.0", "header": 1},
        {"a": 1},
    ):
        asked.append(signed(f"sealed {value!r}", sealed(value)))
    for value in ({}, {"encrypt": ""}, {"encrypt": 1}, {"encrypt": "***"}, {"encrypt": "A" * 64}):
        asked.append(signed(f"plain {value!r}", compact(value)))
    for name, challenge in {
        "challenge": {"challenge": "echo", "token": TOKEN, "type": "url_verification"},
        "challenge without token": {"challenge": "echo", "type": "url_verification"},
        "challenge with another token": {"challenge": "echo", "token": "x", "type": "url_verification"},
    }.items():
        asked += [Asked(name, sealed(challenge)), Asked(f"{name}, another key", sealed(challenge, "another"))]
        asked.append(Asked(f"{name}, plain", compact(challenge)))
    asked.append(Asked("unsigned event", good))
    return asked


def main() -> None:
    """lark-oapi's verdicts on all requests, one JSON line."""
    lark: Any = import_module("lark_oapi")
    raw: Any = import_module("lark_oapi.core.model")
    answer: Any = import_module("lark_oapi.event.callback.model.p2_card_action_trigger").P2CardActionTriggerResponse
    builder = lark.EventDispatcherHandler.builder(KEY, TOKEN, lark.LogLevel.CRITICAL)
    builder = builder.register_p2_im_message_receive_v1(lambda _data: None)
    builder = builder.register_p2_im_message_recalled_v1(lambda _data: None)
    handler = builder.register_p2_card_action_trigger(lambda _data: answer({})).build()
    names = {"x-lark-request-timestamp", "x-lark-request-nonce", "x-lark-signature"}
    verdicts = {}
    for asked in requests():
        request = raw.RawRequest()
        request.uri, request.body = "/", asked.body
        request.headers = {name.title(): value for name, value in asked.headers.items() if name in names}
        verdicts[asked.name] = handler.do(request).status_code == 200
    sys.stdout.write("\n" + json.dumps(verdicts) + "\n")


if __name__ == "__main__":
    main()
