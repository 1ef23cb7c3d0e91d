"""What GP's books must allow: periods, accounts, voucher numbers, one currency with Cin7 Core."""

from __future__ import annotations

from collections.abc import Iterator

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bills.facts import GPFacts, numbering_problem
from gp_cin7_bridge.flows.bills.setup import account_map
from gp_cin7_bridge.review.check.finding import Finding, Mark, asked


def gp_books(bridge: Bridge, facts: GPFacts) -> Iterator[Finding]:
    """Compare the settings with what GP says of itself."""
    yield _periods(facts)
    yield from _payable(bridge, facts)
    yield from _accounts(bridge, facts)
    yield _voucher_numbers(bridge, facts)
    yield from asked("terms in GP", lambda: _terms(bridge))
    yield from asked("tax details", lambda: _tax_details(bridge))


def _terms(bridge: Bridge) -> Iterator[Finding]:
    wanted = set(bridge.settings.bills.payment_terms.values())
    if wanted:
        there = {each.payment_terms_id for each in bridge.gp.payment_terms.list()}
        yield from _lacking("terms in GP", "[bills.payment_terms]", wanted, there)


def _tax_details(bridge: Bridge) -> Iterator[Finding]:
    rules = [each for each in bridge.settings.bills.tax_rules.values() if each.treatment == "detail"]
    wanted = {each.tax_detail_id for each in rules if each.tax_detail_id}
    wanted |= {part.tax_detail_id for each in rules for part in each.components}
    if wanted:
        there = {each.tax_detail_id for each in bridge.gp.tax_details.list()}
        yield from _lacking("tax details", "[bills.tax_rules]", wanted, there)


def _lacking(subject: str, key: str, wanted: set[str], there: set[str]) -> Iterator[Finding]:
    lacking = sorted(wanted - there)
    for name in lacking:
        cure = f"Correct {key} of bridge.toml, or set it up in GP."
        yield Finding(subject, Mark.FAILED, f"GP has no {name!r}", cure)
    if not lacking:
        yield Finding(subject, Mark.OK, f"GP has {', '.join(sorted(wanted))}")


def _periods(facts: GPFacts) -> Finding:
    if facts.periods is None:
        return Finding(
            "period source",
            Mark.FAILED,
            "nothing tells which periods are open",
            "Offer them on an extension path, or list the years in [periods] of bridge.toml.",
        )
    return Finding("period source", Mark.OK, "GP, or [periods] of bridge.toml, tells which periods are open")


def _payable(bridge: Bridge, facts: GPFacts) -> Iterator[Finding]:
    payable = bridge.settings.accounts.payable
    if not payable:
        yield Finding(
            "payable account",
            Mark.WARNING,
            "no company default; vendors without one of their own are held",
            "Set payable in [accounts] of bridge.toml.",
        )
        return
    problems = facts.chart.problems("payable", payable)
    for problem in problems:
        yield Finding("payable account", Mark.FAILED, problem.text, problem.cure)
    if not problems:
        yield Finding("payable account", Mark.OK, payable)


def _accounts(bridge: Bridge, facts: GPFacts) -> Iterator[Finding]:
    accounts = bridge.settings.accounts
    if not accounts.map and not accounts.default:
        yield Finding(
            "account map",
            Mark.WARNING,
            "no Cin7 account is mapped, every bill will be held",
            "Fill [accounts.map] of bridge.toml; `gp-cin7 accounts coverage` lists the codes in use.",
        )
        return
    if facts.chart.accounts is None:
        yield Finding(
            "account map",
            Mark.WARNING,
            "GP's chart of accounts cannot be read, so the map is not checked",
            "Offer it on an extension path; until then GP itself refuses wrong accounts.",
        )
        return
    own = facts.chart.problems("payable", accounts.payable) if accounts.payable else ()
    found = facts.chart.map_problems(account_map(accounts), payable=accounts.payable)
    problems = [each for each in found if each not in own]
    for problem in problems:
        yield Finding("account map", Mark.FAILED, problem.text, problem.cure)
    if not problems:
        yield Finding("account map", Mark.OK, f"{len(accounts.map)} lines, every GP account exists and takes entries")


def _voucher_numbers(bridge: Bridge, facts: GPFacts) -> Finding:
    if problem := numbering_problem(bridge, facts):
        return Finding("voucher numbers", Mark.FAILED, problem.text, problem.cure)
    if facts.setup is None:
        return Finding(
            "voucher numbers",
            Mark.WARNING,
            "GP's payables set-up cannot be read",
            "Make sure that 'Override Voucher Number' is on; the first voucher is read back in any case.",
        )
    if bridge.settings.gp.voucher_numbers == "gp":
        return Finding("voucher numbers", Mark.OK, "GP numbers the vouchers and forbids duplicate invoice numbers")
    return Finding("voucher numbers", Mark.OK, "GP keeps the number that it is given")


def base_currency(facts: GPFacts, cin7_currency: str) -> Finding:
    """Compare the currencies in which both keep their books."""
    if facts.functional_currency is None:
        return Finding(
            "base currency",
            Mark.WARNING,
            "GP's functional currency cannot be read",
            "Set functional_currency in [gp] of bridge.toml.",
        )
    if facts.functional_currency != cin7_currency:
        return Finding(
            "base currency",
            Mark.FAILED,
            f"GP keeps its books in {facts.functional_currency}, Cin7 Core in {cin7_currency or 'none that it tells'}",
            "Connect a company of the same base currency.",
        )
    return Finding("base currency", Mark.OK, facts.functional_currency)
