"""The account map compared: with the codes that purchases use, and with GP's chart."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import Factory, define

from cin7core_client import Cin7Error, Purchase, PurchaseSummary
from gp_cin7_bridge.flows.bills.facts import read_chart
from gp_cin7_bridge.flows.bills.setup import account_map
from gp_cin7_bridge.flows.purchases import may_hold_bills
from gp_cin7_bridge.reasons import Reason
from gp_cin7_bridge.review.accounts import CodeUse, Uses, check_accounts, covered_by_map
from gp_cin7_bridge.review.reconcile.findings import Difference, Finding, Kind
from gp_cin7_bridge.review.reconcile.reading import Reading

FLOW = "accounts"
KINDS = {"account_unmapped": Kind.UNMAPPED, "account_template": Kind.UNMAPPED, "account_missing_in_gp": Kind.MISSING}
FIELDS = {
    "account_inactive": Difference("active", "yes", "no"),
    "account_no_entry": Difference("allow_account_entry", "yes", "no"),
    "account_not_posting": Difference("account_type", "posting", "another"),
}


@define
class AccountComparison:
    """The comparison of every code that an authorised document uses, and of every line of the map."""

    reading: Reading
    uses: Uses = Factory(Uses)

    def wants(self, row: PurchaseSummary) -> bool:
        """Tell whether a purchase may hold a bill."""
        return may_hold_bills(row)

    def see(self, purchase: Purchase) -> Iterator[Finding]:
        """Count the codes of a purchase."""
        self.uses.see(purchase)
        return iter(())

    def miss(self, _row: PurchaseSummary, _error: Cin7Error) -> Iterator[Finding]:
        """Pass over what cannot be read; bills tell it."""
        return iter(())

    def rest(self) -> Iterator[Finding]:
        """Name codes without an account, and accounts of the map that GP would not take."""
        bridge = self.reading.bridge
        settings = bridge.settings.accounts
        accounts, chart = account_map(settings), read_chart(bridge.gp)
        told: set[str] = set()
        for use in self.uses.all():
            self.reading.compared[FLOW] += 1
            covered = covered_by_map(use, accounts, chart, settings.payable)
            for problem in covered.problems:
                told.add(repr(covered.account_number or use.code))
                yield _finding(use.code, problem, f"{problem.text} {_used(use)}", covered.account_number)
        for problem in check_accounts(bridge):
            if not any(name in problem.text for name in told):
                yield _finding("account map", problem, problem.text)


def _used(use: CodeUse) -> str:
    last = f", last on {use.last}" if use.last else ""
    return f"Lines that use it: {use.lines}{last}."


def _finding(document: str, problem: Reason, text: str, account: str = "") -> Finding:
    differing = FIELDS.get(problem.code)
    return Finding(
        flow=FLOW,
        kind=KINDS.get(problem.code, Kind.DIFFERENT),
        document=document,
        key=account,
        text=text,
        cure=problem.cure,
        differences=(differing,) if differing else (),
    )
