"""Secrets by reference: settings say where a secret lies, it is read late, and nothing ever shows it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final, Never

from attrs import field, frozen

from gp_cin7_bridge.errors import BridgeError
from gp_cin7_bridge.secret import Secret

SCHEMES: Final = ("env", "file", "keyring", "db")
OPEN_TO_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
CURE: Final = (
    "must be a reference, not the secret itself: write env:NAME (an environment variable), file:PATH (a file that"
    " holds only the secret), keyring:SERVICE/USER (the system's keyring) or db:NAME (kept by `gp-cin7 secrets set`)"
)

Vault = Callable[[str], Secret]


class SecretUnavailableError(BridgeError):
    """The secret is not where its reference says; the message names the place, never the value."""


@frozen(repr=False)
class SecretReference:
    """`env:NAME`, `file:PATH` (relative to the settings file), `keyring:SERVICE/USER` or `db:NAME`.

    Raises:
        ValueError: the text is no reference, so it may be a secret written in clear; it is not repeated.
    """

    scheme: str
    place: str
    folder: Path = field(factory=Path)

    @classmethod
    def parse(cls, text: str) -> SecretReference:
        """Read a reference."""
        scheme, colon, place = text.partition(":")
        if not colon or scheme not in SCHEMES or not place:
            raise ValueError(CURE)
        if scheme == "keyring" and not all(place.rpartition("/")[::2]):
            raise ValueError("names no user of the keyring: write keyring:SERVICE/USER")
        return cls(scheme, place)

    @property
    def path(self) -> Path | None:
        """The file of a `file:` reference."""
        return self.folder / self.place if self.scheme == "file" else None

    def read(self, vault: Vault | None = None) -> Secret:
        """Read the secret now; `vault` gives those of `db:` by name.

        Raises:
            SecretUnavailableError: it is not there, is empty, or its place cannot be read; says what to do.
        """
        match self.scheme:
            case "env":
                text = _variable(self.place)
            case "file":
                text = _file(self.folder / self.place)
            case "keyring":
                text = _keyring(self.place)
            case _:
                if vault is None:
                    raise SecretUnavailableError(f"{self} can be read only by a bridge that has its state open")
                return vault(self.place)
        return Secret(text)

    def open_to_others(self) -> bool:
        """Tell whether users other than its owner may use the file of a `file:` reference."""
        try:
            return self.path is not None and os.name == "posix" and bool(self.path.stat().st_mode & OPEN_TO_OTHERS)
        except OSError:
            return False

    def __str__(self) -> str:
        return f"{self.scheme}:{self.place}"

    def __repr__(self) -> str:
        return f"SecretReference({self})"

    def __reduce__(self) -> Never:
        raise TypeError("a secret reference is not pickled; open the settings again where they are needed")


def has_password(url: str) -> bool:
    """Tell whether a URL carries a password, before its host or among its parameters."""
    return bool(re.search(r"//[^/@]*:[^/]*@|[?&]\w*password=", url, re.IGNORECASE))


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise SecretUnavailableError(f"environment variable {name} is not set; set it and try again")
    return value


def _file(path: Path) -> str:
    try:
        value = path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise SecretUnavailableError(
            f"secret file {path} cannot be read: {error.strerror}; create it, readable by this account alone"
        ) from error
    except UnicodeDecodeError:
        raise SecretUnavailableError(f"secret file {path} is not UTF-8 text; write it anew") from None
    if not value:
        raise SecretUnavailableError(f"secret file {path} is empty; put the secret there, alone")
    return value


def _keyring(place: str) -> str:
    service, _, user = place.rpartition("/")
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise SecretUnavailableError(
            f"keyring:{place} needs the extra: pip install 'gp-cin7-bridge[keyring]'"
        ) from None
    try:
        value = keyring.get_password(service, user)
    except KeyringError as error:
        raise SecretUnavailableError(
            f"the system's keyring cannot be read ({type(error).__name__}); unlock it, or use env: or file:"
        ) from None
    if not value:
        raise SecretUnavailableError(f"the system's keyring has nothing for {place}; run: keyring set {service} {user}")
    return value
