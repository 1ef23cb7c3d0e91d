"""A bill's figures as GP wants them: net by account, tax by treatment, rounded so that the total never moves."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from attrs import define, field, frozen

from cin7core_client import AdditionalCharge, PurchaseCreditNote, PurchaseInvoice, PurchaseLine
from gp_cin7_bridge.mapping.accounts import account_problems
from gp_cin7_bridge.mapping.bill_rules import BillRules, Bucket
from gp_cin7_bridge.mapping.rounding import rounded, split, unit_of
from gp_cin7_bridge.mapping.tax import TaxRuleTreatment
from gp_cin7_bridge.reasons import Reason, reason

Part = PurchaseInvoice | PurchaseCreditNote

ZERO: Final = Decimal(0)
# Cin7 Core keeps four decimals a line, so each may be off by half of the fifth.
LINE_ERROR: Final = Decimal("0.00005")


@define
class Group:
    """What goes to one GP account in one of GP's amounts; `amount` keeps its sign."""

    bucket: Bucket
    account_number: str
    rule: str
    raw: Decimal = ZERO
    amount: Decimal = ZERO
    lines: list[str] = field(factory=list)


@frozen
class TaxLine:
    """One tax detail."""

    tax_detail_id: str
    tax_schedule_id: str | None
    account_number: str
    amount: Decimal
    rule: str


@frozen
class Amounts:
    """A bill's figures, positive for what the supplier is to be paid."""

    total: Decimal
    tax: Decimal
    groups: tuple[Group, ...]
    taxes: tuple[TaxLine, ...]

    def sum(self, bucket: Bucket) -> Decimal:
        """Give one of GP's amounts."""
        return sum((group.amount for group in self.groups if group.bucket == bucket), ZERO)


@frozen
class _Row:
    name: str
    account: str
    net: Decimal
    tax: Decimal
    tax_rule: str
    charge: bool


def amounts_of(part: Part, rules: BillRules, *, decimals: int, header_tax_rule: str) -> Amounts | list[Reason]:
    """Work a part's figures out, or give every reason why they cannot be.

    Args:
        part: the invoice or credit note.
        rules: the rules for bills.
        decimals: of the document's currency in GP.
        header_tax_rule: the purchase's own rule, for tax that no line carries.
    """
    lines: Sequence[PurchaseLine | AdditionalCharge] = (*part.lines, *part.additional_charges)
    rows = _footed(part, lines, decimals, header_tax_rule)
    if rows is None:
        return [
            reason(
                "totals_do_not_foot",
                lines=sum((line.total for line in lines), ZERO),
                line_tax=sum((line.tax for line in lines), ZERO),
                before_tax=part.total_before_tax,
                tax=part.tax,
                total=part.total,
            )
        ]
    sign = -1 if part.total < 0 else 1
    if sign < 0:
        rows = [_Row(row.name, row.account, -row.net, -row.tax, row.tax_rule, row.charge) for row in rows]
    reasons: list[Reason] = []
    groups = _groups(rows, rules, reasons)
    taxes = _by_rule(rows, rules, reasons)
    if reasons:
        return list(dict.fromkeys(reasons))
    return _rounded(rounded(abs(part.total), decimals), groups, taxes, rules, decimals=decimals, count=len(rows))


def _footed(
    part: Part, lines: Sequence[PurchaseLine | AdditionalCharge], decimals: int, header_tax_rule: str
) -> list[_Row] | None:
    """Decide by footing whether line totals are net or gross; None when they foot neither way."""
    tolerance = unit_of(decimals) + LINE_ERROR * len(lines)
    total, tax = sum((line.total for line in lines), ZERO), sum((line.tax for line in lines), ZERO)
    if abs(part.total_before_tax + part.tax - part.total) > tolerance:
        return None
    on_header = tax == 0 and part.tax != 0
    if not on_header and abs(tax - part.tax) > tolerance:
        return None
    if abs(total - part.total_before_tax) <= tolerance:
        gross = False
    elif abs(total - part.total) <= tolerance and not on_header:
        gross = True
    else:
        return None
    rows = [_row(line, gross=gross) for line in lines]
    if on_header:
        rows.append(_Row("tax of the whole document", "", ZERO, part.tax, header_tax_rule, charge=False))
    return rows


def _row(line: PurchaseLine | AdditionalCharge, *, gross: bool) -> _Row:
    charge = isinstance(line, AdditionalCharge)
    name = line.description if isinstance(line, AdditionalCharge) else line.sku or line.name
    net = line.total - line.tax if gross else line.total
    return _Row(name or "(unnamed)", (line.account or "").strip(), net, line.tax, line.tax_rule or "", charge)


def _groups(rows: Sequence[_Row], rules: BillRules, reasons: list[Reason]) -> dict[tuple[Bucket, str], Group]:
    groups: dict[tuple[Bucket, str], Group] = {}
    for row in rows:
        capitalised = row.tax if rules.treatment(row.tax_rule).treatment == "capitalise" else ZERO
        if not row.account and not (row.net or capitalised):
            continue
        if not row.account:
            reasons.append(reason("account_empty", line=row.name))
            continue
        mapped = rules.accounts.find(row.account)
        if mapped is None:
            reasons.append(reason("account_unmapped", account=row.account))
            continue
        reasons.extend(account_problems(row.account, mapped.account_number, rules.gp_accounts))
        bucket = rules.bucket(row.account, charge=row.charge)
        group = groups.setdefault((bucket, mapped.account_number), Group(bucket, mapped.account_number, mapped.rule))
        group.raw += row.net + capitalised
        group.lines.append(f"{row.name} {row.net}" + (f" + tax {capitalised}" if capitalised else ""))
    return groups


def _by_rule(
    rows: Sequence[_Row], rules: BillRules, reasons: list[Reason]
) -> list[tuple[str, TaxRuleTreatment, Decimal]]:
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row.tax_rule] = sums.get(row.tax_rule, ZERO) + row.tax
    found = []
    for tax_rule, amount in sums.items():
        if amount == 0:
            continue
        treatment = rules.treatment(tax_rule)
        if treatment.treatment == "hold":
            reasons.append(reason("tax_held" if tax_rule in rules.taxes else "tax_rule_unmapped", tax_rule=tax_rule))
        elif missing := treatment.missing():
            facts = {"tax_rule": tax_rule, "treatment": treatment.treatment, "missing": missing}
            reasons.append(reason("tax_account_missing", **facts))
        else:
            if treatment.account:
                reasons.extend(account_problems(f"tax rule {tax_rule}", treatment.account, rules.gp_accounts))
            found.append((tax_rule, treatment, amount))
    return found


def _rounded(
    total: Decimal,
    groups: dict[tuple[Bucket, str], Group],
    taxes: Sequence[tuple[str, TaxRuleTreatment, Decimal]],
    rules: BillRules,
    *,
    decimals: int,
    count: int,
) -> Amounts | list[Reason]:
    details = [each for each in taxes if each[1].treatment == "detail"]
    tax = rounded(sum((amount for _, _, amount in details), ZERO), decimals)
    shares = split(tax, [amount for _, _, amount in details], decimals)
    for tax_rule, treatment, amount in taxes:
        if treatment.treatment == "misc" and treatment.account:
            key: tuple[Bucket, str] = ("miscellaneous", treatment.account)
            group = groups.setdefault(key, Group("miscellaneous", treatment.account, f"tax rule {tax_rule!r} is misc"))
            group.raw += amount
            group.lines.append(f"tax {amount}")
    for group in groups.values():
        group.amount = rounded(group.raw, decimals)
    remainder = total - tax - sum((group.amount for group in groups.values()), ZERO)
    unit = unit_of(decimals)
    limit = min(max(unit, unit / 2 * count), max(unit, rules.rounding_limit))
    if abs(remainder) > limit:
        return [reason("rounding_too_large", decimals=decimals, remainder=remainder, limit=limit)]
    if remainder:
        _take(groups, remainder, rules)
    return Amounts(
        total,
        tax,
        tuple(groups.values()),
        tuple(
            TaxLine(
                treatment.tax_detail_id or "",
                treatment.tax_schedule_id,
                treatment.account or "",
                share,
                f"tax rule {tax_rule!r} is carried as detail",
            )
            for (tax_rule, treatment, _), share in zip(details, shares, strict=True)
        ),
    )


def _take(groups: dict[tuple[Bucket, str], Group], remainder: Decimal, rules: BillRules) -> None:
    """Put what rounding left over where it is said, so that the document's total never moves."""
    if rules.rounding_account:
        key: tuple[Bucket, str] = ("purchases", rules.rounding_account)
        group = groups.setdefault(key, Group("purchases", rules.rounding_account, "[bills] rounding_account"))
    else:
        purchases = [each for each in groups.values() if each.bucket == "purchases"] or list(groups.values())
        group = max(purchases, key=lambda each: abs(each.amount))
    group.amount += remainder
    group.lines.append(f"rounding {remainder:+}")
