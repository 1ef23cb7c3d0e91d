"""Orders, invoices and credit notes: when they may be written, and what writing them does."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from cin7core_client.testing import events
from cin7core_client.testing.purchases import gates
from cin7core_client.testing.purchases.effects import arrived
from cin7core_client.testing.purchases.lines import priced
from cin7core_client.testing.purchases.making import new_task
from cin7core_client.testing.purchases.states import AUTHORISED, DONE, SIMPLE, VOIDED
from cin7core_client.testing.purchases.store import save
from cin7core_client.testing.records import Record, amount_of, id_of, midnight, object_of, rows_of, text_of
from cin7core_client.testing.references import found
from cin7core_client.testing.refusal import Problem, Refused, missing, refuse

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7


def write_order(account: FakeCin7, purchase: Record, sent: Record) -> Record:
    """Replace the order's lines and charges; only while it is a draft.

    Raises:
        Refused: the order is authorised, or a line is not right.
    """
    gates.not_voided(purchase)
    status = gates.wanted_status(sent)
    gates.still_open(object_of(purchase, "Order"), "Order")
    order = {"Memo": text_of(sent, "Memo"), "Status": status, **priced(account, purchase, sent, invoiced=False)}
    purchase = save(account, {**purchase, "Order": order})
    if status == AUTHORISED:
        events.purchase_authorised(account, "Purchase/OrderAuthorised", purchase, purchase)
    events.purchase_updated(account, purchase)
    return purchase


def write_invoice(account: FakeCin7, purchase: Record, sent: Record) -> Record:
    """Replace the invoice of a group, or open a group with it.

    Raises:
        Refused: the order is not authorised, the invoice is, the approach wants stock first, or a line is not right.
    """
    gates.ordered(purchase)
    status = gates.wanted_status(sent)
    task_id, number = _task(purchase, sent)
    old = gates.part_of(purchase, "Invoice", task_id)
    gates.still_open(old, "Invoice")
    gates.may_invoice(purchase, task_id)
    date = text_of(sent, "InvoiceDate") or midnight(account.clock().date())
    invoice: Record = {
        "TaskID": task_id,
        "InvoicingAndReceivingNumber": number,
        "InvoiceNumber": text_of(sent, "InvoiceNumber") or text_of(old, "InvoiceNumber") or _number(purchase, number),
        "InvoiceDate": date,
        "InvoiceDueDate": text_of(sent, "InvoiceDueDate") or _due(account, purchase, date),
        "Status": status,
        "CurrencyRate": sent.get("CurrencyRate") or purchase.get("CurrencyRate"),
        "Paid": old.get("Paid", 0),
        **priced(account, purchase, sent, invoiced=True),
    }
    purchase = save(account, gates.with_part(purchase, "Invoice", invoice))
    if status == AUTHORISED:
        events.purchase_authorised(account, "Purchase/InvoiceAuthorised", purchase, invoice)
    events.purchase_updated(account, purchase)
    return purchase


def write_credit_note(account: FakeCin7, purchase: Record, sent: Record) -> Record:
    """Replace a credit note, or add one; what goes back names received lines by their cards.

    Raises:
        Refused: the invoice is not authorised, the credit note is, or a line is not right.
    """
    gates.not_voided(purchase)
    status = gates.wanted_status(sent)
    refuse(missing(sent, "CreditNoteNumber", "CreditNoteDate"))
    _credited_invoice(purchase, sent)
    task_id, number = _credit_task(purchase, sent)
    gates.still_open(gates.part_of(purchase, "CreditNote", task_id), "CreditNote")
    credit_note: Record = {
        "TaskID": task_id,
        "InvoicingAndReceivingNumber": number,
        "CreditNoteNumber": sent["CreditNoteNumber"],
        "CreditNoteDate": sent["CreditNoteDate"],
        "CreditNoteInvoiceNumber": text_of(sent, "CreditNoteInvoiceNumber"),
        "Status": status,
        **priced(account, purchase, sent, invoiced=True),
        "Unstock": _unstock(purchase, sent),
    }
    purchase = save(account, gates.with_part(purchase, "CreditNote", credit_note))
    if status == AUTHORISED:
        events.purchase_authorised(account, "Purchase/CreditNoteAuthorised", purchase, credit_note)
        events.stock_changed(account, [id_of(row, "ProductID") for row in rows_of(credit_note, "Unstock")])
    events.purchase_updated(account, purchase)
    return purchase


def _task(purchase: Record, sent: Record) -> tuple[str, int]:
    if purchase["Type"] == SIMPLE:
        return text_of(purchase, "ID"), 1
    return gates.group_of(purchase, sent)


def _credit_task(purchase: Record, sent: Record) -> tuple[str, int]:
    if purchase["Type"] == SIMPLE:
        return text_of(purchase, "ID"), 1
    wanted = id_of(sent, "TaskID")
    if not wanted or wanted == purchase["ID"]:
        return new_task(purchase, "credit")
    old = gates.part_of(purchase, "CreditNote", wanted)
    if not old:
        raise Refused((400, "Task with specified ID not found"))
    return wanted, int(text_of(old, "InvoicingAndReceivingNumber"))


def _credited_invoice(purchase: Record, sent: Record) -> None:
    number = text_of(sent, "CreditNoteInvoiceNumber")
    invoices = [row for row in rows_of(purchase, "Invoice") if not number or text_of(row, "InvoiceNumber") == number]
    if not any(row.get("Status") in DONE for row in invoices):
        raise Refused((400, "Invoice must be authorised before CreditNote"))


def _number(purchase: Record, number: int) -> str:
    """Number an invoice after its order; further ones get a stroke and their place."""
    number_of_order = text_of(purchase, "OrderNumber").removeprefix("PO-")
    return f"INV-{number_of_order}" if number == 1 else f"INV-{number_of_order}/{number}"


def _due(account: FakeCin7, purchase: Record, date: str) -> str:
    term = found(account.db, "paymentterm", text_of(purchase, "Terms")) or {}
    try:
        day = dt.date.fromisoformat(date[:10])
    except ValueError:
        raise Refused((400, "InvoiceDate is invalid")) from None
    return midnight(_due_day(day, text_of(term, "Method"), int(text_of(term, "Duration") or 0)))


def _due_day(day: dt.date, method: str, days: int) -> dt.date:
    next_month = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    if method == "day of next month":
        return next_month + dt.timedelta(days=max(0, min(days, 28) - 1))
    if method == "last day of next month":
        return (next_month + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    if method == "days since the end of the month":
        return next_month - dt.timedelta(days=1) + dt.timedelta(days=days)
    return day + dt.timedelta(days=days)


def _unstock(purchase: Record, sent: Record) -> list[Record]:
    cards = {id_of(line, "CardID"): line for _, line in arrived(purchase)}
    rows: list[Record] = []
    problems: list[Problem] = []
    for line in rows_of(sent, "Unstock"):
        card = cards.get(id_of(line, "CardID"))
        if card is None:
            problems.append((400, "CardID is invalid for 'Unstock' line"))
        elif amount_of(line, "Quantity") <= 0:
            problems.append((400, "'Quantity' must be greater than zero for 'Unstock' line"))
        else:
            shown = {name: card.get(name) for name in ("ProductID", "SKU", "Name", "Location", "BatchSN", "ExpiryDate")}
            kept = {name: line.get(name) for name in ("CardID", "Date")}
            rows.append({**kept, "Quantity": amount_of(line, "Quantity"), **shown})
    refuse(problems)
    return rows


def delete_task(account: FakeCin7, purchase: Record, part: str, task_id: str, *, void: bool) -> Record:
    """Void an invoice, a receipt or a credit note, or make it a draft again.

    Raises:
        Refused: the purchase is a simple one, or has no such task.
    """
    gates.not_simple(purchase)
    document = gates.part_of(purchase, part, task_id)
    if not document:
        raise Refused((400, "Task with specified ID not found"))
    status = VOIDED if void else "DRAFT"
    return save(account, gates.with_part(purchase, part, {**document, "Status": status}))
