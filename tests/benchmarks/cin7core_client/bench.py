"""What listing 20,000 fat products costs beside bare httpx + json and beside dlt; every ratio comes from one run.

    .venv/bin/uv sync --inexact --group bench    # dlt; without it that part is left out
    .venv/bin/python tests/benchmarks/cin7core_client/bench.py

CPU times are of this process alone, the pages come from another. Each pair is measured in turns, and the ratio is the
median of the rounds' ratios.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import os
import statistics
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

import httpx

from cin7core_client import ApiKey, AsyncCin7Core, AsyncRateLimit, Cin7Core, RateLimit

HERE = Path(__file__).parent
ROWS, PAGE, ROUNDS, DLT_ROUNDS = 20_000, 1000, 5, 3
KEYS, FAR_ROWS, FAR = 5, 5_000, 0.25  # a far service takes so many seconds for a page
KEY = ApiKey("account", "key")
WHOLE = {"include_suppliers": True, "include_reorder_levels": True}
Way = Callable[[], object]


def compare(what: str, ours: Way, other: Way, *, target: float | None = None, rounds: int = ROUNDS) -> None:
    """Print the ratio of two ways in CPU time."""
    ours(), other()
    pairs = [(spent(ours), spent(other)) for _ in range(rounds)]
    ratio = statistics.median(one / two for one, two in pairs)
    mine, its = (statistics.median(side) for side in zip(*pairs, strict=True))
    told = "" if target is None else f"; target at most {target:.2f}: {'met' if ratio <= target else 'MISSED'}"
    print(f"  {what}: {ratio:.2f} ({mine:.2f} s against {its:.2f} s{told})", flush=True)


def spent(way: Way) -> float:
    begun = time.process_time()
    way()
    return time.process_time() - begun


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
    print(f"CPU of listing {ROWS:,} products of {row_bytes:,} bytes, {ROUNDS} rounds:")
    ours = partial(listed, url)
    assert ours() == bare(url, json.loads) == ROWS
    compare("typed / httpx + json", ours, partial(bare, url, json.loads), target=3)
    exact = partial(json.loads, parse_float=Decimal)
    compare("typed / httpx + json with exact amounts", ours, partial(bare, url, exact))
    print(f"  a row: {1e6 * spent(ours) / ROWS:.0f} microseconds", flush=True)


def against_dlt(url: str) -> None:
    if importlib.util.find_spec("dlt") is None:
        print("dlt: left out, it is not installed (`uv sync --inexact --group bench`)")
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

    print(f"CPU beside dlt {dlt.__version__}'s REST source, {DLT_ROUNDS} rounds:")
    ours = partial(listed, url)
    compare(
        "typed / extract + normalize, where it has typed rows",
        ours,
        partial(run, normalize=True),
        target=0.5,
        rounds=DLT_ROUNDS,
    )
    compare("typed / extract alone", ours, partial(run, normalize=False), rounds=DLT_ROUNDS)
    compare("typed / its bare pagination", ours, paged, rounds=DLT_ROUNDS)


def memory(url: str) -> None:
    peaks = []
    for rows in (2_000, ROWS):
        tracemalloc.start()
        listed(url, most=rows)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    ratio, told = peaks[1] / peaks[0], " MB against ".join(f"{peak / 1e6:.1f}" for peak in reversed(peaks))
    print(f"Peak memory of listing {ROWS:,} / 2,000: {ratio:.2f} ({told} MB; ", end="")
    print(f"target at most 1.10: {'met' if ratio <= 1.1 else 'MISSED'})", flush=True)


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

    print(f"Async / sync, {KEYS} keys, {FAR_ROWS:,} products each, {FAR} s a page:")
    clocks = {"CPU": time.process_time, "wall clock": time.perf_counter}
    begun = [clock() for clock in clocks.values()]
    one_after_the_other()
    between = [clock() for clock in clocks.values()]
    asyncio.run(together())
    for name, start, middle, end in zip(clocks, begun, between, [clock() for clock in clocks.values()], strict=True):
        print(
            f"  {name}: {(end - middle) / (middle - start):.2f} ({end - middle:.2f} s against {middle - start:.2f} s)"
        )


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
        memory(url)
        five_keys(url)
        against_dlt(url)
