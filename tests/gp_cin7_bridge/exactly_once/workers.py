"""A hypothesis state machine: workers over one production ledger, and everything that may happen to them.

Each worker is a greenlet that stops before and after every effect and at every call, so hypothesis decides which of
them goes on, where one is killed, what the network does, how each one's clock moves, and when an old backup of the
state comes back.
"""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import ClassVar

import sqlalchemy as sa
from algorithms import PRODUCTION, Algorithm
from attrs import define, field
from greenlet import getcurrent, greenlet
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from other_side import FAULTS, Document, Killed, OtherSide

from gp_cin7_bridge.state import Connection, Link, Operation, OperationState, Store
from gp_cin7_bridge.state.owner import Owner
from gp_cin7_bridge.state.tables import ATTEMPT, LINK, OPERATION

NUMBERS = count()
HEALED_ROUNDS = 6
NETWORK = st.sampled_from(("ok", "ok", *FAULTS))
FOREIGN = "somebody else's"
INTENT = sa.select(OPERATION.c.state, OPERATION.c.payload).where(OPERATION.c.kind == sa.bindparam("kind"))


def outside(event: str) -> str:
    """Stop this worker until the machine lets it go on; gives what the network does next."""
    return str(getcurrent().parent.switch(event))


@define
class Worker:
    """A process that settles what is open and then makes sure of the document."""

    store: Store
    algorithm: Algorithm
    other: OtherSide
    key: str
    running: greenlet | None = None
    skew: dt.timedelta = field(factory=dt.timedelta)
    state: Connection = field(init=False)

    def __attrs_post_init__(self) -> None:
        owner = Owner(self.store._database, "machine", gp_company="X", cin7_account_id="Y")
        self.state = Connection(self.store._database, 1, "machine", owner, self.clock)

    def clock(self) -> dt.datetime:
        return self.other.now + self.skew

    @property
    def alive(self) -> bool:
        return self.running is not None

    def start(self, content: str) -> None:
        self.running = greenlet(self._run)
        self._switch(content)

    def go_on(self, fault: str) -> None:
        if self.running is not None:
            self._switch(fault)

    def kill(self) -> None:
        if self.running is not None:
            self.running.throw(Killed)
            self.running = None

    def _switch(self, value: str) -> None:
        assert self.running is not None
        self.running.switch(value)
        if self.running.dead:
            self.running = None

    def _run(self, content: str) -> None:
        try:
            ensure = self.algorithm.over(self.state, self.other, outside)
            ledger = self.state.ledger
            for operation in ledger.open_operations(self.other.kind):
                ensure.created(operation, Document(operation.token, operation.payload), self._settle)
            outside("before:intent")
            intended = ledger.intend(self.other.kind, self.key, self.key, content, content)
            outside("after:intent")
            ensure.created(intended, Document(intended.token, intended.payload), self._settle)
        except Killed:
            pass

    def _settle(self, operation: Operation, ref: str, _recovered: bool) -> None:
        self.state.put_link(Link(entity=self.other.kind, gp_key=ref, cin7_id=operation.natural_key))


class Workers(RuleBasedStateMachine):
    """One intent, and what may never be said or done of it."""

    store: ClassVar[Store]
    algorithm: ClassVar[Algorithm] = PRODUCTION
    enforces_key: ClassVar[bool] = True
    workers: ClassVar[int] = 2

    def __init__(self) -> None:
        super().__init__()
        number = next(NUMBERS)
        self.key = f"K{number}"
        self.other = OtherSide(
            lambda: outside("create"), lambda: outside("look") != "ok", self.enforces_key, kind=f"kind{number}"
        )
        self.crew = [Worker(self.store, self.algorithm, self.other, self.key) for _ in range(self.workers)]
        self.contents: set[str] = set()
        self.backup: list[list[sa.RowMapping]] = [[], [], []]
        # What excuses a refusal that a late request proves wrong: a second worker at the same time, or a clock's jump.
        self.together = self.jumped = self.restored = False

    @initialize(read_back=st.booleans())
    def set_up(self, read_back: bool) -> None:
        self.other.read_back = read_back

    @rule(which=st.integers(0, 1), version=st.integers(1, 2), fault=NETWORK, steps=st.integers(1, 12))
    def go_on(self, which: int, version: int, fault: str, steps: int) -> None:
        worker = self.crew[which % self.workers]
        if not worker.alive:
            self.together |= any(each.alive for each in self.crew)
            self.contents.add(content := f"version {version}")
            worker.start(content)
        for _ in range(steps):
            worker.go_on(fault)
        self.check()

    @precondition(lambda self: any(each.alive for each in self.crew))
    @rule()
    def kill(self) -> None:
        for worker in self.crew:
            if worker.alive:
                worker.kill()
                return

    @rule(seconds=st.sampled_from([1, 7, 12, 31, 3600]))
    def wait(self, seconds: int) -> None:
        self.other.wait(seconds)

    @rule(which=st.integers(0, 1), seconds=st.sampled_from([-3600, -20, 20, 3600]))
    def clock_jumps(self, which: int, seconds: int) -> None:
        if self.enforces_key:
            self.jumped = True
            self.crew[which % self.workers].skew += dt.timedelta(seconds=seconds)

    @rule()
    def somebody_takes_the_key(self) -> None:
        if self.enforces_key:
            self.other.store(Document(self.key, FOREIGN))

    @rule()
    def back_up(self) -> None:
        self.backup = self._rows()

    @rule()
    def restore_a_backup(self) -> None:
        if self.enforces_key and not any(each.alive for each in self.crew):
            self.restored = True
            self._write(self.backup)

    def check(self) -> None:
        documents = self.other.documents
        assert len(documents) <= 1, f"two documents: {documents}"
        operation = self._intent()
        if operation is not None and operation.state == OperationState.CONFIRMED:
            assert documents, "confirmed, and not there"
            assert documents[0].content != FOREIGN, "confirmed what somebody else made"
            link = self.crew[0].state.link(self.other.kind, cin7_id=self.key)
            assert link is not None and link.gp_key == documents[0].key, "confirmed, and not linked"

    def teardown(self) -> None:
        for worker in self.crew:
            worker.kill()
        if not self.contents:
            return
        self.other.wait(7200)
        self.check()
        operation = self._intent()
        if (
            operation is not None
            and operation.state == OperationState.REJECTED
            and not (self.together or self.jumped or self.restored)
        ):
            assert all(each.content == FOREIGN for each in self.other.documents), "lost a document"
        self._heal()

    def _heal(self) -> None:
        """Let the network and the clocks be well: soon the document is there once, or a person is told why not."""
        worker = self.crew[0]
        settled = (OperationState.CONFIRMED, OperationState.QUARANTINED)
        for _ in range(HEALED_ROUNDS):
            worker.start(min(self.contents))
            while worker.alive:
                worker.go_on("ok")
            self.other.wait(7200)
            operation = self._intent()
            if operation is not None and operation.state in settled:
                break
        self.check()
        assert operation is not None and operation.state in settled, f"never settled: {operation}"
        (document,) = self.other.documents
        if operation.state == OperationState.QUARANTINED:
            changed = len(self.contents) == 2 and (self.together or self.jumped or self.restored)
            assert document.content == FOREIGN or changed, "quarantined its own document"
        elif not self.together:
            assert document.content == operation.payload, "confirmed another content"

    def _intent(self) -> sa.Row[tuple[str, str]] | None:
        with self.store._database.transaction() as db:
            return db.execute(INTENT, {"kind": self.other.kind}).one_or_none()

    def _mine(self) -> list[tuple[sa.Table, sa.ColumnElement[bool]]]:
        operations = sa.select(OPERATION.c.id).where(OPERATION.c.kind == self.other.kind)
        return [
            (OPERATION, OPERATION.c.kind == self.other.kind),
            (ATTEMPT, ATTEMPT.c.operation_id.in_(operations)),
            (LINK, LINK.c.entity == self.other.kind),
        ]

    def _rows(self) -> list[list[sa.RowMapping]]:
        with self.store._database.transaction() as db:
            return [list(db.execute(sa.select(table).where(mine)).mappings()) for table, mine in self._mine()]

    def _write(self, backup: list[list[sa.RowMapping]]) -> None:
        with self.store._database.transaction() as db:
            for table, mine in reversed(self._mine()):
                db.execute(table.delete().where(mine))
            for (table, _), rows in zip(self._mine(), backup, strict=True):
                if rows:
                    db.execute(table.insert(), [dict(row) for row in rows])


def machine(
    store: Store, algorithm: Algorithm = PRODUCTION, *, enforces_key: bool = True, workers: int = 2
) -> type[Workers]:
    """Give the machine over a state database."""
    parts = {"store": store, "algorithm": algorithm, "enforces_key": enforces_key, "workers": workers}
    return type("Machine", (Workers,), parts)
