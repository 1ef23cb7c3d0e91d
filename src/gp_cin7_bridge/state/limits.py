"""Limits that several processes share: so many calls a time to Cin7 Core, so many calls at once to GP.

Both are what the clients take as their `limiter`. Of one process's threads the lowest priority goes first, then the
longest waiting; processes take what is free.
"""

from __future__ import annotations

import bisect
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import getpid
from socket import gethostname
from typing import Final, TypeVar
from uuid import uuid4

import sqlalchemy as sa
from attrs import frozen

from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.tables import PERMIT, RATE_CALL, RATE_KEY

POLL: Final = 0.1
WIDENED, NARROWED = 1.05, 0.9999
KEPT: Final = 10

Clock = Callable[[], float]
Sleep = Callable[[float], object]
Ticket = TypeVar("Ticket")


class _Line:
    """Threads of this process wait in line; only the first asks the database."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._places: list[tuple[int, int]] = []
        self._numbers = itertools.count()

    def wait(self, priority: int, take: Callable[[], Ticket | float], sleep: Sleep) -> Ticket:
        """Give what `take` gives as soon as it gives no seconds to wait."""
        with self._place(priority) as be_first:
            while True:
                be_first()
                taken = take()
                if not isinstance(taken, float):
                    return taken
                sleep(taken)

    @contextmanager
    def _place(self, priority: int) -> Iterator[Callable[[], object]]:
        mine = (priority, next(self._numbers))
        with self._changed:
            bisect.insort(self._places, mine)

        def be_first() -> None:
            with self._changed:
                self._changed.wait_for(lambda: self._places[0] == mine)

        try:
            yield be_first
        finally:
            with self._changed:
                self._places.remove(mine)
                self._changed.notify_all()


@frozen
class RateTicket:
    """One call's number in the log."""

    number: int


@frozen
class _Key:
    """What is known of a scope, by the clock `now`; `arrived` is the answer that the next call waits for."""

    now: float
    number: int
    sent: float
    blocked_until: float
    gap: float
    arrived: float | None


class SharedRate:
    """At most `calls` in any `per` seconds, whatever the network's delays are, for every process on this database.

    Call n is sent no earlier than `per` seconds after the answer to call n - `calls` was received, by one clock: the
    server's on PostgreSQL, the machine's on SQLite. A call that was never answered counts as arrived after `give_up`
    seconds, so a killed process costs its share once and nothing else. A refusal stops all processes.

    Args:
        database: where the log lies.
        scope: whose limit it is, at most 64 characters.
        calls, per: the service's limit.
        gap: least seconds between two sends; the default is near-even pacing. A refusal widens it for a while.
        give_up: not less than the client's own time-out.
        clock, sleep: injected for tests.
    """

    def __init__(
        self,
        database: Database,
        scope: str,
        calls: int,
        per: float,
        *,
        gap: float | None = None,
        give_up: float = 60.0,
        clock: Clock | None = None,
        sleep: Sleep = time.sleep,
    ) -> None:
        self._database = database.part(scope)
        self._scope = scope
        self._calls = calls
        self._per = per
        self._gap = 0.9 * per / calls if gap is None else gap
        self._give_up = give_up
        # Clocks tick, and two machines' seconds are not the same.
        self._margin = min(0.02, per / 1000)
        self._clock = clock
        self._sleep = sleep
        self._line = _Line()

    def acquire(self, priority: int = 0) -> RateTicket:
        """Wait until the next call may be sent."""
        return self._line.wait(priority, self._take, self._sleep)

    def answered(self, ticket: object, retry_after: float | None = None) -> None:
        """Note an answer; after a refusal nobody calls for `retry_after` seconds."""
        if not isinstance(ticket, RateTicket):
            return
        with self._database.transaction() as db:
            key = self._key(db)
            call = sa.and_(RATE_CALL.c.scope == self._scope, RATE_CALL.c.number == ticket.number)
            db.execute(RATE_CALL.update().where(call, RATE_CALL.c.arrived > key.now).values(arrived=key.now))
            if retry_after is not None:
                gap = min(max(self._per / self._calls, self._gap), key.gap * WIDENED)
                self._keep(db, gap=gap, blocked_until=max(key.blocked_until, key.now + retry_after))
            elif key.gap > self._gap:
                self._keep(db, gap=max(self._gap, key.gap * NARROWED))

    def _take(self) -> RateTicket | float:
        with self._database.transaction() as db:
            key = self._key(db)
            if (seconds := self._wait(key)) > 0:
                return seconds
            number = key.number + 1
            db.execute(RATE_CALL.insert().values(scope=self._scope, number=number, arrived=key.now + self._give_up))
            if number % self._calls == 0:
                old = sa.and_(RATE_CALL.c.scope == self._scope, RATE_CALL.c.arrived < key.now - KEPT * self._per)
                db.execute(RATE_CALL.delete().where(old))
            self._keep(db, number=number, sent=key.now)
            return RateTicket(number)

    def _wait(self, key: _Key) -> float:
        earliest = max(key.blocked_until, key.sent + key.gap)
        if key.arrived is None:
            return earliest - key.now
        seconds = max(earliest, key.arrived + self._per + self._margin) - key.now
        # Its answer may come before its time is over, and another process may hear it.
        return min(seconds, POLL) if key.arrived > key.now else seconds

    def _key(self, db: sa.Connection) -> _Key:
        before = sa.select(RATE_CALL.c.arrived).where(
            RATE_CALL.c.scope == RATE_KEY.c.scope, RATE_CALL.c.number == RATE_KEY.c.number + 1 - self._calls
        )
        now = sa.literal(self._clock(), sa.Double) if self._clock else self._database.backend.now()
        # One statement, because each call asks it two times or more.
        query = sa.select(
            now.label("now"),
            *(RATE_KEY.c[name] for name in ("number", "sent", "blocked_until", "gap")),
            before.scalar_subquery().label("arrived"),
        ).where(RATE_KEY.c.scope == self._scope)
        row = db.execute(query).one_or_none()
        if row is None:
            first = {"number": 0, "sent": 0.0, "blocked_until": 0.0, "gap": self._gap}
            db.execute(RATE_KEY.insert().values(scope=self._scope, **first))
        elif row.sent > row.now:
            # The clock was set back: go on as if no time had passed since the last call.
            back = row.sent - row.now
            calls = RATE_CALL.update().where(RATE_CALL.c.scope == self._scope)
            db.execute(calls.values(arrived=RATE_CALL.c.arrived - back))
            self._keep(db, sent=row.now, blocked_until=row.blocked_until - back)
        else:
            return _Key(*row)
        return _Key(*db.execute(query).one())

    def _keep(self, db: sa.Connection, **values: float) -> None:
        db.execute(RATE_KEY.update().where(RATE_KEY.c.scope == self._scope).values(values))


@frozen
class Permit:
    """One place at GP, and who took it: machine, process, and a number drawn at random."""

    slot: int
    holder: str


class SharedPermits:
    """At most `permits` calls at once, for every process on this database.

    A process that is killed leaves its call running at GP, and its permit taken until `lease` seconds are over: only
    then is the call over as well. So there are never more calls than permits.

    Args:
        database: where the permits lie.
        scope: whose permits they are, at most 64 characters.
        permits: how many calls at once.
        lease: seconds; longer than any call can take before its own client gives it up.
        clock, sleep: injected for tests.
    """

    def __init__(
        self,
        database: Database,
        scope: str,
        permits: int,
        *,
        lease: float,
        clock: Clock | None = None,
        sleep: Sleep = time.sleep,
    ) -> None:
        self._database = database.part(scope)
        self._scope = scope
        self._permits = permits
        self._lease = lease
        self._clock = clock
        self._sleep = sleep
        self._line = _Line()

    def acquire(self, priority: int = 0) -> Permit:
        """Wait for a permit."""
        return self._line.wait(priority, self._take, self._sleep)

    def answered(self, ticket: object, _retry_after: float | None = None) -> None:
        """Give a permit back."""
        if isinstance(ticket, Permit):
            mine = sa.and_(
                PERMIT.c.scope == self._scope, PERMIT.c.slot == ticket.slot, PERMIT.c.holder == ticket.holder
            )
            with self._database.transaction() as db:
                db.execute(PERMIT.delete().where(mine))

    def _take(self) -> Permit | float:
        with self._database.transaction() as db:
            now = (
                self._clock()
                if self._clock
                else float(db.execute(sa.select(self._database.backend.now())).scalar_one())
            )
            db.execute(PERMIT.delete().where(PERMIT.c.scope == self._scope, PERMIT.c.expires_at <= now))
            taken = set(db.execute(sa.select(PERMIT.c.slot).where(PERMIT.c.scope == self._scope)).scalars())
            if len(taken) >= self._permits:
                return POLL
            permit = Permit(min(set(range(self._permits)) - taken), f"{gethostname()}:{getpid()}:{uuid4().hex}"[-160:])
            values = {"slot": permit.slot, "holder": permit.holder, "expires_at": now + self._lease}
            db.execute(PERMIT.insert().values(scope=self._scope, **values))
            return permit
