"""What Prometheus and OpenTelemetry are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families
from small import add_purchase
from starlette.testclient import TestClient

from gp_cin7_bridge import sync_bills, sync_items, sync_vendors
from gp_cin7_bridge.app.schedule import Runner
from gp_cin7_bridge.app.web import app
from gp_cin7_bridge.sandbox import Sandbox

START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
TOKEN = "token-of-the-monitoring-0123456789"


def sandbox_with(**settings: object) -> Sandbox:
    made = Sandbox(settings, now=START)
    made.gp.add_vendor("ACME", "ACME Ltd")
    made.gp.add_item("A-1", "Hammer", unit_schedule_id="EACH")
    add_purchase(made.cin7, 1)
    return made


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with sandbox_with() as made:
        yield made


def near(made: Sandbox) -> TestClient:
    return TestClient(app(made.bridge), base_url="http://127.0.0.1", client=("127.0.0.1", 5000))


def test_prometheus_reads_what_is_carried_held_and_done(sandbox: Sandbox) -> None:
    sync_vendors(sandbox.bridge)
    sync_items(sandbox.bridge)
    sync_bills(sandbox.bridge)
    add_purchase(sandbox.cin7, 2, supplier="Nobody")
    sync_bills(sandbox.bridge)
    answer = near(sandbox).get("/metrics")
    found = {
        (sample.name, sample.labels.get("entity") or sample.labels.get("flow", "")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.labels["connection"] == "sandbox"
    }
    assert found["gp_cin7_carried", "bill"] == 1
    assert found["gp_cin7_held", "bills"] == 1
    assert found["gp_cin7_last_done_timestamp_seconds", "bills"] == START.timestamp()
    assert found["gp_cin7_events_waiting", ""] == 0
    assert "INV-1" not in answer.text and "ACME" not in answer.text


def test_without_a_token_only_this_machine_is_answered_and_no_proxy(sandbox: Sandbox) -> None:
    assert near(sandbox).get("/metrics").status_code == 200
    assert near(sandbox).get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 401
    # A page elsewhere whose name was made to lead to this machine.
    assert near(sandbox).get("/metrics", headers={"Host": "elsewhere.example"}).status_code == 401
    far = TestClient(app(sandbox.bridge), base_url="http://127.0.0.1", client=("192.0.2.7", 5000))
    assert far.get("/metrics").status_code == 401


def test_with_a_token_whoever_has_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", TOKEN)
    with sandbox_with(web={"metrics": "env:METRICS_TOKEN"}) as made:
        assert near(made).get("/metrics").status_code == 401
        far = TestClient(app(made.bridge), client=("192.0.2.7", 5000))
        assert far.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


class Never:
    def is_set(self) -> bool:
        return False

    def wait(self, timeout: float | None = None) -> bool:
        return False


def test_opentelemetry_gets_a_span_for_each_job_and_counts_of_documents(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracing = TracerProvider()
    tracing.add_span_processor(SimpleSpanProcessor(spans))
    metering = MeterProvider([reader])
    # The API takes one provider a process; a test must leave none behind.
    monkeypatch.setattr(trace, "get_tracer", tracing.get_tracer)
    monkeypatch.setattr(metrics, "get_meter", metering.get_meter)
    assert Runner(sandbox.bridge, Never()).run_once()
    names = [span.name for span in spans.get_finished_spans()]
    assert names == ["gp_cin7 vendors", "gp_cin7 items", "gp_cin7 bills"]
    bills = spans.get_finished_spans()[-1].attributes
    assert bills is not None and bills["gp_cin7.bills.created"] == 1
    data = reader.get_metrics_data()
    assert data is not None
    kept = [each for scope in data.resource_metrics[0].scope_metrics for each in scope.metrics]
    assert {each.name for each in kept} == {"gp_cin7.documents", "gp_cin7.calls", "gp_cin7.job.duration"}
    (documents,) = (each for each in kept if each.name == "gp_cin7.documents")
    created = {
        point.attributes["gp_cin7.flow"]: point.value
        for point in documents.data.data_points
        if point.attributes and point.attributes["gp_cin7.outcome"] == "created"
    }
    assert created == {"vendors": 1, "items": 1, "bills": 1}
    metering.shutdown()
    tracing.shutdown()
