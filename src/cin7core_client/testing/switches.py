"""What nobody outside knows about the service, and what each account sets for itself: one switch each."""

from __future__ import annotations

from typing import Literal, get_args, get_type_hints

from attrs import define


@define(kw_only=True)
class Switches:
    """Choose between readings of the service; the defaults are the likelier ones.

    Attributes:
        limit_out_of_range: a `Limit` outside 1 to 1000 is moved inside, or refused.
        since: whether `UpdatedSince` and `ModifiedSince` include their own moment.
        product_text: whether the product filters Name and Sku match beginnings or any part.
        put: PUT of suppliers and products replaces the record, or changes the fields that were sent.
        same_supplier_name: whether a second supplier may have a name that is taken.
        same_sku_twice: whether an order may hold one product on two lines.
        line_total: what the `Total` of a line must equal: quantity x price less discount, the same and its tax
            (on tax-exclusive purchases), or nothing.
        delete: what DELETE without `Void` does to a purchase or one of its parts.
        stock_delete: whether DELETE of an advanced receipt does anything; one account answered 200 and kept it.
        simple_shell: whether `/advanced-purchase` answers an empty shell for simple purchases, as on one account.
        product_suppliers_get: whether `/product-suppliers` can be read; one account answered 405.
        any_2xx: whether a webhook's receiver may answer any 2xx, or 200 only.
        put_away: the account's setting "Use Put Away", which the advanced receipt endpoint needs.
        automation: whether the account has the Automation module, which webhooks need.
        accounting: whether Xero or QuickBooks is connected, which forbids writing accounts and tax rules.
    """

    limit_out_of_range: Literal["clamp", "refuse"] = "clamp"
    since: Literal["inclusive", "exclusive"] = "inclusive"
    product_text: Literal["starts_with", "contains"] = "starts_with"
    put: Literal["replace", "merge"] = "replace"
    same_supplier_name: bool = True
    same_sku_twice: bool = True
    line_total: Literal["without_tax", "with_tax", "unchecked"] = "without_tax"
    delete: Literal["undo", "void"] = "undo"
    stock_delete: Literal["ignored", "works"] = "ignored"
    simple_shell: bool = False
    product_suppliers_get: bool = True
    any_2xx: bool = False
    put_away: bool = True
    automation: bool = True
    accounting: bool = False


def turn(owner: object, name: str, value: object) -> None:
    """Set one switch of an owner by name.

    Raises:
        ValueError: there is no such switch, or it has no such position.
    """
    hints = get_type_hints(type(owner))
    if name not in hints:
        raise ValueError(f"there is no switch {name!r}; use {', '.join(get_type_hints(Switches))}, style or window")
    positions = get_args(hints[name]) or (True, False)
    if value not in positions:
        raise ValueError(f"{name} cannot be {value!r}; use {', '.join(map(str, positions))}")
    setattr(owner, name, value)
