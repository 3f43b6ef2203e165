"""Every error Danju raises on purpose hangs on one tree.

DanjuError
├── Refused            a person asked for something the rules do not allow; the message is for that person
│   ├── NotAllowed     the role does not permit it
│   ├── Stale          the document moved on since the caller looked at it
│   └── NotFound       no such document, product or partner
└── (other rooms add their own branches below DanjuError)
"""

from __future__ import annotations


class DanjuError(Exception):
    """Root of all errors Danju raises on purpose."""


class Refused(DanjuError):
    """A rule says no. ``str(error)`` is one Chinese sentence for the person who asked, with the next step in it."""


class NotAllowed(Refused):
    """The person's roles do not permit the action."""


class Stale(Refused):
    """The document has another version or state than the one the caller decided upon."""


class NotFound(Refused):
    """What was named does not exist."""
