"""What was received and what was billed of a purchase, kept apart by product, so that each clears the other once.

A receipt before its bill stands on the accrued-purchases account until the bill clears it; a bill before its receipt
stands on the in-transit account (or already in inventory) until the receipt clears it. Amounts are in GP's functional
currency. The entries of one purchase are the whole memory: what is open is their sum, first in, first out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal

from attrs import asdict, evolve, frozen

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
    """What is open of one product on one account."""

    account_number: str
    inventory_account_number: str
    quantity: Decimal
    amount: Decimal
    source_id: str = ""


def open_layers(entries: Iterable[Accrual], product: str, side: Side, *, decimals: int) -> list[Layer]:
    """Give what is still open of a product, oldest first; `decimals` are those of the functional currency."""
    known = [each for each in entries if each.product == product and each.side == side]
    layers = [
        Layer(each.account_number, each.inventory_account_number, each.quantity, each.amount, each.source_id)
        for each in known
        if each.quantity > 0
    ]
    # A bill that was sent anew stands behind a receipt that took from the bill before it.
    for each in known:
        if each.quantity < 0:
            layers = _without(layers, each, decimals)
    return layers


def overdrawn(entries: Iterable[Accrual], product: str) -> list[Layer]:
    """Give what receipts took from a bill that was taken back since, on the account where it now stands too low."""
    sums: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for each in entries:
        if each.product == product and each.side == "ahead" and each.account_number:
            where = (each.account_number, each.inventory_account_number)
            quantity, amount = sums.get(where, (ZERO, ZERO))
            sums[where] = (quantity - each.quantity, amount - each.amount)
    return [Layer(*where, quantity, amount) for where, (quantity, amount) in sums.items() if quantity > 0]


def take(layers: Sequence[Layer], quantity: Decimal, *, decimals: int) -> list[Layer]:
    """Take a quantity from the oldest layers, or all there is; the last unit of a layer takes its last cent."""
    taken = []
    for layer in layers:
        part = min(quantity, layer.quantity)
        if part > 0:
            taken.append(evolve(layer, quantity=part, amount=_worth(layer, part, decimals)))
            quantity -= part
    return taken


def _without(layers: Sequence[Layer], entry: Accrual, decimals: int) -> list[Layer]:
    """Take an entry away, its own source's layers first, then the oldest; its amount leaves to the last cent."""
    quantity, amount = -entry.quantity, -entry.amount
    left = dict(enumerate(layers))
    for index, layer in sorted(left.items(), key=lambda each: (each[1].source_id != entry.source_id, each[0])):
        if (layer.account_number, layer.inventory_account_number) != (
            entry.account_number,
            entry.inventory_account_number,
        ):
            continue
        part = min(quantity, layer.quantity)
        worth = amount if part == quantity else _worth(layer, part, decimals)
        left[index] = evolve(layer, quantity=layer.quantity - part, amount=layer.amount - worth)
        quantity, amount = quantity - part, amount - worth
    return [layer for layer in left.values() if layer.quantity]


def _worth(layer: Layer, part: Decimal, decimals: int) -> Decimal:
    return layer.amount if part == layer.quantity else rounded(layer.amount * part / layer.quantity, decimals)


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


def as_details(accruals: Iterable[Accrual]) -> list[dict[str, str]]:
    """Give accruals as JSON has them, every figure as text."""
    return [{name: str(value) for name, value in asdict(each).items()} for each in accruals]


def from_details(details: object) -> tuple[Accrual, ...]:
    """Read what `as_details` gave."""
    rows = [each for each in details if isinstance(each, Mapping)] if isinstance(details, list) else []
    return tuple(
        Accrual(**{**each, "quantity": Decimal(each["quantity"]), "amount": Decimal(each["amount"])}) for each in rows
    )
