"""Bills compared: every invoice and credit note of Cin7 Core against GP's voucher of it, and GP's vouchers back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from attrs import define, evolve, field

from cin7core_client import Cin7Error, Purchase, PurchaseSummary
from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.purchases import Bill, bills_of, may_hold_bills, of_approach, purchase_of, too_early
from gp_cin7_bridge.flows.receipts.memory import ReceiptMemory
from gp_cin7_bridge.flows.receipts.pop_memory import ReceivingMemory
from gp_cin7_bridge.mapping.bills.bill import explain_bill, voucher_of
from gp_cin7_bridge.mapping.bills.duplicates import VendorDocuments
from gp_cin7_bridge.mapping.bills.header import document_type, linked_vendor
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.rounding import Rounding
from gp_cin7_bridge.mapping.text import base_number, document_number, normalised_number
from gp_cin7_bridge.plan import revision_in
from gp_cin7_bridge.reasons import Reason
from gp_cin7_bridge.review.reconcile import sentences
from gp_cin7_bridge.review.reconcile.bill_rules import ComparisonRules
from gp_cin7_bridge.review.reconcile.findings import Finding
from gp_cin7_bridge.review.reconcile.reading import Reading
from gp_cin7_bridge.review.reconcile.sentences import Subject, known
from gp_cin7_bridge.review.reconcile.totals import Totals, owed
from gp_cin7_bridge.review.reconcile.vouchers import Vouchers, differing
from gp_cin7_bridge.state import Link

FLOW: Final = "bills"
POSTED: Final = ("OPEN", "HISTORY")


def is_ours(bridge: Bridge, voucher: PayablesDocument) -> bool:
    """Tell whether the bridge made a voucher: by its number, or with GP's own numbers by what is linked."""
    if bridge.settings.gp.voucher_numbers == "ours":
        return known(voucher).ours
    return bridge.state.link("bill", gp_key=voucher.voucher_number) is not None


@define
class BillComparison:
    """The comparison of all bills; `totals` are whole once every purchase was seen and the rest was asked for."""

    reading: Reading
    rules: ComparisonRules
    vouchers: Vouchers
    totals: Totals
    receipts: ReceiptMemory
    receivings: ReceivingMemory
    skipped: dict[str, tuple[Reason, ...]] = field(factory=dict)
    unread: set[str] = field(factory=set)
    taken_back: dict[str, str] = field(factory=dict)

    @classmethod
    def of(cls, reading: Reading, vouchers: Vouchers) -> BillComparison:
        """Read GP's rules and its vouchers."""
        state = reading.bridge.state
        rules = ComparisonRules.read(reading)
        vouchers.put(reading.each("GP", FLOW, reading.bridge.gp.payables.list()))
        skipped = {record.record_key: record.reasons for record in state.skipped(FLOW)}
        found = cls(
            reading,
            rules,
            vouchers,
            Totals(FLOW, rules.facts.periods),
            ReceiptMemory(state),
            ReceivingMemory(reading.bridge),
            skipped,
        )
        found.taken_back |= {
            str(link.details["takes_back"]): link.gp_key for link in state.links("bill") if "takes_back" in link.details
        }
        return found

    def wants(self, row: PurchaseSummary) -> bool:
        """Tell whether a purchase may hold a bill."""
        return may_hold_bills(row)

    def see(self, purchase: Purchase) -> Iterator[Finding]:
        """Compare each bill of a purchase."""
        for bill in bills_of(purchase):
            if not self.receivings.invoices(bill):
                yield from self._compared(bill)

    def miss(self, row: PurchaseSummary, error: Cin7Error) -> Iterator[Finding]:
        """Leave the bills of a purchase that cannot be read out of the comparison."""
        self.unread.add(row.purchase_id)
        yield sentences.unreadable(row.order_number or row.purchase_id, error)

    def rest(self) -> Iterator[Finding]:
        """Name what GP has beside."""
        for voucher in self.vouchers.untaken():
            if not voucher.voided and not self._taken_back(voucher) and not self._unread(voucher):
                yield self._beside(voucher)

    def _compared(self, bill: Bill) -> Iterator[Finding]:
        link = self.reading.bridge.state.link("bill", cin7_id=bill.source_id)
        number = link.gp_key if link else voucher_of(bill.purchase, bill.part, self.rules.sending)
        voucher = self.vouchers.take(number)
        if number in self.taken_back:
            if bill.payable:
                yield sentences.taken_back(self._subject_of(bill), number, self.taken_back[number])
        elif link is None and voucher is None and self._left_out(bill):
            return
        elif bill.payable:
            self.reading.compared[FLOW] += 1
            # It may have been carried since GP's list was read.
            voucher = voucher or self.reading.bridge.gp.payables.find(number)
            yield from self._carried(bill, voucher, link) if voucher else [self._absent(bill, number if link else "")]
        elif voucher and not voucher.voided:
            subject = self._counted(bill.document, voucher)
            yield sentences.not_owed(subject, voucher, str(bill.part.status))

    def _left_out(self, bill: Bill) -> bool:
        """Tell whether the settings leave a bill out that was never carried."""
        settings = self.reading.bridge.settings.bills
        wanted = of_approach(bill.purchase, settings.approach)
        return not wanted or too_early(bill, settings.first_day) is not None

    def _carried(self, bill: Bill, voucher: PayablesDocument, link: Link | None) -> Iterator[Finding]:
        """Compare a bill with its voucher."""
        subject = self._counted(bill.document, voucher)
        mapped = explain_bill(bill.purchase, bill.part, self._rules_of(bill))
        if isinstance(mapped, Held):
            self._count_bill(bill, subject)
            yield sentences.not_mapped_now(subject, voucher, mapped.reasons)
        else:
            expected = self._as_numbered(mapped.document, voucher, link)
            moved = self.rules.sending.closed_period != "hold"
            self.totals.cin7(self._subject(bill.document, voucher if moved else expected), owed(expected))
            if fields := differing(expected, voucher, moved=moved):
                yield sentences.differs(subject, voucher, fields)
            elif (voucher.transaction_state or "").upper() in POSTED:
                yield sentences.posted(subject, voucher)
        if other := self._twin(voucher):
            self._counted(bill.document, other)
            yield sentences.twice(subject, voucher, other)

    def _rules_of(self, bill: Bill) -> BillRules:
        """Give the rules as they stood for a bill: it cleared what was accrued before it."""
        accrued = self.receipts.entries_before(bill.purchase, bill.source_id)
        rules = self.rules.comparing
        return rules if accrued is None else evolve(rules, accruals={bill.purchase.purchase_id: list(accrued)})

    def _as_numbered(
        self, expected: PayablesDocument, voucher: PayablesDocument, link: Link | None
    ) -> PayablesDocument:
        """Take the number that a voucher got because its own was taken."""
        number = voucher.document_number or ""
        suffixed = base_number(number) == normalised_number(expected.document_number or "")
        sent_again = link is not None and revision_in(link.details) > 0
        if suffixed and (sent_again or self.rules.sending.duplicates == "suffix"):
            return expected.replace(document_number=number)
        return expected

    def _twin(self, voucher: PayablesDocument) -> PayablesDocument | None:
        """Find the same bill under another voucher number, which no document of Cin7 Core has."""
        others = {
            each.voucher_number: each
            for each in self.vouchers.like(voucher.vendor_id, voucher.document_number or "")
            if not each.voided and not is_ours(self.reading.bridge, each)
        }
        match = VendorDocuments.of(map(known, others.values())).match(known(voucher))
        same = match is not None and match.how != "similar"
        return others[match.document.voucher_number] if match and same else None

    def _absent(self, bill: Bill, linked: str) -> Finding:
        """Say why GP has no voucher of a bill."""
        rules = self.rules.sending
        vendor = linked_vendor(bill.purchase, rules)
        if vendor:
            like = self.vouchers.like(vendor.vendor_id, document_number(bill.document))
            rules.known_documents[vendor.vendor_id] = VendorDocuments.of(map(known, like))
        subject = self._subject_of(bill)
        if linked:
            return sentences.deleted(subject, linked)
        if bill.source_id in self.skipped:
            return sentences.kept(subject, self.skipped[bill.source_id])
        mapped = explain_bill(bill.purchase, bill.part, rules)
        if isinstance(mapped, Held):
            return sentences.kept(subject, mapped.reasons)
        return sentences.missing(subject, mapped.document.voucher_number)

    def _beside(self, voucher: PayablesDocument) -> Finding:
        """Say of a voucher of the bridge's that no bill has whether it is one too many, or of nothing at all."""
        subject = self._counted(voucher.document_number or voucher.voucher_number, voucher)
        others = self.vouchers.like(voucher.vendor_id, voucher.document_number or "")
        match = VendorDocuments.of(known(each) for each in others if not each.voided).match(known(voucher))
        for each in others:
            if match and match.how != "similar" and each.voucher_number == match.document.voucher_number:
                return sentences.twice(subject, each, voucher)
        return sentences.unknown(subject, voucher)

    def _unread(self, voucher: PayablesDocument) -> bool:
        """Tell whether a voucher may be of a purchase that could not be read."""
        link = self.reading.bridge.state.link("bill", gp_key=voucher.voucher_number)
        return link is not None and purchase_of(link.cin7_id) in self.unread

    def _taken_back(self, voucher: PayablesDocument) -> bool:
        """Tell whether a voucher was taken back, or takes one back: the two count nothing together."""
        return voucher.voucher_number in {*self.taken_back, *self.taken_back.values()}

    def _subject(self, document: str, voucher: PayablesDocument) -> Subject:
        day: dt.date = voucher.posting_date or voucher.document_date
        currency = self.rules.iso_code(voucher.currency_id)
        return Subject(document, voucher.vendor_id, self.totals.period(day), currency)

    def _subject_of(self, bill: Bill) -> Subject:
        """Count a bill that has no voucher."""
        vendor = linked_vendor(bill.purchase, self.rules.sending)
        subject = Subject(
            bill.document,
            vendor.vendor_id if vendor else bill.purchase.supplier or "",
            self.totals.period(bill.date),
            bill.purchase.supplier_currency or bill.purchase.base_currency or "",
        )
        self._count_bill(bill, subject)
        return subject

    def _counted(self, document: str, voucher: PayablesDocument) -> Subject:
        subject = self._subject(document, voucher)
        if not voucher.voided:
            self.totals.gp(subject, owed(voucher))
        return subject

    def _count_bill(self, bill: Bill, subject: Subject) -> None:
        """Count a bill that cannot be mapped, by its total."""
        currency = self.rules.sending.currencies.get(subject.currency)
        total = Rounding(currency.decimals if currency else 2).round(abs(bill.part.total))
        invoice = document_type(bill.part, self.rules.sending) == 1
        self.totals.cin7(subject, total if invoice else -total)
