"""A click that is refused after its first writes leaves none of them, over the store the service uses."""

from __future__ import annotations

from typing import Any

import pytest

from handlers import newcomers
from inventory_core import documents
from inventory_core.errors import Refused
from tests.support.firm import Firm


async def test_a_click_refused_half_way_leaves_nothing_behind(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    [card] = await firm.say("销售", "红星修配厂 M8*30镀锌螺丝 10盒")

    class Refusing:
        """The documents, which refuse once the customer has been made."""

        def __getattr__(self, name: str) -> Any:
            return getattr(documents, name)

        def change(self, *_arguments: object) -> None:
            raise Refused("这会儿不行")

    monkeypatch.setattr(newcomers, "documents", Refusing())
    before = await firm.rows("SELECT id FROM partner ORDER BY id")
    toast = await firm.click("销售", card, "新建客户", {"name": "红星修配厂"})
    assert toast.text == "这会儿不行"
    assert await firm.rows("SELECT id FROM partner ORDER BY id") == before
    monkeypatch.undo()
    toast = await firm.click("销售", firm.card("销售"), "新建客户", {"name": "红星修配厂"})
    assert toast.tone == "good"
    assert len(await firm.rows("SELECT id FROM partner")) == len(before) + 1
    await firm.sound()
