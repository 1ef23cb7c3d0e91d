"""The first schema.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _owner() -> sa.Column[int]:
    return sa.Column("connection_id", sa.Integer, sa.ForeignKey("connection.id"), nullable=False)


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "connection",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False, unique=True),
        sa.Column("gp_company", sa.String(64), nullable=False),
        sa.Column("cin7_account_id", sa.String(64), nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer, primary_key=True),
        _owner(),
        sa.Column("flow", sa.String(20), nullable=False),
        sa.Column("started_at", sa.String(40), nullable=False),
        sa.Column("ended_at", sa.String(40)),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
    )
    op.create_table(
        "cursor",
        _owner(),
        sa.Column("stream", sa.String(40), nullable=False),
        sa.Column("value", sa.String(64), nullable=False),
        sa.Column("moved_at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "stream"),
    )
    op.create_table(
        "link",
        _owner(),
        sa.Column("entity", sa.String(20), nullable=False),
        sa.Column("gp_key", sa.String(64), nullable=False),
        sa.Column("cin7_id", sa.String(160), nullable=False),
        sa.Column("gp_hash", sa.String(64), nullable=False),
        sa.Column("cin7_hash", sa.String(64), nullable=False),
        sa.Column("linked_at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "entity", "gp_key"),
        sa.UniqueConstraint("connection_id", "entity", "cin7_id", name="link_cin7"),
    )
    _ledger()
    op.create_table(
        "held",
        _owner(),
        sa.Column("flow", sa.String(20), nullable=False),
        sa.Column("record_key", sa.String(160), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("first_at", sa.String(40), nullable=False),
        sa.Column("last_at", sa.String(40), nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "flow", "record_key"),
    )
    _audit()


def _ledger() -> None:
    op.create_table(
        "operation",
        sa.Column("id", sa.Integer, primary_key=True),
        _owner(),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("natural_key", sa.String(160), nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("payload_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("sent_at", sa.String(40)),
        sa.Column("remote_ref", sa.String(160)),
        sa.Column("problem", sa.Text),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("settled_at", sa.String(40)),
        sa.UniqueConstraint("connection_id", "kind", "natural_key", "generation", name="operation_intent"),
        sa.UniqueConstraint("connection_id", "kind", "token", name="operation_token"),
    )
    op.create_index("operation_state", "operation", ["connection_id", "kind", "state"])
    op.create_table(
        "attempt",
        sa.Column("operation_id", sa.Integer, sa.ForeignKey("operation.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("started_at", sa.String(40), nullable=False),
        sa.Column("ended_at", sa.String(40)),
        sa.Column("outcome", sa.String(20)),
        sa.Column("problem", sa.Text),
        sa.PrimaryKeyConstraint("operation_id", "number"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        _owner(),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("run_id", sa.Integer),
        sa.Column("operation_id", sa.Integer),
        sa.Column("flow", sa.String(20), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("gp_key", sa.String(64), nullable=False),
        sa.Column("cin7_id", sa.String(160), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "seq"),
    )
    op.create_index("audit_document", "audit", ["connection_id", "document"])
    op.create_index("audit_gp_key", "audit", ["connection_id", "gp_key"])
    op.create_table(
        "audit_head",
        sa.Column("connection_id", sa.Integer, sa.ForeignKey("connection.id"), primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
