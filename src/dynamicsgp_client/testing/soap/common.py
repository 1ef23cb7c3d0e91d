"""Companies, currencies, terms, taxes, batches, policies, tenants and the log over SOAP."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import uuid
from collections.abc import Callable, Mapping
from typing import Final

from dynamicsgp_client.contract import load
from dynamicsgp_client.testing.soap.desk import (
    Desk,
    Missing,
    Parameters,
    Record,
    ident,
    key,
    matching,
    midnight,
    sub,
    summaries,
    text,
)

PLACES: Final = ("Zero", "One", "Two", "Three", "Four", "Five")
DUE: Final = ("Net Days", "Date", "EOM", "None", "Next Month")
DISCOUNT: Final = ("Days", "Date", "EOM", "None")
FREQUENCY: Final = load().types["PostingFrequency"].values

# Policies whose ids are documented; the others get one that only this simulator knows.
POLICIES: Final[Mapping[str, str]] = {
    "CreateVendor": "66e1feb2-68db-4fd5-a431-70f2fe128cd1",
    "UpdateVendor": "66e1feb2-68db-4fd5-a431-70f2fe128cd2",
    "CreatePurchaseInvoice": "bfae00ff-7681-491f-a203-101e4ff92332",
    "CreateGLTransaction": "ffa3b9a6-fa25-47a2-8179-cb37c695455e",
    "CreateSalesItem": "60c582b3-84cc-400a-bc43-f5583c387ce0",
    "CreatePayablesInvoice": "f39624cb-97f1-4d5a-a67f-9b66e95d8930",
    "CreatePayablesCreditMemo": "f39624cb-97f1-4d5a-a67f-9b66e95d8930",
}
_OTHERS: Final = uuid.UUID("6f1f3f0e-52b4-4d0a-9d3b-6f5f0a9e9c11")


def _company(row: sqlite3.Row) -> Record:
    return {"Key": {"Id": row["CMPANYID"]}, "Name": row["CMPNYNAM"], "AccountSegmentSeparator": "-"}


def get_company(desk: Desk, given: Parameters) -> Record:
    """Read one company."""
    return _company(desk.one("SELECT * FROM SY01500 WHERE CMPANYID = ?", sub(given, "key").get("Id")))


def list_companies(desk: Desk, given: Parameters) -> list[Record]:
    """List companies; the caller names no company for that."""
    fields: Mapping[str, Callable[[Record], object]] = {
        "Id": lambda each: sub(each, "Key")["Id"],
        "Name": lambda each: text(each, "Name"),
    }
    found = map(_company, desk.rows("SELECT * FROM SY01500 ORDER BY CMPANYID"))
    return matching(found, sub(given, "criteria"), fields)


def _currency(row: sqlite3.Row) -> Record:
    return {
        "Key": {"ISOCode": row["ISOCURRC"]},
        "Description": row["CRNCYDSC"] or None,
        "Id": row["CURNCYID"],
        "DecimalPlaces": PLACES[row["DECPLCUR"] - 1],
    }


def get_currency(desk: Desk, given: Parameters) -> Record:
    """Read one currency by its ISO code."""
    return _currency(desk.one("SELECT * FROM MC40200 WHERE ISOCURRC = ?", ident(given, "key", "ISOCode")))


def list_currencies(desk: Desk, given: Parameters) -> list[Record]:
    """List currencies."""
    fields: Mapping[str, Callable[[Record], object]] = {
        "ISOCode": lambda each: ident(each, "Key", "ISOCode"),
        "Id": lambda each: text(each, "Id"),
        "Description": lambda each: text(each, "Description"),
    }
    found = map(_currency, desk.rows("SELECT * FROM MC40200 ORDER BY CURNCYID"))
    return matching(found, sub(given, "criteria"), fields)


def list_setups(desk: Desk, _given: Parameters) -> list[Record]:
    """Give the company's multicurrency set-up."""
    row = desk.one("SELECT * FROM MC40000")
    functional = {"ISOCode": desk.iso.get(row["FUNLCURR"], "")}
    return [
        {
            "Key": {"CurrencyKey": functional},
            "AllowNewRates": True,
            "AllowOverrideExchangeRates": True,
            "DefaultPurchasingRateTypeKey": key(row["DEFPURTP"]),
        }
    ]


def get_setup(desk: Desk, given: Parameters) -> Record:
    """Give the set-up when its key names the functional currency."""
    (setup,) = list_setups(desk, given)
    if ident(sub(given, "key"), "CurrencyKey", "ISOCode") != ident(sub(setup, "Key"), "CurrencyKey", "ISOCode"):
        raise Missing
    return setup


def _terms(row: sqlite3.Row) -> Record:
    return {
        "Key": key(row["PYMTRMID"]),
        "DueDateBasedOn": DUE[row["DUETYPE"] - 1] if row["DUETYPE"] <= len(DUE) else None,
        "DaysUntilDue": row["DUEDTDS"],
        "DiscountDateBasedOn": DISCOUNT[row["DISCTYPE"] - 1] if row["DISCTYPE"] <= len(DISCOUNT) else None,
        "DaysDiscountAvailable": row["DISCDTDS"],
    }


def get_terms(desk: Desk, given: Parameters) -> Record:
    """Read one set of terms."""
    return _terms(desk.one("SELECT * FROM SY03300 WHERE PYMTRMID = ?", ident(given, "key")))


def list_terms(desk: Desk, given: Parameters) -> list[Record]:
    """List payment terms."""
    fields: Mapping[str, Callable[[Record], object]] = {"Id": lambda each: ident(each, "Key")}
    found = map(_terms, desk.rows("SELECT * FROM SY03300 ORDER BY PYMTRMID"))
    return matching(found, sub(given, "criteria"), fields)


def _schedule(row: sqlite3.Row) -> Record:
    return {"TaxScheduleKey": key(row["TAXSCHID"]), "TaxScheduleDescription": row["TXSCHDSC"] or None}


def get_schedule(desk: Desk, given: Parameters) -> Record:
    """Read one tax schedule."""
    return _schedule(desk.one("SELECT * FROM TX00101 WHERE TAXSCHID = ?", ident(given, "key")))


def list_schedules(desk: Desk, given: Parameters) -> list[Record]:
    """List tax schedules."""
    fields: Mapping[str, Callable[[Record], object]] = {"TaxScheduleKeyId": lambda each: ident(each, "TaxScheduleKey")}
    found = map(_schedule, desk.rows("SELECT * FROM TX00101 ORDER BY TAXSCHID"))
    return matching(found, sub(given, "criteria"), fields)


def _detail(desk: Desk, row: sqlite3.Row) -> Record:
    return {
        "TaxDetailKey": key(row["TAXDTLID"]),
        "TaxDetailType": "Sales" if row["TXDTLTYP"] == 1 else "Purchases",
        "TaxDetailDescription": row["TXDTLDSC"] or None,
        "Account": desk.account(row["ACTINDX"]),
        "TaxDetailPercent": row["TXDTLPCT"],
    }


def get_detail(desk: Desk, given: Parameters) -> Record:
    """Read one tax detail."""
    return _detail(desk, desk.one("SELECT * FROM TX00201 WHERE TAXDTLID = ?", ident(given, "key")))


def list_details(desk: Desk, given: Parameters) -> list[Record]:
    """List tax details."""
    fields: Mapping[str, Callable[[Record], object]] = {
        "TaxDetailKeyId": lambda each: ident(each, "TaxDetailKey"),
        "TaxDetailType": lambda each: each["TaxDetailType"],
    }
    found = (_detail(desk, row) for row in desk.rows("SELECT * FROM TX00201 ORDER BY TAXDTLID"))
    return matching(found, sub(given, "criteria"), fields)


def _batch(desk: Desk, row: sqlite3.Row) -> Record:
    return {
        "Key": {"Source": row["BCHSOURC"], "Id": row["BACHNUMB"], "CreatedDateTime": midnight(row["CREATDDT"])},
        "NumberOfTransactions": row["NUMOFTRX"],
        "Frequency": FREQUENCY[row["BACHFREQ"] - 1],
        "Comment": row["BCHCOMNT"] or None,
        "Total": desk.money(row["BCHTOTAL"]),
        "GeneralLedgerPostedDate": midnight(row["GLPOSTDT"]),
        "BankAccountKey": key(row["CHEKBKID"]),
    }


def get_batch(desk: Desk, given: Parameters) -> Record:
    """Read one batch by source, id and the moment it was created."""
    wanted = sub(given, "key")
    row = desk.one(
        "SELECT * FROM SY00500 WHERE BCHSOURC = ? AND BACHNUMB = ?", text(wanted, "Source"), text(wanted, "Id")
    )
    if wanted.get("CreatedDateTime") != midnight(row["CREATDDT"]):
        raise Missing
    return _batch(desk, row)


def list_batches(desk: Desk, given: Parameters) -> list[Record]:
    """List batches."""
    fields: Mapping[str, Callable[[Record], object]] = {
        "Id": lambda each: text(sub(each, "Key"), "Id"),
        "Source": lambda each: text(sub(each, "Key"), "Source"),
    }
    found = (_batch(desk, row) for row in desk.rows("SELECT * FROM SY00500 ORDER BY BCHSOURC, BACHNUMB"))
    return summaries("Batch", matching(found, sub(given, "criteria"), fields), desk.gp.list_cap)


def _policy_id(operation: str) -> str:
    return POLICIES.get(operation) or str(uuid.uuid5(_OTHERS, operation))


def _policy(operation: str) -> Record:
    return {
        "Key": {"Id": _policy_id(operation)},
        "Behaviors": [],
        "Name": f"{operation} Policy",
        "RootBusinessObjectName": operation.removeprefix("Create").removeprefix("Update"),
    }


def _writes() -> list[str]:
    return [name for name, operation in load().operations.items() if operation.takes_policy]


def get_policy(_desk: Desk, given: Parameters) -> Record:
    """Give the policy of an operation."""
    operation = text(given, "operation")
    if operation not in _writes():
        raise Missing
    return _policy(operation)


def get_policy_by_key(_desk: Desk, given: Parameters) -> Record:
    """Give the policy of this id."""
    wanted = ident(given, "key")
    found = next((name for name in _writes() if _policy_id(name) == wanted), None)
    if found is None:
        raise Missing
    return _policy(found)


def list_policies(_desk: Desk, _given: Parameters) -> list[Record]:
    """List every policy."""
    return summaries("PolicySummary", map(_policy, _writes()), len(_writes()))


def _logged(desk: Desk, log_id: object) -> sqlite3.Row:
    return desk.one("SELECT * FROM WSExceptionLog WHERE LogId = ?", str(log_id).lower())


def _errors(row: sqlite3.Row) -> list[Record]:
    return [
        {"ObjectType": _object(row), "PropertyNames": [], "Message": message, "Id": f"{position}"}
        for position, message in enumerate(json.loads(row["Messages"]), start=1)
    ]


def _object(row: sqlite3.Row) -> str:
    operation: str = row["Operation"]
    for word in ("Create", "Update", "Delete", "Void", "Get"):
        operation = operation.removeprefix(word)
    return operation


def get_validation_result(desk: Desk, given: Parameters) -> Record:
    """Give every complaint of a refused call."""
    return {"Errors": _errors(_logged(desk, given["logId"])), "Warnings": []}


def get_exception(desk: Desk, given: Parameters) -> Record:
    """Give what was logged."""
    row = _logged(desk, given["logId"])
    invalid = row["Kind"] == "ValidationException"
    return {
        "LogId": row["LogId"],
        "ExceptionType": row["Kind"],
        "ExceptionDetail": {"ExceptionType": row["Kind"], "Message": "; ".join(json.loads(row["Messages"]))},
        "ValidationResult": {"Errors": _errors(row)} if invalid else None,
        "ServiceType": row["Operation"].removesuffix(_object(row)),
        "BusinessObjectType": _object(row),
        "LoggedDate": dt.datetime.fromisoformat(row["LoggedDate"]),
    }


def list_exceptions(desk: Desk, given: Parameters) -> list[Record]:
    """List what was logged between two moments."""
    begin, end = given["beginDate"], given["endDate"]
    found = []
    for row in desk.rows("SELECT * FROM WSExceptionLog ORDER BY LoggedDate"):
        record = get_exception(desk, {"logId": row["LogId"]})
        logged = record["LoggedDate"]
        detail = sub(record, "ExceptionDetail")
        if _between(begin, logged, end):
            found.append(record | {"Message": detail["Message"], "BusinessExceptionType": row["Kind"]})
    return summaries("LoggedExceptionDataSummary", found, desk.gp.list_cap)


def _between(begin: object, logged: object, end: object) -> bool:
    moments = [each.replace(tzinfo=None) for each in (begin, logged, end) if isinstance(each, dt.datetime)]
    return moments == sorted(moments)


def multitenant(_desk: Desk, _given: Parameters) -> bool:
    """Tell that there is one tenant."""
    return False


def list_tenants(_desk: Desk, _given: Parameters) -> list[Record]:
    """List the one tenant."""
    return [{"Name": "DefaultTenant", "Description": "DefaultTenant", "Active": True}]


HANDLERS: Final[Mapping[str, Callable[[Desk, Parameters], object]]] = {
    "GetCompanyByKey": get_company,
    "GetCompanyList": list_companies,
    "GetWSEnabledCompanyList": list_companies,
    "GetWSEnabledCompanyForUserList": list_companies,
    "GetCurrencyByKey": get_currency,
    "GetCurrencyList": list_currencies,
    "GetMulticurrencySetupByKey": get_setup,
    "GetMulticurrencySetupList": list_setups,
    "GetPaymentTermsByKey": get_terms,
    "GetPaymentTermsList": list_terms,
    "GetTaxScheduleByKey": get_schedule,
    "GetTaxScheduleList": list_schedules,
    "GetTaxDetailByKey": get_detail,
    "GetTaxDetailList": list_details,
    "GetBatchByKey": get_batch,
    "GetBatchList": list_batches,
    "GetPolicyByOperation": get_policy,
    "GetPolicyByKey": get_policy_by_key,
    "GetPolicyList": list_policies,
    "GetLoggedExceptionDataByKey": get_exception,
    "GetLoggedExceptionDataList": list_exceptions,
    "GetLoggedValidationResultByKey": get_validation_result,
    "MultitenantEnabled": multitenant,
    "GetTenantList": list_tenants,
}
