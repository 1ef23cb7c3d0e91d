"""What bills that are found again cleared of their receipts: as mapping gives it, where GP's voucher says the same."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from attrs import evolve

from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.purchases import Bill
from gp_cin7_bridge.flows.receipts.begun import Begun
from gp_cin7_bridge.flows.receipts.memory import ReceiptMemory, details_of
from gp_cin7_bridge.mapping.bills.bill import explain_bill
from gp_cin7_bridge.mapping.bills.comparison import account_sums
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.progress import Watcher
from gp_cin7_bridge.review.reconcile.bill_rules import ComparisonRules
from gp_cin7_bridge.review.reconcile.reading import Reading
from gp_cin7_bridge.state import Link


class ClearingFound:
    """Follows what stands open of each purchase while its bills are found again, the oldest first."""

    def __init__(self, bridge: Bridge, watch: Watcher) -> None:
        self._bridge = bridge
        self._watch = watch
        self._memory = ReceiptMemory(bridge.state)
        self._begun = Begun(bridge)

    @cached_property
    def _rules(self) -> BillRules:
        return ComparisonRules.read(Reading(self._bridge, self._watch)).comparing

    def completed(self, link: Link, bill: Bill, voucher: PayablesDocument | None, revision: int) -> Link:
        """Give a bill's link with what it opened and cleared; without, its goods count as gone to inventory."""
        accrues = self._begun.belongs(bill.purchase, "gl_accrual")
        details = self._details(bill, voucher, revision) if voucher and accrues else {}
        completed = evolve(link, details={**link.details, **details})
        self._memory.add(completed)
        return completed

    def _details(self, bill: Bill, voucher: PayablesDocument, revision: int) -> Mapping[str, object]:
        purchase = bill.purchase
        entries = list(self._memory.entries(purchase))
        rules = evolve(self._rules, accruals={purchase.purchase_id: entries}, revision=revision)
        mapped = explain_bill(purchase, bill.part, rules)
        if isinstance(mapped, Held) or mapped.accruals is None:
            return {}
        same = account_sums(mapped.document.distributions) == account_sums(voucher.distributions)
        return details_of(mapped.accruals, self._memory.next_place(purchase.purchase_id)) if same else {}
