"""A real account, read only: `pytest tests/cin7core_client/contract --live` with CIN7CORE_* set."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cin7core_client import Cin7Core

pytestmark = pytest.mark.live


@pytest.fixture
def live() -> Iterator[Cin7Core]:
    with Cin7Core.from_env() as cin7:
        yield cin7


@pytest.mark.parametrize(
    "resource",
    [
        "suppliers",
        "products",
        "purchases",
        "purchase_credit_notes",
        "accounts",
        "tax_rules",
        "payment_terms",
        "locations",
    ],
)
def test_a_real_account_reads_into_the_models(live: Cin7Core, resource: str) -> None:
    getattr(live, resource).list().first()


def test_a_real_purchase_reads_whole(live: Cin7Core) -> None:
    row = live.purchases.list().first()
    if row is None:
        pytest.skip("this account has no purchase")
    assert live.purchases.get(row).purchase_id == row.purchase_id
