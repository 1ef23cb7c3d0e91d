"""Every schedule of network faults and kills over the production ledger, and wrong algorithms that it catches.

A schedule is a path of choices: what happens to each of the first three creates, to each of the first two looks, and at
which step, if any, the process is killed. Only choices that a run really meets are branched on, so schedules that
cannot be told apart are run once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from attrs import define, field, frozen

from gp_cin7_bridge.state import Operation, OperationState, Store
from gp_cin7_bridge.state.store import Connection
from gp_cin7_bridge.writes.ensure import Ensure, Outcome, Settle, Stored

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
FAULTS = ("ok", "request lost", "answer lost", "lands late", "server error", "refused", "never sent")
LATE = 10.0
ROUNDS = 9


class Killed(BaseException):
    pass


class Lost(Exception):
    retryable = True
    may_have_happened = True


class NeverSent(Exception):
    retryable = True
    may_have_happened = False


class Refused(Exception):
    retryable = False
    may_have_happened = False


class Exists(Refused):
    pass


@define
class Choices:
    prefix: list[int]
    taken: list[tuple[int, int]] = field(factory=list)

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
class World:
    """The other side, the network and the clock."""

    choices: Choices
    enforces_key: bool
    now: dt.datetime = START
    documents: list[str] = field(factory=list)
    coming: list[tuple[dt.datetime, str]] = field(factory=list)
    creates: int = 0
    looks: int = 0
    killed: bool = False

    kind = "document"
    system = "the other side"
    gives_keys = False
    read_back = False

    @property
    def quiet_period(self) -> float:
        return 30.0

    def clock(self) -> dt.datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)
        for at, token in [each for each in self.coming if each[0] <= self.now]:
            self.coming.remove((at, token))
            self._store(token)

    def _store(self, token: str) -> None:
        if not (self.enforces_key and token in self.documents):
            self.documents.append(token)

    def step(self, _: str) -> None:
        if not self.killed and self.choices.choose(2):
            self.killed = True
            raise Killed

    def create(self, document: str) -> Stored[str]:
        self.creates += 1
        fault = FAULTS[self.choices.choose(len(FAULTS))] if self.creates <= 3 else "ok"
        if fault == "never sent":
            raise NeverSent
        if fault in ("request lost", "server error"):
            raise Lost
        if fault == "refused":
            raise Refused
        if fault == "lands late":
            self.coming.append((self.now + dt.timedelta(seconds=LATE), document))
            raise Lost
        if self.enforces_key and document in self.documents:
            raise Exists
        self._store(document)
        if fault == "answer lost":
            raise Lost
        return Stored(document, document, document)

    def find(self, token: str, _: str, /) -> Stored[str] | None:
        self.looks += 1
        if self.looks <= 2 and self.choices.choose(2):
            raise Lost
        return Stored(token, token, token) if token in self.documents else None

    def differences(self, document: str, found: str) -> tuple[str, ...]:
        return () if document == found else ("everything",)

    def already_exists(self, error: Exception) -> bool:
        return isinstance(error, Exists)


Algorithm = Callable[[Connection, World], Ensure[str]]


def production(state: Connection, world: World) -> Ensure[str]:
    return Ensure(state, world, clock=world.clock, client_errors=(Lost, NeverSent, Refused), step=world.step)


class BelievesRefusals(Ensure[str]):
    """Wrong: a refusal is believed at once, although an earlier send may still arrive."""

    def _refused(
        self, operation: Operation, document: str, settle: Settle, error: Exception, uncertain_since: object
    ) -> Outcome:
        self._ledger.settle(operation, OperationState.REJECTED, problem=str(error))
        return Outcome(OperationState.REJECTED, error=error)


class NeverLooks(Ensure[str]):
    """Wrong: what is uncertain is simply sent again."""

    def _looked(self, operation: Operation, document: str, settle: Settle) -> Outcome | None:
        return None


def mutant(kind: type[Ensure[str]]) -> Algorithm:
    return lambda state, world: kind(
        state, world, clock=world.clock, client_errors=(Lost, NeverSent, Refused), step=world.step
    )


@frozen
class Verdict:
    schedules: int
    wrong: tuple[str, ...]


def judged(algorithm: Algorithm, *, enforces_key: bool, enough: int = 10**9) -> Verdict:
    store = Store.open("sqlite://", clock=lambda: START)
    numbers = iter(range(10**9))
    wrong: list[str] = []

    def run(choices: Choices) -> bool:
        world = World(choices, enforces_key)
        state = Connection(store._database, 1, "exhaustive", world.clock)
        token = f"T{next(numbers)}"
        final = _lived(state, world, algorithm, token)
        there = world.documents.count(token)
        right = {OperationState.CONFIRMED: 1, OperationState.REJECTED: 0}
        if there != right.get(final):
            wrong.append(f"{final}, {there} documents: {[choice for choice, _ in choices.taken]}")
        return len(wrong) >= enough

    store.connection("exhaustive", gp_company="X", cin7_account_id="Y")
    count = schedules(run)
    store.close()
    return Verdict(count, tuple(wrong))


def _lived(state: Connection, world: World, algorithm: Algorithm, token: str) -> OperationState:
    """Run process after process until the intent is settled, then let everything land that was on its way."""
    operation = None
    for number in range(ROUNDS):
        try:
            operation = state.ledger.intend("document", token, token, token, token)
            outcome = algorithm(state, world).created(operation, token, lambda *_: None)
            if outcome.state in (OperationState.CONFIRMED, OperationState.REJECTED, OperationState.QUARANTINED):
                break
        except Killed:
            pass
        # First within the time in which a late request may still arrive, later well beyond it.
        world.wait(7 if number < 4 else 60)
    world.wait(120)
    assert operation is not None
    return state.ledger.get(operation).state


@pytest.mark.timeout(1500)
def test_no_schedule_ends_in_a_second_document_or_a_lost_one_where_keys_are_enforced() -> None:
    verdict = judged(production, enforces_key=True)
    assert not verdict.wrong, verdict.wrong[:5]
    assert verdict.schedules > 3000


@pytest.mark.timeout(1500)
def test_no_schedule_of_a_single_process_does_where_keys_are_not_enforced() -> None:
    verdict = judged(production, enforces_key=False)
    assert not verdict.wrong, verdict.wrong[:5]
    assert verdict.schedules > 500


def test_the_check_catches_an_algorithm_that_believes_refusals_at_once() -> None:
    assert judged(mutant(BelievesRefusals), enforces_key=True, enough=1).wrong


def test_the_check_catches_an_algorithm_that_never_looks() -> None:
    assert judged(mutant(NeverLooks), enforces_key=False, enough=1).wrong
