from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.console import Desk
from tests.support.console import desk as serve


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with serve() as running:
        yield running
