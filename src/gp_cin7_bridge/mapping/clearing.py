"""Which accounts a bill debits for goods that were accrued when they were received: each receipt is cleared once.

What was received before the bill is taken from the accrued account at the amount that it was accrued with; what the
bill charges more or less goes to the difference account; what has not arrived yet waits on the in-transit account.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from attrs import Factory, frozen

from cin7core_client import PurchaseLine
from gp_cin7_bridge.mapping.accruals import Accrual, Layer, Side, open_layers, take
from gp_cin7_bridge.mapping.rounding import ZERO, rounded
from gp_cin7_bridge.mapping.valuation import product_of


@frozen(kw_only=True)
class ClearingRules:
    """The rules for clearing.

    Attributes:
        entries: what was booked for the purchase, receipts and bills.
        in_transit_account: GP account of goods billed and not received; None leaves them in inventory.
        difference_account: GP account of price differences; None puts them into inventory.
        rate: functional units per unit of the document's currency.
        decimals: of the document's currency.
        functional_decimals: of GP's functional currency.
    """

    entries: tuple[Accrual, ...] = ()
    in_transit_account: str | None = None
    difference_account: str | None = None
    rate: Decimal = Decimal(1)
    decimals: int = 2
    functional_decimals: int = 2


@frozen
class Share:
    """A part of a bill's line on one account, in the document's currency; `exact` ones take no rounding."""

    account_number: str
    amount: Decimal
    rule: str
    exact: bool = False


@frozen
class Cleared:
    """Where a bill's line goes, and what to remember once the bill is there."""

    shares: tuple[Share, ...]
    accruals: tuple[Accrual, ...] = Factory(tuple)


def cleared(
    product: str,
    quantity: Decimal,
    net: Decimal,
    inventory_account: str,
    *,
    earlier: Iterable[Accrual],
    bill: tuple[str, str],
    rules: ClearingRules,
) -> Cleared:
    """Split a product line of a bill.

    Args:
        product: Cin7 product id, or the SKU where there is none.
        quantity: billed, positive.
        net: of the line, in the document's currency.
        inventory_account: the GP account that the line's Cin7 code is mapped to.
        earlier: what earlier lines of the same bill cleared already.
        bill: source id and voucher number.
        rules: what is open, and the accounts.
    """
    known = [*rules.entries, *earlier]
    layers = open_layers(known, product, "accrued", decimals=rules.functional_decimals)
    taken = take(layers, quantity, decimals=rules.functional_decimals)
    shares: list[Share] = []
    accruals: list[Accrual] = []
    matched = ZERO
    for layer in taken:
        amount = rounded(layer.amount / rules.rate, rules.decimals)
        shares.append(Share(layer.account_number, amount, f"{layer.quantity:f} received, accrued {layer.amount}", True))
        accruals.append(_entry(bill, product, "accrued", layer, sign=-1))
        matched += layer.quantity
    part = net * matched / quantity
    if difference := part - sum((share.amount for share in shares), ZERO):
        where = rules.difference_account or inventory_account
        shares.append(Share(where, difference, f"price difference on {matched:f} received"))
    if rest := quantity - matched:
        where = rules.in_transit_account or inventory_account
        shares.append(Share(where, net - part, f"{rest:f} not received yet"))
        amount = rounded((net - part) * rules.rate, rules.functional_decimals)
        layer = Layer(rules.in_transit_account or "", inventory_account, rest, amount)
        accruals.append(_entry(bill, product, "ahead", layer, sign=1))
    return Cleared(tuple(shares), tuple(accruals))


def straight_to_inventory(lines: Iterable[PurchaseLine], *, bill: tuple[str, str]) -> Iterator[Accrual]:
    """Give what a bill that cleared nothing means for receipts: its goods are in inventory, whether they came or not.

    Args:
        lines: of the invoice.
        bill: source id and voucher number.
    """
    for line in lines:
        if stocked(line):
            yield _entry(bill, product_of(line), "ahead", Layer("", "", line.quantity, ZERO), sign=1)


def stocked(line: PurchaseLine) -> bool:
    """Tell whether a line is for goods that are received."""
    return bool(product_of(line)) and line.quantity > 0 and not line.non_inventory


def _entry(bill: tuple[str, str], product: str, side: Side, layer: Layer, *, sign: int) -> Accrual:
    source_id, document = bill
    where = (layer.account_number, layer.inventory_account_number)
    return Accrual(source_id, document, product, side, *where, sign * layer.quantity, sign * layer.amount)
