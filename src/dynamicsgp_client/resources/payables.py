"""Payables documents: invoices, returns and credit memos, unposted when created."""

from __future__ import annotations

import datetime as dt

from dynamicsgp_client.models import PayablesDocument
from dynamicsgp_client.pages import Pages
from dynamicsgp_client.resources.base import Resource, equal, since


class Payables(Resource[PayablesDocument]):
    """Payables documents in every state; the key is the voucher number."""

    def list(self, *, vendor_id: str | None = None, modified_since: dt.date | None = None) -> Pages[PayablesDocument]:
        """List documents: work, open and history."""
        return self._list(equal("vendor_id", vendor_id), since(modified_since))

    def get(self, voucher_number: str) -> PayablesDocument:
        """Read one document; raises NotFoundError."""
        return self._get(voucher_number)

    def find(self, voucher_number: str) -> PayablesDocument | None:
        """Read one document, or None: the cheap, exact probe after a lost answer."""
        return self._find(voucher_number)

    def create(self, document: PayablesDocument) -> PayablesDocument:
        """Create an unposted document and give it as GP stored it; GP may have given it another number.

        It is sent once, whatever happens. When the error says `may_have_happened`, ask `find` before sending again.

        Raises:
            ConflictError: GP has a document of this voucher number.
            ValidationError: GP's rules refuse it.
        """
        return self._route.create(document)
