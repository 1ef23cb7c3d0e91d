"""A bill's general-ledger lines and tax details, each with the rule that made it."""

from __future__ import annotations

from typing import Final

from dynamicsgp_client import Distribution, DistributionType, PayablesTax
from gp_cin7_bridge.mapping.amounts import ZERO, Amounts
from gp_cin7_bridge.mapping.bill_rules import Bucket
from gp_cin7_bridge.plan import Explained

TYPES: Final[dict[Bucket, DistributionType]] = {
    "purchases": DistributionType.PURCHASE,
    "freight": DistributionType.FREIGHT,
    "miscellaneous": DistributionType.MISC_CHARGE,
}


def distributions(
    amounts: Amounts, payable: str, payable_rule: str, *, mirrored: bool, reference: str
) -> list[tuple[Distribution, Explained]]:
    """Give the lines: purchases, freight, misc and taxes on one side, the payable account on the other.

    Args:
        amounts: the bill's figures; a group that nets negative changes sides.
        payable: the payable account.
        payable_rule: why it is that one.
        mirrored: for credits, where every line changes sides.
        reference: at most 30 characters, on every line.
    """
    rows = [
        (group.account_number, TYPES[group.bucket], group.amount, f"{group.rule}: {', '.join(group.lines)}")
        for group in amounts.groups
    ]
    rows += [(tax.account_number, DistributionType.TAXES, tax.amount, tax.rule) for tax in amounts.taxes]
    owed = f"{payable_rule}: what the supplier is to be paid"
    rows.append((payable, DistributionType.PAYABLE, -amounts.total, owed))
    found = []
    for account, kind, amount, rule in rows:
        if not amount:
            continue
        debit, figure = (amount > 0) != mirrored, abs(amount)
        line = Distribution(
            account_number=account,
            type=kind,
            debit_amount=figure if debit else ZERO,
            credit_amount=ZERO if debit else figure,
            reference=reference or None,
        )
        name = f"{kind.name.lower()} {account}"
        found.append((line, Explained(name, f"{figure} {'Dr' if debit else 'Cr'}", rule)))
    return found


def tax_lines(amounts: Amounts) -> tuple[PayablesTax, ...]:
    """Give the tax details, one for each id."""
    sums = {tax.tax_detail_id: ZERO for tax in amounts.taxes}
    accounts = {tax.tax_detail_id: tax.account_number for tax in amounts.taxes}
    for tax in amounts.taxes:
        sums[tax.tax_detail_id] += tax.amount
    return tuple(
        PayablesTax(
            tax_detail_id=detail,
            tax_amount=amount,
            purchases_tax_amount=amount,
            taxable_amount=amounts.total - amounts.tax,
            account_number=accounts[detail],
        )
        for detail, amount in sums.items()
    )
