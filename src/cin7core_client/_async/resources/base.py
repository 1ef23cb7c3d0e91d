"""What every resource does: read a list, read one, write one; and the verbs that a resource may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Generic, TypeVar

from pydantic import ValidationError as InvalidDocument

from cin7core_client._async.calls import AsyncCalls
from cin7core_client._async.pages import AsyncPages
from cin7core_client.endpoints import ENDPOINTS, Endpoint
from cin7core_client.errors import DecodeError, NotAppliedError, NotFoundError
from cin7core_client.events import FieldsUnknown, tell
from cin7core_client.models.base import Document
from cin7core_client.request import as_read

T = TypeVar("T", bound=Document)
Row = TypeVar("Row")

PAGE_SIZE = 1000


class AsyncResource(Generic[T]):
    """One resource of one account; a subclass says which by its class attributes."""

    _model: type[T]
    _path: str
    # Fields that the service never takes, or takes wrongly, from this path.
    _never_sent: Set[str] = frozenset()

    def __init__(self, calls: AsyncCalls) -> None:
        self._calls = calls
        self._known = frozenset(self._model.model_fields)
        self._drift: set[str] = set()

    @property
    def _endpoint(self) -> Endpoint:
        return ENDPOINTS[self._path]

    def _listed(self, params: Mapping[str, object], keep: Callable[[T], bool] | None = None) -> AsyncPages[T]:
        def parse(row: object) -> T | None:
            item = self._parsed(row)
            return item if keep is None or keep(item) else None

        return listed(self._calls, self._endpoint, params, parse)

    async def _one(self, params: Mapping[str, object], keep: Callable[[T], bool]) -> T | None:
        return await self._listed(params, keep).first()

    async def _got(self, found: T | None, key: str) -> T:
        if found is None:
            raise NotFoundError(f"Cin7 Core has no {self._model.__name__} {key!r}", status=404)
        return found

    async def _written(self, method: str, document: T) -> T:
        """Write a document and give it as Cin7 Core stored it, from a bare object or a list envelope of one."""
        body = wire_form(document, self._never_sent)
        answer = await self._calls.call(method, self._path, body=body)
        row = answer
        if isinstance(answer, Mapping) and self._endpoint.list_key in answer:
            rows, _ = rows_of(answer, self._endpoint.list_key, self._path, write=True)
            if len(rows) != 1:
                raise unreadable(
                    f"{method} {self._path}: {len(rows)} rows instead of the stored one", answer, write=True
                )
            row = rows[0]
        stored = self._parsed(row, write=True)
        if dropped := lost_attributes(document, stored):
            raise NotAppliedError(
                f"{method} {self._path} answered 200 but {'; '.join(dropped)}. Cin7 Core keeps attributes only together"
                " with `attribute_set`, and only those that the set has: give it, and update again",
                record_id=str(row["ID"]) if isinstance(row, Mapping) and "ID" in row else "",
                missing=dropped,
                stored=stored,
                body=as_read(answer),
            )
        return stored

    async def _deleted(self, params: Mapping[str, object]) -> None:
        answer = await self._calls.call("DELETE", self._path, params=params)
        if isinstance(answer, Mapping) and answer.get("Success") is False:
            raise NotAppliedError(
                f"DELETE {self._path}: Cin7 Core said that it did not succeed",
                body=as_read(answer),
                may_have_happened=False,
            )

    def _parsed(self, value: object, *, write: bool = False) -> T:
        item = parsed(self._model, value, self._path, write=write)
        if self._known.isdisjoint(item.model_fields_set):
            raise unreadable(f"{self._path} gave no {self._model.__name__}", value, write=write)
        unknown = tuple(sorted(set(item.model_extra or ()) - self._drift))
        if unknown:
            self._drift.update(unknown)
            tell(self._calls.hooks, FieldsUnknown(self._model.__name__, unknown))
        return item


class AsyncCreates(AsyncResource[T]):
    """A resource that can be created."""

    async def create(self, document: T) -> T:
        """Create it and give it as stored. A lost answer leaves open whether it exists: look before creating again.

        Raises:
            ConflictError: there is one of this key already.
            ValidationError: names a few problems at a time.
        """
        return await self._written("POST", document)


class AsyncUpdates(AsyncResource[T]):
    """A resource that can be changed."""

    async def update(self, document: T) -> T:
        """Write it whole: what is not set may be cleared, so start from what was read."""
        return await self._written("PUT", document)


class AsyncDeletes(AsyncResource[T]):
    """A resource that can be deleted."""

    _key = "ID"

    async def delete(self, key: str) -> None:
        """Delete it by its key; raises NotFoundError or ValidationError where there is none."""
        await self._deleted({self._key: key})


def listed(
    calls: AsyncCalls, endpoint: Endpoint, params: Mapping[str, object], parse: Callable[[object], Row | None]
) -> AsyncPages[Row]:
    """List an endpoint, page after page where it pages."""

    async def fetch(page: int) -> tuple[Sequence[object], int | None]:
        paging = {"Page": page, "Limit": PAGE_SIZE} if endpoint.paged else {}
        answer = await calls.call("GET", endpoint.path, params={**params, **paging})
        return rows_of(answer, endpoint.list_key, endpoint.path)

    return AsyncPages(fetch, parse, size=PAGE_SIZE if endpoint.paged else None)


def rows_of(answer: object, list_key: str, path: str, *, write: bool = False) -> tuple[Sequence[object], int | None]:
    """Take a list envelope apart; without a list key the answer is a bare array."""
    rows = answer if not list_key else answer.get(list_key) if isinstance(answer, Mapping) else None
    if not isinstance(rows, list):
        raise unreadable(f"{path}: no list {list_key!r}", answer, write=write)
    total = answer.get("Total") if isinstance(answer, Mapping) else None
    return rows, total if isinstance(total, int) else None


def parsed(model: type[T], value: object, path: str, *, write: bool = False) -> T:
    """Make a document of an answer."""
    try:
        return model.model_validate(value)
    except InvalidDocument as error:
        what = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise unreadable(f"{path} gave no {model.__name__}: {what}", value, write=write) from error


def lost_attributes(sent: Document, stored: Document) -> tuple[str, ...]:
    """Tell which additional attributes were written and are not there."""
    names = [f"additional_attribute{number}" for number in range(1, 11)]
    return tuple(
        f"{name} is {there!r} instead of {wanted!r}"
        for name in names
        if (wanted := getattr(sent, name, None))
        and wanted.strip() != ((there := getattr(stored, name, None)) or "").strip()
    )


def unreadable(message: str, answer: object, *, write: bool = False) -> DecodeError:
    """Make the error of an answer that is JSON and yet not what it should be."""
    return DecodeError(message, body=as_read(answer), write=write)


def wire_form(document: Document, never_sent: Set[str] = frozenset()) -> dict[str, object]:
    """Give what was set, under the wire's names."""
    return document.model_dump(by_alias=True, exclude_unset=True, exclude=set(never_sent))


def same_name(name: str) -> Callable[[Document], bool]:
    """Keep what has exactly this name; the service's own filter matches beginnings, and its names know no case."""
    wanted = name.strip().casefold()
    return lambda item: str(getattr(item, "name", "") or "").strip().casefold() == wanted
