"""Generate docs/settings.md and docs/bridge.schema.json from the settings; `--check` only tells whether they match."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from gp_cin7_bridge.references import SecretReference
from gp_cin7_bridge.settings import Settings, settings_schema
from gp_cin7_bridge.settings.schema import meanings, summary
from gp_cin7_bridge.settings.section import Section

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
HEAD: Final = """# Settings

One `bridge.toml` is one connection: a GP company and a Cin7 Core account. `gp-cin7 init` asks and writes one;
`gp-cin7 check` tells what is missing. What is wrong in it is told with file, line, value and cure; an unknown key is an
error.

Relative places (the state's file, secret files, the CA bundle) begin at the file's own folder. Secrets are
[references](secrets.md), never values. Amounts stand in quotes, so that they stay exact.

Several connections may share one state: give each file its own `name` and the same `[state] url`, and repeat `-c`. What
one remembers, holds, audits and keeps secret, another does not see.

An editor that knows JSON schema completes and checks the file: `gp-cin7 init --schema > bridge.schema.json`, then
`#:schema ./bridge.schema.json` as the first line of `bridge.toml` (Even Better TOML, taplo). The schema of this release
is [bridge.schema.json](bridge.schema.json).
"""


def page() -> str:
    """Write the page."""
    return HEAD + "".join(_section("", Settings))


def schema() -> str:
    """Write the schema."""
    return json.dumps(settings_schema(), indent=2, ensure_ascii=False) + "\n"


def _section(place: str, section: type[Section]) -> Iterator[str]:
    said = meanings(section)
    heading = f"`[{place}]`" if place else "The file itself"
    yield f"\n## {heading}\n\n{summary(section)}\n\n| Key | Value | Default | Meaning |\n| --- | --- | --- | --- |\n"
    inner: list[tuple[str, type[Section]]] = []
    for key, field in section.model_fields.items():
        if (found := _inner(key, field)) is not None:
            inner.append((".".join(part for part in (place, found[0]) if part), found[1]))
            if not place:
                continue
        meaning = said.get(key, "").replace("|", "\\|")
        yield f"| `{key}` | {_kind(field.annotation)} | {_default(field)} | {meaning[:1].upper()}{meaning[1:]} |\n"
    for where, each in inner:
        yield from _section(where, each)


def _inner(key: str, field: FieldInfo) -> tuple[str, type[Section]] | None:
    """Give the section that a key holds: itself, by names, or as a list."""
    outer = get_origin(field.annotation)
    for part in _parts(field.annotation):
        if isinstance(part, type) and issubclass(part, Section):
            return {dict: f"{key}.NAME", tuple: f"[{key}]"}.get(outer, key), part
    return None


def _parts(annotation: object) -> Iterator[object]:
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def _kind(annotation: object) -> str:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind(parts[0])
    if origin is Literal:
        return ", ".join(f"`{json.dumps(each)}`" for each in parts)
    if origin in (Union, types.UnionType):
        return " or ".join(_kind(each) for each in parts if each is not type(None))
    if origin is dict:
        return f"table of {_kind(parts[1])}"
    if origin is tuple:
        return f"list of {_kind(parts[0])}"
    if annotation is SecretReference:
        return "reference"
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return "section"
    return {"str": "text", "int": "number", "float": "number", "bool": "true or false", "Decimal": "amount"}.get(
        getattr(annotation, "__name__", ""), getattr(annotation, "__name__", "").lower()
    )


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    if default is None or default in ({}, ()):
        return ""
    return f"`{json.dumps(default, default=str)}`"


def main() -> int:
    """Write, or check, the page and the schema."""
    wanted = {DOCS / "settings.md": page(), DOCS / "bridge.schema.json": schema()}
    if "--check" not in sys.argv[1:]:
        for path, text in wanted.items():
            path.write_text(text, "utf-8")
        return 0
    old = [path.name for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    if old:
        sys.stderr.write(f"{', '.join(old)} is not what the settings give; run {Path(__file__).name}\n")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
