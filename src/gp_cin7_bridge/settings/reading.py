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
            "there is no such file; `gp-cin7 init` writes one, `gp-cin7 sandbox --dir DIR` one to try with", path=path
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
        raise SettingsError(f"is not valid TOML: {error}; correct that line", path=path, line=line) from error
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise told(error, text, path) from None
    return _anchored(settings, path.resolve().parent)


def _anchored(settings: Settings, folder: Path) -> Settings:
    gp, cin7, state, secrets = settings.gp, settings.cin7, settings.state, settings.secrets
    attachments = settings.attachments
    url = state.url
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////") and url != "sqlite:///:memory:":
        url = f"sqlite:///{(folder / url.removeprefix('sqlite:///')).as_posix()}"
    return settings.model_copy(
        update={
            "gp": gp.model_copy(
                update={
                    "password": evolve(gp.password, folder=folder),
                    "ca_bundle": folder / gp.ca_bundle if gp.ca_bundle else None,
                }
            ),
            "cin7": cin7.model_copy(update={"application_key": evolve(cin7.application_key, folder=folder)}),
            "state": state.model_copy(
                update={"url": url, "password": evolve(state.password, folder=folder) if state.password else None}
            ),
            "attachments": attachments.model_copy(update={"folder": folder / attachments.folder}),
            "secrets": secrets.model_copy(
                update={
                    name: evolve(reference, folder=folder)
                    for name, reference in secrets
                    if isinstance(reference, SecretReference)
                }
            ),
        }
    )
