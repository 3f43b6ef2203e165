"""What a tap on a shown card sends, and what the client makes of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator.feishu import cards

#: The client's error codes (facts/feishu.md, card.action.trigger).
NOT_CONFIGURED = "200340"
TOO_LATE = "200341"
BAD_STATUS = "200671"
BAD_ANSWER = "200672"
EMPTY_ACK = "108002"

_TONES = frozenset({"info", "success", "error", "warning"})
_FIELDS = frozenset(
    {
        "input",
        "select_static",
        "multi_select_static",
        "select_person",
        "multi_select_person",
        "date_picker",
        "picker_time",
        "picker_datetime",
        "checker",
    }
)


@dataclass(frozen=True, slots=True)
class Tappable:
    """A component that carries the token, and the form around it."""

    part: dict[str, Any]
    form: dict[str, Any] | None
    value: Any  # what its callback behaviour carries


class NoSuchButton(LookupError):
    """No version of the card ever showed this token, or a value names no field of it."""


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _callback_value(part: dict[str, Any]) -> Any:
    for behavior in part.get("behaviors", []):
        if behavior.get("type") == "callback":
            return behavior.get("value")
    return part.get("value")


def tappables(card: dict[str, Any]) -> list[Tappable]:
    """Everything on the card that can be tapped or picked."""
    found: list[Tappable] = []
    inside: set[int] = set()
    for part in cards.parts(card.get("body")):
        if part["tag"] == "form":
            for inner in cards.parts(part.get("elements")):
                inside.add(id(inner))
                if inner["tag"] == "button" or _callback_value(inner) is not None:
                    found.append(Tappable(inner, part, _callback_value(inner)))
        elif id(part) not in inside and (part["tag"] == "button" or part.get("behaviors")):
            found.append(Tappable(part, None, _callback_value(part)))
    return found


def find(versions: Iterable[Any], token: str) -> Tappable:
    """The component with this token in its callback's value or name; newer versions first.

    Raises:
        NoSuchButton: there is none.
    """
    for card in versions:
        if isinstance(card, dict):
            for tappable in tappables(card):
                if token in _strings(tappable.value) or token == tappable.part.get("name"):
                    return tappable
    raise NoSuchButton(f"no button of the card carries {token!r}")


def _initial(part: dict[str, Any]) -> Any:
    tag = part["tag"]
    if tag == "input":
        return part.get("default_value", "")
    if tag.startswith("multi_"):
        return part.get("selected_values", [])
    if tag == "checker":
        return bool(part.get("checked", False))
    return part.get("initial_option") or part.get("initial_date") or part.get("initial_time") or ""


def _filled(form: dict[str, Any], values: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """What the form submits, and the client's own complaint (a required field that is empty)."""
    fields = {p["name"]: p for p in cards.parts(form.get("elements")) if p["tag"] in _FIELDS and p.get("name")}
    unknown = values.keys() - fields.keys()
    if unknown:
        raise NoSuchButton(f"the form has no field {sorted(unknown)}; it has {sorted(fields)}")
    filled: dict[str, Any] = {}
    for name, part in fields.items():
        value = values.get(name, _initial(part))
        if part["tag"].startswith("multi_") and isinstance(value, str):
            value = [value] if value else []
        if part.get("required") and value in ("", []):
            return {}, f"请填写：{name}"
        if part["tag"] == "input" and len(value) > part.get("max_length", 1000):
            return {}, f"太长：{name}"
        filled[name] = value
    return filled, ""


def action(tappable: Tappable, values: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """``event.action`` of the tap, and the client's own complaint: when it is not empty nothing is sent.

    Raises:
        NoSuchButton: a value names no field of the card.
    """
    part, form = tappable.part, tappable.form
    sent: dict[str, Any] = {"tag": part["tag"]}
    if tappable.value is not None:
        sent["value"] = tappable.value
    if part.get("name"):
        sent["name"] = part["name"]
    if part.get("disabled"):
        return sent, "按钮不可用"
    if form is not None and part.get("form_action_type") == "submit":
        filled, complaint = _filled(form, values)
        sent["form_value"] = filled
        return sent, complaint
    picked = next(iter(values.values()), "")
    if part["tag"] in ("select_static", "overflow", "select_person"):
        offered = [option.get("value") for option in part.get("options", [])]
        if offered and picked not in offered:
            raise NoSuchButton(f"{picked!r} is none of the options {offered}")
        sent["option"] = picked
    elif part["tag"].startswith("multi_"):
        sent["options"] = [value for value in picked.split(",") if value]
    elif part["tag"] == "input":
        sent["input_value"] = picked
    elif part["tag"] == "checker":
        sent["checked"] = picked in ("1", "true", "是")
    elif part["tag"] in ("date_picker", "picker_time", "picker_datetime"):
        sent["option"] = picked
        sent["timezone"] = "Asia/Shanghai"
    elif values:
        raise NoSuchButton(f"a {part['tag']} outside a form sends no values: {sorted(values)}")
    return sent, ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the client does with the answer to a tap: ``error`` is its code, empty when it was acceptable."""

    toast: str = ""
    tone: str = ""
    card: dict[str, Any] | None = None
    error: str = ""
    why: str = ""


def judge(answer: Any) -> Judged:
    """Check the answer's shape as strictly as the client: ``{}``, or toast and card."""
    if not isinstance(answer, dict):
        return Judged(error=BAD_ANSWER, why="not an object")
    if answer.keys() - {"toast", "card"}:
        return Judged(error=BAD_ANSWER, why=f"unknown property {sorted(answer.keys() - {'toast', 'card'})[0]}")
    toast, card = answer.get("toast"), answer.get("card")
    text = tone = ""
    if toast is not None:
        if not isinstance(toast, dict) or not isinstance(toast.get("content"), str):
            return Judged(error=BAD_ANSWER, why="toast without content")
        text, tone = toast["content"], toast.get("type", "info")
        if tone not in _TONES:
            return Judged(error=BAD_ANSWER, why=f"toast of type {tone!r}")
    shown: dict[str, Any] | None = None
    if card is not None:
        if not isinstance(card, dict) or card.get("type") != "raw":
            return Judged(error=BAD_ANSWER, why="card is not raw; this tenant has no templates")
        wrong = cards.problem(card.get("data"))
        if wrong:
            return Judged(error=BAD_ANSWER, why=wrong)
        shown = card["data"]
    return Judged(text, tone, shown)
