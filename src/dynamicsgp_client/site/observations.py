"""What the answers of a site say about the profile: each detail as it was observed, beside its default."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import asdict, frozen

from dynamicsgp_client.backends.profile import SbaProfile

UNKNOWN: Final = "not observed"
# How the vendor's id is spelled tells which of the three spellings a site uses.
SPELLINGS: Final[Mapping[str, str]] = {
    "VendorId": "VendorId (.NET style)",
    "VENDORID": "VENDORID (column)",
    "Vendor ID": "Vendor ID (display name)",
}


@frozen(kw_only=True)
class Observations:
    """What was seen; None where it could not be."""

    product_segment: str | None = None
    list_key: str | None = None
    top_parameter: bool | None = None
    skip_parameter: bool | None = None
    filter_parameter: bool | None = None
    page_size: bool | None = None
    key_separator: bool | None = None
    payables_key: str | None = None
    missing_paths: tuple[str, ...] | None = None
    offered_extensions: tuple[str, ...] | None = None
    spelling: str | None = None
    dates: str | None = None
    soap_operations: int | None = None
    soap_missing: tuple[str, ...] = ()

    def as_json(self) -> str:
        """Write them for the folder of a recording."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> Observations:
        """Read them back."""
        found: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(text).items()
        }
        return cls(**found)


@frozen
class Verdict:
    """One detail: what the profile says, what the site does, and what follows."""

    name: str
    default: str
    observed: str
    right: bool | None


def verdicts(seen: Observations, profile: SbaProfile) -> list[Verdict]:
    """Compare what was observed with a profile."""

    def exact(name: str, value: str | None) -> Verdict:
        default: str = getattr(profile, name)
        if value is None:
            return Verdict(name, repr(default), UNKNOWN, None)
        return Verdict(name, repr(default), repr(value), value == default)

    def honoured(name: str, value: bool | None) -> Verdict:
        told = UNKNOWN if value is None else "honoured" if value else "ignored"
        return Verdict(name, repr(getattr(profile, name)), told, value)

    return [
        exact("product_segment", seen.product_segment),
        exact("list_key", seen.list_key),
        honoured("top_parameter", seen.top_parameter),
        honoured("skip_parameter", seen.skip_parameter),
        honoured("filter_parameter", seen.filter_parameter),
        honoured("page_size", seen.page_size),
        honoured("key_separator", seen.key_separator),
        exact("payables_key", seen.payables_key),
        Verdict(
            "paths",
            "as documented",
            UNKNOWN if seen.missing_paths is None else f"not found: {', '.join(seen.missing_paths) or 'none'}",
            None if seen.missing_paths is None else not seen.missing_paths,
        ),
        Verdict(
            "extension_paths",
            "a partner's own",
            UNKNOWN if seen.offered_extensions is None else f"offered: {', '.join(seen.offered_extensions) or 'none'}",
            bool(seen.offered_extensions) or None,
        ),
        Verdict("field names", "any of three is read", seen.spelling or UNKNOWN, bool(seen.spelling) or None),
        Verdict("dates", "both forms are read", seen.dates or UNKNOWN, bool(seen.dates) or None),
        Verdict(
            "SOAP operations",
            "71 in the bundled WSDL",
            UNKNOWN if seen.soap_operations is None else _operations(seen),
            None if seen.soap_operations is None else not seen.soap_missing,
        ),
    ]


def _operations(seen: Observations) -> str:
    missing = f", lacks {', '.join(seen.soap_missing)}" if seen.soap_missing else ""
    return f"{seen.soap_operations}{missing}"


def rows_of(value: object) -> tuple[str, Sequence[Mapping[str, object]]] | None:
    """Find the rows of a list: the answer itself, or the one list that an object wraps; with the wrapping key."""
    if isinstance(value, list):
        return "", [each for each in value if isinstance(each, Mapping)]
    if isinstance(value, Mapping):
        lists = [name for name, each in value.items() if isinstance(each, list)]
        if len(lists) == 1:
            return lists[0], [each for each in value[lists[0]] if isinstance(each, Mapping)]
    return None


def spelling_of(row: Mapping[str, object]) -> str | None:
    """Tell how a vendor row spells its id."""
    return next((told for name, told in SPELLINGS.items() if name in row), None)


def dates_of(row: Mapping[str, object]) -> str | None:
    """Tell the form of the dates of a row."""
    for value in row.values():
        if isinstance(value, str) and re.fullmatch(r"/Date\(.*\)/", value):
            return "/Date(…)/"
        if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value):
            return "ISO 8601"
    return None
