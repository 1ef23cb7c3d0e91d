"""An Airflow DAG: each flow is a task, retried when a system does not answer; running it again is safe."""

import os

import pendulum
from airflow.sdk import dag, task

SETTINGS = os.environ.get("CONNECTION", "/etc/gp-cin7/bridge.toml")


@dag(schedule="*/5 * * * *", start_date=pendulum.datetime(2026, 1, 1), catchup=False, max_active_runs=1)
def bridge() -> None:
    """Vendors and items before the bills that need them."""

    @task(retries=3, retry_delay=pendulum.duration(minutes=1))
    def carry(name: str) -> str:
        from gp_cin7_bridge import Bridge
        from gp_cin7_bridge.sync import sync

        with Bridge.open(SETTINGS) as opened:
            report = sync(opened, name)
        if not report.finished:
            raise RuntimeError(report.stopped)  # Airflow tries again
        return f"{report.flow}: {len(report.created)} created, {len(report.held)} held"

    carry("vendors") >> carry("items") >> carry("bills")


bridge()
