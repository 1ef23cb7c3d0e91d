"""The account itself, its addresses and contacts."""

from __future__ import annotations

from cin7core_client._sync.calls import Calls
from cin7core_client._sync.pages import Pages
from cin7core_client._sync.resources.base import Creates, Deletes, Resource, Updates
from cin7core_client.models import CompanyAddress, CompanyContact, Me


class CompanyAddresses(Creates[CompanyAddress], Updates[CompanyAddress], Deletes[CompanyAddress]):
    """The account's own addresses."""

    _model, _path = CompanyAddress, "me/addresses"

    def list(
        self,
        *,
        type: str | None = None,
        default_for_type: bool | None = None,
        country: str | None = None,
        state_province: str | None = None,
        city_suburb: str | None = None,
    ) -> Pages[CompanyAddress]:
        """List addresses."""
        return self._listed(
            {
                "Type": type,
                "DefaultForType": default_for_type,
                "Country": country,
                "StateProvince": state_province,
                "CitySuburb": city_suburb,
            }
        )


class CompanyContacts(Creates[CompanyContact], Updates[CompanyContact], Deletes[CompanyContact]):
    """The account's own contacts."""

    _model, _path = CompanyContact, "me/contacts"

    def list(
        self,
        *,
        name: str | None = None,
        type: str | None = None,
        default_for_type: bool | None = None,
        phone: str | None = None,
        fax: str | None = None,
        email: str | None = None,
    ) -> Pages[CompanyContact]:
        """List contacts; `name` matches beginnings."""
        return self._listed(
            {
                "Name": name,
                "Type": type,
                "DefaultForType": default_for_type,
                "Phone": phone,
                "Fax": fax,
                "Email": email,
            }
        )


class Company(Resource[Me]):
    """The account itself: the cheapest test of the keys."""

    _model, _path = Me, "me"

    def __init__(self, calls: Calls) -> None:
        super().__init__(calls)
        self.addresses: CompanyAddresses = CompanyAddresses(calls)
        self.contacts: CompanyContacts = CompanyContacts(calls)

    def get(self) -> Me:
        """Read it."""
        return self._parsed(self._calls.call("GET", self._path))
