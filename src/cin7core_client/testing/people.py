"""What people do in Cin7 Core's windows: authorise, undo, void, edit, receive, credit, pay, attach; events follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cin7core_client.testing import events, products, suppliers
from cin7core_client.testing.attachments import attached
from cin7core_client.testing.purchases import headers, payments, receipts
from cin7core_client.testing.purchases.gates import part_of, with_part
from cin7core_client.testing.purchases.making import card_id, new_task
from cin7core_client.testing.purchases.states import ABSENT, AUTHORISED, DRAFT, SIMPLE, VOIDED, order_state
from cin7core_client.testing.purchases.store import find_by_number, save
from cin7core_client.testing.records import Record, dumped, midnight, object_of, record_of, rows_of, stable_id, text_of
from cin7core_client.testing.refusal import Refused

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7


class People:
    """Acts of people, by order number; `number` says which document of its kind is meant, from 1.

    Other fields have the wire's names, and a window takes what the API would refuse: nothing is checked but that the
    document is there. Every act moves the purchase's LastUpdatedDate.

    Raises:
        Refused: there is no such purchase, document, supplier or product.
    """

    def __init__(self, account: FakeCin7) -> None:
        self._account = account

    def authorise_order(self, order_number: str) -> None:
        """Authorise the order."""
        self._authorised("Purchase/OrderAuthorised", self._edit_order(order_number, {"Status": AUTHORISED}), None)

    def edit_order(self, order_number: str, **fields: object) -> None:
        """Change the order."""
        self._edit_order(order_number, fields)

    def edit_purchase(self, order_number: str, **fields: object) -> None:
        """Change the purchase's header."""
        with self._account.transaction() as db:
            self._save({**find_by_number(db, order_number), **fields})

    def authorise_invoice(self, order_number: str, number: int = 1) -> None:
        """Authorise an invoice."""
        purchase, invoice = self._edit(order_number, "Invoice", number, {"Status": AUTHORISED})
        self._authorised("Purchase/InvoiceAuthorised", purchase, invoice)

    def undo_invoice(self, order_number: str, number: int = 1) -> None:
        """Make an invoice a draft again."""
        self._edit(order_number, "Invoice", number, {"Status": DRAFT}, told=False)

    def void_invoice(self, order_number: str, number: int = 1) -> None:
        """Void an invoice."""
        self._edit(order_number, "Invoice", number, {"Status": VOIDED}, told=False)

    def edit_invoice(self, order_number: str, number: int = 1, **fields: object) -> None:
        """Change an invoice, whatever its state."""
        self._edit(order_number, "Invoice", number, fields)

    def add_invoice(self, order_number: str, **fields: object) -> int:
        """Add an invoice in a group of its own, authorised unless `Status` says otherwise; gives its number."""
        return self._add(order_number, "Invoice", "Purchase/InvoiceAuthorised", fields)

    def receive(self, order_number: str, number: int = 1, **fields: object) -> None:
        """Receive, authorised: the lines that are given, else everything that was ordered, into the group `number`."""
        with self._account.transaction() as db:
            purchase = find_by_number(db, order_number)
            task = self._task(purchase, number)
            lines = rows_of({"Lines": fields.get("Lines", [])}, "Lines") or self._all_ordered(purchase)
            lines = [{"CardID": card_id(task, place), **line} for place, line in enumerate(lines, start=1)]
            document: Record = {"TaskID": task, "InvoicingAndReceivingNumber": number, "Status": AUTHORISED}
            document |= {**fields, "Lines": lines}
            if purchase["Type"] != SIMPLE:
                purchase = with_part(purchase, "PutAway", {**document})
            purchase = self._save(with_part(purchase, "StockReceived", document))
            self._authorised("Purchase/StockReceivedAuthorised", purchase, document)
            events.stock_changed(self._account, [text_of(line, "ProductID") for line in lines])

    def undo_receipt(self, order_number: str, number: int = 1) -> None:
        """Make a receipt, and its put-away, drafts again."""
        _, receipt = self._edit(order_number, "StockReceived", number, {"Status": DRAFT}, told=False)
        with self._account.transaction() as db:
            purchase = find_by_number(db, order_number)
            if put_away := part_of(purchase, "PutAway", text_of(receipt, "TaskID")):
                self._save(with_part(purchase, "PutAway", {**put_away, "Status": DRAFT}), told=False)

    def credit(self, order_number: str, **fields: object) -> int:
        """Add a credit note, authorised unless `Status` says otherwise; gives its number."""
        return self._add(order_number, "CreditNote", "Purchase/CreditNoteAuthorised", {"Unstock": [], **fields})

    def edit_credit_note(self, order_number: str, number: int = 1, **fields: object) -> None:
        """Change a credit note, whatever its state."""
        self._edit(order_number, "CreditNote", number, fields)

    def void_credit_note(self, order_number: str, number: int = 1) -> None:
        """Void a credit note."""
        self._edit(order_number, "CreditNote", number, {"Status": VOIDED}, told=False)

    def pay(self, order_number: str, amount: object, **fields: object) -> str:
        """Pay; fields may say Type, Account, DatePaid, Reference, CurrencyRate. Gives the payment's id."""
        with self._account.transaction() as db:
            purchase = find_by_number(db, order_number)
            sent: Record = {
                "TaskID": purchase["ID"],
                "Type": "PAYMENT",
                "Account": self._account.bank,
                "DatePaid": midnight(self._account.clock().date()),
                "CurrencyRate": purchase.get("CurrencyRate") or 1,
                "Amount": amount,
                **fields,
            }
            _, payment = payments.pay(self._account, purchase, sent)
            return text_of(payment, "ID")

    def undo_payment(self, order_number: str, payment_id: str) -> None:
        """Take a payment back."""
        with self._account.transaction() as db:
            payments.delete(self._account, find_by_number(db, order_number), payment_id)

    def void_purchase(self, order_number: str) -> None:
        """Void a purchase with all its parts."""
        with self._account.transaction() as db:
            self._save(headers.undone(find_by_number(db, order_number), void=True), told=False)

    def undo_purchase(self, order_number: str) -> None:
        """Make everything of a purchase a draft again."""
        with self._account.transaction() as db:
            self._save(headers.undone(find_by_number(db, order_number), void=False), told=False)

    def convert_to_advanced(self, order_number: str) -> None:
        """Turn a simple purchase into an advanced one; its documents get other task ids."""
        with self._account.transaction() as db:
            purchase = find_by_number(db, order_number)
            if purchase["Type"] != SIMPLE:
                raise Refused((400, f"{order_number} is no simple purchase"))
            self._save(receipts.converted(purchase))

    def attach(self, order_number: str, file_name: str) -> None:
        """Attach a file to a purchase."""
        with self._account.transaction() as db:
            purchase = find_by_number(db, order_number)
            file = attached(text_of(purchase, "ID"), {"FileName": file_name, "Content": "-"})
            self._save({**purchase, "Attachments": [*rows_of(purchase, "Attachments"), file]})

    def edit_supplier(self, name: str, **fields: object) -> None:
        """Change a supplier, also its name."""
        with self._account.transaction():
            supplier = suppliers.find(self._account, name=name)
            if supplier is None:
                raise Refused((404, f"there is no supplier {name!r}"))
            changed = {**supplier, **fields, "LastModifiedOn": self._account.stamp()}
            suppliers.save(self._account, changed)
            events.supplier_updated(self._account, changed)

    def edit_product(self, sku: str, **fields: object) -> None:
        """Change a product, also its SKU."""
        with self._account.transaction():
            product = products.find(self._account, sku=sku)
            if product is None:
                raise Refused((404, f"there is no product {sku!r}"))
            changed = {**product, **fields, "LastModifiedOn": self._account.stamp()}
            products.save(self._account, changed)
            events.product_updated(self._account, changed)

    def add_deposit(self, supplier: str, amount: object, **fields: object) -> str:
        """Pay a supplier in advance; gives the deposit's id."""
        with self._account.transaction() as db:
            found = suppliers.find(self._account, name=supplier)
            if found is None:
                raise Refused((404, f"there is no supplier {supplier!r}"))
            count = db.execute("SELECT count(*) FROM documents WHERE path = 'ref/supplier/deposits'").fetchone()[0]
            deposit: Record = {
                "DepositID": stable_id(f"deposit of {found['ID']}", str(count)),
                "SupplierID": found["ID"],
                "SupplierName": found["Name"],
                "Account": self._account.bank,
                "Amount": amount,
                "RemainingAmount": amount,
                "Currency": found["Currency"],
                "ConvRate": 1,
                "Date": midnight(self._account.clock().date()),
                "Description": "",
                **fields,
            }
            db.execute(
                "INSERT INTO documents (path, id, modified, body) VALUES ('ref/supplier/deposits', ?, ?, ?)",
                (deposit["DepositID"], self._account.stamp(), dumped(deposit)),
            )
            return text_of(deposit, "DepositID")

    def lock_books(self, day: str | None) -> None:
        """Set the lock date that `/me` tells."""
        with self._account.transaction() as db:
            me = record_of(db.execute("SELECT body FROM reference WHERE book = 'me'").fetchone())
            db.execute("UPDATE reference SET body = ? WHERE book = 'me'", (dumped({**me, "LockDate": day}),))

    def switch_on_webhook(self, webhook_id: str) -> None:
        """Activate a webhook that was switched off."""
        with self._account.transaction() as db:
            row = db.execute("SELECT body FROM webhooks WHERE id = ?", (webhook_id.lower(),)).fetchone()
            if row is None:
                raise Refused((404, f"there is no webhook {webhook_id!r}"))
            body = dumped({**record_of(row), "IsActive": True})
            db.execute("UPDATE webhooks SET active = 1, body = ? WHERE id = ?", (body, webhook_id.lower()))

    def happen(self, event_type: str, payload: object) -> None:
        """Let an event happen that the simulator has no records for, such as Sale/Created, with any payload."""
        with self._account.transaction():
            events.happened(self._account, event_type, payload)

    def _save(self, purchase: Record, *, told: bool = True) -> Record:
        purchase = save(self._account, purchase)
        if told:  # there is no event for payments, voids and undone documents
            events.purchase_updated(self._account, purchase)
        return purchase

    def _edit_order(self, order_number: str, fields: Record) -> Record:
        with self._account.transaction() as db:
            purchase = find_by_number(db, order_number)
            if order_state(purchase) == ABSENT and "Lines" not in fields:
                raise Refused((400, f"{order_number} has no order"))
            return self._save({**purchase, "Order": {**object_of(purchase, "Order"), **fields}})

    def _edit(
        self, order_number: str, part: str, number: int, fields: Record, *, told: bool = True
    ) -> tuple[Record, Record]:
        with self._account.transaction() as db:
            purchase = find_by_number(db, order_number)
            rows = rows_of(purchase, part)
            if not 1 <= number <= len(rows):
                raise Refused((400, f"{order_number} has no {part} {number}"))
            rows[number - 1] |= fields
            return self._save({**purchase, part: rows}, told=told), rows[number - 1]

    def _add(self, order_number: str, part: str, event_type: str, fields: Record) -> int:
        with self._account.transaction() as db:
            purchase = find_by_number(db, order_number)
            rows = rows_of(purchase, part)
            if purchase["Type"] == SIMPLE and rows:
                raise Refused((400, f"{order_number} is simple and has its {part}"))
            task, number = new_task(purchase, "credit" if part == "CreditNote" else "group")
            identity: Record = {"TaskID": task, "InvoicingAndReceivingNumber": number, "Status": AUTHORISED}
            document: Record = {**identity, "Lines": [], "AdditionalCharges": [], "Paid": 0, **fields}
            purchase = self._save({**purchase, part: [*rows, document]})
            if document["Status"] == AUTHORISED:
                self._authorised(event_type, purchase, document)
            return len(rows) + 1

    def _authorised(self, event_type: str, purchase: Record, document: Record | None) -> None:
        with self._account.transaction():
            events.purchase_authorised(self._account, event_type, purchase, document or purchase)

    def _task(self, purchase: Record, number: int) -> str:
        invoices = rows_of(purchase, "Invoice")
        if number <= len(invoices):
            return text_of(invoices[number - 1], "TaskID")
        return new_task(purchase, "group")[0]

    def _all_ordered(self, purchase: Record) -> list[Record]:
        day = midnight(self._account.clock().date())
        names = ("ProductID", "SKU", "Name", "Quantity")
        order = object_of(purchase, "Order")
        place = {"Location": purchase.get("Location"), "Date": day, "Received": True, "BatchSN": None}
        return [{**{name: line.get(name) for name in names}, **place} for line in rows_of(order, "Lines")]
