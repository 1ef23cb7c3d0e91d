"""What every resource does: read one, read a list, write one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from pydantic import ValidationError as InvalidDocument

from dynamicsgp_client.backends.sba import Sba
from dynamicsgp_client.errors import ConfigurationError, DecodeError, NotFoundError
from dynamicsgp_client.events import FieldsUnknown, FilterIgnored, tell
from dynamicsgp_client.models.base import Document, too_long
from dynamicsgp_client.pages import Pages

T = TypeVar("T", bound=Document)
Test = Callable[[T], bool]


class Resource(Generic[T]):
    """One resource of one company."""

    def __init__(self, sba: Sba, model: type[T], path: str, *, in_company: bool = True) -> None:
        self._sba = sba
        self._model = model
        self._segments = tuple(part for part in path.split("/") if part)
        self._in_company = in_company
        self._drift: set[str] = set()

    def _get(self, *key: str) -> T:
        return self._parsed(self._unwrapped(self._call("GET", key=key)), "/".join(key))

    def _find(self, *key: str) -> T | None:
        try:
            return self._get(*key)
        except NotFoundError:
            return None

    def _list(self, tests: Mapping[str, Test[T]]) -> Pages[T]:
        profile = self._sba.profile
        told: set[str] = set()

        def fetch(offset: int) -> Sequence[object]:
            params = {profile.top_parameter: str(profile.page_size), profile.skip_parameter: str(offset)}
            if tests:
                params[profile.filter_parameter] = " and ".join(tests)
            rows = self._call("GET", params=params)
            if profile.list_key and isinstance(rows, Mapping):
                rows = rows.get(profile.list_key)
            if not isinstance(rows, list):
                raise DecodeError(
                    f"GET {'/'.join(self._segments)}: not a list; check list_key of SbaProfile",
                    body=str(rows),
                    write=False,
                )
            return rows

        def parse(row: object) -> T | None:
            item = self._parsed(row, "")
            for text, test in tests.items():
                if not test(item):
                    if text not in told:
                        told.add(text)
                        tell(self._sba.hooks, FilterIgnored("/".join(self._segments), text))
                    return None
            return item

        return Pages(fetch, parse, size=profile.page_size)

    def _write(self, method: str, document: T, *key: str) -> T:
        """Write a document and give it as GP stored it; an empty answer is read back by key."""
        if problems := too_long(document):
            raise ConfigurationError("not sent: " + "; ".join(problems))
        answer = self._unwrapped(self._call(method, key=key if method != "POST" else (), body=document))
        if answer is None:
            return self._get(*key)
        return self._parsed(answer, "/".join(key), write=True)

    def _call(
        self, method: str, *, key: Sequence[str] = (), params: Mapping[str, str] | None = None, body: object = None
    ) -> object:
        if not self._segments:
            raise NotFoundError(
                f"this site offers no {self._model.__name__}; see extension_paths of SbaProfile", status=404
            )
        return self._sba.call(method, self._segments, key=key, params=params, body=body, in_company=self._in_company)

    def _unwrapped(self, value: object) -> object:
        wrapper = self._sba.profile.payload_key
        if wrapper and isinstance(value, Mapping) and set(value) == {wrapper}:
            inner: object = value[wrapper]
            return inner
        return value

    def _parsed(self, value: object, key: str, *, write: bool = False) -> T:
        try:
            item = self._model.model_validate(value)
        except InvalidDocument as error:
            what = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
            raise DecodeError(
                f"{'/'.join(self._segments)}({key}) is no {self._model.__name__}: {what}", body=str(value), write=write
            ) from error
        unknown = tuple(sorted(set(item.model_extra or ()) - self._drift))
        if unknown:
            self._drift.update(unknown)
            tell(self._sba.hooks, FieldsUnknown(self._model.__name__, unknown))
        return item


def modified_test(since: dt.date | None) -> dict[str, Test[T]]:
    """Filter on ModifiedDate, a date without a time: everything changed on that day is read again."""
    if since is None:
        return {}

    def recent(item: T) -> bool:
        modified = getattr(item, "modified_date", None)
        return modified is None or modified >= since

    return {f"ModifiedDate ge {since:%Y-%m-%d}": recent}


def equals_test(wire_name: str, field: str, value: str | None) -> dict[str, Test[T]]:
    """Filter on one text field; GP compares without case."""
    if value is None:
        return {}
    quoted = value.replace("'", "''")
    return {f"{wire_name} eq '{quoted}'": lambda item: (getattr(item, field) or "").upper() == value.upper()}
