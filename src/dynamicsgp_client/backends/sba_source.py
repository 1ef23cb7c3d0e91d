"""A resource on SBA: reading its rows into models, paging, filtering again what the server did not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final, TypeVar

from pydantic import TypeAdapter
from pydantic import ValidationError as InvalidDocument

from dynamicsgp_client.backends.sba import Sba
from dynamicsgp_client.backends.source import BackendName, Filter, Source
from dynamicsgp_client.errors import DecodeError, GPError, NotFoundError
from dynamicsgp_client.events import FieldsUnknown, FilterIgnored, tell
from dynamicsgp_client.models.base import Document, written_names
from dynamicsgp_client.pages import Page

T = TypeVar("T", bound=Document)
BESIDE_COMPANIES: Final = ("companies",)
# Which type a voucher number has is not known beforehand: invoice, credit memo, return.
TYPES_FIRST: Final[tuple[tuple[str, ...], ...]] = (("1",), ("5",), ("4",))


class SbaSource(Source[T]):
    """One path of SBA; which of the verbs a site has is known only by asking.

    Args:
        sba: the service.
        model: what a row is.
        resource: its name among the profile's paths.
    """

    backend: BackendName = "sba"

    def __init__(self, sba: Sba, model: type[T], resource: str) -> None:
        self._sba = sba
        self._model = model
        self._page = TypeAdapter(list[model])  # type: ignore[valid-type]  # known at run time
        self._segments = tuple(part for part in sba.profile.path(resource).split("/") if part)
        self._in_company = resource not in BESIDE_COMPANIES
        typed = resource == "payables" and sba.profile.payables_key == "type;voucher"
        self._key_begins = TYPES_FIRST if typed else ((),)
        self._drift: set[str] = set()
        self._offered: bool | None = None

    def offered(self) -> bool:
        """Ask for one row, once."""
        if self._offered is None:
            try:
                self._call("GET", params={self._sba.profile.top_parameter: "1"})
            except NotFoundError:
                self._offered = False
            except GPError:
                return True
            else:
                self._offered = True
        return self._offered

    def get(self, *key: str) -> T:
        """Read one record."""
        for begin in self._key_begins[:-1]:
            with suppress(NotFoundError):
                return self._read(*begin, *key)
        return self._read(*self._key_begins[-1], *key)

    def _read(self, *key: str) -> T:
        return self._parsed(self._unwrapped(self._call("GET", key=key)), "/".join(key))

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[T]]:
        """Read page after page; a filter that the server ignored is applied here."""
        size = self._sba.profile.page_size
        told: set[Filter] = set()
        before: Sequence[object] | None = None
        number = offset = 0
        while True:
            rows = self._rows(offset, filters)
            if rows and rows == before:
                raise DecodeError(
                    "the server gave the same page twice; check top_parameter and skip_parameter of SbaProfile",
                    body="",
                    write=False,
                )
            number += 1
            yield Page(number, tuple(self._fitting(rows, filters, told)))
            if len(rows) < size:
                return
            before = rows
            offset += len(rows)

    def create(self, document: T) -> T:
        """Write a new record and give it as GP stored it."""
        return self._written("POST", document, (), document)

    def update(self, document: T) -> T:
        """Write the fields that are set; GP has no NULL, so a text that is None on purpose is written empty."""
        names = written_names(self._model, self._sba.profile.field_names)
        given = {name: getattr(document, name) for name in document.model_fields_set}
        body = {names.get(name, name): "" if value is None else value for name, value in given.items()}
        return self._written("PATCH", document, document.key, body)

    def delete(self, *key: str) -> None:
        """Delete a record."""
        self._call("DELETE", key=key)

    def _rows(self, offset: int, filters: Sequence[Filter]) -> Sequence[object]:
        profile = self._sba.profile
        params = {profile.top_parameter: str(profile.page_size), profile.skip_parameter: str(offset)}
        if filters and profile.filter_parameter:
            params[profile.filter_parameter] = " and ".join(map(self._written_filter, filters))
        rows = self._call("GET", params=params)
        if profile.list_key and isinstance(rows, Mapping):
            rows = rows.get(profile.list_key)
        if not isinstance(rows, list):
            raise DecodeError(
                f"GET {'/'.join(self._segments)}: not a list; check list_key of SbaProfile", body=str(rows), write=False
            )
        return rows

    def _fitting(self, rows: Sequence[object], filters: Sequence[Filter], told: set[Filter]) -> Iterator[T]:
        for item in self._parsed_page(rows):
            missed = next((each for each in filters if not each.fits(item)), None)
            if missed is None:
                yield item
            elif missed not in told:
                told.add(missed)
                tell(self._sba.hooks, FilterIgnored("/".join(self._segments), self._written_filter(missed)))

    def _written_filter(self, test: Filter) -> str:
        return test.written(written_names(self._model, self._sba.profile.field_names)[test.field])

    def _written(self, method: str, document: T, key: Sequence[str], body: object) -> T:
        answer = self._unwrapped(self._call(method, key=key, body=body))
        if answer is None:
            return read_back(self, document)
        return self._parsed(answer, "/".join(document.key), write=True)

    def _call(
        self, method: str, *, key: Sequence[str] = (), params: Mapping[str, str] | None = None, body: object = None
    ) -> object:
        return self._sba.call(method, self._segments, key=key, params=params, body=body, in_company=self._in_company)

    def _unwrapped(self, value: object) -> object:
        wrapper = self._sba.profile.payload_key
        if wrapper and isinstance(value, Mapping) and set(value) == {wrapper}:
            inner: object = value[wrapper]
            return inner
        return value

    def _parsed_page(self, rows: Sequence[object]) -> Iterator[T]:
        try:
            items = self._page.validate_python(rows)
        except InvalidDocument:
            # One at a time, so that the error tells which.
            items = [self._parsed(row, "") for row in rows]
        for item in items:
            self._tell_unknown(item)
            yield item

    def _parsed(self, value: object, key: str, *, write: bool = False) -> T:
        try:
            item = self._model.model_validate(value)
        except InvalidDocument as error:
            raise unreadable(f"{'/'.join(self._segments)}({key})", self._model, value, error, write=write) from error
        self._tell_unknown(item)
        return item

    def _tell_unknown(self, item: T) -> None:
        unknown = tuple(sorted(set(item.model_extra or ()) - self._drift))
        if unknown:
            self._drift.update(unknown)
            tell(self._sba.hooks, FieldsUnknown(self._model.__name__, unknown))


def read_back(source: Source[T], document: T) -> T:
    """Read what was just written, whose answer was empty.

    Raises:
        GPError: the record cannot be read; `may_have_happened` is true, because it was written.
    """
    try:
        return source.get(*document.key)
    except GPError as error:
        error.may_have_happened = True
        raise


def unreadable(
    what: str, model: type[Document], value: object, error: InvalidDocument, *, write: bool = False
) -> DecodeError:
    """Tell which fields of an answer make no sense."""
    wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    body = json.dumps(value, default=str, ensure_ascii=False)
    return DecodeError(f"{what} is no {model.__name__}: {wrong}", body=body, write=write)
