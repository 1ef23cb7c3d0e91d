"""Thousands of companies in virtual time: one simulated GP, a simulated Cin7 Core of each kind, a state for each."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

import httpx
import requests
import sqlalchemy as sa
from requests.adapters import BaseAdapter

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "gp_cin7_bridge"))

from small import Small, add_purchase

import cin7core_client
import dynamicsgp_client
from cin7core_client import ApiKey, Cin7Core
from cin7core_client.testing import FakeCin7
from dynamicsgp_client import BasicAuth, DynamicsGP
from dynamicsgp_client.testing import FakeGP
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.sandbox.simulators import TEMPLATE
from gp_cin7_bridge.settings import Settings, read_settings
from gp_cin7_bridge.state import Store
from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.limits import SharedRate
from gp_cin7_bridge.state.tables import CONNECTION, CURSOR, METADATA, OPERATION
from gp_cin7_bridge.sync import sync

Kind = Literal["quiet", "busy", "large"]
TODAY: Final = dt.date(2026, 3, 27)
HISTORY: Final = 24
NEW: Final[Mapping[Kind, int]] = {"quiet": 0, "busy": 1, "large": 60}
# How long an answer takes.
GP_SECONDS, CIN7_SECONDS = 0.2, 0.5
EVERY: Final[Mapping[str, int]] = {"vendors": 15, "items": 15, "bills": 5}
UNLIMITED: Final = 1_000_000_000
VOUCHERS: Final = ("PM10000", "PM10100", "PM10500", "MC020103", "PM00400")


class Clock:
    """Virtual time in epoch seconds; a call and a wait move it."""

    def __init__(self) -> None:
        self.at = dt.datetime.combine(TODAY, dt.time(12), dt.UTC).timestamp()

    def __call__(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.at, dt.UTC)

    def seconds(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


class Books:
    """What all companies share: one GP, and one Cin7 Core of each kind, which the companies of that kind see.

    Attributes:
        stub_seconds: processor time of the simulators.
        carried: how many vouchers came.
    """

    def __init__(self, clock: Clock, database: Database) -> None:
        self.clock = clock
        self._database = database
        self.stub_seconds = 0.0
        self.carried = self.cin7_calls = self.gp_calls = 0
        self._called: dict[str, list[float]] = defaultdict(list)
        self._gp = FakeGP(seed="empty", clock=clock)
        self._gp_client = DynamicsGP(
            "http://127.0.0.1/GPService",
            company=self._gp.company,
            auth=BasicAuth("nobody", "none"),
            transport=_TimedGP(self, self._gp.adapter()),
            retry=dynamicsgp_client.Retry(sleep=clock.sleep),
            hooks=(self._hear_gp,),
        )
        self._accounts: dict[str, FakeCin7] = {}
        self._marks: dict[str, int] = {}

    def load(self, store: Store, path: Path) -> None:
        """Let one company have a history, which all others get; then the new bills come."""
        account = FakeCin7(calls=UNLIMITED, seed="empty", clock=self.clock)
        self._accounts["quiet"] = account
        with self._gp.loading(), account.loading():
            self._gp.add_vendor("ACME", "ACME Ltd")
            self._gp.add_item("A-1", "Hammer", unit_schedule_id="EACH")
            for number in range(1, HISTORY + 1):
                # A day each: what changed at the very moment up to which a poll read is read again by the next.
                add_purchase(account, number, day=TODAY - dt.timedelta(days=1 + HISTORY - number))
        with self.bridge(store, read_settings(path)) as bridge:
            for flow in ("vendors", "items", "bills"):
                sync(bridge, flow)
        for kind in ("busy", "large"):
            other = FakeCin7(calls=UNLIMITED, seed="empty", clock=self.clock)
            account.db.backup(other.db)
            self._accounts[kind] = other
            for number in range(NEW[kind]):
                add_purchase(other, HISTORY + 1 + number, day=TODAY)
        for table in VOUCHERS:
            (row,) = self._gp.sql(f"SELECT max(rowid) AS last FROM {table}")  # noqa: S608 — of VOUCHERS
            self._marks[table] = row["last"] or 0
        self.carried = 0
        self._called.clear()

    def bridge(self, store: Store, settings: Settings) -> Bridge:
        """Open a company's connection, with its own limit."""
        account = self._accounts[kind_of(settings.name)]
        limiter = SharedRate(
            self._database, f"cin7 {settings.cin7.account_id}", 60, 60, clock=self.clock.seconds, sleep=self.clock.sleep
        )
        client = Cin7Core(
            ApiKey(account.account_id, account.application_key),
            transport=_TimedCin7(self, account.transport()),
            limiter=limiter,
            retry=cin7core_client.Retry(first_wait=0, max_wait=0, burst_wait=0),
            hooks=(lambda event: self._hear_cin7(settings.name, event),),
        )
        return Bridge(settings, gp=self._gp_client, cin7=client, state=store, clock=self.clock)

    def forget_vouchers(self) -> None:
        """Take the new vouchers out of the GP that all companies share, so that no other company meets them."""
        with self._gp.transaction() as db:
            new = db.execute("SELECT count(*) FROM PM10000 WHERE rowid > ?", (self._marks["PM10000"],))
            self.carried += new.fetchone()[0]
            for table, mark in self._marks.items():
                db.execute(f"DELETE FROM {table} WHERE rowid > ?", (mark,))  # noqa: S608 — of VOUCHERS

    def most_in_a_minute(self) -> int:
        """Tell the most calls to Cin7 Core that any key had in any minute."""
        return max(sum(first <= at < first + 60 for at in calls) for calls in self._called.values() for first in calls)

    def _hear_gp(self, event: dynamicsgp_client.Event) -> None:
        if isinstance(event, dynamicsgp_client.RequestSent):
            self.gp_calls += 1
            self.clock.sleep(GP_SECONDS)

    def _hear_cin7(self, company: str, event: cin7core_client.Event) -> None:
        if isinstance(event, cin7core_client.RequestSent):
            self.cin7_calls += 1
            self._called[company].append(self.clock.at)
            self.clock.sleep(CIN7_SECONDS)


class _TimedCin7(httpx.BaseTransport):
    def __init__(self, books: Books, answering: httpx.BaseTransport) -> None:
        self._books, self._answering = books, answering

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        began = time.process_time()
        answer = self._answering.handle_request(request)
        self._books.stub_seconds += time.process_time() - began
        return answer


class _TimedGP(BaseAdapter):
    def __init__(self, books: Books, answering: BaseAdapter) -> None:
        super().__init__()
        self._books, self._answering = books, answering

    def send(self, request: requests.PreparedRequest, *given: object, **named: object) -> requests.Response:
        began = time.process_time()
        answer = self._answering.send(request, *given, **named)
        self._books.stub_seconds += time.process_time() - began
        return answer

    def close(self) -> None:
        self._answering.close()


def kind_of(company: str) -> Kind:
    """Tell what a company's name says of it."""
    return company.partition("-")[0]


def written(folder: Path, companies: int, large: int, state: str) -> list[Path]:
    """Write a bridge.toml for each company, the first of them quiet; one of five is busy, the last ones are large."""
    paths = []
    for number in range(companies):
        kind = "large" if number >= companies - large else "busy" if number % 5 == 4 else "quiet"
        path = folder / f"{kind}-{number}.toml"
        text = TEMPLATE.format(
            name=path.stem,
            gp_url="http://127.0.0.1/GPService",
            company="Fabrikam, Inc.",
            user="nobody",
            cin7_url="http://127.0.0.1/ExternalApi/v2/",
            account_id=f"{number:08d}-0000-4000-8000-000000000000",
            calls=60,
            per=60,
            settings=Small.settings,
        )
        path.write_text(text.replace("sqlite:///state.sqlite", state), "utf-8")
        paths.append(path)
    return paths


def cloned(database: Database, clock: Clock, paths: Sequence[Path]) -> None:
    """Give every company what the first one keeps, and spread their schedules evenly."""
    with database.transaction() as db:
        first = db.execute(sa.select(CONNECTION)).one()
        rows = [
            {"name": path.stem, "cin7_account_id": f"{number:08d}-0000-4000-8000-000000000000"}
            for number, path in enumerate(paths)
        ]
        same = {"gp_company": first.gp_company, "created_at": first.created_at}
        db.execute(CONNECTION.insert(), [row | same for row in rows[1:]])
        others = sa.select(CONNECTION.c.id.label("company")).where(CONNECTION.c.id != first.id).subquery()
        for table in METADATA.sorted_tables:
            if "connection_id" in table.c:
                kept = [each for each in table.c if each.name not in ("id", "connection_id")]
                mine = table.join(others, table.c.connection_id == first.id)
                query = sa.select(others.c.company, *kept).select_from(mine)
                db.execute(table.insert().from_select(["connection_id", *(each.name for each in kept)], query))
            elif "operation_id" in table.c:
                kept = [each for each in table.c if each.name != "operation_id"]
                query = _of_operations(table, kept, first.id)
                db.execute(table.insert().from_select(["operation_id", *(each.name for each in kept)], query))
        numbers = db.execute(sa.select(CONNECTION.c.id)).scalars().all()
        db.execute(CURSOR.delete().where(CURSOR.c.stream.like("schedule.%")))
        db.execute(
            CURSOR.insert(),
            [
                {
                    "connection_id": number,
                    "stream": f"schedule.{flow}",
                    "value": _before(clock, minutes * (place * 0.618 % 1)),
                    "moved_at": clock().isoformat(),
                }
                for place, number in enumerate(numbers)
                for flow, minutes in EVERY.items()
            ],
        )
    with database.transaction() as db:
        db.execute(sa.text("ANALYZE"))


def _of_operations(table: sa.Table, kept: Sequence[sa.Column[object]], first: int) -> sa.Select[tuple[object, ...]]:
    old, new = OPERATION.alias(), OPERATION.alias()
    same = sa.and_(
        new.c.connection_id != first,
        *(new.c[name] == old.c[name] for name in ("kind", "natural_key", "generation")),
    )
    joined = table.join(old, sa.and_(old.c.id == table.c.operation_id, old.c.connection_id == first)).join(new, same)
    return sa.select(new.c.id, *kept).select_from(joined)


def _before(clock: Clock, minutes: float) -> str:
    return (clock() - dt.timedelta(minutes=minutes)).isoformat()
