"""Purchases as a whole: created with a header only, changed, voided, undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cin7core_client.testing import events, seed, suppliers
from cin7core_client.testing.purchases import gates
from cin7core_client.testing.purchases.making import composed, next_order_number
from cin7core_client.testing.purchases.states import ABSENT, ADVANCED, DRAFT, PARTS, SERVICE, SIMPLE, VOIDED
from cin7core_client.testing.purchases.store import save
from cin7core_client.testing.records import Record, amount_of, id_of, midnight, object_of, rows_of, stable_id, text_of
from cin7core_client.testing.references import found, location_of
from cin7core_client.testing.refusal import Problem, missing, refuse, too_long

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7

LIMITS: Final = {"Contact": 256, "Phone": 50, "Approach": 10, "TaxRule": 50, "Terms": 256, "Note": 1024}
WRITABLE: Final = (
    "Contact",
    "Phone",
    "BlindReceipt",
    "BillingAddress",
    "ShippingAddress",
    "TaxRule",
    "TaxCalculation",
    "Terms",
    "RequiredBy",
    "Location",
    "Note",
    "AdditionalAttributes",
    "CurrencyRate",
)


def create(account: FakeCin7, sent: Record, *, simple: bool) -> Record:
    """Create a purchase from its header; lines that are sent along are ignored, as the service does.

    Raises:
        Refused: a field is missing, too long, or names what is not there.
    """
    supplier, problems = _checked(account, sent)
    refuse([*missing(sent, "Approach", "Location"), *problems])
    number = next_order_number(account.db)
    type_ = SIMPLE if simple or text_of(sent, "PurchaseType").lower() == "simple" else ADVANCED
    if sent.get("IsServiceOnly") is True and not simple:
        type_ = SERVICE
    currency = text_of(supplier, "Currency")
    header: Record = {
        "OrderNumber": number,
        "OrderDate": midnight(account.clock().date()),
        "SupplierID": supplier["ID"],
        "Supplier": supplier["Name"],
        "Contact": None,
        "Phone": None,
        "Approach": "INVOICE" if type_ == SERVICE else text_of(sent, "Approach").upper(),
        "InventoryAccount": seed.INVENTORY,
        "AccountPayable": supplier.get("AccountPayable"),
        "BillingAddress": {},
        "ShippingAddress": {},
        "BaseCurrency": seed.BASE_CURRENCY,
        "SupplierCurrency": currency,
        "TaxRule": supplier.get("TaxRule"),
        "TaxCalculation": "Exclusive",
        "Terms": supplier.get("PaymentTerm"),
        "RequiredBy": None,
        "Note": None,
        "AdditionalAttributes": {},
        "RelatedDropShipSaleTask": None,
        **_written(sent),
        "CurrencyRate": amount_of(sent, "CurrencyRate") or seed.RATES.get(currency, 1),
    }
    return save(account, composed(stable_id("purchase", number), header, type_=type_))


def change(account: FakeCin7, purchase: Record, sent: Record) -> Record:
    """Change a purchase's header.

    Raises:
        Refused: it is voided, or a field is too long or names what is not there.
    """
    gates.not_voided(purchase)
    supplier, problems = _checked(account, {"SupplierID": purchase["SupplierID"], **sent})
    refuse(problems)
    header: Record = {"SupplierID": supplier["ID"], "Supplier": supplier["Name"], **_written(sent)}
    if text_of(sent, "Approach") and purchase["Type"] != SERVICE:
        header["Approach"] = text_of(sent, "Approach").upper()
    if not amount_of(sent, "CurrencyRate"):
        header["CurrencyRate"] = purchase.get("CurrencyRate")
    purchase = save(account, {**purchase, **header})
    events.purchase_updated(account, purchase)
    return purchase


def _written(sent: Record) -> Record:
    return {name: sent[name] for name in WRITABLE if name in sent}


def _checked(account: FakeCin7, sent: Record) -> tuple[Record, list[Problem]]:
    problems = too_long(sent, LIMITS)
    supplier = suppliers.find(account, supplier_id=id_of(sent, "SupplierID"), name=text_of(sent, "Supplier"))
    if supplier is None:
        problems.append((404, "Supplier not found."))
    location, rule, terms = (text_of(sent, name) for name in ("Location", "TaxRule", "Terms"))
    if location and location_of(account.db, location) is None:
        problems.append((404, f"Location {location} was not found in Locations reference book"))
    if rule and found(account.db, "tax", rule) is None:
        problems.append((404, f"Tax rule '{rule}' was not found in reference book"))
    if terms and found(account.db, "paymentterm", terms) is None:
        problems.append((400, f"Active payment term with name '{terms}' was not found in Payment Terms reference book"))
    if sent.get("Approach") and text_of(sent, "Approach").upper() not in ("INVOICE", "STOCK"):
        problems.append((400, "Approach is invalid. Possible values are: INVOICE, STOCK"))
    if text_of(sent, "TaxCalculation") not in ("", "Inclusive", "Exclusive"):
        problems.append((400, "TaxCalculation is invalid. Possible values are: Inclusive, Exclusive"))
    return supplier or {}, problems


def undone(purchase: Record, *, void: bool) -> Record:
    """Give a purchase voided with all its parts, or undone: everything that was authorised is a draft again."""
    status = VOIDED if void else DRAFT
    changed = {**purchase, "Status": VOIDED if void else DRAFT}
    order = object_of(purchase, "Order")
    if order.get("Status") != ABSENT:
        changed["Order"] = {**order, "Status": status}
    for part in PARTS:
        changed[part] = [
            {**row, "Status": row["Status"] if row.get("Status") == VOIDED else status}
            for row in rows_of(purchase, part)
        ]
    return changed
