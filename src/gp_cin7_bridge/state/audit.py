"""The audit of one connection: rows are appended to its chain, and found again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

import sqlalchemy as sa
from attrs import asdict, fields

from gp_cin7_bridge.state.chain import FIRST, Anchor, AuditRow, Break, first_break
from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.tables import AUDIT, AUDIT_HEAD

HIDDEN: Final = "***"
_SECRET = re.compile(
    r"tax_?id|tax_?number|txidnmbr|password|secret|token|application_?key|authorization", re.IGNORECASE
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


class Audit:
    """The audit of one connection."""

    def __init__(self, database: Database, connection_id: int) -> None:
        self._database = database
        self._connection_id = connection_id

    def append(
        self,
        at: str,
        *,
        actor: str,
        flow: str,
        action: str,
        outcome: str,
        document: str,
        gp_key: str = "",
        cin7_id: str = "",
        before: object = None,
        after: object = None,
        detail: object = None,
        run_id: int | None = None,
        operation_id: int | None = None,
    ) -> None:
        """Add a row to the chain."""
        with self._database.transaction() as db:
            mine = AUDIT_HEAD.c.connection_id == self._connection_id
            head = db.execute(sa.select(AUDIT_HEAD).where(mine)).one_or_none()
            row = AuditRow(
                seq=head.seq + 1 if head else 1,
                at=at,
                actor=actor,
                run_id=run_id,
                operation_id=operation_id,
                flow=flow,
                action=action,
                outcome=outcome,
                document=document,
                gp_key=gp_key,
                cin7_id=cin7_id,
                before=_text(before),
                after=_text(after),
                detail=_text(detail),
                previous_hash=head.hash if head else FIRST,
                hash="",
            )
            hashed = row.computed_hash()
            values = {**asdict(row), "hash": hashed, "connection_id": self._connection_id}
            db.execute(AUDIT.insert().values(values))
            if head:
                db.execute(AUDIT_HEAD.update().where(mine).values(seq=row.seq, hash=hashed))
            else:
                db.execute(AUDIT_HEAD.insert().values(connection_id=self._connection_id, seq=row.seq, hash=hashed))

    def rows(self, *, document: str | None = None, newest: int | None = None) -> list[AuditRow]:
        """Give rows in order, those of one document (by its name or either key), or the newest ones."""
        query = sa.select(AUDIT).where(AUDIT.c.connection_id == self._connection_id)
        if document is not None:
            query = query.where(sa.or_(*(AUDIT.c[name] == document for name in ("document", "gp_key", "cin7_id"))))
        query = query.order_by(AUDIT.c.seq.desc()).limit(newest)
        return self._read(query)[::-1]

    def broken_at(self, anchor: Anchor | None = None) -> Break | None:
        """Walk the chain and tell where it breaks first, or no longer holds the row that was anchored."""
        return first_break(self._walk(), self._head(), anchor)

    def anchor(self, at: str, name: str) -> Anchor:
        """Give the head of the chain, to be kept elsewhere."""
        with self._database.transaction() as db:
            mine = AUDIT.c.connection_id == self._connection_id
            count = db.execute(sa.select(sa.func.count()).select_from(AUDIT).where(mine)).scalar_one()
            seq, hashed = self._head() or (0, FIRST)
        return Anchor(connection=name, at=at, seq=seq, count=count, hash=hashed)

    def _head(self) -> tuple[int, str] | None:
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
