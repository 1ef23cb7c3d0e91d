"""Secrets are planted, a whole job is done with them, and all that it wrote, said or raised is searched for them."""

from __future__ import annotations

import base64
import logging
import pickle
import traceback
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from attrs import Factory, define
from typer.testing import CliRunner

from cin7core_client import Cin7Error
from dynamicsgp_client import GPError
from gp_cin7_bridge import Bridge, sync_vendors
from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.sandbox.simulators import Simulators

SPARE = "Kanarienvogel-0815-spare"
FLOWS = ("vendors", "items", "bills")
# Where the secrets were planted, and the other two systems themselves.
PLANTED = ("secrets", "master.key", "gp.sqlite", "cin7.sqlite")
JOB = (
    ("check",),
    ("plan", "vendors", "--save", "{folder}/plan.json"),
    ("apply", "{folder}/plan.json"),
    *(("sync", flow) for flow in FLOWS),
    ("plan", "bills", "--full"),
    ("status", "--json"),
    ("held",),
    ("explain", "INV-1", "--json"),
    ("reconcile", "--html", "{folder}/reconcile.html"),
    ("rebuild",),
    ("secrets", "list", "--json"),
    ("secrets", "rotate"),
    ("audit", "--json"),
    ("audit", "verify"),
    ("audit", "anchor", "{folder}/anchor.json"),
    ("dossier", "INV-2", "--json"),
    ("dossier", "ACME", "--html", "{folder}/dossier.html"),
)


@define
class Job:
    """A job with planted secrets, and all that it said."""

    simulators: Simulators
    secrets: dict[str, str]
    said: list[str] = Factory(list)

    @property
    def path(self) -> Path:
        return self.simulators.settings

    def run(self, *arguments: str, text: str | None = None) -> int:
        folder = str(self.simulators.folder)
        filled = [each.format(folder=folder) for each in arguments]
        done = CliRunner().invoke(app, [*filled, "-c", str(self.path)], input=text)
        self.said.append(done.output)
        if done.exception is not None:
            self.said += traceback.format_exception(done.exception)
        return done.exit_code

    def found_in(self, text: str | bytes) -> list[str]:
        return found(self.secrets, text)


def found(secrets: dict[str, str], text: str | bytes) -> list[str]:
    """Name the secrets that a text shows, in clear or in a usual disguise."""
    plain = text.encode(errors="surrogateescape") if isinstance(text, str) else text
    return [name for name, secret in secrets.items() if any(form in plain for form in forms(secret))]


def forms(secret: str) -> list[bytes]:
    """Give how a secret may be written: in clear, quoted, in base64 at any offset, in hex, in UTF-16."""
    plain = secret.encode()
    shifted = [base64.b64encode(b"x" * offset + plain)[4:-4] for offset in range(3)]
    wide = secret.encode("utf-16-le")
    return [plain, quote(secret, safe="").encode(), *shifted, plain.hex().encode(), wide]


@pytest.fixture
def job(simulators: Simulators, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Job:
    """GP's password in the state, Cin7's key in the environment, a secret that nobody uses, a vendor's tax id."""
    caplog.set_level(logging.DEBUG)
    for name in ("sqlalchemy.engine", "sqlalchemy.pool", "httpcore", "urllib3"):
        caplog.set_level(logging.DEBUG, name)
    folder = simulators.folder
    password, key = ((folder / "secrets" / name).read_text("utf-8") for name in ("gp_password", "cin7_application_key"))
    text = simulators.settings.read_text("utf-8").replace("file:secrets/gp_password", "db:gp_password")
    text = text.replace("file:secrets/cin7_application_key", "env:CANARY_KEY")
    simulators.settings.write_text(text + '\n[secrets]\nmaster_key = "file:master.key"\n', "utf-8")
    monkeypatch.setenv("CANARY_KEY", key)
    simulators.gp.sql("UPDATE PM00200 SET TXIDNMBR = '99-8877665' WHERE VENDORID = 'ACME'")
    planted = Job(simulators, {"GP password": password, "Cin7 key": key, "spare": SPARE, "tax id": "99-8877665"})
    assert planted.run("secrets", "new-key") == 0
    planted.secrets["master key"] = (folder / "master.key").read_text("utf-8").strip()
    assert planted.run("secrets", "set", "gp_password", text=password + "\n") == 0
    assert planted.run("secrets", "set", "spare", text=f"{SPARE}\n") == 0
    return planted


def everything_written(job: Job) -> Iterator[tuple[str, bytes]]:
    for file in sorted(job.simulators.folder.rglob("*")):
        place = file.relative_to(job.simulators.folder)
        if file.is_file() and not place.parts[0].startswith(PLANTED):
            yield str(place), file.read_bytes()


def test_nothing_that_a_whole_job_writes_or_says_shows_a_secret(job: Job, caplog: pytest.LogCaptureFixture) -> None:
    assert [step for step in JOB if job.run(*step) not in (0, 3)] == []
    written = dict(everything_written(job))
    assert {"state.sqlite", "plan.json", "anchor.json", "dossier.html", "reconcile.html"} <= written.keys()
    assert b"INV-2" in written["state.sqlite"] + written.get("state.sqlite-wal", b"")
    assert {name: shown for name, content in written.items() if (shown := job.found_in(content))} == {}
    assert [each for each in job.said if job.found_in(each)] == []
    assert len(caplog.records) > 100
    assert [record.name for record in caplog.records if job.found_in(f"{record.getMessage()} {vars(record)}")] == []


def test_no_failure_shows_a_secret(job: Job, caplog: pytest.LogCaptureFixture) -> None:
    assert job.run("sync", "vendors") == 0
    job.simulators.gp.fail_next("status", match="Items", status=400)
    assert job.run("sync", "items") == 1
    job.simulators.cin7.fail_next("lost_answer", match="POST .*product")
    job.simulators.cin7.fail_next("status", match="POST .*product", status=400)
    job.run("sync", "items")
    job.path.write_text(job.path.read_text("utf-8").replace("env:CANARY_KEY", "env:CANARY_GONE"), "utf-8")
    assert job.run("sync", "vendors") == 2
    job.path.write_text(job.path.read_text("utf-8").replace("env:CANARY_GONE", job.secrets["Cin7 key"]), "utf-8")
    assert job.run("sync", "vendors") == 2  # a secret in clear where a reference belongs
    assert [each for each in job.said if job.found_in(each)] == []
    assert [record.name for record in caplog.records if job.found_in(f"{record.getMessage()} {vars(record)}")] == []


def test_no_repr_and_no_pickle_of_what_is_open_shows_a_secret(job: Job) -> None:
    with Bridge.open(job.path) as bridge:
        sync_vendors(bridge)
        opened = (bridge, bridge.settings, bridge.settings.gp, bridge.vault, bridge.gp, bridge.cin7, bridge.state)
        for each in opened:
            shown = f"{each!r} {each!s} {vars(each)!r}"
            assert job.found_in(shown) == [], type(each)
            assert job.found_in(pickled(each)) == [], type(each)


def pickled(value: object) -> bytes:
    """Give a pickle, or why there is none."""
    try:
        return pickle.dumps(value)
    except (TypeError, AttributeError, pickle.PicklingError) as error:
        return str(error).encode()


def test_no_error_of_a_client_shows_a_secret(job: Job) -> None:
    job.simulators.gp.fail_next("status", match="Vendors", times=9, status=401)
    job.simulators.cin7.fail_next("status", match="me", times=9, status=403)
    with Bridge.open(job.path) as bridge:
        for ask in (lambda: list(bridge.gp.vendors.list()), bridge.cin7.me.get):
            with pytest.raises((GPError, Cin7Error)) as caught:
                ask()
            told = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
            assert job.found_in(told) == []


def test_the_search_itself_finds_every_form() -> None:
    secret = "Kanarienvogel-0815/+="
    header = base64.b64encode(f"GP\\user:{secret}".encode()).decode()
    for shown in (f"key={secret}!", quote(secret, safe=""), header, secret.encode().hex(), secret.encode("utf-16-le")):
        assert found({"it": secret}, shown) == ["it"], shown
    assert found({"it": secret}, "Kanarienvogel") == []
