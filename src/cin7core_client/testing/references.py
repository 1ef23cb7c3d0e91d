"""Reference books: accounts, tax rules, terms, units, categories, brands, locations, attribute sets, tiers, me."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, Literal

from attrs import field, frozen

from cin7core_client.testing.call import Call, Handler
from cin7core_client.testing.lists import listed_rows, one
from cin7core_client.testing.records import (
    Record,
    Written,
    amount_of,
    dumped,
    id_of,
    record_of,
    rows_of,
    stable_id,
    text_of,
)
from cin7core_client.testing.refusal import Refused, missing, refuse, too_long

Match = Literal["exact", "starts", "flag"]
TIERS: Final = 10
ATTRIBUTES: Final = 10


@frozen(kw_only=True)
class Book:
    """One reference book.

    Attributes:
        name: what it is called in the table.
        list_key: of its list.
        key: the field that names a row, unique without regard to case; "ID" where rows have no name.
        bare: whether a write answers the bare object instead of a list envelope.
        verbs: what can be done beside GET.
        required: the fields that a write must send.
        limits: the longest texts.
        filters: parameter in lower case -> field and how it is compared; others are ignored.
        shaped: completes a row as the service does.
        taken: the text for a name that is there.
        owned: whether a connected accounting system forbids writing.
    """

    name: str
    list_key: str
    key: str = "Name"
    bare: bool = True
    verbs: tuple[str, ...] = ("POST", "PUT", "DELETE")
    required: tuple[str, ...] = ("Name",)
    limits: Mapping[str, int] = field(factory=lambda: {"Name": 50})
    filters: Mapping[str, tuple[str, Match]] = field(factory=lambda: {"name": ("Name", "starts")})
    shaped: Callable[[Record], Record] = dict
    taken: str = "{key} already exists."
    owned: bool = False


def _account(row: Record) -> Record:
    return {
        "Description": "",
        "SystemAccount": None,
        "SystemAccountCode": None,
        "OldCode": None,
        "BankAccountId": stable_id("bank account", text_of(row, "Code")) if row.get("Type") == "BANK" else None,
        **{name: value for name, value in row.items() if name != "Bank" or row.get("Type") == "BANK"},
        "DisplayName": f"{text_of(row, 'Code')}: {text_of(row, 'Name')}",
        "ForPayments": row.get("ForPayments", row.get("Type") == "BANK"),
    }


def _tax(row: Record) -> Record:
    """Sum the components' percents; components have upper-case ids, and texts for numbers."""
    components: list[Record] = [
        {
            "ID": text_of(each, "ID") or stable_id(f"component of {row['Name']}", str(number)).upper(),
            "Name": text_of(each, "Name"),
            "Percent": f"{amount_of(each, 'Percent'):.10f}",
            "AccountCode": text_of(each, "AccountCode"),
            "Compound": text_of(each, "Compound") or "0",
            "ComponentOrder": text_of(each, "ComponentOrder") or str(number),
        }
        for number, each in enumerate(rows_of(row, "Components"), start=1)
    ]
    percent = sum((amount_of(each, "Percent") for each in components), Decimal(0)).normalize() + 0
    shown = int(percent) if percent == percent.to_integral() else percent
    return {"IsTaxForSale": False, "IsTaxForPurchase": False, **row, "TaxPercent": shown, "Components": components}


def _term(row: Record) -> Record:
    return {"Duration": 0, "Method": "number of days", "IsActive": True, "IsDefault": False, **row}


def _location(row: Record) -> Record:
    """Complete a location; the documentation says Deprecated and IsShopfloor, answers say otherwise."""
    empty = dict.fromkeys(
        (
            "AddressLine1",
            "AddressLine2",
            "AddressCitySuburb",
            "AddressStateProvince",
            "AddressZipPostCode",
            "AddressCountry",
            "PickZones",
        ),
        "",
    )
    bins = [
        {
            "ID": text_of(each, "ID") or stable_id(f"bin of {row['Name']}", text_of(each, "Name")).upper(),
            "Name": text_of(each, "Name"),
            "IsDeprecated": bool(each.get("IsDeprecated")),
            "IsStaging": bool(each.get("IsStaging")),
        }
        for each in rows_of(row, "Bins")
    ]
    kept = {name: value for name, value in row.items() if name not in ("Deprecated", "IsShopfloor")}
    return {
        "IsDefault": False,
        "IsDeprecated": bool(row.get("Deprecated")),
        "FixedAssetsLocation": False,
        "ParentID": None,
        "IsShopFloor": bool(row.get("IsShopfloor")),
        "IsCoMan": False,
        "IsStaging": False,
        **empty,
        **kept,
        "Bins": bins,
    }


def _attribute_set(row: Record) -> Record:
    shaped = {**row}
    for number in range(1, ATTRIBUTES + 1):
        shaped.setdefault(f"Attribute{number}Name", "")
        shaped.setdefault(f"Attribute{number}Type", "Not used")
        shaped.setdefault(f"Attribute{number}Values", "")
    shaped["Attributes"] = [
        {part: shaped[f"Attribute{number}{part}"] for part in ("Name", "Type", "Values")}
        for number in range(1, ATTRIBUTES + 1)
    ]
    return shaped


NAME: Final[tuple[str, Match]] = ("Name", "starts")
ID: Final[tuple[str, Match]] = ("ID", "exact")
BOOKS: Final[Mapping[str, Book]] = {
    "ref/account": Book(
        name="account",
        list_key="AccountsList",
        key="Code",
        bare=False,
        required=("Code", "Name", "Type", "Status"),
        limits={"Code": 50, "Name": 256, "Type": 50},
        filters={"code": ("Code", "exact"), "name": NAME, "type": ("Type", "exact"), "status": ("Status", "exact")},
        shaped=_account,
        owned=True,
    ),
    "ref/tax": Book(
        name="tax",
        list_key="TaxRuleList",
        bare=False,
        verbs=("POST", "PUT"),
        required=("Name", "Account", "IsActive", "TaxInclusive"),
        filters={
            "id": ID,
            "name": NAME,
            "isactive": ("IsActive", "flag"),
            "istaxforsale": ("IsTaxForSale", "flag"),
            "istaxforpurchase": ("IsTaxForPurchase", "flag"),
            "account": ("Account", "exact"),
        },
        shaped=_tax,
        owned=True,
    ),
    "ref/paymentterm": Book(
        name="paymentterm",
        list_key="PaymentTermList",
        bare=False,
        limits={"Name": 256},
        filters={
            "id": ID,
            "name": NAME,
            "method": ("Method", "exact"),
            "isactive": ("IsActive", "flag"),
            "isdefault": ("IsDefault", "flag"),
        },
        shaped=_term,
    ),
    "ref/unit": Book(name="unit", list_key="UnitList", taken="This unit already exists. Unit name must be unique."),
    "ref/category": Book(name="category", list_key="CategoryList"),
    "ref/brand": Book(name="brand", list_key="BrandList"),
    "ref/location": Book(
        name="location",
        list_key="LocationList",
        filters={"id": ID, "name": NAME, "deprecated": ("IsDeprecated", "flag")},
        shaped=_location,
    ),
    "ref/attributeset": Book(
        name="attributeset",
        list_key="AttributeSetList",
        filters={"id": ID, "name": NAME},
        shaped=_attribute_set,
    ),
    "me/addresses": Book(
        name="address", list_key="MeAddressesList", key="ID", bare=False, required=("Line1", "Country"), filters={}
    ),
    "me/contacts": Book(
        name="contact", list_key="MeContactsList", key="ID", bare=False, limits={"Name": 256}, filters={}
    ),
}


def found(db: sqlite3.Connection, book: str, key: str) -> Record | None:
    """Find a row of a book by the field that names it, without regard to case."""
    row = db.execute("SELECT body FROM reference WHERE book = ? AND key = ?", (book, key)).fetchone()
    return record_of(row) if row else None


def location_of(db: sqlite3.Connection, name_or_id: str) -> Record | None:
    """Find a location or a bin: by its GUID, or by its name, which for a bin does not work."""
    row = db.execute(
        "SELECT body FROM reference WHERE book = 'location' AND (id = ? OR key = ?)", (name_or_id.lower(), name_or_id)
    ).fetchone()
    return record_of(row) if row else None


def rows_in(db: sqlite3.Connection, book: str) -> list[Record]:
    """Give every row of a book."""
    return [
        record_of(row) for row in db.execute("SELECT body FROM reference WHERE book = ? ORDER BY position", (book,))
    ]


def write(db: sqlite3.Connection, book: Book, sent: Record, *, new: bool = True) -> Record:
    """Add a row to a book, or replace one.

    Raises:
        Refused: a field is missing or too long, the name is taken, or there is no such row.
    """
    refuse(missing(sent, *book.required) + too_long(sent, book.limits))
    old = None if new else _known(db, book, sent)
    if book.key == "ID":
        count = db.execute("SELECT count(*) FROM reference WHERE book = ?", (book.name,)).fetchone()[0]
        key = identity = text_of(old, "ID") if old else stable_id(book.name, str(count))
    else:
        key = text_of(sent, book.key)
        identity = text_of(old, "ID") if old else stable_id(book.name, key)
    taken = db.execute("SELECT id FROM reference WHERE book = ? AND key = ?", (book.name, key)).fetchone()
    if taken and taken["id"] != (identity if old else None):
        raise Refused((400, book.taken.format(key=key)))
    row = {**sent} if book.key == "Code" else {**sent, "ID": identity}
    record = book.shaped(row)
    _save(db, book.name, key, identity, record, old=old, key_field=book.key)
    for bin_ in rows_of(record, "Bins"):
        shown = _location({**bin_, "ParentID": identity, "ParentName": key})
        _save(db, "location", f"{key}: {bin_['Name']}", id_of(bin_), shown, old=None, key_field="Name")
    return record


def _known(db: sqlite3.Connection, book: Book, sent: Record) -> Record:
    if book.key == "Code":
        old = found(db, book.name, text_of(sent, "Code"))
        if old is None:
            raise Refused((400, "Account with specified ID not found"))
        return {**old, "ID": stable_id(book.name, text_of(old, "Code"))}
    row = db.execute("SELECT body FROM reference WHERE book = ? AND id = ?", (book.name, id_of(sent))).fetchone()
    if row is None:
        raise Refused((404, f"{book.name.capitalize()} with specified ID not found"))
    return record_of(row)


def _save(
    db: sqlite3.Connection, book: str, key: str, identity: str, record: Record, *, old: Record | None, key_field: str
) -> None:
    if old and text_of(old, key_field):
        db.execute(
            "DELETE FROM reference WHERE book = ? AND key = ? AND key <> ?", (book, text_of(old, key_field), key)
        )
    db.execute(
        "INSERT INTO reference (book, key, id, body) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (book, key) DO UPDATE SET id = excluded.id, body = excluded.body",
        (book, key, identity, dumped(record)),
    )


def _fits(row: Record, name: str, match: Match, wanted: str) -> bool:
    if match == "flag":
        return bool(row.get(name)) == (wanted.lower() in ("true", "1"))
    value = text_of(row, name).lower()
    return value.startswith(wanted.lower()) if match == "starts" else value == wanted.lower()


def _list(book: Book) -> Handler:
    def handle(call: Call) -> Written:
        rows = rows_in(call.db, book.name)
        for parameter, (name, match) in book.filters.items():
            if wanted := call.text(parameter):
                rows = [row for row in rows if _fits(row, name, match, wanted)]
        if book.name == "account" and call.text("Code") and not rows:
            raise Refused((400, "Account with specified ID not found"))
        return listed_rows(call, book.list_key, rows)

    return handle


def _write(book: Book, *, new: bool) -> Handler:
    def handle(call: Call) -> object:
        if book.owned and call.switches.accounting:
            raise Refused((400, "This cannot be changed while an accounting system is connected"))
        record = write(call.db, book, call.sent(), new=new)
        return record if book.bare else one(book.list_key, record)

    return handle


def _delete(book: Book) -> Handler:
    def handle(call: Call) -> Record:
        column, value = ("key", call.text("Code")) if book.key == "Code" else ("id", call.id())
        gone = call.db.execute(f"DELETE FROM reference WHERE book = ? AND {column} = ?", (book.name, value))
        if not gone.rowcount:
            raise Refused((404, f"{book.name.capitalize()} with specified ID not found"))
        return {"Success": True}

    return handle


def _me(call: Call) -> Record:
    return record_of(call.db.execute("SELECT body FROM reference WHERE book = 'me'").fetchone())


def _price_tiers(call: Call) -> Record:
    return {"PriceTiers": rows_in(call.db, "pricetier")}


def _banks(call: Call) -> Written:
    """List the accounts of type BANK as bank accounts."""
    rows: list[Record] = [
        {
            "AccountID": row["BankAccountId"],
            "Bank": text_of(row, "Bank"),
            "AccountName": row["Name"],
            "AccountNumber": text_of(row, "BankAccountNumber"),
            "AccountCode": row["Code"],
            "Currency": text_of(row, "Currency") or text_of(_me(call), "Currency"),
            "StatementBalance": 0,
            "BalanceInDear": 0,
            "InitialBalance": 0,
        }
        for row in rows_in(call.db, "account")
        if row.get("Type") == "BANK"
    ]
    for parameter, name, match in (
        ("id", "AccountID", "exact"),
        ("name", "AccountName", "starts"),
        ("bank", "Bank", "starts"),
    ):
        if wanted := call.text(parameter):
            rows = [row for row in rows if _fits(row, name, match, wanted)]  # type: ignore[arg-type]  # one of the matches
    return listed_rows(call, "BankAccountsList", rows)


def _routes(book: Book) -> Mapping[str, Handler]:
    verbs = {
        "GET": _list(book),
        "POST": _write(book, new=True),
        "PUT": _write(book, new=False),
        "DELETE": _delete(book),
    }
    return {verb: handler for verb, handler in verbs.items() if verb == "GET" or verb in book.verbs}


ROUTES: Final[Mapping[str, Mapping[str, Handler]]] = {
    "me": {"GET": _me},
    "ref/pricetier": {"GET": _price_tiers},
    "ref/account/bank": {"GET": _banks},
    **{path: _routes(book) for path, book in BOOKS.items()},
}
