"""Proposals that wait in the queue, and what people approved.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the approvals, and give held documents their proposal."""
    op.create_table(
        "approval",
        sa.Column("connection_id", sa.Integer, sa.ForeignKey("connection.id"), nullable=False),
        sa.Column("flow", sa.String(20), nullable=False),
        sa.Column("source_id", sa.String(160), nullable=False),
        sa.Column("proposal", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "flow", "source_id"),
    )
    with op.batch_alter_table("held") as held:
        held.add_column(sa.Column("proposal", sa.String(64), nullable=False, server_default=""))
