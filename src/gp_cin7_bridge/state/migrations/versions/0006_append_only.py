"""The audit takes rows and gives none back; its head moves on by one row and never back.

Revision ID: 0006
"""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0006"
down_revision = "0005"

REFUSED: Final = "the audit is append-only"
# A SQLite REPLACE deletes without a word to the triggers of DELETE, hence those of INSERT.
SQLITE: Final = {
    "audit_no_update": "BEFORE UPDATE ON audit",
    "audit_no_delete": "BEFORE DELETE ON audit",
    "audit_no_replace": (
        "BEFORE INSERT ON audit WHEN EXISTS"
        " (SELECT 1 FROM audit WHERE connection_id = NEW.connection_id AND seq = NEW.seq)"
    ),
    "audit_head_forward": (
        "BEFORE UPDATE ON audit_head WHEN NEW.seq <> OLD.seq + 1 OR NEW.connection_id <> OLD.connection_id"
    ),
    "audit_head_no_delete": "BEFORE DELETE ON audit_head",
    "audit_head_no_replace": (
        "BEFORE INSERT ON audit_head WHEN EXISTS (SELECT 1 FROM audit_head WHERE connection_id = NEW.connection_id)"
    ),
}
POSTGRESQL: Final = {
    "audit_no_change": "BEFORE UPDATE OR DELETE ON audit FOR EACH ROW",
    "audit_no_truncate": "BEFORE TRUNCATE ON audit FOR EACH STATEMENT",
    "audit_head_forward": (
        "BEFORE UPDATE ON audit_head FOR EACH ROW"
        " WHEN (NEW.seq <> OLD.seq + 1 OR NEW.connection_id <> OLD.connection_id)"
    ),
    "audit_head_no_delete": "BEFORE DELETE ON audit_head FOR EACH ROW",
    "audit_head_no_truncate": "BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT",
}


def upgrade() -> None:
    """Make the triggers."""
    if op.get_bind().dialect.name == "sqlite":
        for name, when in SQLITE.items():
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
            op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END")
        return
    op.execute(
        "CREATE FUNCTION audit_refused() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for name, when in POSTGRESQL.items():
        op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION audit_refused()")
