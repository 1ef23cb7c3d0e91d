"""Generate docs/public-api/*.txt, the public names of each package; `--check` only tells whether they match.

A difference is a change that users see: it needs a line in the package's changelog.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Final

from pydantic import BaseModel

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "public-api"
PACKAGES: Final = ("dynamicsgp_client", "cin7core_client", "gp_cin7_bridge")


def page(package: str) -> str:
    """Write every public name of a package, a line each."""
    module = importlib.import_module(package)
    return "\n".join(line for name in _public(module) for line in _lines(name, getattr(module, name))) + "\n"


def _public(of: object) -> list[str]:
    return sorted(
        name for name in dir(of) if not name.startswith("_") and not isinstance(getattr(of, name), ModuleType)
    )


def _lines(name: str, value: object) -> Iterator[str]:
    if not inspect.isclass(value):
        yield f"{name}{_parameters(value)}" if inspect.isroutine(value) else name
        return
    yield f"class {name}({', '.join(base.__name__ for base in value.__bases__)})"
    if issubclass(value, Enum):
        yield from (f"  {member.name} = {member.value!r}" for member in value)
        return
    fields: Iterable[str] = value.model_fields if issubclass(value, BaseModel) else ()
    yield from (f"  {field}" for field in sorted(fields))
    own = {each for base in value.__mro__ if base.__module__.split(".")[0] in PACKAGES for each in vars(base)}
    if not fields and "__init__" in own:
        yield f"  __init__{_parameters(value.__init__)}"
    for member in sorted(own - set(fields)):
        if not member.startswith(("_", "model_")):
            found = inspect.getattr_static(value, member)
            found = found.__func__ if isinstance(found, (staticmethod, classmethod)) else found
            yield f"  {member}{_parameters(found) if inspect.isfunction(found) else ''}"


def _parameters(of: Callable[..., object]) -> str:
    """Write names alone: annotations and defaults have their own checks, and other forms in other Pythons."""
    marks = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    try:
        found = inspect.signature(of).parameters.values()
    except (TypeError, ValueError):
        return "()"
    kinds = [each.kind for each in found]
    names = [
        f"{marks.get(each.kind, '')}{each.name}{'' if each.default is each.empty else '='}"
        for each in found
        if each.name not in ("self", "cls")
    ]
    if inspect.Parameter.KEYWORD_ONLY in kinds and inspect.Parameter.VAR_POSITIONAL not in kinds:
        first = next(index for index, each in enumerate(names) if each.rstrip("=") == _first_keyword(found))
        names.insert(first, "*")
    return f"({', '.join(names)})"


def _first_keyword(parameters: Iterable[inspect.Parameter]) -> str:
    return next(each.name for each in parameters if each.kind is inspect.Parameter.KEYWORD_ONLY)


def main() -> int:
    """Write, or check, the pages."""
    different = []
    for package in PACKAGES:
        path = FOLDER / f"{package}.txt"
        if "--check" not in sys.argv[1:]:
            path.parent.mkdir(exist_ok=True)
            path.write_text(page(package), "utf-8")
        elif not path.exists() or path.read_text("utf-8") != page(package):
            different.append(path.name)
    if different:
        sys.stderr.write(f"{', '.join(different)}: the public names changed; run {Path(__file__).name}\n")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
