"""Which records GP's lists lacked, and how often in a row.

Revision ID: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "missing",
        sa.Column("connection_id", sa.Integer, sa.ForeignKey("connection.id"), nullable=False),
        sa.Column("flow", sa.String(20), nullable=False),
        sa.Column("record_key", sa.String(160), nullable=False),
        sa.Column("misses", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "flow", "record_key"),
    )
