"""Views as JSON-able dictionaries and back, for the pipe to the process that draws.

Exact: decimals travel as text, dates and times in ISO 8601, members of enumerations by value, sets sorted. The shape is
read from the dataclasses' own annotations, so that a field added to a view travels without a change here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from inventory_core.errors import DanjuError
from inventory_core.views import DocumentView
from notifications.paper.options import Paper

Raw = dict[str, Any]
T = TypeVar("T")


class WireError(DanjuError):
    """What arrived is not what was sent: a field is missing, unknown or of the wrong kind. Names the field."""


def view_to_wire(view: DocumentView) -> Raw:
    """The document as a dictionary of JSON values."""
    return _record_out(view)


def view_from_wire(raw: object) -> DocumentView:
    """Read a document back. Equal to what was sent; raises WireError on anything else."""
    return _record_in(DocumentView, raw, "view")


def paper_to_wire(paper: Paper) -> Raw:
    """The print options as a dictionary of JSON values."""
    return _record_out(paper)


def paper_from_wire(raw: object) -> Paper:
    """Read print options back; raises WireError."""
    return _record_in(Paper, raw, "paper")


# ---------------------------------------------------------------- out


def _record_out(record: Any) -> Raw:
    return {field.name: _out(getattr(record, field.name)) for field in fields(record)}


def _out(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if is_dataclass(value):
        return _record_out(value)
    if isinstance(value, Mapping):
        return {str(key): _out(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(_out(item) for item in value)
    if isinstance(value, tuple | list):
        return [_out(item) for item in value]
    raise TypeError(f"{type(value).__name__} does not travel")  # a float, say: views hold none


# ---------------------------------------------------------------- in


@cache
def _shape(kind: type) -> tuple[tuple[Field[Any], Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field, hints[field.name]) for field in fields(kind))


def _record_in(kind: type[T], raw: object, where: str) -> T:
    if not isinstance(raw, Mapping):
        raise WireError(f"{where}: an object was expected")
    shape: tuple[tuple[Field[Any], Any], ...] = _shape(cast(Any, kind))
    unknown = set(raw) - {field.name for field, _ in shape}
    if unknown:
        raise WireError(f"{where}: unknown {sorted(map(str, unknown))}")
    values: Raw = {}
    for field, hint in shape:
        if field.name in raw:
            values[field.name] = _in(hint, raw[field.name], f"{where}.{field.name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise WireError(f"{where}.{field.name}: missing")
    return kind(**values)


def _in(hint: Any, raw: object, where: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _union_in(hint, raw, where)
    if origin is tuple:
        return _tuple_in(get_args(hint), raw, where)
    if origin is frozenset:
        (item,) = get_args(hint)
        return frozenset(_in(item, each, where) for each in _expect(list, raw, where))
    if origin is not None and issubclass(origin, Mapping):
        key, item = get_args(hint)
        pairs = _expect(dict, raw, where).items()
        return {_in(key, name, where): _in(item, each, f"{where}.{name}") for name, each in pairs}
    if hint in (bool, int, str):
        # bool is an int to Python, but not on this wire.
        if type(raw) is not hint:
            raise WireError(f"{where}: {hint.__name__} expected, got {type(raw).__name__}")
        return raw
    if is_dataclass(hint) and isinstance(hint, type):
        return _record_in(hint, raw, where)
    return _scalar_in(hint, raw, where)


def _scalar_in(hint: Any, raw: object, where: str) -> Any:
    text = _expect(str, raw, where)
    readers: dict[Any, Callable[[str], Any]] = {
        Decimal: Decimal,
        date: date.fromisoformat,
        datetime: datetime.fromisoformat,
    }
    try:
        return (readers.get(hint) or hint)(text)  # otherwise an enumeration, read by value
    except (ValueError, InvalidOperation) as error:
        raise WireError(f"{where}: not a {hint.__name__}: {text!r}") from error


def _union_in(hint: Any, raw: object, where: str) -> Any:
    """X | None, the only kind of union a view has."""
    if raw is None and NoneType in get_args(hint):
        return None
    (kind,) = (each for each in get_args(hint) if each is not NoneType)
    return _in(kind, raw, where)


def _tuple_in(kinds: tuple[Any, ...], raw: object, where: str) -> tuple[Any, ...]:
    items = _expect(list, raw, where)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_in(kinds[0], each, f"{where}[{index}]") for index, each in enumerate(items))
    if len(items) != len(kinds):
        raise WireError(f"{where}: {len(kinds)} values expected")
    return tuple(
        _in(kind, each, f"{where}[{index}]") for index, (kind, each) in enumerate(zip(kinds, items, strict=True))
    )


def _expect(kind: type[T], raw: object, where: str) -> T:
    if not isinstance(raw, kind):
        raise WireError(f"{where}: {kind.__name__} expected, got {type(raw).__name__}")
    return raw
