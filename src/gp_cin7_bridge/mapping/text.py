"""Texts that fit GP's fields and keep apart what must stay apart."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

from gp_cin7_bridge.templates import BATCH as BATCH

DOCUMENT_NUMBER: Final = 20
DESCRIPTION: Final = 30
_SUFFIXED: Final = re.compile(r"(.*[0-9])(?:-[0-9]{1,2}|[^\W\d_])")


def squeezed(text: str | None) -> str:
    """Trim a text and fold white space."""
    return " ".join((text or "").split())


def folded(name: str | None) -> str:
    """Reduce a name to what tells names apart: upper and lower case, and how much white space, do not."""
    return squeezed(name).casefold()


def document_number(text: str | None) -> str:
    """Fit a vendor document number into GP's 20 characters; a longer one keeps its uniqueness by a hash at its end."""
    number = squeezed(text)
    return _shortened(number, DOCUMENT_NUMBER)


def suffixed(number: str, suffix: str) -> str:
    """Put a suffix behind a document number; where the number must give way, a hash keeps its uniqueness."""
    return _shortened(number, DOCUMENT_NUMBER - len(suffix)) + suffix


def _shortened(number: str, room: int) -> str:
    if len(number) <= room:
        return number
    digest = f"~{hashlib.sha256(number.encode()).hexdigest()[:6].upper()}"
    return number[: room - len(digest)] + digest


def normalised_number(number: str) -> str:
    """Reduce a document number to what tells bills apart: case, spaces, marks and leading zeros do not.

    A mark between two digits stays, as `-`: 12/3 is not 123.
    """
    marked = re.sub(r"[\W_]+", "-", number.upper()).strip("-")
    joined = re.sub(r"(?<![0-9])-|-(?![0-9])", "", marked)
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", joined)


def base_number(number: str) -> str | None:
    """Give the normalised number without the mark that people put behind one that is taken; None when it has none.

    Such marks are `-1` or `/2` to 99, and one letter behind a digit: INV-77-1, 4711/2 and 4711A.
    """
    found = _SUFFIXED.fullmatch(normalised_number(number))
    return found[1] if found else None


def unwritable(text: str, code_page: str) -> str:
    """Give the characters that GP's code page cannot store, and those that no field shows."""
    return "".join(sorted({each for each in text if not _stores(each, code_page)}))


def writable(text: str, code_page: str) -> str:
    """Leave out what GP would turn into question marks."""
    bad = unwritable(text, code_page)
    return squeezed("".join(each for each in text if each not in bad))


def _stores(character: str, code_page: str) -> bool:
    if unicodedata.category(character) == "Cc":
        return False
    try:
        character.encode(code_page)
    except UnicodeEncodeError:
        return False
    return True
