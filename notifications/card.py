"""The neutral card. A channel translates it into its platform's form; nothing here knows a platform.

A card is a pure function of a document's version. Budget that every platform can carry: at most 6 buttons and 3
choices of at most 10 options each; labels of fields up to 5 characters and values up to 30 are shown whole everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    NEUTRAL = "neutral"
    INFO = "info"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Field:
    label: str
    value: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    tones: tuple[Tone, ...] = ()  # one per row, or empty


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A select. Picking an option is a click with ``token`` and values {name: option value}."""

    name: str
    label: str
    token: str
    options: tuple[Option, ...]
    selected: str | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """A text field, delivered in the values of the next button click on the card."""

    name: str
    label: str
    placeholder: str = ""
    value: str = ""


class Style(StrEnum):
    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    token: str  # opaque; the server looks up what it means
    style: Style = Style.PLAIN
    confirm: str | None = None  # ask this before the click is sent


@dataclass(frozen=True, slots=True)
class Card:
    title: str
    tone: Tone = Tone.NEUTRAL
    subtitle: str = ""
    fields: tuple[Field, ...] = ()
    table: Table | None = None
    notes: tuple[Note, ...] = ()
    choices: tuple[Choice, ...] = ()
    inputs: tuple[Input, ...] = ()
    buttons: tuple[Button, ...] = ()
    picture: str | None = None  # sha256 of a stored attachment
    link: str | None = None
    hint: str = ""  # one grey line: what can be typed instead
