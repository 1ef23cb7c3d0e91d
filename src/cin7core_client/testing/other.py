"""The rest of API v2 without rules of its own: what is posted can be read, changed, listed and deleted."""

from __future__ import annotations

from functools import partial
from typing import Final

from attrs import frozen

from cin7core_client.testing.call import Call, Handler, Reply, Routes
from cin7core_client.testing.lists import Selection, envelope, listed_rows
from cin7core_client.testing.records import Record, Written, dumped, id_of, record_of, stable_id, text_of
from cin7core_client.testing.refusal import Refused

NOT_FOUND_PAGE: Final = (
    b"<!DOCTYPE html><html><head><title>Page not found</title></head><body>Page not found</body></html>"
)
HTML: Final = "text/html; charset=utf-8"


@frozen(kw_only=True)
class Kind:
    """One kind of record.

    Attributes:
        list_path: the path of its list, in lower case.
        list_key: the list's key.
        paths: the paths that read one and write; without them the list's own path does.
        total: whether the list says how many there are.
        paged_only: whether the list answers the "Page not found" page unless Page or Limit is sent.
    """

    list_path: str
    list_key: str
    paths: tuple[str, ...] = ()
    total: bool = True
    paged_only: bool = False


KINDS: Final = (
    Kind(list_path="customer", list_key="CustomerList"),
    Kind(list_path="productfamily", list_key="ProductFamilies"),
    Kind(list_path="salelist", list_key="SaleList", paths=("sale", "advanced-sale")),
    Kind(list_path="salecreditnotelist", list_key="SaleList", paths=("sale/creditnote",)),
    Kind(list_path="stockadjustmentlist", list_key="StockAdjustmentList", paths=("stockadjustment",)),
    Kind(list_path="stocktakelist", list_key="StockAdjustmentList", paths=("stocktake",)),  # so it is documented
    Kind(list_path="stocktransferlist", list_key="StockTransferList", paths=("stocktransfer",)),
    Kind(list_path="inventorywriteofflist", list_key="InventoryWriteOffs", paths=("inventorywriteoff",)),
    Kind(list_path="finishedgoodslist", list_key="FinishedGoods", paths=("finishedgoods",)),
    Kind(list_path="disassemblylist", list_key="Disassemblies", paths=("disassembly",)),
    Kind(list_path="moneytasklist", list_key="MoneyTasks", paths=("moneyoperation",)),
    Kind(list_path="journal", list_key="Journals"),
    Kind(list_path="crm/lead", list_key="LeadList"),
    Kind(list_path="crm/opportunity", list_key="opportunityList"),
    Kind(list_path="crm/task", list_key="Tasks"),
    Kind(list_path="crm/taskcategory", list_key="Categories"),
    Kind(list_path="crm/workflow", list_key="Workflows"),
    Kind(list_path="reference/shipzones", list_key="ShipZones"),
    Kind(list_path="ref/carrier", list_key="CarrierList"),
    Kind(list_path="ref/templates", list_key="Templates", total=False),
    Kind(list_path="ref/customer/credits", list_key="CustomerCredits", total=False),
    Kind(list_path="production/orderlist", list_key="ProductionOrderListItems", paths=("production/order",)),
    Kind(list_path="production/suspendreason", list_key="SuspendReasons"),
    Kind(list_path="production/workcenters", list_key="Workcenters", paged_only=True),
    Kind(list_path="production/resourcelist", list_key="Resources", paged_only=True),
)
DEPOSITS: Final = Kind(list_path="ref/supplier/deposits", list_key="SupplierDeposits", total=False)


def page_not_found() -> Reply:
    """Give the page that the service answers with 200 where it knows no path."""
    return Reply(200, NOT_FOUND_PAGE, HTML)


def keep(call: Call, kind: Kind, record: Record) -> Record:
    """Keep a record of a kind."""
    now = call.account.stamp()
    record = {**record, "LastModifiedOn": now}
    call.db.execute(
        "INSERT INTO documents (path, id, modified, body) VALUES (?, ?, ?, ?) ON CONFLICT (path, id)"
        " DO UPDATE SET modified = excluded.modified, body = excluded.body",
        (kind.list_path, id_of(record), now, dumped(record)),
    )
    return record


def _key(call: Call) -> str:
    return call.id() or call.id("TaskID") or call.id("SaleID")


def _list(kind: Kind, call: Call) -> object:
    if kind.paged_only and not (call.text("Page") or call.text("Limit")):
        return page_not_found()
    wanted = Selection()
    wanted.equals("path", kind.list_path)
    wanted.equals("id", _key(call))
    wanted.since(call, "modified", call.text("ModifiedSince") or call.text("UpdatedSince"))
    wanted.contains("body", call.text("Search"))
    wanted.starts("json_extract(body, '$.Name')", call.text("Name"))
    wanted.equals("json_extract(body, '$.Status')", call.text("Status"))
    page, limit = call.page()
    total = call.db.execute(f"SELECT count(*) FROM documents WHERE {wanted.where}", wanted.values).fetchone()[0]
    rows = call.db.execute(
        f"SELECT body FROM documents WHERE {wanted.where} ORDER BY position LIMIT ? OFFSET ?",
        (*wanted.values, limit, (page - 1) * limit),
    )
    listed = envelope(kind.list_key, page, total, (row["body"] for row in rows))
    return listed if kind.total else _without_total(listed)


def _without_total(text: Written) -> Written:
    return Written("{" + text[text.index('"Page"') :])


def _get(kind: Kind, call: Call) -> Record:
    row = call.db.execute("SELECT body FROM documents WHERE path = ? AND id = ?", (kind.list_path, _key(call)))
    if (found := row.fetchone()) is None:
        raise Refused((400, "Task with specified ID not found"))
    return record_of(found)


def _post(kind: Kind, call: Call) -> object:
    sent = call.sent()
    count = call.db.execute("SELECT coalesce(max(position), 0) FROM documents").fetchone()[0]
    record = keep(call, kind, {**sent, "ID": stable_id(kind.list_path, f"{count}\n{call.account.stamp()}")})
    return _answer(kind, record)


def _put(kind: Kind, call: Call) -> object:
    sent = call.sent()
    identity = id_of(sent) or id_of(sent, "TaskID") or id_of(sent, "SaleID")
    row = call.db.execute("SELECT body FROM documents WHERE path = ? AND id = ?", (kind.list_path, identity)).fetchone()
    if row is None:
        raise Refused((400, "Record with specified ID not found"))
    return _answer(kind, keep(call, kind, {**record_of(row), **sent, "ID": identity}))


def _answer(kind: Kind, record: Record) -> object:
    return record if kind.paths else envelope(kind.list_key, 1, 1, [dumped(record)])


def _delete(kind: Kind, call: Call) -> Record:
    gone = call.db.execute("DELETE FROM documents WHERE path = ? AND id = ?", (kind.list_path, _key(call)))
    if not gone.rowcount:
        raise Refused((400, "Record with specified ID not found"))
    return {"Success": True}


def _deposits(call: Call) -> Written:
    """List supplier deposits; used-up ones on demand only."""
    rows = [
        record_of(row)
        for row in call.db.execute("SELECT body FROM documents WHERE path = ? ORDER BY position", (DEPOSITS.list_path,))
    ]
    if call.id("SupplierID"):
        rows = [row for row in rows if id_of(row, "SupplierID") == call.id("SupplierID")]
    if not call.flag("ShowUsedDeposits"):
        rows = [row for row in rows if text_of(row, "RemainingAmount") not in ("0", "0.00")]
    return _without_total(listed_rows(call, DEPOSITS.list_key, rows))


def _routes() -> dict[str, dict[str, Handler]]:
    routes: dict[str, dict[str, Handler]] = {}
    for kind in KINDS:
        writes: dict[str, Handler] = {
            "POST": partial(_post, kind),
            "PUT": partial(_put, kind),
            "DELETE": partial(_delete, kind),
        }
        routes[kind.list_path] = {"GET": partial(_list, kind), **({} if kind.paths else writes)}
        for path in kind.paths:
            routes[path] = {"GET": partial(_get, kind), **writes}
    return routes


ROUTES: Final[Routes] = {**_routes(), DEPOSITS.list_path: {"GET": _deposits}}
