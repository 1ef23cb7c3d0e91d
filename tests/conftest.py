"""What every test may use: the real data, when it is there, and hypothesis without its own clock."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

PLUGINS = ("dynamicsgp_client.testing.plugin", "cin7core_client.testing.plugin", "gp_cin7_bridge.sandbox.plugin")
# A client's tests also run where its wheel stands alone.
pytest_plugins = [plugin for plugin in PLUGINS if find_spec(plugin.partition(".")[0])]

REPOSITORY = Path(__file__).resolve().parent.parent

settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="write the cassettes anew from the served simulators")
    parser.addoption("--live", action="store_true", help="read what DYNAMICSGP_* or CIN7CORE_* name, and write nothing")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let the live tests, and no others, out of this machine."""
    config.option.force_enable_socket |= bool(config.getoption("--live"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the live tests with --live only, and nothing else then."""
    live = bool(config.getoption("--live"))
    left_out = [item for item in items if (item.get_closest_marker("live") is not None) != live]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_xdist_auto_num_workers() -> int:
    """Two more than cores: many tests wait for a process or a clock."""
    return (os.cpu_count() or 1) + 2


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests counted, from every worker."""
    counted = [told for report in terminalreporter.getreports("passed") for told in report.user_properties]
    for name, told in sorted(counted):
        terminalreporter.write_line(f"{name}: {told}")


@pytest.fixture
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def purchasing_data() -> Path:
    """The real purchasing data, which lies beside the repository or where GP_CIN7_DATA says."""
    folder = Path(os.environ.get("GP_CIN7_DATA") or REPOSITORY.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no purchasing data in {folder}; set GP_CIN7_DATA to its folder")
    return folder
