"""What every resource does: its verbs go to the backends by a route."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Generic, TypeVar

from dynamicsgp_client.backends.route import Route
from dynamicsgp_client.backends.source import Filter
from dynamicsgp_client.errors import NotFoundError
from dynamicsgp_client.models.base import Document
from dynamicsgp_client.pages import Pages

T = TypeVar("T", bound=Document)


class Resource(Generic[T]):
    """One resource of one company."""

    def __init__(self, route: Route[T]) -> None:
        self._route = route

    def _get(self, *key: str) -> T:
        return self._route.get(*key)

    def _find(self, *key: str) -> T | None:
        try:
            return self._route.get(*key)
        except NotFoundError:
            return None

    def _list(self, *filters: Filter | None) -> Pages[T]:
        return self._route.list(tuple(_given(filters)))


def _given(filters: Iterable[Filter | None]) -> Iterable[Filter]:
    return (each for each in filters if each is not None)


def since(day: dt.date | None) -> Filter | None:
    """Filter on ModifiedDate, a date without a time: everything changed on that day is read again."""
    return None if day is None else Filter("modified_date", "ge", day)


def equal(field: str, value: str | int | None) -> Filter | None:
    """Filter on one text or number field."""
    return None if value is None else Filter(field, "eq", value)
