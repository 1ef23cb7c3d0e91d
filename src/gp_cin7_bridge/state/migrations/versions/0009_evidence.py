"""Whose bill an audit row is about, and what went over the line for each attempt.

Revision ID: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns and the table of bodies."""
    op.add_column("audit", sa.Column("vendor", sa.String(64), nullable=False, server_default=""))
    op.add_column("audit", sa.Column("attempt", sa.Integer))
    op.add_column("audit", sa.Column("request", sa.String(64), nullable=False, server_default=""))
    op.add_column("audit", sa.Column("response", sa.String(64), nullable=False, server_default=""))
    op.create_index("audit_vendor", "audit", ["connection_id", "vendor"])
    op.create_index("audit_cin7_id", "audit", ["connection_id", "cin7_id"])
    op.create_table(
        "body",
        sa.Column("operation_id", sa.Integer, sa.ForeignKey("operation.id"), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("content", sa.Text),
        sa.Column("made_at", sa.String(40), nullable=False),
        sa.Column("expires_at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("operation_id", "attempt", "kind"),
    )
    op.create_index("body_expires_at", "body", ["expires_at"])
