"""GP's way of storing telephone numbers: digits only, the extension appended, zeros for what is not there."""

from __future__ import annotations

from typing import Final

NUMBER: Final = 10
WITH_EXTENSION: Final = 14


def telephone(text: str | None) -> str:
    """Give a number as people read it: `4255550101 Ext. 12` for `42555501010012`; zeros alone are none.

    What is not in GP's form of ten digits and four of an extension stays as it is.
    """
    number = (text or "").strip()
    if not number.strip("0"):
        return ""
    if len(number) != WITH_EXTENSION or not number.isdecimal():
        return number
    extension = number[NUMBER:].lstrip("0")
    return f"{number[:NUMBER]} Ext. {extension}" if extension else number[:NUMBER]
