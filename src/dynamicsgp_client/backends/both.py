"""The two backends of one client, and the route of each resource over them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from dynamicsgp_client.backends.route import Route
from dynamicsgp_client.backends.sba import Sba
from dynamicsgp_client.backends.sba_source import SbaSource
from dynamicsgp_client.backends.soap.currencies import Currencies
from dynamicsgp_client.backends.soap.service import Soap
from dynamicsgp_client.backends.soap.source import SoapSource
from dynamicsgp_client.backends.source import BackendName, Source, Verb
from dynamicsgp_client.errors import ConfigurationError
from dynamicsgp_client.models.base import Document

T = TypeVar("T", bound=Document)


class Backends:
    """SBA, SOAP or both; SBA is asked first."""

    def __init__(self, sba: Sba | None, soap: Soap | None) -> None:
        self._sba = sba
        self._soap = soap
        self._currencies = Currencies(soap) if soap else None
        self.capabilities: dict[str, Mapping[Verb, BackendName]] = {}

    @property
    def sba(self) -> Sba:
        """The REST service; raises ConfigurationError when there is none."""
        if self._sba is None:
            raise ConfigurationError("this client has no sba_url")
        return self._sba

    @property
    def soap(self) -> Soap:
        """The SOAP service; raises ConfigurationError when there is none."""
        if self._soap is None:
            raise ConfigurationError("this client has no soap_url")
        return self._soap

    def route(
        self,
        name: str,
        model: type[T],
        soap: type[SoapSource[T]] | None = None,
    ) -> Route[T]:
        """Make the route of a resource from its path in the profile and its SOAP source; either may be missing."""
        sources: list[Source[T]] = []
        if self._sba is not None and self._sba.profile.path(name):
            sources.append(SbaSource(self._sba, model, name))
        if self._soap is not None and self._currencies is not None and soap is not None:
            sources.append(soap(self._soap, self._currencies))
        made = Route(name, sources)
        self.capabilities[name] = made.capabilities()
        return made
