"""What the door itself says, before or beside any handler. Everything else is said in ``notifications.texts``."""

from __future__ import annotations

from notifications.texts import brief

WORKING = "正在处理，好了发到这里"
READING_PICTURE = "正在读图，好了发到这里"
IMPORTING = "收到 {name}，开始导入，好了发到这里"
IMPORT_DENIED = "{name} 收到了。导入资料要管理员或老板来发；不是要导入的话，请打字告诉我要做什么"
IMPORT_TOO_HEAVY = "{name} 读到一半就占满了内存或时间，没有导入。请分成几个小一点的文件再发"
KEEPS_MOVING = "这张单刚才一直在变，这句没有改进去。请看一下最新的卡片，再说一次"
NOT_FETCHED = "刚才的图片或文件没取到，请再发一次"
TOO_LARGE = "文件超过 {limit} MB，存不下，请分成几个小一点的再发"
LOST_PICTURE = "转发的聊天记录里有图片，我取不到。图片请单独发给我"
GAP = "{start}–{end} 没在线，这段时间发的请再发一次"


def set_aside(text: str) -> str:
    """Three tries failed."""
    words = f"“{brief(text)}”" if text.strip() else "这条消息"
    return f"{words}没处理成，已存下并报给管理员。急的话请换个说法再发一次"
