"""Cards and messages for a terminal. Everything from outside goes in as ``Text``, never as markup."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text

from bot.console.wire import clean_text
from notifications.card import Card, Style, Table, Tone

_COLOURS = {Tone.NEUTRAL: "", Tone.INFO: "blue", Tone.GOOD: "green", Tone.WARN: "yellow", Tone.BAD: "red"}


def card_panel(card: Card, number: int) -> Panel:
    """A card in a frame; ``number`` is what ``/number:1`` calls it by."""
    parts: list[RenderableType] = []
    if card.fields:
        grid = Grid.grid(padding=(0, 2))
        for item in card.fields:
            grid.add_row(_text(item.label, "dim"), _text(item.value, _COLOURS[item.tone]))
        parts.append(grid)
    if card.table is not None:
        parts.append(_table(card.table))
    parts += [_text(note.text, _COLOURS[note.tone]) for note in card.notes]
    for place, choice in enumerate(card.choices, 1):
        parts.append(_text(choice.label, "bold"))
        for option_number, option in enumerate(choice.options, 1):
            chosen = option.value == choice.selected
            line = _text(f"  /select {place} {option_number}  ", "cyan")
            line.append_text(_text(option.label + ("  ←" if chosen else ""), "bold" if chosen else ""))
            parts.append(line)
    for place, entry in enumerate(card.inputs, 1):
        line = _text(f"  /fill {place} …  ", "cyan")
        line.append_text(_text(f"{entry.label}：{entry.value or entry.placeholder}"))
        parts.append(line)
    if card.picture:
        parts.append(_text("（有一张图片，在控制台页面上看）", "dim"))
    if card.link:
        parts.append(_text(card.link, "blue underline"))
    if card.buttons:
        parts.append(_buttons(card))
    if card.hint:
        parts.append(_text(card.hint, "dim"))
    title = _text(card.title, f"bold {_COLOURS[card.tone]}".strip())
    if card.subtitle:
        title.append_text(_text(f"  {card.subtitle}", "dim"))
    return Panel(
        Group(*parts),
        title=title,
        title_align="left",
        subtitle=_text(f"卡片 {number}", "dim"),
        subtitle_align="right",
        border_style=_COLOURS[card.tone] or "dim",
        expand=False,
    )


def _buttons(card: Card) -> Text:
    line = Text()
    for number, button in enumerate(card.buttons, 1):
        line.append(f"/{number}", "bold cyan")
        style = {Style.PRIMARY: "bold", Style.DANGER: "red", Style.PLAIN: ""}[button.style]
        line.append_text(_text(f" {button.label}   ", style))
    return line


def _table(table: Table) -> Grid:
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="dim", show_edge=False)
    for column in table.columns:
        grid.add_column(_text(column))
    for place, row in enumerate(table.rows):
        tone = table.tones[place] if place < len(table.tones) else Tone.NEUTRAL
        grid.add_row(*_cells(row, len(table.columns)), style=_COLOURS[tone])
    return grid


def _cells(row: Sequence[str], count: int) -> list[Text]:
    return [_text(cell) for cell in (*row, *[""] * (count - len(row)))][:count]


def _text(words: str, style: str = "") -> Text:
    return Text(clean_text(words), style=style)
