"""Accounts, fiscal periods and batches: core SBA has none of them, a site's own services may."""

from __future__ import annotations

from dynamicsgp_client.models import Account, Batch, FiscalPeriod
from dynamicsgp_client.pages import Pages
from dynamicsgp_client.resources.base import Resource


class Accounts(Resource[Account]):
    """The chart of accounts; the key is the account number with its separators."""

    def list(self) -> Pages[Account]:
        """List accounts; NotFoundError when this site offers none."""
        return self._list({})

    def get(self, account_number: str) -> Account:
        """Read one account; raises NotFoundError."""
        return self._get(account_number)

    def find(self, account_number: str) -> Account | None:
        """Read one account, or None."""
        return self._find(account_number)


class FiscalPeriods(Resource[FiscalPeriod]):
    """Fiscal periods of every year."""

    def list(self) -> Pages[FiscalPeriod]:
        """List periods; NotFoundError when this site offers none."""
        return self._list({})


class Batches(Resource[Batch]):
    """Batches of payables; the key is the batch id."""

    def list(self) -> Pages[Batch]:
        """List batches; NotFoundError when this site offers none."""
        return self._list({})

    def find(self, batch_id: str) -> Batch | None:
        """Read one batch, or None."""
        return self._find(batch_id)
