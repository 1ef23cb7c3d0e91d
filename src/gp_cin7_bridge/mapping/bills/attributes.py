"""What account templates may read: attributes of a purchase, its vendor, and the product of a line."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from cin7core_client import Purchase
from dynamicsgp_client import Vendor


@frozen
class ProductFacts:
    """What a product contributes."""

    category: str = ""
    brand: str = ""


def purchase_attributes(purchase: Purchase, vendor: Vendor | None) -> dict[str, str]:
    """Give the attributes that all lines of a purchase share; what is empty is left out."""
    own = purchase.additional_attributes or {}
    values = {
        "location": purchase.location,
        "supplier": purchase.supplier,
        "vendor_class": vendor.vendor_class_id if vendor else None,
        **{f"attribute{number}": own.get(f"AdditionalAttribute{number}") for number in range(1, 11)},
    }
    return {name: str(value).strip() for name, value in values.items() if value}


def line_attributes(shared: Mapping[str, str], product: ProductFacts | None) -> dict[str, str]:
    """Give the attributes of one line; a charge has no product."""
    return {**shared, "category": product.category, "brand": product.brand} if product else dict(shared)
