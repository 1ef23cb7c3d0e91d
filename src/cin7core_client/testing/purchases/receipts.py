"""Stock receipts and put-aways: what may be received when, and how a simple purchase turns advanced on the way."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from cin7core_client.testing import events
from cin7core_client.testing.purchases import gates
from cin7core_client.testing.purchases.lines import product_of
from cin7core_client.testing.purchases.making import card_id
from cin7core_client.testing.purchases.states import ADVANCED, AUTHORISED, DRAFT, PARTS, SIMPLE, ZERO
from cin7core_client.testing.purchases.store import save
from cin7core_client.testing.records import Record, amount_of, id_of, rows_of, stable_id, text_of
from cin7core_client.testing.references import location_of
from cin7core_client.testing.refusal import Problem, Refused, refuse

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7


def receive_simple(account: FakeCin7, purchase: Record, sent: Record) -> Record:
    """Add lines to the one receipt of a simple purchase, and authorise it on request.

    Raises:
        Refused: an earlier step is missing, a line is not right, or more or less was received than invoiced.
    """
    gates.ordered(purchase)
    status, task_id = gates.wanted_status(sent), text_of(purchase, "ID")
    old = gates.part_of(purchase, "StockReceived", task_id)
    gates.still_open(old, "StockReceived")
    gates.may_receive(purchase, task_id)
    if len({text_of(line, "LocationID") or text_of(line, "Location") for line in rows_of(sent, "Lines")}) > 1:
        raise Refused((400, "Lines is invalid"))
    lines = _added(account, task_id, old, sent, place_needed=True, place_kept=True)
    receipt = {"TaskID": task_id, "InvoicingAndReceivingNumber": 1, "Status": status, "Lines": lines}
    if status == AUTHORISED and text_of(purchase, "Approach").upper() == "INVOICE":
        invoice = gates.part_of(purchase, "Invoice", task_id)
        if _by_product(receipt) != _by_product(invoice):
            raise Refused((400, "quantity received should exactly match the quantity invoiced"))
    return _saved(account, purchase, "StockReceived", receipt)


def receive_advanced(account: FakeCin7, purchase: Record, sent: Record, *, replace: bool) -> Record:
    """Add lines to the receipt of a group, or replace them; places are not kept here.

    A simple purchase turns into an advanced one, for good and without a word. Without a TaskID a new group is opened,
    and with it an empty draft invoice that nobody wanted.

    Raises:
        Refused: the account does not put away, an earlier step is missing, or a line is not right.
    """
    if not account.switches.put_away:
        raise Refused((400, "Please enable 'Use Put Away' in General Settings"))
    gates.ordered(purchase)
    status = gates.wanted_status(sent)
    if purchase["Type"] == SIMPLE:
        purchase = converted(purchase)
        if id_of(sent, "TaskID") == purchase["ID"]:
            sent = {**sent, "TaskID": next(iter(_groups(purchase)), None)}
    task_id, number = gates.group_of(purchase, sent)
    old = gates.part_of(purchase, "StockReceived", task_id)
    if text_of(old, "Status") != "PARTIALLY RECEIVED":
        gates.still_open(old, "StockReceived")
    gates.may_receive(purchase, task_id)
    lines = _added(account, task_id, {} if replace else old, sent, place_needed=False, place_kept=False)
    identity: Record = {"TaskID": task_id, "InvoicingAndReceivingNumber": number}
    if not gates.part_of(purchase, "Invoice", task_id):
        stray = {**identity, "Status": DRAFT, "InvoiceNumber": "", "Lines": [], "AdditionalCharges": [], "Paid": 0}
        purchase = gates.with_part(purchase, "Invoice", {**stray, "TotalBeforeTax": 0, "Tax": 0, "Total": 0})
    if status == AUTHORISED and not gates.part_of(purchase, "PutAway", task_id):
        purchase = gates.with_part(purchase, "PutAway", {**identity, "Status": DRAFT, "Lines": []})
    return _saved(account, purchase, "StockReceived", {**identity, "Status": status, "Lines": lines})


def put_away(account: FakeCin7, purchase: Record, sent: Record) -> Record:
    """Add lines to the put-away of a group, which has the places; empty lines with AUTHORISED authorise it.

    Raises:
        Refused: the receipt of the group is not authorised, or a line is not right.
    """
    gates.ordered(purchase)
    gates.not_simple(purchase)
    status = gates.wanted_status(sent)
    task_id, number = gates.group_of(purchase, sent)
    receipt = gates.part_of(purchase, "StockReceived", task_id)
    old = gates.part_of(purchase, "PutAway", task_id)
    gates.still_open(old, "PutAway")
    gates.may_receive(purchase, task_id)
    if text_of(receipt, "Status") != AUTHORISED:
        raise Refused((400, "Please authorise StockReceived before PutAway"))
    invoice = gates.part_of(purchase, "Invoice", task_id)
    if status == DRAFT and _by_product(receipt) == _by_product(invoice):
        raise Refused((400, "Status is invalid. Only AUTHORISED is accepted, because invoice and receipt match"))
    lines = _added(account, task_id, old, sent, place_needed=True, place_kept=True)
    document = {"TaskID": task_id, "InvoicingAndReceivingNumber": number, "Status": status, "Lines": lines}
    return _saved(account, purchase, "PutAway", document)


def converted(purchase: Record) -> Record:
    """Turn a simple purchase into an advanced one: its one group and its credit note get task ids of their own.

    The lines of an authorised receipt move to a put-away with their cards; the receipt keeps copies without places.
    """
    group = stable_id(f"converted group of {purchase['ID']}", "1")
    credit = stable_id(f"converted credit of {purchase['ID']}", "1")
    turned = {**purchase, "Type": ADVANCED}
    for part in PARTS:
        task = credit if part == "CreditNote" else group
        turned[part] = [{**row, "TaskID": task} for row in rows_of(purchase, part)]
    turned["Payments"] = [
        {**row, "TaskID": credit if text_of(row, "Type").upper() == "REFUND" else group}
        for row in rows_of(purchase, "Payments")
    ]
    for receipt in rows_of(turned, "StockReceived"):
        if receipt.get("Status") == AUTHORISED:
            turned["PutAway"] = [{**receipt}]
            receipt["Lines"] = [{**line, "Location": None, "LocationID": None} for line in rows_of(receipt, "Lines")]
    return turned


def _groups(purchase: Record) -> list[str]:
    return [id_of(row, "TaskID") for part in ("Invoice", "StockReceived") for row in rows_of(purchase, part)]


def _saved(account: FakeCin7, purchase: Record, part: str, document: Record) -> Record:
    if document["Status"] == AUTHORISED:
        document["Lines"] = [{**line, "Received": True} for line in rows_of(document, "Lines")]
    purchase = save(account, gates.with_part(purchase, part, document))
    if document["Status"] == AUTHORISED:
        if part == "StockReceived":
            events.purchase_authorised(account, "Purchase/StockReceivedAuthorised", purchase, document)
        events.stock_changed(account, [id_of(line, "ProductID") for line in rows_of(document, "Lines")])
    events.purchase_updated(account, purchase)
    return purchase


def _by_product(document: Record) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in rows_of(document, "Lines"):
        product = id_of(line, "ProductID")
        sums[product] = sums.get(product, ZERO) + amount_of(line, "Quantity")
    return sums


def _added(
    account: FakeCin7, task_id: str, old: Record, sent: Record, *, place_needed: bool, place_kept: bool
) -> list[Record]:
    """Give the lines that were there and the sent ones behind them."""
    lines = rows_of(old, "Lines")
    taken = [_key(line) for line in lines]
    problems: list[Problem] = []
    for line in rows_of(sent, "Lines"):
        found = _problems(account, line, place_needed=place_needed)
        problems += found
        product = product_of(account, line)
        if found or product is None:
            continue
        place = location_of(account.db, text_of(line, "LocationID") or text_of(line, "Location")) or {}
        added: Record = {
            "Date": line["Date"],
            "Quantity": amount_of(line, "Quantity"),
            "ProductID": product[0],
            "SKU": product[1],
            "Name": product[2],
            "Location": _place_name(place) if place_kept else None,
            "LocationID": place.get("ID") if place_kept else None,
            "Received": False,
            "BatchSN": line.get("BatchSN"),
            "SupplierSKU": text_of(line, "SupplierSKU"),
            "ExpiryDate": line.get("ExpiryDate"),
            "CardID": text_of(line, "CardID") or card_id(task_id, len(lines) + 1),
        }
        if not place_kept:
            added["NonInventory"] = False
        key = _key(added)
        if key in taken:
            where = f"(Product:{added['SKU']}, Location:{text_of(added, 'Location')})"
            problems.append((400, f"Cannot add duplicate value in stock received lines. {where}"))
        taken.append(key)
        lines.append(added)
    refuse(problems)
    return lines


def _key(line: Record) -> tuple[str, ...]:
    return tuple(text_of(line, name).lower() for name in ("ProductID", "Location", "BatchSN", "ExpiryDate"))


def _place_name(place: Record) -> str:
    parent = text_of(place, "ParentName")
    return f"{parent}: {text_of(place, 'Name')}" if parent else text_of(place, "Name")


def _problems(account: FakeCin7, line: Record, *, place_needed: bool) -> list[Problem]:
    """Name what is wrong with a received line; a bin is known by its GUID only."""
    problems: list[Problem] = [
        (400, f"'{name}' is required for 'Lines' line") for name in ("Date", "Quantity") if not line.get(name)
    ]
    place = text_of(line, "LocationID") or text_of(line, "Location")
    if place_needed and not place:
        problems.append((400, "'Location' is required for 'Lines' line"))
    known = location_of(account.db, place) if place else None
    by_name = known is not None and text_of(known, "ParentID") and place.lower() != id_of(known)
    if place and (known is None or by_name):
        problems.append((404, f"Location {place} was not found in Locations reference book"))
    if product_of(account, line) is None:
        problems.append((404, f"Product '{text_of(line, 'SKU') or text_of(line, 'ProductID')}' was not found"))
    return problems
