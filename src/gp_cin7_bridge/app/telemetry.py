"""Spans and metrics for OpenTelemetry: its API alone, so that nothing happens before somebody sets up its SDK."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from attrs import asdict

from gp_cin7_bridge.plan import Report

try:
    from opentelemetry import metrics, trace
except ModuleNotFoundError:  # the extra [otel] is not installed
    _is_there = False
else:
    _is_there = True

NAME: Final = "gp_cin7_bridge"


@contextmanager
def job_span(connection: str, job: str) -> Iterator[None]:
    """Let one job be a span `gp_cin7 JOB`, and its seconds count in `gp_cin7.job.duration`."""
    if not _is_there:
        yield
        return
    attributes = {"gp_cin7.connection": connection, "gp_cin7.job": job}
    began = time.perf_counter()
    with trace.get_tracer(NAME).start_as_current_span(f"gp_cin7 {job}", attributes=attributes):
        try:
            yield
        finally:
            seconds = metrics.get_meter(NAME).create_histogram("gp_cin7.job.duration", unit="s")
            seconds.record(time.perf_counter() - began, attributes)


def count_reports(connection: str, reports: Iterable[Report]) -> None:
    """Count what runs did in `gp_cin7.documents` and `gp_cin7.calls`, and on the span that is current."""
    if not _is_there:
        return
    meter = metrics.get_meter(NAME)
    documents, calls = meter.create_counter("gp_cin7.documents"), meter.create_counter("gp_cin7.calls")
    for report in reports:
        of = {"gp_cin7.connection": connection, "gp_cin7.flow": report.flow}
        for outcome in ("created", "updated", "held", "failed"):
            number = len(getattr(report, outcome))
            documents.add(number, {**of, "gp_cin7.outcome": outcome})
            trace.get_current_span().set_attribute(f"gp_cin7.{report.flow}.{outcome}", number)
        for system, number in asdict(report.calls).items():
            calls.add(number, {**of, "gp_cin7.system": system})
