"""Serve 20,000 fat products page by page from memory, as `/product` does: `python pages.py` prints `ready URL`.

A row is one of the simulator's, with everything filled in. The server does nothing but send bytes, so that a benchmark
measures who reads them. `?Delay=` lets an answer take so many seconds, as a far service does.
"""

from __future__ import annotations

import sys
import time
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx
import simplejson

from cin7core_client.testing import FakeCin7

ROWS, PAGE = 20_000, 1000
FIELDS = {
    "Brand": "Quayside",
    "DefaultLocation": "Main Warehouse",
    "Length": Decimal("12.5"),
    "Width": Decimal("7.25"),
    "Height": Decimal("3.75"),
    "Weight": Decimal("1.125"),
    "WeightUnits": "kg",
    "DimensionsUnits": "cm",
    "Barcode": "9400000000017",
    "MinimumBeforeReorder": 20,
    "ReorderQuantity": 100,
    "AverageCost": Decimal("11.2345"),
    "ShortDescription": "A product with a short description",
    "Description": "A product with a description that says what it is for, how it is kept, and who makes it. " * 4,
    "InternalNote": "Ask purchasing before the last one is sold",
    "AttributeSet": "General",
    "Tags": "wood,outdoor",
    "StockLocator": "A-12-3",
    "COGSAccount": "5000",
    "RevenueAccount": "4000",
    "InventoryAccount": "1300",
    "PurchaseTaxRule": "Tax on purchases",
    "SaleTaxRule": "Tax on sales",
    "HSCode": "4407.99",
    "CountryOfOrigin": "New Zealand",
    **{f"PriceTier{tier}": Decimal("18.5001") + tier for tier in range(1, 11)},
    **{f"AdditionalAttribute{number}": f"attribute {number}" for number in range(1, 11)},
}
OPTION = {"LocationID": None, "Default": True, "ReorderQuantity": 5, "Lead": 7, "Safety": 2, "MinimumToReorder": 10}


def row() -> dict[str, object]:
    """Give one product as the simulator answers it, with its suppliers and reorder levels."""
    account = FakeCin7()
    main, spare = (account.add_reference("ref/location", Name=name) for name in ("North", "South"))
    account.add_reference("ref/brand", Name=FIELDS["Brand"])
    account.add_reference("ref/attributeset", Name=FIELDS["AttributeSet"])
    levels = [
        {"LocationID": each["ID"], "LocationName": each["Name"], "MinimumBeforeReorder": 5, "ReorderQuantity": 20}
        for each in (main, spare)
    ]
    account.add_product("FAT", "Fat", ReorderLevels=levels, **FIELDS)
    for supplier in ("Quayside Supplies", "Quayside Supplies North"):
        account.add_product_supplier("FAT", supplier, Cost=Decimal("11.2"), ProductSupplierOptions=[OPTION])
    headers = {"api-auth-accountid": account.account_id, "api-auth-applicationkey": account.application_key}
    with httpx.Client(transport=account.transport(), headers=headers) as http:
        answer = http.get(
            "http://cin7/ExternalApi/v2/product",
            params={"Sku": "FAT", "IncludeSuppliers": "true", "IncludeReorderLevels": "true"},
        )
    account.close()
    (found,) = simplejson.loads(answer.content, use_decimal=True)["Products"]
    return dict(found)


def pages() -> list[bytes]:
    """Give every page's bytes."""
    template = row()
    ours = [
        {
            **template,
            "ID": f"00000000-0000-4000-8000-{number:012}",
            "SKU": f"SKU-{number:06}",
            "Name": f"Product {number}",
        }
        for number in range(ROWS)
    ]
    return [
        simplejson.dumps(
            {"Total": ROWS, "Page": 1 + start // PAGE, "Products": ours[start : start + PAGE]}, use_decimal=True
        ).encode()
        for start in range(0, ROWS, PAGE)
    ]


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    bodies: list[bytes]

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        time.sleep(float(self.headers.get("x-delay") or 0))
        body = self.bodies[int(asked["Page"][0]) - 1]
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


if __name__ == "__main__":
    bodies = pages()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Filled", (Pages,), {"bodies": bodies}))
    sys.stdout.write(f"ready http://127.0.0.1:{server.server_port}/ExternalApi/v2/ {sum(map(len, bodies)) // ROWS}\n")
    sys.stdout.flush()
    server.serve_forever()
