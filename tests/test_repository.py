"""What the repository promises about itself: wheels that stand alone, two commands, one licence, no stray words."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

PACKAGES = {
    "dynamicsgp_client": "dynamicsgp-client",
    "cin7core_client": "cin7core-client",
    "gp_cin7_bridge": "gp-cin7-bridge",
}


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A wheel of each package, built from its sdist."""
    repository = Path(__file__).resolve().parent.parent
    built = {}
    for package in PACKAGES:
        out = tmp_path_factory.mktemp(package)
        command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out)]
        done = subprocess.run(
            [*command, str(repository / "src" / package)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        (built[package],) = out.glob("*.whl")
    return built


def installed(folder: Path, *wheels: Path) -> Path:
    """An environment with these wheels; what they depend on is this environment's own, the checkout is not."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-index", "--no-deps", "--quiet"]
    subprocess.run([*command, *map(str, wheels)], check=True)
    (site,) = (folder / "lib").glob("python*/site-packages")
    # A folder that a .pth names is searched, but its own .pth files, such as those of editable installs, are not read.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return python


@pytest.mark.parametrize("package", ["dynamicsgp_client", "cin7core_client"])
def test_each_clients_wheel_stands_alone(wheels: dict[str, Path], package: str, tmp_path: Path) -> None:
    python = installed(tmp_path / "alone", wheels[package])
    command = [str(python), "-m", f"{package}.testing", "--help"]
    assert "127.0.0.1" in subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    for sibling in PACKAGES.keys() - {package}:
        done = subprocess.run(
            [str(python), "-c", f"import {sibling}"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert "ModuleNotFoundError" in done.stderr


def test_the_demonstration_runs_from_the_wheels_outside_the_checkout(wheels: dict[str, Path], tmp_path: Path) -> None:
    python = installed(tmp_path / "all", *wheels.values())
    command = [str(python.with_name("gp-cin7")), "demo", "--dir", "here"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Both systems hold what was intended" in done.stdout


def test_a_wheel_holds_the_package_its_licence_and_its_types(wheels: dict[str, Path]) -> None:
    for package, wheel in wheels.items():
        names = zipfile.ZipFile(wheel).namelist()
        assert f"{package}/py.typed" in names and any(name.endswith("licenses/LICENSE") for name in names)
        assert all(name.startswith((f"{package}/", f"{package}-")) for name in names)
        assert not [name for name in names if name.endswith((".pyc", "pyproject.toml"))]
    assert any("migrations/versions/0001" in name for name in zipfile.ZipFile(wheels["gp_cin7_bridge"]).namelist())


def test_an_sdist_holds_the_licence_the_changelog_and_no_private_folder(wheels: dict[str, Path]) -> None:
    for package, wheel in wheels.items():
        (sdist,) = wheel.parent.glob("*.tar.gz")
        with tarfile.open(sdist) as archive:
            names = {name.partition("/")[2] for name in archive.getnames()}
        assert {"LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "py.typed"} <= names, package
        assert not [name for name in names if name.endswith((".pyc", ".sqlite"))]


def test_a_package_index_can_show_each_readme_whole(wheels: dict[str, Path]) -> None:
    """An index shows the README alone: a link to a file beside it would lead nowhere there."""
    for package, wheel in wheels.items():
        archive = zipfile.ZipFile(wheel)
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        shown = message_from_bytes(archive.read(metadata))
        assert shown["Description-Content-Type"] == "text/markdown"
        links = re.findall(r"\]\(([^)]+)\)", str(shown.get_payload()))
        assert [link for link in links if not link.startswith("https://")] == [], package


def test_the_command_without_its_extra_names_the_extra(wheels: dict[str, Path], tmp_path: Path) -> None:
    python = installed(tmp_path / "bare", *wheels.values())
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "typer.py").write_text("raise ModuleNotFoundError('No module named typer', name='typer')\n", "utf-8")
    done = subprocess.run(
        [str(python.with_name("gp-cin7")), "demo"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(hidden)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "pip install 'gp-cin7-bridge[cli]'" in done.stderr and "Traceback" not in done.stderr


def test_the_three_licences_are_the_repositorys(repository: Path) -> None:
    licence = (repository / "LICENSE").read_bytes()
    assert all((repository / "src" / package / "LICENSE").read_bytes() == licence for package in PACKAGES)


def test_versions_agree_with_the_ranges_that_the_bridge_asks_for(repository: Path) -> None:
    projects = {
        package: tomllib.loads((repository / "src" / package / "pyproject.toml").read_text("utf-8"))["project"]
        for package in PACKAGES
    }
    assert {each["name"] for each in projects.values()} == set(PACKAGES.values())
    for package in ("dynamicsgp_client", "cin7core_client"):
        assert projects[package]["version"].startswith("0.1.")
        assert f"{PACKAGES[package]}>=0.1,<0.2" in projects["gp_cin7_bridge"]["dependencies"]


def test_the_readme_begins_with_two_commands_of_one_line(repository: Path) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", (repository / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert [block.count("\n") for block in blocks[:2]] == [1, 1]
    assert "gp-cin7 demo" in blocks[0] and "pytest" in blocks[1]


def test_every_dependency_has_its_reason(repository: Path) -> None:
    reasons = (repository / "docs" / "dependencies.md").read_text("utf-8").lower()
    for package in PACKAGES:
        project = tomllib.loads((repository / "src" / package / "pyproject.toml").read_text("utf-8"))["project"]
        optional = [each for extra in project.get("optional-dependencies", {}).values() for each in extra]
        for dependency in (*project["dependencies"], *optional):
            name = re.split(r"[<>=\[]", dependency)[0].lower()
            assert name in PACKAGES.values() or name in reasons, name
