"""What was received and what was billed of a purchase, kept apart by product, so that each clears the other once.

A receipt before its bill stands on the accrued-purchases account until the bill clears it; a bill before its receipt
stands on the in-transit account (or already in inventory) until the receipt clears it. Amounts are in GP's functional
currency. The entries of one purchase are the whole memory: what is open is their sum, first in, first out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, Literal

from attrs import evolve, frozen

from gp_cin7_bridge.mapping.rounding import rounded

ZERO: Final = Decimal(0)

Side = Literal["accrued", "ahead"]


@frozen
class Accrual:
    """One product of one document.

    Attributes:
        source_id: the receipt or bill that made it.
        document: the batch or voucher number under which GP has it.
        product: Cin7 product id, or its SKU where there is none.
        side: `accrued` is received and not billed, `ahead` is billed and not received.
        account_number: the GP account on which it stands; "" when a bill went straight to inventory.
        inventory_account_number: the GP account of the goods.
        quantity: in Cin7's unit; positive adds to what is open on this side, negative takes from it.
        amount: in functional currency, with the sign of `quantity`.
    """

    source_id: str
    document: str
    product: str
    side: Side
    account_number: str
    inventory_account_number: str
    quantity: Decimal
    amount: Decimal


@frozen
class Layer:
    """What is open of one product on one account, oldest first."""

    account_number: str
    inventory_account_number: str
    quantity: Decimal
    amount: Decimal


def open_layers(entries: Iterable[Accrual], product: str, side: Side, *, decimals: int) -> list[Layer]:
    """Give what is still open of a product, oldest first."""
    mine = [each for each in entries if each.product == product and each.side == side]
    layers = [
        Layer(each.account_number, each.inventory_account_number, each.quantity, each.amount)
        for each in mine
        if each.quantity > 0
    ]
    for entry in mine:
        if entry.quantity < 0:
            where = (entry.account_number, entry.inventory_account_number)
            layers, _ = take(layers, -entry.quantity, decimals=decimals, among=where)
    return layers


def take(
    layers: Sequence[Layer], quantity: Decimal, *, decimals: int, among: tuple[str, str] | None = None
) -> tuple[list[Layer], list[Layer]]:
    """Take a quantity from the oldest layers; gives what is left, and what was taken.

    A layer's last unit takes its whole remaining amount, so that no cent stays behind.

    Args:
        layers: oldest first.
        quantity: the most to take; less is taken where less is there.
        decimals: of the functional currency.
        among: only layers of this account and inventory account.
    """
    left, taken = [], []
    for layer in layers:
        fits = among is None or among == (layer.account_number, layer.inventory_account_number)
        part = min(quantity, layer.quantity) if fits else ZERO
        if part <= 0:
            left.append(layer)
            continue
        amount = layer.amount if part == layer.quantity else rounded(layer.amount * part / layer.quantity, decimals)
        taken.append(evolve(layer, quantity=part, amount=amount))
        if part < layer.quantity:
            left.append(evolve(layer, quantity=layer.quantity - part, amount=layer.amount - amount))
        quantity -= part
    return left, taken


def booked(entries: Iterable[Accrual], source_id: str) -> dict[str, Decimal]:
    """Give what a receipt was booked with, by product, whichever side it cleared or opened."""
    sums: dict[str, Decimal] = {}
    for each in entries:
        if each.source_id == source_id:
            sums[each.product] = sums.get(each.product, ZERO) + received(each)
    return {product: quantity for product, quantity in sums.items() if quantity}


def received(entry: Accrual) -> Decimal:
    """Give the quantity that an entry of a receipt received: it opens `accrued`, or closes `ahead`."""
    return entry.quantity if entry.side == "accrued" else -entry.quantity
