"""The account itself, its addresses and contacts."""

from __future__ import annotations

from cin7core_client._async.calls import AsyncCalls
from cin7core_client._async.pages import AsyncPages
from cin7core_client._async.resources.base import AsyncCreates, AsyncDeletes, AsyncResource, AsyncUpdates
from cin7core_client.models import CompanyAddress, CompanyContact, Me


class AsyncCompanyAddresses(AsyncCreates[CompanyAddress], AsyncUpdates[CompanyAddress], AsyncDeletes[CompanyAddress]):
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
    ) -> AsyncPages[CompanyAddress]:
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


class AsyncCompanyContacts(AsyncCreates[CompanyContact], AsyncUpdates[CompanyContact], AsyncDeletes[CompanyContact]):
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
    ) -> AsyncPages[CompanyContact]:
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


class AsyncCompany(AsyncResource[Me]):
    """The account itself: the cheapest test of the keys."""

    _model, _path = Me, "me"

    def __init__(self, calls: AsyncCalls) -> None:
        super().__init__(calls)
        self.addresses: AsyncCompanyAddresses = AsyncCompanyAddresses(calls)
        self.contacts: AsyncCompanyContacts = AsyncCompanyContacts(calls)

    async def get(self) -> Me:
        """Read it."""
        return self._parsed(await self._calls.call("GET", self._path))
