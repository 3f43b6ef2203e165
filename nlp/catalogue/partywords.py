"""Words that only one customer or supplier uses for a product: 李记 says 老蓝 and means one certain pen.

They are no vocabulary of the language: a message is read with them only where that party is the one it is about
(:func:`read`), and what stands on somebody else's part of the message becomes a question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from nlp.catalogue.itemwords import key_of
from nlp.catalogue.lexicon import Lexicon
from nlp.findings import Context, Doc, Line, Understanding
from nlp.layout.recognise import recognise
from nlp.questions import ordered, question
from nlp.scanning.scan import scan
from nlp.scanning.text import fold

Read = Callable[[str, Context, Lexicon], Understanding]
_FALLBACK_DAY = date(2000, 1, 3)
_MOST_SPEAKERS = 20  # of one message; a list of more customers than that is a table


def read(text: str, context: Context, lexicon: Lexicon, by: Read) -> tuple[Understanding, Lexicon]:
    """Read a message, with the own words of the parties it is about where it uses any; also the lexicon that was used
    in the end."""
    found = by(text, context, lexicon)
    folded = fold(text).text
    speakers = lexicon.speakers(folded)
    if not speakers:
        return found, lexicon
    draft = context.draft or {}
    said = {context.chat_customer, context.chat_supplier, draft.get("party")}
    said.update(code for doc in found.docs for code in (doc.party, *doc.party_candidates))
    if not found.docs:
        tokens = scan(recognise(folded, lexicon).text, lexicon, _FALLBACK_DAY)
        said.update(party.id for token in tokens for party in token.parties)
    meant = tuple(sorted(speakers.intersection(code for code in said if code)))[:_MOST_SPEAKERS]
    if not meant:
        return found, lexicon
    heard = lexicon.heard_from(meant)
    again = by(text, context, heard)
    if not again.docs and again.answer_candidates:
        own = str(draft.get("party") or context.chat_customer or context.chat_supplier or "")
        return (again, heard) if own in meant else (found, lexicon)
    return _owned(again, heard), heard


def _owned(found: Understanding, lexicon: Lexicon) -> Understanding:
    """The findings, where a line that rests on the word of another party than its document's is a question."""
    opened = False
    docs: list[Doc] = []
    for doc in found.docs:
        lines: list[Line] = []
        for line in doc.lines:
            foreign = line.line_no is None and line.sku is not None and _foreign(line, doc.party, lexicon)
            lines.append(_open(line) if foreign else line)
            opened = opened or foreign
        docs.append(replace(doc, lines=tuple(lines)))
    if not opened:
        return found
    about = ordered([*found.ask_about, "sku_ambiguous"])
    return replace(
        found, docs=tuple(docs), ask=True, ask_about=about, question=question(about, tuple(docs), lexicon),
        confidence=min(found.confidence, 0.4),
    )  # fmt: skip


def _foreign(line: Line, party: str | None, lexicon: Lexicon) -> bool:
    """Whether a line uses a word of some party that its own party does not use for this product."""
    words = key_of(line.words or line.said)
    used = {(key, sku) for code in lexicon.listened for key, sku in lexicon.own_words(code).items() if key in words}
    if not any(sku == line.sku for _, sku in used):
        return False
    own = lexicon.own_words(party) if party is not None and party in lexicon.listened else {}
    return not any(own.get(key) == line.sku for key, _ in used)


def _open(line: Line) -> Line:
    assert line.sku is not None
    doubts = tuple(dict.fromkeys((*line.doubts, "sku_ambiguous")))
    return replace(line, sku=None, candidates=(line.sku,), doubts=doubts)
