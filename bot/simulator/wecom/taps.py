"""What a tap on a card sends: which of its parts carry the key, and what is selected at that moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class CannotTap(ValueError):
    """The card shows nothing that could be tapped this way."""


def keys(card: Mapping[str, Any]) -> set[str]:
    """Every key a tap on this card can send."""
    found = {button["key"] for button in card.get("button_list") or [] if button.get("type", 0) != 1}
    found |= menu_keys(card)
    if card.get("submit_button"):
        found.add(card["submit_button"]["key"])
    return found


def menu_keys(card: Mapping[str, Any]) -> set[str]:
    """The keys behind the menu in the card's corner."""
    return {action["key"] for action in (card.get("action_menu") or {}).get("action_list") or []}


def version_with(versions: Iterable[Any], key: str) -> dict[str, Any]:
    """The newest version of a card that carried the key: somebody may still look at an older one.

    Raises:
        CannotTap: none ever did, or the card's buttons were replaced by a text.
    """
    newest = True
    for card in reversed(list(versions)):
        if isinstance(card, dict):
            if newest and card.get("replace_text"):
                raise CannotTap("the buttons of this card are grey")
            newest = False
            if key in keys(card):
                return card
    raise CannotTap("no such button on this card")


def _before(question: Mapping[str, Any], ids: list[str], vote: bool) -> list[str]:
    """What is selected when nobody touched it: a vote's ticked options; a selector shows its first option unless it
    was given another that exists."""
    if vote:
        return [option["id"] for option in question["option_list"] if option.get("is_checked")]
    given = question.get("selected_id")
    return [given if given in ids else ids[0]]


def _chosen(question: Mapping[str, Any], wanted: str | None, vote: bool) -> list[str]:
    ids = [option["id"] for option in question["option_list"]]
    if wanted is None:
        return _before(question, ids, vote)
    picked = wanted.split("|") if vote and question.get("mode", 0) == 1 else [wanted]
    for option in picked:
        if option not in ids:
            raise CannotTap(f"no such option: {option}")
    return picked


def selected(card: Mapping[str, Any], values: Mapping[str, str] | None) -> list[tuple[str, list[str]]]:
    """(question key, option ids) of all selectors on the card after a user chose ``values`` (question key → option id;
    several ids of a vote are joined by ``|``).

    Raises:
        CannotTap: a value names no selector of this card, or no option of it.
    """
    wanted = dict(values or {})
    found: list[tuple[str, list[str]]] = []
    questions = [(card["button_selection"], False)] if card.get("button_selection") else []
    questions += [(question, False) for question in card.get("select_list") or []]
    if card.get("checkbox"):
        questions.append((card["checkbox"], True))
    for question, vote in questions:
        name = question["question_key"]
        if question.get("disable") and name in wanted:
            raise CannotTap(f"cannot be chosen any more: {name}")
        found.append((name, _chosen(question, wanted.pop(name, None), vote)))
    if wanted:
        raise CannotTap(f"nothing to choose or type: {', '.join(sorted(wanted))}")
    return found
