"""Alembic's entry: runs on the connection the caller put into the configuration."""

from alembic import context

from bot.store.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=False,  # our column types are all TEXT or INTEGER
    render_item=context.config.attributes.get("render_item"),
)
with context.begin_transaction():
    context.run_migrations()
