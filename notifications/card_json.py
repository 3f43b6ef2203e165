"""Cards as text and back. The text is what the outbox stores, so it is stable: same card, same bytes."""

from __future__ import annotations

import json
from typing import Any

from notifications.card import Button, Card, Choice, Field, Input, Note, Option, Style, Table, Tone


def dumps(card: Card) -> str:
    """The card as compact JSON. Fields at their default are left out."""
    return json.dumps(to_dict(card), ensure_ascii=False, separators=(",", ":"))


def loads(text: str) -> Card:
    """The card a text of :func:`dumps` stands for."""
    return from_dict(json.loads(text))


def to_dict(card: Card) -> dict[str, Any]:
    """The card as plain JSON values."""
    data: dict[str, Any] = {"title": card.title}
    if card.tone is not Tone.NEUTRAL:
        data["tone"] = card.tone.value
    for name in ("subtitle", "picture", "link", "hint"):
        value = getattr(card, name)
        if value:
            data[name] = value
    if card.fields:
        data["fields"] = [_toned({"label": f.label, "value": f.value}, f.tone) for f in card.fields]
    if card.table is not None:
        data["table"] = {"columns": list(card.table.columns), "rows": [list(row) for row in card.table.rows]}
        if card.table.tones:
            data["table"]["tones"] = [tone.value for tone in card.table.tones]
    if card.notes:
        data["notes"] = [_toned({"text": note.text}, note.tone) for note in card.notes]
    if card.choices:
        data["choices"] = [_choice(choice) for choice in card.choices]
    if card.inputs:
        data["inputs"] = [
            {"name": i.name, "label": i.label, "placeholder": i.placeholder, "value": i.value} for i in card.inputs
        ]
    if card.buttons:
        data["buttons"] = [_button(button) for button in card.buttons]
    return data


def from_dict(data: dict[str, Any]) -> Card:
    """The card plain JSON values of :func:`to_dict` stand for."""
    table = data.get("table")
    return Card(
        title=data["title"],
        tone=Tone(data.get("tone", "neutral")),
        subtitle=data.get("subtitle", ""),
        fields=tuple(Field(f["label"], f["value"], Tone(f.get("tone", "neutral"))) for f in data.get("fields", ())),
        table=None
        if table is None
        else Table(
            tuple(table["columns"]),
            tuple(tuple(row) for row in table["rows"]),
            tuple(Tone(tone) for tone in table.get("tones", ())),
        ),
        notes=tuple(Note(n["text"], Tone(n.get("tone", "neutral"))) for n in data.get("notes", ())),
        choices=tuple(
            Choice(
                c["name"],
                c["label"],
                c["token"],
                tuple(Option(o["label"], o["value"]) for o in c["options"]),
                c.get("selected"),
            )
            for c in data.get("choices", ())
        ),
        inputs=tuple(
            Input(i["name"], i["label"], i.get("placeholder", ""), i.get("value", "")) for i in data.get("inputs", ())
        ),
        buttons=tuple(
            Button(b["label"], b["token"], Style(b.get("style", "plain")), b.get("confirm"))
            for b in data.get("buttons", ())
        ),
        picture=data.get("picture"),
        link=data.get("link"),
        hint=data.get("hint", ""),
    )


def _toned(data: dict[str, str], tone: Tone) -> dict[str, str]:
    if tone is not Tone.NEUTRAL:
        data["tone"] = tone.value
    return data


def _choice(choice: Choice) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": choice.name,
        "label": choice.label,
        "token": choice.token,
        "options": [{"label": option.label, "value": option.value} for option in choice.options],
    }
    if choice.selected is not None:
        data["selected"] = choice.selected
    return data


def _button(button: Button) -> dict[str, str]:
    data = {"label": button.label, "token": button.token}
    if button.style is not Style.PLAIN:
        data["style"] = button.style.value
    if button.confirm:
        data["confirm"] = button.confirm
    return data
