"""Payments recorded in Cin7 Core: create, find, compare. Nothing here pays."""

from __future__ import annotations

from typing import Final

from cin7core_client import Cin7Core, PurchasePayment
from gp_cin7_bridge.writes.ensure import Stored


class PaymentRemote:
    """Cin7 Core's payments of purchases; the reference, which names GP's voucher, is a payment's key.

    Cin7 Core takes any number of payments of one reference, so an absent one may still be on its way.
    """

    kind: Final = "payment"
    system: Final = "Cin7 Core"
    enforces_key: Final = False
    gives_keys: Final = False
    read_back: Final = False
    quiet_period: Final = 30.0

    def __init__(self, cin7: Cin7Core) -> None:
        self._cin7 = cin7

    def create(self, document: PurchasePayment) -> Stored[PurchasePayment]:
        """Record it."""
        purchase = self._cin7.purchases.get(document.purchase_id or "")
        return _stored(self._cin7.purchases.payments.create(purchase, document), document.reference or "")

    def find(self, token: str, document: PurchasePayment, /) -> Stored[PurchasePayment] | None:
        """Find the payment of this reference on its purchase."""
        purchase = self._cin7.purchases.get(document.purchase_id or "")
        for payment in self._cin7.purchases.payments.list(purchase):
            if payment.reference == token:
                return _stored(payment, token)
        return None

    def differences(self, document: PurchasePayment, found: PurchasePayment) -> tuple[str, ...]:
        """Name what differs of who was paid how much."""
        return () if document.amount == found.amount else ("amount",)

    def already_exists(self, _error: Exception) -> bool:
        """Tell that no refusal means a taken key."""
        return False


def _stored(payment: PurchasePayment, reference: str) -> Stored[PurchasePayment]:
    return Stored(payment.payment_id or "", reference, payment)
