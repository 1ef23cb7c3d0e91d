"""What strangers named may be as long as they like; SQLite takes it so already.

Revision ID: 0013
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

NAMES: Final = (
    ("link", ("gp_key", "cin7_id")),
    ("operation", ("natural_key", "token", "remote_ref")),
    ("held", ("record_key",)),
    ("approval", ("source_id",)),
    ("missing", ("record_key",)),
    ("audit", ("gp_key", "cin7_id", "vendor")),
)


def upgrade() -> None:
    """Take the limits off; PostgreSQL rewrites no table for it."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, columns in NAMES:
        for column in columns:
            op.alter_column(table, column, type_=sa.Text)
