"""Run the flows from Celery: one task for one flow of one company, as often as you like; the ledger makes that safe.

With your own:  celery -A 10_celery worker --beat        (CONNECTION=bridge.toml, BROKER=redis://localhost)
Without any:    python examples/10_celery.py --sandbox   (a broker in memory, a real worker in a thread)
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from celery import Celery, group

from gp_cin7_bridge import Bridge
from gp_cin7_bridge.sync import sync

app = Celery("bridge", broker=os.environ.get("BROKER", "memory://"), backend="cache+memory://")
# A task is acknowledged when it ended: a killed worker's is run again, by another one.
app.conf.update(task_acks_late=True, task_reject_on_worker_lost=True, worker_prefetch_multiplier=1)
app.conf.beat_schedule = {
    "bills": {"task": "bridge.carry", "schedule": 300, "args": (os.environ.get("CONNECTION", "bridge.toml"), "bills")}
}


@app.task(name="bridge.carry")
def carry(settings: str, flow: str) -> str:
    """Carry one flow; arguments are a file's name and a flow's, never a secret."""
    with Bridge.open(settings) as bridge:
        report = sync(bridge, flow)
    return f"{report.flow}: {len(report.created)} created, {len(report.held)} held"


def main() -> None:
    """Send tasks to a worker, the bills twice."""
    if sys.argv[1:] != ["--sandbox"]:
        sys.exit(__doc__)
    from celery.contrib.testing.worker import start_worker

    from gp_cin7_bridge.sandbox.datasets import dataset
    from gp_cin7_bridge.sandbox.simulators import Simulators

    with (
        tempfile.TemporaryDirectory() as folder,
        Simulators(Path(folder), dataset("demo"), calls=6000, per=60) as simulators,
        start_worker(app, perform_ping_check=False, pool="threads", concurrency=2),
    ):
        for flows in (["vendors"], ["items"], ["bills", "bills"]):
            tasks = group(carry.s(str(simulators.settings), flow) for flow in flows)()
            for told in sorted(tasks.get(timeout=200)):
                print(told)
        print("vouchers in GP:", len(simulators.gp.sql("SELECT 1 FROM PM10000")))


if __name__ == "__main__":
    main()
