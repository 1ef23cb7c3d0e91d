"""What follows from a purchase: stock movements and ledger lines, derived again whenever it is saved."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from typing import Final

from cin7core_client.testing.purchases.states import (
    ADVANCED,
    AUTHORISED,
    DONE,
    SIMPLE,
    VOIDED,
    ZERO,
    done,
)
from cin7core_client.testing.records import Record, amount_of, dumped, id_of, object_of, rows_of, text_of
from cin7core_client.testing.references import found

CENT: Final = Decimal("0.01")


def replace(db: sqlite3.Connection, purchase: Record) -> None:
    """Derive movements and ledger lines in place of the old ones."""
    identity = text_of(purchase, "ID")
    db.execute("DELETE FROM movements WHERE purchase_id = ?", (identity,))
    db.execute("DELETE FROM transactions WHERE purchase_id = ?", (identity,))
    if purchase.get("Status") == VOIDED:
        return
    db.executemany(
        "INSERT INTO movements VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                identity,
                row["ProductID"],
                row["Location"],
                row["BatchSN"] or "",
                str(row["Quantity"]),
                str(row["Amount"]),
                dumped(row),
            )
            for row in _movements(purchase)
        ],
    )
    db.executemany(
        "INSERT INTO transactions VALUES (?, ?, ?, ?, ?)",
        [
            (identity, row["DebitAccountCode"], row["CreditAccountCode"], row["EffectiveDate"], dumped(row))
            for row in _transactions(db, purchase)
        ],
    )


def arrived(purchase: Record) -> list[tuple[Record, Record]]:
    """Give every received line with its document: put-aways where a group has one, else its receipt."""
    put_away = {id_of(row, "TaskID"): row for row in done(purchase, "PutAway")}
    documents = [put_away.get(id_of(row, "TaskID"), row) for row in done(purchase, "StockReceived")]
    return [(row, line) for row in documents for line in rows_of(row, "Lines")]


def _movements(purchase: Record) -> list[Record]:
    costs = _unit_costs(purchase)
    kind = "Advanced Purchase" if purchase.get("Type") == ADVANCED else "Purchase"
    rows = [_movement(purchase, document, line, kind, costs, 1) for document, line in arrived(purchase)]
    unstock = "Unstock" if purchase.get("Type") == SIMPLE else "Advanced Purchase Unstock"
    cards = {id_of(line, "CardID"): line for _, line in arrived(purchase)}
    for credit_note in done(purchase, "CreditNote"):
        for line in rows_of(credit_note, "Unstock"):
            whole = {**cards.get(id_of(line, "CardID"), {}), **{k: v for k, v in line.items() if v is not None}}
            rows.append(_movement(purchase, credit_note, whole, unstock, costs, -1))
    return [row for row in rows if row["ProductID"]]


def _movement(
    purchase: Record, document: Record, line: Record, kind: str, costs: dict[str, Decimal], sign: int
) -> Record:
    product = id_of(line, "ProductID")
    quantity = amount_of(line, "Quantity") * sign
    amount = (quantity * costs.get(product, ZERO)).quantize(CENT)
    return {
        "TaskID": document.get("TaskID"),
        "Type": kind,
        "Date": line.get("Date"),
        "Number": purchase["OrderNumber"],
        "Status": 1,
        "ProductID": product,
        "Quantity": quantity,
        "Amount": amount,
        "COGS": amount,
        "Location": text_of(line, "Location") or text_of(purchase, "Location"),
        "BatchSN": line.get("BatchSN"),
        "ExpiryDate": line.get("ExpiryDate"),
        "FromTo": purchase.get("Supplier"),
    }


def _unit_costs(purchase: Record) -> dict[str, Decimal]:
    """Give base-currency cost by product: as invoiced, before that as ordered."""
    rate = amount_of(purchase, "CurrencyRate") or Decimal(1)
    costs: dict[str, Decimal] = {}
    for document in (object_of(purchase, "Order"), *done(purchase, "Invoice")):
        for line in rows_of(document, "Lines"):
            discount = amount_of(line, "Discount") / 100
            costs[id_of(line, "ProductID")] = amount_of(line, "Price") * (1 - discount) * rate
    return costs


def _transactions(db: sqlite3.Connection, purchase: Record) -> list[Record]:
    payable = text_of(purchase, "AccountPayable")
    rows = []
    for invoice in rows_of(purchase, "Invoice"):
        if invoice.get("Status") in DONE:
            rows += _document(db, purchase, invoice, "InvoiceNumber", "InvoiceDate", payable, credit=False)
    for credit_note in done(purchase, "CreditNote"):
        rows += _document(db, purchase, credit_note, "CreditNoteNumber", "CreditNoteDate", payable, credit=True)
    for payment in rows_of(purchase, "Payments"):
        bank, refund = text_of(payment, "Account"), text_of(payment, "Type").upper() == "REFUND"
        debit, credit_code = (bank, payable) if refund else (payable, bank)
        amount = amount_of(payment, "Amount") * (amount_of(payment, "CurrencyRate") or Decimal(1))
        when, reference = text_of(payment, "DatePaid"), text_of(payment, "Reference")
        rows.append(_entry(purchase, payment, debit, credit_code, amount, when, reference))
    for journal in rows_of(purchase, "ManualJournals"):
        if journal.get("Status") == AUTHORISED:
            rows += [
                _entry(
                    purchase,
                    journal,
                    text_of(line, "Debit"),
                    text_of(line, "Credit"),
                    amount_of(line, "Amount"),
                    text_of(line, "Date"),
                    text_of(line, "Reference"),
                )
                for line in rows_of(journal, "Lines")
            ]
    return rows


def _document(
    db: sqlite3.Connection, purchase: Record, document: Record, number: str, date: str, payable: str, *, credit: bool
) -> list[Record]:
    """Book the lines without their tax, and the tax of each rule on the rule's account."""
    rate = amount_of(document, "CurrencyRate") or amount_of(purchase, "CurrencyRate") or Decimal(1)
    when, reference = text_of(document, date), text_of(document, number)
    inclusive = purchase.get("TaxCalculation") == "Inclusive"
    booked: list[tuple[str, Decimal]] = []
    taxes: dict[str, Decimal] = {}
    for line in (*rows_of(document, "Lines"), *rows_of(document, "AdditionalCharges")):
        tax = amount_of(line, "Tax")
        booked.append((text_of(line, "Account"), amount_of(line, "Total") - (tax if inclusive else ZERO)))
        if tax:
            account = text_of(found(db, "tax", text_of(line, "TaxRule")) or {}, "Account")
            taxes[account] = taxes.get(account, ZERO) + tax
    rows = []
    for account, amount in (*booked, *taxes.items()):
        sides = (payable, account) if credit else (account, payable)
        rows.append(_entry(purchase, document, *sides, amount * rate, when, reference))
    return rows


def _entry(
    purchase: Record, part: Record, debit: str, credit: str, amount: Decimal, when: str, reference: str
) -> Record:
    return {
        "TaskID": part.get("TaskID") or purchase["ID"],
        "DebitAccountCode": debit,
        "CreditAccountCode": credit,
        "Amount": amount.quantize(CENT),
        "EffectiveDate": when,
        "Reference": reference,
        "Transaction": purchase["OrderNumber"],
        "Type": "Purchase",
    }
