"""`fake` is an account with one supplier and two products, `api` calls it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from over_http import START, Api

from cin7core_client.testing import FakeCin7


@pytest.fixture
def fake() -> Iterator[FakeCin7]:
    account = FakeCin7(seed="empty", calls=100_000, clock=lambda: START)
    account.add_supplier("Quayside")
    account.add_product("CRATE", "Crate")
    account.add_product("LID", "Lid")
    yield account
    account.close()


@pytest.fixture
def api(fake: FakeCin7) -> Api:
    return Api(fake)
