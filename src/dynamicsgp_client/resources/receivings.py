"""Receivings: goods receipts and purchase invoices."""

from __future__ import annotations

import datetime as dt

from dynamicsgp_client.models import Receiving, ReceivingType
from dynamicsgp_client.pages import Pages
from dynamicsgp_client.resources.base import Resource, equal, since


class Receivings(Resource[Receiving]):
    """Receivings; the key is the receipt number. Core SBA has none: SOAP, or a site's own service."""

    def list(
        self,
        *,
        vendor_id: str | None = None,
        receipt_type: ReceivingType | None = None,
        modified_since: dt.date | None = None,
    ) -> Pages[Receiving]:
        """List receivings; over SOAP each of them is a call of its own."""
        of_type = equal("receipt_type", None if receipt_type is None else int(receipt_type))
        return self._list(equal("vendor_id", vendor_id), of_type, since(modified_since))

    def get(self, receipt_number: str) -> Receiving:
        """Read one receiving; raises NotFoundError."""
        return self._get(receipt_number)

    def find(self, receipt_number: str) -> Receiving | None:
        """Read one receiving, or None: the cheap, exact probe after a lost answer."""
        return self._find(receipt_number)

    def create(self, receiving: Receiving) -> Receiving:
        """Create an unposted receiving and give it as GP stored it.

        It is sent once, whatever happens. When the error says `may_have_happened`, ask `find` before sending again.

        Raises:
            ConflictError: GP has a receiving of this number.
            ValidationError: GP's rules refuse it.
        """
        return self._route.create(receiving)
