"""One call as the handlers see it, and the answer to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from cin7core_client.testing.records import Record, loaded
from cin7core_client.testing.refusal import Refused

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7
    from cin7core_client.testing.switches import Switches

JSON: Final = "application/json; charset=utf-8"
LARGEST_PAGE: Final = 1000


@frozen
class Reply:
    """An answer."""

    status: int
    body: bytes = b""
    media_type: str = JSON
    headers: Mapping[str, str] = field(factory=dict)


@frozen
class Call:
    """A call; the names of `query` are in lower case, because case means nothing there."""

    account: FakeCin7
    db: sqlite3.Connection
    query: Mapping[str, str]
    body: bytes

    @property
    def switches(self) -> Switches:
        """The account's readings of what is unknown."""
        return self.account.switches

    def text(self, name: str) -> str:
        """Give a query parameter; without it an empty text."""
        return self.query.get(name.lower(), "")

    def id(self, name: str = "ID") -> str:
        """Give a GUID parameter in lower case."""
        return self.text(name).strip().lower()

    def flag(self, name: str, default: bool = False) -> bool:
        """Give a yes-or-no parameter."""
        value = self.text(name).lower()
        return value in ("true", "1") if value else default

    def page(self) -> tuple[int, int]:
        """Give the number of the wanted page and its length.

        Raises:
            Refused: they are no numbers, or out of range where the account refuses that.
        """
        try:
            page, limit = int(self.text("Page") or 1), int(self.text("Limit") or 100)
        except ValueError:
            raise Refused((400, "Page and Limit are numbers")) from None
        if self.switches.limit_out_of_range == "refuse" and not (1 <= limit <= LARGEST_PAGE and page >= 1):
            raise Refused((400, f"Limit must be between 1 and {LARGEST_PAGE}"))
        return max(1, page), min(LARGEST_PAGE, max(1, limit))

    def sent(self) -> Record:
        """Read the body.

        Raises:
            Refused: it is no JSON object.
        """
        try:
            value = loaded(self.body)
        except ValueError:
            raise Refused((500, "The body could not be parsed"), status=500) from None
        if not isinstance(value, dict):
            raise Refused((500, "The body is no object"), status=500)
        return value


Handler = Callable[[Call], object]
Routes = Mapping[str, Mapping[str, Handler]]
"""Path in lower case -> verb -> handler; a handler gives what is written as JSON, or a Reply."""
