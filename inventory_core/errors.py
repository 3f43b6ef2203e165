"""Every error Danju raises on purpose hangs on one tree.

DanjuError
├── Refused            a person asked for something the rules do not allow; the message is for that person
│   ├── NotAllowed     the role does not permit it
│   ├── SecondTap      one approves one's own document: the same tap once more, with second_tap=True
│   ├── Stale          the document moved on since the caller looked at it
│   └── NotFound       no such document, product or partner
└── (other rooms add their own branches below DanjuError)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inventory_core.views import Problem


class DanjuError(Exception):
    """Root of all errors Danju raises on purpose."""


class Refused(DanjuError):
    """A rule says no. ``str(error)`` is one Chinese sentence for the person who asked, with the next step in it.

    ``problems`` are all reasons at once, when there are several.
    """

    def __init__(self, message: str = "", problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class NotAllowed(Refused):
    """The person's roles do not permit the action."""


class SecondTap(Refused):
    """The approver submitted the document too; the firm allows that, by a second tap (``second_tap=True``)."""


class Stale(Refused):
    """The document has another version or state than the one the caller decided upon."""


class NotFound(Refused):
    """What was named does not exist."""
