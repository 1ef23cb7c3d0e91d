"""Lazy lists: pages are asked for one at a time, when they are needed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Generic, TypeVar

from cin7core_client.errors import DecodeError
from cin7core_client.page import Page

T = TypeVar("T")


class AsyncPages(Generic[T]):
    """A list that is read while it is used.

    The service has no cursor: a list that changes meanwhile can skip a row or show one twice.

    Args:
        fetch: gives the raw rows of a page and the service's count of all rows, if it tells.
        parse: makes one item of a raw row, or None for a row that a filter leaves out.
        size: rows a full page has; without a count, a shorter one is the last. None for a list of one page.
    """

    def __init__(
        self,
        fetch: Callable[[int], Awaitable[tuple[Sequence[object], int | None]]],
        parse: Callable[[object], T | None],
        *,
        size: int | None,
    ) -> None:
        self._fetch = fetch
        self._parse = parse
        self._size = size

    async def pages(self) -> AsyncIterator[Page[T]]:
        """Give page after page.

        Raises:
            DecodeError: the service repeats a page, so it does not page at all.
        """
        async for number, total, rows in self._fetched():
            yield Page(number, total, tuple(self._items(rows)))

    async def _fetched(self) -> AsyncIterator[tuple[int, int | None, Sequence[object]]]:
        before: tuple[object, ...] = ()
        number = seen = 0
        while True:
            number += 1
            rows, total = await self._fetch(number)
            # Its ends are enough to know a page again, and hold less memory than the page.
            mark = (len(rows), rows[0], rows[-1]) if rows else ()
            if mark and mark == before:
                raise DecodeError("the service gave the same page twice", body="", write=False)
            before = mark
            seen += len(rows)
            yield number, total, rows
            if self._is_last(len(rows), seen, total):
                return

    def _items(self, rows: Sequence[object]) -> Iterator[T]:
        return (item for row in rows if (item := self._parse(row)) is not None)

    def _is_last(self, rows: int, seen: int, total: int | None) -> bool:
        """Tell the end: the service may cut a page shorter than it was asked for, but its count is right."""
        if self._size is None or rows == 0:
            return True
        return rows < self._size if total is None else seen >= total

    async def __aiter__(self) -> AsyncIterator[T]:
        # One item at a time: a page of them alive at once costs twice the time and the memory.
        async for _, _, rows in self._fetched():
            for item in self._items(rows):
                yield item

    async def first(self) -> T | None:
        """Give the first item, or None."""
        async for item in self:
            return item
        return None

    async def to_list(self, limit: int | None = None) -> list[T]:
        """Read everything, or the first `limit` items."""
        found: list[T] = []
        if limit is not None and limit <= 0:
            return found
        async for item in self:
            found.append(item)
            if len(found) == limit:
                break
        return found
