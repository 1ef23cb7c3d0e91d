"""The tables, in SQLAlchemy's terms; Alembic's migrations make them, and a test proves that both agree."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData()


def _words(length: int) -> Text:
    """Give the type of what strangers named: as long as they like.

    SQLite counts no characters, and its audit is not made anew only to change a declared length.
    """
    return Text().with_variant(String(length), "sqlite")


def _owner() -> Column[int]:
    return Column("connection_id", Integer, ForeignKey("connection.id"), nullable=False)


# Moments are ISO texts in UTC: they sort, and every database keeps them alike.
CONNECTION = Table(
    "connection",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("gp_company", String(64), nullable=False),
    Column("cin7_account_id", String(64), nullable=False),
    Column("created_at", String(40), nullable=False),
)
RUN = Table(
    "run",
    METADATA,
    Column("id", Integer, primary_key=True),
    _owner(),
    Column("flow", String(20), nullable=False),
    Column("started_at", String(40), nullable=False),
    Column("ended_at", String(40)),
    Column("status", String(20), nullable=False),
    Column("counts", Text, nullable=False),
)
CURSOR = Table(
    "cursor",
    METADATA,
    _owner(),
    Column("stream", String(40), nullable=False),
    Column("value", String(64), nullable=False),
    Column("moved_at", String(40), nullable=False),
    PrimaryKeyConstraint("connection_id", "stream"),
)
LINK = Table(
    "link",
    METADATA,
    _owner(),
    Column("entity", String(20), nullable=False),
    Column("gp_key", _words(64), nullable=False),
    Column("cin7_id", _words(160), nullable=False),
    Column("gp_hash", String(64), nullable=False),
    Column("cin7_hash", String(64), nullable=False),
    Column("linked_at", String(40), nullable=False),
    Column("details", Text, nullable=False, server_default="{}"),
    PrimaryKeyConstraint("connection_id", "entity", "gp_key"),
    UniqueConstraint("connection_id", "entity", "cin7_id", name="link_cin7"),
)
OPERATION = Table(
    "operation",
    METADATA,
    Column("id", Integer, primary_key=True),
    _owner(),
    Column("kind", String(20), nullable=False),
    Column("natural_key", _words(160), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("token", _words(64), nullable=False),
    Column("payload", Text, nullable=False),
    Column("payload_hash", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", String(40)),
    Column("remote_ref", _words(160)),
    Column("problem", Text),
    Column("created_at", String(40), nullable=False),
    Column("settled_at", String(40)),
    UniqueConstraint("connection_id", "kind", "natural_key", "generation", name="operation_intent"),
    UniqueConstraint("connection_id", "kind", "token", name="operation_token"),
)
Index("operation_state", OPERATION.c.connection_id, OPERATION.c.kind, OPERATION.c.state)
ATTEMPT = Table(
    "attempt",
    METADATA,
    Column("operation_id", Integer, ForeignKey("operation.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("started_at", String(40), nullable=False),
    Column("ended_at", String(40)),
    Column("outcome", String(20)),
    Column("problem", Text),
    PrimaryKeyConstraint("operation_id", "number"),
)
BODY = Table(
    "body",
    METADATA,
    Column("operation_id", Integer, ForeignKey("operation.id"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("content", Text),
    Column("made_at", String(40), nullable=False),
    Column("expires_at", String(40), nullable=False),
    PrimaryKeyConstraint("operation_id", "attempt", "kind"),
)
Index("body_expires_at", BODY.c.expires_at)
HELD = Table(
    "held",
    METADATA,
    _owner(),
    Column("flow", String(20), nullable=False),
    Column("record_key", _words(160), nullable=False),
    Column("document", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("first_at", String(40), nullable=False),
    Column("last_at", String(40), nullable=False),
    Column("times", Integer, nullable=False),
    Column("status", String(20), nullable=False, server_default="held"),
    Column("source_hash", String(64), nullable=False, server_default=""),
    Column("assignee", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("proposal", String(64), nullable=False, server_default=""),
    PrimaryKeyConstraint("connection_id", "flow", "record_key"),
)
APPROVAL = Table(
    "approval",
    METADATA,
    _owner(),
    Column("flow", String(20), nullable=False),
    Column("source_id", _words(160), nullable=False),
    Column("proposal", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", String(40), nullable=False),
    PrimaryKeyConstraint("connection_id", "flow", "source_id"),
)
MISSING = Table(
    "missing",
    METADATA,
    _owner(),
    Column("flow", String(20), nullable=False),
    Column("record_key", _words(160), nullable=False),
    Column("misses", Integer, nullable=False),
    PrimaryKeyConstraint("connection_id", "flow", "record_key"),
)
ALERT = Table(
    "alert",
    METADATA,
    _owner(),
    Column("code", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("cure", Text, nullable=False),
    Column("since", String(40), nullable=False),
    Column("told", Text, nullable=False),
    PrimaryKeyConstraint("connection_id", "code", "subject"),
)
EVENT = Table(
    "event",
    METADATA,
    Column("id", Integer, primary_key=True),
    _owner(),
    Column("event_type", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("task_id", String(36), nullable=False),
    Column("order_number", Text, nullable=False),
    Column("since", String(40), nullable=False),
    Column("last_at", String(40), nullable=False),
    Column("times", Integer, nullable=False),
    Column("worked", Integer, nullable=False),
    UniqueConstraint("connection_id", "event_type", "fingerprint", "task_id", name="event_identity"),
)
AUDIT = Table(
    "audit",
    METADATA,
    _owner(),
    Column("seq", Integer, nullable=False),
    Column("at", String(40), nullable=False),
    Column("actor", Text, nullable=False),
    Column("run_id", Integer),
    Column("operation_id", Integer),
    Column("flow", String(20), nullable=False),
    Column("action", String(40), nullable=False),
    Column("outcome", String(40), nullable=False),
    Column("document", Text, nullable=False),
    Column("gp_key", _words(64), nullable=False),
    Column("cin7_id", _words(160), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("vendor", _words(64), nullable=False, server_default=""),
    Column("attempt", Integer),
    Column("request", String(64), nullable=False, server_default=""),
    Column("response", String(64), nullable=False, server_default=""),
    PrimaryKeyConstraint("connection_id", "seq"),
)
Index("audit_document", AUDIT.c.connection_id, AUDIT.c.document)
Index("audit_gp_key", AUDIT.c.connection_id, AUDIT.c.gp_key)
Index("audit_vendor", AUDIT.c.connection_id, AUDIT.c.vendor)
Index("audit_cin7_id", AUDIT.c.connection_id, AUDIT.c.cin7_id)
Index("audit_run", AUDIT.c.connection_id, AUDIT.c.run_id)
AUDIT_HEAD = Table(
    "audit_head",
    METADATA,
    Column("connection_id", Integer, ForeignKey("connection.id"), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
SECRET = Table(
    "secret",
    METADATA,
    _owner(),
    Column("name", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("set_at", String(40), nullable=False),
    PrimaryKeyConstraint("connection_id", "name"),
)
SECRET_KEY = Table(
    "secret_key",
    METADATA,
    _owner(),
    Column("key_id", String(16), nullable=False),
    Column("master_id", String(16), nullable=False),
    Column("wrapped", Text, nullable=False),
    Column("made_at", String(40), nullable=False),
    PrimaryKeyConstraint("connection_id", "key_id", "master_id"),
)
# Moments of limits are seconds since 1970 by the database's own clock, which every process shares.
RATE_KEY = Table(
    "rate_key",
    METADATA,
    Column("scope", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("sent", Double, nullable=False),
    Column("blocked_until", Double, nullable=False),
    Column("gap", Double, nullable=False),
)
RATE_CALL = Table(
    "rate_call",
    METADATA,
    Column("scope", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("arrived", Double, nullable=False),
    PrimaryKeyConstraint("scope", "number"),
)
PERMIT = Table(
    "permit",
    METADATA,
    Column("scope", String(64), nullable=False),
    Column("slot", Integer, nullable=False),
    Column("holder", String(160), nullable=False),
    Column("expires_at", Double, nullable=False),
    PrimaryKeyConstraint("scope", "slot"),
)
