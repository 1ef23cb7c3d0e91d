"""Every endpoint of the API v2: the service's verbs, its lists, and what of this client reaches it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen


@frozen
class Endpoint:
    """One path of the service.

    Attributes:
        path: below the service root.
        area: what it belongs to.
        verbs: what the service takes, as "GET POST"; empty where only the path is known here.
        list_key: of its list envelope; empty where it has none, or where the key is not known here.
        paged: whether its list takes Page and Limit.
        through: the typed resource, as "suppliers"; empty where `request` and `pages` reach it.
    """

    path: str
    area: str
    verbs: str = ""
    list_key: str = ""
    paged: bool = True
    through: str = ""


def _area(area: str, *rows: tuple[object, ...]) -> tuple[Endpoint, ...]:
    return tuple(Endpoint(row[0], area, *row[1:]) for row in rows)  # type: ignore[arg-type]  # columns of the table


READ, WRITE, CHANGE, ALL = "GET", "GET POST", "GET POST PUT", "GET POST PUT DELETE"

TABLE: Final = (
    *_area(
        "Account",
        ("me", READ, "", False, "me"),
        ("me/addresses", ALL, "MeAddressesList", True, "me.addresses"),
        ("me/contacts", ALL, "MeContactsList", True, "me.contacts"),
    ),
    *_area(
        "Suppliers",
        ("supplier", CHANGE, "SupplierList", True, "suppliers"),
        ("ref/supplier/deposits", READ, "SupplierDeposits", True, "supplier_deposits"),
    ),
    *_area(
        "Products",
        ("product", CHANGE, "Products", True, "products"),
        ("product/attachments", "GET POST DELETE", "", False, "products.attachments"),
        ("product-suppliers", ALL, "ProductSuppliers", False, "product_suppliers"),
        ("ref/productavailability", READ, "ProductAvailabilityList", True, "product_availability"),
        ("ref/priceTier", READ, "PriceTiers", False, "price_tiers"),
        ("productFamily",),
        ("productFamily/attachments",),
        ("product/markupprices",),
        ("custom-prices",),
        ("reference/deals",),
        ("reference/discount",),
    ),
    *_area(
        "Purchases",
        ("purchaseList", READ, "PurchaseList", True, "purchases"),
        ("purchaseCreditNoteList", READ, "PurchaseList", True, "purchase_credit_notes"),
        ("purchase", ALL, "", False, "purchases"),
        ("purchase/order", WRITE, "", False, "purchases.orders"),
        ("purchase/stock", WRITE, "", False, "purchases.receipts"),
        ("purchase/invoice", WRITE, "", False, "purchases.invoices"),
        ("purchase/creditnote", WRITE, "", False, "purchases.credit_notes"),
        ("purchase/payment", ALL, "", False, "purchases.payments"),
        ("purchase/manualJournal", WRITE, "", False, "purchases.manual_journals"),
        ("purchase/attachment", "GET POST DELETE", "Lines", False, "purchases.attachments"),
        ("advanced-purchase", ALL, "", False, "purchases"),
        ("advanced-purchase/stock", ALL, "StockReceiving", False, "purchases.receipts"),
        ("advanced-purchase/put-away", WRITE, "PutAway", False, "purchases.put_aways"),
        ("advanced-purchase/invoice", "GET POST DELETE", "Invoices", False, "purchases.invoices"),
        ("advanced-purchase/creditnote", "GET POST DELETE", "CreditNotes", False, "purchases.credit_notes"),
        ("advanced-purchase/payment", CHANGE, "", False, "purchases.payments"),
        ("advanced-purchase/manualJournal", WRITE, "ManualJournals", False, "purchases.manual_journals"),
    ),
    *_area(
        "Reference books",
        ("ref/account", ALL, "AccountsList", True, "accounts"),
        ("ref/account/bank", READ, "BankAccountsList", True, "bank_accounts"),
        ("ref/tax", CHANGE, "TaxRuleList", True, "tax_rules"),
        ("ref/paymentterm", ALL, "PaymentTermList", True, "payment_terms"),
        ("ref/unit", ALL, "UnitList", True, "units"),
        ("ref/category", ALL, "CategoryList", True, "categories"),
        ("ref/brand", ALL, "BrandList", True, "brands"),
        ("ref/location", ALL, "LocationList", True, "locations"),
        ("ref/attributeset", ALL, "AttributeSetList", True, "attribute_sets"),
        ("ref/carrier",),
        ("ref/customer/templates",),
        ("ref/customer/credits",),
        ("ref/fixedassettype",),
        ("ref/templates",),
        ("reference/shipZones",),
        ("reference/shipZonesEnabled",),
    ),
    *_area(
        "Finance",
        ("transactions", READ, "Transactions", True, "transactions"),
        ("journal",),
        ("moneyTaskList",),
        ("moneyOperation",),
        ("bankTransfer",),
    ),
    *_area("Webhooks", ("webhooks", ALL, "Webhooks", False, "webhooks")),
    *_area(
        "Sales",
        ("customer",),
        ("saleList",),
        ("sale",),
        ("sale/quote",),
        ("sale/order",),
        ("sale/fulfilment",),
        ("sale/fulfilment/pick",),
        ("sale/fulfilment/pack",),
        ("sale/fulfilment/ship",),
        ("sale/invoice",),
        ("sale/payment",),
        ("saleCreditNoteList",),
        ("sale/creditnote",),
        ("sale/manualJournal",),
        ("sale/attachment",),
    ),
    *_area(
        "Stock",
        ("stockadjustmentList",),
        ("stockadjustment",),
        ("stockTakeList",),
        ("stocktake",),
        ("stockTransferList",),
        ("stockTransfer",),
        ("stockTransfer/order",),
        ("inventoryWriteOffList",),
        ("inventoryWriteOff",),
    ),
    *_area(
        "Production",
        ("disassemblyList",),
        ("disassembly",),
        ("disassembly/order",),
        ("finishedGoodsList",),
        ("finishedGoods",),
        ("finishedGoods/order",),
        ("finishedGoods/pick",),
        ("production/factoryCalendar",),
        ("production/productionBOM",),
        ("production/orderList",),
        ("production/order",),
        ("production/order/run",),
        ("production/workcenters",),
        ("production/resourceList",),
        ("production/resource",),
        ("production/suspendReason",),
    ),
    *_area(
        "CRM",
        ("crm/lead",),
        ("crm/opportunity",),
        ("crm/task",),
        ("crm/taskcategory",),
        ("crm/workflow",),
        ("crm/workflowstart",),
    ),
)

ENDPOINTS: Final[Mapping[str, Endpoint]] = {each.path: each for each in TABLE}
