"""lark-oapi as a process of its own: a client of our simulated Feishu that others wrote.

``python tests/support/lark_peer.py rest|dispatch|ws`` with one line of JSON on standard input that says where and
who. It imports for seconds and calls blocking from asynchronous code, so it never runs in the test's process. Prints
lines of JSON.
"""

from __future__ import annotations

import importlib
import io
import json
import sys
from typing import Any

lark: Any = importlib.import_module("lark_oapi")
im: Any = importlib.import_module("lark_oapi.api.im.v1")
contact: Any = importlib.import_module("lark_oapi.api.contact.v3")


def say(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
    sys.stdout.flush()


# -------------------------------------------------------------------- REST


def outcome(response: Any) -> dict[str, Any]:
    return {"ok": response.success(), "code": response.code, "status": response.raw.status_code}


def rest(about: dict[str, Any]) -> None:
    builder = lark.Client.builder().app_id(about["app_id"]).app_secret(about["app_secret"])
    client = builder.domain(about["url"]).log_level(lark.LogLevel.ERROR).build()
    api = client.im.v1

    def create(kind: str, content: Any, uuid: str = "", to: str = "") -> Any:
        body = im.CreateMessageRequestBody.builder().receive_id(to or about["user"]).msg_type(kind)
        body = body.content(json.dumps(content)).uuid(uuid or None).build()
        request = im.CreateMessageRequest.builder().receive_id_type("open_id").request_body(body).build()
        return api.message.create(request)

    first, again = create("text", {"text": "你好"}, "same"), create("text", {"text": "你好"}, "same")
    say(what="text", **outcome(first), same=first.data.message_id == again.data.message_id)
    say(what="nobody", **outcome(create("text", {"text": "a"}, to="ou_nobody")))
    card = create("interactive", about["card"])
    say(what="card", **outcome(card))
    say(what="bad_card", **outcome(create("interactive", about["bad_card"])))
    ref = card.data.message_id
    body = im.PatchMessageRequestBody.builder().content(json.dumps(about["new_card"])).build()
    request = im.PatchMessageRequest.builder().message_id(ref).request_body(body).build()
    say(what="patch", **outcome(api.message.patch(request)), ref=ref)
    reply = im.ReplyMessageRequestBody.builder().msg_type("text").content('{"text":"回"}').uuid("r").build()
    answer = api.message.reply(im.ReplyMessageRequest.builder().message_id(ref).request_body(reply).build())
    say(what="reply", **outcome(answer), parent=answer.data.parent_id)
    found = api.message.get(im.GetMessageRequest.builder().message_id(about["record"]).build())
    say(what="record", **outcome(found), upper=[item.upper_message_id for item in found.data.items])

    picture = io.BytesIO(bytes.fromhex(about["png"]))
    body = im.CreateImageRequestBody.builder().image_type("message").image(picture).build()
    image = api.image.create(im.CreateImageRequest.builder().request_body(body).build())
    say(what="image", **outcome(image), sent=outcome(create("image", {"image_key": image.data.image_key})))
    paper = io.BytesIO(b"%PDF-1.4")
    body = im.CreateFileRequestBody.builder().file_type("pdf").file_name("单.pdf").file(paper).build()
    file = api.file.create(im.CreateFileRequest.builder().request_body(body).build())
    say(what="file", **outcome(file), sent=outcome(create("file", {"file_key": file.data.file_key})))
    request = im.GetMessageResourceRequest.builder().message_id(about["photo"]).file_key(about["photo_key"])
    got = api.message_resource.get(request.type("image").build())
    say(what="download", ok=got.success(), data=got.file.read().hex())
    request = im.GetMessageResourceRequest.builder().message_id(ref).file_key(about["photo_key"]).type("image").build()
    say(what="foreign", **outcome(api.message_resource.get(request)))

    request = contact.GetUserRequest.builder().user_id(about["user"]).user_id_type("open_id").build()
    say(what="user", name=client.contact.v3.user.get(request).data.user.name)
    request = im.GetChatMembersRequest.builder().chat_id(about["group"]).member_id_type("open_id").page_size(1).build()
    page = api.chat_members.get(request).data
    say(what="members", first=page.items[0].member_id, more=page.has_more)
    say(what="recall", **outcome(api.message.delete(im.DeleteMessageRequest.builder().message_id(ref).build())))


# -------------------------------------------------------------------- events


def handler(about: dict[str, Any]) -> Any:
    answer_type: Any = importlib.import_module(
        "lark_oapi.event.callback.model.p2_card_action_trigger"
    ).P2CardActionTriggerResponse

    def message(data: Any) -> None:
        one = data.event.message
        who = data.event.sender.sender_id.open_id
        names = [mention.name for mention in one.mentions or ()]
        say(what="message", id=one.message_id, kind=one.message_type, content=one.content, who=who, names=names)

    def recalled(data: Any) -> None:
        say(what="recalled", id=data.event.message_id)

    def menu(data: Any) -> None:
        say(what="menu", key=data.event.event_key, who=data.event.operator.operator_id.open_id)

    def entered(data: Any) -> None:
        say(what="entered", chat=data.event.chat_id)

    def click(data: Any) -> Any:
        say(what="click", ref=data.event.context.open_message_id, value=data.event.action.value)
        return answer_type(about["answer"])

    made = lark.EventDispatcherHandler.builder(about["encrypt_key"], about["token"], lark.LogLevel.ERROR)
    return (
        made.register_p2_im_message_receive_v1(message)
        .register_p2_im_message_recalled_v1(recalled)
        .register_p2_application_bot_menu_v6(menu)
        .register_p2_im_chat_access_event_bot_p2p_chat_entered_v1(entered)
        .register_p2_card_action_trigger(click)
        .build()
    )


def dispatch(about: dict[str, Any]) -> None:
    """Answers each further line ``{"headers", "body"}`` with the dispatcher's status and body."""
    dispatcher = handler(about)
    say(what="ready")
    for line in sys.stdin:
        pushed = json.loads(line)
        request = lark.RawRequest()
        request.uri, request.headers, request.body = "/feishu/events", pushed["headers"], pushed["body"].encode()
        response = dispatcher.do(request)
        say(what="answer", status=response.status_code, body=(response.content or b"").decode())


def ws(about: dict[str, Any]) -> None:
    client = lark.ws.Client(
        about["app_id"],
        about["app_secret"],
        event_handler=handler(about),
        domain=about["url"],
        log_level=lark.LogLevel.CRITICAL,
    )
    say(what="ready")
    client.start()


if __name__ == "__main__":
    {"rest": rest, "dispatch": dispatch, "ws": ws}[sys.argv[1]](json.loads(sys.stdin.readline()))
