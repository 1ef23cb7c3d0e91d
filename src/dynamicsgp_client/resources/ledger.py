"""Accounts, journals, fiscal periods and batches: core SBA has none of them, SOAP or a site's own services may."""

from __future__ import annotations

import datetime as dt

from dynamicsgp_client.models import Account, AccountSegment, Batch, FiscalPeriod, Journal
from dynamicsgp_client.pages import Pages
from dynamicsgp_client.resources.base import Resource, equal, since


class Accounts(Resource[Account]):
    """The chart of accounts; the key is the account number with its separators."""

    def list(self, *, modified_since: dt.date | None = None) -> Pages[Account]:
        """List accounts; over SOAP posting accounts only. NotFoundError when this site offers none."""
        return self._list(since(modified_since))

    def get(self, account_number: str) -> Account:
        """Read one account; raises NotFoundError."""
        return self._get(account_number)

    def find(self, account_number: str) -> Account | None:
        """Read one account, or None."""
        return self._find(account_number)


class AccountSegments(Resource[AccountSegment]):
    """The format of account numbers, over SOAP."""

    def list(self) -> Pages[AccountSegment]:
        """List the segments in order."""
        return self._list()


class Journals(Resource[Journal]):
    """Journals, unposted when created; the key is the journal number."""

    def list(self, *, batch_id: str | None = None) -> Pages[Journal]:
        """List journals, those of one batch: the probe after a lost answer, where GP numbers and the batch is ours."""
        return self._list(equal("batch_id", batch_id))

    def get(self, journal_number: int) -> Journal:
        """Read one journal; raises NotFoundError."""
        return self._get(str(journal_number))

    def find(self, journal_number: int) -> Journal | None:
        """Read one journal, or None."""
        return self._find(str(journal_number))

    def create(self, journal: Journal) -> Journal:
        """Create an unposted journal; it is sent once, whatever happens.

        Number 0 lets GP number it; over SOAP it then needs a batch of its own, by which it is read back.

        Raises:
            ConflictError: GP has a journal of this number.
            ValidationError: it does not balance, or an account does not exist.
        """
        return self._route.create(journal)


class FiscalPeriods(Resource[FiscalPeriod]):
    """Fiscal periods of every year; neither core SBA nor SOAP has them, only a site's own service."""

    def list(self) -> Pages[FiscalPeriod]:
        """List periods; NotFoundError when this site offers none."""
        return self._list()


class Batches(Resource[Batch]):
    """Batches of payables; the key is the batch id."""

    def list(self) -> Pages[Batch]:
        """List batches; NotFoundError when this site offers none."""
        return self._list()

    def get(self, batch_id: str) -> Batch:
        """Read one batch; raises NotFoundError."""
        return self._get(batch_id)

    def find(self, batch_id: str) -> Batch | None:
        """Read one batch, or None."""
        return self._find(batch_id)
