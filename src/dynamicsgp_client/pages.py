"""Lazy lists: pages are asked for one at a time, when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Generic, TypeVar

from attrs import frozen

T = TypeVar("T")


@frozen
class Page(Generic[T]):
    """One page of a list; `number` counts from 1."""

    number: int
    items: tuple[T, ...]


class Pages(Generic[T]):
    """A list that is read while it is used; each use reads anew.

    Args:
        begin: starts reading and gives page after page.
    """

    def __init__(self, begin: Callable[[], Iterator[Page[T]]]) -> None:
        self._begin = begin

    def pages(self) -> Iterator[Page[T]]:
        """Give page after page.

        Raises:
            DecodeError: the server repeats a page, so it does not page at all.
        """
        return self._begin()

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items

    def first(self) -> T | None:
        """Give the first item, or None."""
        return next(iter(self), None)

    def to_list(self, limit: int | None = None) -> list[T]:
        """Read everything, or the first `limit` items."""
        return list(islice(self, limit))
