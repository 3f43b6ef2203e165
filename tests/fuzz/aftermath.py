"""After all that: an ordinary message on each platform still becomes an answer, a click too."""

from __future__ import annotations

import json
import sqlite3
from random import Random
from typing import Any

import aiohttp
from sqlmodel import Session

from bot.feishu import crypto
from bot.inbound import Inbound
from bot.inbox import Accepted
from inventory_core import people
from inventory_core.sql import run
from inventory_core.views import Role
from tests.fuzz.connections import _Messages
from tests.fuzz.ground import APP, BOT, CURRENT, ENCRYPT_KEY, VERIFICATION, Case, Fault, Ground
from tests.fuzz.wire import request
from tests.support import wecom_crypto

WHO = {"feishu": "ou_afterwards", "wecom": "afterwards", "wecombot": "afterwards"}


async def still_answers(ground: Ground) -> None:
    """Raises:
    Fault: an ordinary message got no answer.
    """
    ground.handle_all()
    CURRENT.set(Case("afterwards", may=True))
    await ground.settle()
    await ground.service.store.write(lambda session: _hire(session, ground))
    line = ground.line()
    await _refuses_while_sick(ground)
    for wire in (_feishu(), _wecom()):
        answer = await line.ask(wire)
        if answer.status != 200:
            raise Fault(f"an ordinary message got {answer.status} afterwards")
    reader: Any = _Messages([aiohttp.WSMessage(aiohttp.WSMsgType.TEXT, _bot(), None)])
    await ground.bot.gateway._read(reader)
    await ground.bot.gateway._lanes.settled(30)
    await ground.settle()
    unanswered = await ground.service.store.read(_unanswered)
    if unanswered:
        raise Fault(f"ordinary messages without an answer afterwards: {unanswered}")


async def _refuses_while_sick(ground: Ground) -> None:
    """While the store takes nothing, 503 and nothing else: then the platforms send it again."""
    healthy = vars(ground.service.dispatcher)["_take_in"]

    async def full(_inbound: Inbound) -> Accepted:
        raise sqlite3.OperationalError("database or disk is full")

    vars(ground.service.dispatcher)["_take_in"] = full
    line, known = ground.line(), ground.faults()
    for wire in (_feishu(), _wecom()):
        answer = await line.ask(wire)
        if answer.status != 503:
            raise Fault(f"a store that refuses became {answer.status}")
    unforeseen = [fault for fault in ground.faults() if "not_taken" not in fault]
    ground.loop_faults += [*known, *unforeseen]
    vars(ground.service.dispatcher)["_take_in"] = healthy


def _hire(session: Session, ground: Ground) -> None:
    now = ground.service.clock()
    for platform, account in WHO.items():
        person = people.add_person(session, f"后来{platform}", frozenset({Role.SALES}), now)
        people.bind(session, person.id, platform, account, now)


def _unanswered(session: Session) -> list[str]:
    found = []
    for platform, account in WHO.items():
        rows = run(
            session,
            "SELECT state, outcome, error FROM inbox WHERE platform = :platform AND sender = :sender",
            platform=platform,
            sender=account,
        )
        states = [tuple(row) for row in rows]
        chat = "oc_afterwards" if platform == "feishu" else account
        said = list(
            run(
                session,
                "SELECT 1 FROM outbox WHERE platform = :platform AND chat = :chat",
                platform=platform,
                chat=chat,
            )
        )
        if len(states) != 1 or states[0][0] != "done" or not said:
            found.append(f"{platform}: {states}, {len(said)} answers")
    return found


TEXT = "永兴 M8*30镀锌螺丝 5盒"


def _feishu() -> bytes:
    message = {
        "message_id": f"om_{Random().getrandbits(60)}",
        "chat_id": "oc_afterwards",
        "chat_type": "p2p",
        "message_type": "text",
        "content": json.dumps({"text": TEXT}),
        "create_time": "1760000000123",
    }
    sender = {"sender_id": {"open_id": WHO["feishu"]}, "sender_type": "user"}
    header = {"event_id": "after", "event_type": "im.message.receive_v1", "create_time": "1760000000123"}
    header |= {"token": VERIFICATION, "app_id": APP}
    plain = json.dumps({"schema": "2.0", "header": header, "event": {"sender": sender, "message": message}}).encode()
    body = json.dumps({"encrypt": crypto.encrypt(ENCRYPT_KEY, plain)}).encode()
    headers = {
        "Host": "127.0.0.1",
        "X-Lark-Request-Timestamp": "1",
        "X-Lark-Request-Nonce": "n",
        "X-Lark-Signature": crypto.signature("1", "n", ENCRYPT_KEY, body),
    }
    return request("POST", "/feishu/events", headers, body)


def _wecom() -> bytes:
    inner = wecom_crypto.message(FromUserName=WHO["wecom"], MsgId=str(Random().getrandbits(62)), Content=TEXT)
    posted = wecom_crypto.posted(inner)
    query = "&".join(f"{name}={value}" for name, value in posted.query.items())
    return request("POST", f"/wecom/callback?{query}", {"Host": "127.0.0.1"}, posted.body)


def _bot() -> str:
    body = {
        "msgid": f"after{Random().getrandbits(60)}",
        "aibotid": BOT,
        "chattype": "single",
        "from": {"userid": WHO["wecombot"]},
        "msgtype": "text",
        "text": {"content": TEXT},
    }
    return json.dumps({"cmd": "aibot_msg_callback", "headers": {"req_id": "r"}, "body": body})
