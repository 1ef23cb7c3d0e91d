"""Money: the chart of accounts, bank accounts, ledger transactions, deposits at suppliers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cin7core_client.models.base import Day, Document, Flag, Guid, OptionalAmount, Stamp, Text


class Account(Document):
    """An account of Cin7 Core's chart; the code (50 characters) is its key. Name (256), type and status are required.

    `class_` is ASSET, LIABILITY, EXPENSE, EQUITY or REVENUE. `bank` and `bank_account_number` are required for the type
    BANK. `system_account` can be given on creation only. All writes are refused while Xero or QuickBooks is connected.
    """

    code: str
    name: Text = None
    type: Text = None
    status: Text = None
    description: Text = None
    class_: Annotated[Text, Field(alias="Class")] = None
    system_account: Text = None
    system_account_code: Text = None
    for_payments: Flag = None
    display_name: Text = None
    old_code: Text = None
    bank: Text = None
    bank_account_number: Text = None
    bank_account_id: Annotated[Guid, Field(alias="BankAccountId")] = None
    currency: Text = None


class BankAccount(Document):
    """A bank account; `account_code` is its account in the chart."""

    account_id: Guid = None
    bank: Text = None
    account_name: Text = None
    account_number: Text = None
    account_code: Text = None
    currency: Text = None
    statement_balance: OptionalAmount = None
    balance_in_dear: OptionalAmount = None
    initial_balance: OptionalAmount = None


class LedgerTransaction(Document):
    """One ledger line: the only sight of what a purchase does to the accounts."""

    task_id: Guid = None
    debit_account_code: Text = None
    credit_account_code: Text = None
    amount: OptionalAmount = None
    effective_date: Stamp = None
    reference: Text = None
    transaction: Text = None
    type: Text = None


class SupplierDeposit(Document):
    """Money paid to a supplier in advance; `remaining_amount` can still be used, in the deposit's currency."""

    deposit_id: Guid = None
    supplier_id: Guid = None
    supplier_name: Text = None
    account: Text = None
    amount: OptionalAmount = None
    remaining_amount: OptionalAmount = None
    currency: Text = None
    conv_rate: OptionalAmount = None
    date: Day = None
    description: Text = None
