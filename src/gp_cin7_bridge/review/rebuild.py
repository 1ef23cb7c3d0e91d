"""Find again what was carried when the state is lost: bills by voucher number, vendors and items by their keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from attrs import evolve, frozen

from cin7core_client import Product, Supplier
from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.purchases import Bill, every_bill, reversal_id, reversal_kind
from gp_cin7_bridge.flows.receipts.pop_memory import ReceivingMemory
from gp_cin7_bridge.mapping.bills.compensation import takes_back
from gp_cin7_bridge.mapping.bills.guard import number_again
from gp_cin7_bridge.mapping.text import document_number
from gp_cin7_bridge.mapping.voucher_number import Kind, voucher_number
from gp_cin7_bridge.plan import Action, Flow, Verb
from gp_cin7_bridge.progress import Watcher, nobody
from gp_cin7_bridge.review.rebuild_clearing import ClearingFound
from gp_cin7_bridge.state import Link
from gp_cin7_bridge.sync import plan

# A revision is raised when the voucher before it was removed from GP, so the search goes on behind one gap.
GAPS: Final = 2
LESS_THAN_ROUNDING: Final = Decimal("0.01")


@frozen(kw_only=True)
class Rebuilt:
    """What was found again of one flow.

    Attributes:
        linked: documents that are linked to their counterpart again.
        differing: those of them that no longer say the same on both sides; the next run looks at them.
        absent: documents that the other side does not have; the next run decides on them.
    """

    flow: Flow
    linked: tuple[str, ...]
    differing: tuple[str, ...]
    absent: tuple[str, ...]


def rebuild(bridge: Bridge, *, watch: Watcher = nobody) -> tuple[Rebuilt, ...]:
    """Link again what an earlier state had carried; reads both systems and writes to neither.

    Vendors are found by the vendor id in the supplier's attribute, items by their SKU, bills by the voucher number that
    follows from their identity, or with GP's own numbers by the vendor's invoice number, journals of receipts by their
    batch as long as they are not posted. A sync after it writes only
    what is really new. It may be repeated, and run on a state that an old backup gave back.

    Raises:
        WriterBusyError: another process writes for this company.
        GPError, Cin7Error: a system could not be read; what was linked so far stays.
    """
    with bridge.state.writer_lock():
        vendors, items = _masters(bridge, "vendors", watch), _masters(bridge, "items", watch)
        before = _receipts(bridge, watch)
        bills = _bills(bridge, watch)
        # A receipt whose bill came first is only known by what that bill left for it.
        after = _receipts(bridge, watch)
        return (vendors, items, evolve(after, linked=(*before.linked, *after.linked)), bills)


def _masters(bridge: Bridge, flow: Flow, watch: Watcher) -> Rebuilt:
    linked, differing, absent = [], [], []
    for action in plan(bridge, flow, watch=watch):
        if action.verb == Verb.CREATE:
            absent.append(action.document)
        elif action.verb == Verb.UPDATE:
            linked.append(action.document)
            if action.after:
                differing.append(action.document)
            _remember(bridge, flow, action.document, _master_link(action))
    return Rebuilt(flow=flow, linked=tuple(linked), differing=tuple(differing), absent=tuple(absent))


def _receipts(bridge: Bridge, watch: Watcher) -> Rebuilt:
    linked, differing, absent = [], [], []
    for action in plan(bridge, "receipts", watch=watch):
        if action.verb == Verb.CREATE:
            absent.append(action.document)
        elif action.verb == Verb.UPDATE:
            linked.append(action.document)
            link = Link(
                entity="receipt",
                gp_key=action.key,
                cin7_id=action.source_id,
                cin7_hash=action.content_hash,
                details=action.details,
            )
            _remember(bridge, "receipts", action.document, link)
        elif any(why.code in ("journal_mismatch", "receiving_mismatch") for why in action.reasons):
            differing.append(action.document)
    return Rebuilt(flow="receipts", linked=tuple(linked), differing=tuple(differing), absent=tuple(absent))


def _master_link(action: Action) -> Link:
    """Link a record; with an empty hash where it differs, so that the next run compares it."""
    entity = action.flow.removesuffix("s")
    payload = action.payload
    cin7_id = payload.supplier_id if isinstance(payload, Supplier) else None
    cin7_id = payload.product_id if isinstance(payload, Product) else cin7_id
    hashed = "" if action.after else action.content_hash
    return Link(entity=entity, gp_key=action.source_id, cin7_id=cin7_id or "", gp_hash=hashed)


def _bills(bridge: Bridge, watch: Watcher) -> Rebuilt:
    known = {link.cin7_id for link in bridge.state.links("bill")}
    vendors = {link.cin7_id: link.gp_key for link in bridge.state.links("vendor")}
    receivings = ReceivingMemory(bridge)
    search, clearing = _Vouchers(bridge), ClearingFound(bridge, watch)
    linked, differing, absent = [], [], []
    for bill in every_bill(bridge, watch):
        if bill.source_id in known or receivings.invoices(bill):
            continue
        vendor_id = vendors.get(bill.purchase.supplier_id or "")
        found = search.of(bill, vendor_id)
        if not found:
            if bill.payable:
                absent.append(bill.document)
            continue
        same = _same(bill, vendor_id, found[-1].voucher)
        linked.append(bill.document)
        if not same:
            differing.append(bill.document)
        for link in _links(bill, found, bill.source_hash if same else ""):
            newest = link.cin7_id == bill.source_id
            whole = clearing.completed(link, bill, found[-1].voucher, found[-1].revision) if newest else link
            _remember(bridge, "bills", bill.document, whole)
    return Rebuilt(flow="bills", linked=tuple(linked), differing=tuple(differing), absent=tuple(absent))


@frozen
class _Sent:
    """One time that a bill was sent: its voucher, and what took that back."""

    revision: int
    number: str
    voucher: PayablesDocument | None
    reversal: PayablesDocument | None = None


def _links(bill: Bill, found: list[_Sent], hashed: str) -> Iterator[Link]:
    """Give the link of the newest voucher, and those of all reversals."""
    numbers = [each.number for each in found] + [each.reversal.voucher_number for each in found if each.reversal]
    for each in found:
        if each.reversal:
            details = {"revision": each.revision + 1, "takes_back": each.number, "made": _made(each.reversal)}
            source_id = reversal_id(bill.source_id, each.revision + 1)
            yield Link(entity="bill", gp_key=each.reversal.voucher_number, cin7_id=source_id, details=details)
    newest = found[-1]
    earlier = sorted(set(numbers) - {newest.number})
    made = _made(newest.voucher or newest.reversal)
    details = {"revision": newest.revision, "earlier": earlier, "made": made}
    yield Link(entity="bill", gp_key=newest.number, cin7_id=bill.source_id, cin7_hash=hashed, details=details)


def _made(document: PayablesDocument | None) -> str:
    return str(document.modified_date or document.document_date) if document else ""


class _Vouchers:
    """Finds the vouchers that a bill became, the newest last."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._by_vendor: dict[str, list[PayablesDocument]] = {}

    def of(self, bill: Bill, vendor_id: str | None) -> list[_Sent]:
        if self._bridge.settings.gp.voucher_numbers == "ours":
            return list(self._revisions(bill))
        return list(self._numbered_by_gp(bill, self._documents(vendor_id))) if vendor_id else []

    def _numbered_by_gp(self, bill: Bill, documents: list[PayablesDocument]) -> Iterator[_Sent]:
        """Follow a bill by its number: a voucher, what names that voucher as taken back, and the voucher after it."""
        number, revision = document_number(bill.document), 0
        there = [each for each in documents if not each.voided]
        voucher = next((each for each in there if each.document_number == number), None)
        while voucher:
            mark = takes_back(voucher.voucher_number)
            reversal = next((each for each in there if each.description == mark), None)
            yield _Sent(revision, voucher.voucher_number, voucher, reversal)
            revision += 1
            again = number_again(number, revision)
            voucher = next((each for each in there if reversal and each.document_number == again), None)

    def _revisions(self, bill: Bill) -> Iterator[_Sent]:
        revision, gaps = 0, 0
        while gaps < GAPS:
            number = self._number(bill, bill.kind, revision)
            voucher = self._bridge.gp.payables.find(number)
            reversal = self._bridge.gp.payables.find(self._number(bill, reversal_kind(bill.kind), revision + 1))
            if voucher or reversal:
                yield _Sent(revision, number, voucher, reversal)
            gaps = 0 if voucher or reversal else gaps + 1
            revision += 1

    def _number(self, bill: Bill, kind: Kind, revision: int) -> str:
        account_id = self._bridge.settings.cin7.account_id
        return voucher_number(account_id, bill.purchase.purchase_id, kind, bill.task_id, revision)

    def _documents(self, vendor_id: str) -> list[PayablesDocument]:
        if vendor_id not in self._by_vendor:
            self._by_vendor[vendor_id] = list(self._bridge.gp.payables.list(vendor_id=vendor_id))
        return self._by_vendor[vendor_id]


def _same(bill: Bill, vendor_id: str | None, found: PayablesDocument | None) -> bool:
    """Tell whether a voucher still says what its bill says, as far as it shows without mapping the bill anew."""
    if found is None:
        return False
    number = re.sub(r"-\d{1,2}$", "", found.document_number or "")
    return (
        bill.payable
        and vendor_id in (None, found.vendor_id)
        and document_number(bill.document) in (number, found.document_number)
        and bill.date == found.document_date
        and abs(abs(bill.part.total) - found.document_amount) < LESS_THAN_ROUNDING
    )


def _remember(bridge: Bridge, flow: Flow, document: str, link: Link) -> None:
    with bridge.state.transaction():
        bridge.state.put_link(link)
        bridge.state.audit(
            flow=flow,
            action="rebuild",
            outcome="linked",
            document=document,
            gp_key=link.gp_key,
            cin7_id=link.cin7_id,
            detail={"summary": "found again in both systems"},
        )
