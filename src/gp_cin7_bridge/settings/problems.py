"""Say what is wrong in a bridge.toml: its line, the key, the value unless it may be a secret, and the cure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gp_cin7_bridge.errors import SettingsError
from gp_cin7_bridge.settings.section import Section
from gp_cin7_bridge.settings.sections import Settings

HEADER: Final = re.compile(r"\s*(\[+)\s*(.+?)\s*\]+\s*(?:#.*)?$")
ENTRY: Final = re.compile(r"\s*([^=#]+?)\s*=")


def told(error: ValidationError, text: str, path: Path) -> SettingsError:
    """Give everything that is wrong as one error, a line each."""
    found = [
        (_line_of(tuple(map(str, problem["loc"])), text), _message(problem))
        for problem in error.errors(include_url=False)
    ]
    line, first = found[0]
    rest = "".join(f"\n{path}:{at or 1}: {what}" for at, what in found[1:])
    return SettingsError(first + rest, path=path, line=line)


def _message(problem: ErrorDetails) -> str:
    keys = tuple(map(str, problem["loc"]))
    name = ".".join(keys)
    match problem["type"]:
        case "extra_forbidden":
            return f"{name} is no setting of the bridge; {_meant(keys)}correct its name or remove the line"
        case "missing":
            return f"{name} is missing; add {_wanted(keys)}"
        case "value_error":
            # Our own words, which repeat a value only where it cannot be a secret.
            return f"{name} {problem['msg'].removeprefix('Value error, ')}"
        case "literal_error":
            return f"{name} is {problem['input']!r}; {_rule(problem)}{_nearest(problem)}"
        case "date_from_datetime_parsing" | "date_parsing" | "date_type" | "date_from_datetime_inexact":
            return f"{name} is {problem['input']!r}; it should be a date such as 2026-04-01, without quotes"
    shown = "" if isinstance(problem["input"], dict | list) else f" is {problem['input']!r}"
    return f"{name}{shown}; {_rule(problem)}"


def _rule(problem: ErrorDetails) -> str:
    return re.sub(r"^(Input|String|Value|Decimal input) should ", "it should ", problem["msg"])


def _nearest(problem: ErrorDetails) -> str:
    choices = re.findall(r"'([^']*)'", str(problem.get("ctx", {}).get("expected", "")))
    near = get_close_matches(str(problem["input"]), choices, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _meant(keys: tuple[str, ...]) -> str:
    section = _section(keys[:-1])
    near = get_close_matches(keys[-1], list(section.model_fields), n=1) if section else []
    return f"did you mean {near[0]}? Otherwise " if near else ""


def _wanted(keys: tuple[str, ...]) -> str:
    section = _section(keys)
    if section is None:
        return "it"
    needed = (key for key, field in section.model_fields.items() if field.is_required())
    return f"the section [{'.'.join(keys)}] with {', '.join(needed)}"


def _section(keys: tuple[str, ...]) -> type[Section] | None:
    """Find the section in which keys lie; the names of a table and the numbers of a list are passed over."""
    section: type[Section] = Settings
    for key in keys:
        field = section.model_fields.get(key)
        if field is not None:
            inner = next(_sections_in(field.annotation), None)
            if inner is None:
                return None
            section = inner
    return section


def _sections_in(annotation: object) -> Iterator[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for part in get_args(annotation):
        yield from _sections_in(part)


def _line_of(keys: tuple[str, ...], text: str) -> int | None:
    """Find the line of a key, or of the deepest table that holds it; tomllib itself keeps no positions."""
    wanted, table, best, depth = ".".join(keys), "", None, 0
    lists: Counter[str] = Counter()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := HEADER.match(line):
            table = header[2].replace('"', "")
            if header[1] == "[[":
                lists[table] += 1
                table = f"{table}.{lists[table] - 1}"
            key = table
        elif entry := ENTRY.match(line):
            key = ".".join(part for part in (table, entry[1].strip('"')) if part)
        else:
            continue
        if (wanted == key or wanted.startswith(key + ".")) and len(key) > depth:
            best, depth = number, len(key)
    return best
