"""What every resource does: read a list, read one, write one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from pydantic import ValidationError as InvalidDocument

from cin7core_client._sync.calls import Calls
from cin7core_client._sync.pages import Pages
from cin7core_client.errors import DecodeError, NotFoundError
from cin7core_client.events import FieldsUnknown, tell
from cin7core_client.models.base import Document

T = TypeVar("T", bound=Document)

PAGE_SIZE = 1000


class Resource(Generic[T]):
    """One resource of one account."""

    def __init__(self, calls: Calls, model: type[T], path: str, list_key: str) -> None:
        self._calls = calls
        self._model = model
        self._path = path
        self._list_key = list_key
        self._drift: set[str] = set()

    def _listed(self, params: Mapping[str, object], keep: Callable[[T], bool] | None = None) -> Pages[T]:
        def fetch(page: int) -> tuple[Sequence[object], int | None]:
            answer = self._calls.call("GET", self._path, params={**params, "Page": page, "Limit": PAGE_SIZE})
            return rows_of(answer, self._list_key, self._path)

        def parse(row: object) -> T | None:
            item = self._parsed(row)
            return item if keep is None or keep(item) else None

        return Pages(fetch, parse, size=PAGE_SIZE)

    def _one(self, params: Mapping[str, object], keep: Callable[[T], bool]) -> T | None:
        return self._listed(params, keep).first()

    def _got(self, found: T | None, key: str) -> T:
        if found is None:
            raise NotFoundError(f"Cin7 Core has no {self._model.__name__} {key!r}", status=404)
        return found

    def _written(self, method: str, document: T) -> T:
        """Write a document and give it as Cin7 Core stored it."""
        answer = self._calls.call(method, self._path, body=document)
        row: object = answer
        if isinstance(answer, Mapping) and self._list_key in answer:
            rows, _ = rows_of(answer, self._list_key, self._path)
            if len(rows) != 1:
                raise DecodeError(
                    f"{method} {self._path}: {len(rows)} rows instead of the stored one", body=str(answer), write=True
                )
            row = rows[0]
        return self._parsed(row, write=True)

    def _parsed(self, value: object, *, write: bool = False) -> T:
        try:
            item = self._model.model_validate(value)
        except InvalidDocument as error:
            what = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
            raise DecodeError(
                f"{self._path} gave no {self._model.__name__}: {what}", body=str(value), write=write
            ) from error
        unknown = tuple(sorted(set(item.model_extra or ()) - self._drift))
        if unknown:
            self._drift.update(unknown)
            tell(self._calls.hooks, FieldsUnknown(self._model.__name__, unknown))
        return item


def rows_of(answer: object, list_key: str, path: str) -> tuple[Sequence[object], int | None]:
    """Take a list envelope apart."""
    if isinstance(answer, Mapping) and isinstance(answer.get(list_key), list):
        total = answer.get("Total")
        return answer[list_key], total if isinstance(total, int) else None
    raise DecodeError(f"GET {path}: no list {list_key!r}", body=str(answer), write=False)


def same_name(name: str) -> Callable[[Document], bool]:
    """Keep what has exactly this name; the service's own filter matches beginnings, and its names know no case."""
    wanted = name.strip().casefold()
    return lambda item: str(getattr(item, "name", "") or "").strip().casefold() == wanted
