"""The store: one writer thread with group commit, a few readers, and a lock on the data directory."""

from bot.store.errors import DataDirectoryBusy, StoreClosed, StoreError, UnsuitableDirectory
from bot.store.sqlite import Store, open_store

__all__ = ["DataDirectoryBusy", "Store", "StoreClosed", "StoreError", "UnsuitableDirectory", "open_store"]
