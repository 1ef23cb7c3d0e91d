"""Vouchers that GP has paid become payments on their purchases in Cin7 Core, so that buyers see what is paid.

A voucher in GP's history that is not voided is paid. GP's services tell neither when nor in which parts, so a payment
is whole, and its date is the day on which it was first seen.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator
from typing import Final

from attrs import evolve, frozen

from cin7core_client import Purchase, PurchaseInvoice, PurchasePayment
from dynamicsgp_client import DocumentType, PayablesDocument
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.changes import as_fields, content_hash
from gp_cin7_bridge.flows.purchases import Bill, bills_of, purchase_of, read_purchase
from gp_cin7_bridge.flows.windows import window
from gp_cin7_bridge.mapping.rounding import rounded
from gp_cin7_bridge.plan import Action, Plan, Verb, verb_against
from gp_cin7_bridge.progress import Progress, Watcher
from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.state import Link

STREAM: Final = "gp.payments"
PAID: Final = "HISTORY"
# Cin7 Core keeps two decimals of a payment.
DECIMALS: Final = 2


def plan_payments(bridge: Bridge, watch: Watcher, only: Collection[str] | None = None) -> Plan:
    """Decide what is to be recorded as paid; writes nothing.

    Args:
        bridge: the open connection.
        watch: is told how far it is.
        only: look at these voucher numbers alone, and at what changed not at all.
    """
    if not bridge.settings.payments.on:
        held = [record.record_key for record in bridge.state.held("payments")]
        return Plan(flow="payments", actions=tuple(map(_gone, held if only is None else only)))
    waiting = [record.record_key for record in bridge.state.held("payments")] if only is None else list(only)
    cursors: dict[str, str] = {}
    vouchers: dict[str, PayablesDocument] = {}
    if only is None:
        reading = window(STREAM, bridge.state.cursor, bridge.settings.changes, bridge.clock())
        listed = bridge.gp.payables.list(modified_since=reading.since)
        seen: list[dt.date] = []
        for done, each in enumerate(listed, start=1):
            watch(Progress("payments", "reading GP", done))
            seen += [each.modified_date] if each.modified_date else []
            if is_paid(each):
                vouchers[each.voucher_number] = each
        cursors = reading.cursors(seen)
    actions = list(_decided(bridge, vouchers, waiting))
    return Plan(flow="payments", actions=tuple(actions), cursors=cursors)


def is_paid(voucher: PayablesDocument) -> bool:
    """Tell whether GP has paid an invoice: it stands in history, and nobody voided it."""
    invoice = voucher.document_type == DocumentType.INVOICE
    return invoice and not voucher.voided and (voucher.transaction_state or "").upper() == PAID


def _decided(bridge: Bridge, vouchers: dict[str, PayablesDocument], waiting: list[str]) -> Iterator[Action]:
    recorded = {link.gp_key for link in bridge.state.links("payment")}
    bills = {link.gp_key: link for link in bridge.state.links("bill")}
    back = {link.details.get("takes_back") for link in bills.values()}
    recorder: _Recorder | None = None
    for number in dict.fromkeys([*vouchers, *waiting]):
        link = bills.get(number) if number not in back else None
        voucher = vouchers.get(number) or (bridge.gp.payables.find(number) if link else None)
        if link is None or voucher is None or not is_paid(voucher) or "/invoice/" not in link.cin7_id:
            if number in waiting:
                yield _gone(number)
        elif number in recorded:
            yield _skip(voucher, reason("unchanged"))
        else:
            recorder = recorder or _Recorder.read(bridge)
            yield recorder.action(link, voucher)


@frozen
class _Recorder:
    """Makes payments of paid vouchers.

    Attributes:
        day: the day on which they are seen.
        locked: up to which day Cin7 Core's books are locked.
        problem: why nothing can be recorded at all.
    """

    bridge: Bridge
    day: dt.date
    locked: dt.date | None
    problem: Reason | None

    @classmethod
    def read(cls, bridge: Bridge) -> _Recorder:
        """Ask Cin7 Core how far its books are locked."""
        settings = bridge.settings.payments
        told = bridge.cin7.me.get().lock_date
        day = bridge.clock().astimezone().date()
        locked = settings.lock_date or read_day(told)
        unreadable = bool(told and not locked)
        return cls(bridge, day, locked, reason("lock_date_unreadable", told=told) if unreadable else None)

    def action(self, link: Link, voucher: PayablesDocument) -> Action:
        """Give what is to be recorded for a voucher."""
        if self.problem:
            return _held(voucher, self.problem)
        if self.locked and self.day <= self.locked:
            return _held(voucher, reason("books_locked", date=self.day, locked=self.locked))
        found = read_purchase(self.bridge, purchase_of(link.cin7_id))
        if isinstance(found, Exception):
            return _held(voucher, reason("unreadable", system="Cin7 Core", error=str(found).rstrip(".")))
        bill = next((each for each in bills_of(found) if each.source_id == link.cin7_id), None) if found else None
        if found is None or bill is None or not bill.payable or not isinstance(bill.part, PurchaseInvoice):
            status = str(bill.part.status) if bill else "gone"
            return _held(voucher, reason("paid_not_owed", voucher=voucher.voucher_number, status=status))
        return self._payment(found, bill, bill.part, voucher)

    def _payment(self, purchase: Purchase, bill: Bill, invoice: PurchaseInvoice, voucher: PayablesDocument) -> Action:
        amount = rounded(voucher.document_amount - invoice.paid, DECIMALS)
        if amount <= 0:
            return _skip(voucher, reason("paid_already", paid=invoice.paid))
        payment = PurchasePayment(
            purchase_id=purchase.purchase_id,
            task_id=bill.task_id,
            type="Payment",
            reference=reference_of(voucher.voucher_number),
            amount=amount,
            date_paid=self.day,
            account=self.bridge.settings.payments.account,
            currency_rate=invoice.currency_rate or purchase.currency_rate or 1,
        )
        return Action(
            flow="payments",
            verb=Verb.CREATE,
            document=bill.document,
            key=reference_of(voucher.voucher_number),
            source_id=voucher.voucher_number,
            vendor=voucher.vendor_id,
            source_hash=_hash(voucher),
            content_hash=_hash(voucher),
            payload=payment,
            after=as_fields(payment),
            summary=f"payment of {amount} on {purchase.order_number}, dated {self.day}",
        )


def reference_of(voucher_number: str) -> str:
    """Give the reference under which a payment lies in Cin7 Core."""
    return f"GP {voucher_number}"


def read_day(text: str | None) -> dt.date | None:
    """Read a date that begins as ISO dates do; None for none and for any other form, whose order nobody can tell."""
    found = re.match(r"\d{4}-\d{2}-\d{2}", (text or "").strip())
    try:
        return dt.date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def _hash(voucher: PayablesDocument) -> str:
    """Hash what a payment depends on."""
    kept = voucher.replace(modified_date=None, batch_id=None)
    return content_hash(kept)


def _held(voucher: PayablesDocument, why: Reason) -> Action:
    return evolve(_skip(voucher, why), verb=verb_against((why,)))


def _skip(voucher: PayablesDocument, why: Reason) -> Action:
    return Action(
        flow="payments",
        verb=Verb.SKIP,
        document=voucher.document_number or voucher.voucher_number,
        key=reference_of(voucher.voucher_number),
        source_id=voucher.voucher_number,
        vendor=voucher.vendor_id,
        source_hash=_hash(voucher),
        reasons=(why,),
    )


def _gone(voucher_number: str) -> Action:
    why = reason("source_gone", system="GP")
    return Action(
        flow="payments", verb=Verb.SKIP, document=voucher_number, key="", source_id=voucher_number, reasons=(why,)
    )
