"""A folder with both simulators in it, their credentials, and a bridge.toml that connects them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar
from urllib.parse import urlsplit

from cin7core_client.testing import FakeCin7
from cin7core_client.testing import served as cin7_served
from cin7core_client.testing.account import DEFAULT_ACCOUNT_ID
from dynamicsgp_client.testing import FakeGP, make_server
from dynamicsgp_client.testing import served as gp_served
from dynamicsgp_client.testing.server import DEFAULT_USER
from gp_cin7_bridge.errors import SettingsError
from gp_cin7_bridge.sandbox.datasets import Dataset

S = TypeVar("S")

TEMPLATE: Final = """# Made by `gp-cin7 sandbox`: it connects two simulators on this machine.
# Edit it as you like; only the addresses and the limit are brought up to date at each start.
name = "{name}"

[gp]
sba_url = "{gp_url}"
company = "{company}"
username = '{user}'
password = "file:secrets/gp_password"

[cin7]
base_url = "{cin7_url}"
account_id = "{account_id}"
application_key = "file:secrets/cin7_application_key"
calls = {calls}
per = {per:g}

[state]
url = "sqlite:///state.sqlite"

{settings}"""


class Simulators:
    """Both simulators on loopback ports, in a folder that keeps everything between starts.

    Args:
        folder: holds bridge.toml, gp.sqlite, cin7.sqlite, secrets/ and later the bridge's state.sqlite.
        dataset: fills both systems the first time.
        calls, per: the simulated Cin7 Core's limit.

    Raises:
        SettingsError: the folder holds another data set, or cannot be used.
    """

    def __init__(self, folder: Path, dataset: Dataset, *, calls: int, per: float) -> None:
        self.folder = folder
        self.settings: Path = folder / "bridge.toml"
        self.gp_database: Path = folder / "gp.sqlite"
        self.cin7_database: Path = folder / "cin7.sqlite"
        self._dataset = dataset
        self._calls = calls
        self._per = per
        self._open = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._open.close()
            raise
        return self

    def _start(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(f"folder {self.folder} cannot be made: {error.strerror}") from error
        self._same_dataset()
        password, key = self._secret("gp_password"), self._secret("cin7_application_key")
        self._load(key)
        self.gp: FakeGP = FakeGP(path=self.gp_database, seed="empty")
        self._open.callback(self.gp.close)
        self.cin7: FakeCin7 = FakeCin7(
            path=self.cin7_database, application_key=key, calls=self._calls, per=self._per, seed="empty"
        )
        self._open.callback(self.cin7.close)
        gp_port, cin7_port = self._ports()
        server = _on_port(gp_port, lambda port: make_server(self.gp, port=port, password=password))
        gp_url = self._open.enter_context(gp_served(server)).url
        cin7 = _on_port(cin7_port, lambda port: self._open.enter_context(cin7_served(self.cin7, port=port)))
        self._write_settings(gp_url, cin7.url)

    def _same_dataset(self) -> None:
        """Refuse to mix data sets: what one intended is not what the other left."""
        if self.settings.exists():
            found = re.search(r'^name = "(.*)"$', self.settings.read_text("utf-8"), re.MULTILINE)
            if found and found[1] != self._dataset.name:
                raise SettingsError(
                    f"{self.folder} holds data set {found[1]!r}, not {self._dataset.name!r}; choose another --dir",
                    path=self.settings,
                )

    def _secret(self, name: str) -> str:
        path = self.folder / "secrets" / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(18), "utf-8")
        return path.read_text("utf-8")

    def _load(self, key: str) -> None:
        """Fill both databases under temporary names, so that a load that was cut off is simply made again."""
        if self.gp_database.exists() and self.cin7_database.exists():
            return
        gp_new, cin7_new = self.folder / "gp.loading", self.folder / "cin7.loading"
        for path in (gp_new, cin7_new, self.gp_database, self.cin7_database):
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
        gp = FakeGP(path=gp_new, seed=self._dataset.gp_seed)
        cin7 = FakeCin7(path=cin7_new, application_key=key, seed="empty")
        with gp.loading(), cin7.loading():
            self._dataset.load(gp, cin7)
        gp.close()
        cin7.close()
        gp_new.rename(self.gp_database)
        cin7_new.rename(self.cin7_database)

    def _ports(self) -> tuple[int, int]:
        """Take the ports of the last start again, so that open terminals go on working."""
        text = self.settings.read_text("utf-8") if self.settings.exists() else ""
        found = dict(re.findall(r'^(sba_url|base_url) = "(.*)"', text, re.MULTILINE))
        gp, cin7 = urlsplit(found.get("sba_url", "")), urlsplit(found.get("base_url", ""))
        return gp.port or 0, cin7.port or 0

    def _write_settings(self, gp_url: str, cin7_url: str) -> None:
        if self.settings.exists():
            text = self.settings.read_text("utf-8")
            text = re.sub(r'^sba_url = ".*"', f'sba_url = "{gp_url}"', text, flags=re.MULTILINE)
            text = re.sub(r'^base_url = ".*"', f'base_url = "{cin7_url}"', text, flags=re.MULTILINE)
            text = re.sub(r"^calls = \d+", f"calls = {self._calls}", text, flags=re.MULTILINE)
            text = re.sub(r"^per = [\d.]+", f"per = {self._per:g}", text, flags=re.MULTILINE)
        else:
            text = TEMPLATE.format(
                name=self._dataset.name,
                gp_url=gp_url,
                company=self.gp.company,
                user=DEFAULT_USER,
                cin7_url=cin7_url,
                account_id=DEFAULT_ACCOUNT_ID,
                calls=self._calls,
                per=self._per,
                settings=self._dataset.settings,
            )
        self.settings.write_text(text, "utf-8")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()


def _on_port(port: int, start: Callable[[int], S]) -> S:
    """Start on a port, or on another one when somebody has it."""
    try:
        return start(port)
    except OSError:
        return start(0)
