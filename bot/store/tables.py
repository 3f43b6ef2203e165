"""Every table of every room, on the one metadata: for migrations, and for tests that want an empty database."""

from __future__ import annotations

from sqlmodel import SQLModel

import bot.console.tables
import bot.importing.tables
import bot.tables
import handlers.tables
import inventory_core.models
import notifications.tables

ROOMS = (
    bot.console.tables,
    bot.importing.tables,
    bot.tables,
    handlers.tables,
    inventory_core.models,
    notifications.tables,
)
METADATA = SQLModel.metadata
