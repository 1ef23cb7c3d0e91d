"""The answer-anchored log: when the next call may be sent, as pure bookkeeping over a clock that others read."""

from __future__ import annotations

from collections import deque

from attrs import define

WIDENED, NARROWED = 1.05, 0.9999


@define(eq=False)
class Ticket:
    """One call's place in the log; in seconds of the limiter's clock."""

    sent: float
    answered: float | None = None


class CallLog:
    """Call n is sent no earlier than `per` seconds after the answer to call n - `calls` was received.

    The answer came after that call had arrived, and this call arrives after it is sent, so no window of `per` seconds
    at the server ever holds more than `calls`, whatever the network's delays are. It costs one round trip a window.

    Args:
        calls: most calls …
        per: … in so many seconds.
        gap: least seconds between two sends; a refusal widens it a little, and answers narrow it again slowly.
        give_up: seconds after which a call without an answer counts as arrived.
    """

    def __init__(self, calls: int, per: float, *, gap: float | None = None, give_up: float = 60.0) -> None:
        if calls < 1 or per <= 0:
            raise ValueError("a limit needs at least one call in a positive time")
        self._calls = calls
        self._per = per
        self._least_gap = self._gap = 0.9 * per / calls if gap is None else gap
        self._give_up = give_up
        # Clocks tick, and two machines' seconds are not the same.
        self._margin = min(0.02, per / 1000)
        self._tickets: deque[Ticket] = deque(maxlen=calls)
        self._blocked_until = float("-inf")

    def wait(self, now: float) -> float:
        """Give the seconds until the next call may be sent; 0 for now."""
        earliest = self._blocked_until
        if self._tickets:
            earliest = max(earliest, self._tickets[-1].sent + self._gap)
        if len(self._tickets) == self._calls:
            oldest = self._tickets[0]
            arrived = oldest.sent + self._give_up if oldest.answered is None else oldest.answered
            earliest = max(earliest, arrived + self._per + self._margin)
        return max(0.0, earliest - now)

    def send(self, now: float) -> Ticket:
        """Note a call that is sent now."""
        ticket = Ticket(now)
        self._tickets.append(ticket)
        return ticket

    def answered(self, ticket: Ticket, now: float, retry_after: float | None) -> None:
        """Note an answer; a refusal stops every call of the key."""
        ticket.answered = now
        if retry_after is not None:
            self._blocked_until = max(self._blocked_until, now + retry_after)
            self._gap = min(max(self._per / self._calls, self._least_gap), self._gap * WIDENED)
        elif self._gap > self._least_gap:
            self._gap = max(self._least_gap, self._gap * NARROWED)
