"""Errors of the store; a branch of the one tree.

StoreError
├── StoreClosed          a unit was handed in after close()
├── DataDirectoryBusy    another service (or restore) holds the data directory
└── UnsuitableDirectory  the directory is on a network disk or in a synced folder
"""

from __future__ import annotations

from inventory_core.errors import DanjuError


class StoreError(DanjuError):
    """Something about the database or the data directory; ``str(error)`` says what to do."""


class StoreClosed(StoreError):
    """The store is closing; the unit did not run."""


class DataDirectoryBusy(StoreError):
    """One service per data directory; stop the other one first."""


class UnsuitableDirectory(StoreError):
    """SQLite's locks cannot be trusted there; choose a local folder."""
