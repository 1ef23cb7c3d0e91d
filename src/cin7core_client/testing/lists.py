"""Lists in the service's envelope: counted and skipped in indexes, bodies read for one page only."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import define, field

from cin7core_client.testing.call import Call
from cin7core_client.testing.records import Record, Written, dumped, moment, record_from

LAST: str = "\U0010ffff"


@define
class Selection:
    """The tests of one list, joined by AND."""

    tests: list[str] = field(factory=lambda: ["1"])
    values: list[object] = field(factory=list)

    def add(self, test: str, *values: object) -> None:
        """Add a test with its values."""
        self.tests.append(test)
        self.values += values

    def equals(self, column: str, value: str) -> None:
        """Want a value, if one is given."""
        if value:
            self.add(f"{column} = ?", value)

    def starts(self, column: str, value: str) -> None:
        """Want a beginning, if one is given; the column's index finds it."""
        if value:
            self.add(f"{column} >= ? AND {column} < ?", value, value + LAST)

    def contains(self, column: str, value: str) -> None:
        """Want a part, if one is given."""
        if value:
            self.add(f"instr(lower({column}), lower(?)) > 0", value)

    def since(self, call: Call, column: str, value: str) -> None:
        """Want what changed since a moment, if one is given."""
        if value:
            self.add(f"{column} {'>=' if call.switches.since == 'inclusive' else '>'} ?", moment(value))

    def until(self, column: str, value: str) -> None:
        """Want what changed until a moment, if one is given."""
        if value:
            self.add(f"{column} <= ?", moment(value))

    @property
    def where(self) -> str:
        """The condition in SQL."""
        return " AND ".join(self.tests)


def listed(
    call: Call,
    list_key: str,
    table: str,
    selection: Selection,
    *,
    column: str = "body",
    order: str = "position",
    show: Callable[[Record], Record] | None = None,
) -> Written:
    """List what a selection finds in a table."""
    page, limit = call.page()
    where = f"FROM {table} WHERE {selection.where}"
    total = call.db.execute(f"SELECT count(*) {where}", selection.values).fetchone()[0]
    rows = call.db.execute(
        f"SELECT {column} FROM (SELECT position, {order} AS place {where} ORDER BY {order} LIMIT ? OFFSET ?)"
        f" JOIN {table} USING (position) ORDER BY place",
        (*selection.values, limit, (page - 1) * limit),
    )
    texts = (row[0] for row in rows)
    return envelope(list_key, page, total, texts if show is None else (dumped(show(record_from(t))) for t in texts))


def listed_rows(call: Call, list_key: str, rows: list[Record]) -> Written:
    """List rows that are at hand."""
    page, limit = call.page()
    return envelope(list_key, page, len(rows), map(dumped, rows[(page - 1) * limit : page * limit]))


def one(list_key: str, record: Record) -> Written:
    """Give one written record in the envelope of its list."""
    return envelope(list_key, 1, 1, [dumped(record)])


def envelope(list_key: str, page: int, total: int, rows: Iterable[str]) -> Written:
    """Put JSON texts of rows into an envelope."""
    return Written(f'{{"Total": {total}, "Page": {page}, "{list_key}": [{", ".join(rows)}]}}')
