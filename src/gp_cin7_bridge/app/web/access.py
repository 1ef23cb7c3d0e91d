"""Who may do what: tokens, and the roles that they give on each connection."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable, Mapping
from typing import Final

from attrs import frozen

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import SettingsError
from gp_cin7_bridge.secret import Secret
from gp_cin7_bridge.settings.web import Role

# From the least to the most: each may do what those before it may.
ROLES: Final[tuple[Role, ...]] = ("view", "operate", "approve")
SHORTEST: Final = 20
# A session that is forgotten has to be signed in again.
MOST_SESSIONS: Final = 10_000


def may(role: Role, needed: Role) -> bool:
    """Tell whether a role is enough."""
    return ROLES.index(role) >= ROLES.index(needed)


@frozen
class Pass:
    """One token of one connection."""

    connection: str
    name: str
    role: Role
    token: Secret


@frozen
class Doors:
    """Every token of every connection, read once."""

    passes: tuple[Pass, ...]

    @classmethod
    def of(cls, bridges: Iterable[Bridge]) -> Doors:
        """Read the tokens.

        Raises:
            SettingsError: a token is too short, or is that of two people.
            SecretUnavailableError: a token is not where its reference says.
        """
        return cls(tuple(each for bridge in bridges for each in _passes(bridge)))

    def names(self, token: str) -> dict[str, str]:
        """Give whose token it is, by connection; every token is compared, each in constant time."""
        given = Secret(token)
        return {each.connection: each.name for each in self.passes if each.token == given}

    def role(self, names: Mapping[str, str], connection: str) -> Role | None:
        """Give the role that somebody has on a connection; None for no access."""
        found = (each for each in self.passes if (each.connection, each.name) == (connection, names.get(connection)))
        return next((each.role for each in found), None)


class SignedIn:
    """The sessions that were begun and not ended; a cookie that somebody kept is worth nothing after the sign-out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: dict[str, None] = {}

    def begin(self) -> str:
        """Give the id of a new session; of very many the oldest is forgotten."""
        made = secrets.token_urlsafe(16)
        with self._lock:
            self._ids[made] = None
            if len(self._ids) > MOST_SESSIONS:
                del self._ids[next(iter(self._ids))]
        return made

    def end(self, session_id: str) -> None:
        """End a session."""
        with self._lock:
            self._ids.pop(session_id, None)

    def __contains__(self, session_id: object) -> bool:
        """Tell whether a session was begun and not ended."""
        return session_id in self._ids


def _passes(bridge: Bridge) -> Iterable[Pass]:
    name, given = bridge.settings.name, bridge.settings.web.tokens
    read: list[Pass] = []
    for who, settings in given.items():
        token = bridge.vault.read(settings.token)
        if len(token.reveal()) < SHORTEST:
            raise SettingsError(
                f"[web.tokens.{who}] of {name!r}: the token is shorter than {SHORTEST} characters; make one with:"
                ' python -c "import secrets; print(secrets.token_urlsafe(32))"'
            )
        if same := next((each for each in read if each.token == token), None):
            raise SettingsError(
                f"[web.tokens.{who}] of {name!r} is the token of {same.name} too; give each person another one, so"
                " that the audit can tell them apart"
            )
        read.append(Pass(name, who, settings.role, token))
    return read
