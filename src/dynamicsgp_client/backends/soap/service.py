"""GP's SOAP service over zeep: operations in and out as plain values."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import zeep
import zeep.exceptions
from lxml import etree
from zeep.xsd.valueobjects import CompoundValue

from dynamicsgp_client.backends.calls import Calls, Exchange
from dynamicsgp_client.backends.profile import SoapProfile
from dynamicsgp_client.backends.soap.faults import LOGGED, refused
from dynamicsgp_client.backends.soap.transport import Call, Envelopes, Wire, current
from dynamicsgp_client.contract import load, wsdl
from dynamicsgp_client.contract.description import GP, NAMESPACES
from dynamicsgp_client.contract.wsdl import PORT
from dynamicsgp_client.errors import ConfigurationError, DecodeError, GPError, Problem
from dynamicsgp_client.events import FieldsUnknown, Hook, tell

TYPE: Final = "xsi:type"
READS: Final = re.compile("Get|MultitenantEnabled")
# These ask the system database: they name no company.
COMPANYLESS: Final = frozenset(
    {"GetCompanyList", "GetWSEnabledCompanyList", "GetWSEnabledCompanyForUserList", "GetTenantList"}
)
# Characters that XML cannot carry; GP's own service breaks on them (a Microsoft support note says so).
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NOT_XML: Final = (
    zeep.exceptions.Error,
    etree.LxmlError,
    ValueError,
    ArithmeticError,
    TypeError,
    AttributeError,
    LookupError,
)


class Soap:
    """One company behind GP's legacy SOAP endpoint.

    Args:
        url: the address of the endpoint, which ends in DynamicsGPService.asmx.
        calls: sends.
        profile: what this site speaks.
        company: the display name, by which the company's number is looked up once.
        company_id: that number, if it is known.
    """

    def __init__(
        self, url: str, calls: Calls, profile: SoapProfile, *, company: str, company_id: int | None = None
    ) -> None:
        self.url = url
        self.profile = profile
        self.hooks: Sequence[Hook] = calls.hooks
        self._calls = calls
        self._company = company
        self._company_id = company_id
        self._policies: dict[str, str] = {}
        self._declared: dict[str, dict[str, str]] = {}
        self._drift: set[str] = set()

    def offers(self, operation: str) -> bool:
        """Whether the WSDL in use has the operation."""
        return operation in self._service._operations

    def call(self, operation: str, /, **parameters: object) -> object:
        """Call an operation; give its result as dicts, lists and values, [] for an empty list, None for nothing.

        A dict whose "xsi:type" names a type becomes that type: amounts of distributions are `MoneyAmount`. The context,
        and the policy of an operation that writes, are filled in when they are not given.

        Raises:
            ConfigurationError: there is no such operation, or the parameters do not fit it; nothing was sent.
            ValidationError: GP refuses; `problems` has every message that GP logged.
            NotFoundError, ConflictError, ServerError: as GP's text says.
        """
        if not self.offers(operation):
            near = get_close_matches(operation, list(self._service._operations), 3)
            raise ConfigurationError(
                f"the WSDL in use has no operation {operation}; near it: {', '.join(near) or 'nothing'}."
                ' The bundled one has 71; SoapProfile(wsdl="server") loads all'
            )
        write = not READS.match(operation)
        names = self._parameter_names(operation)
        if "context" in names and "context" not in parameters:
            parameters["context"] = self._context(operation)
        if "policy" in names and "policy" not in parameters:
            parameters["policy"] = {"Key": {"Id": self.policy_id(operation)}}
        try:
            sent = {name: self._typed(value) for name, value in parameters.items()}
        except zeep.exceptions.Error as error:
            raise ConfigurationError(f"{operation}: not sent: {error}") from error

        def once(exchange: Exchange) -> object:
            call = Call(exchange)
            token = current.set(call)
            try:
                return self._answered(operation, sent, call)
            finally:
                current.reset(token)

        result = self._calls.run("POST", operation, once, write=write)
        return [] if result is None and self._lists(operation) else result

    def record(self, operation: str, /, **parameters: object) -> Mapping[str, object]:
        """Call an operation that gives one record."""
        found = self.call(operation, **parameters)
        if not isinstance(found, Mapping):
            raise DecodeError(f"{operation}: the result is no record", body=str(found), write=False)
        return found

    def records(self, operation: str, /, **parameters: object) -> list[Mapping[str, object]]:
        """Call an operation that gives a list of records."""
        found = self.call(operation, **parameters)
        if not isinstance(found, list):
            raise DecodeError(f"{operation}: the result is no list", body=str(found), write=False)
        return [each for each in found if isinstance(each, Mapping)]

    def policy_id(self, operation: str) -> str:
        """Give the id of the policy under which an operation runs; asked once."""
        if operation not in self._policies:
            policy = self.record("GetPolicyByOperation", operation=operation)
            key = policy.get("Key")
            self._policies[operation] = str(key["Id"]) if isinstance(key, Mapping) else ""
        return self._policies[operation]

    @property
    def company_id(self) -> int:
        """The company's number, looked up by its name once.

        Raises:
            ConfigurationError: the service knows no company of this name.
        """
        if self._company_id is None:
            found = self.records("GetCompanyList", criteria={"Id": {"From": -32768, "To": 32767}})
            names = {str(each.get("Name")): each.get("Key") for each in found}
            key = names.get(self._company)
            if not isinstance(key, Mapping):
                raise ConfigurationError(
                    f"the SOAP service knows no company {self._company!r}; it has {', '.join(map(repr, names))}."
                    " Write the display name, or give company_id"
                )
            self._company_id = int(key["Id"])
        return self._company_id

    @cached_property
    def _client(self) -> zeep.Client:
        place = self.profile.wsdl
        source: io.BytesIO | str
        if place == "bundled":
            source = io.BytesIO(wsdl(self.url))
        elif place == "server":
            source = f"{self.url}?wsdl"
        else:
            source = str(place)
        settings = zeep.Settings(xml_huge_tree=True, forbid_dtd=True, forbid_entities=True)
        try:
            return zeep.Client(source, transport=Wire(self._fetched), settings=settings, plugins=[Envelopes()])  # type: ignore[no-untyped-call]  # zeep has no types
        except (*_NOT_XML, OSError) as error:
            raise ConfigurationError(f"the WSDL ({place}) cannot be read: {error}") from error

    @cached_property
    def _service(self) -> zeep.proxy.ServiceProxy:
        try:
            service: zeep.proxy.ServiceProxy = self._client.create_service(f"{{{GP}}}{PORT}", self.url)  # type: ignore[no-untyped-call]  # zeep has no types
        except ValueError as error:
            raise ConfigurationError(f"the WSDL has no binding {PORT} of GP's legacy endpoint: {error}") from error
        return service

    def _fetched(self, url: str) -> bytes:
        # A WSDL refers to its parts by the server's own name, which may not be the one that reaches it from here.
        url = urlunsplit(urlsplit(url)._replace(scheme=urlsplit(self.url).scheme, netloc=urlsplit(self.url).netloc))
        return self._calls.run("GET", "WSDL", lambda exchange: exchange.send(url, {}, None), write=False).content

    def _parameter_names(self, operation: str) -> frozenset[str]:
        known = load().operations.get(operation)
        if known is not None:
            return frozenset(each.name for each in known.parameters)
        body = self._service._binding.get(operation).input.body
        return frozenset(name for name, _ in body.type.elements)

    @staticmethod
    def _lists(operation: str) -> bool:
        known = load().operations.get(operation)
        return operation.endswith("List") or bool(known and known.result and known.result.type.startswith("ArrayOf"))

    def _context(self, operation: str) -> dict[str, object]:
        profile = self.profile
        context: dict[str, object] = {
            "CultureName": profile.culture_name,
            "CurrencyType": profile.currency_type,
            "TenantName": profile.tenant_name,
            "WorkOnBehalfOf": profile.work_on_behalf_of,
        }
        if profile.role_id:
            context["RoleKey"] = {"Id": profile.role_id}
        if operation not in COMPANYLESS:
            context["OrganizationKey"] = {TYPE: "dyn:CompanyKey", "Id": self.company_id}
        return context

    def _typed(self, value: object) -> object:
        if isinstance(value, Mapping):
            found = {str(name): self._typed(each) for name, each in value.items() if name != TYPE}
            if TYPE in value:
                prefix, _, name = str(value[TYPE]).rpartition(":")
                type_ = self._client.get_type(f"{{{NAMESPACES[prefix or 'gp']}}}{name}")  # type: ignore[no-untyped-call]  # zeep has no types
                made: object = type_(**found)
                return made
            return found
        if isinstance(value, (list, tuple)):
            return [self._typed(each) for each in value]
        return _ILLEGAL.sub("", value) if isinstance(value, str) else value

    def _answered(self, operation: str, sent: Mapping[str, object], call: Call) -> object:
        try:
            result = self._read(operation, sent, call)
        except zeep.exceptions.Fault as fault:
            raise refused(fault, operation, call, self._logged) from fault
        except _NOT_XML as error:
            if call.body is None:
                raise ConfigurationError(f"{operation}: not sent: {error}") from error
            raise DecodeError(
                f"{operation}: not the SOAP answer that it should be: {error}",
                body=call.body,
                write=call.exchange.write,
            ) from error
        known = load().operations.get(operation)
        return self._plain(result, known.result.type if known and known.result else "")

    def _read(self, operation: str, sent: Mapping[str, object], call: Call) -> object:
        """Send, and read the answer to the letter; one that has new members, or another order, is read leniently.

        Reading leniently costs a third more, and lets zeep repair broken XML: it would take half an answer for all.
        """
        try:
            return self._service[operation](**sent)
        except zeep.exceptions.Fault:
            raise
        except _NOT_XML:
            if call.answer is None:
                raise
        etree.fromstring(call.answer.content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
        binding = self._service._binding
        with self._client.settings(strict=False, xsd_ignore_sequence_order=True):
            return binding.process_reply(self._client, binding.get(operation), call.answer)

    def _plain(self, value: object, declared: str) -> object:
        if isinstance(value, CompoundValue):
            return self._fields(value, declared)
        if isinstance(value, list):
            return [self._plain(each, declared and _name(each)) for each in value]
        return value

    def _fields(self, value: CompoundValue, declared: str) -> dict[str, object]:
        actual = _name(value)
        found: dict[str, object] = {} if actual == declared else {TYPE: actual}
        types = self._declared.get(actual)
        if types is None:
            types = {name: _type_name(element.type) for name, element in value._xsd_type.elements}
            self._declared[actual] = types
        for name, each in value.__values__.items():
            if isinstance(each, CompoundValue):
                found[name] = self._fields(each, types.get(name, ""))
            elif isinstance(each, list):
                found[name] = [
                    self._fields(one, types.get(name, "")) if isinstance(one, CompoundValue) else one for one in each
                ]
            elif name != "_raw_elements":
                found[name] = each
        if raw := value.__values__.get("_raw_elements"):
            self._told(actual, {etree.QName(each).localname for each in raw})
        return found

    def _told(self, model: str, names: set[str]) -> None:
        new = tuple(sorted(name for name in names if f"{model}.{name}" not in self._drift))
        if new:
            self._drift.update(f"{model}.{name}" for name in new)
            tell(self.hooks, FieldsUnknown(model, new))

    def _logged(self, log_id: str) -> tuple[Problem, ...]:
        """Ask for every complaint behind a fault; without an answer the fault's own text has to do."""
        try:
            result = self.record(LOGGED, logId=log_id)
        except GPError:
            return ()
        errors = result.get("Errors")
        rows = errors.get("ValidationError") if isinstance(errors, Mapping) else None
        return tuple(
            Problem(str(each.get("Id") or ""), str(each["Message"]))
            for each in rows or ()
            if isinstance(each, Mapping) and each.get("Message")
        )


def _name(value: object) -> str:
    return _type_name(value._xsd_type) if isinstance(value, CompoundValue) else ""


def _type_name(type_: zeep.xsd.Type) -> str:
    qname = type_.qname
    if qname is None or qname.namespace == GP:
        return str(qname.localname) if qname is not None else ""
    prefix = next((short for short, uri in NAMESPACES.items() if uri == qname.namespace), "")
    return f"{prefix}:{qname.localname}"
