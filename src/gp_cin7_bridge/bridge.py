"""A Bridge holds what every flow needs: settings, both clients, the state and the clock. It imports no flow."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from cin7core_client import ApiKey, Cin7Core, Limiter, RateLimit
from dynamicsgp_client import BasicAuth, DynamicsGP, NegotiateAuth, NTLMAuth, SbaProfile
from gp_cin7_bridge.errors import SettingsError
from gp_cin7_bridge.meter import Meter
from gp_cin7_bridge.settings import Settings, read_settings
from gp_cin7_bridge.state import Connection, Store
from gp_cin7_bridge.state.limits import SharedPermits
from gp_cin7_bridge.vault import Vault

SIGN_INS: Final[dict[str, type[NTLMAuth | NegotiateAuth | BasicAuth]]] = {
    "ntlm": NTLMAuth,
    "negotiate": NegotiateAuth,
    "basic": BasicAuth,
}
ONLY_WEBHOOKS: Final = "{}: these settings only take webhooks; run this with those of the agent, or add it here"

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """Tell the time, aware and in UTC."""
    return dt.datetime.now(dt.UTC)


class Bridge:
    """One connection: a GP company, a Cin7 Core account, and what is known of both.

    Args:
        settings: what bridge.toml says.
        gp, cin7: clients to use instead of those that the settings describe; the caller closes these.
        state: a SQLAlchemy URL of SQLite or PostgreSQL to use instead of the settings' own, or an open store that
            several bridges share; the caller closes that one.
        clock: tells the time, aware and in UTC.
        meter: counts the calls; clients that are given are counted when they have its hooks.

    Nothing is asked of either system until a flow runs; the state is opened at once.

    Raises:
        StateError: the state database cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        gp: DynamicsGP | None = None,
        cin7: Cin7Core | None = None,
        state: str | Store | None = None,
        clock: Clock = utc_now,
        meter: Meter | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.meter: Meter = meter or Meter()
        self._gp = gp
        self._cin7 = cin7
        self._opened: list[DynamicsGP | Cin7Core] = []
        if isinstance(state, Store):
            self._store = state
        elif state:
            self._store = Store.open(state, clock=clock)
        else:
            self._store = Store.open(settings.state.url, clock=clock, password=settings.state.password)
        self._shared = isinstance(state, Store)
        try:
            self.state: Connection = self._store.connection(
                settings.name, gp_company=settings.gp.company, cin7_account_id=settings.cin7.account_id
            )
        except BaseException:
            self._close_store()
            raise
        self.vault: Vault = Vault(settings.secrets, self.state.secrets)

    @classmethod
    def open(cls, path: str | Path) -> Bridge:
        """Open the connection that a bridge.toml describes.

        Raises:
            SettingsError: the file cannot be used; names file, line and cure.
            StateError: the state database cannot be used.
        """
        return cls(read_settings(path))

    @cached_property
    def gp(self) -> DynamicsGP:
        """The GP client, made when first asked for.

        Raises:
            SettingsError: the settings name no account.
        """
        if self._gp is not None:
            return self._gp
        gp, password = self.settings.gp, self.settings.gp.password
        if gp.username is None or password is None:
            raise SettingsError(ONLY_WEBHOOKS.format("[gp] has no address and no account"))
        auth = SIGN_INS[gp.auth](gp.username, lambda: self.vault.read(password).reveal())
        client = DynamicsGP(
            sba_url=gp.sba_url,
            soap_url=gp.soap_url,
            company=gp.company,
            auth=auth,
            tenant=gp.tenant,
            profile=SbaProfile(extension_paths={**SbaProfile().extension_paths, **gp.extension_paths}),
            verify=str(gp.ca_bundle) if gp.ca_bundle else True,
            timeout=gp.timeout,
            concurrency=gp.concurrency,
            limiter=self._gp_permits(),
            hooks=(self.meter.hear_gp,),
        )
        self._opened.append(client)
        return client

    @cached_property
    def cin7(self) -> Cin7Core:
        """The Cin7 Core client, made when first asked for.

        Raises:
            SettingsError: the settings name no application key.
        """
        if self._cin7 is not None:
            return self._cin7
        cin7, key = self.settings.cin7, self.settings.cin7.application_key
        if key is None:
            raise SettingsError(ONLY_WEBHOOKS.format("[cin7] has no application_key"))
        client = Cin7Core(
            ApiKey(cin7.account_id, lambda: self.vault.read(key).reveal()),
            base_url=cin7.base_url,
            limiter=self._cin7_limiter(),
            timeout=cin7.timeout,
            hooks=(self.meter.hear_cin7,),
        )
        self._opened.append(client)
        return client

    def _gp_permits(self) -> SharedPermits | None:
        gp = self.settings.gp
        if gp.permits == "process":
            return None
        company = "\n".join((gp.sba_url or "", gp.soap_url or "", gp.company))
        scope = f"gp {hashlib.sha256(company.encode()).hexdigest()[:32]}"
        # One permit may cover a call that is sent a second time, on a new connection.
        return self._store.shared_permits(scope, gp.concurrency, lease=2 * gp.timeout + 60)

    def _cin7_limiter(self) -> Limiter:
        cin7 = self.settings.cin7
        give_up = max(60.0, cin7.timeout)
        if cin7.limiter == "process":
            return RateLimit(calls=cin7.calls, per=cin7.per, give_up=give_up)
        return self._store.shared_rate(f"cin7 {cin7.account_id}"[:64], cin7.calls, cin7.per, give_up=give_up)

    def close(self) -> None:
        """Close what this bridge opened."""
        for client in self._opened:
            client.close()
        self._opened.clear()
        self._close_store()

    def _close_store(self) -> None:
        if not self._shared:
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
