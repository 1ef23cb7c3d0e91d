"""The two keys of a Cin7 Core API application."""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen

from cin7core_client.errors import ConfigurationError


@frozen(repr=False)
class ApiKey:
    """An account id and an application key; the key is in no repr and in no message.

    Args:
        account_id: the account's GUID.
        application_key: the key of one API Application, or a callable that gives it.
    """

    account_id: str
    application_key: str | Callable[[], str] = field(repr=False)

    def headers(self) -> dict[str, str]:
        """Give the two headers of every call.

        Raises:
            ConfigurationError: a key is empty, or holds what no header can carry.
        """
        key = self.application_key if isinstance(self.application_key, str) else self.application_key()
        headers = {"api-auth-accountid": self.account_id.strip(), "api-auth-applicationkey": key.strip()}
        for name, value in headers.items():
            if not value or not value.isascii() or not value.isprintable():
                raise ConfigurationError(f"{name} is empty or has characters that no header can carry; copy it again")
        return headers

    def __repr__(self) -> str:
        return f"ApiKey({self.account_id!r}, ***)"
