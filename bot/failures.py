"""Telling a sick machine from a sick message.

A full disk, a locked or unreadable database file, no memory or file handles left for a child are the machine's trouble:
the message waits and is tried again without being blamed. Anything else counts as a failure of the message.
"""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError

from bot.store import StoreClosed

_MACHINE = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
    }
)


_NO_ROOM = frozenset(
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EIO", "EROFS", "EMFILE", "ENFILE", "ENOMEM", "EAGAIN")
    if hasattr(errno, name)  # Windows lacks some
)


def is_machine_trouble(error: BaseException) -> bool:
    """Whether trying the same again later may succeed without anything about the message changing."""
    if isinstance(error, StoreClosed):
        return True
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    if isinstance(error, sqlite3.OperationalError):
        code = getattr(error, "sqlite_errorcode", None)
        return code is None or code & 0xFF in _MACHINE
    return isinstance(error, OSError) and error.errno in _NO_ROOM


def describe(error: BaseException) -> str:
    """One line for the inbox row: what it was and what it said."""
    return f"{type(error).__name__}: {error}"[:2000]
