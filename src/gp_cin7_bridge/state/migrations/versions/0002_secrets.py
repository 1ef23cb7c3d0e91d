"""Encrypted secrets and their wrapped data keys.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _owner() -> sa.Column[int]:
    return sa.Column("connection_id", sa.Integer, sa.ForeignKey("connection.id"), nullable=False)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "secret",
        _owner(),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("set_at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "name"),
    )
    op.create_table(
        "secret_key",
        _owner(),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("master_id", sa.String(16), nullable=False),
        sa.Column("wrapped", sa.Text, nullable=False),
        sa.Column("made_at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "key_id", "master_id"),
    )
