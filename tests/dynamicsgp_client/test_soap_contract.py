"""The WSDL and the simulator's SOAP door follow the contract: every sample and every answer validates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import requests
from lxml import etree
from requests.adapters import BaseAdapter

from dynamicsgp_client import BasicAuth, DynamicsGP
from dynamicsgp_client.contract import load, wsdl
from dynamicsgp_client.testing import FakeGP
from dynamicsgp_client.testing.soap.door import HANDLERS, SoapDoor
from dynamicsgp_client.testing.soap.xml import DECLARED

SAMPLES = Path(__file__).parent / "samples"
GP = "http://schemas.microsoft.com/dynamics/gp/2006/01"
XS = "{http://www.w3.org/2001/XMLSchema}"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
NAMES = (
    f'xmlns:s="{SOAP}" xmlns:g="{GP}" xmlns:d="http://schemas.microsoft.com/dynamics/2006/01"'
    ' xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
)
CONTEXT = """<g:context><d:OrganizationKey i:type="d:CompanyKey"><d:Id>1</d:Id></d:OrganizationKey>
<d:CultureName>en-US</d:CultureName><d:CurrencyType>Transactional</d:CurrencyType></g:context>"""


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    """The schemas of the bundled WSDL, as files that may import each other."""
    folder = tmp_path_factory.mktemp("schemas")
    root = etree.fromstring(wsdl("http://gp.example/service"))
    schemas = list(root.iter(f"{XS}schema"))
    names = {each.get("targetNamespace"): f"{number}.xsd" for number, each in enumerate(schemas)}
    for each in schemas:
        for imported in each.iter(f"{XS}import"):
            imported.set("schemaLocation", names[imported.get("namespace")])
        (folder / names[each.get("targetNamespace")]).write_bytes(etree.tostring(each))
    return etree.XMLSchema(file=str(folder / names[GP]))


def sample(name: str) -> etree._Element:
    text = (SAMPLES / f"{name}.xml").read_text("utf-8").replace("<!--ctx-->", CONTEXT)
    opened = re.sub(r"<(g|s):(\w+)", rf"<\1:\2 {NAMES}", text, count=1)
    return etree.fromstring(opened.encode())


def enveloped(element: etree._Element) -> bytes:
    return f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{etree.tostring(element).decode()}</s:Body></s:Envelope>'.encode()


SAMPLE_NAMES = sorted(path.stem for path in SAMPLES.glob("*.xml") if path.stem != "Fault")


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_a_known_message_is_valid(schema: etree.XMLSchema, name: str) -> None:
    schema.assertValid(sample(name))


@pytest.mark.parametrize("name", [name for name in SAMPLE_NAMES if not name.endswith("Response")])
def test_the_simulator_understands_a_known_request(name: str) -> None:
    gp = FakeGP(seed="empty")
    answer = SoapDoor(gp, "http://gp.example").answer("POST", enveloped(sample(name)))
    assert "does not follow the contract" not in answer.body.decode()
    gp.close()


def test_the_contract_has_all_operations_and_each_is_answered() -> None:
    assert len(load().operations) == 71
    assert len(load().types) == 406
    assert set(HANDLERS) == set(load().operations)


@pytest.fixture
def answers() -> Iterator[dict[str, bytes]]:
    """What the simulator answers to each operation that reads, and some that write."""
    company = FakeGP()
    company.insert("IV00103", ITEMNMBR="GLUE-LOT", VENDORID="SERVICES001", VNDITNUM="GL-9")
    company.insert("IV00102", ITEMNMBR="GLUE-LOT", LOCNCODE="MAIN", QTYONHND="4")
    company.insert("IV40700", LOCNCODE="MAIN", LOCNDSCR="Main")
    company.insert("TX00101", TAXSCHID="PURCHASES", TXSCHDSC="Taxes")
    recording = Recording(company.adapter())
    with DynamicsGP(
        soap_url="http://127.0.0.1/DynamicsGPWebServices/DynamicsGPService.asmx",
        company=company.company,
        auth=BasicAuth("u", "p"),
        transport=recording,
    ) as gp:
        every_operation(gp)
    yield recording.answers
    company.close()


class Recording(BaseAdapter):
    """Keeps the last answer to each operation."""

    def __init__(self, inner: BaseAdapter) -> None:
        super().__init__()
        self._inner = inner
        self.answers: dict[str, bytes] = {}

    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:
        answer = self._inner.send(request, *args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        assert isinstance(request.body, bytes)
        self.answers[etree.QName(_body(request.body)).localname] = answer.content
        return answer

    def close(self) -> None:
        self._inner.close()


def _body(message: bytes) -> etree._Element:
    body = etree.fromstring(message).find(f"{{{SOAP}}}Body")
    assert body is not None
    return body[0]


def every_operation(gp: DynamicsGP) -> None:
    """Call all 71, each with what it needs to succeed."""
    day = dt.datetime(2026, 3, 1)
    money = {"Currency": "USD", "Value": Decimal("5.00"), "DecimalDigits": 2}
    typed = {"xsi:type": "MoneyAmount", **money}
    one = {"Value": Decimal(1), "DecimalDigits": 0}
    account = {"Id": "000-1300-00", "IsEncrypted": False}
    made = {"CreatedDate": dt.datetime(1, 1, 1), "ModifiedDate": dt.datetime(1, 1, 1)}
    vendor = {"Key": {"Id": "NEW"}, "Name": "New", "PostResultsTo": "Payables/Discount Account", **made}
    address = {"Key": {"VendorKey": {"Id": "NEW"}, "Id": "REMIT"}, "City": "There", **made}
    batch = {"Id": "B1", "CreatedDateTime": dt.datetime(1, 1, 1)}
    header = {"VendorKey": {"Id": "NEW"}, "BatchKey": batch, "PurchasesAmount": money, "Date": day}
    receipt_line = {"ItemKey": {"Id": "GLUE-LOT"}, "QuantityShipped": one, "UnitCost": money}
    invoice_line = {"ItemKey": {"Id": "GLUE-LOT"}, "QuantityInvoiced": one, "UnitCost": money}
    order_line = {"ItemKey": {"Id": "GLUE-LOT"}, "QuantityOrdered": one, "UnitCost": money}
    purchase = {"VendorKey": {"Id": "NEW"}, "Date": day}
    order = {"Key": {"Id": "PO1"}, "Type": "Standard", **purchase, "Lines": {"PurchaseOrderLine": [order_line]}}
    journal_lines = [{"GLAccountKey": account, "DebitAmount": typed}, {"GLAccountKey": account, "CreditAmount": typed}]
    call = gp.call
    call("CreateVendor", vendor=vendor)
    call("UpdateVendor", vendor={**vendor, "Comment1": "checked"})
    call("CreateVendorAddress", address=address)
    call("UpdateVendorAddress", address=address)
    call("GetVendorAddressByKey", key=address["Key"])
    call("DeleteVendorAddress", key=address["Key"])
    call("CreateSalesItem", salesItem={"Key": {"Id": "X"}, "Description": "Thing"})
    call("CreatePayablesInvoice", payablesInvoice={"Key": {"Id": "V1"}, "VendorDocumentNumber": "I1", **header})
    call("CreatePayablesCreditMemo", payablesCreditMemo={"Key": {"Id": "V2"}, "VendorDocumentNumber": "C1", **header})
    call("CreatePurchaseOrder", purchaseOrder=order)
    call("UpdatePurchaseOrder", purchaseOrder={**order, "IsOnHold": True})
    call("VoidPurchaseOrder", key={"Id": "PO1"})
    lines = {"Lines": {"PurchaseReceiptLine": [receipt_line]}}
    call("CreatePurchaseReceipt", purchaseReceipt={"Key": {"Id": "R1"}, **purchase, **lines})
    lines = {"Lines": {"PurchaseInvoiceLine": [invoice_line]}, "VendorDocumentNumber": "I2"}
    call("CreatePurchaseInvoice", purchaseInvoice={"Key": {"Id": "R2"}, **purchase, **lines})
    journal = {"Key": {"JournalId": 3, "Date": day}, "BatchKey": batch, "Lines": {"GLTransactionLine": journal_lines}}
    call("CreateGLTransaction", glTransaction=journal)
    for name, key in {
        "Vendor": "NEW",
        "Item": "GLUE-LOT",
        "InventoriedItem": "STARTER-KIT",
        "Warehouse": "MAIN",
        "UofMSchedule": "EACH",
        "PayablesInvoice": "V1",
        "PayablesCreditMemo": "V2",
        "PurchaseReceipt": "R1",
        "PurchaseInvoice": "R2",
        "PurchaseOrder": "PO1",
        "PaymentTerms": "Net 30",
        "TaxSchedule": "PURCHASES",
        "TaxDetail": "INPUT TAX",
        "Company": 1,
    }.items():
        call(f"Get{name}ByKey", key={"Id": key})
    call("DeletePurchaseOrder", key={"Id": "PO1"})
    call("GetItemVendorByKey", key={"ItemKey": {"Id": "GLUE-LOT"}, "VendorKey": {"Id": "SERVICES001"}})
    call("GetGLAccountByKey", key=account)
    call("GetGLPostingAccountByKey", key=account)
    call("GetGLTransactionByKey", key=journal["Key"])
    call("GetCurrencyByKey", key={"ISOCode": "EUR"})
    call("GetMulticurrencySetupByKey", key={"CurrencyKey": {"ISOCode": "USD"}})
    found = gp.batches.get("B1")
    created = call("GetBatchList", criteria={"Id": {"EqualValue": found.batch_id}})
    assert isinstance(created, list)
    call("GetBatchByKey", key=created[0]["Key"])
    policy = call("GetPolicyByOperation", operation="CreateVendor")
    assert isinstance(policy, dict)
    call("GetPolicyByKey", key=policy["Key"])
    call("GetPolicyList")
    for name, operation in load().operations.items():
        scope = {"Scope": "Return All"}
        if any(each.name == "criteria" for each in operation.parameters):
            criteria = next(each.type for each in operation.parameters if each.name == "criteria")
            wants_scope = any(getattr(each, "name", "") == "Scope" for each in load().members(criteria))
            call(name, criteria=scope if wants_scope else {})
    call("GetWSEnabledCompanyList")
    call("GetWSEnabledCompanyForUserList")
    call("MultitenantEnabled")
    call("GetTenantList", activeTenantsOnly=True)
    call("GetLoggedExceptionDataList", beginDate=dt.datetime(2020, 1, 1), endDate=dt.datetime(2100, 1, 1))
    assert gp.vendors.find("NOBODY") is None
    logged = call("GetLoggedExceptionDataList", beginDate=dt.datetime(2020, 1, 1), endDate=dt.datetime(2100, 1, 1))
    assert isinstance(logged, list)
    log_id = logged[0]["LogId"]
    call("GetLoggedExceptionDataByKey", logId=log_id)
    call("GetLoggedValidationResultByKey", logId=log_id)


def test_every_operation_answers_as_the_contract_says(answers: dict[str, bytes], schema: etree.XMLSchema) -> None:
    assert set(answers) == set(load().operations)
    for name, message in answers.items():
        body = _body(message)
        assert etree.QName(body).localname in (f"{name}Response", "Fault"), name
        if etree.QName(body).localname != "Fault":
            schema.assertValid(etree.fromstring(etree.tostring(body)))


def test_declared_prefixes_are_those_of_the_contract() -> None:
    assert GP in DECLARED
