"""A card as plain text with numbered actions: for terminals, and wherever a card cannot be shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.console.wire import clean_text
from notifications.card import Card, Choice, Table, Tone

_MARKS = {Tone.NEUTRAL: "·", Tone.INFO: "·", Tone.GOOD: "√", Tone.WARN: "！", Tone.BAD: "×"}


@dataclass(frozen=True, slots=True)
class Action:
    """Something a card offers to do. ``values`` are those of a picked option; a button's come from the inputs."""

    label: str
    token: str
    values: dict[str, str] = field(default_factory=dict)
    confirm: str | None = None


def buttons(card: Card) -> tuple[Action, ...]:
    """The card's buttons; number 1 is the first."""
    return tuple(Action(button.label, button.token, {}, button.confirm) for button in card.buttons)


def options(choice: Choice) -> tuple[Action, ...]:
    """What can be picked in one choice; number 1 is the first."""
    return tuple(Action(option.label, choice.token, {choice.name: option.value}) for option in choice.options)


def text_card(card: Card, *, numbered: bool = True) -> str:
    """The card as lines of text. With ``numbered``, buttons read ``[1] 确认`` and options ``(1) …``; without, what can
    only be tapped is left out, because the hint says what to type."""
    lines = [f"【{card.title}】" + (f" {card.subtitle}" if card.subtitle else "")]
    lines += [f"{item.label}：{item.value}" for item in card.fields]
    if card.table is not None:
        lines += aligned(card.table)
    lines += [f"{_MARKS[note.tone]} {note.text}" for note in card.notes]
    for place, choice in enumerate(card.choices, 1):
        lines.append(f"{choice.label}" + (f"（/select {place} 编号）" if numbered else ""))
        for number, option in enumerate(choice.options, 1):
            chosen = "  ←" if option.value == choice.selected else ""
            lines.append(f"  {f'({number})' if numbered else '-'} {option.label}{chosen}")
    if numbered:
        for place, item in enumerate(card.inputs, 1):
            now = item.value or item.placeholder
            lines.append(f"{item.label}：{now}（/fill {place} 内容）")
        if card.buttons:
            lines.append("  ".join(f"[{number}] {button.label}" for number, button in enumerate(card.buttons, 1)))
    if card.picture:
        lines.append("（有一张图片，在控制台页面上看）")
    if card.link:
        lines.append(card.link)
    if card.hint:
        lines.append(card.hint)
    return "\n".join(clean_text(line) for line in lines)


def aligned(table: Table) -> list[str]:
    """The table's rows in columns of equal width, counting Chinese characters double."""
    rows: Sequence[Sequence[str]] = [table.columns, *table.rows]
    count = max(len(row) for row in rows)
    padded = [[clean_text(cell).replace("\n", " ") for cell in row] + [""] * (count - len(row)) for row in rows]
    widths = [max(width(row[column]) for row in padded) for column in range(count)]
    return ["  ".join(_pad(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in padded]


def width(text: str) -> int:
    """Terminal columns the text takes."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _pad(text: str, size: int) -> str:
    return text + " " * (size - width(text))
