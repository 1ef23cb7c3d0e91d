"""Read bridge.toml; what is wrong in it is named with file, line and cure."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from attrs import evolve
from pydantic import ValidationError

from gp_cin7_bridge.errors import SettingsError
from gp_cin7_bridge.references import SecretReference
from gp_cin7_bridge.settings.problems import told
from gp_cin7_bridge.settings.section import Section
from gp_cin7_bridge.settings.sections import Settings


def read_settings(path: str | Path) -> Settings:
    """Read one bridge.toml.

    Relative places in it (state url, secret files, CA bundle) are taken from the file's own folder.

    Raises:
        SettingsError: the file is missing, is no TOML, or says something that cannot be; names file, line and cure.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SettingsError(
            "there is no such file; go to the folder that has it, or name it with -c PATH;"
            " `gp-cin7 init` writes one, `gp-cin7 sandbox --dir DIR` one to try with",
            path=path,
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot be read as UTF-8 text: {error}", path=path) from error
    return parse_settings(text, path)


def parse_settings(text: str, path: Path) -> Settings:
    """Read the text of a bridge.toml that lies, or is to lie, at a path.

    Raises:
        SettingsError: as `read_settings`.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found.group(1)) if found else len(text.splitlines())
        # The first thing that most people write with a backslash is a Windows account.
        cure = (
            r"write a text that holds a backslash in single quotes: 'DOMAIN\user'"
            if "\\" in str(error)
            else "correct that line"
        )
        raise SettingsError(f"is not valid TOML: {error}; {cure}", path=path, line=line) from error
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise told(error, text, path) from None
    return _anchored(settings, path.resolve().parent)


def _anchored(settings: Settings, folder: Path) -> Settings:
    parts = {name: _in_folder(part, folder) for name, part in settings}
    anchored = settings.model_copy(update=parts)
    gp, state, attachments = anchored.gp, anchored.state, anchored.attachments
    url = state.url
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////") and url != "sqlite:///:memory:":
        url = f"sqlite:///{(folder / url.removeprefix('sqlite:///')).as_posix()}"
    bundle = folder / gp.ca_bundle if gp.ca_bundle else None
    return anchored.model_copy(
        update={
            "gp": gp.model_copy(update={"ca_bundle": bundle}),
            "state": state.model_copy(update={"url": url}),
            "attachments": attachments.model_copy(update={"folder": folder / attachments.folder}),
        }
    )


def _in_folder(value: object, folder: Path) -> object:
    """Let references to files be relative to the settings' folder, however deep they stand."""
    if isinstance(value, SecretReference):
        return evolve(value, folder=folder)
    if isinstance(value, Section):
        return value.model_copy(update={name: _in_folder(each, folder) for name, each in value})
    if isinstance(value, dict):
        return {name: _in_folder(each, folder) for name, each in value.items()}
    return value
