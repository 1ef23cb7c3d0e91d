"""What Cin7 Core must have for a run: a payable account, terms and tax rules, and webhooks that are alive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.review.check.finding import Finding, Mark, asked


def cin7_lists(bridge: Bridge) -> Iterator[Finding]:
    """Compare the settings with the lists of Cin7 Core."""
    yield from asked("default payable account", lambda: _payable(bridge))
    yield from asked("tax rules", lambda: _tax_rules(bridge))
    yield from asked("terms", lambda: _terms(bridge))
    yield from asked("webhooks", lambda: _webhooks(bridge))


def _payable(bridge: Bridge) -> Iterator[Finding]:
    payable = [each.code for each in bridge.cin7.accounts.list() if each.system_account == "Accounts payable"]
    yield _choice("default payable account", "account_payable", bridge.settings.vendors.account_payable, payable)


def _tax_rules(bridge: Bridge) -> Iterator[Finding]:
    wanted = bridge.settings.vendors
    there = [each for each in bridge.cin7.tax_rules.list() if each.is_active and each.is_tax_for_purchase]
    rules = [each.name for each in there]
    yield from _mapped("tax rules", "[vendors] tax_rules", wanted.tax_rules.values(), rules)
    yield from _mapped("tax rules", "[bills.tax_rules]", bridge.settings.bills.tax_rules, rules)
    yield _choice("tax rules", "tax_rule", wanted.tax_rule, rules)
    taxed = {each.name for each in there if each.tax_percent}
    for name in sorted(taxed & {*wanted.tax_rules.values(), wanted.tax_rule} - bridge.settings.bills.tax_rules.keys()):
        yield Finding(
            "tax rules",
            Mark.WARNING,
            f"suppliers get {name!r}, and nothing says what becomes of it: bills with that tax are held",
            f'Add [bills.tax_rules."{name}"] with its treatment to bridge.toml.',
        )


def _terms(bridge: Bridge) -> Iterator[Finding]:
    wanted = bridge.settings.vendors
    terms = [each for each in bridge.cin7.payment_terms.list() if each.is_active]
    names = [each.name for each in terms]
    yield from _mapped("terms", "[vendors] payment_terms", wanted.payment_terms.values(), names)
    default = next((each.name for each in terms if each.is_default), None)
    yield _choice("terms", "payment_term", wanted.payment_term or default, names)


def _mapped(subject: str, key: str, chosen: Iterable[str], there: list[str]) -> Iterator[Finding]:
    """Name what the settings map to and Cin7 Core does not have, or has switched off."""
    for name in sorted(set(chosen) - set(there)):
        yield Finding(
            subject,
            Mark.FAILED,
            f"{name!r} is not among the active ones of Cin7 Core",
            f"Correct {key} in bridge.toml, or make and activate it in Cin7 Core.",
        )


def _choice(subject: str, key: str, chosen: str | None, there: list[str]) -> Finding:
    """Check what every supplier needs: chosen in the settings, or the only one that there is."""
    if chosen in there or (chosen is None and len(there) == 1):
        return Finding(subject, Mark.OK, f"suppliers get {chosen or there[0]!r} where nothing else is mapped")
    names = ", ".join(map(repr, there)) or "none"
    text = f"{chosen!r} is not among those of Cin7 Core" if chosen else f"it must be one of {len(there)}"
    return Finding(subject, Mark.FAILED, f"{text}: {names}", f"Set {key} in [vendors] of bridge.toml.")


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
