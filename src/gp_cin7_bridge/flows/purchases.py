"""What Cin7 Core has that is, was or may become a bill: the invoices and credit notes of its purchases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal

from attrs import evolve, frozen

from cin7core_client import (
    Cin7Error,
    DecodeError,
    NotFoundError,
    Purchase,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseSummary,
    ServerError,
    ValidationError,
)
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.mapping.bills.parts import financial_hash
from gp_cin7_bridge.mapping.voucher_number import Kind
from gp_cin7_bridge.plan import Action
from gp_cin7_bridge.progress import Progress, Watcher
from gp_cin7_bridge.reasons import Reason, reason

PAYABLE_STATES = ("AUTHORISED", "PAID")
ABSENT = ("NOT AVAILABLE", "")
# The queue's key of a purchase that cannot be read at all.
WHOLE = "/purchase"
REVERSALS: Final[Mapping[str, Kind]] = MappingProxyType({"invoice": "reversal", "credit": "credit reversal"})


@frozen
class Bill:
    """One invoice or credit note of a purchase.

    `source_id` is its identity: purchase ID, kind and TaskID, which stay when numbers and dates change.
    """

    purchase: Purchase
    part: PurchaseInvoice | PurchaseCreditNote
    kind: Literal["invoice", "credit"]

    @property
    def task_id(self) -> str:
        return self.part.task_id or self.purchase.purchase_id

    @property
    def source_id(self) -> str:
        return f"{self.purchase.purchase_id}/{self.kind}/{self.task_id}"

    @property
    def source_hash(self) -> str:
        return financial_hash(self.purchase, self.part)

    @property
    def document(self) -> str:
        number = self.part.invoice_number if isinstance(self.part, PurchaseInvoice) else self.part.credit_note_number
        return number or f"{self.purchase.order_number or self.purchase.purchase_id} ({self.kind})"

    @property
    def date(self) -> dt.date | None:
        return self.part.invoice_date if isinstance(self.part, PurchaseInvoice) else self.part.credit_note_date

    @property
    def payable(self) -> bool:
        return str(self.part.status).upper() in PAYABLE_STATES


def by_identity(purchases: Iterable[Purchase]) -> dict[str, list[Bill]]:
    """Give the bills under each identity: one, unless Cin7 Core gave several documents the same task.

    A draft or a voided document stands back behind one that is to be paid.
    """
    found: dict[str, list[Bill]] = {}
    for purchase in purchases:
        for bill in bills_of(purchase):
            found.setdefault(bill.source_id, []).append(bill)
    return {key: [each for each in bills if each.payable] or bills[:1] for key, bills in found.items()}


def too_early(bill: Bill, first_day: dt.date | None) -> Reason | None:
    """Tell why a bill is older than what is carried; None when it is not."""
    if first_day and bill.date and bill.date < first_day:
        return reason("before_first_day", date=bill.date, first_day=first_day)
    return None


def of_approach(purchase: Purchase, approach: str | None) -> bool:
    """Tell whether the bills of a purchase are carried, by its approach; None takes every one."""
    return approach is None or str(purchase.approach).upper() == approach


def with_vendors(bridge: Bridge, actions: Iterable[Action], purchases: Iterable[Purchase]) -> Iterator[Action]:
    """Name in each action the GP vendor of its purchase, where the supplier is linked to one."""
    suppliers = {each.purchase_id: each.supplier_id for each in purchases}
    links = {each: bridge.state.link("vendor", cin7_id=each) for each in set(suppliers.values()) if each}
    for action in actions:
        link = links.get(suppliers.get(purchase_of(action.source_id)) or "")
        yield evolve(action, vendor=link.gp_key if link else "")


def purchase_of(source_id: str) -> str:
    """Give the purchase that a source id belongs to."""
    return source_id.partition("/")[0]


def reversal_kind(kind: str) -> Kind:
    """Give the kind of what takes an invoice or a credit note back."""
    return REVERSALS[kind]


def reversal_id(source_id: str, revision: int) -> str:
    """Give the identity of what takes a bill's voucher back, before the bill is sent again as that revision."""
    purchase_id, kind, task_id = source_id.split("/")[:3]
    return f"{purchase_id}/{reversal_kind(kind)}/{task_id}/{revision}"


def is_reversal(source_id: str) -> bool:
    """Tell whether a source id is that of a reversal."""
    return bill_of(source_id) != source_id


def bill_of(source_id: str) -> str:
    """Give the source id of the bill: its own, or that of the bill which a reversal takes back."""
    purchase_id, kind, *rest = source_id.split("/")
    reversed_kinds = {back: each for each, back in REVERSALS.items()}
    return f"{purchase_id}/{reversed_kinds[kind]}/{rest[0]}" if kind in reversed_kinds else source_id


def listed_rows(bridge: Bridge, since: dt.datetime | None = None) -> Iterator[PurchaseSummary]:
    """List purchases, and then the stand-alone credit notes, which only the list of credit notes has."""
    seen = set()
    for row in bridge.cin7.purchases.list(updated_since=since):
        seen.add(row.purchase_id)
        yield row
    for row in bridge.cin7.purchase_credit_notes.list(updated_since=since):
        if row.purchase_id not in seen:
            yield row


def changed_rows(bridge: Bridge, since: dt.datetime | None) -> dict[str, PurchaseSummary]:
    """Give the rows of purchases that changed since a moment, by id."""
    return {row.purchase_id: row for row in listed_rows(bridge, since)}


def every_bill(bridge: Bridge, watch: Watcher) -> Iterator[Bill]:
    """Read every purchase that may ever have held a bill, and give what there is, in whatever status."""
    rows = [row for row in listed_rows(bridge) if may_hold_bills(row)]
    for done, row in enumerate(rows, start=1):
        watch(Progress("bills", "reading Cin7 Core", done, len(rows)))
        found = read_purchase(bridge, row.purchase_id)
        if isinstance(found, Purchase):
            yield from bills_of(found)


def read_purchase(bridge: Bridge, purchase_id: str) -> Purchase | Cin7Error | None:
    """Read a purchase; one that cannot be read is no reason to leave the others."""
    try:
        return bridge.cin7.purchases.get(purchase_id)
    except NotFoundError:
        return None
    except (DecodeError, ServerError, ValidationError) as error:
        bridge.cin7.me.get()  # raises when it is not this purchase but the whole service
        return error


def may_hold_bills(row: PurchaseSummary) -> bool:
    """Judge by status, whatever the approach; a row shows one invoice of many, so the combined status counts too."""
    states = {str(row.invoice_status).upper(), str(row.credit_note_status).upper()}
    combined = str(row.combined_invoice_status).upper()
    return bool(states & set(PAYABLE_STATES)) or combined not in ("NOT INVOICED", "NOT AVAILABLE", "NONE", "")


def bills_of(purchase: Purchase) -> Iterator[Bill]:
    """Give what exists; a part that is not there yet stands as a placeholder."""
    for invoice in purchase.invoices:
        if invoice.status not in ABSENT:
            yield Bill(purchase, invoice, "invoice")
    for credit_note in purchase.credit_notes:
        if credit_note.status not in ABSENT:
            yield Bill(purchase, credit_note, "credit")
