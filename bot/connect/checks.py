"""What a check found, and how the checks of one platform are run."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import structlog

from bot.channel import SendFailed
from bot.lines import trouble
from inventory_core.errors import DanjuError

URL_SECONDS = 5.0  # for asking our own address; a platform gives it one


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. ``good`` None: nothing to complain about, but worth knowing. ``text`` says what to do. ``later``:
    what is wrong is mended in the platform's console, often only after these very settings are in use, so that they
    are kept all the same."""

    name: str
    good: bool | None
    text: str
    later: bool = False


@asynccontextmanager
async def session() -> AsyncIterator[Callable[[], aiohttp.ClientSession]]:
    """A session for a handful of requests, as the platforms' clients want it."""
    async with aiohttp.ClientSession() as http:
        yield lambda: http


async def attempt(name: str, work: Awaitable[object], good: str) -> Check:
    """Await a call that either works or says what is wrong in a sentence."""
    try:
        await work
    except SendFailed as failure:
        return Check(name, False, str(failure))
    except (DanjuError, OSError, ValueError, TimeoutError, aiohttp.ClientError) as error:
        return Check(name, False, f"没有成功（{trouble(error)}）。请检查网络和地址，再试一次")
    return Check(name, True, good)


def quiet() -> None:
    """On a command line the checks' own sentences say what happened; the clients' log lines would only bury them."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def all_good(checks: list[Check]) -> bool:
    """Whether nothing is wrong."""
    return all(check.good is not False for check in checks)
