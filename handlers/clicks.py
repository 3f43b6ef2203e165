"""Clicks on cards. The token says what was on the card; the core says whether it may still be done. Every click is
answered, and one that comes too late, twice, or from the wrong hand gets the reason and the card as it is now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from handlers import correction, deeds, evidence, newcomers, picking, question, staff, talk
from handlers.deeds import Done, Scene
from handlers.turn import Click, ClickResult, Outcome
from inventory_core import documents, people
from inventory_core.errors import NotFound, Refused
from inventory_core.sql import part
from inventory_core.views import DocumentView, Shortage, State
from notifications import actions, asking, outbox, texts
from notifications.actions import Action

Values = Mapping[str, str]
Deed = Callable[[Session, Scene, DocumentView, Action, Values], Done]

_DRAFT = frozenset((State.DRAFT,))
_NUMBERED = frozenset((State.PENDING, State.APPROVED, State.POSTED, State.SETTLED))


@dataclass(frozen=True, slots=True)
class _Button:
    """What a button does and in which states a card offers it. ``any_version``: it changes nothing, so an older card
    will do."""

    deed: Deed
    states: frozenset[State]
    any_version: bool = False


def click(session: Session, click: Click) -> ClickResult:
    """Carry out a click, or say why not and show the card as it is now."""
    outbox.see_chat(session, click.platform, click.chat, _chat_kind(session, click), click.person.id, click.now)
    action = actions.lookup(session, click.token)
    if action is None:
        return ClickResult(texts.TOAST_UNKNOWN, "warn", Outcome("refused", note="unknown token"))
    if action.action == "question":
        return _answer(session, click, action)
    if action.action in staff.ACTIONS:
        return staff.click(session, click, action)
    button = BUTTONS.get(action.action)
    if button is None:
        return ClickResult(texts.TOAST_UNKNOWN, "warn", Outcome("refused", note=f"unknown action {action.action}"))
    try:
        view = documents.get(session, action.document_id)
    except NotFound as refusal:
        return ClickResult(str(refusal), "warn", Outcome("refused", note="no such document"))
    if view.state not in button.states:
        _show_again(session, click, view)
        toast = texts.TOAST_DONE_BEFORE.format(label=view.label, state=view.state_label)
        return ClickResult(toast, "info", Outcome("repeated", note=view.state.value))
    if action.version != view.version and not button.any_version:
        _show_again(session, click, view)
        return ClickResult(texts.TOAST_STALE, "warn", Outcome("stale", note=f"{action.version} is not {view.version}"))
    scene = Scene(click.inbox_id, click.platform, click.chat, click.person, click.now, fresh=False)
    try:
        # A refusal may come after the first writes; they must not stay while its words and the card go out.
        with part(session):
            done = button.deed(session, scene, view, action, click.values)
            if done.outcome.kind in ("answered", "created") and done.outcome.document_id == view.id:
                evidence.tapped(session, scene, view, done.outcome.note)
    except Refused as refusal:
        _show_again(session, click, documents.get(session, view.id))
        return ClickResult(str(refusal), "warn", Outcome("refused", note=str(refusal)))
    return ClickResult(done.toast, done.tone, done.outcome)


def _chat_kind(session: Session, click: Click) -> str:
    return outbox.chat_kind(session, click.platform, click.chat) or "direct"


def _show_again(session: Session, click: Click, view: DocumentView) -> None:
    """The card as it is now: in place when the click was on a card that is kept up to date, else at the bottom."""
    place = (click.platform, click.chat)
    if outbox.stands(session, click.platform, click.chat, view.id, click.message_ref):
        talk.publish(session, view, to=[place], inbox_id=click.inbox_id, now=click.now)
    else:
        talk.publish(session, view, to=[place], fresh=True, inbox_id=click.inbox_id, now=click.now)


def _answer(session: Session, click: Click, action: Action) -> ClickResult:
    outcome = question.take(
        session, int(action.args["inbox_id"]), click.person.id, str(action.args["value"]), click.now
    )
    if outcome is None:
        other = question.asked_of(session, int(action.args["inbox_id"]))
        if other is not None and other != click.person.id:
            who = people.person(session, other).name
            return ClickResult(texts.TOAST_ASKED_ANOTHER.format(who=who), "warn", Outcome("refused"))
        return ClickResult(texts.TOAST_ANSWERED, "info", Outcome("repeated"))
    if outcome.again is None:
        return ClickResult(texts.DROPPED, "info", outcome)
    if not outcome.note.isdigit():
        return ClickResult(texts.TOAST_LATE_ADDED, "good", outcome)
    label = documents.get(session, int(outcome.note)).label
    return ClickResult(texts.TOAST_WHICH.format(label=label), "good", outcome)


# ---------------------------------------------------------------- the buttons


def _edit(session: Session, scene: Scene, view: DocumentView, action: Action, values: Values) -> Done:
    return Done(texts.HINT_EDIT, Outcome("answered", note="edit"), "info")


def _reject(session: Session, scene: Scene, view: DocumentView, action: Action, values: Values) -> Done:
    reason = values.get("reason", "").strip()
    if not reason:
        return Done(texts.TOAST_REASON, Outcome("asked", note="reason"), "warn")
    return deeds.reject(session, scene, view, reason)


def _approve(session: Session, scene: Scene, view: DocumentView, action: Action, values: Values) -> Done:
    comment = values.get("reason", "").strip()
    return deeds.approve(session, scene, view, comment, second_tap=bool(action.args.get("second")))


def _pick_partner(session: Session, scene: Scene, view: DocumentView, action: Action, values: Values) -> Done:
    return deeds.set_partner(session, scene, view, _picked(values, "partner"))


def _pick_product(session: Session, scene: Scene, view: DocumentView, action: Action, values: Values) -> Done:
    line_id = int(action.args["line_id"])
    picked = _picked(values, str(action.args["name"]))
    line = next((one for one in view.lines if one.id == line_id), None)
    if line is None or picked not in line.candidates:
        raise Refused(texts.TOAST_STALE)
    return deeds.set_product(session, scene, view, line_id, picked)


def _pick(session: Session, scene: Scene, view: DocumentView, action: Action, values: Values) -> Done:
    """A value of the attribute asked for: on the button itself, or chosen from the select."""
    packed = action.args.get("picks")
    if packed is None:
        offered = str(action.args["every"]).split("|")
        at = _picked(values, str(action.args["name"]))
        if at >= len(offered):
            raise Refused(texts.TOAST_STALE)
        packed = offered[at]
    picks = asking.unpacked(str(packed))
    return picking.pick(session, scene, view, picks, picking.label_of(session, view, picks))


def _picked(values: Values, name: str) -> int:
    value = values.get(name, "")
    if not (value.isascii() and value.isdigit()) or len(value) > 18:
        raise Refused(texts.TOAST_PICK)
    return int(value)


def _new_product(session: Session, scene: Scene, view: DocumentView, action: Action, values: Values) -> Done:
    correction.may_touch(view, scene.person)
    return newcomers.new_product(session, scene, view, int(action.args["line_id"]), values)


def _new_partner(session: Session, scene: Scene, view: DocumentView, action: Action, values: Values) -> Done:
    correction.may_touch(view, scene.person)
    return newcomers.from_card(session, scene, view, values)


def _plain(deed: Callable[[Session, Scene, DocumentView], Done]) -> Deed:
    return lambda session, scene, view, action, values: deed(session, scene, view)


BUTTONS: Mapping[str, _Button] = {
    "confirm": _Button(_plain(deeds.confirm), _DRAFT),
    "only_available": _Button(_plain(lambda s, c, v: deeds.confirm(s, c, v, Shortage.ONLY_AVAILABLE)), _DRAFT),
    "backorder": _Button(_plain(lambda s, c, v: deeds.confirm(s, c, v, Shortage.BACKORDER)), _DRAFT),
    "accept": _Button(_plain(deeds.accept), _DRAFT),
    "edit": _Button(_edit, frozenset((State.DRAFT, State.REJECTED)), any_version=True),
    "cancel": _Button(_plain(deeds.undo), _DRAFT),
    "walk_in": _Button(_plain(deeds.walk_in), _DRAFT),
    "pick_partner": _Button(_pick_partner, _DRAFT),
    "pick_product": _Button(_pick_product, _DRAFT),
    "pick": _Button(_pick, _DRAFT),
    "new_partner": _Button(_new_partner, _DRAFT),
    "new_product": _Button(_new_product, _DRAFT),
    "approve": _Button(_approve, frozenset((State.PENDING,))),
    "reject": _Button(_reject, frozenset((State.PENDING,))),
    "ship": _Button(_plain(deeds.ship), frozenset((State.APPROVED,))),
    "undo": _Button(_plain(deeds.undo), frozenset((State.PENDING, State.APPROVED, State.POSTED, State.REJECTED))),
    "reopen": _Button(_plain(deeds.reopen), frozenset((State.EXPIRED,))),
    "print": _Button(_plain(deeds.print_paper), _NUMBERED, any_version=True),
    "text": _Button(_plain(deeds.as_text), _NUMBERED, any_version=True),
}
