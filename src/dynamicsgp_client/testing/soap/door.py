"""Envelopes in and out: dispatch, the cap on lists, faults with their logged validation results."""

from __future__ import annotations

import json
import re
import sqlite3
import uuid
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from lxml import etree

from dynamicsgp_client.contract import Operation, load, wsdl
from dynamicsgp_client.contract.description import GP
from dynamicsgp_client.testing.company import FakeGP
from dynamicsgp_client.testing.reply import Reply
from dynamicsgp_client.testing.rules.refusal import Refused
from dynamicsgp_client.testing.soap import common, financials, inventory, payables, purchasing, vendors
from dynamicsgp_client.testing.soap.desk import Desk, Missing, Parameters
from dynamicsgp_client.testing.soap.xml import DECLARED, Malformed, members, write

PATH: Final = "/DynamicsGPWebServices/DynamicsGPService.asmx"
ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
UNHANDLED: Final = (
    "The application encountered an unhandled system exception.  Contact your system administrator for details."
)
# What this door says where the window says something else, by eConnect number.
WORDS: Final[Mapping[str, str]] = {"305": "VendorDocumentNumber already exists"}
XML: Final = "text/xml; charset=utf-8"
CALLED: Final = re.compile(rb"Body[^>]*>\s*<(?:[\w.-]+:)?(\w+)")

Handler = Callable[[Desk, Parameters], object]
HANDLERS: Final[Mapping[str, Handler]] = {
    **common.HANDLERS,
    **vendors.HANDLERS,
    **inventory.HANDLERS,
    **payables.HANDLERS,
    **purchasing.HANDLERS,
    **financials.HANDLERS,
}


class SoapDoor:
    """Answers SOAP calls for one company. The fault's detail is a guess: only its Message element is documented.

    Args:
        gp: the company.
        address: the address that the WSDL names.
    """

    def __init__(self, gp: FakeGP, address: str) -> None:
        self._gp = gp
        self._address = address

    @staticmethod
    def has(target: str) -> bool:
        """Whether this door answers the path; its case does not matter."""
        return urlsplit(target).path.lower() == PATH.lower()

    @staticmethod
    def operation(body: bytes) -> str:
        """Name the operation that a request asks for; "" for none."""
        found = CALLED.search(body)
        return found[1].decode() if found else ""

    def answer(self, method: str, body: bytes) -> Reply:
        """Answer one call; GET gives the WSDL."""
        if method == "GET":
            return Reply(200, wsdl(self._address), XML)
        if method != "POST":
            return Reply(405, b"", XML)
        try:
            operation, element = _opened(body)
            return self._answered(operation, element)
        except Malformed as error:
            return _fault("s:Client", f"The request does not follow the contract: {error}")

    def _answered(self, operation: Operation, element: etree._Element) -> Reply:
        parameters = members(element, operation.parameters, strict=self._gp.strict_soap, where=operation.name)
        log_id = str(uuid.UUID(int=self._gp.random.getrandbits(128), version=4))
        try:
            with self._gp.transaction() as db:
                desk = Desk(db, self._gp, parameters)
                result = HANDLERS[operation.name](desk, parameters)
                return Reply(200, _body(_response(operation, result)), XML)
        except Refused as refused:
            texts = [WORDS.get(code, text) for code, text in refused.problems]
            self._log(log_id, "ValidationException", operation, texts)
            return _fault("s:Client", f"A validation exception has occurred. {'; '.join(texts)}", log_id)
        except Missing:
            self._log(log_id, "ValidationException", operation, ["Business object not found."])
            return _fault("s:Client", "Business object not found.", log_id)
        except (LookupError, ValueError, TypeError, AttributeError, sqlite3.Error) as error:
            self._log(log_id, "SystemException", operation, [repr(error)])
            return _fault("s:Server", UNHANDLED)

    def _log(self, log_id: str, kind: str, operation: Operation, texts: list[str]) -> None:
        with self._gp.transaction() as db:
            db.execute(
                "INSERT INTO WSExceptionLog VALUES (?,?,?,?,?)",
                (log_id, kind, operation.name, json.dumps(texts), self._gp.clock().replace(tzinfo=None).isoformat()),
            )


def _opened(body: bytes) -> tuple[Operation, etree._Element]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise Malformed(str(error)) from None
    inner = root.find(f"{{{ENVELOPE}}}Body")
    if root.tag != f"{{{ENVELOPE}}}Envelope" or inner is None or len(inner) != 1:
        raise Malformed("there is no envelope with one element in its body")
    name = etree.QName(inner[0])
    operation = load().operations.get(name.localname)
    if operation is None or name.namespace != GP:
        raise Malformed(f"there is no operation {name.localname}")
    return operation, inner[0]


def _response(operation: Operation, result: object) -> str:
    inner = ""
    if operation.result is not None and result is not None:
        inner = write(operation.result.name, operation.result.type, result)
    return f"<gp:{operation.name}Response>{inner}</gp:{operation.name}Response>"


def _body(inner: str) -> bytes:
    begin = f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{ENVELOPE}"{DECLARED}><s:Body>'
    return f"{begin}{inner}</s:Body></s:Envelope>".encode()


def _fault(code: str, text: str, log_id: str = "") -> Reply:
    detail = ""
    if log_id:
        detail = (
            '<detail><ExceptionDetail xmlns="http://schemas.datacontract.org/2004/07/System.ServiceModel">'
            f'<HelpLink i:nil="true"/><InnerException i:nil="true"/><Message>{log_id}</Message>'
            '<StackTrace i:nil="true"/><Type>ValidationException</Type></ExceptionDetail></detail>'
        )
    fault = f'<faultcode>{code}</faultcode><faultstring xml:lang="en-US">{escape(text)}</faultstring>{detail}'
    return Reply(500, _body(f"<s:Fault>{fault}</s:Fault>"), XML)
