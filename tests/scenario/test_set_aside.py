"""What was set aside is handled when somebody presses 重试, not at the next start."""

from __future__ import annotations

from inventory_core.sql import run
from tests.support.firm import Firm


async def test_a_message_retried_from_the_problems_page_is_handled_at_once(firm: Firm) -> None:
    await firm.say("销售", "库存 M8*30镀锌螺丝")
    [(inbox_id,)] = await firm.rows("SELECT id FROM inbox")
    said = len(firm.seen_by("销售"))
    await firm.service.store.write(
        lambda session: run(session, "UPDATE inbox SET state = 'poison' WHERE id = :id", id=inbox_id)
    )
    status, answer = await firm.post("/console/api/problems/retry", {"source": "inbox", "id": inbox_id})
    assert (status, answer["tone"]) == (200, "good")
    await firm.settle()
    assert len(firm.seen_by("销售")) == said + 1
    await firm.sound()
