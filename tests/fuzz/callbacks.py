"""Cases against the platforms' callbacks: ``/feishu/events`` and ``/wecom/callback``."""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.parse
from collections.abc import Callable
from random import Random
from typing import Any
from xml.parsers import expat

from bot.feishu import crypto
from tests.fuzz import mutate
from tests.fuzz.ground import APP, ENCRYPT_KEY, FEISHU_PEOPLE, VERIFICATION, WECOM_PEOPLE
from tests.fuzz.mutate import cdata
from tests.fuzz.wire import request
from tests.support.wecom_crypto import AGENT, CORP, KEY, TOKEN, encrypt, pad, raw_encrypt, sign

HOST = {"Host": "127.0.0.1"}
WORDS = ("永兴 M8*30镀锌螺丝 5盒", "库存", "确认", "帮助", "第2行改成5箱", "同意 XS-0012", "@_user_1 5箱", "草稿")
OTHER_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def number(chance: Random) -> str:
    return str(chance.randrange(10**17, 10**18))


# -- Feishu ------------------------------------------------------------------------------------------------------------


def feishu_envelope(chance: Random) -> dict[str, Any]:
    """A valid event of any kind."""
    kind, event = chance.choice(_FEISHU)(chance)
    header = {"event_id": number(chance), "event_type": kind, "create_time": "1760000000123"}
    return {"schema": "2.0", "header": header | {"token": VERIFICATION, "app_id": APP}, "event": event}


def _feishu_message(chance: Random) -> tuple[str, dict[str, Any]]:
    kind, content = chance.choice(_CONTENTS)(chance)
    message = {
        "message_id": f"om_{number(chance)}",
        "chat_id": f"oc_{chance.randrange(50)}",
        "chat_type": chance.choice(("p2p", "group")),
        "message_type": kind,
        "content": json.dumps(content, ensure_ascii=False),
        "create_time": str(1760000000000 + chance.randrange(10**6)),
        "parent_id": chance.choice(("", "om_1")),
        "mentions": [{"key": "@_user_1", "id": {"open_id": "ou_1"}, "name": "张三", "mentioned_type": "bot"}],
    }
    if chance.random() < 0.5:  # what stands inside is text inside text; it is made odd by itself
        message["content"] = mutate.dumps(chance, mutate.tree(chance, content)).decode("utf-8", "replace")
    sender = {"sender_id": {"open_id": chance.choice((*FEISHU_PEOPLE, "ou_x"))}, "sender_type": "user"}
    return "im.message.receive_v1", {"sender": sender, "message": message}


def _feishu_click(chance: Random) -> tuple[str, dict[str, Any]]:
    token = chance.choice((f"tok{number(chance)}", base64.urlsafe_b64encode(chance.randbytes(16)).decode(), "0"))
    action: dict[str, Any] = {"tag": "button", "value": chance.choice(({"token": token}, token, {"token": [token]}))}
    action |= {"name": f"t1_{token}", "form_value": {"q": ["1", 2], "d": "2026-11-24 +0800", "b": True}}
    context = {"open_message_id": "om_1", "open_chat_id": "oc_1"}
    return "card.action.trigger", {
        "operator": {"open_id": chance.choice(FEISHU_PEOPLE)},
        "context": context,
        "action": action,
    }


def _feishu_recall(chance: Random) -> tuple[str, dict[str, Any]]:
    return "im.message.recalled_v1", {"message_id": "om_1", "chat_id": "oc_1", "recall_type": "group_owner"}


def _feishu_person(chance: Random) -> tuple[str, dict[str, Any]]:
    if chance.random() < 0.5:
        return "contact.user.updated_v3", {"object": {"open_id": "ou_gone", "status": {"is_resigned": True}}}
    return "contact.user.deleted_v3", {"object": {"open_id": f"ou_{number(chance)}"}}


def _feishu_enter(chance: Random) -> tuple[str, dict[str, Any]]:
    operator = {"open_id": chance.choice(FEISHU_PEOPLE)}
    return "im.chat.access_event.bot_p2p_chat_entered_v1", {"operator_id": operator, "chat_id": "oc_1"}


_FEISHU = (*(_feishu_message,) * 8, _feishu_recall, _feishu_person, _feishu_enter)
_CONTENTS: tuple[Callable[[Random], tuple[str, dict[str, Any]]], ...] = (
    lambda chance: ("text", {"text": chance.choice(WORDS)}),
    lambda _: ("image", {"image_key": "img_v3_1"}),
    lambda _: ("file", {"file_key": "file_v3_1", "file_name": "报价.xlsx"}),
    lambda _: ("audio", {"file_key": "file_v3_1", "duration": 2000}),
    lambda _: ("merge_forward", {"content": "Merged and Forwarded Message"}),
    lambda _: ("interactive", {"title": "单", "elements": [[{"tag": "text", "text": "永兴 5箱"}], {"tag": "hr"}]}),
    lambda _: ("location", {"name": "仓库", "longitude": "1", "latitude": "2"}),
    lambda _: (
        "post",
        {
            "title": "订单",
            "content": [
                [{"tag": "text", "text": "永兴"}, {"tag": "at", "user_id": "@_user_1"}],
                [{"tag": "img", "image_key": "i"}],
                [{"tag": "a", "text": "x", "href": "http://127.0.0.1"}, {"tag": "media", "file_key": "f"}],
            ],
        },
    ),
)


def feishu_trusted(plain: bytes) -> bool:
    """Whether a decrypted event is for this app, judged without the code under test."""
    try:
        found = json.loads(plain.decode("utf-8"))
        header = found["header"]
        return bool(found["schema"] == "2.0" and header["token"] == VERIFICATION and header["app_id"] == APP)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def feishu(chance: Random) -> tuple[bytes, bool, bool]:
    """A request's bytes, whether it may be accepted, and whether the sender hangs up in the middle."""
    if chance.random() < 0.04:
        kind, event = _feishu_click(chance)
        envelope = feishu_envelope(chance)
        envelope["header"]["event_type"], envelope["event"] = kind, event
    else:
        envelope = feishu_envelope(chance)
    way = chance.randrange(12)
    if way < 6:
        envelope = mutate.tree(chance, envelope)
    plain = mutate.dumps(chance, envelope) if way < 8 else json.dumps(envelope, ensure_ascii=False).encode()
    may = feishu_trusted(plain)
    key = ENCRYPT_KEY
    if way == 8:
        key, may = chance.choice(("", "another", ENCRYPT_KEY + "1")), False
    sealed = crypto.encrypt(key, plain)
    body = json.dumps({"encrypt": sealed}).encode()
    if way == 9:
        if chance.random() < 0.5:
            wrapped = chance.choice(
                (mutate.tree(chance, {"encrypt": sealed}), {"encrypt": [sealed]}, {"encrypt": sealed[:-4]}, envelope)
            )
            body = mutate.dumps(chance, wrapped)
        else:  # the cipher text itself, signed correctly
            raw = mutate.data(chance, base64.b64decode(sealed))
            body = json.dumps({"encrypt": base64.b64encode(raw).decode()}).encode()
        may = may and _opens(body)
    timestamp, nonce = "1760000000", number(chance)
    headers = {
        "X-Lark-Request-Timestamp": timestamp,
        "X-Lark-Request-Nonce": nonce,
        "X-Lark-Signature": crypto.signature(timestamp, nonce, key if way == 8 else ENCRYPT_KEY, body),
    }
    if way == 10:
        sent = mutate.data(chance, body)
        may, body = may and sent == body, sent
    elif way == 11:
        name = chance.choice(list(headers))
        forged = chance.choice(("", headers[name][:-1], headers[name].upper(), "0" * 64, mutate.text(chance, "a")))
        forged = forged.replace("\r", "").replace("\n", "").replace("\0", "").encode("utf-8", "replace").decode()
        may = may and forged.strip() == headers[name]
        headers[name] = forged
        if chance.random() < 0.3:
            del headers[name]
            may = False
    elif way == 7 and chance.random() < 0.3:
        challenge = {"type": "url_verification", "token": VERIFICATION, "challenge": mutate.odd(chance)}
        body = mutate.dumps(chance, mutate.tree(chance, challenge) if chance.random() < 0.5 else challenge)
        headers, may = {}, False
    wire = request("POST", "/feishu/events", HOST | headers | {"Content-Type": "application/json"}, body)
    return _line(chance, wire, may)


def _opens(body: bytes) -> bool:
    """Whether the sealed part is one we can judge: then its plain text decides."""
    try:
        return feishu_trusted(crypto.decrypt(ENCRYPT_KEY, json.loads(body)["encrypt"]))
    except (ValueError, KeyError, TypeError, RecursionError, crypto.BadEvent, AttributeError):
        return False


def _line(chance: Random, wire: bytes, may: bool) -> tuple[bytes, bool, bool]:
    """Now and then something is wrong with the HTTP itself."""
    if chance.random() > 0.04:
        return wire, may, False
    if chance.random() < 0.6:
        return wire[: chance.randrange(len(wire))], may, True
    head, _, body = wire.partition(b"\r\n\r\n")
    return mutate.data(chance, head) + b"\r\n\r\n" + body, may, True


# -- WeCom -------------------------------------------------------------------------------------------------------------

_KINDS: tuple[Callable[[Random], dict[str, str]], ...] = (
    lambda chance: {"MsgType": "text", "Content": chance.choice(WORDS)},
    lambda chance: {"MsgType": "text", "Content": mutate.text(chance, "永兴 5箱")},
    lambda _: {"MsgType": "image", "PicUrl": "http://127.0.0.1/x", "MediaId": "m1"},
    lambda _: {"MsgType": "voice", "MediaId": "m1", "Format": "amr"},
    lambda _: {"MsgType": "file", "MediaId": "m1", "FileName": "报价.xlsx"},
    lambda _: {"MsgType": "location", "Label": "仓库", "Scale": "1"},
    lambda _: {"MsgType": "link", "Title": "a", "Description": "b", "Url": "c"},
    lambda _: {"MsgType": "event", "Event": "enter_agent", "EventKey": ""},
    lambda _: {"MsgType": "event", "Event": "change_contact", "ChangeType": "delete_user", "UserID": "gone"},
    lambda _: {"MsgType": "event", "Event": "subscribe"},
)


def wecom_fields(chance: Random) -> list[tuple[str, str]]:
    """A valid message or event."""
    said = chance.choice(_KINDS)(chance)
    common = {
        "ToUserName": CORP,
        "FromUserName": chance.choice((*WECOM_PEOPLE, "stranger")),
        "CreateTime": str(1760000000 + chance.randrange(10**6)),
        "MsgId": number(chance),
        "AgentID": AGENT,
    }
    fields = [(name, cdata(words)) for name, words in (common | said).items()]
    if chance.random() < 0.04:
        fields = [one for one in fields if one[0] not in ("MsgType", "Event", "EventKey")]
        ids = "".join(mutate.element("OptionId", cdata(str(n))) for n in range(chance.randrange(3)))
        item = mutate.element("QuestionKey", cdata("q")) + mutate.element("OptionIds", ids)
        fields += [
            ("MsgType", "event"),
            ("Event", "template_card_event"),
            ("EventKey", cdata(f"tok{number(chance)}")),
            ("TaskId", cdata("task1")),
            ("ResponseCode", cdata(f"code{number(chance)}")),
            ("SelectedItems", mutate.element("SelectedItem", item) * chance.randrange(3)),
        ]
    return fields


def wecom_trusted(inner: bytes) -> bool:
    """Whether a decrypted document is for this app, judged without the code under test."""
    parser = expat.ParserCreate("utf-8")
    names: list[str] = []
    texts: dict[str, str] = {}
    declared: list[str] = []
    open_names: list[str] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        open_names.append(name)
        if len(open_names) == 2:
            names.append(name)

    def text(words: str) -> None:
        if len(open_names) == 2:
            texts[open_names[1]] = texts.get(open_names[1], "") + words

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: open_names.pop()
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = lambda name, *_rest: declared.append(name)
    try:
        parser.Parse(inner, True)
    except (expat.ExpatError, ValueError):
        return False
    if declared or len(set(names)) != len(names):
        return False
    return texts.get("ToUserName") == CORP and texts.get("AgentID", "") in (AGENT, "", "0")


def wecom(chance: Random) -> tuple[bytes, bool, bool]:
    """The same for WeCom."""
    fields = wecom_fields(chance)
    way = chance.randrange(12)
    inner = mutate.xml(chance, fields) if way < 6 else mutate.document(fields).encode("utf-8", "replace")
    may = wecom_trusted(inner)
    corp, key, token = CORP, KEY, TOKEN
    if way == 6:
        corp = chance.choice(("", "ww0123456789abcdef", CORP + "1", CORP[:-1]))
        key = chance.choice((KEY, OTHER_KEY))
        may = False
    if way == 7:
        token, may = chance.choice(("", "another", TOKEN + "1")), False
    sealed = encrypt(inner, corp=corp, key=key, noise=chance.randbytes(16))
    if way == 8:
        sealed, may = _badly_sealed(chance, inner), False
    rows = [("ToUserName", cdata(CORP)), ("Encrypt", cdata(sealed)), ("AgentID", cdata(AGENT))]
    body = mutate.document(rows).encode()
    if way == 9:
        odd = chance.randrange(4)
        if odd == 0:
            body = mutate.xml(chance, rows)
        elif odd == 1:  # two of them: which one is signed?
            other = encrypt(mutate.document(wecom_fields(chance)).encode("utf-8", "replace"))
            twice = [rows[1], ("Encrypt", cdata(other))] if chance.random() < 0.5 else [*rows, rows[1]]
            body, may = mutate.document(twice).encode(), False
        elif odd == 2:
            body = mutate.data(chance, body)
        else:
            middle = chance.choice((b"<a>" * 30_000, b"<Encrypt/>", b"x" * 70_000, b"<a/>" * 20_000))
            body = b"<xml>" + middle + b"</xml>"
        may = may and _same_seal(body, sealed)
    timestamp, nonce = "1760000000", number(chance)
    query = {"msg_signature": sign(sealed, timestamp, nonce, token), "timestamp": timestamp, "nonce": nonce}
    if way == 10:
        name = chance.choice(list(query))
        forged = chance.choice(("", query[name][:-1], query[name].upper(), "0" * 40, mutate.text(chance, "a")))
        may = may and forged == query[name]
        query[name] = forged.encode("utf-8", "replace").decode()
    target = "/wecom/callback?" + urllib.parse.urlencode(query)
    if way == 10 and chance.random() < 0.3:
        target, may = target + "&" + target.partition("?")[2], False
    if way == 11:
        if chance.random() < 0.5:
            echo = encrypt(chance.randbytes(chance.randrange(40)), corp=corp)
            echo_sign = sign(echo, timestamp, nonce, chance.choice((TOKEN, "x")))
            asked = query | {"msg_signature": echo_sign, "echostr": chance.choice((echo, echo[:-5], "", "永"))}
            place = chance.choice(("/wecom/callback", "/wecom/callbak", "/wecom/"))
            return _line(chance, request("GET", f"{place}?{urllib.parse.urlencode(asked)}", HOST), False)
        sent = mutate.data(chance, body)
        may, body = may and _same_seal(sent, sealed), sent
    return _line(chance, request("POST", target, HOST | {"Content-Type": "text/xml"}, body), may)


def _same_seal(body: bytes, sealed: str) -> bool:
    """Whether the body still holds exactly the one Encrypt that is signed."""
    return body.count(b"<Encrypt>") == 1 and f"<![CDATA[{sealed}]]>".encode() in body


def _badly_sealed(chance: Random, inner: bytes) -> str:
    """Signed correctly, but nothing anybody could open."""
    good = base64.b64decode(encrypt(inner))
    kind = chance.randrange(6)
    if kind == 0:
        return base64.b64encode(good[: -chance.randrange(1, 17)]).decode()
    if kind == 1:
        return chance.choice(("", "A", "====", "永", "A" * 43, "AAAA AAAA", base64.b64encode(b"").decode()))
    if kind == 2:  # a length that lies
        head = chance.randbytes(16) + chance.choice((b"\xff" * 4, b"\0\0\0\0", b"\x7f\xff\xff\xff"))
        return raw_encrypt(pad(head + inner + CORP.encode()))
    if kind == 3:  # padding that lies
        return raw_encrypt(inner[: len(inner) // 16 * 16] + chance.choice((b"\0", b"\x21", b"\xff")) * 16)
    if kind == 4:
        return raw_encrypt(pad(chance.randbytes(chance.randrange(40))))
    return hashlib.sha256(inner).hexdigest() * chance.randrange(1, 4)
