"""The pages: they build without a warning, and what they show is true of the code."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from typer.main import get_command

from cin7core_client.testing import FakeCin7
from cin7core_client.testing import served as cin7_served
from dynamicsgp_client.testing import FakeGP, make_server, served
from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.errors import SettingsError
from gp_cin7_bridge.sandbox.datasets import dataset
from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.settings import read_settings

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PAGES = sorted(
    page
    for page in (*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md"), *REPOSITORY.glob("src/*/README.md"))
    if page.name != "CHANGELOG.md"
)
# A block may stand in a list, and be indented for it.
FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^ *(?:\$ )?(?:\.venv/bin/)?gp-cin7 (.+)$", re.MULTILINE)
SMALLEST = """
[gp]
sba_url = "https://gp.example/GPService"
company = "Fabrikam, Inc."
username = 'GP\\user'
password = "env:GP_PASSWORD"
[cin7]
account_id = "0"
application_key = "env:CIN7_KEY"
[accounts]
payable = "000-2100-00"
"""


def blocks(page: Path, language: str) -> list[str]:
    return [dedent(text) for found, text in FENCED.findall(page.read_text("utf-8")) if found == language]


def shown(language: str) -> list[tuple[Path, str]]:
    return [(page, text) for page in PAGES for text in blocks(page, language)]


def named(value: object) -> str:
    return str(value.relative_to(REPOSITORY)) if isinstance(value, Path) else ""


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", str(tmp_path / "trees")]
    done = subprocess.run(
        [*command, str(REPOSITORY / "docs"), str(tmp_path / "site")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    fetched = re.compile(r"""<(?:script|link|img)\b[^>]*(?:src|href)=["'](?:https?:)?//""")
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 20
    assert [page.name for page in pages if fetched.search(page.read_text("utf-8"))] == []


def test_every_file_that_a_page_links_to_is_there() -> None:
    links = [
        (page, link) for page in PAGES for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    ]
    assert len(links) > 40
    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []


def test_the_map_of_contributing_leads_to_what_there_is() -> None:
    table = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8").partition("## To change X, look in Y")[2]
    parts = ("", "app/web", "mapping", "mapping/bills")
    roots = [REPOSITORY, *(REPOSITORY / "src" / "gp_cin7_bridge" / part for part in parts)]
    roots += [REPOSITORY / "tests" / "gp_cin7_bridge", *(REPOSITORY / "src").iterdir()]
    rows = [row for row in table.partition("\n## ")[0].splitlines() if row.startswith("| ")][2:]
    named = [name for row in rows for name in re.findall(r"`([\w/*.]+)`", row)]
    assert len(named) > 30
    absent = [
        name for name in named if not any(list(root.glob(name)) or list(root.glob(f"{name}.py")) for root in roots)
    ]
    assert absent == []


@pytest.mark.parametrize("of", ["api", "commands", "diagrams", "endpoints", "reasons", "settings"])
def test_a_generated_page_is_what_its_tool_gives(of: str) -> None:
    command = [sys.executable, str(REPOSITORY / "tools" / f"generate_{of}.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("page", "text"), shown("toml"), ids=named)
def test_settings_shown_are_valid(page: Path, text: str, tmp_path: Path) -> None:
    path = tmp_path / "bridge.toml"
    given, smallest = tomllib.loads(text), tomllib.loads(SMALLEST)
    # Sections that the block leaves out come from the smallest settings; what it shows stands as it is.
    left = {name: part for name, part in smallest.items() if name not in given}
    own = {name: {**smallest[name], **given[name]} for name in given.keys() & smallest.keys()}
    path.write_text("name = 'shown'\n" + _written({**given, **left, **own, "name": None}), "utf-8")
    try:
        read_settings(path)
    except SettingsError as error:
        pytest.fail(f"{page.name}: {error}")


def _written(settings: dict[str, object]) -> str:
    """Write TOML; JSON's texts, lists and numbers are TOML's as well."""
    sections = (f"{json.dumps(name)} = {_inline(part)}" for name, part in settings.items() if isinstance(part, dict))
    return "\n".join(sections) + "\n"


def _inline(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {_inline(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(each) for each in value) + "]"
    if isinstance(value, (str, bool, int, float)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def commands() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        text = page.read_text("utf-8")
        if page.name == "reference-commands.md":
            continue
        code = re.findall(r"^    .*$", FENCED.sub("", text), re.MULTILINE)
        code += [
            line
            for language, block in FENCED.findall(text)
            if language in ("sh", "bat", "console")
            for line in block.splitlines()
        ]
        for line in code:
            for found in COMMAND.findall(line):
                yield page, found


@pytest.mark.parametrize(("page", "line"), sorted(set(commands())), ids=named)
def test_a_command_shown_is_one_that_there_is(page: Path, line: str) -> None:
    words = shlex.split(re.split(r" [#>]", line)[0])
    command = get_command(app)
    name = "gp-cin7"
    while words and words[0] in getattr(command, "commands", {}):
        name = words.pop(0)
        command = command.commands[name]
    command.make_context(name, words)


@pytest.fixture(scope="session")
def settings_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with Simulators(tmp_path_factory.mktemp("docs") / "site", dataset("demo"), calls=6000, per=60) as running:
        yield running.settings


@pytest.fixture
def stood_for() -> Iterator[dict[str, str]]:
    """What stands in a page for the reader's own systems, and what it is here."""
    company = FakeGP()
    account = FakeCin7()
    with served(make_server(company)) as server, cin7_served(account) as cin7_server:
        yield {
            "http://127.0.0.1:8001/GPService": server.url,
            "http://127.0.0.1:8002/ExternalApi/v2/": cin7_server.url,
        }
    company.close()
    account.close()


@pytest.mark.parametrize(("page", "text"), shown("python"), ids=named)
def test_python_shown_runs(
    page: Path,
    text: str,
    settings_file: Path,
    stood_for: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if "def test_" in text:
        (tmp_path / "test_page.py").write_text(text, "utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "--no-header", str(tmp_path)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return
    for there, here in stood_for.items():
        text = text.replace(there, here)
    monkeypatch.chdir(settings_file.parent)
    exec(compile(text, str(page), "exec"), {"__name__": "shown"})


def test_the_unit_shown_is_one_that_systemd_takes(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here")
    (text,) = blocks(REPOSITORY / "docs" / "run.md", "ini")
    unit = tmp_path / "gp-cin7.service"
    # Nothing is installed here; what else stands in it is as shown.
    unit.write_text(text.replace("/opt/gp-cin7/bin/gp-cin7", sys.executable), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
