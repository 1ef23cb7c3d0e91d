"""A secret in memory: usable where it is asked for by name, shown nowhere."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Final, Never, Self

SHOWN: Final = "Secret('***')"


class Secret:
    """A text that no repr, str, format, log, exception, pickle, copy or JSON reveals; `reveal()` alone does.

    It compares in constant time, has no length, no hash and no attribute that holds the text.
    """

    __slots__ = ("reveal",)
    reveal: Callable[[], str]

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "reveal", lambda: text)

    def __setattr__(self, _name: str, _value: object) -> Never:
        raise AttributeError("a secret does not change; make another one")

    def __repr__(self) -> str:
        return SHOWN

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return SHOWN

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.reveal().encode(), other.reveal().encode())

    __hash__: None = None  # type: ignore[assignment]  # a hash would tell which secrets are alike

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        return self

    def __reduce_ex__(self, _protocol: object) -> Never:
        raise TypeError("a secret is not pickled; keep its reference, and read it where it is needed")
