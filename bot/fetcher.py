"""Attachments are fetched and stored right after the acknowledgement: some addresses live five minutes only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import structlog

from bot import inbox, wording
from bot.attachments import LIMIT, Attachments
from bot.channel import LOST_PICTURE, Channel, SendFailed
from bot.failures import describe
from bot.inbound import Inbound, InboundFile
from bot.inbox import Waiting
from bot.store import Store
from inventory_core.errors import DanjuError

log = structlog.get_logger(__name__)

TRIES = 4
PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 5.0
FETCH_SECONDS = 60.0  # the largest file over a slow line


class Fetcher:
    """Fetches beside the conversations; a turn waits only for its own files."""

    def __init__(self, store: Store, channels: Mapping[str, Channel], attachments: Attachments) -> None:
        self._store = store
        self._channels = channels
        self._attachments = attachments
        self._tasks: dict[int, asyncio.Task[Inbound]] = {}

    def begin(self, item: Waiting) -> None:
        """Start fetching what is not stored yet."""
        if item.id not in self._tasks:
            self._tasks[item.id] = asyncio.create_task(self._fetch(item))

    async def finished(self, item: Waiting) -> Waiting:
        """The item with every file stored, or without ``sha256`` where a file could not be had."""
        self.begin(item)
        try:
            return replace(item, inbound=await asyncio.shield(self._tasks[item.id]))
        finally:
            self._tasks.pop(item.id, None)

    async def _fetch(self, item: Waiting) -> Inbound:
        files = [await self._one(item.inbound.platform, file) for file in item.inbound.files]
        inbound = await self._with_words(replace(item.inbound, files=tuple(files)))
        if inbound != item.inbound:
            await self._store.write(partial(inbox.store_files, inbox_id=item.id, inbound=inbound))
        return inbound

    async def _with_words(self, inbound: Inbound) -> Inbound:
        """Words that had to be asked for take the place of the text."""
        found = [file for file in inbound.files if file.kind == "words" and file.sha256 is not None]
        if not found:
            return inbound
        texts = [await asyncio.to_thread(self._attachments.get, str(file.sha256)) for file in found]
        text = "\n".join(data.decode("utf-8", "replace") for data in texts)
        rest = tuple(file for file in inbound.files if file not in found)
        if LOST_PICTURE in text:
            rest += (InboundFile("", problem=wording.LOST_PICTURE),)
        return replace(inbound, text=f"{inbound.text}\n{text}".strip(), files=rest)

    async def _one(self, platform: str, file: InboundFile) -> InboundFile:
        channel = self._channels.get(platform)
        if file.sha256 is not None or file.problem or channel is None:
            return file
        for attempt in range(TRIES):
            try:
                async with asyncio.timeout(FETCH_SECONDS):
                    data = await channel.fetch(file.ref)
            except (DanjuError, TimeoutError) as failure:
                log.warning("attachment_not_fetched", reason=describe(failure), attempt=attempt)
                if isinstance(failure, SendFailed) and failure.permanent:
                    return replace(file, problem=str(failure))
                await asyncio.sleep(_pause(failure, attempt))
            else:
                if len(data) > LIMIT:
                    log.warning("attachment_too_large", size=len(data))
                    return replace(file, problem=wording.TOO_LARGE.format(limit=LIMIT // 1024**2))
                sha256 = await asyncio.to_thread(self._attachments.put, data)
                return replace(file, sha256=sha256, name=file.name or _called(channel, file.ref))
        return replace(file, problem=wording.NOT_FETCHED)


def _pause(failure: BaseException, attempt: int) -> float:
    """What the platform asked for, within reason: the sender's next message waits for this one."""
    asked = failure.retry_after if isinstance(failure, SendFailed) else None
    return min(asked or PAUSE_SECONDS * 2**attempt, LONGEST_PAUSE_SECONDS)


def _called(channel: Channel, ref: str) -> str:
    """What a fetched file is called, on platforms whose message does not say and whose download does."""
    name_of_file: Callable[[str], str] = getattr(channel, "name_of_file", lambda _ref: "")
    return name_of_file(ref)
