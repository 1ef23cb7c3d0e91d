"""Suppliers: what the service checks when they are written, and how they are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cin7core_client.testing import events
from cin7core_client.testing.call import Call, Routes
from cin7core_client.testing.lists import Selection, listed, one
from cin7core_client.testing.records import (
    Record,
    Written,
    dumped,
    id_of,
    record_of,
    rows_of,
    stable_id,
    text_of,
)
from cin7core_client.testing.references import found
from cin7core_client.testing.refusal import Problem, Refused, missing, refuse, too_long
from cin7core_client.testing.tables import put

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7

LIST_KEY: Final = "SupplierList"
ATTRIBUTES: Final = tuple(f"AdditionalAttribute{number}" for number in range(1, 11))
LIMITS: Final = {"Name": 256, "Comments": 256, "TaxRule": 50, "Currency": 3, **dict.fromkeys(ATTRIBUTES, 256)}
REQUIRED: Final = ("Name", "Currency", "PaymentTerm", "AccountPayable", "TaxRule", "Status")
EMPTY: Final[Record] = {
    "Discount": 0,
    "Comments": None,
    "TaxNumber": None,
    "AttributeSet": None,
    **dict.fromkeys(ATTRIBUTES),
}


def find(account: FakeCin7, *, supplier_id: str = "", name: str = "") -> Record | None:
    """Find a supplier by id, or by name without regard to case."""
    column, value = ("id", supplier_id) if supplier_id else ("name", name)
    row = account.db.execute(f"SELECT body FROM suppliers WHERE {column} = ?", (value,)).fetchone()
    return record_of(row) if row else None


def write(account: FakeCin7, sent: Record, *, new: bool) -> Record:
    """Create a supplier, or replace one.

    Raises:
        Refused: a field is missing or too long, names what is not there, or there is no such supplier.
    """
    old = None if new else find(account, supplier_id=id_of(sent))
    if old is None and not new:
        raise Refused((404, "Supplier with specified ID not found"))
    if old and account.switches.put == "merge":
        sent = {**old, **sent}
    refuse([*_problems(account, sent), *_taken(account, sent)])
    identity = text_of(old, "ID") if old else _fresh_id(account, text_of(sent, "Name"))
    record = {**EMPTY, **sent, "ID": identity, "LastModifiedOn": account.stamp()}
    for name in ("Addresses", "Contacts"):
        record[name] = [
            {**row, "ID": row.get("ID") or stable_id(f"{name} of {identity}", f"{number}\n{dumped(row)}")}
            for number, row in enumerate(rows_of(sent, name))
        ]
    save(account, record)
    return record


def save(account: FakeCin7, record: Record) -> None:
    """Keep a supplier."""
    status = text_of(record, "Status")
    row = {
        "id": record["ID"],
        "name": record["Name"],
        "status": status,
        "deprecated": status.lower() == "deprecated",
        "modified": record["LastModifiedOn"],
        "body": dumped(record),
    }
    put(account.db, "suppliers", row)


def _problems(account: FakeCin7, sent: Record) -> list[Problem]:
    problems = missing(sent, *REQUIRED) + too_long(sent, LIMITS)
    term, rule, payable = (text_of(sent, name) for name in ("PaymentTerm", "TaxRule", "AccountPayable"))
    if term and not (found(account.db, "paymentterm", term) or {}).get("IsActive"):
        problems.append((400, f"Active payment term with name '{term}' was not found in Payment Terms reference book"))
    if rule and not found(account.db, "tax", rule):
        problems.append((404, f"Tax rule '{rule}' was not found in reference book"))
    if payable and (found(account.db, "account", payable) or {}).get("SystemAccount") != "Accounts payable":
        problems.append((400, f"Account payable '{payable}' was not found"))
    for address in rows_of(sent, "Addresses"):
        problems += missing(address, "Line1", "Country", "Type")
    for contact in rows_of(sent, "Contacts"):
        problems += missing(contact, "Name")
    return problems


def _taken(account: FakeCin7, sent: Record) -> list[Problem]:
    if account.switches.same_supplier_name:
        return []
    other = find(account, name=text_of(sent, "Name"))
    return [(400, "Supplier with the same name already exists")] if other and id_of(other) != id_of(sent) else []


def _fresh_id(account: FakeCin7, name: str) -> str:
    identity, salt = stable_id("supplier", name), 0
    while account.db.execute("SELECT 1 FROM suppliers WHERE id = ?", (identity,)).fetchone():
        salt += 1
        identity = stable_id("supplier", f"{name}\n{salt}")
    return identity


def _list(call: Call) -> Written:
    wanted = Selection()
    wanted.equals("id", call.id())
    wanted.starts("name", call.text("Name"))
    wanted.since(call, "modified", call.text("ModifiedSince"))
    if not call.flag("IncludeDeprecated"):
        wanted.add("deprecated = 0")
    return listed(call, LIST_KEY, "suppliers", wanted)


def _write(call: Call, *, new: bool) -> Written:
    record = write(call.account, call.sent(), new=new)
    events.supplier_updated(call.account, record)
    return one(LIST_KEY, record)


ROUTES: Final[Routes] = {
    "supplier": {
        "GET": _list,
        "POST": lambda call: _write(call, new=True),
        "PUT": lambda call: _write(call, new=False),
    }
}
