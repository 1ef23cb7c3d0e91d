"""A bill's figures as GP wants them: net by account, tax by treatment, rounded so that the total never moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from attrs import Factory, define, field, frozen

from gp_cin7_bridge.mapping.accounts import MappedAccount
from gp_cin7_bridge.mapping.bills.attributes import line_attributes
from gp_cin7_bridge.mapping.bills.charges import Bucket, routed
from gp_cin7_bridge.mapping.bills.footing import Row
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.bills.tax import TaxRuleTreatment
from gp_cin7_bridge.mapping.notes import Notes
from gp_cin7_bridge.mapping.receipts.clearing import Clearing, Share
from gp_cin7_bridge.mapping.rounding import ZERO, Rounding

FIELDS: Mapping[Bucket, str] = {
    "purchases": "purchases_amount",
    "freight": "freight_amount",
    "miscellaneous": "miscellaneous_amount",
    "trade_discount": "trade_discount_amount",
}


@define
class Group:
    """What goes to one GP account in one of GP's amounts; `amount` keeps its sign, a trade discount is negative.

    An `exact` one clears what was accrued, to the cent, and takes no rounding.
    """

    bucket: Bucket
    account_number: str
    reference: str = ""
    raw: Decimal = ZERO
    amount: Decimal = ZERO
    exact: bool = False
    lines: dict[str, list[str]] = field(factory=dict)

    @property
    def rule(self) -> str:
        """Each rule that sent something here, with what it sent."""
        return "; ".join(f"{rule}: {', '.join(lines)}" for rule, lines in self.lines.items())


@frozen
class TaxLine:
    """One tax detail; `base` is what it was computed on, `on` how much of it lies on each of GP's amounts."""

    tax_detail_id: str
    tax_schedule_id: str | None
    account_number: str
    amount: Decimal
    base: Decimal
    rule: str
    on: Mapping[Bucket, Decimal] = Factory(dict)


@frozen
class Amounts:
    """A bill's figures, positive for what the supplier is to be paid."""

    total: Decimal
    tax: Decimal
    groups: tuple[Group, ...]
    taxes: tuple[TaxLine, ...]

    def field(self, bucket: Bucket) -> Decimal:
        """Give one of GP's amounts, without the trade discount's sign."""
        amount = sum((group.amount for group in self.groups if group.bucket == bucket), ZERO)
        return -amount if bucket == "trade_discount" and amount else amount


@define
class _Ledger:
    """The groups of one bill as they fill, and the tax of each rule by GP's amounts; `goods` is their account."""

    groups: dict[tuple[Bucket, str, str], Group] = field(factory=dict)
    taxes: dict[str, dict[Bucket, Decimal]] = field(factory=dict)
    bases: dict[str, Decimal] = field(factory=dict)
    goods: str = ""

    def group(self, bucket: Bucket, account_number: str, reference: str = "") -> Group:
        key = (bucket, account_number, reference)
        return self.groups.setdefault(key, Group(*key))

    def add(self, group: Group, amount: Decimal, rule: str, line: str) -> None:
        group.raw += amount
        group.lines.setdefault(rule, []).append(line)


def amounts_of(
    total: Decimal,
    rows: Sequence[Row],
    rules: BillRules,
    *,
    rounding: Rounding,
    shared: Mapping[str, str],
    currency_id: str | None,
    notes: Notes,
    clearing: Clearing | None = None,
) -> Amounts | None:
    """Work a part's figures out; None, with every reason, when they cannot be.

    Args:
        total: what Cin7 Core says is to be paid; negative for a net credit, and then every sign turns.
        rows: the part's rows, footed.
        rules: the rules for bills.
        rounding: of the document's currency.
        shared: the purchase's attributes, for account templates.
        currency_id: of a document in a foreign currency, which accounts must allow.
        notes: takes the reasons.
        clearing: where the purchase's receipts are booked one by one.
    """
    before = len(notes.reasons)
    if total < 0:
        rows = [row.negated for row in rows]
    ledger = _Ledger()
    for row in rows:
        _enter(row, ledger, rules, shared, currency_id, notes, clearing)
    details = _treated(ledger, rules, notes)
    if len(notes.reasons) > before:
        return None
    amounts = _rounded(rounding.round(abs(total)), ledger, details, rules, rounding, len(rows), notes)
    return amounts if amounts and _unsigned(amounts, notes) else None


def _enter(
    row: Row,
    ledger: _Ledger,
    rules: BillRules,
    shared: Mapping[str, str],
    currency_id: str | None,
    notes: Notes,
    clearing: Clearing | None,
) -> None:
    """Put one row on its account, with its tax when that is capitalised."""
    bucket, route = routed(row, rules.charges)
    capitalised = row.tax if rules.treatment(row.tax_rule).treatment == "capitalise" else ZERO
    by_bucket = ledger.taxes.setdefault(row.tax_rule, {})
    by_bucket[bucket] = by_bucket.get(bucket, ZERO) + row.tax
    ledger.bases[row.tax_rule] = ledger.bases.get(row.tax_rule, ZERO) + row.net
    if not row.account:
        if row.net or capitalised:
            notes.hold("account_empty", line=row.name)
        return
    mapped = rules.accounts.find(row.account, line_attributes(shared, rules.products.get(row.sku)))
    if not isinstance(mapped, MappedAccount):
        notes.reasons.append(mapped)
        return
    notes.reasons.extend(rules.chart.problems(row.account, mapped.account_number, currency_id=currency_id))
    reference = row.name if rules.distributions == "by_line" else ""
    rule = f"{mapped.rule}; {route}" if route else mapped.rule
    if clearing and row.product and bucket == "purchases":
        ledger.goods = rules.difference_account or mapped.account_number
        for share in clearing.shares(row.product, row.quantity, row.net, mapped.account_number):
            if share.account_number != mapped.account_number:
                notes.reasons.extend(rules.chart.problems("[receipts]", share.account_number, currency_id=currency_id))
            _share(share, ledger, reference, row.name)
        if capitalised:
            told = f"{row.name} tax {capitalised} ({row.tax_rule!r} is capitalised)"
            ledger.add(ledger.group(bucket, mapped.account_number, reference), capitalised, rule, told)
        return
    told = f"{row.name} {row.net}" + (f" + tax {capitalised} ({row.tax_rule!r} is capitalised)" if capitalised else "")
    ledger.add(ledger.group(bucket, mapped.account_number, reference), row.net + capitalised, rule, told)


def _share(share: Share, ledger: _Ledger, reference: str, name: str) -> None:
    """Put a part of a row on its account."""
    group = ledger.group("purchases", share.account_number, reference)
    group.exact = group.exact or share.exact
    ledger.add(group, share.amount, share.rule, f"{name} {share.amount.normalize():f}")


def _treated(ledger: _Ledger, rules: BillRules, notes: Notes) -> list[tuple[str, TaxRuleTreatment]]:
    """Give the rules whose tax goes to tax details; put what is misc into the miscellaneous amount."""
    details = []
    for tax_rule, by_bucket in ledger.taxes.items():
        amount = sum(by_bucket.values(), ZERO)
        if amount == 0 and not any(by_bucket.values()):
            continue
        treatment = rules.treatment(tax_rule)
        if treatment.treatment == "hold":
            notes.hold("tax_held" if tax_rule in rules.taxes else "tax_rule_unmapped", tax_rule=tax_rule)
        elif missing := treatment.missing():
            notes.hold("tax_account_missing", tax_rule=tax_rule, treatment=treatment.treatment, missing=missing)
        elif treatment.treatment == "detail":
            details.append((tax_rule, treatment))
            for each in treatment.details:
                notes.reasons.extend(rules.chart.problems(f"tax rule {tax_rule}", each.account or ""))
        elif treatment.treatment == "misc" and treatment.account:
            notes.reasons.extend(rules.chart.problems(f"tax rule {tax_rule}", treatment.account))
            rule = f"[bills.tax_rules] {tax_rule!r} is misc"
            ledger.add(ledger.group("miscellaneous", treatment.account), amount, rule, f"tax {amount}")
    return details


def _rounded(
    total: Decimal,
    ledger: _Ledger,
    details: Sequence[tuple[str, TaxRuleTreatment]],
    rules: BillRules,
    rounding: Rounding,
    count: int,
    notes: Notes,
) -> Amounts | None:
    """Round tax and groups; what is left of the total goes where it is said, and no further than the limit."""
    raw_tax = sum((sum(ledger.taxes[tax_rule].values(), ZERO) for tax_rule, _ in details), ZERO)
    tax = rounding.round(raw_tax)
    for group in ledger.groups.values():
        group.amount = rounding.round(group.raw)
    remainder = total - tax - sum((group.amount for group in ledger.groups.values()), ZERO)
    unit = rounding.unit
    count = max(count, len(ledger.groups))
    limit = min(max(unit, unit / 2 * count), max(unit, rules.rounding_limit))
    taker = _taker(ledger, rules) if remainder else None
    if abs(remainder) > limit or (remainder and taker is None):
        notes.hold("rounding_too_large", decimals=rounding.decimals, remainder=remainder, limit=limit)
        return None
    if taker:
        taker.amount += remainder
        taker.lines.setdefault(f"rounding, at most {limit}", []).append(f"{remainder:+}")
    return Amounts(total, tax, tuple(ledger.groups.values()), tuple(_tax_lines(tax, ledger, details, rounding)))


def _taker(ledger: _Ledger, rules: BillRules) -> Group | None:
    """Give the group that takes the remainder: the rounding account's, else the largest of purchases; no exact one."""
    if rules.rounding_account:
        return ledger.group("purchases", rules.rounding_account)
    free = [each for each in ledger.groups.values() if not each.exact]
    groups = [each for each in free if each.bucket == "purchases"] or free
    if not groups and ledger.goods:
        return ledger.group("purchases", ledger.goods)
    return max(groups, key=lambda each: abs(each.amount), default=None)


def _tax_lines(
    tax: Decimal, ledger: _Ledger, details: Sequence[tuple[str, TaxRuleTreatment]], rounding: Rounding
) -> Iterable[TaxLine]:
    """Share the tax out over its details; the largest takes the remainder, so that they sum to it."""
    shares = []
    for tax_rule, treatment in details:
        amount = sum(ledger.taxes[tax_rule].values(), ZERO)
        whole = sum((each.percent for each in treatment.details), ZERO)
        shares += [(tax_rule, treatment, each, amount * each.percent / whole) for each in treatment.details]
    parts = rounding.split(tax, [share for _, _, _, share in shares])
    for (tax_rule, treatment, component, share), part in zip(shares, parts, strict=True):
        by_bucket = ledger.taxes[tax_rule]
        of = sum(by_bucket.values(), ZERO)
        on = [share * each / of if of else ZERO for each in by_bucket.values()]
        yield TaxLine(
            component.tax_detail_id,
            treatment.tax_schedule_id,
            component.account or "",
            part,
            rounding.round(ledger.bases[tax_rule]),
            f"[bills.tax_rules] {tax_rule!r} is detail {component.tax_detail_id!r}: tax {share.normalize():f}",
            dict(zip(by_bucket, rounding.split(part, on), strict=True)),
        )


def _unsigned(amounts: Amounts, notes: Notes) -> bool:
    """Hold what GP's window has no way to write: its amounts have no sign."""
    found = [(name, amounts.field(bucket)) for bucket, name in FIELDS.items()] + [("tax_amount", amounts.tax)]
    negative = [(name, amount) for name, amount in found if amount < 0]
    for name, amount in negative:
        notes.hold("negative_amount", field=name, amount=amount)
    return not negative
