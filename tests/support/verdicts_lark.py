"""lark-oapi's verdicts, in a process of its own because it imports for seconds: ``python -m
tests.support.verdicts_lark`` reads what it is configured with, then one request per line, and prints one line each."""

from __future__ import annotations

import base64
import importlib
import json
import sys
from typing import Any

lark: Any = importlib.import_module("lark_oapi")


def main() -> None:
    about = json.loads(sys.stdin.readline())
    answer: Any = importlib.import_module("lark_oapi.event.callback.model.p2_card_action_trigger")
    made = lark.EventDispatcherHandler.builder(about["key"], about["token"], lark.LogLevel.CRITICAL)
    dispatcher = (
        made.register_p2_im_message_receive_v1(lambda _data: None)
        .register_p2_im_message_recalled_v1(lambda _data: None)
        .register_p2_application_bot_menu_v6(lambda _data: None)
        .register_p2_im_chat_access_event_bot_p2p_chat_entered_v1(lambda _data: None)
        .register_p2_card_action_trigger(lambda _data: answer.P2CardActionTriggerResponse({}))
        .build()
    )
    for line in sys.stdin:
        asked = json.loads(line)
        request = lark.RawRequest()
        request.uri, request.headers, request.body = "/feishu/events", asked["headers"], base64.b64decode(asked["body"])
        sys.stdout.write(json.dumps(dispatcher.do(request).status_code) + "\n")


if __name__ == "__main__":
    main()
