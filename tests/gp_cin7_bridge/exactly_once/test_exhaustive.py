"""Every schedule of network faults and kills over the production ledger, and wrong algorithms that it catches.

A schedule is a path of choices: what happens to each of the first three creates, to each of the first two looks, and at
which step, if any, the process is killed. Only choices that a run really meets are branched on, and a process that
finds the ledger, the other side and the clock as an earlier one found them is not run again: its future has been seen.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from algorithms import (
    PRODUCTION,
    Algorithm,
    BelievesRefusals,
    ForgetsEarlierSends,
    LooksOnce,
    NeverLooks,
    SendsTwice,
    TakesSilenceForRefusal,
    TakesSilenceForSuccess,
    WritesDownAfterwards,
    wrong,
)
from attrs import define, field, frozen
from other_side import FAULTS, START, Document, Killed, OtherSide

from gp_cin7_bridge.state import Connection, Operation, OperationState, Store
from gp_cin7_bridge.state.ledger import Ledger
from gp_cin7_bridge.state.owner import Owner
from gp_cin7_bridge.state.tables import ATTEMPT
from gp_cin7_bridge.writes.ensure import Ensure

ROUNDS = 9


@define
class Choices:
    prefix: list[int]
    taken: list[tuple[int, int]] = field(factory=list)

    @property
    def beyond(self) -> bool:
        """Whether every choice that was set is made, so that what follows is new."""
        return len(self.taken) >= len(self.prefix)

    def choose(self, options: int) -> int:
        place = len(self.taken)
        choice = self.prefix[place] if place < len(self.prefix) else 0
        self.taken.append((choice, options))
        return choice


def schedules(run: Callable[[Choices], bool]) -> int:
    """Run every schedule, until `run` has seen enough, and count them."""
    prefix: list[int] = []
    count = 0
    while True:
        choices = Choices(prefix)
        count += 1
        if run(choices):
            return count
        taken = choices.taken
        while taken and taken[-1][0] + 1 == taken[-1][1]:
            taken.pop()
        if not taken:
            return count
        prefix = [choice for choice, _ in taken[:-1]] + [taken[-1][0] + 1]


@define
class Fate:
    """What a schedule does to the first three creates, the first two looks, and at one step to the process."""

    choices: Choices
    creates: int = 0
    looks: int = 0
    killed: bool = False

    def create(self) -> str:
        self.creates += 1
        return FAULTS[self.choices.choose(len(FAULTS))] if self.creates <= 3 else "ok"

    def look(self) -> bool:
        self.looks += 1
        return self.looks <= 2 and bool(self.choices.choose(2))

    def now(self) -> object:
        return min(self.creates, 3), min(self.looks, 2), self.killed

    def step(self, _: str) -> None:
        if not self.killed and self.choices.choose(2):
            self.killed = True
            raise Killed


@frozen
class Verdict:
    schedules: int
    wrong: tuple[str, ...]


def judged(algorithm: Algorithm, *, enforces_key: bool, enough: int = 10**9) -> Verdict:
    store = Store.open("sqlite://", clock=lambda: START)
    numbers = iter(range(10**9))
    seen: set[object] = set()
    wrong: list[str] = []

    def run(choices: Choices) -> bool:
        fate = Fate(choices)
        other = OtherSide(fate.create, fate.look, enforces_key)
        state = Connection(store._database, 1, "exhaustive", owner, other.clock)
        final = _lived(state, other, fate, algorithm, f"T{next(numbers)}", seen)
        if final is None:
            return False
        there = len(other.documents)
        right = {OperationState.CONFIRMED: 1, OperationState.REJECTED: 0}
        if there != right.get(final):
            wrong.append(f"{final}, {there} documents: {[choice for choice, _ in choices.taken]}")
        return len(wrong) >= enough

    owner = Owner(store._database, "exhaustive", gp_company="X", cin7_account_id="Y")
    owner.claim(START.isoformat())
    count = schedules(run)
    store.close()
    return Verdict(count, tuple(wrong))


def _lived(
    state: Connection, other: OtherSide, fate: Fate, algorithm: Algorithm, token: str, seen: set[object]
) -> OperationState | None:
    """Run process after process until the intent is settled, then let everything land that was on its way.

    Gives None as soon as everything stands as it stood in an earlier schedule.
    """
    ensure = algorithm.over(state, other, fate.step)
    for number in range(ROUNDS):
        operation = state.ledger.intend(other.kind, token, token, token, token)
        now = (number, fate.now(), other.standing(), _remembered(state, operation))
        if fate.choices.beyond:
            if now in seen:
                return None
            seen.add(now)
        try:
            outcome = ensure.created(operation, Document(operation.token, token), lambda *_: None)
            if outcome.state in (OperationState.CONFIRMED, OperationState.REJECTED, OperationState.QUARANTINED):
                break
        except Killed:
            pass
        # First within the time in which a late request may still arrive, later well beyond it.
        other.wait(7 if number < 4 else 60)
    other.wait(120)
    return state.ledger.get(operation).state


def _remembered(state: Connection, operation: Operation) -> object:
    query = sa.select(ATTEMPT.c.started_at, ATTEMPT.c.outcome).where(ATTEMPT.c.operation_id == operation.id)
    with state._database.transaction() as db:
        attempts = db.execute(query.order_by(ATTEMPT.c.number)).all()
    return operation.state, operation.sent_at, operation.remote_ref is None, tuple(map(tuple, attempts))


@pytest.mark.timeout(1500)
def test_no_schedule_ends_in_a_second_document_or_a_lost_one_where_keys_are_enforced() -> None:
    verdict = judged(PRODUCTION, enforces_key=True)
    assert not verdict.wrong, verdict.wrong[:5]
    assert verdict.schedules > 3000


@pytest.mark.timeout(1500)
def test_no_schedule_of_a_single_process_does_where_keys_are_not_enforced() -> None:
    verdict = judged(PRODUCTION, enforces_key=False)
    assert not verdict.wrong, verdict.wrong[:5]
    assert verdict.schedules > 500


@pytest.mark.parametrize(
    ("kind", "enforces_key"),
    [
        (BelievesRefusals, True),
        (ForgetsEarlierSends, True),
        (TakesSilenceForSuccess, True),
        (TakesSilenceForRefusal, True),
        (NeverLooks, False),
        (LooksOnce, False),
        (WritesDownAfterwards, False),
        (SendsTwice, False),
    ],
)
def test_it_catches_an_algorithm_that_is_wrong(kind: type[Ensure[Document] | Ledger], enforces_key: bool) -> None:
    assert judged(wrong(kind), enforces_key=enforces_key, enough=1).wrong
