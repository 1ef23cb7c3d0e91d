"""Elements of the contract as plain values, and back: order, nils and xsi:type as the contract has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from dynamicsgp_client.contract import Choice, Contract, Member, load
from dynamicsgp_client.contract.description import NAMESPACES

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
TYPE: Final = "xsi:type"
DECLARED: Final = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items()) + f' xmlns:i="{XSI}"'
MIDNIGHT_OF_NOTHING: Final = "0001-01-01T00:00:00"

Value = object
Fields = Mapping[str, Value]


class Malformed(Exception):  # noqa: N818 — the message is, nothing failed
    """A request does not follow the contract."""


def read(element: etree._Element, name: str, *, strict: bool) -> dict[str, Value]:
    """Read the members of a complex type.

    Args:
        element: whose children are the members.
        name: the declared type; xsi:type may name one below it.
        strict: refuse unknown, missing and disordered members, as schema validation would; else skip them.
    """
    contract = load()
    actual = _actual_type(contract, element, name)
    found = members(element, contract.members(actual), strict=strict, where=actual)
    return {TYPE: actual, **found} if actual != name else found


def members(
    element: etree._Element, declared: tuple[Member | Choice, ...], *, strict: bool, where: str
) -> dict[str, Value]:
    """Read elements by their declared members, in the declared order."""
    children = list(element.iterchildren("*"))
    flat = list(_flat(declared))
    found: dict[str, Value] = {}
    at = 0
    for member in flat:
        tag = f"{{{NAMESPACES[member.prefix]}}}{member.name}"
        here = [child for child in children if child.tag == tag] if not strict else _run(children[at:], tag)
        at += len(here)
        if member.occurs == "*":
            found[member.name] = [_value(child, member, strict=strict) for child in here]
        elif here:
            found[member.name] = _value(here[0], member, strict=strict)
        elif strict and member.occurs in "~!" and not _in_choice(member, declared):
            raise Malformed(f"{where} lacks {member.name}")
    if strict and at < len(children):
        raise Malformed(f"{where} has {etree.QName(children[at]).localname} where it does not belong")
    return found


def _in_choice(member: Member, declared: tuple[Member | Choice, ...]) -> bool:
    return any(isinstance(each, Choice) and member in each.members for each in declared)


def _run(children: list[etree._Element], tag: str) -> list[etree._Element]:
    found = []
    for child in children:
        if child.tag != tag:
            break
        found.append(child)
    return found


def _flat(declared: tuple[Member | Choice, ...]) -> Iterator[Member]:
    for each in declared:
        yield from each.members if isinstance(each, Choice) else (each,)


def _actual_type(contract: Contract, element: etree._Element, name: str) -> str:
    said = element.get(f"{{{XSI}}}type")
    if said is None:
        if contract.types[name].kind == "abstract":
            raise Malformed(f"{name} is abstract; the element needs an xsi:type")
        return name
    prefix, _, local = said.rpartition(":")
    uri = element.nsmap.get(prefix or None)
    ours = next((short for short, each in NAMESPACES.items() if each == uri), "")
    actual = local if ours == "gp" else f"{ours}:{local}"
    if not contract.derives(actual, name):
        raise Malformed(f"xsi:type {said} is no {name}")
    return actual


def _value(element: etree._Element, member: Member, *, strict: bool) -> Value:
    if element.get(f"{{{XSI}}}nil") in ("true", "1"):
        if strict and member.occurs not in "~*":
            raise Malformed(f"{member.name} may not be nil")
        return None
    if member.type == "<anon>":
        return None
    if load().is_complex(member.type):
        return read(element, member.type, strict=strict)
    text = (element.text or "").strip() if member.type != "string" else (element.text or "")
    return scalar(text, member.type, member.name)


def scalar(text: str, type_: str, name: str) -> Value:
    """Read one text by its type."""
    try:
        if type_ in ("int", "short"):
            return int(text)
        if type_ == "decimal":
            return Decimal(text)
        if type_ == "boolean":
            return {"true": True, "1": True, "false": False, "0": False}[text]
        if type_ == "dateTime":
            return dt.datetime.fromisoformat(text)
    except (ValueError, InvalidOperation, KeyError):
        raise Malformed(f"{name} is no {type_}: {text!r}") from None
    known = load().types.get(type_)
    if known and known.kind == "enum" and text not in known.values:
        raise Malformed(f"{name} is no {type_}: {text!r}")
    return text


def write(name: str, type_: str, value: Value) -> str:
    """Write one gp element of this type."""
    return "".join(_element(Member(name, type_, "?"), value))


def _element(member: Member, value: Value) -> Iterator[str]:
    tag = f"{member.prefix}:{member.name}"
    if member.occurs == "*":
        for each in value if isinstance(value, list) else ():
            yield from _element(Member(member.name, member.type, "!", member.prefix), each)
        return
    if value is None:
        if member.occurs == "~":
            yield f'<{tag} i:nil="true"/>'
        elif member.occurs == "!":
            yield f"<{tag}>{_nothing(member.type)}</{tag}>"
        return
    contract = load()
    if not contract.is_complex(member.type):
        yield f"<{tag}>{_text(value)}</{tag}>"
        return
    fields = _fields(member.type, value)
    actual = str(fields.get(TYPE, member.type))
    mark = ""
    if actual != member.type:
        mark = f" i:type={quoteattr(actual if ':' in actual else f'gp:{actual}')}"
    yield f"<{tag}{mark}>"
    for each in contract.members(actual):
        if isinstance(each, Choice):
            chosen = next((one for one in each.members if fields.get(one.name) is not None), each.members[-1])
            yield from _element(chosen, fields.get(chosen.name))
        else:
            yield from _element(each, fields.get(each.name))
    yield f"</{tag}>"


def _fields(type_: str, value: Value) -> Fields:
    """Take a list for the array type that wraps it."""
    if isinstance(value, list):
        return {member.name: value for member in _flat(load().members(type_))}
    if not isinstance(value, Mapping):
        raise TypeError(f"{type_} is written from a mapping, not {value!r}")
    return value


def _nothing(type_: str) -> str:
    if type_ in ("int", "short", "decimal"):
        return "0"
    if type_ == "boolean":
        return "false"
    if type_ == "dateTime":
        return MIDNIGHT_OF_NOTHING
    known = load().types.get(type_)
    return escape(known.values[0]) if known and known.values else ""


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return escape(str(value))
