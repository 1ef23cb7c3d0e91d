"""Which backend does what: the first that can, and never a second one after an uncertain write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Generic, TypeVar

from dynamicsgp_client.backends.source import VERBS, BackendName, Filter, Source, Verb
from dynamicsgp_client.errors import ConfigurationError, NotFoundError
from dynamicsgp_client.models.base import Document, too_long
from dynamicsgp_client.pages import Page, Pages

T = TypeVar("T", bound=Document)
R = TypeVar("R")

# The service answered that it does not do this: it executed nothing.
NOT_DONE_HERE: Final = (405, 501)


class Route(Generic[T]):
    """One resource over its backends, in the order in which they are asked.

    A call moves on to the next backend only when the one before said that it has no such service. A write whose answer
    was lost stays where it was sent.
    """

    def __init__(self, name: str, sources: Sequence[Source[T]]) -> None:
        self.name = name
        self._sources = tuple(sources)

    def capabilities(self) -> Mapping[Verb, BackendName]:
        """Tell which backend is asked first for each verb that there is."""
        return {verb: able[0].backend for verb in VERBS if (able := self._able(verb))}

    def get(self, *key: str) -> T:
        """Read one record; raises NotFoundError, without asking when a part of the key is empty."""
        if not all(part.strip() for part in key):
            raise NotFoundError(f"{self.name}: no record has an empty key", status=404)
        return self._first("get", lambda source: source.get(*key))

    def list(self, filters: Sequence[Filter]) -> Pages[T]:
        """List records, page after page."""
        return Pages(lambda: self._pages(filters))

    def create(self, document: T) -> T:
        """Create a record; texts that GP would cut are refused here."""
        self._check(document)
        return self._first("create", lambda source: source.create(document))

    def update(self, document: T) -> T:
        """Write the fields that are set; texts that GP would cut are refused here."""
        self._check(document)
        return self._first("update", lambda source: source.update(document))

    def delete(self, *key: str) -> None:
        """Delete a record."""
        if not all(part.strip() for part in key):
            raise ConfigurationError(f"not sent: {self.name} has a record with an empty key nowhere")
        self._first("delete", lambda source: source.delete(*key))

    def _able(self, verb: Verb) -> tuple[Source[T], ...]:
        return tuple(source for source in self._sources if verb in source.verbs)

    def _first(self, verb: Verb, run: Callable[[Source[T]], R]) -> R:
        able = self._able(verb)
        for source in able[:-1]:
            try:
                return run(source)
            except NotFoundError as error:
                if error.status not in NOT_DONE_HERE and source.offered():
                    raise
        if not able:
            raise NotFoundError(
                f"nothing at this site can {verb} {self.name}: give soap_url, or a path in extension_paths of"
                " SbaProfile",
                status=404,
            )
        return run(able[-1])

    def _pages(self, filters: Sequence[Filter]) -> Iterator[Page[T]]:
        def begin(source: Source[T]) -> tuple[Page[T] | None, Iterator[Page[T]]]:
            pages = source.list(filters)
            return next(pages, None), pages

        first, rest = self._first("list", begin)
        if first is not None:
            yield first
            yield from rest

    @staticmethod
    def _check(document: Document) -> None:
        if problems := too_long(document):
            raise ConfigurationError("not sent: " + "; ".join(problems))
