"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Generic, TypeVar

from attrs import frozen

PER_PAGE: Final = 100

Row = TypeVar("Row")


@frozen
class Page(Generic[Row]):
    """One page of a list.

    Attributes:
        rows: what stands on it.
        number: which page it is, from 1.
        pages: how many there are, 1 at least.
        total: how many rows there are on all.
    """

    rows: Sequence[Row]
    number: int
    pages: int
    total: int

    def __iter__(self) -> Iterator[Row]:
        """Give the rows."""
        return iter(self.rows)

    @property
    def first(self) -> int:
        """The place of its first row in the whole list, from 1."""
        return (self.number - 1) * PER_PAGE + 1


def paged(rows: Sequence[Row], asked: str) -> Page[Row]:
    """Give the page that is asked for, or the nearest that there is."""
    pages = max(1, -(-len(rows) // PER_PAGE))
    number = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 10 else 1
    return Page(rows[(number - 1) * PER_PAGE : number * PER_PAGE], number, pages, len(rows))
