"""Which cards lead to a document's page."""

from __future__ import annotations

from bot.sender import with_link
from notifications import card_json
from notifications.card import Button, Card, Note, Table

ADDRESS = "http://127.0.0.1:8765/d/x.y"


def test_a_document_s_card_leads_to_its_page() -> None:
    for card in (
        Card("销售单 XS-0001 · 已作废", table=Table(("行",), (("1",),))),
        Card("销售单 草稿1", buttons=(Button("取消", "t"),)),
    ):
        assert card_json.loads(with_link(card_json.dumps(card), ADDRESS)).link == ADDRESS


def test_a_card_that_points_to_a_newer_one_stays_bare() -> None:
    body = card_json.dumps(Card("销售单 草稿1", notes=(Note("最新内容看下面那张卡片"),)))
    assert with_link(body, ADDRESS) == body
