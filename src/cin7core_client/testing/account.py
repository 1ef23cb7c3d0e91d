"""FakeCin7: one simulated account of Cin7 Core, its records, its limit, its clock and its faults."""

from __future__ import annotations

import datetime as dt
import inspect
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from cin7core_client.testing import product_suppliers, products, references, seed, suppliers
from cin7core_client.testing.clock import Clock, system_time
from cin7core_client.testing.deliveries import Deliveries, Receiver, over_http
from cin7core_client.testing.faults import FaultKind, Faults
from cin7core_client.testing.noise import Noise, Quiet
from cin7core_client.testing.people import People
from cin7core_client.testing.purchases.making import composed
from cin7core_client.testing.purchases.states import SIMPLE
from cin7core_client.testing.purchases.store import save
from cin7core_client.testing.records import Record, stable_id, stamped
from cin7core_client.testing.switches import Switches, turn
from cin7core_client.testing.tables import opened
from cin7core_client.testing.throttle import LimitStyle, Throttle, Window
from cin7core_client.testing.transport import InProcessTransport

DEFAULT_ACCOUNT_ID = "0a1b2c3d-0000-4000-8000-00000000c170"
DEFAULT_APPLICATION_KEY = "cin7-sandbox-key"


@frozen
class LoggedRequest:
    """One row of request_log; `at` in epoch seconds, `status` 0 where the request was lost."""

    at: float
    method: str
    path: str
    status: int
    principal: str
    connection: str


class FakeCin7:
    """A simulated Cin7 Core account in SQLite.

    Args:
        path: the database file; None keeps it in memory.
        account_id, application_key: the keys that callers must send; `application_keys` takes more.
        calls, per: the limit of each key; the real one is 60 in 60 seconds.
        style: how a refusal for the rate looks.
        window: how calls are counted.
        seed: "demo" fills a new account with a few records, "empty" leaves it with its reference books only.
        clock: tells the time that the service stamps on records; `advance` moves it forward.
        switches: what nobody outside knows, and what each account sets for itself.
        noise: whether answers and deliveries are as untidy as real ones; a number seeds it.
        receiver: what takes webhook deliveries; by default they are posted over HTTP.
        simple_shell: the switch of that name.

    Raises:
        ValueError: there is no such seed, or another version of the simulator made the file.

    Ids follow from names, so that runs can be repeated to the letter. `add_...` loads records without checks and
    without events, `people` acts as people do, `transport()` connects a client.
    """

    def __init__(
        self,
        *,
        path: str | Path | None = None,
        account_id: str = DEFAULT_ACCOUNT_ID,
        application_key: str = DEFAULT_APPLICATION_KEY,
        calls: int = 60,
        per: float = 60,
        style: LimitStyle = "429_text",
        window: Window = "sliding",
        seed: str = "demo",
        clock: Callable[[], dt.datetime] = system_time,
        switches: Switches | None = None,
        noise: bool | int = False,
        receiver: Receiver = over_http,
        simple_shell: bool = False,
    ) -> None:
        self.account_id = account_id
        self.application_key = application_key
        self.application_keys: set[str] = {application_key}
        self.throttle: Throttle = Throttle(calls, per, style, window)
        self.faults: Faults = Faults()
        self.switches: Switches = switches or Switches()
        self.switches.simple_shell |= simple_shell
        self.noise: Quiet | Noise = Quiet() if noise is False else Noise(int(noise))
        self.people: People = People(self)
        self.deliveries: Deliveries = Deliveries(self, receiver)
        self._lock = threading.RLock()
        self._depth = 0
        self.db: sqlite3.Connection = opened(path)
        self.clock: Clock = Clock(clock, dt.timedelta(seconds=float(self._fact("clock ahead") or 0)))
        self._fill(seed)

    def _fill(self, kind: str) -> None:
        if kind not in ("demo", "empty"):
            raise ValueError(f"there is no seed {kind!r}; use demo or empty")
        with self.transaction() as db:
            if not db.execute("SELECT 1 FROM reference").fetchone():
                seed.set_up(db)
                if kind == "demo":
                    seed.demo(self)

    def _fact(self, name: str) -> str:
        rows = self.sql("SELECT value FROM facts WHERE name = ?", (name,))
        return str(rows[0]["value"]) if rows else ""

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the account for one change: all of it or nothing; changes may stand inside each other."""
        with self._lock:
            level = self._depth
            self.db.execute(f"SAVEPOINT level{level}" if level else "BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield self.db
            except BaseException:
                self.db.execute(f"ROLLBACK TO level{level}" if level else "ROLLBACK")
                if level:
                    self.db.execute(f"RELEASE level{level}")
                raise
            else:
                self.db.execute(f"RELEASE level{level}" if level else "COMMIT")
            finally:
                self._depth = level

    loading = transaction

    def sql(self, query: str, parameters: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """Run a query on the account's tables."""
        with self._lock:
            return self.db.execute(query, parameters).fetchall()

    def write(self, statement: str, *parameters: object) -> None:
        """Run one statement that changes the account's tables."""
        with self.transaction() as db:
            db.execute(statement, parameters)

    def stamp(self) -> str:
        """Give the moment as the service writes it."""
        return stamped(self.clock())

    def advance(self, seconds: float) -> None:
        """Move the clock forward; webhook deliveries that fall due on the way are attempted, each at its moment.

        Raises:
            ValueError: time does not go back.
        """
        if seconds < 0:
            raise ValueError("time only goes forward")
        until = self.clock.timestamp() + seconds
        self.deliveries.run(until)
        self.clock.move_to(until)
        self.write("INSERT OR REPLACE INTO facts VALUES ('clock ahead', ?)", str(self.clock.ahead.total_seconds()))

    @property
    def simple_shell(self) -> bool:
        """Whether `/advanced-purchase` answers an empty shell for simple purchases."""
        return self.switches.simple_shell

    @simple_shell.setter
    def simple_shell(self, wanted: bool) -> None:
        self.switches.simple_shell = wanted

    @property
    def bank(self) -> str:
        """The code of the account that people pay from."""
        return seed.BANK

    @staticmethod
    def supplier_id(name: str) -> str:
        """Give the id that a supplier of this name gets."""
        return stable_id("supplier", name)

    @staticmethod
    def product_id(sku: str) -> str:
        """Give the id that a product of this SKU gets."""
        return stable_id("product", sku)

    def add_reference(self, path: str, **fields: object) -> Record:
        """Add a row to a reference book, such as "ref/category"."""
        with self.transaction() as db:
            return references.write(db, references.BOOKS[path], dict(fields))

    def add_supplier(self, name: str, **fields: object) -> Record:
        """Add a supplier; fields have the wire's names."""
        with self.transaction():
            return suppliers.write(self, {"Name": name, **seed.SUPPLIER, **fields}, new=True)

    def add_product(self, sku: str, name: str, **fields: object) -> Record:
        """Add a product; fields have the wire's names."""
        with self.transaction():
            return products.write(self, {"SKU": sku, "Name": name, **seed.PRODUCT, **fields}, new=True)

    def add_product_supplier(self, sku: str, supplier: str, **fields: object) -> Record:
        """Say that a supplier delivers a product; fields have the wire's names, such as Cost."""
        ids = {"ProductID": self.product_id(sku), "SupplierID": self.supplier_id(supplier)}
        with self.transaction() as db:
            return product_suppliers.link(db, {**ids, **fields}, new=True)

    def add_purchase(
        self,
        order_number: str,
        supplier: str,
        *,
        type: str = SIMPLE,
        approach: str = "INVOICE",
        currency: str | None = None,
        rate: object = 1,
        order: Mapping[str, object] | None = None,
        invoices: Sequence[Mapping[str, object]] = (),
        receipts: Sequence[Mapping[str, object]] = (),
        put_aways: Sequence[Mapping[str, object]] = (),
        credit_notes: Sequence[Mapping[str, object]] = (),
        journals: Sequence[Mapping[str, object]] = (),
        updated: str | None = None,
        **header: object,
    ) -> str:
        """Add a purchase in a given state and give its id.

        Args:
            order_number: its number, by which lists are sorted.
            supplier: the supplier's name; the supplier itself need not be there yet.
            type: "Simple Purchase", "Advanced Purchase" or "Service Purchase".
            approach: "INVOICE" or "STOCK" first.
            currency: the supplier's; default the account's own.
            rate: base units per supplier unit.
            order: the order, with the wire's names and its Status.
            invoices: the invoices, likewise.
            receipts: the stock receipts, likewise.
            put_aways: the put-aways of an advanced purchase, likewise.
            credit_notes: the credit notes, likewise.
            journals: the manual journals, likewise.
            updated: the stamp of the last change.
            header: more header fields with the wire's names.
        """
        purchase_id = stable_id("purchase", order_number)
        fields: Record = {
            "OrderNumber": order_number,
            "Supplier": supplier,
            "SupplierID": self.supplier_id(supplier),
            "Approach": approach,
            "BaseCurrency": seed.BASE_CURRENCY,
            "SupplierCurrency": currency or seed.BASE_CURRENCY,
            "CurrencyRate": rate,
            **seed.PURCHASE,
            **header,
        }
        purchase = composed(
            purchase_id,
            fields,
            type_=type,
            order=dict(order) if order else None,
            invoices=[dict(each) for each in invoices],
            receipts=[dict(each) for each in receipts],
            put_aways=[dict(each) for each in put_aways],
            credit_notes=[dict(each) for each in credit_notes],
            journals=[dict(each) for each in journals],
        )
        with self.transaction():
            save(self, purchase, updated=updated)
        return purchase_id

    def do(self, action: str, **facts: object) -> object:
        """Do what `/_sim` is told: fail_next, advance, switch, or any act of `people`.

        Raises:
            ValueError: there is no such action, or it wants other facts.
            Refused: what it is about is not there.
        """
        acts: dict[str, Callable[..., object]] = {
            "fail_next": self.fail_next,
            "advance": self.advance,
            "switch": self.switch,
        }
        if not action.startswith("_"):
            acts |= {action: getattr(self.people, action)} if hasattr(People, action) else {}
        if action not in acts:
            known = [*acts, *(name for name in vars(People) if not name.startswith("_"))]
            raise ValueError(f"nobody can do {action!r}; use {', '.join(known)}")
        act = acts[action]
        try:
            inspect.signature(act).bind(**facts)
        except TypeError as error:
            raise ValueError(f"{action} wants {inspect.signature(act)}: {error}") from None
        return act(**facts)

    def switch(self, **switches: object) -> None:
        """Set switches, and `style` or `window` of the limit, while it runs.

        Raises:
            ValueError: there is no such switch, or it has no such position.
        """
        for name, value in switches.items():
            owner = self.throttle if name in ("style", "window") else self.switches
            turn(owner, name, value)

    def fail_next(
        self,
        kind: FaultKind = "lost_answer",
        *,
        match: str = "",
        times: int = 1,
        status: int = 500,
        seconds: float = 1.0,
    ) -> None:
        """Let the next calls that fit go wrong; `match` is searched in "METHOD /path"."""
        self.faults.plan(kind, match=match, times=times, status=status, seconds=seconds)

    @property
    def requests(self) -> list[LoggedRequest]:
        """Every call that reached this account."""
        return [LoggedRequest(*row) for row in self.sql("SELECT * FROM request_log ORDER BY rowid")]

    def log(self, method: str, path: str, status: int, principal: str, connection: str) -> None:
        """Note a call."""
        at = self.clock.timestamp()
        self.write("INSERT INTO request_log VALUES (?, ?, ?, ?, ?, ?)", at, method, path, status, principal, connection)

    def transport(self) -> InProcessTransport:
        """Give an httpx transport, sync and async, that answers in this process."""
        return InProcessTransport(self)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self.db.close()
