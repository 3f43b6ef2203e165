"""Column types. STRICT tables accept only INTEGER, TEXT, REAL and BLOB, and no money or quantity is ever a float here.

Raw statements (``inventory_core.sql``) bypass these types; they convert with ``micros``, ``moment`` and ``dumps`` from
this module, so that a column has one meaning however it is written.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Integer
from sqlalchemy import Text as SqlText
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(value: datetime) -> int:
    """Integer microseconds since 1970 UTC.

    Raises:
        ValueError: the time is naive; nobody could say which instant it means.
    """
    if value.tzinfo is None:
        raise ValueError("a naive datetime has no place in the database")
    return (value - _EPOCH) // _MICROSECOND


def moment(value: int) -> datetime:
    """The aware UTC time of integer microseconds."""
    return _EPOCH + timedelta(microseconds=value)


def dumps(value: Any) -> str:
    """Compact JSON with sorted keys: equal values give equal text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def plain(value: Decimal) -> str:
    """Decimal as plain text without exponent or trailing zeros, so that equal numbers are equal text."""
    if not value.is_finite():
        raise ValueError("only finite numbers are stored")
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


class Text(TypeDecorator[str]):
    """TEXT."""

    impl = SqlText
    cache_ok = True


class Int(TypeDecorator[int]):
    """64-bit integer: INTEGER on SQLite, BIGINT elsewhere."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise ValueError(f"not an integer: {value!r}")
        return value


class UtcTime(TypeDecorator[datetime]):
    """Aware time as integer microseconds; naive values are refused."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else moment(value)


class Day(TypeDecorator[date]):
    """A calendar day of the firm as ISO text."""

    impl = SqlText
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        if isinstance(value, datetime):
            raise ValueError("a day, not a time, is wanted")
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


class JsonText(TypeDecorator[Any]):
    """JSON as text."""

    impl = SqlText
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else dumps(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Flag(TypeDecorator[bool]):
    """Yes or no as 1 or 0."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else int(bool(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class DecimalText(TypeDecorator[Decimal]):
    """An exact decimal as plain text; NUMERIC on SQLite would be a float in disguise."""

    impl = SqlText
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if isinstance(value, float):
            raise ValueError("no float becomes a number of the books")
        return plain(Decimal(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)
