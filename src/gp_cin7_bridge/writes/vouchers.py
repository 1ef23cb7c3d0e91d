"""Payables vouchers in GP: create, find, compare. Nothing here posts, pays, voids or deletes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cached_property
from typing import Final

from dynamicsgp_client import ConflictError, DynamicsGP, NotFoundError, PayablesDocument, ValidationError
from gp_cin7_bridge.mapping.bills.comparison import account_sums
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


SAME_BILL: Final = ("document_type", "vendor_id", "document_number", "document_amount")
DUPLICATE_INVOICE: Final = "305"
DUPLICATE_TEXTS: Final = ("duplicate invoice number", "vendordocumentnumber already exists")
# How many numbers beyond GP's next one are tried when somebody took it.
MOST_TAKEN: Final = 100


class VoucherRemote:
    """GP's payables vouchers.

    With numbers of ours GP refuses a second voucher of one number, once it is proven that it keeps them; until then the
    first voucher is read back, and a lost one is looked for among its vendor's documents too. With GP's numbers the
    vendor's invoice number is the key that GP refuses a second time.

    Args:
        gp: the client.
        gp_numbers: GP numbers the vouchers.
        proven: tells whether a voucher of this company was ever found under the number that we gave; until then GP's
            set-up is asked.
    """

    kind: Final = "voucher"
    system: Final = "GP"
    quiet_period: Final = 60.0

    def __init__(self, gp: DynamicsGP, *, gp_numbers: bool = False, proven: Callable[[], bool] = lambda: True) -> None:
        self._gp = gp
        self._proven = proven
        self.gives_keys = gp_numbers

    @property
    def enforces_key(self) -> bool:
        """Tell whether a second voucher of one number is certainly refused."""
        return not self.gives_keys and (self._proven() or self._said)

    @property
    def read_back(self) -> bool:
        """Tell whether this company still has to prove that it keeps our numbers."""
        return not self.gives_keys and not self._proven()

    @cached_property
    def _said(self) -> bool:
        try:
            return self._gp.payables_setup.get().override_voucher_number is True
        except NotFoundError:
            return False

    def numbered(self, document: PayablesDocument) -> PayablesDocument:
        """Give the document the number that GP will use next.

        Raises:
            NotFoundError: GP's next number cannot be read.
        """
        number = self._gp.payables_setup.get().next_voucher_number or ""
        for _ in range(MOST_TAKEN):
            if not number.isdigit() or self._gp.payables.find(number) is None:
                break
            number = str(int(number) + 1).zfill(len(number))
        return document.replace(voucher_number=number)

    def create(self, document: PayablesDocument) -> Stored[PayablesDocument]:
        """Create it unposted; GP may store it under a number of its own, which the caller must check."""
        return _stored(self._gp.payables.create(document))

    def find(self, _token: str, document: PayablesDocument, /) -> Stored[PayablesDocument] | None:
        """Find the voucher by its number in whatever state it is, else as the same bill under another number."""
        there = self._gp.payables.find(document.voucher_number)
        if there is None or (self.gives_keys and not _same_bill(document, there)):
            others = self._gp.payables.list(vendor_id=document.vendor_id)
            there = next((each for each in others if _same_bill(document, each)), None)
        return None if there is None else _stored(there)

    def differences(self, document: PayablesDocument, found: PayablesDocument) -> tuple[str, ...]:
        """Name the fields in which GP's voucher is another one than ours."""
        compared = COMPARED[1:] if self.gives_keys else COMPARED
        fields = [name for name in compared if _value(document, name) != _value(found, name)]
        if account_sums(document.distributions) != account_sums(found.distributions):
            fields.append("distributions")
        return tuple(fields)

    def already_exists(self, error: Exception) -> bool:
        """Tell whether GP refused because the number is taken: the voucher's, or with GP's numbers the vendor's."""
        if isinstance(error, ConflictError):
            return True
        problems = error.problems if self.gives_keys and isinstance(error, ValidationError) else ()
        return any(
            each.code == DUPLICATE_INVOICE or any(text in each.text.lower() for text in DUPLICATE_TEXTS)
            for each in problems
        )


def _same_bill(document: PayablesDocument, found: PayablesDocument) -> bool:
    """Tell whether a voucher, whatever its number, is this very bill of the vendor."""
    return not found.voided and all(_value(document, name) == _value(found, name) for name in SAME_BILL)


def _stored(document: PayablesDocument) -> Stored[PayablesDocument]:
    return Stored(document.voucher_number, document.voucher_number, document)


def _value(document: PayablesDocument, name: str) -> object:
    value = getattr(document, name)
    return Decimal(0) if value is None and name.endswith("_amount") else value
