"""The REST door of the simulator: paths, lists, Payload bodies and refusals over GP's tables."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeVar
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

import simplejson
from attrs import frozen
from pydantic import ValidationError
from pydantic.alias_generators import to_pascal

from dynamicsgp_client.models import (
    Account,
    Batch,
    Company,
    Currency,
    Distribution,
    FiscalPeriod,
    Item,
    PayablesDocument,
    PayablesSetup,
    PayablesTax,
    PaymentTerms,
    TaxDetail,
    UnitSchedule,
    Vendor,
    VendorAddress,
)
from dynamicsgp_client.models.base import Document, columns
from dynamicsgp_client.testing.company import FakeGP
from dynamicsgp_client.testing.documents import PAYABLES
from dynamicsgp_client.testing.reply import Reply
from dynamicsgp_client.testing.rules import masters, payables
from dynamicsgp_client.testing.rules.refusal import Refused
from dynamicsgp_client.testing.values import as_decimal

D = TypeVar("D", bound=Document)

_VENDORS = """(SELECT v.*, coalesce(n.ACTNUMST, '') AS PayablesAccountNumber FROM PM00200 v
    LEFT JOIN GL00105 n ON n.ACTINDX = v.PMAPINDX)"""
_ADDRESSES = """(SELECT a.*, coalesce(i.EmailToAddress, '') AS Email FROM PM00300 a LEFT JOIN SY01200 i
    ON i.Master_Type = 'VEN' AND i.Master_ID = a.VENDORID AND i.ADRSCODE = a.ADRSCODE)"""
_ACCOUNTS = "(SELECT a.*, n.ACTNUMST FROM GL00100 a JOIN GL00105 n ON n.ACTINDX = a.ACTINDX)"
_TAXES = (
    "(SELECT t.*, coalesce(n.ACTNUMST, '') AS ACTNUMST FROM TX00201 t LEFT JOIN GL00105 n ON n.ACTINDX = t.ACTINDX)"
)
_SETUP = """(SELECT p.*, m.FUNLCURR, coalesce((SELECT n.ACTNUMST FROM SY01100 s JOIN GL00105 n ON n.ACTINDX = s.ACTINDX
    WHERE s.PTGACDSC = 'Accounts Payable'), '') AS PayablesAccountNumber FROM PM40100 p, MC40000 m)"""
_CURRENCIES = "(SELECT c.*, c.DECPLCUR - 1 AS Decimals FROM MC40200 c)"


@frozen
class Shelf:
    """Where a resource lies: its model, its rows, its key columns."""

    model: type[Document]
    source: str
    key: tuple[str, ...]
    where: str = "1"
    single: bool = False


CORE: Final[Mapping[str, Shelf]] = {
    "purchasing/vendors": Shelf(Vendor, _VENDORS, ("VENDORID",)),
    "purchasing/vendoraddresses": Shelf(VendorAddress, _ADDRESSES, ("VENDORID", "ADRSCODE")),
    "inventory/items": Shelf(Item, "IV00101", ("ITEMNMBR",)),
    "inventory/unitofmeasureheaders": Shelf(UnitSchedule, "IV40201", ("UOMSCHDL",)),
    "purchasing/payables/transactions": Shelf(PayablesDocument, PAYABLES, ("VCHNUMWK",)),
    "administration/currencies": Shelf(Currency, _CURRENCIES, ("CURNCYID",)),
    "administration/paymentterms": Shelf(PaymentTerms, "SY03300", ("PYMTRMID",)),
}
EXTENSIONS: Final[Mapping[str, Shelf]] = {
    "accounts": Shelf(Account, _ACCOUNTS, ("ACTNUMST",)),
    "fiscal_periods": Shelf(FiscalPeriod, "SY40100", ("YEAR1", "PERIODID"), "SERIES = 0 AND PERIODID > 0"),
    "batches": Shelf(Batch, "SY00500", ("BACHNUMB",), "BCHSOURC = 'PM_Trxent'"),
    "tax_details": Shelf(TaxDetail, _TAXES, ("TAXDTLID",)),
    "payables_setup": Shelf(PayablesSetup, _SETUP, (), single=True),
}
COMPANIES: Final = Shelf(Company, "SY01500", ("CMPANYID",))

HELP: Final = """<!DOCTYPE html><html><head><title>Discovery</title></head><body><h1>Discovery</h1>
<h2>Dictionaries</h2><ul><li>Dynamics</li></ul><p>This is a simulator, not Microsoft's service.</p></body></html>"""


class SbaDoor:
    """Answers SBA calls for one company. Its error body is a guess: SBA's own is not public."""

    def __init__(self, gp: FakeGP, *, tenant: str = "DefaultTenant") -> None:
        self._gp = gp
        self._tenant = tenant
        self._shelves = dict(CORE)
        for name, path in gp.profile.extension_paths.items():
            if path and name in EXTENSIONS:
                self._shelves[path.lower()] = EXTENSIONS[name]

    def answer(self, method: str, target: str, body: bytes) -> Reply:
        """Answer one call; `target` is the path with its query, as it came."""
        parts = urlsplit(target)
        try:
            with self._gp.transaction() as db:
                return self._routed(db, method, parts.path, dict(parse_qsl(parts.query)), body)
        except Refused as refused:
            return _errors(400, *refused.problems)

    def _routed(self, db: sqlite3.Connection, method: str, path: str, query: Mapping[str, str], body: bytes) -> Reply:
        segments = [each for each in path.replace("%28", "(").replace("%29", ")").split("/") if each]
        names = [_called(segment) for segment in segments]
        if len(names) < 3 or names[0][0].lower() != "gpservice" or names[1][1] != (self._tenant,):
            return _errors(404, ("", "There is no such service."))
        if names[2][0].lower() == "help":
            return Reply(200, HELP.encode(), "text/html; charset=utf-8")
        if len(names) == 3 and not names[2][1]:
            return self._read(db, COMPANIES, (), query)
        if not self._is_company(segments[2]):
            return _errors(404, ("", "There is no such company."))
        shelf = self._shelves.get("/".join(name for name, _ in names[3:]).lower())
        if shelf is None:
            return _errors(404, ("", "There is no such resource."))
        key = names[-1][1]
        if method == "GET":
            return self._read(db, shelf, key, query)
        if method in ("POST", "PATCH") and shelf.model in (Vendor, Item, PayablesDocument):
            return self._write(db, method, shelf, key, body)
        return _errors(405, ("", f"{method} is not supported here."))

    def _is_company(self, segment: str) -> bool:
        inner = segment[segment.find("(") + 1 : segment.rfind(")")]
        return self._gp.company in (unquote(inner), unquote_plus(inner))

    def _read(self, db: sqlite3.Connection, shelf: Shelf, key: Sequence[str], query: Mapping[str, str]) -> Reply:
        profile = self._gp.profile
        if key or shelf.single:
            found = self._rows(db, shelf, dict(zip(shelf.key, key, strict=False)), {}, top=1, skip=0)
            if not found or len(key) != len(shelf.key):
                return _errors(404, ("", "Business object not found."))
            return _json(200, found[0])
        top = int(query.get(profile.top_parameter, "1000"))
        skip = int(query.get(profile.skip_parameter, "0"))
        rows = self._rows(db, shelf, {}, _filters(query.get(profile.filter_parameter, "")), top=top, skip=skip)
        return _json(200, {profile.list_key: rows} if profile.list_key else rows)

    def _rows(
        self,
        db: sqlite3.Connection,
        shelf: Shelf,
        key: Mapping[str, str],
        filters: Mapping[tuple[str, str], str],
        *,
        top: int,
        skip: int,
    ) -> list[dict[str, object]]:
        tests, values = [shelf.where], []
        for column, value in key.items():
            tests.append(f"{column} = ?")
            values.append(value)
        column_of = {to_pascal(name): column.name for name, column in columns(shelf.model).items()}
        for (name, operator), value in filters.items():
            if name in column_of:
                tests.append(f"{column_of[name]} {operator} ?")
                values.append(value)
        order = ", ".join(shelf.key) or "1"
        rows = db.execute(
            f"SELECT * FROM {shelf.source} WHERE {' AND '.join(tests)} ORDER BY {order} LIMIT ? OFFSET ?",
            (*values, top, skip),
        ).fetchall()
        found = [rendered(shelf.model, row) for row in rows]
        if shelf.model is PayablesDocument:
            _add_lines(db, found)
        return found

    def _write(self, db: sqlite3.Connection, method: str, shelf: Shelf, key: Sequence[str], body: bytes) -> Reply:
        payload = self._payload(body)
        if shelf.model is PayablesDocument:
            if method != "POST" or key:
                return _errors(405, ("", "A transaction is created by POST without a key."))
            number = payables.create(db, _document(PayablesDocument, payload), self._gp.today())
            return self._stored(db, shelf, number)
        table = "PM00200" if shelf.model is Vendor else "IV00101"
        record = _document(Vendor, payload) if shelf.model is Vendor else _document(Item, payload)
        number = str(getattr(record, "vendor_id" if shelf.model is Vendor else "item_number"))
        if method == "POST":
            masters.create(db, table, shelf.key[0], record, self._gp.today())
        else:
            if not self._rows(db, shelf, {shelf.key[0]: number}, {}, top=1, skip=0):
                return _errors(404, ("", "Business object not found."))
            masters.update(db, table, shelf.key[0], record, self._gp.today())
        return self._stored(db, shelf, number)

    def _stored(self, db: sqlite3.Connection, shelf: Shelf, number: str) -> Reply:
        return _json(200, self._rows(db, shelf, {shelf.key[0]: number}, {}, top=1, skip=0)[0])

    def _payload(self, body: bytes) -> object:
        wrapper = self._gp.profile.payload_key
        try:
            value = json.loads(body, parse_float=Decimal)
        except ValueError:
            raise Refused(("", "The request body is not JSON.")) from None
        if not wrapper:
            return value
        if not isinstance(value, dict) or wrapper not in value:
            raise Refused(("", f"The request body has no {wrapper}."))
        return value[wrapper]


def _document(model: type[D], payload: object) -> D:
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        problems = [("", f"{'.'.join(map(str, each['loc']))}: {each['msg']}") for each in error.errors()]
        raise Refused(*problems) from None


def rendered(model: type[Document], row: sqlite3.Row) -> dict[str, object]:
    """Write a row with .NET-style names; flags as booleans, dates as midnight, amounts exact."""
    found: dict[str, object] = {}
    names = set(row.keys())
    by_column = columns(model)
    for field, info in model.model_fields.items():
        column = by_column[field].name if field in by_column else to_pascal(field)
        if column not in names:
            continue
        value = row[column]
        kind = str(info.annotation)
        if "date" in field and isinstance(value, str):
            value = f"{value[:10]}T00:00:00"
        elif info.annotation is bool:
            value = bool(value)
        elif "Decimal" in kind and not isinstance(value, str):
            value = as_decimal(value)
        found[to_pascal(field)] = value
    return found


def _add_lines(db: sqlite3.Connection, documents: Sequence[dict[str, object]]) -> None:
    """Read the lines of a page of documents at once."""
    by_number = {str(each["VoucherNumber"]): each for each in documents}
    for each in documents:
        each["Distributions"], each["Taxes"] = [], []
    marks = ", ".join("?" * len(by_number))
    lines = db.execute(
        f"""SELECT p.*, coalesce(n.ACTNUMST, '') AS ACTNUMST FROM PM10100 p LEFT JOIN GL00105 n ON n.ACTINDX = p.DSTINDX
            WHERE p.CNTRLTYP = 0 AND p.VCHRNMBR IN ({marks}) ORDER BY p.VCHRNMBR, p.DSTSQNUM""",
        tuple(by_number),
    )
    for line in lines:
        _append(by_number[line["VCHRNMBR"]], "Distributions", rendered(Distribution, line))
    taxes = db.execute(
        f"""SELECT t.*, coalesce(n.ACTNUMST, '') AS ACTNUMST FROM PM10500 t LEFT JOIN GL00105 n ON n.ACTINDX = t.ACTINDX
            WHERE t.VCHRNMBR IN ({marks}) ORDER BY t.VCHRNMBR, t.TAXDTLID""",
        tuple(by_number),
    )
    for tax in taxes:
        _append(by_number[tax["VCHRNMBR"]], "Taxes", rendered(PayablesTax, tax))


def _append(document: dict[str, object], name: str, line: dict[str, object]) -> None:
    lines = document[name]
    if isinstance(lines, list):
        lines.append(line)


def _called(segment: str) -> tuple[str, tuple[str, ...]]:
    """Take `Name(key;key)` apart; a key part is escaped, so its own semicolons are not separators."""
    if "(" not in segment or not segment.endswith(")"):
        return unquote(segment), ()
    name, inner = segment[: segment.find("(")], segment[segment.find("(") + 1 : -1]
    return unquote(name), tuple(unquote(part) for part in inner.split(";"))


def _filters(text: str) -> dict[tuple[str, str], str]:
    """Read `Field ge value and Field eq 'value'`; what cannot be read is ignored, as an unknown server might."""
    found = {}
    pattern = r"(\w+)\s+(ge|gt|le|lt|eq)\s+(?:'((?:[^']|'')*)'|(\S+))"
    operators = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "eq": "="}
    for name, operator, quoted, plain in re.findall(pattern, text):
        found[(name, operators[operator])] = quoted.replace("''", "'") if quoted else plain
    return found


def _json(status: int, value: object) -> Reply:
    return Reply(status, simplejson.dumps(value, use_decimal=True, ensure_ascii=False).encode())


def _errors(status: int, *problems: tuple[str, str]) -> Reply:
    return _json(status, {"Errors": [{"Code": code, "Message": text} for code, text in problems]})
