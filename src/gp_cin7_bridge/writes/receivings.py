"""Receivings in GP: create, find, compare. Nothing here posts, voids or deletes."""

from __future__ import annotations

from typing import Final

from dynamicsgp_client import ConflictError, DynamicsGP, Receiving
from gp_cin7_bridge.mapping.receipts.receiving import differences
from gp_cin7_bridge.writes.ensure import Stored


class ReceivingRemote:
    """GP's receivings, shipments and purchase invoices; each lies under the number that it is given.

    Whether GP keeps that number and refuses a second of it is unverified: every one is read back, and after a lost
    answer nothing is sent again before the quiet period is over.

    Args:
        gp: the client.
    """

    kind: Final = "receiving"
    system: Final = "GP"
    enforces_key: Final = False
    gives_keys: Final = False
    read_back: Final = True
    quiet_period: Final = 60.0

    def __init__(self, gp: DynamicsGP) -> None:
        self._gp = gp

    def create(self, document: Receiving) -> Stored[Receiving]:
        """Create it unposted."""
        return _stored(self._gp.receivings.create(document))

    def find(self, token: str, _document: Receiving, /) -> Stored[Receiving] | None:
        """Find it by its number."""
        there = self._gp.receivings.find(token)
        return None if there is None else _stored(there)

    def differences(self, document: Receiving, found: Receiving) -> tuple[str, ...]:
        """Name the fields in which GP's receiving is another one than ours."""
        return differences(document, found)

    def already_exists(self, error: Exception) -> bool:
        """Tell whether GP refused because the number is taken."""
        return isinstance(error, ConflictError)


def _stored(document: Receiving) -> Stored[Receiving]:
    return Stored(document.receipt_number, document.receipt_number, document)
