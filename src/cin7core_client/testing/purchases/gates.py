"""What must be so before a part of a purchase may be written, and which part is meant."""

from __future__ import annotations

from typing import Final

from cin7core_client.testing.purchases.making import new_task
from cin7core_client.testing.purchases.states import (
    ADVANCED,
    AUTHORISED,
    DONE,
    DRAFT,
    OPEN,
    SERVICE,
    SIMPLE,
    VOIDED,
    order_state,
)
from cin7core_client.testing.records import Record, id_of, rows_of, text_of
from cin7core_client.testing.refusal import Refused

INVOICE_FIRST: Final = "'Invoice First' approach option set. Please authorise Invoice before StockReceived"
STOCK_FIRST: Final = "'Stock First' approach option set. Please authorise StockReceived before Invoice"


def wanted_status(sent: Record) -> str:
    """Give the status that is asked for; only two are accepted.

    Raises:
        Refused: it is another, or missing.
    """
    status = text_of(sent, "Status").upper()
    if status not in (DRAFT, AUTHORISED):
        raise Refused((400, "Status is invalid. Possible values are: DRAFT, AUTHORISED"))
    return status


def ordered(purchase: Record) -> None:
    """Pass purchases whose order is authorised.

    Raises:
        Refused: it is not, or the purchase is voided.
    """
    not_voided(purchase)
    if order_state(purchase) != AUTHORISED:
        raise Refused((400, "Purchase order must be authorised first"))


def not_voided(purchase: Record) -> None:
    """Pass purchases that live.

    Raises:
        Refused: it is voided.
    """
    if purchase.get("Status") == VOIDED:
        raise Refused((400, "Purchase is voided"))


def still_open(part: Record, name: str) -> None:
    """Pass parts that are drafts or not there yet.

    Raises:
        Refused: it is authorised or voided.
    """
    if text_of(part, "Status") not in OPEN:
        raise Refused((400, f"{name} is already {text_of(part, 'Status').lower()}"))


def may_receive(purchase: Record, task_id: str) -> None:
    """Pass receipts that the approach allows.

    Raises:
        Refused: invoices come first, and the one of this group is not authorised.
    """
    if purchase.get("Type") == SERVICE:
        raise Refused((400, "Service purchases are not received"))
    invoice = part_of(purchase, "Invoice", task_id)
    if text_of(purchase, "Approach").upper() == "INVOICE" and text_of(invoice, "Status") not in DONE:
        raise Refused((400, INVOICE_FIRST))


def may_invoice(purchase: Record, task_id: str) -> None:
    """Pass invoices that the approach allows; service purchases always invoice first.

    Raises:
        Refused: stock comes first, and the receipt of this group is not authorised.
    """
    receipt = part_of(purchase, "StockReceived", task_id)
    stock_first = text_of(purchase, "Approach").upper() == "STOCK" and purchase.get("Type") != SERVICE
    if stock_first and text_of(receipt, "Status") not in DONE:
        raise Refused((400, STOCK_FIRST))


def group_of(purchase: Record, sent: Record) -> tuple[str, int]:
    """Give task id and number of the group that is meant; none, or the zero GUID, opens a new one.

    The purchase's own id stands for the first group, as the placeholders of a new purchase show it.

    Raises:
        Refused: there is no such group.
    """
    wanted = id_of(sent, "TaskID")
    groups = {
        id_of(row, "TaskID"): int(str(row.get("InvoicingAndReceivingNumber") or 1))
        for part in ("Invoice", "StockReceived", "PutAway", "ManualJournals")
        for row in rows_of(purchase, part)
    }
    if wanted in groups:
        return wanted, groups[wanted]
    if wanted and not (wanted == purchase["ID"] and not groups):
        raise Refused((400, "Task with specified ID not found"))
    return new_task(purchase, "group")


def part_of(purchase: Record, part: str, task_id: str) -> Record:
    """Give the part of a task; where there is none, an empty one."""
    return next((row for row in rows_of(purchase, part) if id_of(row, "TaskID") == task_id.lower()), {})


def with_part(purchase: Record, part: str, document: Record) -> Record:
    """Give the purchase with a part added, or put in place of the one with its task id."""
    rows = rows_of(purchase, part)
    places = [place for place, row in enumerate(rows) if id_of(row, "TaskID") == id_of(document, "TaskID")]
    if places:
        rows[places[0]] = document
    else:
        rows.append(document)
    return {**purchase, part: rows}


def not_simple(purchase: Record) -> None:
    """Pass advanced and service purchases.

    Raises:
        Refused: it is a simple one, which the call does not serve.
    """
    if purchase.get("Type") == SIMPLE:
        raise Refused((400, "This action is not available for Simple Purchase"))


def is_advanced(purchase: Record) -> bool:
    """Tell whether a purchase receives in groups."""
    return purchase.get("Type") == ADVANCED
