"""Neutral cards as WeCom template cards, and clicks on them back into a token and values. Pure functions.

A template card has no table, no input, six rows of fields, six buttons and one select. What does not fit goes as lines
into a message that is sent before it, and the card says so. One budget for the app, the intelligent bot and the group
webhook: the smallest of what their pages recommend.

A ``text_notice`` must carry an address to open. Without one there is no legal card that only informs: the app and the
bot then get a ``button_interaction`` whose single button 知道了 means nothing (:data:`NOTHING`), and a group gets the
words alone (``card`` is empty, everything stands in ``overflow``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.card_words import (
    ABOVE,
    REPLACES,
    Spill,
    by_priority,
    clean,
    cut,
    cut_middle,
    flat,
    head_and_state,
    lines_of,
    named,
    usable,
)
from notifications.card import Button, Card, Choice, Option, Style, Tone

Surface = Literal["app", "bot", "group"]

NOTHING = "danju-seen"  # key of the button that does nothing; ``tapped`` gives no token for it
UNCHOSEN = "danju-none"  # option that stands in the select until somebody chooses; ``tapped`` leaves it out
CHOSEN = "选好了"

_TITLE, _DESC, _SOURCE, _SUB, _QUOTE = 26, 30, 13, 112, 112
_ROWS, _KEYNAME, _VALUE = 6, 5, 26
_BUTTONS, _BUTTON, _KEY = 6, 10, 1024  # the last one in bytes
_OPTIONS, _OPTION, _OPTION_ID = 10, 16, 128  # the last one in bytes
_MOVED = len("共0000行，" + ABOVE) + 1

_COLOURS = {Tone.NEUTRAL: 0, Tone.INFO: 1, Tone.GOOD: 3, Tone.WARN: 2, Tone.BAD: 2}
_SOURCES = {Tone.NEUTRAL: "", Tone.INFO: "请看一下", Tone.GOOD: "办好了", Tone.WARN: "要您处理", Tone.BAD: "有问题"}
_STYLES = {Style.PRIMARY: 1, Style.PLAIN: 4, Style.DANGER: 3}  # white on blue, black, red
_MARKS = str.maketrans(
    {
        "*": "＊",
        "_": "＿",
        "`": "｀",
        "[": "［",
        "]": "］",
        "<": "＜",
        ">": "＞",
        "~": "～",
        "|": "｜",
        "\\": "＼",
        "#": "＃",
    }
)
_TIMES = re.compile(r"(?<=[0-9A-Za-z])\*(?=[0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Rendered:
    """``card``: the template card, empty when only words can be sent. ``overflow``: what to send before it (or
    instead of it), "" when the card says everything; its words are harmless in a message of ``overflow_format``. It may
    be longer than one message: cut it between lines."""

    card: dict[str, Any]
    overflow: str = ""
    overflow_format: Literal["text", "markdown"] = "text"


def render(card: Card, *, task_id: str, surface: Surface, replaces: bool = False) -> Rendered:
    """The card for this surface. ``task_id`` is unique per app and comes back with every click; ``replaces`` says that
    an earlier card of the same thing can no longer be changed."""
    form: Literal["text", "markdown"] = "markdown" if surface == "bot" else "text"
    link = _address(card.link)
    if surface == "group" and not link:
        return Rendered({}, harmless("\n".join(_words(card, replaces)), form), form)
    maker = _Maker(card, task_id, surface, replaces, link)
    made = maker.make()
    return Rendered(made, harmless(maker.spill.text(card), form), form)


def tapped(event_key: Any, selected: Any) -> tuple[str, dict[str, str]]:
    """The token and the values of a click: its EventKey, and {question key: chosen ids}. ("", {}) for the button that
    means nothing and for what is not one of ours: acknowledge and do nothing."""
    if not isinstance(event_key, str) or not _usable(event_key):
        return "", {}
    values: dict[str, str] = {}
    if isinstance(selected, Mapping):
        for name, ids in selected.items():
            chosen = [ids] if isinstance(ids, str) else ids if isinstance(ids, Sequence) else []
            words = [one for one in chosen if isinstance(one, str) and one != UNCHOSEN]
            if isinstance(name, str) and name and words:
                values[name] = ",".join(words)
    return event_key, values


def harmless(text: str, form: str) -> str:
    """Words for a WeCom message: no mention, no link; in markdown no marks at all."""
    if form == "markdown":
        return _TIMES.sub("×", text).translate(_MARKS)
    return text.replace("<", "＜").replace(">", "＞")


# ---------------------------------------------------------------- the card


@dataclass(slots=True)
class _Maker:
    card: Card
    task_id: str
    surface: Surface
    replaces: bool
    link: str
    spill: Spill = field(default_factory=Spill)
    in_full: str = ""  # the options of the open choice, where they had to be shortened
    left: list[str] = field(default_factory=list)  # labels of what has no button

    def make(self) -> dict[str, Any]:
        made: dict[str, Any] = {"card_type": "text_notice"}
        if source := self._source():
            made["source"] = source
        made["main_title"] = self._title()
        if rows := self._rows():
            made["horizontal_content_list"] = rows
        if quote := self._quote():
            made["quote_area"] = {"type": 0, "quote_text": quote}
        buttons: list[dict[str, Any]] = []
        choice = None
        if self.surface == "group":
            self.left = [button.label for button in self.card.buttons]
            for other in self.card.choices:
                self._tell_options(other)
        else:
            choice = self._open_choice()
            if choice is not None:
                made["button_selection"] = self._selection(choice)
            buttons = self._buttons(choice)
        if self.card.link and not self.link:
            self.spill.add(flat(self.card.link))
        if sub := self._sub(choice):
            made["sub_title_text"] = sub
        if self.link:
            made["card_action"] = {"type": 1, "url": self.link}
        if not buttons and not self.link:
            buttons = [{"text": "知道了", "style": 4, "key": NOTHING}]
        if buttons:
            made["card_type"] = "button_interaction"
            made["button_list"] = buttons
        if self.surface != "group":
            made["task_id"] = self.task_id
        return made

    def _source(self) -> dict[str, Any]:
        state = head_and_state(flat(self.card.title))[1]
        words = state if 0 < len(state) <= _SOURCE else _SOURCES[self.card.tone]
        return {"desc": words, "desc_color": _COLOURS[self.card.tone]} if words else {}

    def _title(self) -> dict[str, str]:
        title = flat(self.card.title) or "单据"
        head, state = head_and_state(title)
        if len(title) > _TITLE and len(head) <= _TITLE and 0 < len(state) <= _SOURCE:
            title = head
        made = {"title": self.spill.short(title, _TITLE)}
        parts = [REPLACES] * self.replaces + [flat(self.card.subtitle)]
        if desc := " · ".join(part for part in parts if part):
            made["desc"] = self.spill.short(desc, _DESC)
        return made

    def _rows(self) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = []
        for item in self.card.fields:
            label, value = flat(item.label), flat(item.value)
            if not label and not value:
                continue
            fits = len(label) <= _KEYNAME and len(value) <= _VALUE
            if not fits or len(rows) == _ROWS:
                self.spill.add(_labelled(label, value))
            if len(rows) < _ROWS:
                row = {"keyname": cut(label, _KEYNAME) or "说明"}
                rows.append(row | ({"value": cut(value, _VALUE)} if value else {}))
        return rows

    def _quote(self) -> str:
        shown: list[str] = []
        room = _QUOTE
        for note in self.card.notes:
            words = clean(note.text)
            if not words:
                continue
            if len(words) > room:
                self.spill.add(words)
                words = "" if shown else cut(words, room)
            if words:
                shown.append(words)
                room -= len(words) + 1
        return "\n".join(shown)

    # ------------------------------------------------------------ what can be tapped

    def _open_choice(self) -> Choice | None:
        """The one question that is asked now: the first that has no answer yet."""
        asked = [one for one in self.card.choices if _askable(one)]
        for one in self.card.choices:
            if one not in asked:
                self._tell_options(one)
        return next((one for one in asked if one.selected is None), asked[0] if asked else None)

    def _tell_options(self, choice: Choice) -> None:
        labels = " / ".join(_option_label(option) for option in choice.options)
        self.spill.add(_labelled(flat(choice.label), labels))

    def _selection(self, choice: Choice) -> dict[str, Any]:
        options = _options(choice)
        chosen = choice.selected if choice.selected in [one.value for one in options] else None
        # Clients preselect the first option; a tap on 选好了 must not be an answer that nobody gave.
        blank = [] if chosen is not None else [{"id": UNCHOSEN, "text": "点这里选"}]
        shown = options[: _OPTIONS - len(blank)]
        if chosen is not None and chosen not in [one.value for one in shown]:
            shown[-1] = next(one for one in options if one.value == chosen)
        labels = [_option_label(one) for one in shown]
        lost = len(shown) < len({one.value for one in choice.options})
        if lost or len({cut_middle(label, _OPTION) for label in labels}) < len(set(labels)):
            self._tell_options(choice)
        elif any(len(label) > _OPTION for label in labels):
            # Shortened they can still be told apart: worth a line where there is room, not a message of its own.
            self.in_full = _labelled(flat(choice.label), " / ".join(labels))
        made: dict[str, Any] = {
            "question_key": choice.name,
            "title": "请选择",
            "option_list": blank
            + [{"id": one.value, "text": cut_middle(_option_label(one), _OPTION)} for one in shown],
        }
        if chosen is not None:
            made["selected_id"] = chosen
        return made

    def _buttons(self, choice: Choice | None) -> list[dict[str, Any]]:
        good: list[Button] = []
        known = {choice.token} if choice else set()
        for button in self.card.buttons:
            if _usable(button.token) and button.token not in known:
                good.append(button)
                known.add(button.token)
            else:
                self.left.append(button.label)
        shown, rest = by_priority(good, _BUTTONS - (choice is not None))
        self.left += [button.label for button in rest]
        made = [
            {
                "text": self.spill.short(flat(one.label) or "好", _BUTTON),
                "style": _STYLES[one.style],
                "key": one.token,
            }
            for one in shown
        ]
        return [{"text": CHOSEN, "style": 1, "key": choice.token}, *made] if choice else made

    # ------------------------------------------------------------ the running text

    def _sub(self, choice: Choice | None) -> str:
        """The table when it is short, the question, and what can be typed; what has no room is in the message above,
        and then this says so."""
        tail: list[str] = []
        room = _SUB - _MOVED
        for words, wanted in self._pieces(choice):
            if not words:
                continue
            most = min(wanted, room)
            if len(words) > most:
                self.spill.add(words)
            if len(words) <= most or most >= 12:
                tail.append(cut(words, most))
                room -= len(tail[-1]) + 1
        rows = lines_of(self.card.table)
        # A message of its own is a lot for an address that is a little long: there may be room for it here.
        for in_full in dict.fromkeys((self.in_full, "")):
            spilled = [*self.spill.lines, *([in_full] if in_full else [])]
            told = [words for words in tail if not any(line.startswith(f"{words}：") for line in spilled)]
            everything = "\n".join([*rows, *spilled, *told])
            if len(everything) <= _SUB:
                self.spill.lines.clear()
                return everything
        if self.in_full:
            self.spill.add(self.in_full)
        whole = "\n".join([*rows, *tail])
        if rows and len(whole) + len(ABOVE) + 1 <= _SUB:
            return f"{ABOVE}\n{whole}"
        self.spill.lines[:0] = rows
        return "\n".join([f"共{len(rows)}行，{ABOVE}" if rows else ABOVE, *tail])

    def _pieces(self, choice: Choice | None) -> list[tuple[str, int]]:
        others = sum(1 for one in self.card.choices if one is not choice and _askable(one) and one.selected is None)
        waiting = f"还有{others}处要选，选完这个接着问" if others and choice else ""
        hint = clean(self.card.hint)
        labels = [flat(one.label) for one in self.card.inputs]
        typed = "、".join(label for label in labels if label and label[-2:] not in hint)  # 驳回原因: 驳回 XS-0012 原因
        values = [_labelled(flat(one.label), flat(one.value)) for one in self.card.inputs if flat(one.value)]
        for value in values:
            if len(value) > 20:
                self.spill.add(value)
        return [
            (clean(choice.label) if choice else "", 40),
            (hint, 60),
            (_typed(self.left, self.surface), _SUB),
            (waiting, _SUB),
            (f"要填的直接打字：{typed}" if typed else "", _SUB),
            ("图片请看原消息" if self.card.picture else "", _SUB),
        ]


def _typed(labels: Sequence[str], surface: Surface) -> str:
    words = named(labels)
    return words.replace("也可以回复：", "请私聊我回复：", 1) if surface == "group" else words


def _labelled(label: str, value: str) -> str:
    return f"{label}：{value}" if label and value else label or value


def _option_label(option: Option) -> str:
    return flat(option.label) or flat(option.value) or "–"


def _options(choice: Choice) -> list[Option]:
    """Those that can be chosen here: different values that fit into an id."""
    found: dict[str, Option] = {}
    for option in choice.options:
        if option.value != UNCHOSEN and usable(option.value, _OPTION_ID):
            found.setdefault(option.value, option)
    return list(found.values())


def _askable(choice: Choice) -> bool:
    return bool(_usable(choice.token) and _usable(choice.name) and _options(choice))


def _usable(key: str) -> bool:
    return key != NOTHING and usable(key, _KEY)


def _address(link: str | None) -> str:
    link = clean(link or "")
    return link if re.fullmatch(r"https?://[^\s\"<>\\]+", link) and len(link.encode()) <= 2048 else ""


# ---------------------------------------------------------------- words instead of a card


def _words(card: Card, replaces: bool) -> list[str]:
    """The whole card as lines, for a place where no card can stand."""
    parts = [REPLACES] * replaces + [flat(card.subtitle)]
    lines = [flat(card.title) or "单据", " · ".join(part for part in parts if part)]
    lines += [_labelled(flat(item.label), flat(item.value)) for item in card.fields]
    lines += lines_of(card.table)
    lines += [clean(note.text) for note in card.notes]
    for choice in card.choices:
        lines.append(_labelled(flat(choice.label), " / ".join(map(_option_label, choice.options))))
    lines += [flat(card.link or ""), clean(card.hint), _typed([one.label for one in card.buttons], "group")]
    return [line for line in lines if line]
