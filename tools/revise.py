"""``python -m tools.revise "what changed"``: write the next migration from the difference between models and
migrations.

A first draft only: read it, and add triggers and data by hand.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.types import TypeDecorator

from bot.store.migrate import migrate

ROOT = Path(__file__).resolve().parents[1]


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Our column types are TEXT or INTEGER in the file; a migration does not depend on the program's classes."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return "sa.Text()" if item.impl.__class__.__name__ == "Text" else "sa.Integer()"
    return False


def main() -> None:
    scripts = ROOT / "bot" / "migrations"
    number = sum(1 for path in (scripts / "versions").glob("[0-9]*.py")) + 1
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "danju.db"
        if number > 1:
            migrate(database, before=lambda: None)
        with create_engine(f"sqlite+pysqlite:///{database}").connect() as connection:
            config = Config()
            config.set_main_option("script_location", str(scripts))
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            config.attributes["connection"] = connection
            config.attributes["render_item"] = render_item
            command.revision(config, sys.argv[1], autogenerate=True, rev_id=f"{number:04d}")


if __name__ == "__main__":
    main()
