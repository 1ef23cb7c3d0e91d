"""Which rows of the audit a run wrote, found without reading the audit.

Revision ID: 0012
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the index."""
    op.create_index("audit_run", "audit", ["connection_id", "run_id"])
