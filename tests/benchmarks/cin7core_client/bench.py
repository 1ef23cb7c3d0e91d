"""What listing 20,000 fat products costs beside bare httpx + json and beside dlt; every ratio comes from one run.

    .venv/bin/uv sync --inexact --group bench    # dlt; without it that part is left out
    .venv/bin/python tests/benchmarks/cin7core_client/bench.py

Each row is one of docs/benchmarks.md. CPU times are of this process alone, the pages come from another.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import httpx
from measure import compare, judged, row, spent

from cin7core_client import ApiKey, AsyncCin7Core, AsyncRateLimit, Cin7Core, RateLimit

HERE = Path(__file__).parent
ROWS, PAGE, ROUNDS, DLT_ROUNDS = 20_000, 1000, 5, 3
KEYS, FAR_ROWS, FAR = 5, 5_000, 0.25  # a far service takes so many seconds for a page
KEY = ApiKey("account", "key")
WHOLE = {"include_suppliers": True, "include_reorder_levels": True}


@contextmanager
def service() -> Iterator[tuple[str, int]]:
    with subprocess.Popen([sys.executable, str(HERE / "pages.py")], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            _, url, row_bytes = process.stdout.readline().split()
            yield url, int(row_bytes)
        finally:
            process.terminate()


def listed(url: str, *, most: int = ROWS) -> int:
    with Cin7Core(KEY, base_url=url, limiter=RateLimit(6000, 60, gap=0)) as cin7:
        return sum(1 for _, _ in zip(range(most), cin7.products.list(**WHOLE), strict=False))


def bare(url: str, parse: Callable[[bytes], dict[str, list[object]]]) -> int:
    """What one writes by hand: page after page, no model, no limit, no retry, no error told apart."""
    found = 0
    with httpx.Client(headers={"api-auth-accountid": "account", "api-auth-applicationkey": "key"}) as http:
        for page in range(1, ROWS // PAGE + 1):
            answer = http.get(url + "product", params={"Page": page, "Limit": PAGE})
            answer.raise_for_status()
            found += sum(1 for _ in parse(answer.content)["Products"])
    return found


def against_bare(url: str, row_bytes: int) -> None:
    ours = partial(listed, url)
    assert ours() == bare(url, json.loads) == ROWS
    what = f"listing {ROWS:,} products of {row_bytes:,} bytes, typed, CPU / httpx + json"
    compare(what, ours, partial(bare, url, json.loads), rounds=ROUNDS, target=3)
    exact = partial(json.loads, parse_float=Decimal)
    compare("the same / httpx + json with exact amounts", ours, partial(bare, url, exact), rounds=ROUNDS)
    row("the same, CPU a row on this machine", f"{1e6 * spent(ours) / ROWS:.0f} µs")


def against_dlt(url: str) -> None:
    if importlib.util.find_spec("dlt") is None:
        row("the same / dlt", "not measured, it is not installed", judged("at most 0.5", False))
        return
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"}
    import dlt
    from dlt.sources.helpers.rest_client import RESTClient
    from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator
    from dlt.sources.rest_api import rest_api_source

    def paginator() -> PageNumberPaginator:
        return PageNumberPaginator(
            base_page=1,
            page_param="Page",
            total_path=None,  # `Total` counts rows, and this paginator wants pages
            stop_after_empty_page=False,
            maximum_page=1 + ROWS // PAGE,  # the first that it does not read
        )

    def source() -> object:
        endpoint = {"path": "product", "params": {"Limit": PAGE}, "data_selector": "Products", "paginator": paginator()}
        return rest_api_source({"client": {"base_url": url}, "resources": [{"name": "products", "endpoint": endpoint}]})

    def paged() -> None:
        rows = RESTClient(url, paginator=paginator()).paginate(
            "product", params={"Limit": PAGE}, data_selector="Products"
        )
        assert sum(len(page) for page in rows) == ROWS

    def run(*, normalize: bool) -> None:
        with tempfile.TemporaryDirectory() as folder:
            pipeline = dlt.pipeline("bench", destination="dummy", dataset_name="bench", pipelines_dir=folder)
            pipeline.extract(source())
            if normalize:
                pipeline.normalize()
                assert pipeline.last_trace.last_normalize_info.row_counts["products"] == ROWS

    ours, its = partial(listed, url), f"the same / dlt {dlt.__version__}'s"
    typed = f"{its} extract + normalize, where it has typed rows"
    compare(typed, ours, partial(run, normalize=True), rounds=DLT_ROUNDS, target=0.5)
    compare(f"{its} extract alone", ours, partial(run, normalize=False), rounds=DLT_ROUNDS)
    compare(f"{its} bare pagination", ours, paged, rounds=DLT_ROUNDS)


def memory(url: str) -> None:
    peaks = []
    for rows in (2_000, ROWS):
        tracemalloc.start()
        listed(url, most=rows)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    ratio, sizes = peaks[1] / peaks[0], " / ".join(f"{peak / 1e6:.1f} MB" for peak in reversed(peaks))
    told = judged("flat, at most 1.1", ratio <= 1.1)
    row(f"peak memory of listing {ROWS:,} products / 2,000", f"{ratio:.2f} ({sizes})", told)


def five_keys(url: str) -> None:
    """Five accounts, each with a key and a limiter of its own, at a service that takes a while for each page."""

    def one_after_the_other() -> None:
        for _ in range(KEYS):
            limiter = RateLimit(6000, 60, gap=0)
            with Cin7Core(KEY, base_url=url, limiter=limiter, transport=Far()) as cin7:
                assert sum(1 for _, _ in zip(range(FAR_ROWS), cin7.products.list(**WHOLE), strict=False)) == FAR_ROWS

    async def one() -> None:
        limiter = AsyncRateLimit(6000, 60, gap=0)
        async with AsyncCin7Core(KEY, base_url=url, limiter=limiter, transport=AsyncFar()) as cin7:
            found = 0
            async for _ in cin7.products.list(**WHOLE):
                found += 1
                if found == FAR_ROWS:
                    break

    async def together() -> None:
        await asyncio.gather(*(one() for _ in range(KEYS)))

    clocks = {"CPU": time.process_time, "elapsed": time.perf_counter}
    begun = [clock() for clock in clocks.values()]
    one_after_the_other()
    between = [clock() for clock in clocks.values()]
    asyncio.run(together())
    for name, start, middle, end in zip(clocks, begun, between, [clock() for clock in clocks.values()], strict=True):
        what = f"async together / sync in turn, {KEYS} keys, {FAR_ROWS:,} products each, {FAR} s a page: {name}"
        row(what, f"{(end - middle) / (middle - start):.2f}")


class Far(httpx.HTTPTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["x-delay"] = str(FAR)
        return super().handle_request(request)


class AsyncFar(httpx.AsyncHTTPTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["x-delay"] = str(FAR)
        return await super().handle_async_request(request)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    with ExitStack() as stack:
        url, row_bytes = stack.enter_context(service())
        against_bare(url, row_bytes)
        against_dlt(url)
        memory(url)
        five_keys(url)
