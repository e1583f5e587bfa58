"""Alembic: how a database gets the tables, from any earlier state."""
