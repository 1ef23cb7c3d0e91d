"""Who may use the status page."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from gp_cin7_bridge.settings.section import SecretRef, Section

Role = Literal["view", "operate", "approve"]
PersonName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._@-]{1,64}$")]


class TokenSettings(Section):
    """One person or team that may sign in.

    Attributes:
        token: a reference to the secret that is typed to sign in, at least 20 characters.
        role: "view" sees everything; "operate" also previews, reconciles, replays, skips and assigns; "approve" also
            approves what is proposed.
    """

    token: SecretRef
    role: Role = "view"


class WebSettings(Section):
    """The status page of `gp-cin7 serve`.

    Attributes:
        tokens: by the name under which the audit keeps what somebody does; without any nobody can sign in.
        session_hours: how long after the last page somebody is still signed in.
        metrics: a reference to the token that Prometheus sends to /metrics; without it this machine alone is answered.
        https: a proxy with TLS stands before `gp-cin7 serve`: the cookie goes over TLS only.
    """

    tokens: dict[PersonName, TokenSettings] = Field(default_factory=dict)
    session_hours: float = Field(default=8, gt=0, le=168)
    metrics: SecretRef | None = None
    https: bool = False
