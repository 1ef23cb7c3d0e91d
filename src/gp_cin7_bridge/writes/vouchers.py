"""Payables vouchers in GP: create, find, compare. Nothing here posts, pays, voids or deletes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from dynamicsgp_client import ConflictError, Distribution, DynamicsGP, PayablesDocument

from gp_cin7_bridge.errors import BridgeError

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


class VoucherNumberNotKeptError(BridgeError):
    """GP stored the document under a number of its own.

    Attributes:
        voucher_number: ours.
        given: GP's.
    """

    retryable = False
    may_have_happened = True

    def __init__(self, voucher_number: str, given: str) -> None:
        super().__init__(f"GP kept {given!r} instead of voucher number {voucher_number!r}")
        self.voucher_number = voucher_number
        self.given = given


class VoucherRemote:
    """GP's payables vouchers; the voucher number is ours and GP refuses it a second time."""

    kind: Final = "voucher"
    system: Final = "GP"
    enforces_key: Final = True
    quiet_period: Final = 0.0

    def __init__(self, gp: DynamicsGP) -> None:
        self._gp = gp

    def create(self, document: PayablesDocument) -> str:
        """Create it unposted; gives the voucher number.

        Raises:
            VoucherNumberNotKeptError: GP gave it another number.
        """
        given = self._gp.payables.create(document).voucher_number
        if given != document.voucher_number:
            raise VoucherNumberNotKeptError(document.voucher_number, given)
        return given

    def find(self, token: str, document: PayablesDocument) -> tuple[str, PayablesDocument] | None:
        """Find the voucher by its number, in whatever state it is."""
        found = self._gp.payables.find(token)
        return None if found is None else (found.voucher_number, found)

    def differences(self, document: PayablesDocument, found: PayablesDocument) -> tuple[str, ...]:
        """Name the fields in which GP's voucher is another one than ours."""
        fields = [name for name in COMPARED if _value(document, name) != _value(found, name)]
        if _sums(document.distributions) != _sums(found.distributions):
            fields.append("distributions")
        return tuple(fields)

    def already_exists(self, error: Exception) -> bool:
        """Tell whether GP refused because the voucher number is taken."""
        return isinstance(error, ConflictError)


def _value(document: PayablesDocument, name: str) -> object:
    value = getattr(document, name)
    return Decimal(0) if value is None and name.endswith("_amount") else value


def _sums(distributions: Iterable[Distribution]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in distributions:
        amount = (line.debit_amount or Decimal(0)) - (line.credit_amount or Decimal(0))
        sums[line.account_number or ""] = sums.get(line.account_number or "", Decimal(0)) + amount
    return {account: amount for account, amount in sums.items() if amount}
