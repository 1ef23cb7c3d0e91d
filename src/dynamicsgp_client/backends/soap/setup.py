"""Currencies, terms, taxes and companies over SOAP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dynamicsgp_client.backends.soap.source import SoapSource
from dynamicsgp_client.backends.soap.values import Record, ident, position, present, sub
from dynamicsgp_client.backends.source import Filter
from dynamicsgp_client.contract import load
from dynamicsgp_client.errors import NotFoundError
from dynamicsgp_client.models import Company, Currency, MulticurrencySetup, PaymentTerms, TaxDetail, TaxSchedule
from dynamicsgp_client.pages import Page

SALES, PURCHASES = 1, 2
PLACES: Final = ("Zero", "One", "Two", "Three", "Four", "Five")


class SoapCurrencies(SoapSource[Currency]):
    """Currencies, by GP's own id."""

    def get(self, *key_: str) -> Currency:
        """Read one currency."""
        for page in self.list(()):
            for each in page.items:
                if each.currency_id.upper() == key_[0].upper():
                    return each
        raise NotFoundError(f"GetCurrencyList: there is no currency {key_[0]}", status=200)

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[Currency]]:
        """Read currencies."""
        return self._paged(map(self._currency, self.currencies.records), filters)

    def _currency(self, record: Record) -> Currency:
        place = position(PLACES, record.get("DecimalPlaces"))
        values = present(
            currency_id=record.get("Id"),
            iso_code=sub(record, "Key").get("ISOCode"),
            description=record.get("Description"),
            decimals=place - 1 if place else None,
        )
        return self._model(Currency, "GetCurrencyList", values)


class SoapMulticurrencySetups(SoapSource[MulticurrencySetup]):
    """The multicurrency set-up; that its key names the functional currency is unverified."""

    def get(self, *_key: str) -> MulticurrencySetup:
        """Read it."""
        found = self.soap.records("GetMulticurrencySetupList", criteria={})
        if not found:
            raise NotFoundError("GetMulticurrencySetupList: there is none", status=200)
        values = present(
            functional_currency_id=self.currencies.currency_id(sub(found[0], "Key")),
            purchasing_rate_type_id=ident(found[0], "DefaultPurchasingRateTypeKey"),
            allow_new_rates=found[0].get("AllowNewRates"),
            allow_override_exchange_rates=found[0].get("AllowOverrideExchangeRates"),
        )
        return self._model(MulticurrencySetup, "GetMulticurrencySetupList", values)


class SoapPaymentTerms(SoapSource[PaymentTerms]):
    """Payment terms."""

    def get(self, *key_: str) -> PaymentTerms:
        """Read one set of terms."""
        return self._terms(self.soap.record("GetPaymentTermsByKey", key={"Id": key_[0]}))

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[PaymentTerms]]:
        """Read payment terms."""
        rows = self._all("GetPaymentTermsList", {}, "Id", lambda row: ident(row, "Key"))
        return self._paged(map(self._terms, rows), filters)

    def _terms(self, record: Record) -> PaymentTerms:
        types = load().types
        values = present(
            payment_terms_id=ident(record, "Key"),
            due_type=position(types["DueDateBasedOn"].values, record.get("DueDateBasedOn")),
            due_days=record.get("DaysUntilDue"),
            discount_type=position(types["DiscountDateBasedOn"].values, record.get("DiscountDateBasedOn")),
            discount_days=record.get("DaysDiscountAvailable"),
        )
        return self._model(PaymentTerms, "GetPaymentTermsByKey", values)


class SoapTaxDetails(SoapSource[TaxDetail]):
    """Tax details."""

    def get(self, *key_: str) -> TaxDetail:
        """Read one tax detail."""
        return self._detail(self.soap.record("GetTaxDetailByKey", key={"Id": key_[0]}))

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[TaxDetail]]:
        """Read tax details."""
        rows = self._all("GetTaxDetailList", {}, "TaxDetailKeyId", lambda row: ident(row, "TaxDetailKey"))
        return self._paged(map(self._detail, rows), filters)

    def _detail(self, record: Record) -> TaxDetail:
        values = present(
            tax_detail_id=ident(record, "TaxDetailKey"),
            description=record.get("TaxDetailDescription"),
            type=SALES if record.get("TaxDetailType") == "Sales" else PURCHASES,
            account_number=ident(record, "Account"),
            percent=record.get("TaxDetailPercent"),
        )
        return self._model(TaxDetail, "GetTaxDetailByKey", values)


class SoapTaxSchedules(SoapSource[TaxSchedule]):
    """Tax schedules."""

    def get(self, *key_: str) -> TaxSchedule:
        """Read one tax schedule."""
        return self._schedule(self.soap.record("GetTaxScheduleByKey", key={"Id": key_[0]}))

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[TaxSchedule]]:
        """Read tax schedules."""
        rows = self._all("GetTaxScheduleList", {}, "TaxScheduleKeyId", lambda row: ident(row, "TaxScheduleKey"))
        return self._paged(map(self._schedule, rows), filters)

    def _schedule(self, record: Record) -> TaxSchedule:
        values = present(
            tax_schedule_id=ident(record, "TaxScheduleKey"), description=record.get("TaxScheduleDescription")
        )
        return self._model(TaxSchedule, "GetTaxScheduleByKey", values)


class SoapCompanies(SoapSource[Company]):
    """Companies of the server."""

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[Company]]:
        """Read companies."""
        rows = self.soap.records("GetCompanyList", criteria={"Id": {"From": -32768, "To": 32767}})
        return self._paged(map(self._company, rows), filters)

    def _company(self, record: Record) -> Company:
        values = present(company_id=sub(record, "Key").get("Id"), company_name=record.get("Name"))
        return self._model(Company, "GetCompanyList", values)
