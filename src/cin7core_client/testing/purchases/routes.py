"""The paths of purchases: which call reads or writes which part, in which shape it answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from cin7core_client.testing.attachments import attached
from cin7core_client.testing.call import Call, Handler, Routes
from cin7core_client.testing.lists import Selection, listed
from cin7core_client.testing.purchases import bills, headers, payments, receipts, shapes
from cin7core_client.testing.purchases.store import find, find_by_number, find_by_part, save
from cin7core_client.testing.records import Record, Written, id_of, rows_of, text_of
from cin7core_client.testing.refusal import Refused

# parameter -> column; the documented RestockReceivedStatus does nothing, StockReceivedStatus works
STATUS_FILTERS: Final = {
    "OrderStatus": "order_status",
    "StockReceivedStatus": "stock_received_status",
    "InvoiceStatus": "invoice_status",
    "CreditNoteStatus": "credit_note_status",
    "UnstockStatus": "unstock_status",
    "Status": "status",
}
SHORTEST_INDEXED: Final = 3  # the search index holds three letters at a time
Write = Callable[[Call, Record, Record], Record]


# A credit note without order and invoice, which only the list of credit notes has.
STAND_ALONE: Final = (
    "order_status = 'NOT AVAILABLE' AND invoice_status = 'NOT AVAILABLE' AND credit_note_status <> 'NOT AVAILABLE'"
)


def _list(call: Call) -> Written:
    wanted = _filtered(call, STATUS_FILTERS)
    wanted.add(f"NOT ({STAND_ALONE})")
    if call.text("RequiredBy"):
        wanted.add("required_by <> '' AND required_by <= ?", call.text("RequiredBy")[:10])
    wanted.equals("drop_ship_task_id", call.id("DropShipTaskID"))
    return listed(call, "PurchaseList", "purchases", wanted, column="row", order="order_number")


def _list_credit_notes(call: Call) -> Written:
    wanted = _filtered(call, {name: STATUS_FILTERS[name] for name in ("CreditNoteStatus", "Status")})
    wanted.add("credit_note_status <> 'NOT AVAILABLE'")
    return listed(call, "PurchaseList", "purchases", wanted, column="row", order="order_number")


def _filtered(call: Call, statuses: dict[str, str]) -> Selection:
    wanted = Selection()
    for parameter, column in statuses.items():
        wanted.equals(column, call.text(parameter))
    wanted.since(call, "updated", call.text("UpdatedSince"))
    wanted.until("updated", call.text("UpdatedUntil"))
    search = call.text("Search")
    if search:
        indexed = len(search) >= SHORTEST_INDEXED and not set(search) & {"%", "_"}
        narrow = "text LIKE ? AND " if indexed else ""
        values = ([f"%{search}%"] if indexed else []) + [search]
        inside = f"SELECT rowid FROM purchase_search WHERE {narrow}instr(lower(text), lower(?)) > 0"
        wanted.add(f"position IN ({inside})", *values)
    return wanted


def _get_simple(call: Call) -> Record:
    return shapes.as_simple(call.db, find(call.db, call.id()), combine=call.flag("CombineAdditionalCharges"))


def _get_advanced(call: Call) -> Record:
    purchase = find(call.db, call.id())
    combine = call.flag("CombineAdditionalCharges")
    return shapes.as_advanced(call.db, purchase, combine=combine, simple_shell=call.switches.simple_shell)


def _shown(call: Call, purchase: Record, *, simple: bool) -> Record:
    if simple:
        return shapes.as_simple(call.db, purchase, combine=False)
    return shapes.as_advanced(call.db, purchase, combine=False, simple_shell=False)


def _create(call: Call, *, simple: bool) -> Record:
    return _shown(call, headers.create(call.account, call.sent(), simple=simple), simple=simple)


def _change(call: Call, *, simple: bool) -> Record:
    sent = call.sent()
    purchase = find(call.db, id_of(sent))
    if simple:
        shapes.only_simple(purchase)
    return _shown(call, headers.change(call.account, purchase, sent), simple=simple)


def _delete(call: Call, *, simple: bool) -> Record:
    purchase = find(call.db, call.id())
    if simple:
        shapes.only_simple(purchase)
    changed = headers.undone(purchase, void=_void(call))
    return _shown(call, save(call.account, changed), simple=simple)


def _void(call: Call) -> bool:
    return call.flag("Void", default=call.switches.delete == "void")


def _get_order(call: Call) -> Record:
    purchase = find(call.db, call.id("TaskID"))
    return shapes.order(purchase, combine=call.flag("CombineAdditionalCharges"))


def _post_order(call: Call) -> Record:
    sent = call.sent()
    purchase = bills.write_order(call.account, find(call.db, id_of(sent, "TaskID")), sent)
    return shapes.order(purchase, combine=False)


def _simple(part: str, write: Write) -> dict[str, Handler]:
    """Give GET and POST of a part of simple purchases; PUT is answered 405."""

    def get(call: Call) -> Record:
        purchase = find(call.db, call.id("TaskID"))
        return shapes.part_of_simple(purchase, part, combine=call.flag("CombineAdditionalCharges"))

    def post(call: Call) -> Record:
        sent = call.sent()
        purchase = shapes.only_simple(find(call.db, id_of(sent, "TaskID")))
        return shapes.part_of_simple(write(call, purchase, sent), part)

    return {"GET": get, "POST": post}


def _advanced(part: str, post: Write, *, put: Write | None = None, delete: bool = False) -> dict[str, Handler]:
    """Give the calls of a part of advanced purchases; bodies are flat, answers hold every task."""

    def get(call: Call) -> Record:
        purchase = find(call.db, call.id("PurchaseID"))
        return shapes.parts_of_advanced(purchase, part, combine=call.flag("CombineAdditionalCharges"))

    def written(write: Write, call: Call) -> Record:
        sent = call.sent()
        purchase = write(call, find(call.db, id_of(sent, "PurchaseID")), sent)
        return shapes.parts_of_advanced(purchase, part)

    def deleted(call: Call) -> Record:
        purchase = find_by_part(call.db, call.id("TaskID"))
        ignored = part == "StockReceived" and call.switches.stock_delete == "ignored"
        if not ignored:
            void = part == "CreditNote" or _void(call)
            purchase = bills.delete_task(call.account, purchase, part, call.id("TaskID"), void=void)
        return shapes.parts_of_advanced(purchase, part)

    verbs: dict[str, Handler] = {"GET": get, "POST": partial(written, post)}
    if put:
        verbs["PUT"] = partial(written, put)
    if delete:
        verbs["DELETE"] = deleted
    return verbs


def _refuse_simple(write: Write) -> Write:
    """Let the advanced endpoints of bills serve advanced and service purchases only."""

    def checked(call: Call, purchase: Record, sent: Record) -> Record:
        if purchase["Type"] == "Simple Purchase":
            raise Refused((400, "This action is not available for Simple Purchase"))
        return write(call, purchase, sent)

    return checked


def _invoice(call: Call, purchase: Record, sent: Record) -> Record:
    return bills.write_invoice(call.account, purchase, sent)


def _credit_note(call: Call, purchase: Record, sent: Record) -> Record:
    return bills.write_credit_note(call.account, purchase, sent)


def _journal(call: Call, purchase: Record, sent: Record) -> Record:
    return payments.write_journal(call.account, purchase, sent)


def _receive_simple(call: Call, purchase: Record, sent: Record) -> Record:
    return receipts.receive_simple(call.account, purchase, sent)


def _receive_advanced(call: Call, purchase: Record, sent: Record, *, replace: bool) -> Record:
    return receipts.receive_advanced(call.account, purchase, sent, replace=replace)


def _put_away(call: Call, purchase: Record, sent: Record) -> Record:
    return receipts.put_away(call.account, purchase, sent)


def _get_payments(call: Call, *, simple: bool) -> list[Record]:
    if simple:
        return shapes.payments(find_by_part(call.db, call.id("TaskID")), advanced=False)
    if call.text("OrderNumber"):
        return shapes.payments(find_by_number(call.db, call.text("OrderNumber")), advanced=True)
    for parameter, part in (("InvoiceNumber", "Invoice"), ("CreditNoteNumber", "CreditNote")):
        if number := call.text(parameter):
            return _payments_of_document(call, part, parameter, number)
    return shapes.payments(find(call.db, call.id("PurchaseID")), advanced=True)


def _payments_of_document(call: Call, part: str, field: str, number: str) -> list[Record]:
    found = call.db.execute(
        "SELECT id FROM purchases WHERE position IN (SELECT rowid FROM purchase_search"
        " WHERE instr(lower(text), lower(?)) > 0) ORDER BY position",
        (number,),
    )
    purchases = (find(call.db, row["id"]) for row in found.fetchall())
    return [
        payment
        for purchase in purchases
        if any(text_of(row, field) == number for row in rows_of(purchase, part))
        for payment in shapes.payments(purchase, advanced=True)
    ]


def _post_payment(call: Call, *, simple: bool) -> Record:
    sent = call.sent()
    purchase = find_by_part(call.db, id_of(sent, "TaskID"))
    purchase, payment = payments.pay(call.account, purchase, sent)
    extra: Record = {} if simple else {"PurchaseID": purchase["ID"]}
    return {**extra, **shapes.payment(payment)}


def _put_payment(call: Call, *, simple: bool) -> Record:
    sent = call.sent()
    purchase, payment = payments.change(call.account, _paid_purchase(call, id_of(sent)), sent)
    extra: Record = {} if simple else {"PurchaseID": purchase["ID"]}
    return {**extra, **{name: value for name, value in shapes.payment(payment).items() if name != "DepositID"}}


def _delete_payment(call: Call) -> Record:
    payments.delete(call.account, _paid_purchase(call, call.id()), call.id())
    return {"Success": True}


def _paid_purchase(call: Call, payment_id: str) -> Record:
    purchase = find_by_part(call.db, payment_id)
    if not any(id_of(row) == payment_id for row in rows_of(purchase, "Payments")):
        raise Refused((400, "Payment with specified ID not found"))
    return purchase


def _files(purchase: Record) -> Record:
    return {"TaskID": purchase["ID"], "Lines": rows_of(purchase, "Attachments")}


def _get_files(call: Call) -> Record:
    return _files(find(call.db, call.id("TaskID")))


def _post_file(call: Call) -> Record:
    sent = call.sent()
    purchase = find(call.db, id_of(sent, "PurchaseID"))
    file = attached(text_of(purchase, "ID"), sent)
    kept = [row for row in rows_of(purchase, "Attachments") if row["ID"] != file["ID"]]
    return _files(save(call.account, {**purchase, "Attachments": [*kept, file]}))


def _delete_file(call: Call) -> Record:
    purchase = find_by_part(call.db, call.id())
    kept = [row for row in rows_of(purchase, "Attachments") if id_of(row) != call.id()]
    return _files(save(call.account, {**purchase, "Attachments": kept}))


def _documents(get: Handler, *, simple: bool) -> dict[str, Handler]:
    writes = {"POST": _create, "PUT": _change, "DELETE": _delete}
    return {"GET": get, **{verb: partial(write, simple=simple) for verb, write in writes.items()}}


def _payments(*, simple: bool) -> dict[str, Handler]:
    calls = {"GET": _get_payments, "POST": _post_payment, "PUT": _put_payment}
    verbs: dict[str, Handler] = {verb: partial(call, simple=simple) for verb, call in calls.items()}
    return {**verbs, "DELETE": _delete_payment} if simple else verbs


ROUTES: Final[Routes] = {
    "purchaselist": {"GET": _list},
    "purchasecreditnotelist": {"GET": _list_credit_notes},
    "purchase": _documents(_get_simple, simple=True),
    "purchase/order": {"GET": _get_order, "POST": _post_order},
    "purchase/stock": _simple("StockReceived", _receive_simple),
    "purchase/invoice": _simple("Invoice", _invoice),
    "purchase/creditnote": _simple("CreditNote", _credit_note),
    "purchase/manualjournal": _simple("ManualJournals", _journal),
    "purchase/payment": _payments(simple=True),
    "purchase/attachment": {"GET": _get_files, "POST": _post_file, "DELETE": _delete_file},
    "advanced-purchase": _documents(_get_advanced, simple=False),
    "advanced-purchase/stock": _advanced(
        "StockReceived",
        partial(_receive_advanced, replace=False),
        put=partial(_receive_advanced, replace=True),
        delete=True,
    ),
    "advanced-purchase/put-away": _advanced("PutAway", _put_away),
    "advanced-purchase/invoice": _advanced("Invoice", _refuse_simple(_invoice), delete=True),
    "advanced-purchase/creditnote": _advanced("CreditNote", _refuse_simple(_credit_note), delete=True),
    "advanced-purchase/manualjournal": _advanced("ManualJournals", _refuse_simple(_journal)),
    "advanced-purchase/payment": _payments(simple=False),
}
