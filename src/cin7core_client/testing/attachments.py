"""Files at products: their names are kept, their contents are not."""

from __future__ import annotations

import mimetypes
from typing import Final

from cin7core_client.testing.call import Call, Routes
from cin7core_client.testing.records import Record, dumped, id_of, record_of, stable_id, text_of
from cin7core_client.testing.refusal import Refused, missing, refuse

DOWNLOAD: Final = "https://inventory.dearsystems.com/Attachment/Download?id="


def attached(owner: str, sent: Record) -> Record:
    """Give the row of a file that was sent, as base64 or as an address.

    Raises:
        Refused: name or content is missing.
    """
    refuse(missing(sent, "FileName"))
    if not (sent.get("Content") or sent.get("FileDownloadUrl")):
        raise Refused((400, "Content or FileDownloadUrl is required"))
    name = text_of(sent, "FileName")
    identity = stable_id(f"attachment of {owner}", name)
    return {
        "ID": identity,
        "ContentType": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "FileName": name,
        "DownloadUrl": f"{DOWNLOAD}{identity}",
    }


def _of_product(call: Call, product_id: str) -> list[Record]:
    rows = call.db.execute("SELECT body FROM product_attachments WHERE product_id = ? ORDER BY rowid", (product_id,))
    return [record_of(row) for row in rows]


def _get(call: Call) -> list[Record]:
    return _of_product(call, call.id("ProductID"))


def _post(call: Call) -> list[Record]:
    sent = call.sent()
    product_id = id_of(sent, "ProductID")
    if not call.db.execute("SELECT 1 FROM products WHERE id = ?", (product_id,)).fetchone():
        raise Refused((404, "Product not found."))
    row = {**attached(product_id, sent), "IsDefault": bool(sent.get("IsDefault"))}
    call.db.execute("INSERT OR REPLACE INTO product_attachments VALUES (?, ?, ?)", (row["ID"], product_id, dumped(row)))
    return _of_product(call, product_id)


def _delete(call: Call) -> list[Record]:
    row = call.db.execute("DELETE FROM product_attachments WHERE id = ? RETURNING product_id", (call.id(),)).fetchone()
    if row is None:
        raise Refused((404, "Attachment not found."))
    return _of_product(call, row["product_id"])


ROUTES: Final[Routes] = {"product/attachments": {"GET": _get, "POST": _post, "DELETE": _delete}}
