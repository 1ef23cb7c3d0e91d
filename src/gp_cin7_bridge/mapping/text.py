"""Texts that fit GP's fields and keep apart what must stay apart."""

from __future__ import annotations

import hashlib
import re
from typing import Final

DOCUMENT_NUMBER: Final = 20
DESCRIPTION: Final = 30
BATCH: Final = 15
_KEPT: Final = 13


def squeezed(text: str | None) -> str:
    """Trim a text and fold white space."""
    return " ".join((text or "").split())


def document_number(text: str | None) -> str:
    """Fit a vendor document number into GP's 20 characters; a longer one keeps its uniqueness by a hash at its end."""
    number = squeezed(text)
    if len(number) <= DOCUMENT_NUMBER:
        return number
    return f"{number[:_KEPT]}~{hashlib.sha256(number.encode()).hexdigest()[:6].upper()}"


def normalised_number(number: str) -> str:
    """Reduce a document number to what tells bills apart: case, spaces, marks and leading zeros do not.

    A mark between two digits stays, as `-`: 12/3 is not 123.
    """
    marked = re.sub(r"[^0-9A-Z]+", "-", number.upper()).strip("-")
    joined = re.sub(r"(?<![0-9])-|-(?![0-9])", "", marked)
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", joined)


def unwritable(text: str, code_page: str) -> str:
    """Give the characters that GP's code page cannot store."""
    return "".join(sorted({each for each in text if not _encodes(each, code_page)}))


def _encodes(character: str, code_page: str) -> bool:
    try:
        character.encode(code_page)
    except UnicodeEncodeError:
        return False
    return True
