"""How zeep sends here: through the client's own sessions, with answers checked before they are believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Final

import requests
import zeep.plugins
import zeep.transports
import zeep.wsdl.bindings.soap
from attrs import define
from lxml import etree

from dynamicsgp_client.backends.calls import Exchange
from dynamicsgp_client.backends.refusals import refusal, text_of

ADDRESSING: Final = "http://www.w3.org/2005/08/addressing"


@define
class Call:
    """What zeep does not carry: the attempt under way, and the answer as text."""

    exchange: Exchange
    answer: requests.Response | None = None
    body: str | None = None

    @property
    def status(self) -> int:
        """Of the answer; 0 without one."""
        return self.answer.status_code if self.answer is not None else 0


current: ContextVar[Call] = ContextVar("call")


class Wire(zeep.transports.Transport):
    """Lets zeep send through the client's own sessions."""

    def __init__(self, fetch: Callable[[str], bytes]) -> None:
        super().__init__(session=requests.Session())  # type: ignore[no-untyped-call]  # zeep has no types
        self._fetch = fetch

    def post(self, address: str, message: bytes, headers: Mapping[str, str]) -> requests.Response:
        """Send one envelope; statuses that are no SOAP answer raise."""
        call = current.get()
        answer = call.exchange.send(address, dict(headers), message, understood=(requests.codes.server_error,))
        call.answer, call.body = answer, text_of(answer)
        if answer.status_code == requests.codes.server_error and "Envelope" not in call.body:
            raise refusal(answer, call.exchange.path, call.body, call.exchange.attempt, write=call.exchange.write)
        return answer

    def load(self, url: str) -> bytes:
        """Read a part of the WSDL, from the server or a file."""
        if url.lower().startswith(("http://", "https://")):
            return self._fetch(url)
        content: bytes = super().load(url)  # type: ignore[no-untyped-call]  # zeep has no types
        return content


class Envelopes(zeep.plugins.Plugin):
    """Takes away WS-Addressing headers, which a BasicHttp endpoint does not speak; checks what an answer answers."""

    def egress(
        self, envelope: etree._Element, http_headers: dict[str, str], _operation: object, _options: object
    ) -> tuple[etree._Element, dict[str, str]]:
        """Strip the headers."""
        etree.strip_elements(envelope, f"{{{ADDRESSING}}}*")
        return envelope, http_headers

    def ingress(
        self,
        envelope: etree._Element,
        http_headers: Mapping[str, str],
        operation: zeep.wsdl.bindings.soap.SoapOperation,
    ) -> tuple[etree._Element, Mapping[str, str]]:
        """Check that the answer belongs to the operation: an empty success must not come from somewhere else."""
        body = envelope.find("{*}Body")
        answered = etree.QName(body[0]).localname if body is not None and len(body) else "nothing"
        if answered not in ("Fault", f"{operation.name}Response"):
            raise ValueError(f"it answers {answered}")
        return envelope, http_headers
