"""怎么看出来的: for every field of a document the words it came from, with the message's time and author, or the button
somebody tapped. Kept when a message or a click takes effect, told on request."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlmodel import Session

from handlers import question, sql, talk, target
from handlers.deeds import Scene
from handlers.turn import Outcome, Turn
from inventory_core import documents, firm, people
from inventory_core.views import DocumentView, Kind, LineView, PriceSource
from nlp.findings import Doc, Intent, Span
from nlp.intents import sayings
from notifications import outbox, supplier_card, texts
from notifications.document_card import shows_cost

_HEAD = ("party", "delivery_date", "tax_rate", "discount_rate", "price_basis", "address", "phone", "contact", "note",
         "valid_from", "valid_until")  # fmt: skip
_ORDERS = (Intent.SALES_ORDER, Intent.PURCHASE_ORDER, Intent.SUPPLIER_QUOTE, Intent.CORRECTION)
_PICKED = "picked"  # answers to "which one", each beside the words that raised the question
_LIKE = "like"  # the words by which a line of an earlier order was had again
_HIDDEN = "原话里有价格，略"
_MOST_ROWS = 20
_WORDS = 40  # characters of a quotation


# ---------------------------------------------------------------- keeping


def keep(session: Session, turn: Turn) -> None:
    """Remember where the fields of every document this message made or changed were said."""
    understanding = turn.understanding
    if understanding is None:
        return
    links = sql.run(session, sql.LINKS_OF_INBOX, inbox_id=turn.said.inbox_id)
    if not understanding.docs:  # a customer's name at the head of an order
        said = turn.said
        for document_id, effect, _ in links:
            if effect == "drafted":
                name = {"party": said.text.strip()[:_WORDS]}
                _insert(session, document_id, said.inbox_id, turn.person.id, said.sent_at, name)
        return
    docs = [doc for doc in understanding.docs if doc.intent in _ORDERS] or list(understanding.docs)
    for at, (document_id, effect, line_ids) in enumerate(links):
        doc = docs[at] if len(links) == len(docs) else docs[0]
        now = [int(row[0]) for row in sql.run(session, sql.LINE_IDS, document_id=document_id)]
        brought = now if len(doc.lines) == len(now) and effect != "extended" else sorted(json.loads(line_ids))
        if effect == "extended" and any(line.line_no is not None for line in doc.lines):
            brought = now
        fields = _fields(turn.said.text, doc, brought)
        whole = " ".join(turn.said.text.split())[:_WORDS]
        if understanding.same_again:
            fields |= {f"{one}.said": whole for one in now if not {f"{one}.sku", f"{one}.qty"} & fields.keys()}
            fields |= {f"{one}.{_LIKE}": whole for one in now if f"{one}.qty" in fields and f"{one}.sku" not in fields}
            fields.setdefault("party", whole)
        elif effect == "corrected":
            fields |= {name: whole for name in _changed(session, document_id, now) if name not in fields}
        _insert(session, document_id, turn.said.inbox_id, turn.person.id, turn.said.sent_at, fields)


_CHANGE = re.compile(r"第(\d{1,4})行 (单价 )?[\d.]+\S* → [\d.]+")


def _changed(session: Session, document_id: int, line_ids: list[int]) -> list[str]:
    """Quantities and prices the last change is about, by its own words; what a sentence changed without naming its
    number (翻倍, 对调) has the sentence itself behind it."""
    told = documents.get(session, document_id).changes
    if any(words.startswith("不要 ") for words in told):
        return []  # rows are numbered as they were before
    found = []
    for words in told:
        match = _CHANGE.match(words)
        if match is not None and int(match[1]) <= len(line_ids):
            found.append(f"{line_ids[int(match[1]) - 1]}.{'unit_price' if match[2] else 'qty'}")
    return found


def answered(session: Session, turn: Turn, before: DocumentView) -> None:
    """Remember what the whole of a short answer settled on a document that was ``before``."""
    said = turn.said
    fields = _settled(before, documents.get(session, before.id), said.text.strip()[:_WORDS])
    _insert(session, before.id, said.inbox_id, turn.person.id, said.sent_at, fields)


def tapped(session: Session, scene: Scene, before: DocumentView, label: str) -> None:
    """Remember what a button or a choice settled."""
    fields = _settled(before, documents.get(session, before.id), label)
    _insert(session, before.id, scene.inbox_id, scene.person.id, scene.now, fields, button=True)


def _settled(before: DocumentView, after: DocumentView, words: str) -> dict[str, str]:
    """The fields in which two versions differ, each with the words that made the difference."""
    old = {line.id: line for line in before.lines}
    names = []
    for line in after.lines:
        was = old.get(line.id)
        if was is None or (was.product, was.candidates) != (line.product, line.candidates):
            names.append(f"{line.id}.{_PICKED}")
        if was is not None and (was.qty, was.unit) != (line.qty, line.unit):
            names.append(f"{line.id}.qty")
        if line.price_source is PriceSource.SAID and (was is None or was.price != line.price):
            names.append(f"{line.id}.unit_price")
    if (before.partner, before.partner_said) != (after.partner, after.partner_said):
        names.append("party")
    return dict.fromkeys(names, words)


def _insert(
    session: Session, document_id: int, inbox_id: int, person_id: int, said_at: datetime, fields: Mapping[str, str],
    *, button: bool = False,
) -> None:  # fmt: skip
    if fields:
        sql.run(
            session, sql.INSERT_EVIDENCE, document_id=document_id, inbox_id=inbox_id, person_id=person_id,
            said_at=sql.micros(said_at), button=int(button), fields=sql.dumps(dict(fields)),
        )  # fmt: skip


def _fields(text: str, doc: Doc, line_ids: list[int]) -> dict[str, str]:
    found = {name: words for name in _HEAD if (words := _words(text, doc.spans.get(name)))}
    if len(line_ids) == len(doc.lines):
        for line_id, line in zip(line_ids, doc.lines, strict=True):
            for name, span in line.spans.items():
                if words := _words(text, span):
                    found[f"{line_id}.{name}"] = words
            goods = [line.spans[name] for name in ("sku", "qty") if name in line.spans]
            if len(goods) == 2 and max(b for _, b in goods) - min(a for a, _ in goods) <= _WORDS:
                found[f"{line_id}.said"] = _words(text, (min(a for a, _ in goods), max(b for _, b in goods)))
    return found


def _words(text: str, span: Span | None) -> str:
    return "" if span is None else " ".join(text[slice(*span)].split())[:_WORDS]


# ---------------------------------------------------------------- telling


@dataclass(frozen=True, slots=True)
class _Source:
    inbox_id: int
    told: str  # “M8*30的”（10:32 张三）, “镀锌”（按钮 10:35 李四）


def asks(session: Session, turn: Turn) -> bool:
    """Whether the message wants to know where a document's fields come from."""
    if sayings.asks_whence(turn.said.text) is None:
        return False
    return talk.for_the_bot(turn) or bool(sayings.refs_in(turn.said.text))


def tell(session: Session, turn: Turn) -> Outcome:
    """Field by field the words behind the document that is meant; its author's last one when none is named."""
    about = sayings.asks_whence(turn.said.text) or ""
    refs = sayings.refs_in(turn.said.text)
    if refs and target.find(session, refs[0]) is None:
        return talk.answer(session, turn, texts.NO_SUCH.format(ref=refs[0]), "asked")
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    if chosen.unsure_draft:
        return question.which(session, turn, chosen.open_ids)
    view = chosen.view or _last(session, turn)
    if view is None:
        return talk.answer(session, turn, texts.WHICH_NUMBER.format(word="怎么看出来的"), "asked")
    cost = not shows_cost(view) or outbox.audience(session, turn.said.platform, turn.said.chat).cost
    sources = _sources(session, view, turn, cost=cost)
    if not cost:
        view = supplier_card.without_prices(view)
    told = _lines(view, sources, cost=cost) + _head(view, sources)
    told += [
        texts.WHENCE_LIKE.format(label=code.partition(":")[2]) for code in view.doubts if code.startswith("same_as:")
    ]
    if about:
        told = [words for words in told if words.startswith(about) or about in words.split(" ←")[0]] or told
    if not sources:
        return talk.answer(session, turn, texts.WHENCE_NONE.format(label=view.label))
    shown = told[:_MOST_ROWS]
    if len(told) > len(shown):
        shown.append(texts.WHENCE_MORE.format(count=len(told) - len(shown), label=view.label))
    return talk.answer(session, turn, "\n".join([texts.WHENCE_HEAD.format(label=view.label), *shown]))


def _last(session: Session, turn: Turn) -> DocumentView | None:
    since = sql.micros(turn.now - target.LAST_ORDER_AGE)
    found = sql.value(session, sql.LAST_TOUCHED, person_id=turn.person.id, since=since)
    return None if found is None else documents.get(session, found)


def _sources(session: Session, view: DocumentView, turn: Turn, *, cost: bool) -> dict[str, _Source]:
    """The newest words for each field, without ``cost`` not those that tell a price. A shipment's own are those of its
    order."""
    zone = firm.firm(session).tz
    today = turn.now.astimezone(zone).date()
    found: dict[str, _Source] = {}
    key = view.id if view.kind is not Kind.SHIPMENT or view.source_id is None else view.source_id
    for inbox_id, person_id, said_at, button, fields in sql.run(session, sql.EVIDENCE, document_id=key):
        when = _when(sql.moment(int(said_at)), zone, today)
        where = f"（{'按钮 ' if button else ''}{when} {people.person(session, int(person_id)).name}）"
        for name, words in json.loads(fields).items():
            hidden = not cost and supplier_card.tells_price(words, view)
            told = f"{_HIDDEN if hidden else f'“{words}”'}{where}"
            if name.endswith(f".{_PICKED}") and name in found:
                told = f"{found[name].told}、{told}"
            found[name] = _Source(int(inbox_id), told)
    return found


def _when(moment: datetime, zone: tzinfo, today: object) -> str:
    local = moment.astimezone(zone)
    clock = texts.clock(local)
    return clock if local.date() == today else f"{local.month}月{local.day}日 {clock}"


def _lines(view: DocumentView, sources: Mapping[str, _Source], *, cost: bool) -> list[str]:
    found: list[str] = []
    for line in view.lines:
        own = {name.partition(".")[2]: one for name, one in sources.items() if name.partition(".")[0] == str(line.id)}
        row = f"第{line.line_no}行 "
        found += [f"{row}{words}" for words in _goods(line, own, whole=cost)]
        if cost and line.price is not None and not line.gift:
            found.append(f"{row}单价 {texts.number(line.price)}元 ← {_price(line, own)}")
        if cost and line.tiers and "tiers" in own:
            steps = "、".join(map(supplier_card.tier_words, line.tiers))
            found.append(f"{row}阶梯 {steps} ← {own['tiers'].told}")
        for name, word in (("tax_incl", "含税" if line.tax_incl else "不含税"), ("gift", "赠品"), ("note", "备注")):
            if name in own and (cost or name == "gift" or (name == "note" and line.note)):
                found.append(f"{row}{word} ← {own[name].told}")
    return found


def _goods(line: LineView, own: Mapping[str, _Source], *, whole: bool) -> list[str]:
    """Goods and quantity on one line when one message said both, else each for itself. ``whole`` off: a price may stand
    between the two, so each is told alone."""
    goods, qty, both, picked = own.get("sku") or own.get(_LIKE), own.get("qty"), own.get("said"), own.get(_PICKED)
    name = line.product.label if line.product else "货品还没定"
    amount = "" if line.qty is None else f" {texts.number(line.qty)}{line.unit or ''}"
    answer = f"，选了{picked.told}" if picked is not None else ""
    if whole and both is not None and all(one is None or one.inbox_id == both.inbox_id for one in (goods, qty)):
        return [f"{name}{amount} ← {both.told}{answer}"]
    found = []
    if goods is not None:
        found.append(f"{name} ← {goods.told}{answer}")
    elif picked is not None:
        found.append(f"{name} ← {picked.told}")
    if qty is not None and amount:
        found.append(f"数量{amount} ← {qty.told}")
    return found or ([f"{name}{amount} ← “{texts.brief(line.said, _WORDS)}”"] if line.said else [])


def _price(line: LineView, own: Mapping[str, _Source]) -> str:
    if line.price_source is PriceSource.SAID and "unit_price" in own:
        return own["unit_price"].told
    return {PriceSource.LAST: "上次成交价", PriceSource.LIST: "价目"}.get(line.price_source or PriceSource.SAID, "说的")


def _head(view: DocumentView, sources: Mapping[str, _Source]) -> list[str]:
    day = texts.day(view.delivery_date, view.business_date) if view.delivery_date else None
    rate = None if view.tax_rate is None else f"{texts.number(view.tax_rate * 100)}%"
    discount = None if view.discount_rate is None else f"{texts.number(view.discount_rate * 10)}折"
    told = {
        "party": (texts.partner_word(view.kind), view.partner.name if view.partner else view.partner_said or None),
        "delivery_date": ("交期", day),
        "valid_from": ("生效", texts.day(view.valid_from, view.business_date) if view.valid_from else None),
        "valid_until": ("有效到", texts.day(view.valid_until, view.business_date) if view.valid_until else None),
        "tax_rate": ("税率", rate),
        "discount_rate": ("折扣", discount),
        "price_basis": ("价格", "按上次" if view.use_last_price else None),
        "address": ("地址", view.address),
        "phone": ("电话", view.phone),
        "contact": ("收货人", view.contact),
        "note": ("备注", view.note),
    }
    found = []
    for name, (word, value) in told.items():
        if value is not None and name in sources:
            found.append(f"{word} {value} ← {sources[name].told}")
    return found
