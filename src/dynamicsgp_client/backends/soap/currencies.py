"""The SOAP service names currencies by ISO code, GP itself by an id of the company's choice."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from dynamicsgp_client.backends.soap.service import Soap
from dynamicsgp_client.backends.soap.values import Record
from dynamicsgp_client.errors import ConfigurationError


class Currencies:
    """The company's currencies, read once."""

    def __init__(self, soap: Soap) -> None:
        self._soap = soap
        self._lock = threading.Lock()
        self._records: tuple[Record, ...] | None = None

    @property
    def records(self) -> tuple[Record, ...]:
        """What GetCurrencyList gives."""
        with self._lock:
            if self._records is None:
                self._records = tuple(self._soap.records("GetCurrencyList", criteria={}))
            return self._records

    def currency_id(self, record: Record, name: str = "CurrencyKey") -> str | None:
        """Give GP's id of the currency that a record names."""
        key = record.get(name)
        iso = key.get("ISOCode") if isinstance(key, Mapping) else None
        if not iso:
            return None
        return next((str(each["Id"]) for each in self.records if _iso(each) == iso), str(iso))

    def iso_code(self, currency_id: str | None) -> str | None:
        """Give the ISO code of GP's id.

        Raises:
            ConfigurationError: there is no such currency, or it has no ISO code.
        """
        if not currency_id:
            return None
        for each in self.records:
            if str(each.get("Id") or "").upper() == currency_id.upper():
                if iso := _iso(each):
                    return iso
                break
        raise ConfigurationError(
            f"not sent: currency {currency_id!r} has no ISO code that the SOAP service knows; see Currency Setup in GP"
        )

    def key(self, currency_id: str | None) -> dict[str, object] | None:
        """Write the key of a currency."""
        iso = self.iso_code(currency_id)
        return {"ISOCode": iso} if iso else None


def _iso(record: Record) -> str:
    key = record.get("Key")
    return str(key.get("ISOCode") or "") if isinstance(key, Mapping) else ""
