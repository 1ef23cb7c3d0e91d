"""Counts the calls that leave for either system, so that a run can say what it cost."""

from __future__ import annotations

from attrs import define, frozen

import cin7core_client
import dynamicsgp_client


@frozen
class Calls:
    """How many requests were sent to each system, repeated ones included."""

    gp: int = 0
    cin7: int = 0

    def __sub__(self, earlier: Calls) -> Calls:
        return Calls(self.gp - earlier.gp, self.cin7 - earlier.cin7)


@define
class Meter:
    """Two hooks that count: give `hear_gp` and `hear_cin7` to the clients' `hooks`."""

    calls: Calls = Calls()

    def hear_gp(self, event: dynamicsgp_client.Event) -> None:
        """Count what leaves for GP."""
        if isinstance(event, dynamicsgp_client.RequestSent):
            self.calls = Calls(self.calls.gp + 1, self.calls.cin7)

    def hear_cin7(self, event: cin7core_client.Event) -> None:
        """Count what leaves for Cin7 Core."""
        if isinstance(event, cin7core_client.RequestSent):
            self.calls = Calls(self.calls.gp, self.calls.cin7 + 1)
