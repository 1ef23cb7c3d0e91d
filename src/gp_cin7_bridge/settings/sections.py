"""What bridge.toml may say: every key with its meaning and default."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from gp_cin7_bridge.references import SecretReference, has_password
from gp_cin7_bridge.settings.alerts import AlertSettings
from gp_cin7_bridge.settings.attachments import AttachmentSettings
from gp_cin7_bridge.settings.bills import AccountSettings, BillSettings, PeriodSettings
from gp_cin7_bridge.settings.changes import ChangeSettings
from gp_cin7_bridge.settings.masters import ItemSettings, VendorSettings
from gp_cin7_bridge.settings.payments import PaymentSettings
from gp_cin7_bridge.settings.receipts import ReceiptSettings
from gp_cin7_bridge.settings.schedule import ScheduleSettings
from gp_cin7_bridge.settings.section import SecretRef, Section
from gp_cin7_bridge.settings.web import WebSettings
from gp_cin7_bridge.settings.webhooks import WebhookSettings


class GPSettings(Section):
    r"""How to reach one Dynamics GP company; with `company` alone it only takes webhooks.

    Attributes:
        sba_url: the service root, such as https://gp.example/GPService.
        soap_url: GP's SOAP service, such as
            http://gp.example:48620/DynamicsGPWebServices/DynamicsGPService.asmx; one of both is enough.
        company: the company's display name, as GP shows it.
        username: a Windows account, DOMAIN\user.
        password: a reference (env:NAME, file:PATH, keyring:SERVICE/USER, db:NAME).
        password_ends: the last day of that password, where it has one; an alert tells before it.
        tenant: GP's tenant of the SBA service.
        auth: "ntlm", "negotiate" (Kerberos first, NTLM where it cannot be), or "basic" (over TLS only).
        ca_bundle: a PEM file with the certificate authority that signed GP's certificate.
        concurrency: how many GP calls may run at once.
        permits: "process" lets each process have so many; "shared" lets all processes together, through the state.
        timeout: seconds to wait for an answer; GP's first call after a pause is slow.
        functional_currency: ISO code; asked of GP where GP can tell.
        voucher_numbers: "ours" sends a number that follows from the invoice, and GP must keep it ('Override Voucher
            Number' is on); "gp" lets GP number the vouchers, and it must forbid duplicate invoice numbers.
        duplicate_invoice_numbers: whether GP allows one vendor invoice number twice, where its set-up cannot be read.
        extension_paths: where a site's own services offer what core SBA lacks, such as
            {accounts = "MyServices/Financials/Accounts"}. An empty text says that the site has none.
    """

    sba_url: str | None = None
    soap_url: str | None = None
    company: str
    username: str | None = None
    password: SecretRef | None = None
    password_ends: dt.date | None = None
    auth: Literal["ntlm", "negotiate", "basic"] = "ntlm"
    tenant: str = "DefaultTenant"
    ca_bundle: Path | None = None
    concurrency: int = Field(default=2, ge=1, le=16)
    permits: Literal["process", "shared"] = "process"
    timeout: float = Field(default=600, gt=0)
    functional_currency: str | None = None
    voucher_numbers: Literal["ours", "gp"] = "ours"
    duplicate_invoice_numbers: Literal["forbidden", "allowed"] | None = None
    extension_paths: dict[str, str] = Field(default_factory=dict)

    @property
    def has_address(self) -> bool:
        """Whether GP can be asked."""
        return bool(self.sba_url or self.soap_url)

    @field_validator("sba_url", "soap_url")
    @classmethod
    def _is_address(cls, url: str | None) -> str | None:
        if url is not None and not url.lower().startswith(("http://", "https://")):
            raise ValueError(f"is {url!r}, which is no address; it begins with https:// and a host")
        return url

    @field_validator("username")
    @classmethod
    def _is_whole(cls, username: str | None) -> str | None:
        if username is not None and not username.isprintable():
            raise ValueError(
                r"holds a control character, because in double quotes a backslash begins one; write 'DOMAIN\user' in"
                " single quotes"
            )
        return username

    @model_validator(mode="after")
    def _with_account(self) -> Self:
        missing = [name for name in ("username", "password") if getattr(self, name) is None]
        if self.has_address and missing:
            raise ValueError(f"names an address and no {' and no '.join(missing)}; add it beside the address")
        return self


class Cin7Settings(Section):
    """How to reach one Cin7 Core account.

    Attributes:
        base_url: the service's root.
        account_id: the account's GUID, as Cin7 Core's API page shows it.
        application_key: a reference (env:NAME, file:PATH, keyring:SERVICE/USER, db:NAME); not needed where [gp] has no
            address.
        key_ends: the last day of that key, where it has one; an alert tells before it.
        timeout: seconds to wait for an answer.
        calls, per: the service's limit, 60 calls in any 60 seconds for one application key.
        limiter: "process" keeps the limit for each process alone, "shared" for all together, through the state.
    """

    base_url: str = "https://inventory.dearsystems.com/ExternalApi/v2/"
    account_id: str
    application_key: SecretRef | None = None
    key_ends: dt.date | None = None
    calls: int = Field(default=60, ge=1)
    per: float = Field(default=60, gt=0)
    limiter: Literal["process", "shared"] = "process"
    timeout: float = Field(default=60, gt=0)


class StateSettings(Section):
    """Where links, intents, audit and held documents are kept.

    Attributes:
        url: a SQLAlchemy URL: sqlite:///FILE, relative to the settings, or postgresql://USER@HOST/DATABASE.
        password: a reference (env:, file:, keyring:) to the password of the PostgreSQL user.
    """

    url: str = "sqlite:///state.sqlite"
    password: SecretRef | None = None

    @field_validator("url")
    @classmethod
    def _no_secret(cls, url: str) -> str:
        if has_password(url):
            raise ValueError('holds a password; take it out, and write password = "env:NAME" beside it')
        return url

    @field_validator("password")
    @classmethod
    def _elsewhere(cls, reference: SecretReference | None) -> SecretReference | None:
        if reference is not None and reference.scheme == "db":
            raise ValueError("cannot lie in the database that it opens; use env:, file: or keyring:")
        return reference


class AuditSettings(Section):
    """What the audit keeps beside its rows.

    Attributes:
        keep_bodies_days: for how many days what was sent and what came back is kept, redacted; 0 keeps none.
        keep_runs_days: for how many days a run is listed that did and found nothing new; the others stay.
    """

    keep_bodies_days: int = Field(default=90, ge=0)
    keep_runs_days: int = Field(default=90, ge=1)


class SecretSettings(Section):
    """How secrets that this connection keeps itself (`db:NAME`) are locked.

    Attributes:
        master_key: a reference (env:, file:, keyring:) to the key that locks them.
        previous_master_key: the key before that, while processes that know only it may still run.
    """

    master_key: SecretRef | None = None
    previous_master_key: SecretRef | None = None

    @field_validator("master_key", "previous_master_key")
    @classmethod
    def _elsewhere(cls, reference: SecretReference | None) -> SecretReference | None:
        if reference is not None and reference.scheme == "db":
            raise ValueError("cannot lie in the database that it locks; use env:, file: or keyring:")
        return reference


class Settings(Section):
    """One connection: one GP company and one Cin7 Core account.

    Attributes:
        name: what the connection is called in the state, in messages and in the audit; it never changes.
    """

    name: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")
    gp: GPSettings
    cin7: Cin7Settings
    state: StateSettings = StateSettings()
    audit: AuditSettings = AuditSettings()
    secrets: SecretSettings = SecretSettings()
    accounts: AccountSettings = AccountSettings()
    vendors: VendorSettings = VendorSettings()
    items: ItemSettings = ItemSettings()
    receipts: ReceiptSettings = ReceiptSettings()
    bills: BillSettings = BillSettings()
    payments: PaymentSettings = PaymentSettings()
    attachments: AttachmentSettings = AttachmentSettings()
    periods: PeriodSettings = PeriodSettings()
    changes: ChangeSettings = ChangeSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    web: WebSettings = WebSettings()
    webhooks: WebhookSettings = WebhookSettings()
    alerts: AlertSettings = AlertSettings()

    @field_validator("cin7")
    @classmethod
    def _with_key(cls, cin7: Cin7Settings, read: ValidationInfo) -> Cin7Settings:
        gp = read.data.get("gp")
        if isinstance(gp, GPSettings) and gp.has_address and cin7.application_key is None:
            raise ValueError('has no application_key; add application_key = "env:NAME" beside account_id')
        return cin7
