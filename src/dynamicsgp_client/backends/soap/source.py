"""A resource on SOAP: records into models, and lists that the service cuts, read in parts until nothing is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, TypeVar

from pydantic import ValidationError as InvalidDocument

from dynamicsgp_client.backends.sba_source import unreadable
from dynamicsgp_client.backends.soap.currencies import Currencies
from dynamicsgp_client.backends.soap.service import Soap
from dynamicsgp_client.backends.soap.values import Record, moment
from dynamicsgp_client.backends.source import BackendName, Filter, Source
from dynamicsgp_client.errors import DecodeError
from dynamicsgp_client.models.base import Document
from dynamicsgp_client.pages import Page

T = TypeVar("T", bound=Document)
CHUNK: Final = 25


class SoapSource(Source[T]):
    """One resource over the operations of the SOAP service.

    Args:
        soap: the service.
        currencies: GP's currency ids for the ISO codes of the service.
    """

    backend: BackendName = "soap"

    def __init__(self, soap: Soap, currencies: Currencies) -> None:
        self.soap = soap
        self.currencies = currencies

    def _model(self, model: type[T], operation: str, values: Mapping[str, object]) -> T:
        try:
            return model.model_validate(values)
        except InvalidDocument as error:
            raise unreadable(operation, model, values, error) from error

    def _all(
        self, operation: str, criteria: Record, field: str, name: Callable[[Record], str | None]
    ) -> Iterator[Record]:
        """Read a whole list; one that reaches the service's cap is split at its middle key, and again.

        Args:
            operation: the list operation.
            criteria: its restrictions.
            field: the member of the criteria that restricts the key.
            name: gives the key of a row.
        """
        rows = self.soap.records(operation, criteria=criteria)
        if len(rows) < self.soap.profile.list_cap:
            yield from rows
            return
        keys = sorted({name(row) or "" for row in rows}, key=str.upper)
        middle = keys[(len(keys) - 1) // 2]
        known = criteria.get(field)
        restriction = dict(known) if isinstance(known, Mapping) else {}
        if len(keys) < 2 or restriction.get("To") == middle:
            raise DecodeError(
                f"{operation}: {len(rows)} rows share the key {middle!r}, more than the service gives at once",
                body="",
                write=False,
            )
        yield from self._all(operation, {**criteria, field: {**restriction, "To": middle}}, field, name)
        above = {**criteria, field: {**restriction, "GreaterThan": middle}}
        yield from self._all(operation, above, field, name)

    @staticmethod
    def _paged(items: Iterator[T], filters: Sequence[Filter]) -> Iterator[Page[T]]:
        """Give items in small pages: each may cost a call of its own."""
        fitting = (item for item in items if all(each.fits(item) for each in filters))
        number = 0
        while chunk := tuple(islice(fitting, CHUNK)):
            number += 1
            yield Page(number, chunk)


def restrictions(filters: Sequence[Filter], names: Mapping[str, str]) -> dict[str, object]:
    """Write filters as criteria; `names` gives the member of each field. What has none is left to the client.

    Changes are asked for from the day before: the service compares moments in UTC, GP's dates are local.
    """
    criteria: dict[str, object] = {}
    for each in filters:
        member = names.get(each.field)
        if member and isinstance(each.value, str):
            criteria[member] = {"EqualValue": each.value}
        elif member and isinstance(each.value, dt.date):
            criteria[member] = {"From": moment(each.value - dt.timedelta(days=1))}
    return criteria
