"""Calls of a simulated account over HTTP, in this process, as any program would make them; and records to send."""

from __future__ import annotations

import datetime as dt
from typing import Any

import httpx

from cin7core_client.testing import FakeCin7

START = dt.datetime(2026, 3, 4, 10, 0, tzinfo=dt.UTC)
SUPPLIER = {
    "Name": "Kauri Timber",
    "Currency": "USD",
    "PaymentTerm": "Net 30",
    "TaxRule": "Tax exempt",
    "AccountPayable": "2000",
    "Status": "Active",
}
PRODUCT = {
    "SKU": "RIMU-90",
    "Name": "Rimu board",
    "Category": "General",
    "Type": "Stock",
    "CostingMethod": "FIFO",
    "UOM": "Each",
    "Status": "Active",
    "PriceTier1": 18.5,
}


class Api:
    """Calls of one account; each gives the answer's JSON, or fails with its text."""

    def __init__(self, account: FakeCin7) -> None:
        self.account = account
        self.http = httpx.Client(
            transport=account.transport(),
            base_url="http://cin7/ExternalApi/v2/",
            headers={"api-auth-accountid": account.account_id, "api-auth-applicationkey": account.application_key},
        )

    def call(self, method: str, path: str, body: object = None, /, **query: object) -> httpx.Response:
        return self.http.request(method, path, params=query, json=body)

    def get(self, path: str, /, **query: object) -> Any:
        return self._good(self.call("GET", path, **query))

    def post(self, path: str, body: object, /) -> Any:
        return self._good(self.call("POST", path, body))

    def put(self, path: str, body: object, /) -> Any:
        return self._good(self.call("PUT", path, body))

    def delete(self, path: str, /, **query: object) -> Any:
        return self._good(self.call("DELETE", path, **query))

    def refused(self, method: str, path: str, body: object = None, /, **query: object) -> list[str]:
        """Give the texts of a refusal; its status is 400."""
        answer = self.call(method, path, body, **query)
        assert answer.status_code == 400, answer.text
        return [each["Exception"] for each in answer.json()]

    @staticmethod
    def _good(answer: httpx.Response) -> Any:
        assert answer.status_code == 200, answer.text
        return answer.json()
