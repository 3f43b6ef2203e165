"""对账: named invariants of the books, each one query that returns the rows that break it.

Run after every step of the property tests, nightly, and on demand. Nothing here repairs anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from inventory_core import schema, sql, states
from inventory_core.numbering import PREFIXES


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken invariant: its name, what it means in Chinese, and up to five of the rows that break it."""

    name: str
    text: str
    rows: tuple[tuple[object, ...], ...]


def _table(rows: list[tuple[str, ...]]) -> str:
    """Constants as the body of a VALUES clause; the words are ours and hold no quotes."""
    return ", ".join("(" + ", ".join(f"'{word}'" for word in row) + ")" for row in rows)


_STEPS = _table(
    [
        (kind.value, step.source.value if step.source else "", step.target.value)
        for step in states.TABLE
        for kind in step.kinds
    ]
)
_PREFIXES = _table([(kind.value, prefix) for kind, prefix in PREFIXES.items()])
_TRIGGERS = _table([(f"{table}_no_{verb}",) for table in schema.INSERT_ONLY for verb in ("update", "delete")])

CHECKS: dict[str, tuple[str, str]] = {
    "ledger_is_balance": (
        "流水合计和库存数对不上",
        """SELECT b.product_id, b.place, b.lot, b.on_hand, b.value FROM balance b
           LEFT JOIN (SELECT product_id, place, lot, sum(qty) AS qty, sum(value) AS value FROM ledger
                      GROUP BY product_id, place, lot) l
             ON l.product_id = b.product_id AND l.place = b.place AND l.lot = b.lot
           WHERE coalesce(l.qty, 0) <> b.on_hand OR coalesce(l.value, 0) <> b.value
           UNION ALL
           SELECT l.product_id, l.place, l.lot, sum(l.qty), sum(l.value) FROM ledger l
           WHERE NOT EXISTS (SELECT 1 FROM balance b
                             WHERE b.product_id = l.product_id AND b.place = l.place AND b.lot = l.lot)
           GROUP BY l.product_id, l.place, l.lot""",
    ),
    "documents_sum_to_zero": (
        "单据的出入数量不平",
        """SELECT document_id, product_id, lot, sum(qty) FROM ledger
           GROUP BY document_id, product_id, lot HAVING sum(qty) <> 0
           UNION ALL
           SELECT document_id, 0, 'value', sum(value) FROM ledger GROUP BY document_id HAVING sum(value) <> 0""",
    ),
    "balance_within_limits": (
        "库存或占用成了负数",
        """SELECT b.product_id, b.place, b.lot, b.on_hand, b.reserved, b.value FROM balance b
           JOIN place p ON p.code = b.place
           WHERE b.tangible <> p.tangible OR (b.tangible = 1 AND (
             b.on_hand < 0 OR b.reserved < 0 OR b.reserved > b.on_hand OR b.value < 0
             OR (b.on_hand = 0 AND b.value <> 0)))""",
    ),
    "reservations_are_reserved": (
        "单据占用合计和库存占用数对不上",
        """SELECT b.product_id, b.place, b.lot, b.reserved FROM balance b
           LEFT JOIN (SELECT product_id, place, lot, sum(pending) AS pending FROM reservation
                      GROUP BY product_id, place, lot) r
             ON r.product_id = b.product_id AND r.place = b.place AND r.lot = b.lot
           WHERE coalesce(r.pending, 0) <> b.reserved""",
    ),
    "reservations_belong_to_open_orders": (
        "没有在办的单还占着库存",
        """SELECT r.id, d.number, d.state, r.pending FROM reservation r JOIN document d ON d.id = r.document_id
           LEFT JOIN document_line l ON l.id = r.line_id AND l.document_id = r.document_id
           WHERE r.pending > 0 AND (d.kind <> 'sales_order' OR d.state NOT IN ('pending', 'approved') OR l.id IS NULL
             OR l.product_id IS NOT r.product_id OR r.pending > l.base_qty - l.shipped)""",
    ),
    "running_balance": (
        "流水的结存数不连续",
        """SELECT id, product_id, place, qty_after, value_after FROM (
             SELECT id, product_id, place, qty_after, value_after,
                    sum(qty) OVER w AS qty, sum(value) OVER w AS value
             FROM ledger WINDOW w AS (PARTITION BY product_id, place, lot ORDER BY id))
           WHERE qty <> qty_after OR value <> value_after""",
    ),
    "posted_documents_have_entries": (
        "过账状态和流水不一致",
        """SELECT d.id, d.number, d.state FROM document d
           WHERE (d.kind IN ('shipment', 'goods_receipt', 'opening', 'reversal')
                  AND d.state IN ('posted', 'settled', 'reversed'))
             <> EXISTS (SELECT 1 FROM ledger l WHERE l.document_id = d.id)""",
    ),
    "posted_once": (
        "同一张单过账了两次",
        """SELECT document_id, count(*) FROM posting GROUP BY document_id HAVING count(*) > 1
           UNION ALL
           SELECT l.document_id, l.posting_id FROM ledger l JOIN posting p ON p.id = l.posting_id
           WHERE p.document_id <> l.document_id""",
    ),
    "posted_as_confirmed": (
        "过账的内容和单据的版本不一致",
        """SELECT p.document_id, p.version FROM posting p
           LEFT JOIN document_version v ON v.document_id = p.document_id AND v.version = p.version
           WHERE v.hash IS NOT p.hash""",
    ),
    "states_follow_the_table": (
        "单据状态的变化不在规则里",
        f"""WITH step(kind, source, target) AS (VALUES {_STEPS}), walk AS (
              SELECT t.id, t.document_id, coalesce(t.source, '') AS source, t.target,
                     lag(t.target, 1, '') OVER (PARTITION BY t.document_id ORDER BY t.id) AS before,
                     lead(t.id) OVER (PARTITION BY t.document_id ORDER BY t.id) AS following
              FROM document_transition t)
            SELECT d.id, d.number, w.source, w.target, d.state FROM walk w JOIN document d ON d.id = w.document_id
            WHERE w.source <> w.before OR (w.following IS NULL AND w.target <> d.state)
               OR NOT EXISTS (SELECT 1 FROM step s
                              WHERE s.kind = d.kind AND s.source = w.source AND s.target = w.target)
            UNION ALL
            SELECT d.id, d.number, '', '', d.state FROM document d
            WHERE NOT EXISTS (SELECT 1 FROM document_transition t WHERE t.document_id = d.id)""",
    ),
    "versions_are_complete": (
        "单据的版本记录不完整",
        """SELECT d.id, d.number, d.version FROM document d
           LEFT JOIN document_version v ON v.document_id = d.id AND v.version = d.version
           WHERE v.hash IS NOT d.hash
              OR d.version <> (SELECT count(*) FROM document_version c WHERE c.document_id = d.id)""",
    ),
    "approvals_are_valid": (
        "审核和单据内容或规则不符",
        """SELECT a.id, a.document_id, a.version, a.state FROM approval a JOIN document d ON d.id = a.document_id
           LEFT JOIN document_version v ON v.document_id = a.document_id AND v.version = a.version
           WHERE v.hash IS NOT a.hash
              OR (a.state = 'pending' AND (d.state <> 'pending' OR d.version <> a.version))
              OR (a.state = 'approved' AND a.self_approved = 0 AND a.approver_id IN (a.requested_by, d.author_id))
           UNION ALL
           SELECT 0, d.id, d.version, d.state FROM document d
           WHERE d.state = 'pending'
             AND NOT EXISTS (SELECT 1 FROM approval a WHERE a.document_id = d.id AND a.state = 'pending')""",
    ),
    "reversals_mirror": (
        "冲销单和原单不是镜像",
        """SELECT d.id, d.number, d.source_id FROM document d JOIN document o ON o.id = d.source_id
           WHERE d.kind = 'reversal' AND (o.state <> 'reversed' OR EXISTS (
             SELECT 1 FROM ledger l WHERE l.document_id IN (d.id, o.id)
             GROUP BY l.product_id, l.place, l.lot HAVING sum(l.qty) <> 0))
           UNION ALL
           SELECT o.id, o.number, o.source_id FROM document o
           WHERE o.state = 'reversed' AND o.kind IN ('shipment', 'goods_receipt', 'opening')
             AND NOT EXISTS (SELECT 1 FROM document d WHERE d.kind = 'reversal' AND d.source_id = o.id)""",
    ),
    "shipped_as_ordered": (
        "发货数和订单对不上",
        """SELECT d.number, l.line_no, l.shipped, l.base_qty FROM document_line l
           JOIN document d ON d.id = l.document_id
           WHERE d.kind = 'sales_order' AND (l.shipped > coalesce(l.base_qty, 0) OR l.shipped <> (
             SELECT coalesce(sum(s.base_qty), 0) FROM document_line s JOIN document h ON h.id = s.document_id
             WHERE s.source_line_id = l.id AND h.kind = 'shipment' AND h.state IN ('posted', 'settled')))
           UNION ALL
           SELECT d.number, 0, min(l.shipped), max(l.base_qty)
           FROM document d JOIN document_line l ON l.document_id = d.id
           WHERE d.kind = 'sales_order' AND d.state IN ('approved', 'posted')
           GROUP BY d.id HAVING (d.state = 'posted') <> (min(l.shipped >= l.base_qty) = 1)""",
    ),
    "totals_add_up": (
        "单据合计和明细对不上",
        """SELECT d.id, d.number, d.total, sum(l.amount) FROM document d
           JOIN document_line l ON l.document_id = d.id
           GROUP BY d.id HAVING d.total IS NOT NULL AND (d.total <> sum(l.amount) OR count(*) <> count(l.amount))""",
    ),
    "confirmed_documents_are_complete": (
        "已确认的单据缺编号、商品或数量，报价单缺价格",
        """SELECT d.id, d.number, d.state, l.line_no FROM document d LEFT JOIN document_line l ON l.document_id = d.id
           WHERE d.state IN ('pending', 'approved', 'posted', 'settled', 'reversed')
             AND (d.number IS NULL OR l.id IS NULL OR l.product_id IS NULL
                  OR CASE d.kind WHEN 'supplier_quote' THEN l.gift = 0 AND l.price_cmp IS NULL AND l.tiers = '[]'
                     ELSE l.base_qty IS NULL END)""",
    ),
    "numbers_are_counted": (
        "单据编号不在编号器里",
        f"""WITH prefix(kind, word) AS (VALUES {_PREFIXES})
            SELECT d.id, d.number FROM document d JOIN prefix p ON p.kind = d.kind
            LEFT JOIN counter c ON c.name = p.word
            WHERE d.number IS NOT NULL
              AND (substr(d.number, 1, 3) <> p.word || '-'
                   OR CAST(substr(d.number, 4) AS INTEGER) > coalesce(c.value, 0))""",
    ),
    "deals_are_live": (
        "成交价记在了不成立的单上",
        """SELECT e.id, d.number, d.state FROM deal e JOIN document d ON d.id = e.document_id
           WHERE d.state NOT IN ('approved', 'posted', 'settled') OR d.partner_id IS NOT e.partner_id""",
    ),
    "closed_periods_stay_closed": (
        "结账以后又往账期里记了账",
        """SELECT l.id, l.document_id, l.effective_date FROM ledger l
           WHERE l.effective_date <= (SELECT h.value FROM setting_history h
                                      WHERE h.key = 'closed_through' AND h.at < l.at ORDER BY h.id DESC LIMIT 1)""",
    ),
    "history_is_guarded": (
        "历史记录的保护被拿掉了",
        f"""WITH wanted(name) AS (VALUES {_TRIGGERS})
            SELECT name FROM wanted WHERE name NOT IN (SELECT name FROM sqlite_master WHERE type = 'trigger')""",
    ),
}


def check(session: Session) -> list[Violation]:
    """Every broken invariant; empty when the books are in order."""
    found = []
    for name, (text, statement) in CHECKS.items():
        rows = sql.run(session, statement)
        if rows:
            found.append(Violation(name, text, tuple(rows[:5])))
    return found
