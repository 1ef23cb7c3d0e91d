"""Which document numbers a vendor has in GP already, in any state, typed by hand or sent by us."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from attrs import frozen

from dynamicsgp_client import DynamicsGP, PayablesDocument
from gp_cin7_bridge.mapping.text import normalised_number


@frozen
class _Known:
    voucher_number: str
    where: str


class KnownDocuments:
    """Vendor document numbers by vendor; each vendor is read from GP once."""

    def __init__(self, gp: DynamicsGP) -> None:
        self._gp = gp
        self._by_vendor: dict[str, defaultdict[str, list[_Known]]] = {}

    def load(self, vendor_id: str) -> None:
        """Read a vendor's documents, unless that was done."""
        if vendor_id in self._by_vendor:
            return
        self._by_vendor[vendor_id] = defaultdict(list)
        for document in self._gp.payables.list(vendor_id=vendor_id):
            self.add(document, f"in GP ({document.transaction_state or 'Work'})")

    def add(self, document: PayablesDocument, where: str) -> None:
        """Remember one document."""
        number = normalised_number(document.document_number or "")
        known = self._by_vendor.setdefault(document.vendor_id, defaultdict(list))
        known[number].append(
            _Known(document.voucher_number, f"voucher {document.voucher_number} of {document.document_date} {where}")
        )

    def besides(self, voucher_number: str) -> Mapping[str, Mapping[str, str]]:
        """Show what is known without one voucher, so that a document is never its own duplicate."""
        return _Besides(self._by_vendor, voucher_number)


class _Besides(Mapping[str, Mapping[str, str]]):
    def __init__(self, known: Mapping[str, Mapping[str, list[_Known]]], voucher_number: str) -> None:
        self._known = known
        self._voucher_number = voucher_number

    def __getitem__(self, vendor_id: str) -> Mapping[str, str]:
        return _Numbers(self._known[vendor_id], self._voucher_number)

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class _Numbers(Mapping[str, str]):
    def __init__(self, numbers: Mapping[str, list[_Known]], voucher_number: str) -> None:
        self._numbers = numbers
        self._voucher_number = voucher_number

    def __getitem__(self, number: str) -> str:
        if number in self._numbers:
            for known in self._numbers[number]:
                if known.voucher_number != self._voucher_number:
                    return known.where
        raise KeyError(number)

    def __iter__(self) -> Iterator[str]:
        return (number for number in self._numbers if number in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
