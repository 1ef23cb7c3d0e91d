"""What bills must know of receipts that are booked one by one: what they clear, and what is not booked yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import evolve

from cin7core_client import Purchase
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bills.facts import GPFacts
from gp_cin7_bridge.flows.purchases import Bill
from gp_cin7_bridge.flows.receipts.begun import Begun
from gp_cin7_bridge.flows.receipts.memory import ReceiptMemory, details_of
from gp_cin7_bridge.flows.receipts.setup import receipt_rules
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.held import HeldReceipt
from gp_cin7_bridge.mapping.receipts.accruals import Accrual
from gp_cin7_bridge.mapping.receipts.receipt import map_receipts
from gp_cin7_bridge.mapping.receipts.rules import ReceiptRules
from gp_cin7_bridge.mapping.rounding import ZERO
from gp_cin7_bridge.reasons import Reason, reason


class ReceiptsOfBills:
    """The receipts of the purchases whose bills are planned.

    Attributes:
        accruals: by purchase, what was booked of it; only where receipts are booked one by one.
    """

    def __init__(self, bridge: Bridge, facts: GPFacts | None, purchases: Iterable[Purchase], begun: Begun) -> None:
        self._memory = ReceiptMemory(bridge.state)
        purchases = {each.purchase_id: each for each in purchases}.values()
        # What was accrued is cleared by its bills, whatever the mode is by now.
        accruing = [each for each in purchases if begun.belongs(each, "gl_accrual")]
        self._shipped = {each.purchase_id for each in purchases if begun.belongs(each, "pop")}
        self._rules = receipt_rules(bridge, facts) if facts else ReceiptRules()
        self._skipped = {record.record_key for record in bridge.state.skipped("receipts")}
        self._planned: Counter[str] = Counter()
        self.accruals: dict[str, list[Accrual]] = {
            each.purchase_id: list(self._memory.entries(each)) for each in accruing
        }

    def not_carried(self, purchase: Purchase) -> tuple[Reason, ...]:
        """Give the reason against a bill whose receipts are not booked yet; a person may have skipped one."""
        entries = self.accruals.get(purchase.purchase_id)
        if entries is None:
            return ()
        names = [
            each.document if isinstance(each, HeldReceipt) else each.name
            for each in map_receipts(purchase, entries, self._rules, self._skipped)
            if each.source_id not in self._skipped and (isinstance(each, HeldReceipt) or each.document)
        ]
        return (reason("receipt_not_carried", receipts=", ".join(names)),) if names else ()

    def returned(self, bill: Bill) -> tuple[Reason, ...]:
        """Warn of a credit note that takes goods back which GP received: no service of GP's lowers its stock again."""
        unstocked = getattr(bill.part, "unstock", ())
        if bill.purchase.purchase_id not in self._shipped or not unstocked:
            return ()
        quantity = sum((each.quantity for each in unstocked), ZERO)
        return (reason("return_not_in_stock", document=bill.document, quantity=f"{quantity:f}"),)

    def rules_again(self, rules: BillRules, bill: Bill, *, anew: bool) -> BillRules:
        """Give the rules for a bill that was sent: as they stood for it, or anew, as if it never had been."""
        purchase_id = bill.purchase.purchase_id
        if purchase_id not in self.accruals:
            return rules
        if anew:
            return evolve(rules, accruals={purchase_id: self._others(bill)})
        before = self._memory.entries_before(bill.purchase, bill.source_id)
        return evolve(rules, accruals={} if before is None else {purchase_id: list(before)})

    def cleared(self, bill: Bill, accruals: tuple[Accrual, ...] | None) -> Mapping[str, object]:
        """Take a planned bill into account, in place of an earlier one, and give what its link is to remember."""
        if accruals is None:
            return {}
        purchase_id = bill.purchase.purchase_id
        self.accruals[purchase_id][:] = [*self._others(bill), *accruals]
        self._planned[purchase_id] += 1
        return details_of(accruals, self._memory.next_place(purchase_id) + self._planned[purchase_id] - 1)

    def _others(self, bill: Bill) -> list[Accrual]:
        return [each for each in self.accruals[bill.purchase.purchase_id] if each.source_id != bill.source_id]
