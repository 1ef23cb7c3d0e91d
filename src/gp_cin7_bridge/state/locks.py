"""One writer a company: a lock that the operating system releases when its process dies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from gp_cin7_bridge.errors import WriterBusyError


class WriterLock:
    """The writer's lock of one connection; the same thread may take it again.

    Args:
        path: the lock file beside the state file; None locks within this process only.
        name: the connection's name, for messages.
    """

    def __init__(self, path: Path | None, name: str) -> None:
        self._file = FileLock(path, thread_local=False) if path else None
        self._own = threading.RLock()
        self._name = name

    @contextmanager
    def hold(self, timeout: float) -> Iterator[None]:
        """Hold the lock.

        Raises:
            WriterBusyError: somebody else holds it for longer than `timeout` seconds.
        """
        if not self._own.acquire(timeout=timeout):
            raise WriterBusyError(self._busy(timeout))
        try:
            if self._file is None:
                yield
                return
            try:
                self._file.acquire(timeout=timeout)
            except Timeout:
                raise WriterBusyError(self._busy(timeout)) from None
            try:
                yield
            finally:
                self._file.release()
        finally:
            self._own.release()

    def _busy(self, timeout: float) -> str:
        return (
            f"another process writes for {self._name!r} and did not finish within {timeout:g} seconds;"
            " nothing was done here; wait for it, or stop it, and run this again"
        )
