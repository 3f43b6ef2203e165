"""One message in, one :class:`Understanding` out. Never raises on odd input; never slow: what is too long to be a
message is answered with a question before anything is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from nlp.catalogue import (
    heardparty,
    nospec,
    partywords,
    stylenumbers,
)
from nlp.catalogue.lexicon import CUSTOMER, SUPPLIER, Lexicon
from nlp.catalogue.resolve import candidates
from nlp.confidence import confidence, evidence
from nlp.corrections import endings, houses, usual
from nlp.corrections import fields as draftfields
from nlp.documents import askedlines
from nlp.documents.assemble import build, unused
from nlp.documents.origins import completed
from nlp.findings import Context, Doc, Intent, Understanding, Verb
from nlp.grammar.entries import Reading
from nlp.grammar.reader import Reader
from nlp.intents import conditions
from nlp.intents.classify import classify, edits, pricing, too_dear
from nlp.intents.commands import command
from nlp.intents.verdicts import verdict, whole_of_goods
from nlp.layout.recognise import Layout, recognise
from nlp.passes.amounts import thistime
from nlp.passes.asides import (
    alsowanted,
    askedbeside,
    empties,
    lasttime,
    putoff,
    remarks,
    unwanted,
)
from nlp.passes.parties import partydetails
from nlp.passes.specs import denied, features
from nlp.questions import ordered, question
from nlp.quotes import (
    later as quotelater,
)
from nlp.quotes import (
    pricelists,
    validity,
)
from nlp.quotes import (
    specs as quotespecs,
)
from nlp.quotes import (
    steps as quotesteps,
)
from nlp.quotes import (
    talk as quotetalk,
)
from nlp.quotes.changes import continues, correct
from nlp.scanning import cues as c
from nlp.scanning.hostile import only_hostile, quieted
from nlp.scanning.scan import scan
from nlp.scanning.text import Folded, fold
from nlp.scanning.tokens import T, Token

MAX_CHARS = 3_000  # about 150 lines; more is a spreadsheet
MAX_NUMBERS = 700  # five on every line
MAX_LINES = 400
_NUMBERS = re.compile(r"[0-9]+")
# 刚下的那张,B级全换A级: a paper that is not open.
_THAT_PAPER = re.compile(
    r"(?:我|把)?(?:刚才|刚刚|刚|昨天|上午|早上|之前|前面)?(?:下|发|报|订|开|录|做)?的?那一?[张个]?(?:订单|单子|单|张)"
)
_ITS_PAPER = re.compile(
    r" ?(?:昨天|今天|上午|早上|刚才|刚刚|之前|前面)?(?:的|那|这)?一?[张个笔]?(?:订单|单子|单)(?![价位独号据元])"
)
_FOR_GOOD = ("不要了", "取消", "去掉", "删掉", "撤掉", "拿掉", "划掉", "不要啦", "取消了", "去了")
_FALLBACK_DAY = date(2000, 1, 3)
_REFERENCE = re.compile(r"^[ :,]*(?:[a-z]{1,4}[- ]?\d{1,10}(?:-\d{1,8}){0,3}|草稿 ?\d{1,6})[ :,]*")


def understand(text: str, context: Context, lexicon: Lexicon) -> Understanding:
    """What a message says, given who says it and which draft is open."""
    found, used = partywords.read(text, context, lexicon, _understand)
    if not found.docs:
        return found
    return completed(replace(found, confidence=confidence(evidence(found, text, used))), text)


def _understand(text: str, context: Context, lexicon: Lexicon) -> Understanding:
    if len(text) > MAX_CHARS or text.count("\n") > MAX_LINES or len(_NUMBERS.findall(text)) > MAX_NUMBERS:
        doubts = ("too_long",)
        return Understanding(ask=True, ask_about=doubts, question=question(doubts, (), lexicon))
    folded = quieted(fold(text))
    if not folded.text.strip():
        return Understanding(confidence=0.99)
    today = day_of(context)
    layout = recognise(folded.text, lexicon)
    draft_ref = str(context.draft.get("doc_no") or "").lower() if context.draft else ""
    tokens = scan(layout.text, lexicon, today, draft_ref or None)
    refs = tuple(ref_name(token.text) for token in tokens if token.kind is T.REF)

    ordered_by = command(folded.text, tokens, refs, context)
    if ordered_by is not None:
        return _commanded(ordered_by, tokens, context, lexicon, folded, text, layout)
    if usual.said(layout.text, tokens):
        again = _same_again(tokens, context, lexicon, folded, text, layout, refs)
        if again is not None:
            return again
    taken = draftfields.take(folded.text, lexicon, context.draft.get("party")) if context.draft is not None else None
    if taken is not None and taken.fields:
        told = _about_head(taken, context, lexicon, folded, text, today, draft_ref, refs)
        if told is not None:
            return told
    decided = verdict(
        folded.text, tokens, role=context.sender_role, has_draft=context.draft is not None, refs=bool(refs)
    )
    if decided is None and context.draft is not None:
        decided = whole_of_goods(folded.text, tokens, context.draft, lexicon)
    if decided is not None:
        return _verdict(decided.intent, decided.reason_at, refs, context, lexicon, folded, text)
    beside = tokens
    if context.draft is not None:
        beside = houses.of_own_firm(tokens, context.draft.get("party"), lexicon)
        beside = endings.named(beside, context.draft, lexicon)
    if context.draft is not None and continues(beside, context, lexicon, folded.text):
        corrected = correct(beside, context, lexicon, folded, text)
        if corrected is not None and (refs or not _somebody_elses(corrected[0], context.draft)):
            doc, about, left = corrected
            return _told(Intent.CORRECTION, (doc,), about, left, lexicon, text, refs, folded)
    if _only_instructs(tokens, context):
        return Understanding(confidence=0.9, refs=refs)
    return _fresh(tokens, context, lexicon, folded, text, layout, refs)


def _about_head(
    taken: draftfields.Taken, context: Context, lexicon: Lexicon, folded: Folded, text: str, today: date,
    draft_ref: str, refs: tuple[str, ...],
) -> Understanding | None:  # fmt: skip
    """A message that says something of the draft's contact, phone, address or remark, and perhaps of its lines; None
    when it is a whole order of its own."""
    assert context.draft is not None
    tokens = scan(recognise(taken.text).text, lexicon, today, draft_ref or None)
    goods = any(t.kind in (T.QTY, T.ITEM) for t in tokens)
    if (goods or any(t.kind is T.PARTY for t in tokens)) and not continues(tokens, context, lexicon, folded.text):
        return None
    corrected = correct(tokens, context, lexicon, folded, text, taken.fields)
    if corrected is None or _somebody_elses(corrected[0], context.draft):
        return None
    doc, about, left = corrected
    return _told(Intent.CORRECTION, (doc,), about, left, lexicon, text, refs, folded)


def _same_again(
    tokens: list[Token], context: Context, lexicon: Lexicon, folded: Folded, text: str, layout: Layout,
    refs: tuple[str, ...],
) -> Understanding | None:  # fmt: skip
    """老样子, with what is different this time; None when the words mean something else after all."""
    reading = _read(tokens, context, lexicon)
    bare = usual.blanked(layout.text, tokens)
    rest = scan(bare, lexicon, day_of(context), None)
    nobody = context.usual is None and not reading.parties and reading.stranger is None
    if context.draft is not None and nobody and usual.changes(rest):
        return None  # words about the draft
    if classify(tokens, reading, context, folded.text) is not Intent.SALES_ORDER:
        return None
    docs = build(Intent.SALES_ORDER, reading, context, lexicon, folded, text, layout)
    if len(docs) > 1:
        return None
    different = usual.changes(rest)
    doubts, left = [*docs[0].doubts, "nothing_named"], unused(reading, reading.entries)
    if different or (context.draft is not None and nobody):
        doubts.append("target_missing")  # what the changes are made to is not known
    if context.usual is not None:
        doc = replace(docs[0], lines=(), doubts=(), ref=str(context.usual.get("doc_no") or "") or None)
        doubts = []
        if different:
            found = usual.changed(rest, context, lexicon, folded, text)
            if found is None:
                return None
            doc, doubts, left = found
        docs = (doc,)
    told = _told(Intent.SALES_ORDER, docs, doubts, left if different else [], lexicon, text, refs, folded)
    return replace(told, same_again=True)


def _somebody_elses(doc: Doc, draft: Mapping[str, Any]) -> bool:
    """Goods for another party than the draft's are an order of their own; two parties never mix."""
    had = draft.get("party")
    return had is not None and doc.party not in (None, had) and any(line.line_no is None for line in doc.lines)


def day_of(context: Context) -> date:
    """The day of the message, in its own zone."""
    try:
        return datetime.fromisoformat(context.datetime).date()
    except ValueError:
        return _FALLBACK_DAY


def ref_name(text: str) -> str:
    """A document number as documents print it: xs12 is XS-0012."""
    text = text.replace(" ", "")
    if text.startswith("草稿"):
        return text
    if text.count("-") > 1 or (text.count("-") == 1 and not text.partition("-")[0].isalpha()):
        return text.upper()  # the number of another system, as it was said
    letters = "".join(ch for ch in text if ch.isalpha())
    digits = "".join(ch for ch in text if ch.isdigit())
    return f"{letters.upper()}-{digits.zfill(4)}" if letters and digits else text.upper()


def _read(tokens: list[Token], context: Context, lexicon: Lexicon, *, priced: bool = False) -> Reading:
    quote = priced or pricing(tokens, context)
    kind = SUPPLIER if quote or context.sender_role in ("buyer", "supplier") else CUSTOMER
    if kind == CUSTOMER and context.sender_role != "customer" and any(t.text in ("采购", "进货", "向") for t in tokens):
        kind = SUPPLIER
    settled = context.chat_customer if kind == CUSTOMER else context.chat_supplier
    return Reader(tokens, lexicon, pricing=quote, party_kind=kind, asks_nobody=settled is not None).read()


def _denied_beside(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens of an order of its own beside a draft; to a draft 不是 says what it is not, and they were left alone."""
    found = denied.fold(tokens, lexicon)
    for at, token in enumerate(found):
        token.at = at
    return found


def _fresh(
    tokens: list[Token],
    context: Context,
    lexicon: Lexicon,
    folded: Folded,
    text: str,
    layout: Layout,
    refs: tuple[str, ...],
) -> Understanding:
    """A message that starts something of its own."""
    tokens, said = lasttime.fold(thistime.fold(tokens), folded.text)
    tokens = nospec.fold(stylenumbers.counted(tokens, lexicon), lexicon)
    tokens = unwanted.fold(tokens) if context.draft is None else _denied_beside(tokens, lexicon)
    tokens = _told_prices(tokens, context, lexicon)
    held = validity.said(folded.text, context) if pricing(tokens, context) else None
    if held:
        tokens = held.without(tokens)
    tokens, said = empties.fold(remarks.fold(tokens, folded.text, context.sender_role), said, lexicon)
    reading = _read(tokens, context, lexicon)
    if pricelists.prices_meant(reading, context, lexicon):
        reading = _read(tokens, context, lexicon, priced=True)
    if context.draft is None and _edits_nothing(tokens, reading, folded.text, context):
        return _nothing_there(folded.text, text, lexicon, refs)
    intent = classify(tokens, reading, context, said, talked=layout.talk)
    tokens, reading, intent = _beside(intent, tokens, reading, folded.text, context, lexicon)
    asking = intent in (Intent.PRICE_INQUIRY, Intent.STOCK_QUERY)
    if asking and (numbered := stylenumbers.fold(tokens, lexicon)) is not None:
        tokens, reading = numbered, _read(numbered, context, lexicon)
    _hear_party(intent, reading, context, lexicon, layout, folded.text)
    if intent is Intent.NONE:
        return Understanding(
            intent=intent, confidence=0.9, refs=refs, answer_candidates=_bare_item(reading, tokens, lexicon)
        )
    docs = build(intent, reading, context, lexicon, folded, text, layout)
    if held and intent is Intent.SUPPLIER_QUOTE:
        docs = validity.told(docs, held, folded)
    if asking:
        every = [line for doc in docs for line in doc.lines]
        lines, strange = askedlines.asked(every, text)
        doubts = ["sku_unknown"] if strange else [] if lines else ["nothing_named"]
        return _told(intent, (replace(docs[0], lines=lines, doubts=()),), doubts, [], lexicon, text, refs)
    left = unused(reading, reading.entries)
    doubts = [d for doc in docs for d in doc.doubts] + [d for doc in docs for line in doc.lines for d in line.doubts]
    if not any(doc.lines for doc in docs):
        doubts.append("nothing_named")
    doubts += reading.doubts + features.doubts(tokens, reading.entries, lexicon)
    counted = [e.spans.get("qty", (0, 0))[0] for e in reading.entries]
    if (reading.conditional and not conditions.certain(folded.text, counted)) or putoff.counted(
        folded.text, reading.entries
    ):
        doubts.append("conditional")
    if conditions.unless_dearer(folded.text):
        doubts.append("conditional")  # 涨价没?没涨来20箱
    if intent is Intent.SALES_ORDER and too_dear(tokens):
        doubts.append("price_asked")
    if c.ADD in reading.cues() and usual.alone(tokens):
        doubts.append("nothing_named")  # as usual, and more: what is usual is for the last order to say
    if left:
        doubts.append("unused")
    found = _told(intent, docs, doubts, left, lexicon, text, refs, folded)
    return replace(found, answer_candidates=_bare_item(reading, tokens, lexicon))


def _beside(
    intent: Intent, tokens: list[Token], reading: Reading, text: str, context: Context, lexicon: Lexicon
) -> tuple[list[Token], Reading, Intent]:
    """The order beside a complaint or a question, when there is a whole one; else what was read."""
    if intent is Intent.NONE and (rest := alsowanted.fold(tokens, text)) is not None:
        beside = _read(rest[0], context, lexicon)
        wanted = classify(rest[0], beside, context, rest[1])
        known = any(e.item.known and e.qty for e in beside.entries)
        if known and wanted in (Intent.SALES_ORDER, Intent.PURCHASE_ORDER):
            return rest[0], beside, wanted
    asked = intent in (Intent.PRICE_INQUIRY, Intent.STOCK_QUERY, Intent.NONE) and context.draft is None
    if not asked or context.sender_role not in ("customer", "sales", "boss"):
        return tokens, reading, intent
    if (rest := askedbeside.fold(tokens, text)) is not None:
        beside = _read(rest[0], context, lexicon)
        whole = beside.entries and all(e.item.known and e.qty is not None and not e.approx for e in beside.entries)
        if whole and classify(rest[0], beside, context, rest[1]) is Intent.SALES_ORDER:
            return rest[0], beside, Intent.SALES_ORDER
    return tokens, reading, intent


def _told_prices(tokens: list[Token], context: Context, lexicon: Lexicon) -> list[Token]:
    """Tokens with the words of a price list read as such, when the message may be one."""
    if not pricelists.may_tell(tokens, context):
        return quotetalk.old_prices(tokens)
    if pricelists.announced(tokens, context):
        tokens = quotespecs.apart(tokens, lexicon)
        tokens = stylenumbers.priced(tokens, lexicon)
    tokens = quotelater.fold(tokens)
    tokens = quotetalk.fold(tokens, supplier=context.sender_role == "supplier")
    if pricelists.announced(tokens, context):
        tokens = quotespecs.fold(tokens, lexicon)
    return quotesteps.fold(quotespecs.same_as(quotespecs.of_both(tokens, lexicon), lexicon))


def _hear_party(
    intent: Intent, reading: Reading, context: Context, lexicon: Lexicon, layout: Layout, text: str
) -> None:
    """Put a mistyped name, or the one in the address, to an order that names nobody."""
    kind = {Intent.SALES_ORDER: CUSTOMER, Intent.PURCHASE_ORDER: SUPPLIER}.get(intent)
    settled = context.chat_customer if kind == CUSTOMER else context.chat_supplier
    if kind is None or settled is not None or reading.parties or reading.stranger is not None:
        return
    if "address" in layout.fields:
        start, end = layout.fields["address"]
        if (place := partydetails.of_address(text[start:end], kind, lexicon)) is not None:
            place.start, place.end = place.start + start, place.end + start
            reading.parties.append(place)
            reading.sections[0].party = place
            return
    heard = heardparty.find(layout.text, kind, lexicon)
    if heard is not None:
        reading.parties.append(heard)
        reading.sections[0].party = heard
        for entry in reading.entries:  # 码头大排挡 鱼盘14的10个: 排挡 is part of the name
            strange = [t for t in entry.item.strange if not heard.start <= t.start < heard.end]
            if entry.item.words or strange:
                entry.item.strange = strange


def _only_instructs(tokens: list[Token], context: Context) -> bool:
    """Whether a message is words to the program and nothing they could be about: no draft, no amount of anything."""
    counts = any(t.kind is T.QTY and t.unit is not None for t in tokens)
    return context.draft is None and not counts and any(t.has(c.INSTRUCT) for t in tokens)


def _edits_nothing(tokens: list[Token], reading: Reading, text: str, context: Context) -> bool:
    """A change said without an open draft: 把生料带改成5盒.

    A quantity before the change is a slip corrected in place.
    """
    if context.sender_role == "supplier" or not edits(tokens):
        return False
    if _only_taken_back(tokens, reading):
        return True
    that_paper = _THAT_PAPER.match(text) is not None or _paper_of(tokens, text)
    for token in tokens:
        if token.kind in (T.QTY, T.PRICE):
            return False
        after = (tokens[at] for at in range(token.at + 1, len(tokens)) if tokens[at].kind is not T.GAP)
        follows = next(after, None) if reading.entries else None
        if follows is not None and follows.kind in (T.PHONE, T.ID):
            continue  # 电话换成137…了,津春4号6袋照送
        if that_paper and (token.has(c.CHANGE, c.DROP, c.SWAP, c.TIMES) and token.text != "要"):
            return True
        if token.kind is T.ROW or token.text in ("改成", "改为", "换成", "换为", "对调", "互换"):
            placed = any(
                t.text in ("下单", "订购", "订") and tokens[t.at + 1].kind is T.QTY for t in tokens[token.at : -1]
            )
            return not placed and (bool(reading.entries) or token.kind is T.ROW or len(text) <= 10)
    return False


def _paper_of(tokens: list[Token], text: str) -> bool:
    """馋嘴的单子焦糖瓜子改30斤: somebody's paper, named in front of the goods, is what is changed."""
    party = next((t for t in tokens[:3] if t.kind is T.PARTY), None)
    return party is not None and _ITS_PAPER.match(text, party.end) is not None


def _only_taken_back(tokens: list[Token], reading: Reading) -> bool:
    """五香瓜子那20斤不要了: goods of a paper that is not open, and nothing else is said."""
    if reading.entries or not any(e.item.known for e in reading.dropped):
        return False
    plain = (T.ITEM, T.SPEC, T.MEASURE, T.QTY, T.PARTY, T.GAP, T.COMMA, T.STOP)
    if any(t.kind not in plain and not t.has(c.DROP, c.FILLER) for t in tokens):
        return False
    return any(t.has(c.DROP) and t.text in _FOR_GOOD for t in tokens)


def _nothing_there(folded_text: str, text: str, lexicon: Lexicon, refs: tuple[str, ...]) -> Understanding:
    """A change of nothing: which document, is asked; what only wants the program to change prices wants nothing."""
    if only_hostile(folded_text):
        return Understanding(intent=Intent.NONE, confidence=0.9, refs=refs)
    return _told(Intent.CORRECTION, (), ["target_missing"], [], lexicon, text, refs)


def _bare_item(reading: Reading, tokens: list[Token], lexicon: Lexicon) -> tuple[str, ...]:
    """Products a message names and nothing else, for whoever asked a question before."""
    if len(reading.entries) != 1 or reading.entries[0].qty is not None or not reading.entries[0].item.known:
        return ()
    if any(t.kind in (T.UNKNOWN, T.NUM, T.QTY) for t in tokens):
        return ()
    return candidates(reading.entries[0].item.found, lexicon)


def _verdict(
    intent: Intent, reason_at: int, refs: tuple[str, ...], context: Context, lexicon: Lexicon, folded: Folded, text: str
) -> Understanding:
    draft = context.draft
    ref = None
    if draft is not None and (not refs or refs[0] == ref_name(str(draft.get("doc_no") or "").lower())):
        ref = str(draft.get("doc_no") or "") or None
    elif refs:
        ref = refs[0]
    reason = None
    if reason_at < len(folded.text):
        said = _REFERENCE.sub("", folded.text[reason_at:], count=1)
        start = folded.offsets[len(folded.text) - len(said)]
        reason = text[start:].strip(" ,，。.:：!！~\n") or None
    doc = Doc(intent=intent, ref=ref, reason=reason)
    doubts = ["target_ambiguous"] if draft is None and len(set(refs)) > 1 else [] if ref else ["target_missing"]
    return _told(intent, (doc,), doubts, [], lexicon, text, refs)


def _commanded(
    found: Understanding,
    tokens: list[Token],
    context: Context,
    lexicon: Lexicon,
    folded: Folded,
    text: str,
    layout: Layout,
) -> Understanding:
    """Fill in what a command says besides its verb: the goods that arrived, the rows to ship."""
    if found.verb is not Verb.RECEIVE:
        return found
    reading = Reader(tokens, lexicon, party_kind=SUPPLIER).read()
    docs = build(Intent.PURCHASE_ORDER, reading, context, lexicon, folded, text, layout)
    left = unused(reading, reading.entries)
    doubts = [d for doc in docs for d in doc.doubts] + [d for doc in docs for line in doc.lines for d in line.doubts]
    if not any(doc.lines for doc in docs):
        doubts.append("nothing_named")
    if left:
        doubts.append("unused")
    told = _told(Intent.NONE, docs, doubts, left, lexicon, text, found.refs, folded)
    return replace(told, verb=found.verb)


def _told(
    intent: Intent, docs: tuple[Doc, ...], doubts: list[str], left: list[Token], lexicon: Lexicon, text: str,
    refs: tuple[str, ...], folded: Folded | None = None,
) -> Understanding:  # fmt: skip
    about = ordered(doubts)
    spans = tuple(folded.span(t.start, t.end) for t in left) if folded is not None else ()
    words = "、".join(text[a:b] for a, b in spans)
    return Understanding(
        intent=intent,
        docs=docs,
        ask=bool(about),
        ask_about=about,
        question=question(about, docs, lexicon, words),
        confidence=0.4 if about else 0.95,
        refs=refs,
        unused=spans,
    )
