"""Tokens: one request however many wait, a new one before the old one ends, and a refused one goes once."""

from __future__ import annotations

import asyncio

import pytest

from bot.channel import SendFailed
from bot.tokens import TokenCache


class Platform:
    """Hands out t1, t2, … that live ``seconds``; fails while ``trouble`` is set."""

    def __init__(self, seconds: float = 7200.0) -> None:
        self.seconds = seconds
        self.asked = 0
        self.now = 0.0
        self.trouble: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def fetch(self) -> tuple[str, float]:
        self.asked += 1
        number = self.asked
        await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        return f"t{number}", self.seconds

    def cache(self) -> TokenCache:
        return TokenCache(self.fetch, lambda: self.now)


async def test_fifty_callers_ask_once() -> None:
    platform = Platform()
    cache = platform.cache()
    platform.gate.clear()
    callers = [asyncio.create_task(cache.get()) for _ in range(50)]
    await asyncio.sleep(0)
    platform.gate.set()
    assert set(await asyncio.gather(*callers)) == {"t1"}
    assert platform.asked == 1


async def test_it_is_renewed_ten_minutes_ahead() -> None:
    platform = Platform()
    cache = platform.cache()
    assert await cache.get() == "t1"
    platform.now = 6599.0
    assert await cache.get() == "t1"
    platform.now = 6600.0
    assert await cache.get() == "t2"


async def test_a_short_token_is_renewed_in_its_last_fifth() -> None:
    platform = Platform(seconds=10.0)
    cache = platform.cache()
    await cache.get()
    platform.now = 7.9
    assert await cache.get() == "t1"
    platform.now = 8.1
    assert await cache.get() == "t2"


async def test_a_dropped_token_is_fetched_anew_and_an_old_refusal_drops_nothing() -> None:
    platform = Platform()
    cache = platform.cache()
    old = await cache.get()
    cache.drop(old)
    new = await cache.get()
    cache.drop(old)
    assert (old, new, await cache.get(), platform.asked) == ("t1", "t2", "t2", 2)


async def test_a_failed_renewal_keeps_the_old_token_while_it_works() -> None:
    platform = Platform()
    cache = platform.cache()
    await cache.get()
    platform.now = 6700.0
    platform.trouble = SendFailed("no line")
    assert await cache.get() == "t1"
    assert await cache.get() == "t1"
    assert platform.asked == 2  # not at every call
    platform.now = 7201.0
    with pytest.raises(SendFailed, match="no line"):
        await cache.get()
    platform.trouble = None
    assert await cache.get() == "t4"


async def test_everyone_waiting_hears_of_the_failure_and_the_next_call_tries_again() -> None:
    platform = Platform()
    cache = platform.cache()
    platform.trouble = SendFailed("wrong secret", permanent=True)
    results = await asyncio.gather(*(cache.get() for _ in range(5)), return_exceptions=True)
    assert all(isinstance(result, SendFailed) for result in results)
    assert platform.asked == 1
    platform.trouble = None
    assert await cache.get() == "t2"


async def test_a_caller_that_gives_up_does_not_take_the_others_along() -> None:
    platform = Platform()
    cache = platform.cache()
    platform.gate.clear()
    first, second = asyncio.create_task(cache.get()), asyncio.create_task(cache.get())
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    platform.gate.set()
    assert await second == "t1"


async def test_close_ends_what_is_under_way() -> None:
    platform = Platform()
    cache = platform.cache()
    platform.gate.clear()
    waiting = asyncio.create_task(cache.get())
    await asyncio.sleep(0)
    await cache.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
