"""The table of endpoints is what the service has and what the client does."""

from __future__ import annotations

import subprocess
import sys
from functools import reduce
from pathlib import Path

import pytest

from cin7core_client import ApiKey, AsyncCin7Core, Cin7Core
from cin7core_client.endpoints import ENDPOINTS, TABLE

# Which verbs of ours need which verb of the service.
NEEDS = {"create": "POST", "update": "PUT", "replace": "PUT", "delete": "DELETE", "void": "DELETE", "undo": "DELETE"}
TYPED = [each for each in TABLE if each.through]


def test_every_path_stands_once() -> None:
    assert len(ENDPOINTS) == len(TABLE)


@pytest.mark.parametrize("through", sorted({each.through for each in TYPED}))
@pytest.mark.parametrize("client", [Cin7Core, AsyncCin7Core])
def test_a_typed_resource_has_the_verbs_that_the_service_has_and_no_others(client: type, through: str) -> None:
    resource = reduce(getattr, through.split("."), client(ApiKey("a", "b")))
    served = {verb for each in TYPED if each.through == through for verb in each.verbs.split()}
    ours = {NEEDS[name] for name in NEEDS if hasattr(resource, name)}
    assert ours == served - {"GET"}
    assert any(hasattr(resource, name) for name in ("list", "get"))


def test_both_colours_have_the_same_names() -> None:
    def names(client: type) -> set[str]:
        made = client(ApiKey("a", "b"))
        own = {f"{name}.{verb}" for name, each in vars(made).items() for verb in dir(each) if not verb.startswith("_")}
        return own | {name for name in dir(made) if not name.startswith("_")}

    assert names(Cin7Core) == names(AsyncCin7Core)


def test_the_page_of_endpoints_is_what_the_table_gives(repository: Path) -> None:
    command = [sys.executable, str(repository / "tools" / "generate_endpoints.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
