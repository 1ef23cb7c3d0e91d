"""More values than memory should hold, on disk: a list, a mapping, and groups. They are gone with the object.

Each is a temporary SQLite database of its own, a file without a name that only this process can open. It lies where
`SQLITE_TMPDIR` or `TMPDIR` says.
"""

from __future__ import annotations

import pickle
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import ClassVar, Final, Generic, TypeVar, cast, overload

from gp_cin7_bridge.errors import StateError

V = TypeVar("V")

# So many values are held or read at once; no more are worth a file.
FEW: Final = 250
_PREPARE: Final = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA cache_size = -512",
    "CREATE TABLE kept (number INTEGER PRIMARY KEY, key TEXT, value BLOB NOT NULL)",
)


class _Table(Generic[V]):
    """Rows in the order in which they came, numbered from 1."""

    def __init__(self, *more: str) -> None:
        with _told():
            self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            weakref.finalize(self, self._db.close)
            for statement in (*_PREPARE, *more):
                self._db.execute(statement)

    def write(self, key: str | None, value: V, *, again: str = "") -> None:
        with _told():
            statement = f"INSERT INTO kept (key, value) VALUES (?, ?) {again}"  # noqa: S608 — `again` is ours
            self._db.execute(statement, (key, pickle.dumps(value, pickle.HIGHEST_PROTOCOL)))

    def value(self, where: str, given: str | int) -> V:
        """Give the first value there.

        Raises:
            KeyError: there is none.
        """
        for row in self._some(f"value FROM kept WHERE {where} LIMIT 1", given):
            return _value(row[0])
        raise KeyError(given)

    def values_of(self, key: str) -> Iterator[V]:
        return (_value(value) for (value,) in self._some("value FROM kept WHERE key = ? ORDER BY number", key))

    def has(self, key: object) -> bool:
        return isinstance(key, str) and bool(self._some("1 FROM kept WHERE key = ? LIMIT 1", key))

    def keys(self) -> Iterator[str]:
        return (str(key) for key in self._each("key"))

    def values(self) -> Iterator[V]:
        return (_value(value) for value in self._each("value"))

    def count(self, what: str = "*") -> int:
        return int(self._some(f"count({what}) FROM kept")[0][0])

    def _each(self, column: str) -> Iterator[object]:
        """Read page by page, so that rows may be written in between."""
        last = 0
        while page := self._some(f"number, {column} FROM kept WHERE number > ? ORDER BY number LIMIT {FEW}", last):
            yield from (value for _, value in page)
            last = page[-1][0]

    def _some(self, what: str, *given: str | int) -> list[tuple[int, ...]]:
        with _told():
            return self._db.execute(f"SELECT {what}", given).fetchall()


class Kept(Sequence[V]):
    """A list on disk, to which values can only be added."""

    def __init__(self, values: Iterable[V] = ()) -> None:
        self._table: _Table[V] = _Table()
        self._count = 0
        for value in values:
            self.append(value)

    def append(self, value: V) -> None:
        self._table.write(None, value)
        self._count += 1

    @overload
    def __getitem__(self, place: int) -> V: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[V]: ...
    def __getitem__(self, place: int | slice) -> V | Sequence[V]:
        found = range(self._count)[place]
        if isinstance(found, range):
            return kept(self[each] for each in found)
        return self._table.value("number = ?", found + 1)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[V]:
        return self._table.values()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Kept, tuple)):
            return NotImplemented
        return len(self) == len(other) and all(mine == its for mine, its in zip(self, other, strict=True))

    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # as for a list

    def __reduce__(self) -> tuple[type, tuple[list[V]]]:
        """Be a tuple to those who pickle or copy it."""
        return tuple, (list(self),)


def kept(values: Iterable[V]) -> Sequence[V]:
    """Keep values: few as a tuple, many on disk; what is a list on disk already stays that."""
    if isinstance(values, Kept) and len(values) > FEW:
        return values
    rest = iter(values)
    few = tuple(islice(rest, FEW + 1))
    return few if len(few) <= FEW else Kept(chain(few, rest))


class Shelf(Mapping[str, V]):
    """A mapping on disk, in the order in which its keys came first."""

    def __init__(self, pairs: Iterable[tuple[str, V]] = ()) -> None:
        self._table: _Table[V] = _Table("CREATE UNIQUE INDEX by_key ON kept (key)")
        for key, value in pairs:
            self[key] = value

    def __setitem__(self, key: str, value: V) -> None:
        self._table.write(key, value, again="ON CONFLICT (key) DO UPDATE SET value = excluded.value")

    def __getitem__(self, key: str) -> V:
        return self._table.value("key = ?", key)

    def __contains__(self, key: object) -> bool:
        return self._table.has(key)

    def __iter__(self) -> Iterator[str]:
        return self._table.keys()

    def __len__(self) -> int:
        return self._table.count()


class Groups(Mapping[str, Sequence[V]]):
    """Values on disk by a key that several of them share, in the order in which they came."""

    def __init__(self) -> None:
        self._table: _Table[V] = _Table("CREATE INDEX by_key ON kept (key)")

    def add(self, key: str, value: V) -> None:
        self._table.write(key, value)

    def __getitem__(self, key: str) -> Sequence[V]:
        if found := tuple(self._table.values_of(key)):
            return found
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return self._table.has(key)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(self._table.keys()))

    def __len__(self) -> int:
        return self._table.count("DISTINCT key")


def _value(pickled: object) -> V:  # type: ignore[type-var]  # of whoever asks
    return cast("V", pickle.loads(cast("bytes", pickled)))  # noqa: S301 — this object wrote it, into a file of its own


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StateError(
            f"the folder of temporary files cannot be written ({error}); make room there, or name another one in the"
            " environment variable SQLITE_TMPDIR"
        ) from error
