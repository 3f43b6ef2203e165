"""Cases against what comes over long connections: the Feishu child's frames, its pipe, the WeCom bot's frames."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from collections.abc import AsyncIterator
from importlib import import_module
from random import Random
from typing import Any

import aiohttp

from bot.feishu import child
from bot.wecom import download
from bot.wecom.endings import Evicted
from bot.workers import frames
from tests.fuzz import mutate
from tests.fuzz.callbacks import WORDS, feishu_envelope, number
from tests.fuzz.ground import APP, BOT, SECRETS, WECOM_PEOPLE, Fault, Ground

# -- Feishu: the service's side of the pipe ----------------------------------------------------------------------------


async def feishu_frame(chance: Random, ground: Ground) -> str:
    """What the child passes on is a stranger's; whatever it is, the child is told what to acknowledge it with."""
    envelope = feishu_envelope(chance)
    if chance.random() < 0.8:
        envelope = mutate.tree(chance, envelope)
    payload = mutate.dumps(chance, envelope).decode("utf-8", "surrogateescape")
    n = chance.getrandbits(50)
    await ground.long._answer({"op": "frame", "n": n, "type": chance.choice(("event", "card")), "payload": payload})
    answer = ground.orders.pop(n, None)
    if answer is None:
        raise Fault(f"a frame without an answer: {payload[:500]!r}")
    return str(answer["code"])


async def pipe(chance: Random, ground: Ground) -> str:
    """Frames on the pipe, both readers: whole objects, or an error they are known for."""
    message: dict[str, Any] = mutate.tree(chance, {"op": "frame", "n": 1, "type": "event", "payload": "{}"})
    try:
        wire = frames.encode(message)
    except (ValueError, RecursionError):
        wire = b"\0\0\0\2{}"
    if chance.random() < 0.8:
        wire = mutate.data(chance, wire)
    if chance.random() < 0.1:
        wire = chance.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\1[", b"\0\0\0\2[]", b"\0\0")) + wire
    reader = asyncio.StreamReader()
    reader.feed_data(wire)
    reader.feed_eof()
    seen = 0
    try:
        while seen < 50:
            found = await frames.read(reader)
            if not isinstance(found, dict):
                raise Fault("the pipe gave something that is no object")
            seen += 1
    except (asyncio.IncompleteReadError, ValueError):
        pass
    try:
        stream = io.BytesIO(wire)
        while frames.read_blocking(stream) is not None:
            pass
    except ValueError:
        pass
    return "read"


# -- Feishu: the child -------------------------------------------------------------------------------------------------


class _Pipe:
    """The service on the other end: answers at once, now and then with something odd."""

    def __init__(self, chance: Random) -> None:
        self.client: Any = None
        self.chance = chance
        self.passed = 0

    def send(self, op: str, **fields: Any) -> None:
        frames.encode({"op": op, **fields})
        if op == "frame":
            self.passed += 1
            told = self.chance.choice(({"code": 200}, {"code": 500}, {"code": 200, "data": {"toast": {}}}, {}))
            self.client.waiting[fields["n"]].set_result(told)


class _Socket:
    def __init__(self) -> None:
        self.sent: list[bytes] = []

    async def send(self, data: bytes) -> None:
        self.sent.append(data)


class Child:
    """lark-oapi's client with our handling on top, as the child runs it, without the process around it."""

    def __init__(self) -> None:
        sdk: Any = import_module("lark_oapi.ws.client")
        sdk.loop = asyncio.get_running_loop()
        self.frame: Any = sdk.Frame
        self.pipe = _Pipe(Random(1))
        self._alone = asyncio.Lock()
        secret = SECRETS["feishu_app_secret"]
        self.client = child.client_class(sdk)(self.pipe, APP, secret, "http://127.0.0.1:9")
        self.client._conn = self.socket = _Socket()
        self.pipe.client = self.client

    def build(self, chance: Random) -> bytes:
        made = self.frame()
        made.service, made.method = 1, chance.choice((1,) * 14 + (0, 2, -1))
        made.SeqID, made.LogID = chance.choice((1, 2**63 - 1)), 1
        made.payload = _frame_payload(chance)
        headers = {
            "type": chance.choice(("event",) * 6 + ("card", "pong", "ping", "")),
            "message_id": f"m{chance.randrange(30_000)}",
            "sum": chance.choice(("1",) * 20 + ("2", "3", "256", "257", "0", "-1", "", "9" * 30, "x")),
            "seq": chance.choice(("0",) * 16 + ("1", "1", "2", "255", "-1", "", "x", "٣")),
            "trace_id": "t",
        }
        for key, value in headers.items():
            if chance.random() < 0.99:
                header = made.headers.add()
                header.key, header.value = key, value
        data: bytes = made.SerializeToString()
        return mutate.data(chance, data) if chance.random() < 0.25 else data

    async def frame_case(self, chance: Random, _ground: Ground) -> str:
        """One frame, or plain garbage; fragments of the last thousands may come together, none may stay for ever."""
        data = chance.randbytes(chance.randrange(300)) if chance.random() < 0.1 else self.build(chance)
        async with self._alone:
            passed, sent = self.pipe.passed, len(self.socket.sent)
            await asyncio.create_task(self.client._handle_message(data))
            await asyncio.sleep(0)
            fragments = self.client.fragments
            if fragments.size > 16 * 1024 * 1024 or len(fragments) > 1000:
                raise Fault(f"fragments: {len(fragments)} messages, {fragments.size} bytes")
            if self.client.waiting or self.client.working:
                raise Fault("a frame is waited for that nobody answers")
            if self.pipe.passed - passed > 1 or len(self.socket.sent) - sent > 1:
                raise Fault("one frame, several answers")
            self.socket.sent.clear()
        return "passed on" if self.pipe.passed > passed else "dropped"


def _frame_payload(chance: Random) -> bytes:
    kind = chance.randrange(6)
    if kind == 0:
        return chance.randbytes(chance.randrange(200))
    if kind == 1:
        odd = {"PingInterval": mutate.odd(chance), "ReconnectCount": mutate.odd(chance)}
        return mutate.dumps(chance, odd)
    if kind == 2 and chance.random() < 0.02:
        return b"x" * 300_000
    return mutate.dumps(chance, feishu_envelope(chance))


# -- WeCom's intelligent bot -------------------------------------------------------------------------------------------


def bot_frame(chance: Random) -> dict[str, Any]:
    """A valid callback of any kind."""
    body: dict[str, Any] = {
        "msgid": f"b{number(chance)}",
        "aibotid": BOT,
        "from": {"userid": chance.choice((*WECOM_PEOPLE, "stranger"))},
        "create_time": 1760000000 + chance.randrange(10**6),
    }
    if chance.random() < 0.4:
        body |= {"chatid": f"chat{chance.randrange(20)}", "chattype": "group"}
    else:
        body["chattype"] = "single"
    headers = {"req_id": f"r{number(chance)}"}
    if chance.random() < 0.1:
        event: dict[str, Any] = {"eventtype": "enter_chat"}
        if chance.random() < 0.3:
            item = {"question_key": "q", "option_ids": {"option_id": ["1", "2"]}}
            card: dict[str, Any] = {"card_type": "x", "event_key": f"tok{number(chance)}", "task_id": "t1"}
            card |= {"selected_items": {"selected_item": [item]}}
            event = {"eventtype": "template_card_event", "template_card_event": card}
        return {"cmd": "aibot_event_callback", "headers": headers, "body": body | {"msgtype": "event", "event": event}}
    content = chance.choice(_BOT_CONTENTS)
    if chance.random() < 0.2:
        body["quote"] = chance.choice(_BOT_CONTENTS)
    text = {"msgtype": "text", "text": {"content": "@单据 " + chance.choice(WORDS)}}
    return {
        "cmd": "aibot_msg_callback",
        "headers": headers,
        "body": body | (text if chance.random() < 0.4 else content),
    }


_FILE = {"url": "http://127.0.0.1:9/f", "aeskey": "A" * 43}
_BOT_CONTENTS: tuple[dict[str, Any], ...] = (
    {"msgtype": "text", "text": {"content": "永兴 M8*30镀锌螺丝 5盒"}},
    {"msgtype": "voice", "voice": {"content": "库存"}},
    {"msgtype": "image", "image": _FILE},
    {"msgtype": "file", "file": _FILE},
    {"msgtype": "video", "video": _FILE},
    {
        "msgtype": "mixed",
        "mixed": {
            "msg_item": [{"msgtype": "text", "text": {"content": "单"}}, {"msgtype": "image", "image": _FILE}],
        },
    },
)


class _Messages:
    """A connection that says what it was given and closes."""

    def __init__(self, said: list[aiohttp.WSMessage]) -> None:
        self._said = said
        self.close_code = 1000

    def __aiter__(self) -> AsyncIterator[aiohttp.WSMessage]:
        return self._all()

    async def _all(self) -> AsyncIterator[aiohttp.WSMessage]:
        for message in self._said:
            yield message

    def exception(self) -> None:
        return None

    async def pong(self, _data: bytes) -> None:
        """Nobody listens."""


def bot_words(chance: Random) -> str:
    """One frame's text: valid, odd, or an answer nobody asked for."""
    frame = bot_frame(chance)
    kind = chance.randrange(10)
    if kind < 6:
        frame = mutate.tree(chance, frame)
    elif kind == 6:
        frame = {"headers": {"req_id": mutate.odd(chance)}, "errcode": mutate.odd(chance), "body": mutate.odd(chance)}
    words = mutate.dumps(chance, frame) if kind < 8 else json.dumps(frame, ensure_ascii=False).encode()
    return words.decode("utf-8", "replace")  # the transport itself refuses what is no UTF-8


async def bot(chance: Random, ground: Ground) -> str:
    """A frame as the connection's reader takes it."""
    kind = chance.randrange(40)
    message = aiohttp.WSMessage(aiohttp.WSMsgType.TEXT, bot_words(chance), None)
    if kind == 0:
        message = aiohttp.WSMessage(aiohttp.WSMsgType.BINARY, chance.randbytes(50), None)
    elif kind == 1:
        message = aiohttp.WSMessage(chance.choice((aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG)), b"x", "")
    gateway = ground.bot.gateway
    reader: Any = _Messages([message])
    with contextlib.suppress(Evicted):
        await gateway._read(reader)
    if len(gateway._lanes) > 500:
        await gateway._lanes.settled(30)
    return "read"


# -- files of the bot --------------------------------------------------------------------------------------------------


async def sealed_file(chance: Random, _ground: Ground) -> str:
    """What a download address gives: with another key, cut, in the clear, something else."""
    from bot.channel import SendFailed

    body = chance.choice((b"%PDF-", b"PK\x03\x04", b"\xff\xd8\xff", b"")) + chance.randbytes(chance.randrange(200))
    body = body[: len(body) // 16 * 16] if chance.random() < 0.5 else body
    key = chance.choice(("A" * 43, "A" * 42, "", "!", "永", "A" * 44, "=" * 43))
    disposition = mutate.text(chance, "attachment; filename*=UTF-8''%E5%8D%95.xlsx; filename=\"a.pdf\"")
    name = download.file_name(disposition)
    if len(name) > 200 or "/" in name:
        raise Fault(f"a file called {name!r}")
    try:
        data = download.decrypted(body, key)
        ref = mutate.dumps(chance, mutate.tree(chance, {"url": "http://x", "aeskey": key, "kind": "picture"}))
        download.Address.parse(ref.decode("utf-8", "replace"))
    except SendFailed:
        return "refused"
    download.is_picture(data)
    download.ending_of(data)
    return "opened"
