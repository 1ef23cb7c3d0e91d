"""What a link remembers of the document that was carried, beside its hashes.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the details; a link that is there already has none."""
    with op.batch_alter_table("link") as link:
        link.add_column(sa.Column("details", sa.Text, nullable=False, server_default="{}"))
