"""A real site, read only: `pytest tests/dynamicsgp_client/contract --live` with DYNAMICSGP_* set."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dynamicsgp_client import DynamicsGP


@pytest.fixture
def live() -> Iterator[DynamicsGP]:
    with DynamicsGP.from_env() as gp:
        yield gp


@pytest.mark.live
@pytest.mark.parametrize("resource", ["vendors", "items", "payables", "currencies", "payment_terms"])
def test_a_real_site_reads_into_the_models(live: DynamicsGP, resource: str) -> None:
    getattr(live, resource).list().first()
