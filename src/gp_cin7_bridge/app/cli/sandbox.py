"""`gp-cin7 sandbox`: both simulators in the foreground, with a bridge.toml to use from another terminal."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.errors import SettingsError
from gp_cin7_bridge.sandbox.datasets import dataset as dataset_named
from gp_cin7_bridge.sandbox.simulators import Simulators


def sandbox(
    directory: Annotated[Path, typer.Option("--dir", help="Where the simulators keep their files.")] = Path("sandbox"),
    dataset: Annotated[
        str, typer.Option(help="`demo`, `year`, or a folder with the WideWorldImporters or AdventureWorks data.")
    ] = "demo",
    calls: Annotated[int, typer.Option(min=1, help="Calls that the simulated Cin7 Core takes …")] = 6000,
    per: Annotated[int, typer.Option(min=1, help="… in so many seconds. The real limit is 60 in 60.")] = 60,
) -> None:
    """Run simulated GP and Cin7 Core until stopped; prints `ready DIR/bridge.toml` when both answer."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with errors_told():
        try:
            data = dataset_named(dataset)
        except ValueError as error:
            raise SettingsError(str(error)) from error
        with Simulators(directory, data, calls=calls, per=per) as simulators:
            typer.echo(f"ready {simulators.settings}")
            stop.wait()
    raise typer.Exit(ExitCode.DONE)
