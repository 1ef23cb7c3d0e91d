"""What a backend can do with one resource: the verbs that it has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final, Generic, Literal, TypeVar

from attrs import frozen

from dynamicsgp_client.errors import ConfigurationError
from dynamicsgp_client.models.base import Document
from dynamicsgp_client.pages import Page

T = TypeVar("T", bound=Document)
BackendName = Literal["sba", "soap"]
Verb = Literal["get", "list", "create", "update", "delete"]
VERBS: Final[tuple[Verb, ...]] = ("get", "list", "create", "update", "delete")


@frozen
class Filter:
    """One test of a list; the field is the model's. Text compares without case, as in GP's collation."""

    field: str
    operator: Literal["ge", "eq"]
    value: str | int | dt.date

    def written(self, name: str) -> str:
        """Write the test with the field's name: `ModifiedDate ge 2026-11-01`, `VendorId eq 'ACME'`, `POPType eq 2`."""
        if isinstance(self.value, str):
            value = "'" + self.value.replace("'", "''") + "'"
        else:
            value = self.value.isoformat() if isinstance(self.value, dt.date) else str(self.value)
        return f"{name} {self.operator} {value}"

    def fits(self, item: Document) -> bool:
        """Whether an item passes; a record without a date counts as changed."""
        found = getattr(item, self.field, None)
        if isinstance(self.value, str):
            return (found or "").upper() == self.value.upper()
        if isinstance(self.value, int):
            return found == self.value
        return found is None or found >= self.value


class Source(Generic[T]):
    """One resource on one backend; subclasses define the verbs that they have.

    Every verb raises the GPError tree; `create` and `update` give the record as GP stored it.
    """

    backend: BackendName

    @property
    def verbs(self) -> frozenset[Verb]:
        """The verbs that this source has."""
        return frozenset(verb for verb in VERBS if getattr(type(self), verb) is not getattr(Source, verb))

    def offered(self) -> bool:
        """Whether the site has this resource at all, which tells "no such record" from "no such service"."""
        return True

    def get(self, *key: str) -> T:
        """Read one record."""
        raise self._cannot("get", key)

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[T]]:
        """Read page after page."""
        raise self._cannot("list", filters)

    def create(self, document: T) -> T:
        """Write a new record."""
        raise self._cannot("create", document)

    def update(self, document: T) -> T:
        """Write the fields that are set."""
        raise self._cannot("update", document)

    def delete(self, *key: str) -> None:
        """Delete a record."""
        raise self._cannot("delete", key)

    def _cannot(self, verb: str, _what: object) -> ConfigurationError:
        return ConfigurationError(f"{self.backend} has no {verb} of {type(self).__name__}")
