"""What bridge.toml may say of vendors and items: what Cin7 Core needs and GP does not say, which ones, whose fields."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field, field_validator

from gp_cin7_bridge.settings.section import Section

Owner = Literal["gp", "cin7", "never"]

# Cin7 Core refuses a record without these, so they can be filled once but not left out.
NEEDED: Final = ("name", "currency", "payment_term", "tax_rule", "account_payable", "category", "uom")
SUPPLIER_FIELDS: Final = (*NEEDED[:5], "status", "comments", "tax_number", "addresses", "contacts")
PRODUCT_FIELDS: Final = (
    "name",
    "category",
    "uom",
    "status",
    "short_description",
    "weight",
    "weight_units",
    "default_location",
    "purchase_tax_rule",
    "sale_tax_rule",
    "inventory_account",
    "cogs_account",
)


def _owned(owners: dict[str, Owner], fields: tuple[str, ...]) -> dict[str, Owner]:
    for field, owner in owners.items():
        if field not in fields:
            raise ValueError(f"has no field {field!r}; use {', '.join(fields)}")
        if owner == "never" and field in NEEDED:
            raise ValueError(f"cannot leave out {field!r}, which Cin7 Core needs; use gp or cin7")
    return owners


class ScopeSettings(Section):
    """Which records are carried.

    Attributes:
        classes, not_classes: patterns of GP's class, such as `USA-*`, upper and lower case alike; none: all.
        ids, not_ids: patterns of the vendor id or item number.
        inactive: carry inactive ones too; what was carried before is followed in any case.
    """

    classes: tuple[str, ...] = ()
    not_classes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    not_ids: tuple[str, ...] = ()
    inactive: bool = True


class VendorSettings(ScopeSettings):
    """Which vendors are carried, and what a Cin7 supplier needs and a GP vendor does not say.

    Attributes:
        account_payable: Cin7 code; default: the only account that Cin7 marks as Accounts payable.
        tax_rule: Cin7 tax rule for vendors whose schedule is not in tax_rules.
        tax_rules: GP tax schedule to Cin7 tax rule.
        payment_terms: GP payment terms id to Cin7 term.
        payment_term: Cin7 term for vendors whose GP terms are not in payment_terms.
        attribute: which AdditionalAttribute (1-10) carries the GP vendor id.
        country: for addresses without one; default: that of the Cin7 Core account's own address.
        twin_names: two vendors of one name are held, or get their id behind the name.
        addresses: "roles" carries the purchase, remit-to and ship-from address of each vendor, "own" the vendor's only.
        on_hold: a vendor on hold stays active with a comment, or is deprecated; GP's hold stops payments only.
        tax_ids: carry tax ids, which may be personal.
        ownership: whose a field is: "gp" overwrites it, "cin7" fills it once, "never" does not write it.
    """

    account_payable: str | None = None
    tax_rule: str | None = None
    tax_rules: dict[str, str] = Field(default_factory=dict)
    payment_term: str | None = None
    payment_terms: dict[str, str] = Field(default_factory=dict)
    attribute: int = Field(default=1, ge=1, le=10)
    country: str | None = None
    twin_names: Literal["hold", "suffix"] = "hold"
    addresses: Literal["roles", "own"] = "roles"
    on_hold: Literal["comment", "deprecate"] = "comment"
    tax_ids: bool = False
    ownership: dict[str, Owner] = Field(default_factory=dict)

    @field_validator("ownership")
    @classmethod
    def _known_fields(cls, owners: dict[str, Owner]) -> dict[str, Owner]:
        return _owned(owners, SUPPLIER_FIELDS)


class ItemSettings(ScopeSettings):
    """Which items are carried, and what a Cin7 product needs and a GP item does not say.

    Attributes:
        category, unit: for items whose class or unit is not mapped and unknown to Cin7.
        categories, units: GP class or unit to Cin7 category or unit; what is not named keeps its name.
        create_categories: a class whose category Cin7 Core lacks gets it; else `category` is taken.
        kits: pass them over, because they hold no quantity in GP, or carry them as stock products.
        discontinued: they stay active, or are deprecated once GP has none on hand.
        lots_expire: lots are issued by their expiry date (FEFO) instead of by their arrival (FIFO).
        weight_unit: Cin7's word for GP's unit of weight, which GP does not name; without it no weights are carried.
        purchase_tax_rule, sale_tax_rule: Cin7 tax rules of new products.
        locations: GP site to the Cin7 location that a new product gets as its default.
        ownership: whose a field is: "gp" overwrites it, "cin7" fills it once, "never" does not write it.
    """

    category: str | None = None
    categories: dict[str, str] = Field(default_factory=dict)
    create_categories: bool = True
    unit: str | None = None
    units: dict[str, str] = Field(default_factory=dict)
    kits: Literal["skip", "stock"] = "skip"
    discontinued: Literal["active", "deprecate_when_empty"] = "active"
    lots_expire: bool = False
    weight_unit: str | None = None
    purchase_tax_rule: str | None = None
    sale_tax_rule: str | None = None
    locations: dict[str, str] = Field(default_factory=dict)
    ownership: dict[str, Owner] = Field(default_factory=dict)

    @field_validator("ownership")
    @classmethod
    def _known_fields(cls, owners: dict[str, Owner]) -> dict[str, Owner]:
        return _owned(owners, PRODUCT_FIELDS)
