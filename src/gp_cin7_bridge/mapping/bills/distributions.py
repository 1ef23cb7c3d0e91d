"""A bill's general-ledger lines and tax details, each with the rule that made it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from dynamicsgp_client import Distribution, DistributionType, PayablesTax
from gp_cin7_bridge.mapping.bills.amounts import Amounts, TaxLine
from gp_cin7_bridge.mapping.bills.charges import Bucket
from gp_cin7_bridge.mapping.rounding import ZERO
from gp_cin7_bridge.mapping.text import DESCRIPTION, writable
from gp_cin7_bridge.plan import Explained

TYPES: Final[dict[Bucket, DistributionType]] = {
    "purchases": DistributionType.PURCHASE,
    "freight": DistributionType.FREIGHT,
    "miscellaneous": DistributionType.MISC_CHARGE,
    "trade_discount": DistributionType.TRADE_DISCOUNT,
}


def distributions(
    amounts: Amounts, payable: str, payable_rule: str, *, mirrored: bool, reference: str, code_page: str
) -> list[tuple[Distribution, Explained]]:
    """Give the lines: purchases, freight, misc and taxes on one side, trade discount and payable on the other.

    Args:
        amounts: the bill's figures; a group that nets negative changes sides.
        payable: the payable account.
        payable_rule: why it is that one.
        mirrored: for credits, where every line changes sides.
        reference: for lines that have none of their own; cut at 30 characters.
        code_page: what GP can store.
    """
    rows = [
        (group.account_number, TYPES[group.bucket], group.amount, group.rule, group.reference)
        for group in amounts.groups
    ]
    rows += [(tax.account_number, DistributionType.TAXES, tax.amount, tax.rule, "") for tax in amounts.taxes]
    owed = f"{payable_rule}: what the supplier is to be paid"
    rows.append((payable, DistributionType.PAYABLE, -amounts.total, owed, ""))
    found = []
    for account, kind, amount, rule, own in rows:
        if not amount:
            continue
        debit, figure = (amount > 0) != mirrored, abs(amount)
        line = Distribution(
            account_number=account,
            type=kind,
            debit_amount=figure if debit else ZERO,
            credit_amount=ZERO if debit else figure,
            reference=writable(own or reference, code_page)[:DESCRIPTION].rstrip() or None,
        )
        name = f"{kind.name.lower()} {account}"
        found.append((line, Explained(name, f"{figure} {'Dr' if debit else 'Cr'}", rule)))
    return found


def tax_lines(amounts: Amounts) -> list[tuple[PayablesTax, Explained]]:
    """Give the tax details, one for each id."""
    found = []
    for detail in dict.fromkeys(tax.tax_detail_id for tax in amounts.taxes):
        lines = [tax for tax in amounts.taxes if tax.tax_detail_id == detail]

        def on(bucket: Bucket, lines: list[TaxLine] = lines) -> Decimal:
            return sum((line.on.get(bucket, ZERO) for line in lines), ZERO)

        freight, miscellaneous = on("freight"), on("miscellaneous")
        amount = sum((line.amount for line in lines), ZERO)
        tax = PayablesTax(
            tax_detail_id=detail,
            tax_amount=amount,
            purchases_tax_amount=amount - freight - miscellaneous,
            freight_tax_amount=freight,
            miscellaneous_tax_amount=miscellaneous,
            taxable_amount=sum((line.base for line in lines), ZERO),
            account_number=lines[0].account_number,
        )
        found.append((tax, Explained(f"tax detail {detail}", str(amount), "; ".join(line.rule for line in lines))))
    return found
