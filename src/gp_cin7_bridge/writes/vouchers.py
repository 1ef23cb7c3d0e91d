"""Payables vouchers in GP: create, find, compare. Nothing here posts, pays, voids or deletes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from dynamicsgp_client import ConflictError, Distribution, DynamicsGP, PayablesDocument
from gp_cin7_bridge.writes.ensure import Stored

COMPARED: Final = (
    "voucher_number",
    "document_type",
    "vendor_id",
    "document_number",
    "document_date",
    "currency_id",
    "purchases_amount",
    "freight_amount",
    "miscellaneous_amount",
    "tax_amount",
    "trade_discount_amount",
    "document_amount",
)


class VoucherRemote:
    """GP's payables vouchers; the voucher number is ours and GP refuses it a second time."""

    kind: Final = "voucher"
    system: Final = "GP"
    enforces_key: Final = True
    quiet_period: Final = 60.0

    def __init__(self, gp: DynamicsGP) -> None:
        self._gp = gp

    def create(self, document: PayablesDocument) -> Stored[PayablesDocument]:
        """Create it unposted; GP may store it under a number of its own, which the caller must check."""
        return _stored(self._gp.payables.create(document))

    def find(self, token: str, _document: PayablesDocument, /) -> Stored[PayablesDocument] | None:
        """Find the voucher by its number, in whatever state it is."""
        found = self._gp.payables.find(token)
        return None if found is None else _stored(found)

    def differences(self, document: PayablesDocument, found: PayablesDocument) -> tuple[str, ...]:
        """Name the fields in which GP's voucher is another one than ours."""
        fields = [name for name in COMPARED if _value(document, name) != _value(found, name)]
        if _sums(document.distributions) != _sums(found.distributions):
            fields.append("distributions")
        return tuple(fields)

    def already_exists(self, error: Exception) -> bool:
        """Tell whether GP refused because the voucher number is taken."""
        return isinstance(error, ConflictError)


def _stored(document: PayablesDocument) -> Stored[PayablesDocument]:
    return Stored(document.voucher_number, document.voucher_number, document)


def _value(document: PayablesDocument, name: str) -> object:
    value = getattr(document, name)
    return Decimal(0) if value is None and name.endswith("_amount") else value


def _sums(distributions: Iterable[Distribution]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in distributions:
        amount = (line.debit_amount or Decimal(0)) - (line.credit_amount or Decimal(0))
        sums[line.account_number or ""] = sums.get(line.account_number or "", Decimal(0)) + amount
    return {account: amount for account, amount in sums.items() if amount}
