"""Secrets by reference: settings say where a secret lies, it is read late, and nothing ever shows it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Never

from attrs import field, frozen

SCHEMES: Final = ("env", "file")


class SecretUnavailableError(Exception):
    """The secret is not where its reference says; the message names the place, never the value."""


@frozen(repr=False)
class SecretReference:
    """`env:NAME` or `file:PATH` (relative to the settings file). Call it to read the secret.

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
            raise ValueError(
                "must be a reference, not the secret itself: write env:NAME (an environment variable)"
                " or file:PATH (a file that holds only the secret)"
            )
        return cls(scheme, place)

    def __call__(self) -> str:
        """Read the secret now.

        Raises:
            SecretUnavailableError: the variable is not set, or the file cannot be read or is empty.
        """
        if self.scheme == "env":
            value = os.environ.get(self.place)
            if not value:
                raise SecretUnavailableError(f"environment variable {self.place} is not set; set it and try again")
            return value
        path = self.folder / self.place
        try:
            value = path.read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise SecretUnavailableError(f"secret file {path} cannot be read: {error.strerror}") from error
        if not value:
            raise SecretUnavailableError(f"secret file {path} is empty; put the secret there, alone")
        return value

    def __repr__(self) -> str:
        return f"SecretReference({self.scheme}:{self.place})"

    def __reduce__(self) -> Never:
        raise TypeError("a secret reference is not pickled; open the settings again where they are needed")
