"""Products: what the service checks and drops when they are written, and what a list shows of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from cin7core_client.testing import events, product_suppliers
from cin7core_client.testing.call import Call, Routes
from cin7core_client.testing.lists import Selection, listed, one
from cin7core_client.testing.records import (
    Record,
    Written,
    amount_of,
    dumped,
    id_of,
    object_of,
    record_from,
    record_of,
    rows_of,
    stable_id,
    text_of,
)
from cin7core_client.testing.references import found, location_of, rows_in
from cin7core_client.testing.refusal import Problem, Refused, missing, refuse, too_long
from cin7core_client.testing.suppliers import ATTRIBUTES
from cin7core_client.testing.tables import put

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7

LIST_KEY: Final = "Products"
LIMITS: Final = {
    "SKU": 50,
    "Name": 256,
    "ShortDescription": 500,
    "InternalNote": 4000,
    "Barcode": 256,
    "UOM": 50,
    "Tags": 256,
    "StockLocator": 256,
    "PickZones": 256,
}
REQUIRED: Final = ("SKU", "Name", "Category", "CostingMethod", "UOM", "Status")
PRICES: Final = tuple(f"PriceTier{tier}" for tier in range(1, 11))
DIMENSIONS: Final = ("Length", "Width", "Height", "Weight")
COSTING: Final = (
    "FIFO",
    "Special - Batch",
    "Special - Serial Number",
    "FIFO - Serial Number",
    "FIFO - Batch",
    "FEFO - Batch",
    "FEFO - Serial Number",
)
# field -> the class that its account must have
ACCOUNTS: Final = {
    "COGSAccount": "EXPENSE",
    "ExpenseAccount": "EXPENSE",
    "RevenueAccount": "REVENUE",
    "InventoryAccount": "ASSET",
}
# nested array -> the flag without which it is shown empty
FLAGS: Final = {
    "BillOfMaterialsProducts": "IncludeBOM",
    "BillOfMaterialsServices": "IncludeBOM",
    "ReorderLevels": "IncludeReorderLevels",
    "CustomPrices": "IncludeCustomPrices",
    "Suppliers": "IncludeSuppliers",
    "Movements": "IncludeMovements",
    "Attachments": "IncludeAttachments",
}
STORED: Final = ("BillOfMaterialsProducts", "BillOfMaterialsServices", "ReorderLevels", "CustomPrices")
EMPTY: Final[Record] = {
    "Brand": None,
    "DropShipMode": "No Drop Ship",
    "DefaultLocation": None,
    **dict.fromkeys(DIMENSIONS, 0),
    **dict.fromkeys(
        ("CartonLength", "CartonWidth", "CartonHeight", "CartonQuantity", "CartonInnerQuantity", "AlwaysShowQuantity")
    ),
    "WeightUnits": "",
    "DimensionsUnits": "",
    "Barcode": "",
    "MinimumBeforeReorder": 0,
    "ReorderQuantity": 0,
    **dict.fromkeys(PRICES, 0),
    "AverageCost": 0,
    "ShortDescription": "",
    "Description": "",
    "InternalNote": "",
    **dict.fromkeys(ATTRIBUTES),
    "AttributeSet": None,
    "DiscountRule": None,
    "Tags": "",
    "StockLocator": "",
    **dict.fromkeys(ACCOUNTS),
    "PurchaseTaxRule": None,
    "SaleTaxRule": None,
    "Sellable": True,
    "PickZones": "",
    "WarrantyName": None,
    "BillOfMaterial": False,
    "AutoAssembly": False,
    "AutoDisassembly": False,
    "QuantityToProduce": 1,
    "AssemblyInstructionURL": "",
    "AssemblyCostEstimationMethod": "",
    "BOMType": "None",
    "HSCode": "",
    "CountryOfOrigin": "",
    "CountryOfOriginCode": "",
}


def find(account: FakeCin7, *, product_id: str = "", sku: str = "") -> Record | None:
    """Find a product by id or by SKU, its nested arrays empty."""
    column, value = ("id", product_id) if product_id else ("sku", sku)
    row = account.db.execute(f"SELECT body FROM products WHERE {column} = ?", (value,)).fetchone()
    return record_of(row) if row else None


def write(account: FakeCin7, sent: Record, *, new: bool) -> Record:
    """Create a product, or replace one. Nested rows that were not sent stay; sent ones replace all of their kind.

    Raises:
        Refused: a field is missing, too long or negative, names what is not there, or the SKU is taken.
    """
    old = None if new else find(account, product_id=id_of(sent))
    if old is None and not new:
        raise Refused((404, "Product with specified ID not found"))
    if old:
        # One writer changed single fields by sending them with SKU and AttributeSet; the rest of the type stays.
        sent = {**old, **sent} if account.switches.put == "merge" else {"Type": old["Type"], **sent}
    refuse([*_problems(account, sent, new=new), *_nested_problems(account, sent, new=new)])
    identity = text_of(old, "ID") if old else _fresh_id(account, text_of(sent, "SKU"))
    now = account.stamp()
    record = {
        **EMPTY,
        **_prices(account, old or {}, sent),
        **_attributes(sent, old or {}),
        "ID": identity,
        "Type": old["Type"] if old else sent["Type"],
        "CreatedDate": old["CreatedDate"] if old else now.removesuffix("Z"),
        "LastModifiedOn": now,
        **{name: [] for name in FLAGS},
    }
    nested: Record = {**_nested(account, identity), **{name: rows_of(sent, name) for name in STORED if sent.get(name)}}
    if "ReorderLevels" in sent:
        nested["ReorderLevels"] = rows_of(sent, "ReorderLevels")
    save(account, record, nested)
    for row in rows_of(sent, "Suppliers"):
        product_suppliers.link(account.db, {"ProductID": identity, "SupplierID": id_of(row)}, new=True)
    return record


def save(account: FakeCin7, record: Record, nested: Record | None = None) -> None:
    """Keep a product; without `nested` its nested rows stay."""
    status = text_of(record, "Status")
    row = {
        "id": record["ID"],
        "sku": record["SKU"],
        "name": record["Name"],
        "status": status,
        "deprecated": status.lower() == "deprecated",
        "modified": record["LastModifiedOn"],
        "body": dumped(record),
        "nested": dumped(_nested(account, text_of(record, "ID")) if nested is None else nested),
    }
    put(account.db, "products", row)


def _problems(account: FakeCin7, sent: Record, *, new: bool) -> list[Problem]:
    db = account.db
    problems = missing(sent, *REQUIRED, *(("Type",) if new else ())) + too_long(sent, LIMITS)
    problems += [
        (400, f"Maximum Additional Attribute {number} field length is 256 characters")
        for number, name in enumerate(ATTRIBUTES, start=1)
        if len(text_of(sent, name)) > 256
    ]
    if new and not (sent.get("PriceTiers") or any(sent.get(name) is not None for name in PRICES)):
        problems.append((400, "PriceTiers value cannot be empty"))
    problems += [(400, f"{name} value can't be less than zero.") for name in DIMENSIONS if amount_of(sent, name) < 0]
    method, category, unit, brand = (text_of(sent, name) for name in ("CostingMethod", "Category", "UOM", "Brand"))
    if method and method not in COSTING:
        problems.append((400, f"CostingMethod '{method}' is invalid"))
    if category and not found(db, "category", category):
        problems.append((404, "Category not found."))
    if unit and not found(db, "unit", unit):
        problems.append((404, f"Unit of measure with name '{unit}' was not found reference book."))
    if brand and not found(db, "brand", brand):
        problems.append((404, f"Brand '{brand}' was not found in reference book"))
    return problems + _book_problems(account, sent) + _sku_problems(account, sent, new=new)


def _book_problems(account: FakeCin7, sent: Record) -> list[Problem]:
    db, problems = account.db, []
    location = text_of(sent, "DefaultLocation")
    if location and not location_of(db, location):
        problems.append((404, f"Location '{location}' was not found in Locations reference book"))
    for name, wanted in ACCOUNTS.items():
        code = text_of(sent, name)
        row = (found(db, "account", code) if code else None) or {}
        if code and (row.get("Class") != wanted or text_of(row, "Status").upper() != "ACTIVE"):
            problems.append((404, f"{name} '{code}' was not found in reference book"))
    for name, use in (("PurchaseTaxRule", "IsTaxForPurchase"), ("SaleTaxRule", "IsTaxForSale")):
        rule = text_of(sent, name)
        row = (found(db, "tax", rule) if rule else None) or {}
        if rule and not (row.get("IsActive") and row.get(use)):
            problems.append((404, f"Tax rule '{rule}' was not found in reference book"))
    return problems


def _sku_problems(account: FakeCin7, sent: Record, *, new: bool) -> list[Problem]:
    sku = text_of(sent, "SKU")
    other = account.db.execute("SELECT id FROM products WHERE sku = ?", (sku,)).fetchone()
    if other is None or (not new and other["id"] == id_of(sent)):
        return []
    return [(400, f'Failed to update product: SKU "{sku}" already exists! Please provide different value')]


def _nested_problems(account: FakeCin7, sent: Record, *, new: bool) -> list[Problem]:
    """Suppliers are refused by POST, and want their ID under `ID` in PUT, not under the documented `SupplierID`."""
    problems: list[Problem] = []
    suppliers = rows_of(sent, "Suppliers")
    if suppliers and (new or any(not id_of(row) for row in suppliers)):
        problems.append((400, "Suppliers is invalid"))
    if any(not location_of(account.db, text_of(row, "LocationID")) for row in rows_of(sent, "ReorderLevels")):
        problems.append((400, "ReorderLevels is invalid"))
    for row in rows_of(sent, "BillOfMaterialsProducts"):
        part = find(account, product_id=id_of(row, "ComponentProductID"))
        if part is None or text_of(part, "SKU") != text_of(row, "ProductCode"):
            problems.append((400, "BillOfMaterialsProduct is invalid"))
    if sent.get("BillOfMaterial") is True:
        problems += missing(sent, "QuantityToProduce", "AssemblyCostEstimationMethod")
    return problems


def _prices(account: FakeCin7, old: Record, sent: Record) -> Record:
    """Keep prices by number and by the tier's name alike."""
    tiers = [text_of(row, "Name") for row in rows_in(account.db, "pricetier")]
    named = object_of(sent, "PriceTiers")
    prices: Record = {}
    for field, tier in zip(PRICES, tiers, strict=True):
        prices[field] = sent[field] if sent.get(field) is not None else named.get(tier, old.get(field, 0))
    return {**sent, **prices, "PriceTiers": dict(zip(tiers, prices.values(), strict=True))}


def _attributes(sent: Record, old: Record) -> Record:
    """Drop changes to additional attributes that come without their set, as the service does with a 200."""
    if text_of(sent, "AttributeSet"):
        return {}
    return {name: old.get(name) for name in ATTRIBUTES}


def _fresh_id(account: FakeCin7, sku: str) -> str:
    identity, salt = stable_id("product", sku), 0
    while account.db.execute("SELECT 1 FROM products WHERE id = ?", (identity,)).fetchone():
        salt += 1
        identity = stable_id("product", f"{sku}\n{salt}")
    return identity


def _nested(account: FakeCin7, identity: str) -> Record:
    row = account.db.execute("SELECT nested FROM products WHERE id = ?", (identity,)).fetchone()
    return record_from(row["nested"]) if row else {}


def _list(call: Call) -> Written:
    wanted = Selection()
    wanted.equals("id", call.id())
    for column, parameter in (("name", "Name"), ("sku", "Sku")):
        if call.switches.product_text == "starts_with":
            wanted.starts(column, call.text(parameter))
        else:
            wanted.contains(column, call.text(parameter))
    wanted.since(call, "modified", call.text("ModifiedSince"))
    if not call.flag("IncludeDeprecated"):
        wanted.add("deprecated = 0")
    return listed(call, LIST_KEY, "products", wanted, show=_with_nested(call))


def _with_nested(call: Call) -> Callable[[Record], Record] | None:
    """Give what fills the nested arrays that the call asks for; None where it asks for none."""
    asked = [name for name, flag in FLAGS.items() if call.flag(flag)]
    if not asked:
        return None
    tables = {
        "Suppliers": "SELECT body FROM product_suppliers WHERE product_id = ?",
        "Attachments": "SELECT body FROM product_attachments WHERE product_id = ?",
        "Movements": "SELECT body FROM movements WHERE product_id = ? ORDER BY rowid",
    }

    def show(product: Record) -> Record:
        identity = text_of(product, "ID")
        stored = _nested(call.account, identity)
        for name in asked:
            if name in tables:
                product[name] = [record_of(row) for row in call.db.execute(tables[name], (identity,))]
            else:
                product[name] = stored.get(name, [])
        return product

    return show


def _write(call: Call, *, new: bool) -> Written:
    record = write(call.account, call.sent(), new=new)
    events.product_updated(call.account, record, created=new)
    return one(LIST_KEY, record)


ROUTES: Final[Routes] = {
    "product": {
        "GET": _list,
        "POST": lambda call: _write(call, new=True),
        "PUT": lambda call: _write(call, new=False),
    }
}
