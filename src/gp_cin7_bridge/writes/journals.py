"""Journals in GP: create, find, compare. Nothing here posts, voids or deletes."""

from __future__ import annotations

from typing import Final

from dynamicsgp_client import DynamicsGP, Journal
from gp_cin7_bridge.mapping.receipts.journal import differences
from gp_cin7_bridge.writes.ensure import Stored


class JournalRemote:
    """GP's journals, one a batch: GP numbers a journal itself and takes a second one, so its batch tells it apart.

    Args:
        gp: the client.
    """

    kind: Final = "journal"
    system: Final = "GP"
    enforces_key: Final = False
    gives_keys: Final = False
    read_back: Final = True
    quiet_period: Final = 60.0

    def __init__(self, gp: DynamicsGP) -> None:
        self._gp = gp

    def create(self, document: Journal) -> Stored[Journal]:
        """Create it unposted, in its own batch."""
        self._gp.journals.create(document)
        return _stored(document)

    def find(self, token: str, _document: Journal, /) -> Stored[Journal] | None:
        """Find what stands in its batch; two journals there are shown as one, which differs from ours."""
        there = list(self._gp.journals.list(batch_id=token))
        if not there:
            return None
        return _stored(there[0].replace(lines=tuple(line for journal in there for line in journal.lines)))

    def differences(self, document: Journal, found: Journal) -> tuple[str, ...]:
        """Name the fields in which GP's journal is another one than ours."""
        return differences(document, found)

    def already_exists(self, _error: Exception) -> bool:
        """Tell that no refusal means a taken key: GP takes any number of journals in a batch."""
        return False


def _stored(document: Journal) -> Stored[Journal]:
    batch_id = document.batch_id or ""
    return Stored(batch_id, batch_id, document)
