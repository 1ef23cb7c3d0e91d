"""What bridge.toml may say, for editors: a JSON schema with the meaning of every key."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaWarningKind

from gp_cin7_bridge.settings.section import Section
from gp_cin7_bridge.settings.sections import Settings

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
# "name: text" or "one, two: text", four blanks below "Attributes:".
ENTRY: Final = re.compile(r"^    (\w+(?:, \w+)*): (.+)$")


class _Schema(GenerateJsonSchema):
    # A default that is more than a text, such as an interval, is told by docs/settings.md alone.
    ignored_warning_kinds: set[JsonSchemaWarningKind] = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012 — pydantic declares it so


def settings_schema() -> dict[str, object]:
    """Give the JSON schema of bridge.toml; each key is described as its section's docstring describes it."""
    schema: dict[str, object] = {"$schema": DIALECT, **Settings.model_json_schema(schema_generator=_Schema)}
    parts = schema["$defs"]
    if not isinstance(parts, dict):
        raise TypeError("a schema without parts")
    _describe(schema, Settings)
    for name, part in parts.items():
        _describe(part, sections()[name])
    return schema


def sections(of: type[Section] = Section) -> Mapping[str, type[Section]]:
    """Give every section by the name of its class."""
    found: dict[str, type[Section]] = {}
    for each in of.__subclasses__():
        found |= {each.__name__: each, **sections(each)}
    return found


def meanings(section: type[Section]) -> Mapping[str, str]:
    """Give what a section's docstring says of its keys."""
    found: dict[str, str] = {}
    for each in reversed(section.__mro__):
        if issubclass(each, Section):
            found |= _meanings(each.__doc__ or "")
    return found


def _meanings(text: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    keys: list[str] = []
    for line in inspect.cleandoc(text).partition("Attributes:")[2].splitlines():
        if entry := ENTRY.match(line):
            keys = entry[1].split(", ")
            found |= dict.fromkeys(keys, entry[2])
        elif keys and line.strip():
            found |= {key: f"{found[key]} {line.strip()}" for key in keys}
    return found


def summary(section: type[Section]) -> str:
    """Give what a section is for, in a sentence or two."""
    return " ".join((inspect.getdoc(section) or "").partition("Attributes:")[0].split())


def _describe(part: dict[str, object], section: type[Section]) -> None:
    part["description"] = summary(section)
    properties = part.get("properties")
    if isinstance(properties, dict):
        for key, meaning in meanings(section).items():
            if key in properties:
                properties[key]["description"] = meaning
