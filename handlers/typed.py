"""Every button can also be said: 确认, 只发现有, 散客, 打印 XS-0012 … Words with a fixed meaning, matched as a whole
message."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from sqlmodel import Session

from handlers import deeds, examples, question, sql, talk, target
from handlers.deeds import Done, Scene
from handlers.turn import Outcome, Turn
from inventory_core import documents
from inventory_core.views import DocumentView, Shortage, State
from notifications import asking, texts

_REF = r"(?:草稿\s*\d+|[A-Za-z]{2}-?\s*\d+)"
_WORDS = re.compile(
    rf"^\s*(?P<word>只发现有|有多少发多少|欠货|欠着|先欠着|散客|就这样|没错|重新打开|给客户的文字|给供应商的文字|本人同意)"
    rf"\s*(?P<ref>{_REF})?\s*[。.!！]?\s*$",
    re.IGNORECASE,
)
_BARE = r"不[带要印显含](?:单?价格?|金额)|无价|没有?价格"
_FORM = r"(?:241|针式|三联|连续)(?:打印)?纸?"
# 打印 and its options in any order: which document, which paper, prices or not.
_PRINT = re.compile(rf"^\s*打印(?P<rest>(?:[\s,，、]|{_REF}|{_FORM}|A4纸?|{_BARE})*)[。.!！]?\s*$", re.IGNORECASE)

_JUST_MADE = timedelta(hours=24)

Deed = Callable[[Session, Scene, DocumentView], Done]

_DEEDS: dict[str, Deed] = {
    "只发现有": lambda session, scene, view: deeds.confirm(session, scene, view, Shortage.ONLY_AVAILABLE),
    "有多少发多少": lambda session, scene, view: deeds.confirm(session, scene, view, Shortage.ONLY_AVAILABLE),
    "欠货": lambda session, scene, view: deeds.confirm(session, scene, view, Shortage.BACKORDER),
    "欠着": lambda session, scene, view: deeds.confirm(session, scene, view, Shortage.BACKORDER),
    "先欠着": lambda session, scene, view: deeds.confirm(session, scene, view, Shortage.BACKORDER),
    "散客": deeds.walk_in,
    "就这样": deeds.accept,
    "没错": deeds.accept,
    "重新打开": deeds.reopen,
    "给客户的文字": deeds.as_text,
    "给供应商的文字": deeds.as_text,
    "本人同意": lambda session, scene, view: deeds.approve(session, scene, view, second_tap=True),
}
_NEEDS_DRAFT = frozenset(_DEEDS) - {"重新打开", "给客户的文字", "给供应商的文字", "本人同意"}


def is_command(turn: Turn) -> bool:
    """Whether the whole message is one of these words. In a group a bare word is talk, unless a document is named."""
    match = _WORDS.match(turn.said.text)
    if match is None:
        match = _PRINT.match(turn.said.text)
        return match is not None and (talk.for_the_bot(turn) or re.search(_REF, match["rest"]) is not None)
    return talk.for_the_bot(turn) or match["ref"] is not None


def command(session: Session, turn: Turn) -> Outcome:
    """Do what the word says to the document that is meant."""
    match = _WORDS.match(turn.said.text)
    if match is None:
        return _print(session, turn)
    word = match["word"]
    if match["ref"] and (view := target.find(session, match["ref"])) is None:
        return talk.answer(session, turn, texts.NO_SUCH.format(ref=match["ref"]), "asked")
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    view = chosen.draft(session) if word in _NEEDS_DRAFT else chosen.view
    if word in _NEEDS_DRAFT:
        if chosen.unsure_draft:
            return question.which(session, turn, chosen.open_ids)
        if view is None or view.state is not State.DRAFT:
            return talk.answer(
                session, turn, texts.NOTHING_TO_CONFIRM.format(how=examples.how_to_begin(turn.person)), "asked"
            )
    if view is None and word.endswith("的文字"):
        view = _last_made(session, turn)
    if view is None:
        return talk.answer(session, turn, texts.WHICH_NUMBER.format(word=word), "asked")
    if _DEEDS[word] is deeds.accept and asking.must_answer(view):
        text = texts.NOT_YET_ASKED.format(label=view.label)
        return talk.answer(session, turn, text, "asked", view.id)  # the card stands: nothing would change on it
    return finish(session, turn, _DEEDS[word](session, scene(turn), view), quiet=True)


def _print(session: Session, turn: Turn) -> Outcome:
    """打印 SH-0001 241 不带价: the paper asked for, of the document named, quoted or last meant."""
    match = _PRINT.match(turn.said.text)
    assert match is not None
    rest = match["rest"]
    ref = re.search(_REF, rest)
    if ref and target.find(session, ref.group()) is None:
        return talk.answer(session, turn, texts.NO_SUCH.format(ref=ref.group()), "asked")
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    view = chosen.view
    if view is None or (not chosen.named and view.number is None):  # no paper of a draft
        view = _last_made(session, turn) or view
    if view is None:
        return talk.answer(session, turn, texts.WHICH_NUMBER.format(word="打印"), "asked")
    size = "241" if re.search(_FORM, rest.replace(ref.group(), " ") if ref else rest) else "A4"
    done = deeds.print_paper(session, scene(turn), view, size, prices=re.search(_BARE, rest) is None)
    return finish(session, turn, done, quiet=True)


def _last_made(session: Session, turn: Turn) -> DocumentView | None:
    """What somebody means who has just made a document and names none: nothing is changed by it, only shown."""
    since = sql.micros(turn.now - _JUST_MADE)
    found = sql.value(session, sql.LAST_NUMBERED, person_id=turn.person.id, since=since)
    return None if found is None else documents.get(session, found)


def scene(turn: Turn) -> Scene:
    """The turn as the place where something is done."""
    return Scene(turn.said.inbox_id, turn.said.platform, turn.said.chat, turn.person, turn.now, fresh=True)


def finish(session: Session, turn: Turn, done: Done, *, quiet: bool) -> Outcome:
    """The outcome; said in words only when no card says it."""
    if not quiet:
        talk.answer(session, turn, done.toast)
    return done.outcome
