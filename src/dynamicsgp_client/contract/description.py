"""The description of the contract as values: operations, types, members in wire order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from attrs import field, frozen

GP: Final = "http://schemas.microsoft.com/dynamics/gp/2006/01"
NAMESPACES: Final[Mapping[str, str]] = {
    "gp": GP,
    "dyn": "http://schemas.microsoft.com/dynamics/2006/01",
    "sec": "http://schemas.microsoft.com/dynamics/security/2006/01",
    "mst": "http://microsoft.com/wsdl/types/",
    "xs": "http://www.w3.org/2001/XMLSchema",
}
SCALARS: Final = frozenset({"string", "int", "short", "decimal", "boolean", "dateTime"})

Kind = Literal["type", "abstract", "enum", "flags", "simple"]
Occurs = Literal["?", "~", "!", "*"]


@frozen
class Member:
    """One element: `occurs` ? may be absent, ~ may be nil, ! always has a value, * any number."""

    name: str
    type: str
    occurs: Occurs
    prefix: str = "gp"


@frozen
class Choice:
    """One of several elements."""

    members: tuple[Member, ...]


@frozen
class Type:
    """One type; `members` are its own, without those of its base."""

    name: str
    kind: Kind
    base: str = ""
    members: tuple[Member | Choice, ...] = ()
    attributes: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


@frozen
class Operation:
    """One operation; `result` is None where the answer is empty."""

    name: str
    parameters: tuple[Member, ...]
    result: Member | None

    @property
    def takes_policy(self) -> bool:
        """Whether it writes: every Create, Update, Delete and Void takes a policy."""
        return any(each.name == "policy" for each in self.parameters)


@frozen
class Contract:
    """All of them by name; a type's name carries its prefix unless it is gp's."""

    operations: Mapping[str, Operation]
    types: Mapping[str, Type] = field(repr=False)

    def lineage(self, name: str) -> Iterator[Type]:
        """Give a type and its bases, the type first."""
        while name:
            yield self.types[name]
            name = self.types[name].base

    def members(self, name: str) -> tuple[Member | Choice, ...]:
        """Give all members in wire order: those of the bases come first."""
        return tuple(member for type_ in reversed(list(self.lineage(name))) for member in type_.members)

    def is_complex(self, name: str) -> bool:
        """Whether a type has members, not a text."""
        return name in self.types and self.types[name].kind in ("type", "abstract")

    def derives(self, name: str, base: str) -> bool:
        """Whether `name` is `base` or stands below it."""
        return name in self.types and any(each.name == base for each in self.lineage(name))


_LINE: Final = re.compile(r"(type|abstract|enum|flags|simple) (\S+)(?: : (\S+))? = (.*?)(?: attrs (.*))?")
_VALUE: Final = re.compile(r'"([^"]*)"')


@cache
def load() -> Contract:
    """Read the bundled description."""
    operations, types = {}, {}
    for line in files(__package__).joinpath("dynamicsgp.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if " => " in line:
            operation = _operation(line)
            operations[operation.name] = operation
        else:
            type_ = _type(line)
            types[type_.name] = type_
    return Contract(operations, types)


def _operation(line: str) -> Operation:
    name, _, rest = line.partition(" = ")
    given, _, result = rest.partition(" => ")
    parameters = tuple(member for member in _members(given, "gp") if isinstance(member, Member))
    answer = next(iter(_members(result, "gp")), None)
    return Operation(name, parameters, answer if isinstance(answer, Member) else None)


def _type(line: str) -> Type:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"the contract has a line that is no type: {line}")
    kind, name, base, rest, attributes = found.groups()
    prefix = name.partition(":")[0] if ":" in name else "gp"
    if kind in ("enum", "flags"):
        return Type(name, kind, values=tuple(_VALUE.findall(rest)))  # type: ignore[arg-type]  # the pattern says so
    if kind == "simple":
        return Type(name, "simple")
    return Type(
        name,
        kind,  # type: ignore[arg-type]  # the pattern says so
        base or "",
        tuple(_members(rest, prefix)),
        tuple((attributes or "").split()),
    )


def _members(text: str, prefix: str) -> Iterator[Member | Choice]:
    if text == "(empty)":
        return
    if text.startswith("("):
        yield Choice(tuple(_member(each, prefix) for each in text.strip("()").split(" | ")))
        return
    for each in text.split(", "):
        yield _member(each, prefix)


def _member(text: str, prefix: str) -> Member:
    name, _, type_ = text.strip().partition(" ")
    return Member(name, type_[:-1], type_[-1], prefix)  # type: ignore[arg-type]  # the notation's own marks
