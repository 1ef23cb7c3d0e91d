"""One page of a list."""

from __future__ import annotations

from typing import Generic, TypeVar

from attrs import frozen

T = TypeVar("T")


@frozen
class Page(Generic[T]):
    """One page; `number` counts from 1, `total` is the service's count of all rows, where it tells."""

    number: int
    total: int | None
    items: tuple[T, ...]
