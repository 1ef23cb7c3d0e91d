"""Check a connection before it is used: reach, sign-in, company, currency, accounts, periods, voucher numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

from attrs import frozen

from cin7core_client import Cin7Error
from dynamicsgp_client import GPError
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bill_facts import GPFacts, gp_facts, numbering_problem
from gp_cin7_bridge.flows.bill_setup import account_map
from gp_cin7_bridge.references import SecretUnavailableError


class Mark(StrEnum):
    """How a line turned out."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@frozen
class Finding:
    """One line of a check, with its cure where one is needed."""

    subject: str
    mark: Mark
    text: str
    cure: str = ""


def check(bridge: Bridge) -> Iterator[Finding]:
    """Ask both systems what a run will need; writes nothing. What cannot be asked is a finding, not an error."""
    cin7_currency: list[str] = []
    facts: list[GPFacts] = []
    yield from _secrets(bridge)
    yield from _asked("Cin7 Core", lambda: _cin7(bridge, cin7_currency))
    if cin7_currency:
        yield from _asked("webhooks", lambda: _webhooks(bridge))
    yield from _asked("GP", lambda: _gp(bridge, facts))
    if facts:
        yield from _accounts(bridge, facts[0])
        yield from _setup(bridge, facts[0])
        yield from _currency(facts[0], cin7_currency)


def _asked(system: str, questions: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from questions()
    except (GPError, Cin7Error, SecretUnavailableError) as error:
        yield Finding(system, Mark.FAILED, str(error), "See the message; nothing was written.")


def _cin7(bridge: Bridge, currency: list[str]) -> Iterator[Finding]:
    me = bridge.cin7.me.get()
    currency.append(me.currency or "")
    yield Finding("Cin7 Core", Mark.OK, f"signed in to {me.company!r}, base currency {me.currency}")
    wanted = bridge.settings.vendors
    payable = [each.code for each in bridge.cin7.accounts.list() if each.system_account == "Accounts payable"]
    yield _choice("supplier's payable account", "account_payable", wanted.account_payable, payable)
    rules = [each.name for each in bridge.cin7.tax_rules.list() if each.is_active and each.is_tax_for_purchase]
    yield from _mapped("tax rule", "tax_rules", wanted.tax_rules.values(), rules)
    yield _choice("supplier's tax rule", "tax_rule", wanted.tax_rule, rules)
    terms = [each for each in bridge.cin7.payment_terms.list() if each.is_active]
    yield from _mapped("payment term", "payment_terms", wanted.payment_terms.values(), [each.name for each in terms])
    default = next((each.name for each in terms if each.is_default), None)
    yield _choice(
        "supplier's payment term", "payment_term", wanted.payment_term or default, [each.name for each in terms]
    )


def _mapped(what: str, key: str, chosen: Iterable[str], there: list[str]) -> Iterator[Finding]:
    """Name what the settings map to and Cin7 Core does not have, or has switched off."""
    for name in sorted(set(chosen) - set(there)):
        yield Finding(
            f"mapped {what}",
            Mark.FAILED,
            f"{name!r} is not among the active ones of Cin7 Core",
            f"Correct {key} in [vendors] of bridge.toml, or make and activate it in Cin7 Core.",
        )


def _webhooks(bridge: Bridge) -> Iterator[Finding]:
    hooks = bridge.cin7.webhooks.list().to_list()
    silent = [str(each.type) for each in hooks if each.is_active is not True]
    if silent:
        yield Finding(
            "webhooks",
            Mark.WARNING,
            f"switched off, or deactivated after failed deliveries: {', '.join(silent)}",
            "Switch them on again in Cin7 Core and sync once; what was missed is delivered to nobody.",
        )
    else:
        yield Finding("webhooks", Mark.OK, f"{len(hooks)} active" if hooks else "none, changes are found by reading")


def _secrets(bridge: Bridge) -> Iterator[Finding]:
    settings = bridge.settings
    for reference in (settings.gp.password, settings.cin7.application_key):
        if reference.open_to_others():
            yield Finding(
                "secret file",
                Mark.WARNING,
                f"{reference.path} may be read by other users",
                f"Run: chmod 600 {reference.path}",
            )


def _choice(subject: str, key: str, chosen: str | None, there: list[str]) -> Finding:
    """Check what every supplier needs: chosen in the settings, or the only one that there is."""
    if chosen in there or (chosen is None and len(there) == 1):
        return Finding(subject, Mark.OK, chosen or there[0])
    names = ", ".join(map(repr, there)) or "none"
    text = f"{chosen!r} is not among those of Cin7 Core" if chosen else f"it must be one of {len(there)}"
    return Finding(subject, Mark.FAILED, f"{text}: {names}", f"Set {key} in [vendors] of bridge.toml.")


def _gp(bridge: Bridge, facts: list[GPFacts]) -> Iterator[Finding]:
    vendor = bridge.gp.vendors.list().first()
    facts.append(gp_facts(bridge))
    some = f"first vendor {vendor.vendor_id!r}" if vendor else "no vendor yet"
    yield Finding("GP", Mark.OK, f"signed in to {bridge.settings.gp.company!r}, {some}")
    if facts[0].periods is None:
        yield Finding(
            "fiscal periods",
            Mark.FAILED,
            "nothing tells which periods are open",
            "Offer them on an extension path, or list the years in [periods] of bridge.toml.",
        )
    else:
        yield Finding("fiscal periods", Mark.OK, "known")


def _accounts(bridge: Bridge, facts: GPFacts) -> Iterator[Finding]:
    accounts = bridge.settings.accounts
    if not accounts.map and not accounts.default:
        yield Finding(
            "account map", Mark.WARNING, "no Cin7 account is mapped, every bill will be held", "Fill [accounts.map]."
        )
    if not accounts.payable:
        yield Finding(
            "payable account",
            Mark.WARNING,
            "no company default; vendors without one of their own are held",
            "Set payable in [accounts].",
        )
    if facts.chart.accounts is None:
        yield Finding(
            "account map",
            Mark.WARNING,
            "GP's chart of accounts cannot be read, so the map is not checked",
            "Offer it on an extension path; until then GP itself refuses wrong accounts.",
        )
        return
    problems = tuple(facts.chart.map_problems(account_map(accounts), payable=accounts.payable))
    for problem in problems:
        yield Finding("account map", Mark.FAILED, problem.text, problem.cure)
    if not problems:
        yield Finding("account map", Mark.OK, f"{len(accounts.map)} lines, every GP account exists and takes entries")


def _setup(bridge: Bridge, facts: GPFacts) -> Iterator[Finding]:
    if problem := numbering_problem(bridge, facts):
        yield Finding("voucher numbers", Mark.FAILED, problem.text, problem.cure)
    elif facts.setup is None:
        yield Finding(
            "voucher numbers",
            Mark.WARNING,
            "GP's payables set-up cannot be read",
            "Make sure that 'Override Voucher Number' is on; the first voucher is read back in any case.",
        )
    elif bridge.settings.gp.voucher_numbers == "gp":
        yield Finding("voucher numbers", Mark.OK, "GP numbers the vouchers and forbids duplicate invoice numbers")
    else:
        yield Finding("voucher numbers", Mark.OK, "GP keeps the number that it is given")


def _currency(facts: GPFacts, cin7_currency: list[str]) -> Iterator[Finding]:
    if not cin7_currency:
        return
    if facts.functional_currency is None:
        yield Finding(
            "base currency",
            Mark.WARNING,
            "GP's functional currency cannot be read",
            "Set functional_currency in [gp] of bridge.toml.",
        )
    elif facts.functional_currency != cin7_currency[0]:
        yield Finding(
            "base currency",
            Mark.FAILED,
            f"GP keeps its books in {facts.functional_currency}, Cin7 Core in {cin7_currency[0]}",
            "Connect a company of the same base currency.",
        )
    else:
        yield Finding("base currency", Mark.OK, facts.functional_currency)
