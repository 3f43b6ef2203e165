"""Alembic migrations of the one database. The service runs them at start, after a backup."""
