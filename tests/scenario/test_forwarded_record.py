"""A salesperson forwards a customer's chat as a record: its words become the order, and who sent it hears about the
pictures that cannot be had."""

from __future__ import annotations

from pathlib import Path

from tests.support.connected import connected


async def test_a_forwarded_chat_becomes_an_order_and_its_pictures_are_asked_for(data: Path) -> None:
    async with connected(data) as firm:
        seller, customer = firm.person("feishu"), "ou_customer"
        group = firm.feishu.add_group("永兴建材店", [seller, customer], has_bot=False)
        said = await firm.feishu.say(customer, "永兴建材店 M8*30镀锌螺丝 5盒 明天送", group)
        photo = await firm.feishu.send_file(customer, "样品.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, group)
        await firm.feishu.forward(seller, [said, photo])
        await firm.rest()
        shown = [str(message.body) for message in firm.answers("feishu")]
        assert any("M8*30 镀锌" in body and "永兴建材店" in body for body in shown)
        assert sum("图片请单独发给我" in body for body in shown) == 1
