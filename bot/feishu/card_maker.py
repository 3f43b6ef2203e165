"""One try at a card's JSON, within the room it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.card_words import ABOVE, REPLACES, clean, cut, flat, head_and_state, named, row_line
from bot.feishu.card_taps import TEMPLATES, Taps, grey, labelled, line, plain
from notifications.card import Table, Tone

_MAX_COLUMNS = 50
_HALF_LINE = 18  # characters that stand in half a telephone's width on two lines at most

_TAGS = {**TEMPLATES, Tone.NEUTRAL: "neutral"}


@dataclass(slots=True, kw_only=True)
class Maker(Taps):
    """``rows``: how many of the table's rows stand on the card; the others, and whatever else does not fit, are in
    ``spill`` when it is made."""

    rows: int
    image_key: str | None
    replaces: bool

    def make(self) -> dict[str, Any]:
        """The whole card."""
        header = self._header()
        body = [*self._fields(), *self._table(), *self._notes(), *self._picture(), *self._choices()]
        body += [*self._controls(), *self._link(), *self._hint()]
        if self.spill.lines:
            moved = (len(self.card.table.rows) if self.card.table else 0) - self.rows
            words = f"还有{moved}行，{ABOVE}" if moved else ABOVE
            body.insert(0, line(words, Tone.WARN))
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
            "title": plain(self.spill.short(title, min(self.room.words, 100))),
            "template": TEMPLATES[self.card.tone],
        }
        if subtitle := flat(self.card.subtitle):
            header["subtitle"] = plain(self.spill.short(subtitle, self.room.words))
        if tags:
            header["text_tag_list"] = [
                {"tag": "text_tag", "text": plain(words), "color": colour} for words, colour in tags
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
            words = labelled(flat(item.label), clean(item.value))
            if place >= self.room.fields:
                self.spill.add(words)
                continue
            made = line(self.spill.short(words, self.room.words), item.tone)
            if len(words) > _HALF_LINE:
                yield from waiting
                waiting = []
                yield made
            elif waiting:
                yield _side_by_side(waiting[0], made)
                waiting = []
            else:
                waiting = [made]
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
                yield line(self.spill.short(words, self.room.words * 2), tone)

    def _picture(self) -> Iterator[dict[str, Any]]:
        if self.card.picture and self.image_key:
            yield {"tag": "img", "img_key": self.image_key, "alt": plain(cut(flat(self.card.title), 60) or "图片")}
        elif self.card.picture:
            yield grey("图片没传上来，请看原消息")

    def _link(self) -> Iterator[dict[str, Any]]:
        link = clean(self.card.link or "")
        if re.fullmatch(r"https?://[^\s\"\\]{1,1000}", link):
            yield {
                "tag": "button",
                "text": plain("打开详情"),
                "type": "text",
                "behaviors": [{"type": "open_url", "default_url": link}],
            }
        elif link:
            self.spill.add(link)

    def _hint(self) -> Iterator[dict[str, Any]]:
        if hint := clean(self.card.hint):
            yield grey(self.spill.short(hint, self.room.words * 2))
        if words := named(self.left):
            yield grey(self.spill.short(words, self.room.words * 2))


def _side_by_side(*lines: dict[str, Any]) -> dict[str, Any]:
    columns = [{"tag": "column", "width": "weighted", "weight": 1, "elements": [line]} for line in lines]
    return {"tag": "column_set", "flex_mode": "bisect", "columns": columns}


def _fitted(cells: Sequence[str], width: int) -> list[str]:
    """Exactly ``width`` cells; what is more stands together in the last one."""
    if len(cells) > width:
        return [*cells[: width - 1], " ".join(cells[width - 1 :])]
    return [*cells, *[""] * (width - len(cells))]
