"""The WSDL of the contract, written from its description."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final
from xml.sax.saxutils import quoteattr

from dynamicsgp_client.contract.description import GP, NAMESPACES, SCALARS, Choice, Contract, Member, Type, load

PORT: Final = "LegacyDynamicsGP"
GUID: Final = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_IMPORTS: Final = {"gp": ("dyn", "sec", "mst"), "dyn": ("sec",), "sec": (), "mst": ()}


@cache
def wsdl(address: str) -> bytes:
    """Write the WSDL of the bundled contract with this address."""
    return written(load(), address)


def written(contract: Contract, address: str) -> bytes:
    """Write the WSDL of any contract."""
    return "".join(_definitions(contract, address)).encode()


def _definitions(contract: Contract, address: str) -> Iterator[str]:
    names = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield (
        f'<wsdl:definitions name="DynamicsGP" targetNamespace="{GP}"{names}'
        ' xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/">'
    )
    yield "<wsdl:types>"
    for prefix in ("mst", "sec", "dyn", "gp"):
        yield from _schema(contract, prefix)
    yield "</wsdl:types>"
    for name in contract.operations:
        for message, element in ((f"{name}_InputMessage", name), (f"{name}_OutputMessage", f"{name}Response")):
            yield f'<wsdl:message name="DynamicsGP_{message}"><wsdl:part name="parameters" element="gp:{element}"/>'
            yield "</wsdl:message>"
    yield '<wsdl:portType name="DynamicsGP">'
    for name in contract.operations:
        yield f'<wsdl:operation name="{name}"><wsdl:input message="gp:DynamicsGP_{name}_InputMessage"/>'
        yield f'<wsdl:output message="gp:DynamicsGP_{name}_OutputMessage"/></wsdl:operation>'
    yield f'</wsdl:portType><wsdl:binding name="{PORT}" type="gp:DynamicsGP">'
    yield '<soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>'
    for name in contract.operations:
        yield f'<wsdl:operation name="{name}"><soap:operation soapAction="{GP}/{name}" style="document"/>'
        yield '<wsdl:input><soap:body use="literal"/></wsdl:input>'
        yield '<wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation>'
    yield f'</wsdl:binding><wsdl:service name="DynamicsGP"><wsdl:port name="{PORT}" binding="gp:{PORT}">'
    yield f"<soap:address location={quoteattr(address)}/></wsdl:port></wsdl:service></wsdl:definitions>"


def _schema(contract: Contract, prefix: str) -> Iterator[str]:
    yield f'<xs:schema elementFormDefault="qualified" targetNamespace="{NAMESPACES[prefix]}">'
    for other in _IMPORTS[prefix]:
        yield f'<xs:import namespace="{NAMESPACES[other]}"/>'
    if prefix == "gp":
        for operation in contract.operations.values():
            yield from _element(operation.name, operation.parameters)
            yield from _element(f"{operation.name}Response", (operation.result,) if operation.result else ())
    for type_ in contract.types.values():
        if (type_.name.partition(":")[0] if ":" in type_.name else "gp") == prefix:
            yield from _written(type_)
    yield "</xs:schema>"


def _element(name: str, members: tuple[Member, ...]) -> Iterator[str]:
    yield f'<xs:element name="{name}"><xs:complexType><xs:sequence>'
    yield from map(_member, members)
    yield "</xs:sequence></xs:complexType></xs:element>"


def _written(type_: Type) -> Iterator[str]:
    name = type_.name.partition(":")[2] or type_.name
    if type_.kind == "simple":
        yield f'<xs:simpleType name="{name}"><xs:restriction base="xs:string"><xs:pattern value="{GUID}"/>'
        yield "</xs:restriction></xs:simpleType>"
    elif type_.kind in ("enum", "flags"):
        values = "".join(f"<xs:enumeration value={quoteattr(value)}/>" for value in type_.values)
        listed = f'<xs:restriction base="xs:string">{values}</xs:restriction>'
        if type_.kind == "flags":
            listed = f"<xs:list><xs:simpleType>{listed}</xs:simpleType></xs:list>"
        yield f'<xs:simpleType name="{name}">{listed}</xs:simpleType>'
    else:
        abstract = ' abstract="true"' if type_.kind == "abstract" else ""
        body = f"<xs:sequence>{''.join(map(_any_member, type_.members))}</xs:sequence>"
        body += "".join(f'<xs:attribute name="{each}" type="xs:string"/>' for each in type_.attributes)
        if type_.base:
            base = f'<xs:extension base="{_qualified(type_.base)}">{body}</xs:extension>'
            body = f"<xs:complexContent>{base}</xs:complexContent>"
        yield f'<xs:complexType name="{name}"{abstract}>{body}</xs:complexType>'


def _any_member(member: Member | Choice) -> str:
    if isinstance(member, Choice):
        return f"<xs:choice>{''.join(map(_member, member.members))}</xs:choice>"
    return _member(member)


def _member(member: Member) -> str:
    fewest = "0" if member.occurs in "?*" else "1"
    most = "unbounded" if member.occurs == "*" else "1"
    nillable = ' nillable="true"' if member.occurs in "~*" else ""
    begin = f'<xs:element name="{member.name}" minOccurs="{fewest}" maxOccurs="{most}"{nillable}'
    if member.type == "<anon>":
        anything = '<xs:sequence><xs:any processContents="lax"/></xs:sequence>'
        return f"{begin}><xs:complexType>{anything}</xs:complexType></xs:element>"
    return f'{begin} type="{_qualified(member.type)}"/>'


def _qualified(name: str) -> str:
    if ":" in name:
        return name
    return f"xs:{name}" if name in SCALARS else f"gp:{name}"
