"""What a card's JSON is made of, and what of it can be tapped: choices, inputs, buttons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.card_words import Spill, by_priority, clean, cut, flat, usable
from bot.feishu.taps import BUTTON_NAME, MAX_TOKEN
from notifications.card import Button, Card, Choice, Input, Style, Tone

_MAX_VALUE = 128  # bytes of an option's value
_MAX_INPUT = 500  # characters a person may type into a field

TEMPLATES = {Tone.NEUTRAL: "grey", Tone.INFO: "blue", Tone.GOOD: "green", Tone.WARN: "orange", Tone.BAD: "red"}
_BUTTONS = {Style.PLAIN: "default", Style.PRIMARY: "primary_filled", Style.DANGER: "danger"}


@dataclass(frozen=True, slots=True)
class Room:
    """How much of everything a card is given."""

    fields: int
    notes: int
    choices: int
    options: int
    inputs: int
    buttons: int
    rows: int
    words: int  # characters of a value or a cell; others are multiples


@dataclass(slots=True, kw_only=True)
class Taps:
    """The part of a card that is tapped or typed into."""

    card: Card
    room: Room
    spill: Spill = field(default_factory=Spill)
    left: list[str] = field(default_factory=list)  # labels of what has no button
    names: set[str] = field(default_factory=set)

    def _choices(self) -> Iterator[dict[str, Any]]:
        shown = 0
        for choice in self.card.choices:
            labels: dict[str, str] = {}
            for option in choice.options:
                labels.setdefault(option.value, flat(option.label) or flat(option.value) or "–")
            offered = [value for value in labels if usable(value, _MAX_VALUE)][: self.room.options]
            asked = shown < self.room.choices and bool(offered) and usable(choice.token, MAX_TOKEN)
            if not asked or len(offered) < len(labels):
                self.spill.add(labelled(flat(choice.label), " / ".join(labels.values())))
            if not asked:
                continue
            shown += 1
            if label := clean(choice.label):
                yield line(self.spill.short(label, self.room.words), Tone.NEUTRAL)
            yield self._select(choice, {value: labels[value] for value in offered})

    def _select(self, choice: Choice, options: Mapping[str, str]) -> dict[str, Any]:
        select: dict[str, Any] = {
            "tag": "select_static",
            "name": self._unique(flat(choice.name) or "choice"),
            "placeholder": plain("请选择"),
            "width": "fill",
            "options": [
                {"text": plain(self.spill.short(label, min(self.room.words, 100))), "value": value}
                for value, label in options.items()
            ],
            "behaviors": [{"type": "callback", "value": {"token": choice.token, "name": flat(choice.name)}}],
        }
        if choice.selected in options:
            select["initial_option"] = choice.selected
        return select

    def _controls(self) -> Iterator[dict[str, Any]]:
        """The buttons; with inputs, both in a form, so that whichever is tapped brings what was typed."""
        good = [button for button in self.card.buttons if usable(button.token, MAX_TOKEN)]
        self.left += [button.label for button in self.card.buttons if not usable(button.token, MAX_TOKEN)]
        shown, rest = by_priority(good, self.room.buttons)
        self.left += [button.label for button in rest]
        inputs = list(self._inputs()) if shown else []
        if not shown:
            for item in self.card.inputs:
                self.spill.add(labelled(flat(item.label), clean(item.value)))
            return
        row = {
            "tag": "column_set",
            "flex_mode": "flow",
            "horizontal_spacing": "8px",
            "columns": [
                {"tag": "column", "width": "auto", "elements": [self._button(place, button, bool(inputs))]}
                for place, button in enumerate(shown)
            ],
        }
        if inputs:
            yield {"tag": "form", "name": self._unique("form"), "elements": [*inputs, row]}
        else:
            yield row

    def _inputs(self) -> Iterator[dict[str, Any]]:
        for place, item in enumerate(self.card.inputs):
            value = clean(item.value)
            if place >= self.room.inputs:
                self.spill.add(labelled(flat(item.label), value))
                continue
            yield self._input(item, value)

    def _input(self, item: Input, value: str) -> dict[str, Any]:
        made: dict[str, Any] = {
            "tag": "input",
            "name": self._unique(flat(item.name) or "input"),
            "width": "fill",
            "max_length": _MAX_INPUT,
        }
        if label := flat(item.label):
            made["label"] = plain(self.spill.short(label, min(self.room.words, 60)))
        if placeholder := flat(item.placeholder):
            made["placeholder"] = plain(self.spill.short(placeholder, min(self.room.words, 60)))
        if value and len(value) > self.room.words:
            # A shortened value would come back as if somebody had typed it.
            self.spill.add(labelled(flat(item.label), value))
        elif value:
            made["default_value"] = value
        return made

    def _button(self, place: int, button: Button, submit: bool) -> dict[str, Any]:
        label = flat(button.label) or "好"
        made: dict[str, Any] = {
            "tag": "button",
            # Submit buttons of a form may lose their behaviors' value on the way, hence the token in the name too.
            "name": f"t{place}_{button.token}",
            "text": plain(self.spill.short(label, min(self.room.words, 30))),
            "type": _BUTTONS[button.style],
        }
        if submit:
            made["form_action_type"] = "submit"
        if button.confirm:
            question = clean(button.confirm) or f"{label}？"
            made["confirm"] = {
                "title": plain(cut(label, 30)),
                "text": plain(self.spill.short(question, self.room.words)),
            }
        made["behaviors"] = [{"type": "callback", "value": {"token": button.token}}]
        return made

    def _unique(self, name: str) -> str:
        """A field's name, made different from all other fields' and from anything a button is called."""
        name = flat(name)
        name = f"_{name}" if BUTTON_NAME.fullmatch(name) else name
        found, number = name, 2
        while found in self.names:
            found, number = f"{name}__{number}", number + 1
        self.names.add(found)
        return found


def plain(words: str) -> dict[str, Any]:
    """Words that nothing typed can turn into anything but words."""
    return {"tag": "plain_text", "content": words}


def line(words: str, tone: Tone) -> dict[str, Any]:
    """A line of text in the colour of its tone."""
    colour = {} if tone is Tone.NEUTRAL else {"text_color": TEMPLATES[tone]}
    return {"tag": "div", "text": {**plain(words), **colour}}


def grey(words: str) -> dict[str, Any]:
    """A small grey line."""
    return {"tag": "div", "text": {**plain(words), "text_size": "notation", "text_color": "grey"}}


def labelled(label: str, value: str) -> str:
    """客户：永兴, or the one of the two there is."""
    return f"{label}：{value}" if label and value else label or value
