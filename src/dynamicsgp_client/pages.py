"""Lazy lists: pages are asked for one at a time, when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Generic, TypeVar

from attrs import frozen

from dynamicsgp_client.errors import DecodeError

T = TypeVar("T")


@frozen
class Page(Generic[T]):
    """One page of a list; `number` counts from 1."""

    number: int
    items: tuple[T, ...]


class Pages(Generic[T]):
    """A list that is read while it is used.

    Args:
        fetch: gives the raw rows from an offset on.
        parse: makes one item of a raw row, or None for a row that a filter leaves out.
        size: rows a full page has; a shorter one is the last.
    """

    def __init__(
        self, fetch: Callable[[int], Sequence[object]], parse: Callable[[object], T | None], *, size: int
    ) -> None:
        self._fetch = fetch
        self._parse = parse
        self._size = size

    def pages(self) -> Iterator[Page[T]]:
        """Give page after page.

        Raises:
            DecodeError: the server repeats a page, so it does not page at all.
        """
        before: Sequence[object] | None = None
        number = 0
        while True:
            rows = self._fetch(number * self._size)
            if rows and rows == before:
                raise DecodeError(
                    "the server gave the same page twice; check top_parameter and skip_parameter of SbaProfile",
                    body="",
                    write=False,
                )
            number += 1
            yield Page(number, tuple(item for row in rows if (item := self._parse(row)) is not None))
            if len(rows) < self._size:
                return
            before = rows

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items

    def first(self) -> T | None:
        """Give the first item, or None."""
        return next(iter(self), None)

    def to_list(self, limit: int | None = None) -> list[T]:
        """Read everything, or the first `limit` items."""
        return list(islice(self, limit))
