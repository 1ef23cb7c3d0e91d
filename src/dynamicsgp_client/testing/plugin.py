"""pytest fixtures for your own tests: `fake_gp`, a simulated company, and `gp`, a client of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from dynamicsgp_client.client import DynamicsGP
    from dynamicsgp_client.testing.company import FakeGP


@pytest.fixture
def fake_gp() -> Iterator[FakeGP]:
    """Give a simulated company in memory, with its set-up and no vendors."""
    from dynamicsgp_client.testing.company import FakeGP

    company = FakeGP(seed="empty")
    yield company
    company.close()


@pytest.fixture
def gp(fake_gp: FakeGP) -> Iterator[DynamicsGP]:
    """Give a client of `fake_gp` that answers in this process."""
    from dynamicsgp_client.auth import BasicAuth
    from dynamicsgp_client.client import DynamicsGP
    from dynamicsgp_client.retry import Retry

    with DynamicsGP(
        "http://127.0.0.1/GPService",
        company=fake_gp.company,
        auth=BasicAuth("tester", "none"),
        transport=fake_gp.adapter(),
        retry=Retry(sleep=lambda _: None),
    ) as client:
        yield client
