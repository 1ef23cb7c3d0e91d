"""A Prefect flow: each step is a task, retried when a system does not answer; running it again is safe.

To run it every five minutes: carry_all.serve(name="bridge", cron="*/5 * * * *", parameters={"settings": "bridge.toml"})
"""

import os

from prefect import flow, task

from gp_cin7_bridge import Bridge
from gp_cin7_bridge.sync import sync


@task(retries=3, retry_delay_seconds=60)
def carry(settings: str, name: str) -> str:
    """Carry one flow of one company."""
    with Bridge.open(settings) as bridge:
        report = sync(bridge, name)
    if not report.finished:
        raise RuntimeError(report.stopped)  # Prefect tries again
    return f"{report.flow}: {len(report.created)} created, {len(report.held)} held"


@flow(log_prints=True)
def carry_all(settings: str) -> None:
    """Vendors and items before the bills that need them."""
    for name in ("vendors", "items", "bills"):
        print(carry(settings, name))


if __name__ == "__main__":
    carry_all(os.environ.get("CONNECTION", "bridge.toml"))
