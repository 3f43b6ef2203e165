"""Uploads and downloads (facts/feishu.md §3)."""

from __future__ import annotations

import mimetypes
from urllib.parse import quote

from aiohttp import web

from bot.simulator.feishu.answers import Refused, Reply, ok
from bot.simulator.feishu.api import Api, Call, Part
from bot.simulator.feishu.world import Resource, World

_MB = 1 << 20
_MAX_IMAGE = 10 * _MB
_MAX_FILE = 30 * _MB
_MAX_DOWNLOAD = 100 * _MB
_FILE_TYPES = frozenset({"opus", "mp4", "pdf", "doc", "xls", "ppt", "stream"})
_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
)


def image_type(data: bytes) -> str:
    """The MIME type of an image in one of the formats the platform takes; empty for anything else."""
    for start, kind in _SIGNATURES:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypheim"):
        return "image/heic"
    return ""


class Media:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self, api: Api) -> list[web.RouteDef]:
        return [
            api.route("POST", "/open-apis/im/v1/images", self.upload_image),
            api.route("POST", "/open-apis/im/v1/files", self.upload_file),
            api.route("GET", "/open-apis/im/v1/messages/{message_id}/resources/{file_key}", self.download),
        ]

    def keep(self, kind: str, name: str, data: bytes, owner: str) -> Resource:
        """Store bytes under a new key."""
        resource = Resource(self._world.new_id("img_v3_" if kind == "image" else "file_v3_"), kind, name, data, owner)
        self._world.resources[resource.key] = resource
        return resource

    async def upload_image(self, call: Call) -> Reply:
        if _field(call, "image_type").text not in ("message", "avatar"):
            raise Refused(234001, "Invalid request param: image_type")
        image = _field(call, "image")
        _sized(image, _MAX_IMAGE)
        if not image_type(image.data):
            raise Refused(234011, "Can't recognize the image format.")
        return ok({"image_key": self.keep("image", image.filename, image.data, "bot").key})

    async def upload_file(self, call: Call) -> Reply:
        if _field(call, "file_type").text not in _FILE_TYPES:
            raise Refused(234001, "Invalid request param: file_type")
        name = _field(call, "file_name").text
        file = _field(call, "file")
        _sized(file, _MAX_FILE)
        return ok({"file_key": self.keep("file", name, file.data, "bot").key})

    async def download(self, call: Call) -> Reply:
        sent = self._world.message(call.params["message_id"])
        asked = call.query.get("type", "")
        if asked not in ("image", "file"):
            raise Refused(234001, "Invalid request param: type")
        if sent.upper or sent.kind in ("interactive", "sticker", "merge_forward"):
            raise Refused(234043, "Unsupported message type.")
        key = call.params["file_key"]
        resource = self._world.resources.get(key)
        if resource is None or key not in sent.resources:
            raise Refused(234003, "File not in msg.")
        if resource.kind != asked:
            raise Refused(234001, "Invalid request param: type does not fit the resource")
        if resource.confidential:
            raise Refused(234038, "The resource is confidential and can not be downloaded.")
        if len(resource.data) > _MAX_DOWNLOAD:
            raise Refused(234037, "Downloaded file size exceeds limit.")
        guessed = mimetypes.guess_type(resource.name)[0]
        kind = image_type(resource.data) or guessed or "application/octet-stream"
        headers = {"Content-Type": kind}
        if "application/json" in call.headers.get("Content-Type", ""):
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(resource.name)}"
        return Reply(raw=resource.data, headers=headers)


def _field(call: Call, name: str) -> Part:
    part = call.form.get(name)
    if part is None:
        raise Refused(234001, f"Invalid request param: {name}")
    return part


def _sized(part: Part, limit: int) -> None:
    if not part.data:
        raise Refused(234010, "File's size can't be 0.")
    if len(part.data) > limit:
        raise Refused(234006, "The file size exceeds the limit.")
