"""Limits that several processes share: the log of calls, and permits to call.

Revision ID: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "rate_key",
        sa.Column("scope", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("sent", sa.Double, nullable=False),
        sa.Column("blocked_until", sa.Double, nullable=False),
        sa.Column("gap", sa.Double, nullable=False),
    )
    op.create_table(
        "rate_call",
        sa.Column("scope", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("arrived", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("scope", "number"),
    )
    op.create_table(
        "permit",
        sa.Column("scope", sa.String(64), nullable=False),
        sa.Column("slot", sa.Integer, nullable=False),
        sa.Column("holder", sa.String(160), nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("scope", "slot"),
    )
