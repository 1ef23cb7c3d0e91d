"""Data sets for the simulators: what each loads, its settings, and what must stand in the end."""

from __future__ import annotations

import re
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
    """Give the data set `demo`, `year` (`year:10000:7` for 10,000 purchases of seed 7), or the one in a folder.

    Raises:
        ValueError: there is none of this name; says what there is.
    """
    from gp_cin7_bridge.sandbox.datasets import adventureworks, wideworldimporters
    from gp_cin7_bridge.sandbox.datasets.distributor import Distributor
    from gp_cin7_bridge.sandbox.datasets.year import Year

    if name == "demo":
        return Distributor()
    if found := re.fullmatch(r"year(?::(\d+))?(?::(\d+))?", name):
        return Year(int(found[1] or 500), seed=int(found[2] or 2026))
    folder = Path(name)
    if _holds(folder, wideworldimporters.NEEDED):
        return wideworldimporters.WideWorldImporters(folder)
    if _holds(folder, adventureworks.NEEDED):
        return adventureworks.AdventureWorks(folder)
    raise ValueError(
        f"there is no data set {name!r}; use `demo`, `year`, or a folder with the files of WideWorldImporters"
        f" ({', '.join(wideworldimporters.NEEDED)}) or AdventureWorks ({', '.join(adventureworks.NEEDED)})"
    )


def _holds(folder: Path, names: tuple[str, ...]) -> bool:
    return all((folder / f"{each}.csv").is_file() for each in names)
