"""The secrets of one connection: references of every kind read, `db:` ones opened with the master key."""

from __future__ import annotations

from gp_cin7_bridge.references import SecretReference, SecretUnavailableError
from gp_cin7_bridge.secret import Secret
from gp_cin7_bridge.settings import SecretSettings
from gp_cin7_bridge.state.encryption import Key
from gp_cin7_bridge.state.secrets import KeptSecret, Secrets

NO_MASTER = (
    '[secrets] master_key is not set; write master_key = "file:master.key" in bridge.toml,'
    " then run: gp-cin7 secrets new-key"
)


class Vault:
    """What `[secrets]` of bridge.toml and the state hold together.

    Secrets and the master key are read when they are asked for, never before and never kept.
    """

    def __init__(self, settings: SecretSettings, kept: Secrets) -> None:
        self._settings = settings
        self._kept = kept

    def read(self, reference: SecretReference) -> Secret:
        """Read the secret of a reference.

        Raises:
            SecretUnavailableError: it is not there; says what to do.
        """
        return reference.read(lambda name: self._kept.get(name, self._masters()))

    def all(self) -> list[KeptSecret]:
        """Give every kept secret's name, without its text."""
        return self._kept.all()

    def set(self, name: str, secret: Secret) -> None:
        """Keep a secret as `db:name`."""
        self._kept.set(name, secret, self._masters())

    def delete(self, name: str) -> None:
        """Forget `db:name`."""
        self._kept.delete(name)

    def rotate(self) -> int:
        """Encrypt every kept secret under a new data key, which each given master key wraps; gives how many."""
        return self._kept.rotate(self._masters())

    def _masters(self) -> list[Key]:
        given = (self._settings.master_key, self._settings.previous_master_key)
        masters = [_master(reference) for reference in given if reference is not None]
        if not masters:
            raise SecretUnavailableError(NO_MASTER)
        return masters


def _master(reference: SecretReference) -> Key:
    if reference.open_to_others():
        raise SecretUnavailableError(
            f"master key file {reference.path} may be read by other users; run: chmod 600 {reference.path}"
        )
    try:
        return Key.parse(reference.read())
    except ValueError as error:
        raise SecretUnavailableError(
            f"master key {reference} {error}; make one with: gp-cin7 secrets new-key"
        ) from None
