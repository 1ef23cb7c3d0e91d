"""Two workers, kills, a network that loses, clocks that jump, old backups: never two documents, never none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from algorithms import (
    LinksLater,
    LooksOnce,
    NewKeyEachSend,
    TakesExistsForOurs,
    TakesNewestPayload,
    TakesSilenceForRefusal,
    TakesSilenceForSuccess,
    WritesDownAfterwards,
    wrong,
)
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from other_side import START, Document
from workers import machine

from gp_cin7_bridge.state import Store
from gp_cin7_bridge.state.ledger import Ledger
from gp_cin7_bridge.writes.ensure import Ensure

# Four parts, so that two cores share them; together 4,000 examples of two workers, and 1,000 where no key is enforced.
PARTS, EXAMPLES = 4, 1000
EXAMPLES_ON_POSTGRESQL = 300
FOUND_WITHIN = 3000


@contextmanager
def opened(url: str) -> Iterator[Store]:
    store = Store.open(url, clock=lambda: START)
    store.connection("machine", gp_company="X", cin7_account_id="Y")
    yield store
    store.close()


@pytest.fixture
def store() -> Iterator[Store]:
    with opened("sqlite://") as store:
        yield store


def examples(number: int) -> settings:
    return settings(
        max_examples=number,
        stateful_step_count=14,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("part", range(PARTS))
def test_ah_notes_two_workers_make_each_document_once(store: Store, part: int) -> None:
    run_state_machine_as_test(machine(store), settings=examples(EXAMPLES))


def test_two_workers_make_each_document_once_on_postgresql(postgres_url: str) -> None:
    with opened(postgres_url) as store:
        run_state_machine_as_test(machine(store), settings=examples(EXAMPLES_ON_POSTGRESQL))


def test_one_worker_makes_each_document_once_where_keys_are_not_enforced(store: Store) -> None:
    run_state_machine_as_test(machine(store, enforces_key=False, workers=1), settings=examples(EXAMPLES))


@pytest.mark.parametrize(
    ("kind", "enforces_key"),
    [
        (TakesSilenceForSuccess, True),
        (TakesSilenceForRefusal, True),
        (TakesExistsForOurs, True),
        (LinksLater, True),
        (TakesNewestPayload, True),
        (NewKeyEachSend, True),
        (LooksOnce, False),
        (WritesDownAfterwards, False),
    ],
)
def test_it_catches_an_algorithm_that_is_wrong(
    store: Store, kind: type[Ensure[Document] | Ledger], enforces_key: bool
) -> None:
    quickly = settings(examples(FOUND_WITHIN), phases=[Phase.generate], report_multiple_bugs=False, derandomize=True)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine(store, wrong(kind), enforces_key=enforces_key, workers=1), settings=quickly)
