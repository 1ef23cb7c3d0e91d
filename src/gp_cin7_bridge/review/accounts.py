"""The account map against GP's chart and against use: what is wrong, unmapped, stale or shared; one code explained."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from attrs import define, field, frozen

from cin7core_client import Purchase
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bills.facts import read_chart
from gp_cin7_bridge.flows.bills.setup import account_map
from gp_cin7_bridge.mapping.accounts import AccountMap, MappedAccount
from gp_cin7_bridge.mapping.bills.parts import date_of, lines_of, parts_of
from gp_cin7_bridge.mapping.chart import Chart
from gp_cin7_bridge.progress import Progress, Watcher, nobody
from gp_cin7_bridge.reasons import Reason

USED: Final = ("AUTHORISED", "PAID")


@define
class CodeUse:
    """How a Cin7 account code was used: lines of authorised documents, and masters that have it as their default."""

    code: str
    lines: int = 0
    amount: Decimal = Decimal(0)
    last: dt.date | None = None
    defaults: int = 0


@frozen
class CodeCoverage:
    """One code in use with the account it gets; `problems` say why that would not do."""

    use: CodeUse
    account_number: str
    rule: str
    problems: tuple[Reason, ...]


@frozen
class Coverage:
    """The account map against what is used.

    Attributes:
        mapped, unmapped: codes in use that get an account, and those that get none or one that takes no entry.
        stale: lines of the map that no code in use fits.
        shared: GP account to the Cin7 codes that lead to it, the winner for products and suppliers first.
        one_way: lines without a way back, because their account follows from a line's attributes.
    """

    days: int
    mapped: tuple[CodeCoverage, ...]
    unmapped: tuple[CodeCoverage, ...]
    stale: tuple[str, ...]
    shared: Mapping[str, tuple[str, ...]]
    one_way: tuple[str, ...]


@frozen
class CodeExplained:
    """What becomes of one code.

    Attributes:
        tried: each line in order and whether it fits, up to the winner.
        back: the Cin7 code that GP's account leads to in masters; "" for none.
    """

    code: str
    tried: tuple[tuple[str, bool], ...]
    account_number: str
    rule: str
    description: str
    problems: tuple[Reason, ...]
    back: str


def check_accounts(bridge: Bridge) -> tuple[Reason, ...]:
    """Check the whole map against GP's chart; GP and the settings are read, nothing is written."""
    settings = bridge.settings.accounts
    chart = read_chart(bridge.gp)
    problems = list(chart.map_problems(account_map(settings), payable=settings.payable))
    for name, rule in bridge.settings.bills.tax_rules.items():
        accounts = [rule.account, *(each.account for each in rule.components)]
        problems += [each for number in accounts if number for each in chart.problems(f"tax rule {name}", number)]
    if rounding := bridge.settings.bills.rounding_account:
        problems += chart.problems("rounding_account", rounding)
    return tuple(problems)


def coverage(bridge: Bridge, *, days: int = 90, watch: Watcher = nobody) -> Coverage:
    """Compare the map with the codes that purchases, products and suppliers use.

    Reads every purchase of the last `days` days, one call each: a call a second at Cin7 Core's limit.
    """
    settings = bridge.settings.accounts
    accounts, chart = account_map(settings), read_chart(bridge.gp)
    uses = _uses(bridge, days, watch)
    found = tuple(covered_by_map(use, accounts, chart, settings.payable) for use in uses)
    return Coverage(
        days,
        tuple(each for each in found if not each.problems),
        tuple(each for each in found if each.problems),
        tuple(line for line in accounts.lines if not any(accounts.line_for(use.code) == line for use in uses)),
        {number: codes for number, codes in accounts.codes(_cin7_codes(bridge)).items() if len(codes) > 1},
        tuple(accounts.one_way()),
    )


def explain_account(bridge: Bridge, code: str) -> CodeExplained:
    """Say which line of the map gives a code its account, and whether GP takes entries on it."""
    settings = bridge.settings.accounts
    accounts, chart = account_map(settings), read_chart(bridge.gp)
    winner = accounts.line_for(code)
    lines = list(accounts.lines)
    tried = [(line, line == winner) for line in lines[: lines.index(winner) + 1 if winner else len(lines)]]
    covered = covered_by_map(CodeUse(code), accounts, chart, settings.payable)
    account = (chart.accounts or {}).get(covered.account_number)
    codes = accounts.codes(_cin7_codes(bridge)).get(covered.account_number, ())
    return CodeExplained(
        code,
        tuple(tried),
        covered.account_number,
        covered.rule,
        (account.description or "") if account else "",
        covered.problems,
        codes[0] if codes else "",
    )


def covered_by_map(use: CodeUse, accounts: AccountMap, chart: Chart, payable: str | None) -> CodeCoverage:
    """Give the account that the map gives a code, and what is wrong with it."""
    mapped = accounts.find(use.code)
    if isinstance(mapped, MappedAccount):
        problems = tuple(chart.entry_problems(use.code, mapped.account_number, payable))
        return CodeCoverage(use, mapped.account_number, mapped.rule, problems)
    line = accounts.line_for(use.code)
    if line is not None:
        # A template: every account that it can give is checked, as the lines' attributes are not known here.
        problems = tuple(
            each for number in accounts.targets(line) for each in chart.entry_problems(use.code, number, payable)
        )
        return CodeCoverage(use, accounts.lines[line], f"[accounts.map] {line!r}, by each line's attributes", problems)
    return CodeCoverage(use, "", "", (mapped,))


def _cin7_codes(bridge: Bridge) -> tuple[str, ...]:
    return tuple(each.code for each in bridge.cin7.accounts.list())


@define
class Uses:
    """How every code was used, as far as it was seen."""

    by_code: dict[str, CodeUse] = field(factory=dict)

    def of(self, code: str | None) -> CodeUse | None:
        """Give the use of a code; None for no code."""
        name = (code or "").strip()
        return self.by_code.setdefault(name, CodeUse(name)) if name else None

    def see(self, purchase: Purchase) -> None:
        """Count the lines of what is authorised in a purchase."""
        for part in parts_of(purchase):
            if str(part.status).upper() not in USED:
                continue
            for line in lines_of(part):
                if use := self.of(line.account):
                    use.lines += 1
                    use.amount += line.total
                    use.last = max(filter(None, (use.last, date_of(part))), default=None)

    def all(self) -> tuple[CodeUse, ...]:
        """Give them by code."""
        return tuple(sorted(self.by_code.values(), key=lambda use: use.code))


def _uses(bridge: Bridge, days: int, watch: Watcher) -> tuple[CodeUse, ...]:
    uses = Uses()
    since = bridge.clock() - dt.timedelta(days=days)
    for number, row in enumerate(bridge.cin7.purchases.list(updated_since=since), start=1):
        watch(Progress("bills", "reading Cin7 Core", number))
        uses.see(bridge.cin7.purchases.get(row.purchase_id))
    for code in _defaults(bridge):
        if use := uses.of(code):
            use.defaults += 1
    return uses.all()


def _defaults(bridge: Bridge) -> Iterator[str | None]:
    """Give the codes that a new purchase takes from its products."""
    for product in bridge.cin7.products.list():
        yield product.inventory_account
        yield product.expense_account
