"""Which accounts a bill debits for goods that were accrued when they were received: each receipt is cleared once.

What was received before the bill is taken from the accrued account at the amount that it was accrued with; what the
bill charges more or less goes to the difference account; what has not arrived yet waits on the in-transit account.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from attrs import Factory, define, field, frozen

from cin7core_client import PurchaseLine
from gp_cin7_bridge.mapping.receipts.accruals import Accrual, Layer, Side, open_layers, overdrawn, take
from gp_cin7_bridge.mapping.receipts.valuation import is_goods, product_of
from gp_cin7_bridge.mapping.rounding import ZERO, rounded


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
        shares.append(_exact(layer, f"{layer.quantity:f} received, accrued {layer.amount}", rules))
        accruals.append(_entry(bill, product, "accrued", layer, sign=-1))
        matched += layer.quantity
    for layer in take(overdrawn(known, product), quantity - matched, decimals=rules.functional_decimals):
        told = f"{layer.quantity:f} received at {layer.amount} on a bill that was taken back"
        shares.append(_exact(layer, told, rules))
        accruals.append(_entry(bill, product, "ahead", layer, sign=1))
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


def _exact(layer: Layer, rule: str, rules: ClearingRules) -> Share:
    return Share(layer.account_number, rounded(layer.amount / rules.rate, rules.decimals), rule, exact=True)


@define
class Clearing:
    """The clearing of one bill, line by line.

    Attributes:
        bill: source id and voucher number.
        rules: what is open, and the accounts.
        accruals: what the lines so far opened and cleared.
    """

    bill: tuple[str, str]
    rules: ClearingRules
    accruals: list[Accrual] = field(factory=list)

    def shares(self, product: str, quantity: Decimal, net: Decimal, inventory_account: str) -> tuple[Share, ...]:
        """Split the next line; arguments as `cleared` takes them."""
        found = cleared(
            product, quantity, net, inventory_account, earlier=self.accruals, bill=self.bill, rules=self.rules
        )
        self.accruals.extend(found.accruals)
        return found.shares


def straight_to_inventory(lines: Iterable[PurchaseLine], *, bill: tuple[str, str]) -> Iterator[Accrual]:
    """Give what a bill that cleared nothing means for receipts: its goods are in inventory, whether they came or not.

    Args:
        lines: of the invoice.
        bill: source id and voucher number.
    """
    for line in lines:
        if is_goods(line):
            yield _entry(bill, product_of(line), "ahead", Layer("", "", line.quantity, ZERO), sign=1)


def _entry(bill: tuple[str, str], product: str, side: Side, layer: Layer, *, sign: int) -> Accrual:
    source_id, document = bill
    where = (layer.account_number, layer.inventory_account_number)
    return Accrual(source_id, document, product, side, *where, sign * layer.quantity, sign * layer.amount)
