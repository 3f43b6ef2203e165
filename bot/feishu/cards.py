"""Neutral cards as Feishu cards, JSON 2.0, and clicks on them back into a token and values. Pure functions.

All words stand in ``plain_text`` or in a table's ``text`` cells, never in markdown: nothing that somebody typed can
become a mention, a link or a colour. What a card cannot carry (30 KB, 200 elements) goes as lines into a text that is
sent before it, and the card says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.card_words import (
    ABOVE,
    REPLACES,
    Spill,
    by_priority,
    clean,
    cut,
    flat,
    head_and_state,
    named,
    row_line,
    usable,
)
from bot.feishu.taps import BUTTON_NAME, MAX_TOKEN, tapped
from notifications.card import Button, Card, Choice, Input, Style, Table, Tone

MAX_BYTES = 30_000  # the platform says 30 KB of request body; the smaller reading of KB
MAX_ELEMENTS = 200
_MAX_COLUMNS = 50
_MAX_VALUE = 128  # bytes of an option's value
_MAX_INPUT = 500  # characters a person may type into a field
_HALF_LINE = 18  # characters that stand in half a telephone's width on two lines at most

_TEMPLATES = {Tone.NEUTRAL: "grey", Tone.INFO: "blue", Tone.GOOD: "green", Tone.WARN: "orange", Tone.BAD: "red"}
_TAGS = {**_TEMPLATES, Tone.NEUTRAL: "neutral"}
_BUTTONS = {Style.PLAIN: "default", Style.PRIMARY: "primary_filled", Style.DANGER: "danger"}

__all__ = ["MAX_BYTES", "MAX_ELEMENTS", "Rendered", "content", "elements", "harmless", "render", "size", "tapped"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """``card``: the card's JSON. ``overflow``: a text to send before it, one line per thing that does not fit on the
    card; "" when everything does. Its words are already harmless in a Feishu text message."""

    card: dict[str, Any]
    overflow: str = ""


@dataclass(frozen=True, slots=True)
class _Room:
    """How much of everything a card is given. Taken one after the other until it fits."""

    fields: int
    notes: int
    choices: int
    options: int
    inputs: int
    buttons: int
    rows: int
    words: int  # characters of a value or a cell; others are multiples


_ROOMS = (
    _Room(fields=12, notes=12, choices=3, options=20, inputs=6, buttons=8, rows=100, words=300),
    _Room(fields=8, notes=8, choices=3, options=10, inputs=6, buttons=6, rows=100, words=100),
    _Room(fields=6, notes=6, choices=3, options=10, inputs=4, buttons=6, rows=40, words=40),
    _Room(fields=4, notes=3, choices=1, options=4, inputs=3, buttons=4, rows=5, words=24),
)


def render(card: Card, *, image_key: str | None = None, replaces: bool = False) -> Rendered:
    """The card as Feishu shows it. ``image_key`` is the uploaded ``card.picture``; ``replaces`` says that an earlier
    card of the same thing can no longer be changed."""
    rows = len(card.table.rows) if card.table else 0
    made = None
    for room in _ROOMS:
        fitting = -1
        low, high = 0, min(rows, room.rows)
        count = high
        while low <= high:
            maker = _Maker(card, room, count, image_key, replaces)
            built = maker.make()
            if size(built) <= MAX_BYTES and elements(built) <= MAX_ELEMENTS:
                made, fitting, low = (built, maker.spill), count, count + 1
            else:
                high = count - 1
            count = (low + high) // 2
        if fitting >= min(rows, 10, room.rows):
            break
    if made is None:
        raise ValueError(f"card cannot be made to fit: {card.title[:40]!r}")
    return Rendered(made[0], harmless(made[1].text(card)))


def size(card: Mapping[str, Any]) -> int:
    """Bytes the card takes inside a request's ``content``, which is a JSON string within JSON."""
    return len(json.dumps(content(card), ensure_ascii=False).encode("utf-8", "replace"))


def content(card: Mapping[str, Any]) -> str:
    """The card as the text that goes into ``content``. Same card, same bytes."""
    return json.dumps(card, ensure_ascii=False, separators=(",", ":"))


def elements(value: Any) -> int:
    """How many elements the platform counts: everything that has a tag."""
    if isinstance(value, Mapping):
        return ("tag" in value) + sum(elements(item) for item in value.values())
    if isinstance(value, list):
        return sum(elements(item) for item in value)
    return 0


def harmless(text: str) -> str:
    """Words for a Feishu *text message*, in which ``<at>``, ``<b>`` and ``[words](address)`` would work."""
    return text.replace("<", "＜").replace("](", "]（")


# ---------------------------------------------------------------- the card


@dataclass(slots=True)
class _Maker:
    card: Card
    room: _Room
    rows: int
    image_key: str | None
    replaces: bool
    spill: Spill = field(default_factory=Spill)
    left: list[str] = field(default_factory=list)  # labels of what has no button
    names: set[str] = field(default_factory=set)

    def make(self) -> dict[str, Any]:
        header = self._header()
        body = [*self._fields(), *self._table(), *self._notes(), *self._picture(), *self._choices()]
        body += [*self._controls(), *self._link(), *self._hint()]
        if self.spill.lines:
            moved = (len(self.card.table.rows) if self.card.table else 0) - self.rows
            words = f"还有{moved}行，{ABOVE}" if moved else ABOVE
            body.insert(0, _line(words, Tone.WARN))
        return {
            "schema": "2.0",
            "config": {
                "update_multi": True,
                "width_mode": "fill",
                "enable_forward": False,
                "summary": {"content": self._summary()},
            },
            "header": header,
            "body": {"direction": "vertical", "vertical_spacing": "8px", "elements": body},
        }

    def _header(self) -> dict[str, Any]:
        title, state = head_and_state(flat(self.card.title) or "单据")
        if len(state) > 12:
            title, state = f"{title} · {state}", ""
        tags = [(state, _TAGS[self.card.tone])] * bool(state) + [(REPLACES, "neutral")] * self.replaces
        header: dict[str, Any] = {
            "title": _plain(self.spill.short(title, min(self.room.words, 100))),
            "template": _TEMPLATES[self.card.tone],
        }
        if subtitle := flat(self.card.subtitle):
            header["subtitle"] = _plain(self.spill.short(subtitle, self.room.words))
        if tags:
            header["text_tag_list"] = [
                {"tag": "text_tag", "text": _plain(words), "color": colour} for words, colour in tags
            ]
        return header

    def _summary(self) -> str:
        """What a locked telephone shows: the title and what it is about."""
        words = [self.card.title, *(f"{item.label} {item.value}" for item in self.card.fields[:3])]
        words += [note.text for note in self.card.notes[:1]]
        return cut("，".join(word for word in map(flat, words) if word) or "单据", 100)

    def _fields(self) -> Iterator[dict[str, Any]]:
        """Two short ones side by side, a long one over the whole width."""
        waiting: list[dict[str, Any]] = []
        shown = [item for item in self.card.fields if flat(item.label) or clean(item.value)]
        for place, item in enumerate(shown):
            words = _labelled(flat(item.label), clean(item.value))
            if place >= self.room.fields:
                self.spill.add(words)
                continue
            line = _line(self.spill.short(words, self.room.words), item.tone)
            if len(words) > _HALF_LINE:
                yield from waiting
                waiting = []
                yield line
            elif waiting:
                yield _side_by_side(waiting[0], line)
                waiting = []
            else:
                waiting = [line]
        yield from waiting

    def _table(self) -> Iterator[dict[str, Any]]:
        table = self.card.table
        if table is None or not table.rows:
            return
        for row in table.rows[self.rows :]:
            self.spill.add(row_line(row, table.columns))
        if self.rows:
            yield self._native(table)

    def _native(self, table: Table) -> dict[str, Any]:
        count = max(len(table.columns), *(len(row) for row in table.rows[: self.rows]), 1)
        width = min(count, _MAX_COLUMNS)
        heads = _fitted(table.columns, width)
        toned = any(tone is not Tone.NEUTRAL for tone in table.tones[: self.rows])
        rows = []
        for place, row in enumerate(table.rows[: self.rows]):
            cells = [clean(cell) for cell in _fitted(row, width)]
            if any(len(cell) > self.room.words for cell in cells):
                self.spill.add(row_line(row, table.columns))
            values: dict[str, Any] = {f"c{n}": cut(cell, self.room.words) for n, cell in enumerate(cells)}
            if toned:
                # The row's first cell, its number, is a coloured tag: text cells have no colour of their own.
                tone = table.tones[place] if place < len(table.tones) else Tone.NEUTRAL
                values["c0"] = [{"text": values["c0"] or "–", "color": _TAGS[tone]}]
            rows.append(values)
        return {
            "tag": "table",
            "page_size": min(10, max(1, len(rows))),
            "row_height": "auto",
            "header_style": {"background_style": "grey", "bold": True},
            "columns": [
                {
                    "name": f"c{n}",
                    "display_name": self.spill.short(flat(head), self.room.words),
                    "data_type": "options" if toned and n == 0 else "text",
                    "width": "auto",
                }
                for n, head in enumerate(heads)
            ],
            "rows": rows,
        }

    def _notes(self) -> Iterator[dict[str, Any]]:
        notes = [(clean(note.text), note.tone) for note in self.card.notes if clean(note.text)]
        for place, (words, tone) in enumerate(notes):
            if place >= self.room.notes:
                self.spill.add(words)
            else:
                yield _line(self.spill.short(words, self.room.words * 2), tone)

    def _picture(self) -> Iterator[dict[str, Any]]:
        if self.card.picture and self.image_key:
            yield {"tag": "img", "img_key": self.image_key, "alt": _plain(cut(flat(self.card.title), 60) or "图片")}
        elif self.card.picture:
            yield _grey("图片没传上来，请看原消息")

    # ------------------------------------------------------------ what can be tapped

    def _choices(self) -> Iterator[dict[str, Any]]:
        shown = 0
        for choice in self.card.choices:
            labels: dict[str, str] = {}
            for option in choice.options:
                labels.setdefault(option.value, flat(option.label) or flat(option.value) or "–")
            offered = [value for value in labels if usable(value, _MAX_VALUE)][: self.room.options]
            asked = shown < self.room.choices and bool(offered) and usable(choice.token, MAX_TOKEN)
            if not asked or len(offered) < len(labels):
                self.spill.add(_labelled(flat(choice.label), " / ".join(labels.values())))
            if not asked:
                continue
            shown += 1
            if label := clean(choice.label):
                yield _line(self.spill.short(label, self.room.words), Tone.NEUTRAL)
            yield self._select(choice, {value: labels[value] for value in offered})

    def _select(self, choice: Choice, options: Mapping[str, str]) -> dict[str, Any]:
        select: dict[str, Any] = {
            "tag": "select_static",
            "name": self._unique(flat(choice.name) or "choice"),
            "placeholder": _plain("请选择"),
            "width": "fill",
            "options": [
                {"text": _plain(self.spill.short(label, min(self.room.words, 100))), "value": value}
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
                self.spill.add(_labelled(flat(item.label), clean(item.value)))
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
                self.spill.add(_labelled(flat(item.label), value))
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
            made["label"] = _plain(self.spill.short(label, min(self.room.words, 60)))
        if placeholder := flat(item.placeholder):
            made["placeholder"] = _plain(self.spill.short(placeholder, min(self.room.words, 60)))
        if value and len(value) > self.room.words:
            # A shortened value would come back as if somebody had typed it.
            self.spill.add(_labelled(flat(item.label), value))
        elif value:
            made["default_value"] = value
        return made

    def _button(self, place: int, button: Button, submit: bool) -> dict[str, Any]:
        label = flat(button.label) or "好"
        made: dict[str, Any] = {
            "tag": "button",
            # Submit buttons of a form may lose their behaviors' value on the way, hence the token in the name too.
            "name": f"t{place}_{button.token}",
            "text": _plain(self.spill.short(label, min(self.room.words, 30))),
            "type": _BUTTONS[button.style],
        }
        if submit:
            made["form_action_type"] = "submit"
        if button.confirm:
            question = clean(button.confirm) or f"{label}？"
            made["confirm"] = {
                "title": _plain(cut(label, 30)),
                "text": _plain(self.spill.short(question, self.room.words)),
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

    def _link(self) -> Iterator[dict[str, Any]]:
        link = clean(self.card.link or "")
        if re.fullmatch(r"https?://[^\s\"\\]{1,1000}", link):
            yield {
                "tag": "button",
                "text": _plain("打开详情"),
                "type": "text",
                "behaviors": [{"type": "open_url", "default_url": link}],
            }
        elif link:
            self.spill.add(link)

    def _hint(self) -> Iterator[dict[str, Any]]:
        if hint := clean(self.card.hint):
            yield _grey(self.spill.short(hint, self.room.words * 2))
        if words := named(self.left):
            yield _grey(self.spill.short(words, self.room.words * 2))


def _plain(words: str) -> dict[str, Any]:
    return {"tag": "plain_text", "content": words}


def _line(words: str, tone: Tone) -> dict[str, Any]:
    colour = {} if tone is Tone.NEUTRAL else {"text_color": _TEMPLATES[tone]}
    return {"tag": "div", "text": {**_plain(words), **colour}}


def _side_by_side(*lines: dict[str, Any]) -> dict[str, Any]:
    columns = [{"tag": "column", "width": "weighted", "weight": 1, "elements": [line]} for line in lines]
    return {"tag": "column_set", "flex_mode": "bisect", "columns": columns}


def _grey(words: str) -> dict[str, Any]:
    return {"tag": "div", "text": {**_plain(words), "text_size": "notation", "text_color": "grey"}}


def _labelled(label: str, value: str) -> str:
    return f"{label}：{value}" if label and value else label or value


def _fitted(cells: Sequence[str], width: int) -> list[str]:
    """Exactly ``width`` cells; what is more stands together in the last one."""
    if len(cells) > width:
        return [*cells[: width - 1], " ".join(cells[width - 1 :])]
    return [*cells, *[""] * (width - len(cells))]
