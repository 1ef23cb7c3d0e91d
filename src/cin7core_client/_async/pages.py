"""Lazy lists: pages are asked for one at a time, when they are needed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from cin7core_client.errors import DecodeError
from cin7core_client.page import Page

T = TypeVar("T")


class AsyncPages(Generic[T]):
    """A list that is read while it is used.

    Args:
        fetch: gives the raw rows of a page and the service's count of all rows, if it tells.
        parse: makes one item of a raw row, or None for a row that a filter leaves out.
        size: rows a full page has; a shorter one is the last.
    """

    def __init__(
        self,
        fetch: Callable[[int], Awaitable[tuple[Sequence[object], int | None]]],
        parse: Callable[[object], T | None],
        *,
        size: int,
    ) -> None:
        self._fetch = fetch
        self._parse = parse
        self._size = size

    async def pages(self) -> AsyncIterator[Page[T]]:
        """Give page after page.

        Raises:
            DecodeError: the service repeats a page, so it does not page at all.
        """
        before: Sequence[object] | None = None
        number = 0
        while True:
            number += 1
            rows, total = await self._fetch(number)
            if rows and rows == before:
                raise DecodeError("the service gave the same page twice", body="", write=False)
            items = tuple(item for row in rows if (item := self._parse(row)) is not None)
            yield Page(number, total, items)
            if len(rows) < self._size:
                return
            before = rows

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def first(self) -> T | None:
        """Give the first item, or None."""
        async for item in self:
            return item
        return None

    async def to_list(self, limit: int | None = None) -> list[T]:
        """Read everything, or the first `limit` items."""
        found: list[T] = []
        async for item in self:
            if limit is not None and len(found) >= limit:
                break
            found.append(item)
        return found
