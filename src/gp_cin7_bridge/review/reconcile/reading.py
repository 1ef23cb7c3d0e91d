"""Reading both systems page by page, counting what is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from attrs import Factory, define

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.progress import Progress, Watcher

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class _Page(Protocol[T_co]):
    @property
    def items(self) -> tuple[T_co, ...]: ...


class _Pages(Protocol[T_co]):
    def pages(self) -> Iterable[_Page[T_co]]: ...


@define
class Reading:
    """One reconciliation's access to both systems.

    Attributes:
        calls: system to how many pages and single documents were asked for.
        compared: kind to how many documents were compared.
    """

    bridge: Bridge
    watch: Watcher
    calls: Counter[str] = Factory(Counter)
    compared: Counter[str] = Factory(Counter)

    def each(self, system: str, kind: str, listed: _Pages[T]) -> Iterator[T]:
        """Give item after item, holding one page at a time."""
        done = 0
        for page in listed.pages():
            self.calls[system] += 1
            for item in page.items:
                done += 1
                self.watch(Progress(kind, f"reading {system}", done))
                yield item

    def one(self, system: str, ask: Callable[[], T]) -> T:
        """Ask for one document."""
        self.calls[system] += 1
        return ask()
