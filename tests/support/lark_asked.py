"""lark-oapi in a process of its own that does what it is asked, line by line: ``python -m tests.support.lark_asked``.

Speaks as tests/peers/lines.cjs does. Its client blocks, and its long connection owns an event loop, so the connection
runs in a thread.
"""

from __future__ import annotations

import importlib
import json
import sys
import threading
from collections.abc import Callable
from typing import Any

lark: Any = importlib.import_module("lark_oapi")
im: Any = importlib.import_module("lark_oapi.api.im.v1")

_lock = threading.Lock()
_clients: dict[str, Any] = {}


def say(**facts: Any) -> None:
    with _lock:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def client(name: str, app_id: str, app_secret: str, url: str, **_more: Any) -> dict[str, Any]:
    made = lark.Client.builder().app_id(app_id).app_secret(app_secret).domain(url)
    _clients[name] = made.log_level(lark.LogLevel.CRITICAL).build()
    return {}


def create(name: str, to: str, text: str) -> dict[str, Any]:
    body = im.CreateMessageRequestBody.builder().receive_id(to).msg_type("text").content(json.dumps({"text": text}))
    request = im.CreateMessageRequest.builder().receive_id_type("open_id").request_body(body.build()).build()
    answer = _clients[name].im.v1.message.create(request)
    found = {"ok": answer.success(), "code": answer.code}
    return found | ({"id": answer.data.message_id} if answer.success() else {})


def connect(app_id: str, app_secret: str, url: str, **_more: Any) -> dict[str, Any]:
    def message(data: Any) -> None:
        say(what="message", id=data.event.message.message_id)

    handler = lark.EventDispatcherHandler.builder("", "", lark.LogLevel.CRITICAL)
    handler = handler.register_p2_im_message_receive_v1(message).build()
    long = lark.ws.Client(app_id, app_secret, event_handler=handler, domain=url, log_level=lark.LogLevel.CRITICAL)
    long.on_reconnecting = lambda: say(what="reconnecting")
    long.on_reconnected = lambda: say(what="reconnected")
    threading.Thread(target=long.start, daemon=True).start()
    return {}


def main() -> None:
    asks: dict[str, Callable[..., dict[str, Any]]] = {"client": client, "create": create, "connect": connect}
    say(what="started")
    for line in sys.stdin:
        asked = json.loads(line)
        number, do = asked.pop("n"), asked.pop("do")
        try:
            say(n=number, **asks[do](**asked))
        except lark.core.exception.ObtainAccessTokenException as error:
            say(n=number, ok=False, code=error.code)


if __name__ == "__main__":
    main()
