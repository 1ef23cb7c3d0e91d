"""What stands in GP as shipped and not invoiced: lines of receivings, and what purchase invoices took of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from attrs import asdict, evolve, frozen

from gp_cin7_bridge.mapping.rounding import ZERO


@frozen
class Shipped:
    """A quantity of one product on one line of a shipment.

    Attributes:
        source_id: the receipt that shipped it, or the bill that invoices it.
        receipt_number, line_number: the line in GP.
        product: Cin7 product id, or its SKU where there is none.
        place: where Cin7 Core received it.
        item_number, unit, site_id: as GP has them.
        unit_cost: that it was shipped with, in the purchase's currency.
        quantity: positive was shipped, negative is invoiced.
    """

    source_id: str
    receipt_number: str
    line_number: int
    product: str
    place: str
    item_number: str
    unit: str
    site_id: str
    unit_cost: Decimal
    quantity: Decimal


def not_invoiced(entries: Iterable[Shipped], product: str) -> list[Shipped]:
    """Give what is left of each line of a product, the oldest first."""
    left: dict[tuple[str, int], Shipped] = {}
    for each in entries:
        if each.product == product:
            line = (each.receipt_number, each.line_number)
            before = left[line].quantity if line in left else ZERO
            left[line] = evolve(left.get(line, each), quantity=before + each.quantity)
    return [each for each in left.values() if each.quantity > 0]


def taken(lines: Iterable[Shipped], quantity: Decimal, source_id: str) -> list[Shipped]:
    """Take a quantity from lines in their order, for a bill; less when there is less."""
    found = []
    for line in lines:
        part = min(quantity, line.quantity)
        if part > 0:
            found.append(evolve(line, source_id=source_id, quantity=-part))
            quantity -= part
    return found


def as_details(entries: Iterable[Shipped]) -> list[dict[str, str]]:
    """Give entries as JSON has them, every figure as text."""
    return [{name: str(value) for name, value in asdict(each).items()} for each in entries]


def from_details(details: object) -> tuple[Shipped, ...]:
    """Read what `as_details` gave."""
    rows = [each for each in details if isinstance(each, Mapping)] if isinstance(details, list) else []
    return tuple(
        Shipped(
            **{
                **each,
                "line_number": int(each["line_number"]),
                "unit_cost": Decimal(each["unit_cost"]),
                "quantity": Decimal(each["quantity"]),
            }
        )
        for each in rows
    )
