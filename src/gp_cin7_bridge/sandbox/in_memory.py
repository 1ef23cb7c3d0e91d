"""Both simulators and a bridge between them in this process: no sockets, no files, one clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self

import cin7core_client
import dynamicsgp_client
from cin7core_client import ApiKey, Cin7Core, RateLimit
from cin7core_client.testing import FakeCin7
from dynamicsgp_client import BasicAuth, DynamicsGP, SbaProfile
from dynamicsgp_client.testing import FakeGP
from gp_cin7_bridge.bridge import Bridge, utc_now
from gp_cin7_bridge.meter import Meter
from gp_cin7_bridge.settings import Settings

# Nothing here is slower than memory, so nobody has to wait.
UNLIMITED: Final = 1_000_000_000
SBA_URL: Final = "http://127.0.0.1/GPService"
SOAP_URL: Final = "http://127.0.0.1/DynamicsGPWebServices/DynamicsGPService.asmx"
# What the simulated books need, so that a first vendor, item and bill go through.
FITTING: Final[Mapping[str, object]] = {
    "name": "sandbox",
    "gp": {
        "sba_url": SBA_URL,
        "company": "Fabrikam, Inc.",
        "username": "sandbox",
        "password": "env:NOT_NEEDED",
    },
    "cin7": {"account_id": "11111111-2222-3333-4444-555555555555", "application_key": "env:NOT_NEEDED"},
    "accounts": {"payable": "000-2100-00", "map": {"1300": "000-1300-00"}},
    "vendors": {"tax_rule": "Tax exempt"},
    "items": {"category": "General", "unit": "Each"},
}


class Sandbox:
    """A simulated GP company, a simulated Cin7 Core account and a bridge between them, for tests of your own.

    Args:
        settings: a whole bridge.toml (`read_settings`), of which addresses, secrets and the state's place do not count;
            or the sections that differ from what fits the simulators, such as `{"bills": {"duplicates": "suffix"}}`.
            GP is asked over the services that they name: SBA, SOAP or both.
        now: when the sandbox's time begins and stands still until `advance`; default the machine's time, which runs.

    Attributes:
        gp, cin7: the simulators. Both begin with their set-up and books, and no records.
        bridge: give it to `sync_vendors`, `plan`, `apply` and so on.
    """

    def __init__(
        self, settings: Settings | Mapping[str, object] | None = None, *, now: dt.datetime | None = None
    ) -> None:
        if not isinstance(settings, Settings):
            settings = Settings.model_validate({**FITTING, **(settings or {})})
        clock = utc_now if now is None else lambda: now
        self.cin7: FakeCin7 = FakeCin7(account_id=settings.cin7.account_id, calls=UNLIMITED, seed="empty", clock=clock)
        self.gp: FakeGP = FakeGP(settings.gp.company, seed="empty", clock=self.cin7.clock)
        meter = Meter()
        self._gp = DynamicsGP(
            SBA_URL if settings.gp.sba_url else None,
            SOAP_URL if settings.gp.soap_url else None,
            company=settings.gp.company,
            auth=BasicAuth("sandbox", "none"),
            profile=SbaProfile(extension_paths={**SbaProfile().extension_paths, **settings.gp.extension_paths}),
            transport=self.gp.adapter(),
            retry=dynamicsgp_client.Retry(sleep=lambda _: None),
            hooks=(meter.hear_gp,),
        )
        self._cin7 = Cin7Core(
            ApiKey(settings.cin7.account_id, self.cin7.application_key),
            transport=self.cin7.transport(),
            limiter=RateLimit(calls=UNLIMITED, per=60, gap=0),
            retry=cin7core_client.Retry(first_wait=0, max_wait=0, burst_wait=0),
            hooks=(meter.hear_cin7,),
        )
        self.bridge: Bridge = Bridge(
            settings, gp=self._gp, cin7=self._cin7, state="sqlite://", clock=self.cin7.clock, meter=meter
        )

    def advance(self, **passed: float) -> None:
        """Move the time of all three forward, as `timedelta` takes it: `advance(hours=25)`."""
        self.cin7.advance(dt.timedelta(**passed).total_seconds())

    def close(self) -> None:
        """Forget everything."""
        self.bridge.close()
        self._gp.close()
        self._cin7.close()
        self.gp.close()
        self.cin7.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
