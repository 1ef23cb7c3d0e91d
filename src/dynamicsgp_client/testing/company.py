"""FakeGP: one simulated company of GP, its tables, its rules and its faults."""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen
from requests.adapters import BaseAdapter

from dynamicsgp_client.backends.profile import SbaProfile
from dynamicsgp_client.models import Item, Vendor
from dynamicsgp_client.testing import people, seed
from dynamicsgp_client.testing.faults import FaultKind, Faults, Pace
from dynamicsgp_client.testing.rules import masters
from dynamicsgp_client.testing.tables import create_tables, insert
from dynamicsgp_client.testing.values import as_stored

DEFAULT_COMPANY = "Fabrikam, Inc."


@frozen
class LoggedRequest:
    """One row of request_log; `at` in epoch seconds."""

    at: float
    method: str
    path: str
    status: int
    principal: str
    connection: str


def system_time() -> dt.datetime:
    """Tell the time of the machine."""
    return dt.datetime.now(dt.UTC)


class FakeGP:
    """A simulated GP company over GP's own tables in SQLite.

    Args:
        company: the display name.
        path: the database file; None keeps it in memory.
        seed: "demo" fills a new database with a small distributor, "empty" leaves it with its set-up only.
        override_vouchers: whether GP keeps a voucher number that it is given.
        clock: tells the time that GP stamps on records.
        profile: the wire format that the REST door speaks.
        list_cap: rows after which the SOAP door silently cuts a list.
        strict_soap: refuse SOAP requests that do not follow the schema; .NET itself is lenient.
        latency: seconds of every answer.
        cold_start: seconds more of the first answer, and of one after a pause of twenty minutes by `clock`.
    """

    def __init__(
        self,
        company: str = DEFAULT_COMPANY,
        *,
        path: str | Path | None = None,
        seed: str = "demo",
        override_vouchers: bool | None = None,
        clock: Callable[[], dt.datetime] = system_time,
        profile: SbaProfile | None = None,
        list_cap: int = 1000,
        strict_soap: bool = True,
        latency: float = 0,
        cold_start: float = 0,
    ) -> None:
        self.company = company
        self.list_cap = list_cap
        self.strict_soap = strict_soap
        self.random: random.SystemRandom = random.SystemRandom()
        self.profile: SbaProfile = profile or SbaProfile()
        self.faults: Faults = Faults()
        self._pace = Pace(latency, cold_start)
        self.clock = clock
        self._lock = threading.RLock()
        self._db = sqlite3.connect(
            ":memory:" if path is None else str(path), check_same_thread=False, isolation_level=None, timeout=30
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._depth = 0
        with self.transaction() as db:
            create_tables(db)
        self._fill(seed)
        if override_vouchers is not None:
            with self.transaction() as db:
                db.execute("UPDATE PM40100 SET OVVCHNUM = ?", (int(override_vouchers),))

    def _fill(self, kind: str) -> None:
        with self.transaction() as db:
            if db.execute("SELECT 1 FROM SY01500").fetchone():
                return
            seed.set_up(db, self.company)
            if kind == "demo":
                seed.demo(db)
            elif kind != "empty":
                raise ValueError(f"there is no seed {kind!r}; use demo or empty")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the company's tables for one change: all of it or nothing."""
        with self._lock:
            if self._depth:
                yield self._db
                return
            self._db.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            else:
                self._db.execute("COMMIT")
            finally:
                self._depth = 0

    loading = transaction

    def sql(self, query: str, parameters: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """Run a query on GP's tables."""
        with self._lock:
            return self._db.execute(query, parameters).fetchall()

    def fail_next(
        self,
        kind: FaultKind = "lost_answer",
        *,
        match: str = "",
        times: int = 1,
        status: int = 500,
        seconds: float = 1.0,
    ) -> None:
        """Let the next calls that fit go wrong; `match` is searched in "METHOD /path", over SOAP with the operation."""
        self.faults.plan(kind, match=match, times=times, status=status, seconds=seconds)

    def delay(self) -> float:
        """Seconds that a call arriving now waits for its answer."""
        with self._lock:
            return self._pace.delay(self.clock().timestamp())

    def today(self) -> dt.date:
        """Give GP's own calendar day."""
        return self.clock().date()

    def add_vendor(self, vendor_id: str, vendor_name: str, **fields: object) -> None:
        """Add a vendor as a person would; fields are those of Vendor."""
        vendor = Vendor.model_validate({"vendor_id": vendor_id, "vendor_name": vendor_name, **fields})
        with self.transaction() as db:
            masters.create(db, "PM00200", "VENDORID", vendor, self.today())

    def add_item(self, item_number: str, item_description: str, **fields: object) -> None:
        """Add an item as a person would; fields are those of Item."""
        item = Item.model_validate({"item_number": item_number, "item_description": item_description, **fields})
        with self.transaction() as db:
            masters.create(db, "IV00101", "ITEMNMBR", item, self.today())

    def add_account(self, account_number: str, description: str, **columns: object) -> int:
        """Add a posting account; gives its index. Columns are those of GL00100."""
        with self.transaction() as db:
            return seed.add_account(db, account_number, description, **columns)

    def open_fiscal_year(self, year: int) -> None:
        """Set up a fiscal year of twelve open calendar months."""
        with self.transaction() as db:
            seed.add_fiscal_year(db, year)

    def insert(self, table: str, **columns: object) -> None:
        """Insert one row as it is."""
        with self.transaction() as db:
            insert(db, table, **columns)

    def do(self, action: str, **facts: object) -> object:
        """Let a person do something in GP: close_period, post_batch, delete_voucher, void_voucher, and so on."""
        actions: Mapping[str, Callable[..., object]] = {
            "close_period": people.close_period,
            "post_batch": people.post_batch,
            "delete_voucher": people.delete_voucher,
            "void_voucher": people.void_voucher,
            "pay_voucher": people.pay_voucher,
            "edit_voucher": people.edit_voucher,
        }
        if action not in actions:
            raise ValueError(f"nobody can do {action!r}; use {', '.join(actions)}")
        with self.transaction() as db:
            return actions[action](db, **facts)

    @property
    def requests(self) -> list[LoggedRequest]:
        """Every call that reached this company."""
        return [LoggedRequest(*row) for row in self.sql("SELECT * FROM request_log ORDER BY rowid")]

    def log(self, method: str, path: str, status: int, principal: str, connection: str) -> None:
        """Note a call."""
        with self.transaction() as db:
            db.execute(
                "INSERT INTO request_log VALUES (?,?,?,?,?,?)",
                (self.clock().timestamp(), method, path, status, principal, connection),
            )

    def adapter(self) -> BaseAdapter:
        """Give a requests adapter that answers in this process, for `DynamicsGP(transport=…)`."""
        from dynamicsgp_client.testing.in_process import InProcessAdapter

        return InProcessAdapter(self)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._db.close()

    def stamp(self) -> str:
        """Give today as GP stores it."""
        return as_stored(self.today())
