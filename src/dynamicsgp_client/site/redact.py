"""What a recording keeps: shapes, names of fields, dates; no value that says whom or how much."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+)?|/Date\(-?\d+([+-]\d{4})?\)/")
KEPT_HEADERS: Final = ("content-type", "content-length", "server", "x-powered-by", "persistent-auth", "retry-after")
SCHEMES: Final = "www-authenticate"
_XML_TEXT: Final = re.compile(r">([^<>]+)<")


def masked(value: object) -> object:
    """Mask a decoded JSON value: letters x, digits 9, numbers 0; dates and field names stay."""
    if isinstance(value, Mapping):
        return {str(name): masked(each) for name, each in value.items()}
    if isinstance(value, list):
        return [masked(each) for each in value]
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, bool) or value is None:
        return value
    return 0


def masked_text(text: str) -> str:
    """Mask one text, unless it is a date."""
    if DATE.fullmatch(text):
        return text
    return re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "x", text))


def body(content: bytes, media_type: str, names: Mapping[str, str]) -> str:
    """Redact a body; a page or a WSDL keeps its text, less the names of the site.

    Args:
        content: the body.
        media_type: of the answer.
        names: texts to replace everywhere, such as the host.
    """
    text = content.decode("utf-8", errors="replace")
    try:
        found = json.dumps(masked(json.loads(text)), indent=1, ensure_ascii=False)
    except ValueError:
        is_data = "xml" in media_type and "definitions" not in text[:2000]
        found = _XML_TEXT.sub(lambda match: f">{masked_text(match[1])}<", text) if is_data else text
    return without(found, names)


def without(text: str, names: Mapping[str, str]) -> str:
    """Replace the names of the site."""
    for name, instead in names.items():
        if name:
            text = re.sub(re.escape(name), instead, text, flags=re.IGNORECASE)
    return text


def headers(found: Mapping[str, str]) -> dict[str, str]:
    """Keep the headers that tell about the format; of a challenge only the schemes."""
    kept = {name: value for name, value in found.items() if name.lower() in KEPT_HEADERS}
    for name, value in found.items():
        if name.lower() == SCHEMES:
            kept[name] = ", ".join(part.split()[0] for part in value.split(",") if part.split())
    return kept
