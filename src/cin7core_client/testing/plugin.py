"""pytest fixtures for your own tests: `fake_cin7`, a simulated account, and `cin7`, a client of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from cin7core_client._sync.client import Cin7Core
    from cin7core_client.testing.account import FakeCin7


@pytest.fixture
def fake_cin7() -> Iterator[FakeCin7]:
    """Give a simulated account in memory, with its reference books and no records."""
    from cin7core_client.testing.account import FakeCin7

    account = FakeCin7(seed="empty", calls=6000)
    yield account
    account.close()


@pytest.fixture
def cin7(fake_cin7: FakeCin7) -> Iterator[Cin7Core]:
    """Give a client of `fake_cin7` that answers in this process."""
    from cin7core_client._sync.client import Cin7Core
    from cin7core_client.auth import ApiKey
    from cin7core_client.limiter import RateLimit

    key = ApiKey(fake_cin7.account_id, fake_cin7.application_key)
    with Cin7Core(key, transport=fake_cin7.transport(), limiter=RateLimit(calls=6000, per=60, gap=0)) as client:
        yield client
