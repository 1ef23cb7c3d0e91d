"""FakeCin7: one simulated account of Cin7 Core, its records, its limit and its faults."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from cin7core_client.testing import masters, purchases, seed
from cin7core_client.testing.faults import FaultKind, Faults
from cin7core_client.testing.purchases import SIMPLE
from cin7core_client.testing.records import SCHEMA, Record, rows_of, stable_id, text_of
from cin7core_client.testing.references import BOOKS, add_to_book
from cin7core_client.testing.refusal import Refused
from cin7core_client.testing.throttle import LimitStyle, Throttle
from cin7core_client.testing.transport import InProcessTransport

DEFAULT_ACCOUNT_ID = "0a1b2c3d-0000-4000-8000-00000000c170"
DEFAULT_APPLICATION_KEY = "cin7-sandbox-key"


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


class FakeCin7:
    """A simulated Cin7 Core account in SQLite.

    Args:
        path: the database file; None keeps it in memory.
        account_id, application_key: the keys that callers must send.
        calls, per: the limit; the real one is 60 in 60 seconds.
        style: how a refusal looks.
        seed: "demo" fills a new account with a few records, "empty" leaves it with its reference books only.
        clock: tells the time that the service stamps on records.
        simple_shell: whether `/advanced-purchase` answers an empty shell for simple purchases, as one account did.

    Ids follow from names, so that runs can be repeated to the letter. Purchases are loaded by `add_purchase`.
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
        seed: str = "demo",
        clock: Callable[[], dt.datetime] = system_time,
        simple_shell: bool = False,
    ) -> None:
        self.account_id = account_id
        self.application_key = application_key
        self.throttle = Throttle(calls, per, style)
        self.faults = Faults()
        self.clock = clock
        self.simple_shell = simple_shell
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(
            ":memory:" if path is None else str(path), check_same_thread=False, isolation_level=None, timeout=30
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(SCHEMA)
        self._fill(seed)

    def _fill(self, kind: str) -> None:
        if kind not in ("demo", "empty"):
            raise ValueError(f"there is no seed {kind!r}; use demo or empty")
        with self.transaction() as db:
            if not db.execute("SELECT 1 FROM reference").fetchone():
                seed.set_up(db)
                if kind == "demo":
                    seed.demo(self)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the account for one change: all of it or nothing."""
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
        """Run a query on the account's tables."""
        with self._lock:
            return self._db.execute(query, parameters).fetchall()

    def stamp(self) -> str:
        """Give the moment as the service writes it."""
        now = self.clock()
        return now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03}Z"

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
            return add_to_book(db, BOOKS[path], dict(fields))

    def add_supplier(self, name: str, **fields: object) -> Record:
        """Add a supplier; fields have the wire's names."""
        defaults = {
            "Currency": seed.BASE_CURRENCY,
            "PaymentTerm": seed.TERMS[0][0],
            "TaxRule": seed.TAX_RULES[0][0],
            "AccountPayable": seed.PAYABLE,
            "Status": "Active",
            "Addresses": [],
            "Contacts": [],
        }
        with self.transaction() as db:
            return masters.write_supplier(db, {"Name": name, **defaults, **fields}, self.stamp(), new=True)

    def add_product(self, sku: str, name: str, **fields: object) -> Record:
        """Add a product; fields have the wire's names."""
        defaults = {
            "Category": seed.CATEGORIES[0],
            "Type": "Stock",
            "CostingMethod": "FIFO",
            "UOM": seed.UNITS[0],
            "Status": "Active",
            "PriceTier1": 0,
        }
        with self.transaction() as db:
            return masters.write_product(db, {"SKU": sku, "Name": name, **defaults, **fields}, self.stamp(), new=True)

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
        credit_notes: Sequence[Mapping[str, object]] = (),
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
            credit_notes: the credit notes, likewise.
            updated: the stamp of the last change.
            header: more header fields with the wire's names.
        """
        purchase_id = stable_id("purchase", order_number)
        fields = {
            "OrderNumber": order_number,
            "Supplier": supplier,
            "SupplierID": self.supplier_id(supplier),
            "Approach": approach,
            "BaseCurrency": seed.BASE_CURRENCY,
            "SupplierCurrency": currency or seed.BASE_CURRENCY,
            "CurrencyRate": rate,
            "TaxRule": seed.TAX_RULES[0][0],
            "TaxCalculation": "Exclusive",
            "Terms": seed.TERMS[0][0],
            "Location": seed.LOCATION,
            "InventoryAccount": seed.INVENTORY,
            **header,
        }
        purchase = purchases.composed(
            purchase_id,
            fields,
            type_=type,
            order=order,
            invoices=[dict(each) for each in invoices],
            receipts=[dict(each) for each in receipts],
            credit_notes=[dict(each) for each in credit_notes],
        )
        with self.transaction() as db:
            purchases.store(db, purchase, updated or self.stamp())
        return purchase_id

    def edit_part(self, order_number: str, changes: Record, *, part: str = "Invoice", number: int = 1) -> None:
        """Change one document of a purchase, as a person would; the purchase's stamp moves."""
        with self.transaction() as db:
            row = db.execute("SELECT id FROM purchases WHERE order_number = ?", (order_number,)).fetchone()
            purchase = purchases.find(db, row["id"] if row else "")
            rows = rows_of(purchase, part)
            if not 1 <= number <= len(rows):
                raise Refused((400, f"{order_number} has no {part} {number}"))
            rows[number - 1] = {**rows[number - 1], **changes}
            purchases.store(db, {**purchase, part: rows}, self.stamp())

    def void_purchase(self, order_number: str) -> None:
        """Void a purchase with all its parts."""
        with self.transaction() as db:
            row = db.execute("SELECT id FROM purchases WHERE order_number = ?", (order_number,)).fetchone()
            purchase = purchases.find(db, row["id"] if row else "")
            for part in purchases.PARTS:
                purchase[part] = [{**each, "Status": "VOIDED"} for each in rows_of(purchase, part)]
            purchases.store(db, {**purchase, "Status": "VOIDED"}, self.stamp())

    def do(self, action: str, **facts: object) -> None:
        """Let a person do something in Cin7 Core: edit_invoice, undo_invoice, authorise_invoice, void_purchase."""
        order_number = text_of(facts, "order_number")
        number = int(text_of(facts, "number") or "1")
        rest = {name: value for name, value in facts.items() if name not in ("order_number", "number")}
        if action == "edit_invoice":
            self.edit_part(order_number, rest, number=number)
        elif action == "undo_invoice":
            self.edit_part(order_number, {"Status": "DRAFT"}, number=number)
        elif action == "authorise_invoice":
            self.edit_part(order_number, {"Status": "AUTHORISED"}, number=number)
        elif action == "void_purchase":
            self.void_purchase(order_number)
        else:
            raise ValueError(
                f"nobody can do {action!r}; use edit_invoice, undo_invoice, authorise_invoice or void_purchase"
            )

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
        with self.transaction() as db:
            db.execute(
                "INSERT INTO request_log VALUES (?,?,?,?,?,?)",
                (self.clock().timestamp(), method, path, status, principal, connection),
            )

    def transport(self) -> InProcessTransport:
        """Give an httpx transport, sync and async, that answers in this process."""
        return InProcessTransport(self)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._db.close()
