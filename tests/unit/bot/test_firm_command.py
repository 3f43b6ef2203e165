"""An administrator sets what is printed on paper and when an order needs an approval."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.attachments import Attachments
from bot.cli.firm import fen
from bot.commands import COMMANDS, Operations
from bot.settings import Settings
from inventory_core import firm
from inventory_core.errors import Refused
from tests.support.masters import NOW, empty_store


@pytest.fixture
async def operations(tmp_path: Path) -> AsyncIterator[Operations]:
    settings = Settings(data_dir=tmp_path)
    with empty_store(tmp_path) as store:
        yield Operations(settings, store, Attachments(settings.attachments_dir), lambda: NOW)


async def test_what_is_set_is_told_and_kept(operations: Operations) -> None:
    changes = {"name": "小河五金", "phone": "0555-1234567", "order_limit": fen("20000"), "self_approval": "1"}
    answer = await COMMANDS["firm"](operations, changes=changes)
    assert (answer["name"], answer["phone"], answer["order_limit"]) == ("小河五金", "0555-1234567", 2_000_000)
    view = await operations.store.read(firm.firm)
    assert view.self_approval
    assert view.order_limit == 2_000_000
    assert (await COMMANDS["firm"](operations))["name"] == "小河五金"


async def test_a_wrong_word_changes_nothing_at_all(operations: Operations) -> None:
    await COMMANDS["firm"](operations, changes={"name": "小河五金"})
    for wrong in ({"phone": "1", "demo": "1"}, {"phone": "1", "order_limit": "many"}, {"phone": "1", "name": " "}):
        with pytest.raises(Refused):
            await COMMANDS["firm"](operations, changes=wrong)
    assert (await COMMANDS["firm"](operations))["phone"] == ""


@pytest.mark.parametrize(("said", "kept"), [("20000", "2000000"), ("0.5元", "50"), ("无", ""), ("不限", "")])
def test_a_limit_is_said_in_yuan(said: str, kept: str) -> None:
    assert fen(said) == kept


@pytest.mark.parametrize("said", ["多", "-1", "0.001", "NaN", "Infinity"])
def test_what_is_no_amount_is_refused(said: str) -> None:
    with pytest.raises(Refused, match="不像金额"):
        fen(said)
