"""A bill that was sent, and where it stands in both systems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from attrs import frozen

from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bills.sent_vouchers import sent_documents
from gp_cin7_bridge.flows.purchases import Bill, reversal_id, reversal_kind
from gp_cin7_bridge.mapping.bills.comparison import Difference, differences
from gp_cin7_bridge.mapping.voucher_number import voucher_number
from gp_cin7_bridge.plan import revision_in
from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.state import Link


@frozen(kw_only=True)
class Carried:
    """A bill that was sent.

    Attributes:
        bill: as Cin7 Core has it; None when it is gone.
        sent: the document that was sent; None when nobody knows any more.
        voucher: as GP has it, voided perhaps; None when it is gone.
        reversal: the voucher that takes it back; "" when none was sent.
        own: every voucher that was ever sent for this bill, reversals too.
    """

    link: Link
    bill: Bill | None
    sent: PayablesDocument | None
    voucher: PayablesDocument | None
    reversal: str
    own: frozenset[str]

    @classmethod
    def of(
        cls, bridge: Bridge, link: Link, bill: Bill | None, voucher: PayablesDocument | None, links: Mapping[str, Link]
    ) -> Carried:
        """Put together what is known of a bill."""
        back = links.get(reversal_id(link.cin7_id, revision_in(link.details) + 1))
        return cls(
            link=link,
            bill=bill,
            sent=sent_documents(bridge, [link]).get(link.cin7_id),
            voucher=voucher,
            reversal=back.gp_key if back else "",
            own=frozenset(_own(link, links)),
        )

    @property
    def source_id(self) -> str:
        """Its identity in Cin7 Core."""
        return self.link.cin7_id

    @property
    def reversal_id(self) -> str:
        """The identity of what takes its voucher back."""
        return reversal_id(self.source_id, self.next_revision)

    @property
    def document(self) -> str:
        """The name people know it by."""
        known = self.sent or self.voucher
        return self.bill.document if self.bill else (known and known.document_number) or self.link.gp_key

    @property
    def revision(self) -> int:
        """Which time it was sent, from 0."""
        return revision_in(self.link.details)

    @property
    def next_revision(self) -> int:
        """Which time it would be sent next."""
        return self.revision + 1

    @property
    def owed(self) -> bool:
        """Whether Cin7 Core says that it is to be paid."""
        return self.bill is not None and self.bill.payable

    @property
    def changed(self) -> bool:
        """Whether its money, number, date or accounts differ from what was sent."""
        return self.bill is not None and self.bill.source_hash != self.link.cin7_hash

    @property
    def last_changed(self) -> dt.datetime | None:
        """When Cin7 Core says that anything of the purchase was changed."""
        return self.bill.purchase.last_updated_date if self.bill else None

    @property
    def lost(self) -> str:
        """The reason why its voucher does not count any more; "" when it does."""
        if self.reversal:
            return "voucher_taken_back"
        if self.voucher is None:
            return "voucher_deleted"
        return "voucher_voided" if self.voucher.voided else ""

    @property
    def withdrawn(self) -> Reason:
        """Why it is not to be paid any more."""
        voucher = self.link.gp_key
        if self.bill is None:
            return reason("bill_gone", voucher=voucher)
        status = str(self.bill.part.status).upper()
        return reason("bill_voided" if status == "VOIDED" else "bill_undone", voucher=voucher, status=status)

    @property
    def edits(self) -> tuple[Difference, ...]:
        """What people changed on the voucher in GP."""
        return differences(self.sent, self.voucher) if self.sent and self.voucher else ()

    @property
    def standing(self) -> PayablesDocument:
        """The voucher that counts: as it was sent, unless people changed it in GP."""
        known = self.voucher if self.edits or self.sent is None else self.sent
        if known is None:
            raise TypeError("a voucher that is gone and whose content nobody knows does not count")
        return known

    def reversal_number(self, cin7_account_id: str) -> str:
        """Give the voucher number of what takes its voucher back."""
        purchase_id, kind, task_id = self.source_id.split("/")[:3]
        return voucher_number(cin7_account_id, purchase_id, reversal_kind(kind), task_id, self.next_revision)


def _own(link: Link, links: Mapping[str, Link]) -> Iterator[str]:
    yield link.gp_key
    earlier = link.details.get("earlier")
    yield from map(str, earlier if isinstance(earlier, list) else ())
    for revision in range(1, revision_in(link.details) + 2):
        if back := links.get(reversal_id(link.cin7_id, revision)):
            yield back.gp_key
