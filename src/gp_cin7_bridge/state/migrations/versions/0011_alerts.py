"""What is wrong now, and who was told of it.

Revision ID: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "alert",
        sa.Column("connection_id", sa.Integer, sa.ForeignKey("connection.id"), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("cure", sa.Text, nullable=False),
        sa.Column("since", sa.String(40), nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "code", "subject"),
    )
