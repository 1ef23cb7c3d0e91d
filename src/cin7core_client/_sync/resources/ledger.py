"""Money: the chart of accounts, bank accounts, ledger transactions, deposits at suppliers."""

from __future__ import annotations

import datetime as dt

from cin7core_client._sync.pages import Pages
from cin7core_client._sync.resources.base import Creates, Deletes, Resource, Updates
from cin7core_client.errors import NotFoundError, ValidationError
from cin7core_client.models import Account, BankAccount, LedgerTransaction, SupplierDeposit


class Accounts(Creates[Account], Updates[Account], Deletes[Account]):
    """The chart of accounts; the key is the code. Writes are refused while Xero or QuickBooks is connected."""

    _model, _path = Account, "ref/account"
    _key = "Code"
    _never_sent = frozenset({"display_name", "old_code", "bank_account_id", "currency"})

    def list(self, *, name: str | None = None, type: str | None = None, status: str | None = None) -> Pages[Account]:
        """List accounts; `name` matches beginnings."""
        return self._listed({"Name": name, "Type": type, "Status": status})

    def find(self, code: str) -> Account | None:
        """Find the account of this code; the service answers an unknown one with 400."""
        try:
            return self._one({"Code": code}, lambda each: each.code == code)
        except (ValidationError, NotFoundError):
            return None


class BankAccounts(Resource[BankAccount]):
    """Bank accounts, read only."""

    _model, _path = BankAccount, "ref/account/bank"

    def list(self, *, name: str | None = None, bank: str | None = None) -> Pages[BankAccount]:
        """List bank accounts."""
        return self._listed({"Name": name, "Bank": bank})


class Transactions(Resource[LedgerTransaction]):
    """Ledger lines, read only: the one sight of what documents do to the accounts."""

    _model, _path = LedgerTransaction, "transactions"

    def list(
        self,
        *,
        from_date: dt.date | dt.datetime | None = None,
        to_date: dt.date | dt.datetime | None = None,
        account: str | None = None,
    ) -> Pages[LedgerTransaction]:
        """List ledger lines by their effective date; `account` is a code."""
        return self._listed({"FromDate": from_date, "ToDate": to_date, "Account": account})


class SupplierDeposits(Resource[SupplierDeposit]):
    """Deposits at suppliers, read only; a payment uses one by its id."""

    _model, _path = SupplierDeposit, "ref/supplier/deposits"

    def list(self, *, supplier_id: str | None = None, show_used_deposits: bool | None = None) -> Pages[SupplierDeposit]:
        """List deposits; used ones only when asked for."""
        return self._listed({"SupplierID": supplier_id, "ShowUsedDeposits": show_used_deposits})
