"""Many companies: which of their flows are due, and running one of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from gp_cin7_bridge.app.engines.port import Job
from gp_cin7_bridge.app.schedule import Runner, Stop
from gp_cin7_bridge.app.schedule.agenda import Agenda, stream
from gp_cin7_bridge.bridge import Bridge, Clock, utc_now
from gp_cin7_bridge.errors import BridgeError, EngineError
from gp_cin7_bridge.settings import Settings, read_settings
from gp_cin7_bridge.state import Kept, Store

logger: logging.Logger = logging.getLogger("gp_cin7_bridge.engines")


class Fleet:
    """The companies that one process may work for. Their state databases are opened once each.

    Args:
        paths: their bridge.toml files.
        stop: says when to stop; the document at work is finished first.
        clock: tells the time, aware and in UTC.

    Raises:
        SettingsError: a file cannot be used.
        StateError: a state database cannot be used.
        EngineError: two files have one name.
    """

    def __init__(self, paths: Sequence[Path], stop: Stop, *, clock: Clock = utc_now) -> None:
        self._stop = stop
        self._clock = clock
        self._began = clock()
        self.companies: Mapping[str, Settings] = _by_name(paths)
        self._stores: dict[str, Store] = {}
        try:
            for settings in self.companies.values():
                self._store(settings)
        except BaseException:
            self.close()
            raise

    def due(self) -> Iterator[Job]:
        """Give what is due now; companies whose state does not answer are told of and left out."""
        for url, store in self._stores.items():
            names = [name for name, settings in self.companies.items() if settings.state.url == url]
            try:
                kept = store.kept()
                agendas = {name: Agenda(self.companies[name], kept.get(name, Kept()), self._clock()) for name in names}
                self._note_unseen(agendas)
            except BridgeError as error:
                logger.error("%s: %s", ", ".join(names), error)  # noqa: TRY400 — the message says what to do
                continue
            for name, agenda in agendas.items():
                yield from (Job(flow, name, since) for flow, since in agenda.due())

    def work(self, flow: str, company: str) -> None:
        """Run a flow of a company; what fails in it is told of, kept in the state, and due again later.

        Raises:
            EngineError: this process does not know the company.
            StateError: its state does not answer.
        """
        if company not in self.companies:
            raise EngineError(f"{company!r} is no connection of this process; give each process all of them")
        with self._open(company) as bridge:
            Runner(bridge, self._stop, self._began).run_job(flow)

    def _note_unseen(self, agendas: Mapping[str, Agenda]) -> None:
        for name, agenda in agendas.items():
            for job in agenda.unseen():
                with self._open(name) as bridge:
                    bridge.state.move_cursor(stream(job), agenda.now.isoformat())

    def _open(self, name: str) -> Bridge:
        settings = self.companies[name]
        return Bridge(settings, state=self._store(settings), clock=self._clock)

    def _store(self, settings: Settings) -> Store:
        url = settings.state.url
        if url not in self._stores:
            self._stores[url] = Store.open(url, clock=self._clock, password=settings.state.password)
        return self._stores[url]

    def close(self) -> None:
        """Close the state databases."""
        for store in self._stores.values():
            store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _by_name(paths: Sequence[Path]) -> Mapping[str, Settings]:
    found: dict[str, Settings] = {}
    for path in paths:
        settings = read_settings(path)
        if settings.name in found:
            raise EngineError(f"{path}: another file has the name {settings.name!r}; give each connection its own")
        found[settings.name] = settings
    return found
