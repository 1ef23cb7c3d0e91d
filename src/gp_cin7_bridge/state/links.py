"""Which GP record and which Cin7 Core record are one thing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

import sqlalchemy as sa
from attrs import Factory, frozen

from gp_cin7_bridge.documents import read, written
from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.tables import LINK

# So many links are read at once.
PAGE: Final = 500


@frozen(kw_only=True)
class Link:
    """A GP record and the Cin7 Core record that are one thing.

    Attributes:
        gp_key: vendor id, item number or voucher number.
        cin7_id: the GUID; for a bill purchase, kind and task.
        gp_hash: of what GP's record was mapped to, when it was last carried.
        cin7_hash: of the Cin7 Core document's financial content, when it was last carried.
        details: what else was remembered when it was carried, as JSON has it.
        linked_at: when it was linked, an ISO text in UTC; the store sets it.
    """

    entity: str
    gp_key: str
    cin7_id: str
    gp_hash: str = ""
    cin7_hash: str = ""
    details: Mapping[str, object] = Factory(dict)
    linked_at: str = ""


class Links:
    """The links of one connection."""

    def __init__(self, database: Database, connection_id: int) -> None:
        self._database = database
        self._id = connection_id

    def all(self, entity: str, gp_keys: Collection[str] | None) -> list[Link]:
        """Give every link of an entity, or those of some keys."""
        query = sa.select(LINK).where(self._mine(entity))
        if gp_keys is not None:
            query = query.where(LINK.c.gp_key.in_(list(gp_keys)))
        with self._database.transaction() as db:
            return [_link(row) for row in db.execute(query)]

    def each(self, entity: str) -> Iterator[Link]:
        """Give every link of an entity by its GP key, some at a time."""
        query = sa.select(LINK).where(self._mine(entity)).order_by(LINK.c.gp_key).limit(PAGE)
        last = ""
        while True:
            with self._database.transaction() as db:
                page = [_link(row) for row in db.execute(query.where(LINK.c.gp_key > last))]
            yield from page
            if len(page) < PAGE:
                return
            last = page[-1].gp_key

    def find(self, entity: str, *, gp_key: str | None = None, cin7_id: str | None = None) -> Link | None:
        """Find one link by either side."""
        column, value = (LINK.c.gp_key, gp_key) if gp_key is not None else (LINK.c.cin7_id, cin7_id)
        with self._database.transaction() as db:
            row = db.execute(sa.select(LINK).where(self._mine(entity), column == value)).one_or_none()
        return _link(row) if row else None

    def count(self, entity: str) -> int:
        """Count the links of an entity."""
        query = sa.select(sa.func.count()).select_from(LINK).where(self._mine(entity))
        with self._database.transaction() as db:
            return int(db.execute(query).scalar_one())

    def newest(self, entity: str) -> str | None:
        """Tell when a record was linked last, as an ISO text."""
        with self._database.transaction() as db:
            newest: str | None = db.execute(sa.select(sa.func.max(LINK.c.linked_at)).where(self._mine(entity))).scalar()
            return newest

    def since(self, entity: str, moment: str) -> list[str]:
        """Tell when records were linked since a moment, as ISO texts."""
        query = sa.select(LINK.c.linked_at).where(self._mine(entity), LINK.c.linked_at > moment)
        with self._database.transaction() as db:
            return list(db.execute(query).scalars())

    def put(self, now: str, link: Link) -> None:
        """Remember a link, in place of those that either record had."""
        either = sa.or_(LINK.c.gp_key == link.gp_key, LINK.c.cin7_id == link.cin7_id)
        with self._database.transaction() as db:
            db.execute(LINK.delete().where(self._mine(link.entity), either))
            db.execute(
                LINK.insert().values(
                    connection_id=self._id,
                    entity=link.entity,
                    gp_key=link.gp_key,
                    cin7_id=link.cin7_id,
                    gp_hash=link.gp_hash,
                    cin7_hash=link.cin7_hash,
                    linked_at=now,
                    details=written(link.details),
                )
            )

    def _mine(self, entity: str) -> sa.ColumnElement[bool]:
        return sa.and_(LINK.c.connection_id == self._id, LINK.c.entity == entity)


def _link(row: sa.Row[tuple[object, ...]]) -> Link:
    details = read(row.details)
    return Link(
        entity=row.entity,
        gp_key=row.gp_key,
        cin7_id=row.cin7_id,
        gp_hash=row.gp_hash,
        cin7_hash=row.cin7_hash,
        details=details if isinstance(details, dict) else {},
        linked_at=row.linked_at,
    )
