"""One writer a connection: a lock that ends with its process, however that ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from gp_cin7_bridge.errors import WriterBusyError
from gp_cin7_bridge.state.database import Database


class WriterLock:
    """The writer's lock of one connection; the same thread may take it again.

    Args:
        database: a file's lock lies beside it, a server keeps it itself.
        name: the connection's name.
    """

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._name = name
        self._own = threading.RLock()
        self._held = False

    @contextmanager
    def hold(self, timeout: float) -> Iterator[None]:
        """Hold the lock.

        Raises:
            WriterBusyError: somebody else holds it for longer than `timeout` seconds.
        """
        if not self._own.acquire(timeout=timeout):
            raise self._busy(timeout)
        with ExitStack() as held:
            held.callback(self._own.release)
            if not self._held:
                try:
                    held.enter_context(self._database.writer(self._name, timeout))
                except TimeoutError:
                    raise self._busy(timeout) from None
                self._held = True
                held.callback(setattr, self, "_held", False)
            yield

    def _busy(self, timeout: float) -> WriterBusyError:
        return WriterBusyError(
            f"another process writes for {self._name!r} and did not finish within {timeout:g} seconds;"
            " nothing was done here; wait for it, or stop it, and run this again"
        )
