"""What Cin7 Core's webhooks told.

Revision ID: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("connection_id", sa.Integer, sa.ForeignKey("connection.id"), nullable=False),
        sa.Column("event_type", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("task_id", sa.String(36), nullable=False),
        sa.Column("order_number", sa.Text, nullable=False),
        sa.Column("since", sa.String(40), nullable=False),
        sa.Column("last_at", sa.String(40), nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("worked", sa.Integer, nullable=False),
        sa.UniqueConstraint("connection_id", "event_type", "fingerprint", "task_id", name="event_identity"),
    )
