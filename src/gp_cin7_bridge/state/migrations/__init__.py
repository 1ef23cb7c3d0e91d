"""Alembic's migrations of the state, applied by the store itself."""
