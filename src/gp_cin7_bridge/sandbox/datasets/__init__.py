"""Data sets for the simulators: what each loads, its settings, and what must stand in the end."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol

from cin7core_client.testing import FakeCin7
from dynamicsgp_client.testing import FakeGP
from gp_cin7_bridge.sandbox.expected import Expected


class Dataset(Protocol):
    """One set of data for both systems.

    Attributes:
        gp_seed: what GP's simulator begins with.
        settings: the rest of bridge.toml: accounts, tax rules and the like.
    """

    name: str
    gp_seed: Literal["demo", "empty"]
    settings: str

    @property
    def expected(self) -> Expected:
        """What must stand once it was carried."""

    def load(self, gp: FakeGP, cin7: FakeCin7, /) -> None:
        """Fill both systems."""


def dataset(name: str) -> Dataset:
    """Give the data set `demo`, or the one that lies in a folder.

    Raises:
        ValueError: there is none of this name; says what there is.
    """
    from gp_cin7_bridge.sandbox.datasets.distributor import Distributor
    from gp_cin7_bridge.sandbox.datasets.wideworldimporters import NEEDED, WideWorldImporters

    if name == "demo":
        return Distributor()
    folder = Path(name)
    if all((folder / f"{each}.csv").is_file() for each in NEEDED):
        return WideWorldImporters(folder)
    files = ", ".join(f"{each}.csv" for each in NEEDED)
    raise ValueError(f"there is no data set {name!r}; use `demo`, or a folder that holds {files}")
