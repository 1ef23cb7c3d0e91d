"""So many a minute: deliveries, and sign-ins that fail."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from attrs import define, field

PER_CLIENT: Final = 10
TOGETHER: Final = 100
# No more than TOGETHER are added a minute, so that whoever is forgotten has its whole allowance back.
MOST_CLIENTS: Final = 1_000

Clock = Callable[[], float]


@define
class Allowance:
    """Lets so many pass in a minute, evenly after a first burst of as many."""

    per_minute: int
    clock: Clock = time.monotonic
    _left: float = field(init=False)
    _at: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._left, self._at = self.per_minute, self.clock()

    def has_left(self) -> bool:
        """Tell whether one more may pass."""
        now = self.clock()
        self._left = min(self.per_minute, self._left + (now - self._at) * self.per_minute / 60)
        self._at = now
        return self._left >= 1

    def take(self) -> bool:
        """Tell whether one more may pass, and let it."""
        if not self.has_left():
            return False
        self._left -= 1
        return True


class FailedSignIns:
    """Counts sign-ins that fail, of each client and of all together; what it remembers is bounded.

    Args:
        clock: seconds that never go back.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._together = Allowance(TOGETHER, clock)
        self._clients: OrderedDict[str, Allowance] = OrderedDict()

    @property
    def remembered(self) -> int:
        """How many clients are remembered."""
        return len(self._clients)

    def may_try(self, host: str) -> bool:
        """Tell whether a client may try another token."""
        with self._lock:
            client = self._clients.get(_client(host))
            return self._together.has_left() and (client is None or client.has_left())

    def failed(self, host: str) -> None:
        """Count a token that is unknown."""
        name = _client(host)
        with self._lock:
            self._together.take()
            self._clients.setdefault(name, Allowance(PER_CLIENT, self._clock)).take()
            self._clients.move_to_end(name)
            if len(self._clients) > MOST_CLIENTS:
                self._clients.popitem(last=False)


def _client(host: str) -> str:
    """Name whoever has an address; somebody with one of IPv6 has all of its network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))
