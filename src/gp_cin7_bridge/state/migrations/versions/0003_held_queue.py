"""The queue of held documents: what failed or was skipped, whose it is, and what people noted.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what the queue remembers of each document."""
    with op.batch_alter_table("held") as held:
        held.add_column(sa.Column("status", sa.String(20), nullable=False, server_default="held"))
        held.add_column(sa.Column("source_hash", sa.String(64), nullable=False, server_default=""))
        held.add_column(sa.Column("assignee", sa.Text, nullable=False, server_default=""))
        held.add_column(sa.Column("note", sa.Text, nullable=False, server_default=""))
