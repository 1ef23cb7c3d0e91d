"""Payments, prepayments, refunds and manual journals."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from cin7core_client.testing.purchases import gates
from cin7core_client.testing.purchases.states import AUTHORISED, DONE, PAID, SIMPLE, ZERO, done
from cin7core_client.testing.purchases.store import save
from cin7core_client.testing.records import Record, amount_of, dumped, id_of, record_of, rows_of, stable_id, text_of
from cin7core_client.testing.references import found
from cin7core_client.testing.refusal import Refused, missing, refuse

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7

PREPAYMENT: Final = "PREPAYMENT"
PAYMENT: Final = "PAYMENT"
REFUND: Final = "REFUND"


def pay(account: FakeCin7, purchase: Record, sent: Record) -> tuple[Record, Record]:
    """Add a payment, a prepayment or a refund; gives the purchase and the payment.

    Raises:
        Refused: a field is missing, the account is no bank, or the document is not authorised.
    """
    gates.not_voided(purchase)
    kind = text_of(sent, "Type").upper()
    deposit = _deposit(account, sent) if text_of(sent, "DepositID") else None
    refuse(missing(sent, "TaskID", "Type", "Amount", "DatePaid", *(() if deposit else ("Account", "CurrencyRate"))))
    if kind not in (PREPAYMENT, PAYMENT, REFUND):
        raise Refused((400, "Type is invalid. Possible values are: PREPAYMENT, PAYMENT, REFUND"))
    _check_account(account, sent)
    if kind == PAYMENT and not done(purchase, "Invoice"):
        raise Refused((400, "Invoice must be authorised before payment"))
    if kind == REFUND and not done(purchase, "CreditNote"):
        raise Refused((400, "CreditNote must be authorised before refund"))
    payments = rows_of(purchase, "Payments")
    if deposit:
        _use(account, deposit, amount_of(sent, "Amount"))
    payment: Record = {
        "TaskID": id_of(sent, "TaskID"),
        "ID": stable_id(f"payment of {purchase['ID']}", f"{len(payments)}\n{account.stamp()}"),
        "Type": kind.capitalize(),
        "Reference": text_of(sent, "Reference"),
        "Amount": amount_of(sent, "Amount"),
        "DatePaid": sent["DatePaid"],
        "Account": text_of(deposit, "Account") if deposit else text_of(sent, "Account"),
        "CurrencyRate": amount_of(sent, "CurrencyRate") or (amount_of(deposit, "ConvRate") if deposit else 1),
        "DateCreated": account.clock().strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z",  # seven digits, as in the examples
        "DepositID": sent.get("DepositID"),
    }
    purchase = _shared({**purchase, "Payments": [*payments, payment]}, payment)
    return save(account, purchase), payment


def change(account: FakeCin7, purchase: Record, sent: Record) -> tuple[Record, Record]:
    """Change a payment; a prepayment cannot be changed.

    Raises:
        Refused: it is a prepayment, or the account is no bank.
    """
    _check_account(account, sent)
    payment = next(row for row in rows_of(purchase, "Payments") if id_of(row) == id_of(sent))
    if text_of(payment, "Type").upper() == PREPAYMENT:
        raise Refused((400, "Prepayment cannot be modified"))
    names = ("Reference", "Amount", "DatePaid", "Account", "CurrencyRate")
    fixed = ("Amount", "Account") if payment.get("DepositID") else ()
    changed = {**payment, **{name: sent[name] for name in names if name in sent and name not in fixed}}
    purchase = _taken_back(purchase, payment)
    rows = [changed if id_of(row) == id_of(changed) else row for row in rows_of(purchase, "Payments")]
    return save(account, _shared({**purchase, "Payments": rows}, changed)), changed


def delete(account: FakeCin7, purchase: Record, payment_id: str) -> Record:
    """Take a payment back; a deposit that it used is free again."""
    payment = next(row for row in rows_of(purchase, "Payments") if id_of(row) == payment_id)
    if payment.get("DepositID"):
        _use(account, _deposit(account, payment), -amount_of(payment, "Amount"))
    purchase = _taken_back(purchase, payment)
    rows = [row for row in rows_of(purchase, "Payments") if id_of(row) != payment_id]
    return save(account, {**purchase, "Payments": rows})


def _check_account(account: FakeCin7, sent: Record) -> None:
    code = text_of(sent, "Account")
    row = (found(account.db, "account", code) if code else None) or {}
    if code and not (row.get("ForPayments") or row.get("Type") == "BANK"):
        raise Refused((404, f"Account '{code}' was not found in reference book"))


def _shared(purchase: Record, payment: Record) -> Record:
    """Spread a payment over the authorised invoices: its own task's first, the rest in their order."""
    if text_of(payment, "Type").upper() == REFUND:
        return purchase
    invoices = rows_of(purchase, "Invoice")
    due = [row for row in invoices if row.get("Status") in DONE]
    due.sort(key=lambda row: id_of(row, "TaskID") != id_of(payment, "TaskID"))
    left, shares = amount_of(payment, "Amount"), {}
    for place, invoice in enumerate(due):
        open_amount = max(ZERO, amount_of(invoice, "Total") - amount_of(invoice, "Paid"))
        share = left if place == len(due) - 1 else min(left, open_amount)
        shares[text_of(invoice, "TaskID")] = share
        left -= share
    payment["Shares"] = shares
    return {**purchase, "Invoice": _moved(invoices, shares)}


def _taken_back(purchase: Record, payment: Record) -> Record:
    shares = payment.get("Shares")
    if not isinstance(shares, dict):
        return purchase
    back = {task: -Decimal(str(share)) for task, share in shares.items()}
    return {**purchase, "Invoice": _moved(rows_of(purchase, "Invoice"), back)}


def _moved(invoices: list[Record], shares: dict[str, Decimal]) -> list[Record]:
    return [
        _with_share(row, shares[text_of(row, "TaskID")]) if text_of(row, "TaskID") in shares else row
        for row in invoices
    ]


def _with_share(invoice: Record, share: Decimal) -> Record:
    paid = amount_of(invoice, "Paid") + share
    covered = paid >= amount_of(invoice, "Total") > 0
    return {**invoice, "Paid": paid, "Status": PAID if covered else AUTHORISED}


def _deposit(account: FakeCin7, sent: Record) -> Record:
    row = account.db.execute(
        "SELECT body FROM documents WHERE path = 'ref/supplier/deposits' AND id = ?", (id_of(sent, "DepositID"),)
    ).fetchone()
    if row is None:
        raise Refused((404, "Deposit not found."))
    return record_of(row)


def _use(account: FakeCin7, deposit: Record, amount: Decimal) -> None:
    left = amount_of(deposit, "RemainingAmount") - amount
    if left < 0:
        raise Refused((400, "Amount is greater than the remaining amount of the deposit"))
    account.db.execute(
        "UPDATE documents SET body = ? WHERE path = 'ref/supplier/deposits' AND id = ?",
        (dumped({**deposit, "RemainingAmount": left}), deposit["DepositID"]),
    )


def write_journal(account: FakeCin7, purchase: Record, sent: Record) -> Record:
    """Replace the journal lines that people wrote; the system's own stay. An authorised journal may be replaced.

    Raises:
        Refused: a line is not right.
    """
    gates.not_voided(purchase)
    status = gates.wanted_status(sent)
    lines = rows_of(sent, "Lines")
    refuse(
        (400, f"'{name}' is required for 'Lines' line")
        for line in lines
        for name in ("Amount", "Date", "Debit", "Credit")
        if line.get(name) in (None, "")
    )
    for code in {text_of(line, side) for line in lines for side in ("Debit", "Credit")}:
        if not found(account.db, "account", code):
            raise Refused((404, f"Account '{code}' was not found in reference book"))
    simple = purchase["Type"] == SIMPLE
    task_id, number = (text_of(purchase, "ID"), 1) if simple else gates.group_of(purchase, sent)
    old = gates.part_of(purchase, "ManualJournals", task_id)
    system = [line for line in rows_of(old, "Lines") if line.get("IsSystem") is True]
    own = [{"Reference": "", **line, "IsSystem": False} for line in lines if line.get("IsSystem") is not True]
    journal = {
        "TaskID": task_id,
        "InvoicingAndReceivingNumber": number,
        "Status": status,
        "Lines": [*system, *own],
    }
    return save(account, gates.with_part(purchase, "ManualJournals", journal))
