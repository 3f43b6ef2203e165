"""Access tokens of a platform: asked for once however many wait, renewed before they expire, dropped when refused."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from bot.failures import describe
from inventory_core.errors import DanjuError

log = structlog.get_logger(__name__)

AHEAD_SECONDS = 600.0  # both platforms hand out a new token while the old one still works for this long
AHEAD_SHARE = 0.2  # of a token that does not live long: the last fifth
AGAIN_SECONDS = 30.0  # after a renewal failed while the old token is still good

Fetch = Callable[[], Awaitable[tuple[str, float]]]


class TokenCache:
    """One token of one app. ``fetch`` asks the platform for (token, seconds it lives) and bounds its own time."""

    def __init__(self, fetch: Fetch, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._token: str | None = None
        self._renew_at = 0.0
        self._expires_at = 0.0
        self._flight: asyncio.Task[str] | None = None

    async def get(self) -> str:
        """A token that is good for now.

        Raises:
            Exception: what ``fetch`` raised, the same for everyone who waited for it. A failed renewal is not told
                while the old token still works.
        """
        now = self._clock()
        if self._token is not None and now < self._renew_at:
            return self._token
        old = self._token if now < self._expires_at else None
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._ask(), name="token")
            self._flight.add_done_callback(_seen)
        flight = self._flight
        try:
            return await asyncio.shield(flight)  # a caller that gives up must not take the others along
        except (DanjuError, OSError, TimeoutError) as error:
            if old is None or old != self._token:
                raise
            log.warning("token_not_renewed", reason=describe(error))
            self._renew_at = min(self._clock() + AGAIN_SECONDS, self._expires_at)
            return old

    def drop(self, token: str) -> None:
        """The platform refused ``token``: forget it, unless a newer one has taken its place."""
        if self._token == token:
            self._token = None

    async def close(self) -> None:
        """End a request under way."""
        if self._flight is not None:
            self._flight.cancel()
            await asyncio.gather(self._flight, return_exceptions=True)

    async def _ask(self) -> str:
        token, seconds = await self._fetch()
        now = self._clock()
        self._token = token
        self._expires_at = now + seconds
        self._renew_at = self._expires_at - min(AHEAD_SECONDS, seconds * AHEAD_SHARE)
        return token


def _seen(task: asyncio.Task[str]) -> None:
    if not task.cancelled():
        task.exception()  # looked at, so that asyncio does not complain when every caller has gone
