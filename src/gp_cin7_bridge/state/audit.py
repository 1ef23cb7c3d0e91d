"""The audit of one connection: rows are appended to its chain, and found again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, Required, TypedDict, Unpack

import sqlalchemy as sa
from attrs import asdict, fields

from gp_cin7_bridge.state.bodies import Sent
from gp_cin7_bridge.state.chain import FIRST, Anchor, AuditRow, Break, first_break
from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.tables import AUDIT, AUDIT_HEAD

SYSTEM: Final = "bridge"
HIDDEN: Final = "***"
_SECRET = re.compile(
    r"tax_?id|tax_?number|txidnmbr|bank|iban|swift|routing|password|secret|token|application_?key|authorization",
    re.IGNORECASE,
)


_FIELDS: Final = tuple(each.name for each in fields(AuditRow))


def redacted(value: object) -> object:
    """Leave out secrets and tax ids, at any depth, by the names of their fields."""
    if isinstance(value, Mapping):
        return {
            str(name): HIDDEN if _SECRET.search(str(name)) and each else redacted(each) for name, each in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [redacted(each) for each in value]
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


class Fact(TypedDict, total=False):
    """What a row says; secrets and tax ids are left out of it by the names of their fields.

    Attributes:
        actor: who did or decided it; default the bridge itself.
        before, after: of each field, as JSON has it.
        detail: how and by which rule, as JSON has it.
        vendor: GP's id of the vendor whose document it is, where one is known.
        operation_id: the intent that was sent for it.
    """

    flow: Required[str]
    action: Required[str]
    outcome: Required[str]
    document: Required[str]
    gp_key: str
    cin7_id: str
    vendor: str
    before: object
    after: object
    detail: object
    run_id: int | None
    operation_id: int | None
    actor: str


class Wanted(TypedDict, total=False):
    """Which rows are wanted; what is left out, or None, excludes none.

    Attributes:
        document: its name, the key on either side, or the purchase that it belongs to.
        vendor: GP's vendor id.
        run: the number of a run.
        since, until: ISO texts in UTC, the end not included; a date alone is its first moment.
        newest: only so many, the newest.
    """

    document: str | None
    vendor: str | None
    flow: str | None
    run: int | None
    outcome: str | None
    since: str | None
    until: str | None
    newest: int | None


class Audit:
    """The audit of one connection."""

    def __init__(self, database: Database, connection_id: int) -> None:
        self._database = database
        self._connection_id = connection_id

    def append(self, at: str, sent: Sent, **fact: Unpack[Fact]) -> None:
        """Add a row to the chain."""
        with self._database.transaction() as db:
            mine = AUDIT_HEAD.c.connection_id == self._connection_id
            seq, previous = self.head() or (0, FIRST)
            row = AuditRow(
                seq=seq + 1,
                at=at,
                actor=fact.get("actor", SYSTEM),
                run_id=fact.get("run_id"),
                operation_id=fact.get("operation_id"),
                flow=fact["flow"],
                action=fact["action"],
                outcome=fact["outcome"],
                document=fact["document"],
                gp_key=fact.get("gp_key", ""),
                cin7_id=fact.get("cin7_id", ""),
                before=_text(fact.get("before")),
                after=_text(fact.get("after")),
                detail=_text(fact.get("detail")),
                previous_hash=previous,
                hash="",
                vendor=fact.get("vendor", ""),
                attempt=sent.attempt,
                request=sent.request,
                response=sent.response,
            )
            hashed = row.computed_hash()
            db.execute(AUDIT.insert().values({**asdict(row), "hash": hashed, "connection_id": self._connection_id}))
            if seq:
                db.execute(AUDIT_HEAD.update().where(mine).values(seq=row.seq, hash=hashed))
            else:
                db.execute(AUDIT_HEAD.insert().values(connection_id=self._connection_id, seq=row.seq, hash=hashed))

    def rows(self, **wanted: Unpack[Wanted]) -> list[AuditRow]:
        """Give the rows that are wanted, the newest of them, in order."""
        conditions = [AUDIT.c.connection_id == self._connection_id]
        if document := wanted.get("document"):
            names = (AUDIT.c[name] == document for name in ("document", "gp_key", "cin7_id"))
            conditions.append(sa.or_(*names, AUDIT.c.cin7_id.startswith(f"{document}/", autoescape=True)))
        if vendor := wanted.get("vendor"):
            conditions.append(self._about(vendor))
        for name, column in (("flow", AUDIT.c.flow), ("run", AUDIT.c.run_id), ("outcome", AUDIT.c.outcome)):
            if (value := wanted.get(name)) is not None:
                conditions.append(column == value)
        if since := wanted.get("since"):
            conditions.append(AUDIT.c.at >= since)
        if until := wanted.get("until"):
            conditions.append(AUDIT.c.at < until)
        query = sa.select(AUDIT).where(*conditions).order_by(AUDIT.c.seq.desc()).limit(wanted.get("newest"))
        return self._read(query)[::-1]

    def _about(self, vendor: str) -> sa.ColumnElement[bool]:
        """Find the vendor itself, its documents, and what was done to those before anybody knew whose they are."""
        mine = AUDIT.c.connection_id == self._connection_id
        documents = sa.select(AUDIT.c.cin7_id).where(mine, AUDIT.c.vendor == vendor, AUDIT.c.cin7_id != "")
        itself = sa.and_(AUDIT.c.flow == "vendors", AUDIT.c.gp_key == vendor)
        return sa.or_(itself, AUDIT.c.vendor == vendor, AUDIT.c.cin7_id.in_(documents))

    def broken_at(self, anchor: Anchor | None = None) -> Break | None:
        """Walk the chain and tell where it breaks first, or no longer holds the row that was anchored."""
        return first_break(self._walk(), self.head(), anchor)

    def anchor(self, at: str, name: str) -> Anchor:
        """Give the head of the chain, to be kept elsewhere."""
        with self._database.transaction() as db:
            mine = AUDIT.c.connection_id == self._connection_id
            count = db.execute(sa.select(sa.func.count()).select_from(AUDIT).where(mine)).scalar_one()
            seq, hashed = self.head() or (0, FIRST)
        return Anchor(connection=name, at=at, seq=seq, count=count, hash=hashed)

    def head(self) -> tuple[int, str] | None:
        """Give number and hash of the last row."""
        query = sa.select(AUDIT_HEAD).where(AUDIT_HEAD.c.connection_id == self._connection_id)
        with self._database.transaction() as db:
            row = db.execute(query).one_or_none()
        return (row.seq, row.hash) if row else None

    def _read(self, query: sa.Select[tuple[object, ...]]) -> list[AuditRow]:
        with self._database.transaction() as db:
            rows = db.execute(query).all()
        return [AuditRow(**{name: getattr(row, name) for name in _FIELDS}) for row in rows]

    def _walk(self) -> Iterator[AuditRow]:
        after = 0
        while True:
            query = (
                sa.select(AUDIT)
                .where(AUDIT.c.connection_id == self._connection_id, AUDIT.c.seq > after)
                .order_by(AUDIT.c.seq)
                .limit(1000)
            )
            found = self._read(query)
            if not found:
                return
            yield from found
            after = found[-1].seq


def _text(value: object) -> str:
    return "" if value is None else json.dumps(redacted(value), sort_keys=True, ensure_ascii=False)
