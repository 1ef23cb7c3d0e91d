"""Currencies and rates, payment terms, checkbooks, companies, taxes and the payables set-up."""

from __future__ import annotations

from dynamicsgp_client.models import (
    Checkbook,
    Company,
    Currency,
    ExchangeRate,
    MulticurrencySetup,
    PayablesSetup,
    PaymentTerms,
    TaxDetail,
    TaxSchedule,
)
from dynamicsgp_client.pages import Pages
from dynamicsgp_client.resources.base import Resource, equal


class Currencies(Resource[Currency]):
    """Currencies; the key is GP's own currency id."""

    def list(self) -> Pages[Currency]:
        """List currencies."""
        return self._list()

    def get(self, currency_id: str) -> Currency:
        """Read one currency; raises NotFoundError."""
        return self._get(currency_id)


class PaymentTermsList(Resource[PaymentTerms]):
    """Payment terms; the key is the terms id."""

    def list(self) -> Pages[PaymentTerms]:
        """List payment terms."""
        return self._list()

    def get(self, payment_terms_id: str) -> PaymentTerms:
        """Read one; raises NotFoundError."""
        return self._get(payment_terms_id)


class Companies(Resource[Company]):
    """Companies of the tenant."""

    def list(self) -> Pages[Company]:
        """List companies."""
        return self._list()


class TaxDetails(Resource[TaxDetail]):
    """Tax details, where this site offers them."""

    def list(self) -> Pages[TaxDetail]:
        """List tax details; NotFoundError when this site offers none."""
        return self._list()


class PayablesSetups(Resource[PayablesSetup]):
    """The company's payables set-up, where this site offers it."""

    def get(self) -> PayablesSetup:
        """Read it; NotFoundError when this site does not offer it."""
        return self._get()


class TaxSchedules(Resource[TaxSchedule]):
    """Tax schedules; the key is the schedule id."""

    def list(self) -> Pages[TaxSchedule]:
        """List tax schedules; NotFoundError when this site offers none."""
        return self._list()


class Checkbooks(Resource[Checkbook]):
    """Checkbooks, over SBA; the key is the checkbook id."""

    def list(self) -> Pages[Checkbook]:
        """List checkbooks."""
        return self._list()

    def get(self, checkbook_id: str) -> Checkbook:
        """Read one checkbook; raises NotFoundError."""
        return self._get(checkbook_id)


class ExchangeRates(Resource[ExchangeRate]):
    """Exchange rates, where this site offers them: neither core SBA nor SOAP does."""

    def list(self, *, currency_id: str | None = None) -> Pages[ExchangeRate]:
        """List rates; NotFoundError when this site offers none."""
        return self._list(equal("currency_id", currency_id))


class MulticurrencySetups(Resource[MulticurrencySetup]):
    """The company's multicurrency set-up, over SOAP."""

    def get(self) -> MulticurrencySetup:
        """Read it; raises NotFoundError."""
        return self._get()
