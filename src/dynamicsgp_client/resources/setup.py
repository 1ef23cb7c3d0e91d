"""Currencies, payment terms, companies, tax details and the payables set-up."""

from __future__ import annotations

from dynamicsgp_client.models import Company, Currency, PayablesSetup, PaymentTerms, TaxDetail
from dynamicsgp_client.pages import Pages
from dynamicsgp_client.resources.base import Resource


class Currencies(Resource[Currency]):
    """Currencies; the key is GP's own currency id."""

    def list(self) -> Pages[Currency]:
        """List currencies."""
        return self._list({})

    def get(self, currency_id: str) -> Currency:
        """Read one currency; raises NotFoundError."""
        return self._get(currency_id)


class PaymentTermsList(Resource[PaymentTerms]):
    """Payment terms; the key is the terms id."""

    def list(self) -> Pages[PaymentTerms]:
        """List payment terms."""
        return self._list({})

    def get(self, payment_terms_id: str) -> PaymentTerms:
        """Read one; raises NotFoundError."""
        return self._get(payment_terms_id)


class Companies(Resource[Company]):
    """Companies of the tenant."""

    def list(self) -> Pages[Company]:
        """List companies."""
        return self._list({})


class TaxDetails(Resource[TaxDetail]):
    """Tax details, where this site offers them."""

    def list(self) -> Pages[TaxDetail]:
        """List tax details; NotFoundError when this site offers none."""
        return self._list({})


class PayablesSetups(Resource[PayablesSetup]):
    """The company's payables set-up, where this site offers it."""

    def get(self) -> PayablesSetup:
        """Read it; NotFoundError when this site does not offer it."""
        return self._get()
