"""The other side as far as making sure of a document sees it: documents by key, a network that loses, a clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from attrs import define, field, frozen

from gp_cin7_bridge.writes.ensure import Stored

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
FAULTS = ("ok", "request lost", "answer lost", "lands late", "server error", "refused", "never sent")
LATE = 10.0


class Killed(BaseException):
    """The process dies here."""


class Lost(Exception):
    retryable = True
    may_have_happened = True


class NeverSent(Exception):
    retryable = True
    may_have_happened = False


class Refused(Exception):
    retryable = False
    may_have_happened = False


class Exists(Refused):
    pass


ERRORS = (Lost, NeverSent, Refused)


@frozen
class Document:
    key: str
    content: str


@define
class OtherSide:
    """It keeps documents; `on_create` says what happens to a create, `on_find` whether a look is lost."""

    on_create: Callable[[], str]
    on_find: Callable[[], bool]
    enforces_key: bool
    kind: str = "document"
    read_back: bool = False
    now: dt.datetime = START
    documents: list[Document] = field(factory=list)
    coming: list[tuple[dt.datetime, Document]] = field(factory=list)

    system = "the other side"
    gives_keys = False
    quiet_period = 30.0

    def clock(self) -> dt.datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)
        for at, document in [each for each in self.coming if each[0] <= self.now]:
            self.coming.remove((at, document))
            self.store(document)

    def standing(self) -> object:
        """Give how it stands, whatever the documents are called."""
        return self.now, len(self.documents), tuple(at for at, _ in self.coming)

    def store(self, document: Document) -> None:
        if not (self.enforces_key and self._under(document.key)):
            self.documents.append(document)

    def _under(self, key: str) -> Document | None:
        return next((each for each in self.documents if each.key == key), None)

    def create(self, document: Document) -> Stored[Document]:
        fault = self.on_create()
        if fault == "never sent":
            raise NeverSent(fault)
        if fault in ("request lost", "server error"):
            raise Lost(fault)
        if fault == "refused":
            raise Refused(fault)
        if fault == "lands late":
            self.coming.append((self.now + dt.timedelta(seconds=LATE), document))
            raise Lost(fault)
        if self.enforces_key and self._under(document.key):
            raise Exists
        self.store(document)
        if fault == "answer lost":
            raise Lost(fault)
        return Stored(document.key, document.key, document)

    def find(self, token: str, _: Document, /) -> Stored[Document] | None:
        if self.on_find():
            raise Lost("look")
        found = self._under(token)
        return Stored(found.key, found.key, found) if found else None

    def differences(self, document: Document, found: Document) -> tuple[str, ...]:
        return () if document.content == found.content else ("content",)

    def already_exists(self, error: Exception) -> bool:
        return isinstance(error, Exists)
