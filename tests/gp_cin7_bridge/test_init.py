"""`gp-cin7 init` and the schema: a file that can be read at once, or none."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gp_cin7_bridge import read_settings
from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.settings import settings_schema

ANSWERS = {
    "name": "north",
    "sba-url": "https://gp.example/GPService",
    "company": 'Fabrikam "West", Inc.',
    "username": "GP\\user",
    "password": "env:GP_PASSWORD",
    "account-id": "5f1d7c7e",
    "application-key": "file:key",
}


def init(path: Path, *arguments: str, typed: str = "", **answers: str) -> Result:
    options = [part for key, value in answers.items() for part in (f"--{key}", value)]
    return CliRunner().invoke(app, ["init", "-c", str(path), *options, *arguments], input=typed)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "bridge.toml"


def test_options_become_settings_that_can_be_read(path: Path) -> None:
    done = init(path, **ANSWERS)
    assert done.exit_code == 0, done.output
    assert f"gp-cin7 check -c {path}" in done.output
    settings = read_settings(path)
    assert (settings.name, settings.gp.company, settings.gp.username) == ("north", 'Fabrikam "West", Inc.', "GP\\user")
    assert (str(settings.gp.password), str(settings.cin7.application_key)) == ("env:GP_PASSWORD", "file:key")


def test_what_no_option_says_is_asked_and_an_empty_answer_takes_what_is_offered(path: Path) -> None:
    done = init(path, typed="\nhttps://gp.example/GPService\nFabrikam\nGP\\user\n\nacc\n\n")
    assert done.exit_code == 0, done.output
    settings = read_settings(path)
    assert (settings.name, settings.gp.sba_url) == ("main", "https://gp.example/GPService")
    assert (str(settings.gp.password), str(settings.cin7.application_key)) == ("env:GP_PASSWORD", "env:CIN7_KEY")


def test_a_soap_service_alone_is_enough(path: Path) -> None:
    answers = {key: value for key, value in ANSWERS.items() if key != "sba-url"}
    assert init(path, **answers, **{"soap-url": "http://gp.example:48620/x.asmx"}).exit_code == 0
    settings = read_settings(path)
    assert (settings.gp.sba_url, settings.gp.soap_url) == (None, "http://gp.example:48620/x.asmx")


def test_a_missing_answer_writes_nothing_and_names_its_option(path: Path) -> None:
    answers = {key: value for key, value in ANSWERS.items() if key != "company"}
    done = init(path, **answers)
    assert done.exit_code == 2 and "--company" in done.output
    assert not path.exists()


def test_a_secret_in_clear_writes_nothing_and_is_not_repeated(path: Path) -> None:
    done = init(path, **{**ANSWERS, "password": "hunter2"})
    assert done.exit_code == 2 and "must be a reference" in done.output
    assert "hunter2" not in done.output and not path.exists()


def test_a_file_that_is_there_stays_unless_forced(path: Path) -> None:
    init(path, **ANSWERS)
    done = init(path, **{**ANSWERS, "name": "south"})
    assert done.exit_code == 2 and "--force" in done.output
    assert read_settings(path).name == "north"
    assert init(path, "--force", **{**ANSWERS, "name": "south"}).exit_code == 0
    assert read_settings(path).name == "south"


def test_the_schema_knows_every_key_and_says_what_it_means(path: Path) -> None:
    done = init(path, "--schema")
    schema = json.loads(done.stdout)
    assert schema == settings_schema() and not path.exists()
    init(path, **ANSWERS)
    written = tomllib.loads(path.read_text("utf-8"))
    parts = schema["$defs"]
    for section, values in written.items():
        known = schema["properties"][section]
        if isinstance(values, dict):
            name = (known.get("$ref") or known["allOf"][0]["$ref"]).rpartition("/")[2]
            assert values.keys() <= parts[name]["properties"].keys()
    assert schema["additionalProperties"] is False
    assert all("description" in key for key in parts["GPSettings"]["properties"].values())
    assert parts["GPSettings"]["properties"]["password"]["anyOf"][0]["pattern"].startswith("^(env|file")
